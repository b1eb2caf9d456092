// Reads a workspace file (lintel.yaml) with the packs and endpoint lists that it uses.

import { builtInPacks, Catalog, packsWithFeeds } from '../catalog/catalog.js';
import { withFeeds } from '../catalog/feed-addresses.js';
import { type LoadedPack, loadPack, type PackReference } from '../catalog/pack-file.js';
import { CLOUDS, type Cloud, type Pack } from '../catalog/requirement.js';
import type { StoredFeeds } from '../catalog/stored-feeds.js';
import { unknownReferences } from '../catalog/unknown-selectors.js';
import type { Source, Sources, Unavailable } from '../dialects/dialect.js';
import { addAll } from '../kept/lists.js';
import { Memo } from '../kept/memo.js';
import { once } from '../kept/once.js';
import { matchesGlob } from '../text/glob.js';
import {
  type ConfigurationProblem,
  type FileEntry,
  type LintelFile,
  type PackPattern,
  readLintelFile,
} from './lintel-file.js';
import { storedEndpoints, storedFeeds, storedPath } from './stored-endpoints.js';

/** A workspace file with the packs that it lists: what applies to the files in its folder and below. */
export class Configuration {
  private readonly catalogs = new Map<Cloud, Catalog>();

  constructor(
    /** The workspace file as it was read; an empty text where there is none. */
    readonly source: Source,
    readonly file: LintelFile,
    private readonly ownPacks: ReadonlyMap<string, Pack | undefined>,
    /** The endpoint lists of the workspace, which replace the built-in ones. */
    private readonly endpoints: ReadonlyMap<Cloud, Pack>,
    /** The copies of feeds of the workspace, by the ids of the packs whose copies they replace. */
    private readonly feeds: ReadonlyMap<string, StoredFeeds>,
    /** Selectors of what must not pass, which is checked in every file. */
    readonly forbidden: readonly string[] = [],
  ) {}

  get uri(): string {
    return this.source.uri;
  }

  /** The cloud whose catalog files are checked with; `fallback` is the one for a workspace file that names none. */
  cloudFor(fallback: Cloud): Cloud {
    return this.file.cloud ?? fallback;
  }

  /** The catalog that files are checked with. */
  catalogFor(fallback: Cloud): Catalog {
    return this.catalogOf(this.cloudFor(fallback));
  }

  /** The catalogs of every cloud, that of the files first. */
  catalogsFrom(fallback: Cloud): ReadonlyMap<Cloud, Catalog> {
    const own = this.cloudFor(fallback);
    const clouds = [own, ...CLOUDS.filter((cloud) => cloud !== own)];
    return new Map(clouds.map((cloud) => [cloud, this.catalogOf(cloud)]));
  }

  /** The built-in packs of one cloud, its endpoint list of the workspace, and the workspace's own packs. */
  catalogOf(cloud: Cloud): Catalog {
    const known = this.catalogs.get(cloud);
    if (known) return known;
    const packs = [...builtInPacks(cloud), ...present([this.endpoints.get(cloud), ...this.ownPacks.values()])];
    const current = packs.map((pack) => {
      const stored = this.feeds.get(pack.id);
      return stored ? withFeeds(pack, stored.feeds) : pack;
    });
    const catalog = Catalog.of(current, this.file.mediaPorts);
    this.catalogs.set(cloud, catalog);
    return catalog;
  }

  /** The first entry for a file, by its path relative to the workspace file's folder. */
  entryFor(path: string): FileEntry | undefined {
    return this.file.files.find(({ match }) => matchesGlob(path, match));
  }

  /** Whether a file is one of the packs that it lists, by canonical URI. */
  listsPack(uri: string): boolean {
    return this.ownPacks.has(uri);
  }
}

/** A workspace file that was read with its packs. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  /** The problems of the file and of its packs. */
  readonly problems: readonly ConfigurationProblem[];
  /** The packs that it lists, and the endpoint lists of the workspace. */
  readonly packUris: readonly string[];
}

