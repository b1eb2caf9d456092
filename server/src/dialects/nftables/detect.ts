// Recognises nft files by their name and their content.

/** A `table` with a family, the usual head of a base chain, or a command of nft. */
const RULESET =
  /^[ \t]*(?:table[ \t]+(?:(?:ip6?|inet|arp|bridge|netdev)[ \t]+)?[\w./-]+[ \t]*\{|(?:add|create)[ \t]+(?:table|chain|rule|set|map)[ \t]+(?:ip6?|inet|arp|bridge|netdev)[ \t]|flush[ \t]+ruleset\b)/m;
const BASE_CHAIN = /\btype[ \t]+(?:filter|nat|route)[ \t]+hook[ \t]+\w+/;

/** The confidence that a file is an nft ruleset: 0 (not) to 1 (certain). */
export function detect(path: string, text: string): number {
  if (/^#![^\n]*\bnft\b/.test(text)) return 1;
  if (/(?:^|[/\\])nftables\.(?:conf|rules)$/i.test(path)) return 0.95;
  // Included files have this name as well as main files.
  if (/\.(?:nft|nftables)$/i.test(path)) return 0.85;
  // The JSON form of a ruleset.
  if (/^[ \t]*\{/.test(text)) return 0;
  const ruleset = RULESET.test(text);
  if (ruleset && BASE_CHAIN.test(text)) return 0.9;
  return ruleset || BASE_CHAIN.test(text) ? 0.6 : 0;
}
