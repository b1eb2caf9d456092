// squid.conf and the files that it includes, as squid 5 and 6 read them.

import type { Dialect } from '../dialect.js';
import { textOf } from '../source.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { format } from './editor/format.js';
import { hintsIn } from './editor/hints.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { nameFault } from './editor/rename.js';
import { emit } from './fixes/permit.js';
import type { Program } from './program/program.js';
import { recognition } from './recognition.js';
import { parseText } from './syntax/parse.js';
import { tokensOf } from './syntax/tokens.js';
import type { SquidTree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

export const squid: Dialect<SquidTree, Program> = {
  ...recognition,
  words,
  parse: (source, previous) => parseText(textOf(source), previous),
  tokens: ({ text }) => tokensOf(text),
  lower,
  emit,
  nameFault,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
  hintsIn,
  format,
};