/** Reads a workspace file and the packs that it lists. Never throws; invalid values are left out. */
export function readConfiguration(source: Source, sources: Sources): ReadConfiguration {
  const { head, body } = readLintelFile(source.text, source.uri);
  const problems: ConfigurationProblem[] = [];
  const ownPacks = new Map<string, Pack | undefined>();
  const uriOfId = new Map<string, string>();
  const forbidden = new Set<string>();
  const faulty: string[] = [];
  const references: PackReference[] = [];
  const isFile = ({ pattern }: PackPattern) => /\.(?:ya?ml|json|\*)$/i.test(pattern);
  for (const packPattern of [...head.packs, ...head.forbid.filter(isFile)]) {
    const report = (message: string) => problems.push({ uri: source.uri, range: packPattern.range, message });
    for (const uri of packUris(packPattern, source.uri, sources, report)) {
      const packSource = sources.read(uri);
      if (typeof packSource === 'string') {
        report(`"${packPattern.pattern}" ${UNAVAILABLE[packSource]}`);
        continue;
      }
      const { pack, problems: found, references: named } = packOf(packSource);
      if (pack && head.forbid.includes(packPattern)) {
        forbidden.add(pack.id);
        const forbidsNothing = pack.requirements.every(({ kind }) => kind !== 'forbid');
        if (forbidsNothing) report(`"${packPattern.pattern}" has no requirement of the kind forbid`);
      }
      if (ownPacks.has(packSource.uri)) continue;
      addAll(problems, found);
      if (found.length > 0) faulty.push(nameOf(packSource.uri));
      addAll(references, named);
      const other = pack && uriOfId.get(pack.id);
      if (pack && other !== undefined) {
        report(`${nameOf(packSource.uri)} is not used: ${nameOf(other)} has the same id, "${pack.id}"`);
      }
      ownPacks.set(packSource.uri, pack && other === undefined ? own.of(pack, asOwn) : undefined);
      if (pack && other === undefined) uriOfId.set(pack.id, packSource.uri);
    }
  }
  // Without a cloud in the file, a setting may name any of them.
  const clouds = head.cloud === undefined ? CLOUDS : [head.cloud];
  const endpoints = readEndpoints(source, clouds, sources);
  const feeds = readFeeds(source, [...packsWithFeeds(clouds), ...present(ownPacks.values())], sources);
  addAll(problems, [...endpoints.problems, ...feeds.problems]);
  const catalog = once(() =>
    Catalog.of([...clouds.flatMap(builtInPacks), ...endpoints.packs.values(), ...present(ownPacks.values())]),
  );
  for (const { pattern, range } of head.forbid.filter((one) => !isFile(one))) {
    forbidden.add(pattern);
    const selected = catalog().named(pattern);
    if (selected.some(({ kind }) => kind === 'forbid')) continue;
    const message = `"${pattern}" selects nothing that must not pass; egress-hygiene does, and files of packs are given by their paths`;
    problems.push({ uri: source.uri, range, message });
  }
  if (references.length > 0) addAll(problems, unknownReferences(catalog().requirements, references));
  const { file, problems: inBody } = body(catalog, faulty);
  addAll(problems, inBody);
  const configuration = new Configuration(source, file, ownPacks, endpoints.packs, feeds.stored, [...forbidden]);
  return { configuration, problems, packUris: [...ownPacks.keys(), ...endpoints.uris, ...feeds.uris] };
}

