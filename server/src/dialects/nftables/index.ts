import type { Dialect } from '../dialect.js';
import { lowerFile } from './document.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor/editor.js';
import { narrow } from './fixes/narrow.js';
import { emit } from './fixes/permit.js';
import { nameFault } from './program/names.js';
import { type NftTree, parseText } from './syntax/parse.js';
import { tokenize } from './syntax/tokens.js';

/** A `table` with a family, the usual head of a base chain, or a command of nft. */
const RULESET =
  /^[ \t]*(?:table[ \t]+(?:(?:ip6?|inet|arp|bridge|netdev)[ \t]+)?[\w./-]+[ \t]*\{|(?:add|create)[ \t]+(?:table|chain|rule|set|map)[ \t]+(?:ip6?|inet|arp|bridge|netdev)[ \t]|flush[ \t]+ruleset\b)/m;
const BASE_CHAIN = /\btype[ \t]+(?:filter|nat|route)[ \t]+hook[ \t]+\w+/;

export const nftables: Dialect<NftTree> = {
  id: 'nftables',
  title: 'nftables ruleset',
  lineComment: () => '#',
  detect(path, text) {
    if (/^#![^\n]*\bnft\b/.test(text)) return 1;
    if (/(?:^|[/\\])nftables\.(?:conf|rules)$/i.test(path)) return 0.95;
    // Files that others include have this name as well as files that include others.
    if (/\.(?:nft|nftables)$/i.test(path)) return 0.85;
    if (/^[ \t]*\{/.test(text)) return 0;
    const ruleset = RULESET.test(text);
    if (ruleset && BASE_CHAIN.test(text)) return 0.9;
    return ruleset || BASE_CHAIN.test(text) ? 0.6 : 0;
  },
  parse: (source, previous) => parseText(source.text, previous),
  tokens: ({ text }) => tokenize(text),
  lower: (source, tree, sources) => lowerFile(source, tree, sources),
  emit,
  narrow,
  nameFault,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};
