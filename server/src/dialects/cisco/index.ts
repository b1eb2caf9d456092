// The dialect of Cisco configurations.
import type { Dialect } from '../dialect.js';
import { lineTokens } from '../shared/line-tokens.js';
import { textOf } from '../source.js';
import { lowerTree } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { hintsIn } from './editor/hints.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { nameFault } from './editor/rename.js';
import { narrowEntry } from './fixes/narrow.js';
import { emitCandidates, obstacleTo } from './fixes/permit.js';
import type { Program } from './program/program.js';
import { recognition } from './recognition.js';
import { parseText } from './syntax/parse.js';
import { tokensOf } from './syntax/tokens.js';
import type { CiscoTree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

/** Access lists of Cisco IOS, IOS XE, IOS XR, NX-OS and ASA, in the configurations of whole devices and alone. */
export const cisco: Dialect<CiscoTree, Program> = {
  ...recognition,
  words,
  parse: (source, previous) => parseText(textOf(source), previous),
  tokens: ({ text }) => lineTokens(parseText(text).lines, ({ raw }) => tokensOf(raw)),
  lower: (source, tree) => lowerTree(source, tree),
  emit: emitCandidates,
  obstacleTo,
  narrow: narrowEntry,
  nameFault,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
  hintsIn,
};
