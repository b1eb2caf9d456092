// How squid.conf and the files that it includes are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { detect } from './detect.js';

export const recognition: Recognition = {
  id: 'squid',
  title: 'Squid',
  lineComment: () => '#',
  refusesByteOrderMark: true,
  // Lists stand in files whose names are quoted.
  mayInclude: (text) => /include|["']/.test(text),
  detect,
};
