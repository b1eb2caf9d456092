// How files of iptables-save, scripts that call iptables, and ipset files are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { recognise } from './detect.js';

export const recognition: Recognition = {
  id: 'iptables',
  title: 'iptables',
  hostLanguages: ['shellscript'],
  lineComment: () => '#',
  refusesByteOrderMark: true,
  // A saved ruleset goes with the files of the sets that it tests; a script may read anything.
  mayInclude: (text) => !/^\*[a-z]+\s*$/m.test(text) || /set/i.test(text),
  detect: (path, text) => recognise(path, text).certainty,
};
