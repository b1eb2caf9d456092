// The dialect of proxy auto-configuration files: JavaScript with a function FindProxyForURL.
import type { Dialect } from '../dialect.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { signatureAt } from './editor/signature.js';
import { proposePermits } from './fixes/permit.js';
import type { PacProgram } from './program/program.js';
import { recognition } from './recognition.js';
import { parsePac } from './syntax/parse.js';
import { tokensOf } from './syntax/tokens.js';
import type { PacTree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

export const pac: Dialect<PacTree, PacProgram | undefined> = {
  ...recognition,
  words,
  parse: (source, previous) => parsePac(source, previous),
  tokens: ({ text }) => tokensOf(text),
  lower: (source, tree) => lower(source, tree),
  emit: proposePermits,
  outline,
  entityAt,
  completionsAt,
  signatureAt,
  foldingRanges,
};
