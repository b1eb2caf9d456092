import type { Dialect } from '../dialect.js';
import { detectCisco } from './detect.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor.js';
import { emitCandidates } from './emit.js';
import { lowerTree } from './lower.js';
import { nameFault } from './names.js';
import { narrowEntry } from './narrow.js';
import { type CiscoTree, parseText } from './parse.js';

/** Access lists of Cisco IOS, IOS XE, IOS XR, NX-OS and ASA, in the configurations of whole devices and alone. */
export const cisco: Dialect<CiscoTree> = {
  id: 'cisco',
  title: 'Cisco access lists',
  lineComment: () => '!',
  detect: detectCisco,
  parse: ({ text }, previous) => parseText(text, previous),
  lower: (source, tree) => lowerTree(source, tree),
  emit: emitCandidates,
  narrow: narrowEntry,
  nameFault,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};
