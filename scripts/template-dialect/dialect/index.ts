// The dialect of Sample filters: one rule on each line, the first that matches decides, and what none matches is denied.
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { proposePermits } from './fixes/permit.js';
import type { SampleProgram } from './program/program.js';
import { recognition } from './recognition.js';
import { parseSample } from './syntax/parse.js';
import type { SampleTree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

export const sampleDialect: Dialect<SampleTree, SampleProgram> = {
  ...recognition,
  words,
  parse: parseSample,
  lower: (source, tree) => lower(source, tree),
  emit: proposePermits,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};
