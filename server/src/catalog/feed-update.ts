// Looks for newer copies of the feeds of packs.
import type { WebAccess } from '../../../shared/web-access.js';
import { diffPacks } from './diff.js';
import { doubtsOf } from './doubts.js';
import { dayInName, type Feed, type FeedCopy, isAskable, readFeed, readOn } from './feeds.js';
import type { Pack, Requirement } from './requirement.js';
import { writeStoredFeeds } from './stored-feeds.js';
import type { UpdateResult } from './update-result.js';
import { type Answer, askText, failed } from './web-answers.js';

/** The day since which nobody has looked for newer copies of the feeds of a pack; its version where it has none. */
export function feedsReadOn({ feeds = {}, version }: Pick<Pack, 'feeds' | 'version'>): string {
  return readOn(Object.values(feeds)) ?? version;
}

/**
 * Asks each feed of some packs at its address, one request for each. A pack is updated as a whole: where one of its feeds
 * fails, it stays as it is.
 * @param today `YYYY-MM-DD`
 */
export async function askFeeds(
  access: WebAccess,
  packs: readonly Pack[],
  today: string,
  signal: AbortSignal,
): Promise<readonly UpdateResult[]> {
  const results: UpdateResult[] = [];
  // Several packs may copy parts of one answer.
  const answers = new Map<string, Answer<string>>();
  const asked = async (feed: Feed): Promise<Answer<readonly string[]>> => {
    const service = new URL(feed.url).host;
    const answer = answers.get(feed.url) ?? (await askText(access, feed.url, { service, path: '' }, signal));
    answers.set(feed.url, answer);
    if (answer.kind !== 'value') return answer;
    const prefixes = readFeed(answer.value, feed);
    if (typeof prefixes !== 'string') return { kind: 'value', value: prefixes };
    return failed(`the response of ${feed.url} is invalid: ${prefixes}`);
  };
  for (const pack of packs) {
    const askable = Object.entries(pack.feeds ?? {}).filter(([, feed]) => isAskable(feed));
    const copies: [string, FeedCopy][] = [];
    let fault: UpdateResult | undefined;
    for (const [name, feed] of askable) {
      const answer = await asked(feed);
      if (answer.kind === 'value') copies.push([name, { read: today, prefixes: answer.value }]);
      else if (answer.kind === 'failed') fault ??= { kind: 'failed', subject: pack.id, reason: answer.reason };
      else fault ??= { kind: 'cancelled', subject: pack.id };
      if (fault) break;
    }
    if (fault || copies.length > 0) results.push(fault ?? compareFeeds(pack, Object.fromEntries(copies)));
    const page = Object.values(pack.feeds ?? {}).find((feed) => !isAskable(feed))?.url;
    if (!fault && page !== undefined) results.push({ kind: 'by-hand', subject: pack.id, page });
  }
  return results;
}

/** Compares newer copies of feeds of a pack with those in use. Feeds without a newer copy keep theirs. */
export function compareFeeds(inUse: Pack, copies: Readonly<Record<string, FeedCopy>>): UpdateResult {
  const feeds = Object.fromEntries(
    Object.entries(inUse.feeds ?? {}).map(([name, feed]) => [name, { ...feed, ...copies[name] }]),
  );
  const names = Object.keys(copies);
  const [before, after] = [listsOf(inUse, names), listsOf({ ...inUse, feeds }, names)];
  const diff = diffPacks(before, after);
  const text = writeStoredFeeds({ pack: inUse.id, feeds });
  return diff.changes.length === 0
    ? { kind: 'up-to-date', subject: inUse.id, version: before.version, text }
    : {
        kind: 'update',
        subject: inUse.id,
        version: after.version,
        text,
        diff,
        doubts: doubtsOf(before, after),
        notices: [],
      };
}

/**
 * Reads a saved answer for the feeds of some packs that it can be for; a message where it cannot be read for one of them.
 * @param name of the file, which may tell its day
 * @param today for a file that does not
 */
export function readFeedFile(
  text: string,
  name: string,
  feeds: readonly (readonly [name: string, feed: Feed])[],
  today: string,
): Readonly<Record<string, FeedCopy>> | string {
  const read = dayInName(name) ?? today;
  const copies: [string, FeedCopy][] = [];
  for (const [key, feed] of feeds) {
    const prefixes = readFeed(text, feed);
    if (typeof prefixes === 'string') return prefixes;
    copies.push([key, { read, prefixes }]);
  }
  return Object.fromEntries(copies);
}

/** Some feeds of a pack as a pack of their own: each once, however many requirements name it. */
function listsOf(pack: Pack, names: readonly string[]): Pack {
  const feeds = Object.entries(pack.feeds ?? {}).filter(([name]) => names.includes(name));
  const requirements = feeds.map(([name, { url, prefixes, read }]): Requirement => {
    return {
      id: `${pack.id}/${name}/feed`,
      title: url,
      why: '',
      kind: 'reach',
      flow: { from: {}, to: { prefixes }, protocol: 'any', direction: 'outbound' },
      required: true,
      tags: [],
      source: { document: pack.title, url, revision: read },
    };
  });
  const read = readOn(feeds.map(([, feed]) => feed));
  return { id: pack.id, title: pack.title, version: read ?? pack.version, requirements };
}
