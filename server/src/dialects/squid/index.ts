import type { Dialect } from '../dialect.js';
import { detect } from './detect.js';
import { lower } from './document.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor/editor.js';
import { emit } from './fixes/permit.js';
import { nameFault } from './program/names.js';
import { parseText, type SquidTree } from './syntax/parse.js';

/** squid.conf and the files that it includes, as squid 5 and 6 read them. */
export const squid: Dialect<SquidTree> = {
  id: 'squid',
  title: 'Squid',
  lineComment: () => '#',
  refusesByteOrderMark: true,
  detect,
  parse: (source, previous) => parseText(source.text, previous),
  lower,
  emit,
  nameFault,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};
