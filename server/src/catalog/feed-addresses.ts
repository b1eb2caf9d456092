// The networks of packs that refer to feeds, so that a newer copy of a feed changes them as well.
import type { Feed, FeedCopy } from './feeds.js';
import type { Endpoint, Pack, Requirement } from './requirement.js';

/**
 * A pack with the networks of its feeds at the ends that name them. The copies replace those that the pack has; what they do
 * not have stays as it is.
 */
export function withFeeds(pack: Pack, copies: Readonly<Record<string, FeedCopy>> = {}): Pack {
  if (!pack.feeds) return pack;
  const before = pack.feeds;
  const feeds = Object.fromEntries(
    Object.entries(before).map(([name, feed]) => {
      const copy = Object.hasOwn(copies, name) ? copies[name] : undefined;
      return [name, copy ? { ...feed, read: copy.read, prefixes: copy.prefixes, isStored: true } : feed];
    }),
  );
  const listed = new Set(Object.values(before).flatMap(({ prefixes }) => prefixes));
  const addressed = (end: Endpoint): Endpoint => {
    if (!end.feeds) return end;
    // What a flow lists itself is in none of its feeds: the reader of packs sees to that.
    const own = (end.prefixes ?? []).filter((prefix) => !listed.has(prefix));
    const published = end.feeds.flatMap((name) => feeds[name]?.prefixes ?? []);
    return { ...end, prefixes: [...new Set([...published, ...own])] };
  };
  const requirements = pack.requirements.map((requirement): Requirement => {
    const { flow } = requirement;
    if (!flow.from.feeds && !flow.to.feeds) return requirement;
    return { ...requirement, flow: { ...flow, from: addressed(flow.from), to: addressed(flow.to) } };
  });
  return { ...pack, feeds, requirements };
}

/** The feeds of a pack that a requirement of it names. */
export function feedsOf({ feeds = {} }: Pick<Pack, 'feeds'>, { flow }: Requirement): readonly Feed[] {
  return [...(flow.from.feeds ?? []), ...(flow.to.feeds ?? [])].flatMap((name) => feeds[name] ?? []);
}
