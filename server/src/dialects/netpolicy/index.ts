import type { Dialect } from '../dialect.js';
import { detectNetpolicy } from './detect.js';
import { lower } from './document.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor/editor.js';
import { emit } from './fixes/permit.js';
import { type NetpolicyTree, parseText } from './syntax/parse.js';

/** Vendor-neutral policies in YAML or JSON: firewall, proxy and IPsec. */
export const netpolicy: Dialect<NetpolicyTree> = {
  id: 'netpolicy',
  title: 'Network policy',
  lineComment: ({ uri }) => (/\.json$/i.test(uri) ? undefined : '#'),
  detect: detectNetpolicy,
  parse: parseText,
  lower: (source, tree) => lower(source, tree),
  emit,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};
