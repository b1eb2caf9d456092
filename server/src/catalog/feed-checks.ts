// What the schema of packs cannot say of feeds.
import { readFeedUrl } from '../../../shared/service-url.js';
import { type Feed, FORMATS_OF_PARTS, readNetworks } from './feeds.js';
import type { Path, Report } from './pack-report.js';
import type { Endpoint } from './requirement.js';

/** The feeds of a pack, each network in its one form; those with problems are reported and left out. */
export function checkFeeds(feeds: Readonly<Record<string, Feed>> = {}, report: Report): Readonly<Record<string, Feed>> {
  const good = Object.entries(feeds).flatMap(([name, feed]): (readonly [string, Feed])[] => {
    let isGood = true;
    const prefixes = checkFeed(feed, (path, message) => {
      isGood = false;
      report(['feeds', name, ...path], message);
    });
    return isGood ? [[name, { ...feed, prefixes }]] : [];
  });
  return Object.fromEntries(good);
}

function checkFeed({ url, format, part, prefixes }: Feed, report: Report): readonly string[] {
  const address = readFeedUrl(url);
  if (address.kind === 'invalid') report(['url'], address.message);
  const hasParts = FORMATS_OF_PARTS.includes(format);
  if (hasParts && part === undefined) report([], `a feed of the format ${format} names one list as "part"`);
  if (!hasParts && part !== undefined) report(['part'], `a feed of the format ${format} is one list`);
  let at = 0;
  const networks = readNetworks(prefixes, (index) => {
    at = index;
    return 'the copy';
  });
  if (typeof networks !== 'string') return networks;
  report(['prefixes', at], networks);
  return [];
}

/**
 * Which feeds one end of a flow names.
 * @param written the names of all feeds of the file, those with problems included
 */
export function checkFeedsOf(
  end: Endpoint | undefined,
  feeds: Readonly<Record<string, Feed>>,
  written: readonly string[],
  path: Path,
  report: Report,
): void {
  end?.feeds?.forEach((name, index) => {
    if (Object.hasOwn(feeds, name)) return;
    const known = `is not one of the feeds of this pack: ${written.join(', ') || 'it has none'}`;
    report([...path, 'feeds', index], `"${name}" ${written.includes(name) ? 'has a problem of its own' : known}`);
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
