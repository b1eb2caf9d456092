import type { Dialect } from '../dialect.js';
import { detectCisco } from './detect.js';
import { lowerTree } from './document.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor/editor.js';
import { narrowEntry } from './fixes/narrow.js';
import { emitCandidates } from './fixes/permit.js';
import { nameFault } from './program/names.js';
import { type CiscoTree, parseText } from './syntax/parse.js';

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
