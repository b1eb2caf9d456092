// What the schema of packs cannot say of feeds.
import { readFeedUrl } from '../../../shared/service-url.js';
import { type Feed, FORMATS_OF_PARTS, readNetworks } from './feeds.js';
import type { Path, Report } from './pack-report.js';
import type { Endpoint } from './requirement.js';

/** The feeds of a pack, each network in its one form; those with problems are reported and left out. */
export function checkFeeds(feeds: Readonly<Record<string, Feed>> = {}, report: Report): Readonly<Record<string, Feed>> {
  const good = Object.entries(feeds).flatMap(([name, feed]): (readonly [string, Feed])[] => {
    const path = ['feeds', name];
    const url = readFeedUrl(feed.url);
    if (url.kind === 'invalid') report([...path, 'url'], url.message);
    const hasParts = FORMATS_OF_PARTS.includes(feed.format);
    if (hasParts && feed.part === undefined)
      report(path, `a feed of the format ${feed.format} names one list as "part"`);
    if (!hasParts && feed.part !== undefined)
      report([...path, 'part'], `a feed of the format ${feed.format} is one list`);
    let at = 0;
    const prefixes = readNetworks(feed.prefixes, (index) => {
      at = index;
      return 'the copy';
    });
    if (typeof prefixes !== 'string') return [[name, { ...feed, prefixes }]];
    report([...path, 'prefixes', at], prefixes);
    return [];
  });
  return Object.fromEntries(good);
}

/** Which feeds one end of a flow names. */
export function checkFeedsOf(
  end: Endpoint | undefined,
  feeds: Readonly<Record<string, Feed>>,
  path: Path,
  report: Report,
): void {
  end?.feeds?.forEach((name, index) => {
    if (Object.hasOwn(feeds, name)) return;
    const known = Object.keys(feeds).join(', ') || 'none';
    report([...path, 'feeds', index], `"${name}" is not one of the feeds of this pack: ${known}`);
  });
  if (!end?.feeds) return;
  if (end.sets) report([...path, 'feeds'], 'endpoint sets stand for all addresses; give these or "feeds"');
  const published = new Map(
    Object.entries(feeds).flatMap(([name, { prefixes }]) => prefixes.map((one) => [one, name])),
  );
  end.prefixes?.forEach((prefix, index) => {
    const feed = published.get(prefix);
    if (feed !== undefined) report([...path, 'prefixes', index], `"${prefix}" is in the feed "${feed}" already`);
  });
}
