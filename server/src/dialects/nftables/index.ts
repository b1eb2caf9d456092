// The dialect of nft rulesets.
import type { Dialect } from '../dialect.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { format } from './editor/format.js';
import { hintsIn } from './editor/hints.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { nameFault } from './editor/rename.js';
import { narrow } from './fixes/narrow.js';
import { proposePermits } from './fixes/permit.js';
import type { Ruleset } from './program/ruleset.js';
import { recognition } from './recognition.js';
import { type NftTree, parseText } from './syntax/parse.js';
import { tokenize } from './syntax/tokens.js';
import { words } from './vocabulary/words.js';

export const nftables: Dialect<NftTree, Ruleset> = {
  ...recognition,
  words,
  parse: (source, previous) => parseText(source.text, previous),
  tokens: ({ text }) => tokenize(text),
  lower,
  emit: proposePermits,
  narrow,
  nameFault,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
  hintsIn,
  format,
};