/** The endpoint lists in the folder of a workspace file. */
function readEndpoints({ uri }: Source, clouds: readonly Cloud[], sources: Sources) {
  const packs = new Map<Cloud, Pack>();
  const problems: ConfigurationProblem[] = [];
  const uris: string[] = [];
  for (const cloud of clouds) {
    const path = storedPath(cloud);
    const source = sources.read(`${uri.slice(0, uri.lastIndexOf('/'))}/${path}`);
    if (source === 'missing' || source === 'outside-workspace') continue;
    if (typeof source === 'string') {
      problems.push({ uri, range: NOWHERE, message: `"${path}" ${UNAVAILABLE[source]}` });
      continue;
    }
    const stored = storedEndpoints(packOf(source), source.uri, cloud);
    uris.push(source.uri);
    addAll(problems, stored.problems);
    if (stored.pack) packs.set(cloud, stored.pack);
  }
  return { packs, problems, uris };
}

/** The copies of feeds in the folder of a workspace file, for packs that have feeds. */
function readFeeds({ uri }: Source, packs: readonly Pack[], sources: Sources) {
  const stored = new Map<string, StoredFeeds>();
  const problems: ConfigurationProblem[] = [];
  const uris: string[] = [];
  for (const id of new Set(packs.filter(({ feeds }) => feeds).map((pack) => pack.id))) {
    const path = storedPath(id);
    const source = sources.read(`${uri.slice(0, uri.lastIndexOf('/'))}/${path}`);
    if (source === 'missing' || source === 'outside-workspace') continue;
    if (typeof source === 'string') {
      problems.push({ uri, range: NOWHERE, message: `"${path}" ${UNAVAILABLE[source]}` });
      continue;
    }
    uris.push(source.uri);
    const feeds = feedsOf(source, id);
    if (typeof feeds !== 'string') stored.set(id, feeds);
    else problems.push({ uri: source.uri, range: NOWHERE, message: `these networks are not used: ${feeds}` });
  }
  return { stored, problems, uris };
}

/** A file as a whole. */
const NOWHERE = { start: 0, end: 0 };

const UNAVAILABLE: Readonly<Record<Unavailable, string>> = {
  missing: 'does not exist',
  'outside-workspace': 'is outside the workspace',
  unreadable: 'cannot be read',
  'too-large': 'is too large to be read',
};

function packUris({ pattern }: PackPattern, uri: string, sources: Sources, report: (message: string) => void) {
  const segments = pattern.split('/');
  const name = segments.pop() ?? '';
  const folder = [uri.slice(0, uri.lastIndexOf('/')), ...segments.map(encodeSegment)].join('/');
  if (segments.some((segment) => /[*?[]/.test(segment))) {
    report(`"${pattern}" has a wildcard in a folder name; wildcards are allowed only after the last /`);
    return [];
  }
  if (!/[*?[]/.test(name)) return [`${folder}/${encodeSegment(name)}`];
  const listed = sources.list(`${folder}/${encodeSegment(name)}`);
  if (listed.length === 0) report(`no file matches ${pattern}`);
  return listed;
}

function encodeSegment(segment: string): string {
  // A lone surrogate occurs in no file name and cannot be encoded in a URI.
  return encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function nameOf(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

/** Packs are read once, however often the file that lists them is edited. */
const packs = new Memo<Source, LoadedPack>();

function packOf(source: Source): LoadedPack {
  return packs.of(source, ({ text, uri }) => loadPack(text, uri));
}

const copies = new Memo<Source, StoredFeeds | string>();

function feedsOf(source: Source, id: string): StoredFeeds | string {
  return copies.of(source, ({ text }) => storedFeeds(text, id));
}

/** The packs of an organisation's own, each once. */
const own = new Memo<Pack, Pack>();

/** A pack whose requirements are told by its own title; an endpoint list is Microsoft's, wherever it is stored. */
function asOwn(pack: Pack): Pack {
  if (CLOUDS.some((cloud) => pack.id === `m365-${cloud}`)) return pack;
  return { ...pack, requirements: pack.requirements.map((requirement) => ({ ...requirement, ownPack: pack.title })) };
}

function present<Value>(values: Iterable<Value | undefined>): Value[] {
  return [...values].filter((value) => value !== undefined);
}
