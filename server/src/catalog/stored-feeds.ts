// The copies of feeds that a workspace keeps for a pack, as a file.
import { isRecord, parseJson } from '../text/json.js';
import { type FeedCopy, readNetworks } from './feeds.js';

/** The copies of the feeds of one pack, by the names that it has for them. */
export interface StoredFeeds {
  readonly pack: string;
  readonly feeds: Readonly<Record<string, FeedCopy>>;
}

/** The text of a stored file: one line for each network, so that a version control system shows the changed ones. */
export function writeStoredFeeds({ pack, feeds }: StoredFeeds): string {
  const copies = Object.fromEntries(
    Object.entries(feeds).map(([name, { read, prefixes }]) => [name, { read, prefixes }]),
  );
  return `${JSON.stringify({ pack, feeds: copies }, undefined, 2)}\n`;
}

/** Reads a stored file; a message where it is none. Never throws. */
export function readStoredFeeds(text: string): StoredFeeds | string {
  const value = parseJson(text);
  if (value === undefined) return 'not JSON, or truncated';
  if (!isRecord(value) || typeof value.pack !== 'string' || !isRecord(value.feeds))
    return 'it holds no copies of feeds';
  const feeds: [string, FeedCopy][] = [];
  for (const [name, copy] of Object.entries(value.feeds)) {
    const at = `the feed ${JSON.stringify(name)}`;
    if (!isRecord(copy) || !Array.isArray(copy.prefixes)) return `${at} has no list of networks`;
    if (typeof copy.read !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(copy.read))
      return `${at} does not say when it was read`;
    const prefixes = readNetworks(copy.prefixes, () => `of ${at}`);
    if (typeof prefixes === 'string') return prefixes;
    feeds.push([name, { read: copy.read, prefixes }]);
  }
  return { pack: value.pack, feeds: Object.fromEntries(feeds) };
}
