// The texts of hover and completion for words of nft: the summary of the table of words, with a link to the manual.
import { MANUAL, type NftWord, words } from './words.js';

const WIKI = 'https://wiki.nftables.org/wiki-nftables/index.php';

/** By name; for a word with several positions, the first that has a summary. */
const EXPLAINED: ReadonlyMap<string, NftWord> = new Map(
  words.words
    .filter(({ summary }) => summary !== undefined)
    .map((word) => [word.name, word] as const)
    .reverse(),
);

/** The summary of a keyword or field, with a link; `undefined` where it has none. */
export function wordMarkdown(name: string): string | undefined {
  const word = EXPLAINED.get(name);
  if (!word) return undefined;
  const link = word.page ? `[nftables wiki](${WIKI}/${word.page})` : `[nft(8)](${MANUAL})`;
  return `**${name.replace(/^meta /, '')}** — ${word.summary}\n\n${link}`;
}

/** The text alone, for completion. */
export function wordText(name: string): string | undefined {
  return EXPLAINED.get(name)?.summary;
}
