// The dialect of vendor-neutral policies in YAML or JSON: firewall, proxy and IPsec.
import { formatYaml } from '../../yaml/format-yaml.js';
import type { Dialect } from '../dialect.js';
import { lower } from './document.js';
import { completionsAt } from './editor/completion.js';
import { foldingRanges } from './editor/folding.js';
import { hintsIn } from './editor/hints.js';
import { entityAt } from './editor/hover.js';
import { outline } from './editor/outline.js';
import { obstacleTo, proposePermits } from './fixes/permit.js';
import type { Policy } from './program/policy.js';
import { recognition } from './recognition.js';
import { parsePolicy } from './syntax/parse.js';
import { tokensOf } from './syntax/tokens.js';
import type { NetpolicyTree } from './syntax/tree.js';
import { words } from './vocabulary/words.js';

export const netpolicy: Dialect<NetpolicyTree, Policy> = {
  ...recognition,
  words,
  parse: parsePolicy,
  tokens: ({ text }) => tokensOf(text),
  lower: (source, tree) => lower(source, tree),
  emit: proposePermits,
  obstacleTo,
  outline,
  entityAt,
  completionsAt,
  hintsIn,
  foldingRanges,
  // JSON has a form of its own, which editors have.
  format: ({ source }, { indent }) => (/\.json$/i.test(source.uri) ? [] : formatYaml(source.text, indent)),
};
