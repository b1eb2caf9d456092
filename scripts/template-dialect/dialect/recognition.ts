// How Sample filters are recognised, without the code that reads them.
import type { Recognition } from '../../../server/src/dialects/dialect.js';
import { detectSample } from './detect.js';

export const recognition: Recognition = {
  id: 'sample',
  title: 'Sample filter',
  lineComment: () => '#',
  detect: detectSample,
};
