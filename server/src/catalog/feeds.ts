// Feeds: lists of networks that a service publishes for programs, and the dated copies of them that packs carry.

import { formatAddress, IpSet, isEveryAddress, parsePrefix } from '../model/ip.js';
import { isRecord, parseJson } from '../text/json.js';

/**
 * The forms of feeds: a text with one network on each line, as Zoom publishes it; the answer of GitHub's meta API ("REST API
 * endpoints for meta data"), an object with a list of networks for each service; and the weekly file "Azure IP Ranges and
 * Service Tags", which has a list for each service tag.
 */
export const FEED_FORMATS = ['networks', 'github-meta', 'azure-service-tags'] as const;

export type FeedFormat = (typeof FEED_FORMATS)[number];

/** The formats of which one answer holds many lists: the feed names its own. */
export const FORMATS_OF_PARTS: readonly FeedFormat[] = ['github-meta', 'azure-service-tags'];

/** What was read of a feed on a day. */
export interface FeedCopy {
  /** `YYYY-MM-DD`. */
  readonly read: string;
  /** `address/length`, in the order of the feed. */
  readonly prefixes: readonly string[];
}

/** A feed as a pack describes it, with the copy in use. */
export interface Feed extends FeedCopy {
  /** Where it is published: the feed itself, or for `azure-service-tags` the page that leads to the file of the week. */
  readonly url: string;
  readonly format: FeedFormat;
  /** Which of the lists: a key of the meta API, the name of a service tag. */
  readonly part?: string;
  /** Whether the copy in use is one that the workspace keeps, in the place of that of the pack. */
  readonly isStored?: boolean;
}

/** The day since which nobody has looked for newer copies of some feeds; `undefined` where there are none. */
export function readOn(feeds: readonly FeedCopy[]): string | undefined {
  return feeds.map(({ read }) => read).sort()[0];
}

/** Whether a feed can be asked at its address: the file of service tags has another one each week, which only its page tells. */
export function isAskable({ format }: Pick<Feed, 'format'>): boolean {
  return format !== 'azure-service-tags';
}

/** More than any list has: GitHub's longest, of the machines that run jobs, has about 7,500 networks. */
const LONGEST_LIST = 50_000;

/** Reads the networks of a feed from an answer or a saved file; a message where it has none of that form. Never throws. */
export function readFeed(
  text: string,
  { format, part = '' }: Pick<Feed, 'format' | 'part'>,
): readonly string[] | string {
  if (format === 'networks') return readLines(text);
  const value = parseJson(text);
  if (value === undefined) return 'it is not JSON, or is truncated';
  const list = format === 'github-meta' ? member(value, part) : tagged(value, part);
  if (list === undefined) {
    const what = format === 'github-meta' ? 'key' : 'service tag';
    return `it has no ${what} ${JSON.stringify(part)}`;
  }
  if (!Array.isArray(list)) return `${JSON.stringify(part)} is not a list of networks`;
  return readNetworks(list, (index) => `entry ${index + 1} of ${JSON.stringify(part)}`);
}

/** The format of a saved file, by its content: what is not JSON can only be lines. */
export function formatOf(text: string): FeedFormat | undefined {
  if (!/^\ufeff?\s*[[{]/.test(text)) return 'networks';
  const value = parseJson(text);
  if (Array.isArray(member(value, 'values'))) return 'azure-service-tags';
  return isRecord(value) ? 'github-meta' : undefined;
}

/** The day in the name of a saved file: `ServiceTags_Public_20260323.json`. */
export function dayInName(name: string): string | undefined {
  const [, year, month, day] = /(?<!\d)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)/.exec(name) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

/** Checks a list of networks and writes each in its one form; a message where one of them is none. */
export function readNetworks(list: readonly unknown[], placeOf: (index: number) => string): readonly string[] | string {
  if (list.length > LONGEST_LIST) return `it has ${list.length} entries, more than any list of networks`;
  const networks = new Set<string>();
  for (const [index, one] of list.entries()) {
    const network = typeof one === 'string' ? canonical(one) : { fault: 'is not a network' };
    if (typeof network !== 'string') return `${placeOf(index)}, ${shown(one)}, ${network.fault}`;
    networks.add(network);
  }
  return [...networks];
}

function canonical(text: string): string | { readonly fault: string } {
  const prefix = parsePrefix(text.trim());
  if (!prefix) return { fault: 'is not a network' };
  const first = IpSet.of(prefix).first;
  if (!first || formatAddress(first) !== formatAddress(prefix.address)) return { fault: 'has host bits set' };
  const network = `${formatAddress(prefix.address)}/${prefix.length}`;
  return isEveryAddress(network) ? { fault: 'is every address' } : network;
}

/** What stands in an answer, short enough for a message. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 61)) : `a value of the type ${typeof value}`;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function readLines(text: string): readonly string[] | string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|[\r\n]/, LONGEST_TEXT);
  if (lines.length === LONGEST_TEXT) return `it has ${LONGEST_TEXT} lines or more, too many for a list of networks`;
  const numbered = lines.flatMap((line, index) => {
    const content = line.replace(/#.*/, '').trim();
    return content === '' ? [] : [{ content, number: index + 1 }];
  });
  return readNetworks(
    numbered.map(({ content }) => content),
    (index) => `line ${numbered[index]?.number}`,
  );
}

/** In lines, with those of comments. */
const LONGEST_TEXT = 4 * LONGEST_LIST;

function member(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The list of a service tag: `values`, each with a name and `properties.addressPrefixes`. */
function tagged(value: unknown, name: string): unknown {
  const tags = member(value, 'values');
  if (!Array.isArray(tags)) return undefined;
  const tag: unknown = tags.find((one) => member(one, 'name') === name);
  return member(member(tag, 'properties'), 'addressPrefixes');
}
