// Where `lintel catalog update` gets what is newer from: the web service, the addresses of feeds, or a saved file.

import { readServiceUrl, SERVICE_URL } from '../../../shared/service-url.js';
import { WEB_LIMITS, webAccess } from '../../../shared/web-access.js';
import { INSTANCES } from '../catalog/endpoints.js';
import { askFeeds, compareFeeds, feedsReadOn, readFeedFile } from '../catalog/feed-update.js';
import { formatOf } from '../catalog/feeds.js';
import { CLOUDS, type Cloud, type Pack } from '../catalog/requirement.js';
import { checkForUpdates, compareList, readEndpointFile } from '../catalog/update.js';
import type { UpdateResult } from '../catalog/update-result.js';
import { clientRequestId } from './client-request-id.js';
import type { EndpointStore, Workspace } from './endpoint-store.js';
import { readListText } from './pack-versions.js';
import { type Terminal, UsageError } from './terminal.js';

/** What is to be updated. */
export interface Subjects {
  /** Of their endpoint lists. */
  readonly clouds: readonly Cloud[];
  /** Packs with feeds. */
  readonly packs: readonly Pack[];
  /** Whether the command line names them. */
  readonly areNamed: boolean;
  /** The version or the day of what is in use for one of them. */
  inUse(subject: string, store: EndpointStore): Promise<string>;
}

/** All that can be updated, or what some names of packs mean. Throws a UsageError for another name. */
export function subjectsOf(names: readonly string[], clouds: readonly Cloud[], workspace: Workspace): Subjects {
  const known = workspace.feedPacks(clouds);
  const lists = new Map(CLOUDS.map((cloud) => [`m365-${cloud}`, cloud]));
  for (const name of names) {
    if (lists.has(name) || known.some(({ id }) => id === name)) continue;
    const others = [...known.map(({ id }) => id), ...clouds.map((cloud) => `m365-${cloud}`)].join(', ');
    throw new UsageError(`"${name}" is no pack that can be updated; these can: ${others}`);
  }
  const areNamed = names.length > 0;
  return {
    clouds: areNamed ? [...new Set(names)].flatMap((name) => lists.get(name) ?? []) : clouds,
    packs: areNamed ? known.filter(({ id }) => names.includes(id)) : known,
    areNamed,
    async inUse(subject, store) {
      const pack = known.find(({ id }) => id === subject);
      if (pack) return feedsReadOn((await store.feedsInUse(pack)).pack);
      return (await store.packInUse(CLOUDS.find((cloud) => cloud === subject) ?? 'worldwide')).pack.version;
    },
  };
}

interface Search {
  readonly subjects: Subjects;
  /** The clouds that `--cloud` names, if any: a saved list has to belong to one of them. */
  readonly namedClouds: readonly Cloud[] | undefined;
  readonly from: string | undefined;
  /** Of one request, in milliseconds. */
  readonly timeout: number;
  readonly store: EndpointStore;
  readonly terminal: Terminal;
}

/** Looks for what is newer. Throws a UsageError where the source cannot be used at all. */
export async function lookForUpdates(search: Search): Promise<readonly UpdateResult[]> {
  const { from, subjects } = search;
  if (from === undefined) return [...(await fromService(SERVICE_URL, search)), ...(await fromFeeds(search))];
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(from)) return fromFile(from, search);
  if (subjects.areNamed && subjects.packs.length > 0) {
    throw new UsageError(
      '--from URL is the web service of the endpoints; a feed has its own address, or comes from a file',
    );
  }
  return fromService(from, search);
}

async function fromService(
  address: string,
  { subjects: { clouds }, store, terminal, timeout }: Search,
): Promise<readonly UpdateResult[]> {
  const url = readServiceUrl(address);
  if (url.kind === 'invalid') throw new UsageError(`--from: ${url.message}`);
  if (clouds.length === 0) return [];
  const packs = new Map(
    await Promise.all(clouds.map(async (cloud) => [cloud, await listInUse(store, cloud, terminal)] as const)),
  );
  const service = {
    access: webAccess({ ...WEB_LIMITS, timeout }),
    baseUrl: url.baseUrl,
    clientRequestId: await clientRequestId(),
  };
  // Interrupting the program ends it before anything is written, so nothing has to abort the requests.
  return checkForUpdates(service, packs, new AbortController().signal);
}

