// The dialect of scripts that configure Windows Firewall, with PowerShell or netsh.

import type { Dialect } from '../dialect.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { hintsIn } from './editor/hints.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { signatureAt } from './editor/signature.js';
import { narrowRule } from './fixes/narrow.js';
import { proposeRules } from './fixes/permit.js';
import type { Program } from './program/program.js';
import { recognition } from './recognition.js';
import { parse } from './syntax/parse.js';
import { tokensOf } from './syntax/tokens.js';
import type { Tree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

/** Scripts are read and never run. */
export const windowsFirewall: Dialect<Tree, Program> = {
  ...recognition,
  words,
  parse: ({ uri, text }) => parse(uri, text),
  tokens: tokensOf,
  lower,
  emit: proposeRules,
  narrow: narrowRule,
  outline,
  entityAt,
  completionsAt,
  signatureAt,
  hintsIn,
  foldingRanges,
};
