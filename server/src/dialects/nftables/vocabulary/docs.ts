// What hover and completion say of the words of nft: the summary of the table of words, and where the manual says it.
import { MANUAL, type NftWord, words } from './words.js';

const WIKI = 'https://wiki.nftables.org/wiki-nftables/index.php';

/** By name; a word that may stand in several places is explained at the first that has a summary. */
const EXPLAINED: ReadonlyMap<string, NftWord> = new Map(
  words.words
    .filter(({ summary }) => summary !== undefined)
    .map((word) => [word.name, word] as const)
    .reverse(),
);

/** What a keyword or field does, with a link; `undefined` where nothing is said of it. */
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