async function fromFeeds({ subjects, store, terminal, timeout }: Search): Promise<readonly UpdateResult[]> {
  const packs = await feedsInUse(subjects.packs, store, terminal);
  const access = webAccess({ ...WEB_LIMITS, timeout });
  return askFeeds(access, packs, todayOf(terminal), new AbortController().signal);
}

async function fromFile(path: string, search: Search): Promise<readonly UpdateResult[]> {
  const { subjects, namedClouds, store, terminal } = search;
  const text = await readListText(path, terminal);
  const name = terminal.system.path.basename(path);
  const fitting = feedsFor(text, name, subjects);
  if (fitting.size > 0) return fromSavedFeed({ path, text, name }, fitting, search);
  if (subjects.areNamed && subjects.clouds.length === 0) {
    throw new UsageError(`${path}: no feed of ${subjects.packs.map(({ id }) => id).join(', ')} has this form`);
  }
  const list = readEndpointFile(text, name, subjects.clouds[0]);
  if (typeof list === 'string') throw new UsageError(`${path}: ${list}`);
  const cloud = INSTANCES[list.instance];
  if (namedClouds && !namedClouds.includes(cloud)) {
    throw new UsageError(`${path}: a list of ${cloud}, but --cloud names ${namedClouds.join(', ')}`);
  }
  return [compareList(list, await listInUse(store, cloud, terminal))];
}

/**
 * The feeds that a saved file is for: those of its format. Lists of networks look alike, so that one without the name of a pack
 * is for the feeds whose address ends in the name of the file.
 */
function feedsFor(text: string, name: string, { packs, areNamed }: Subjects): ReadonlyMap<Pack, readonly string[]> {
  const format = formatOf(text);
  const isNamedLike = (url: string) => new URL(url).pathname.endsWith(`/${name}`);
  const fitting = packs.map((pack) => {
    const ofFormat = Object.entries(pack.feeds ?? {}).filter(([, feed]) => feed.format === format);
    const like = ofFormat.filter(([, { url }]) => isNamedLike(url));
    const meant = format !== 'networks' || (areNamed && like.length === 0) ? ofFormat : like;
    return [pack, meant.map(([key]) => key)] as const;
  });
  return new Map(fitting.filter(([, keys]) => keys.length > 0));
}

async function fromSavedFeed(
  { path, text, name }: { readonly path: string; readonly text: string; readonly name: string },
  fitting: ReadonlyMap<Pack, readonly string[]>,
  { store, terminal }: Search,
): Promise<readonly UpdateResult[]> {
  const results: UpdateResult[] = [];
  for (const [known, keys] of fitting) {
    if (keys.length > 1 && Object.values(known.feeds ?? {}).every(({ part }) => part === undefined)) {
      throw new UsageError(`${path}: ${known.id} has several feeds of this form; name the file as its feed is named`);
    }
    const [pack = known] = await feedsInUse([known], store, terminal);
    const feeds = Object.entries(pack.feeds ?? {}).filter(([key]) => keys.includes(key));
    const copies = readFeedFile(text, name, feeds, todayOf(terminal));
    if (typeof copies === 'string') throw new UsageError(`${path}: ${copies}`);
    results.push(compareFeeds(pack, copies));
  }
  return results;
}

/** The day of a run, `YYYY-MM-DD`. */
function todayOf({ now }: Terminal): string {
  return new Date(now()).toISOString().slice(0, 10);
}

async function listInUse(store: EndpointStore, cloud: Cloud, terminal: Terminal): Promise<Pack> {
  return told(await store.packInUse(cloud), terminal);
}

async function feedsInUse(packs: readonly Pack[], store: EndpointStore, terminal: Terminal): Promise<readonly Pack[]> {
  return Promise.all(packs.map(async (pack) => told(await store.feedsInUse(pack), terminal)));
}

function told({ pack, problem }: { readonly pack: Pack; readonly problem?: string }, terminal: Terminal): Pack {
  if (problem !== undefined) terminal.writeError(`lintel: ${problem}\n`);
  return pack;
}
