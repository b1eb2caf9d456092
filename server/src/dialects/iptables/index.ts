// The dialect of iptables: files of iptables-save and ip6tables-save, scripts that call iptables, and ipset files.
import type { Dialect } from '../dialect.js';
import { textOf } from '../source.js';
import { formOf } from './detect.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRangesOf } from './editor/folding.js';
import { hintsIn } from './editor/hints.js';
import { entityAt } from './editor/hover.js';
import { outlineOf } from './editor/outline.js';
import { nameFault } from './editor/rename.js';
import { narrowRule } from './fixes/narrow.js';
import { proposeRules } from './fixes/permit.js';
import type { Program } from './program/program.js';
import { recognition } from './recognition.js';
import { parseTree } from './syntax/parse.js';
import { savedTokens, scriptTokens } from './syntax/tokens.js';
import type { IptablesTree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

export const iptables: Dialect<IptablesTree, Program> = {
  ...recognition,
  words,
  parse: (source, previous) => parseTree(textOf(source), formOf(source), previous),
  tokens: (source) => (formOf(source).kind === 'script' ? scriptTokens : savedTokens)(source.text),
  lower,
  emit: proposeRules,
  narrow: narrowRule,
  nameFault,
  outline: outlineOf,
  entityAt,
  completionsAt,
  hintsIn,
  foldingRanges: foldingRangesOf,
};
