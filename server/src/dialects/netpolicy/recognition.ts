// How network policies are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { detectNetpolicy } from './detect.js';

export const recognition: Recognition = {
  id: 'netpolicy',
  title: 'Network policy',
  lineComment: ({ uri }) => (/\.json$/i.test(uri) ? undefined : '#'),
  detect: detectNetpolicy,
};
