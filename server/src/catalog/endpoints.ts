// Makes a requirement pack from the endpoint list that Microsoft publishes.
import { endpointNotes } from '../../generated/catalog-data.js';
import { validateEndpoints } from '../../generated/validators.js';
import { once } from '../kept/once.js';
import { IntervalSet } from '../model/intervals.js';
import { IpSet, parsePrefix } from '../model/ip.js';
import { formatPorts, type PortSet, parsePorts, portTexts } from '../model/ports.js';
import type { Asker, EndpointNotes, SetNote, SourceDocument, SourceReference, Treatment } from './endpoint-notes.js';
import type { Cloud, Endpoint, Pack, Requirement, RequirementSource, RetiredEndpoint } from './requirement.js';

/** The names that the endpoints web service gives the clouds. */
export const INSTANCES = {
  Worldwide: 'worldwide',
  USGovGCCHigh: 'usgov-gcchigh',
  USGovDoD: 'usgov-dod',
  China: 'china',
} as const satisfies Record<string, Cloud>;

export type Instance = keyof typeof INSTANCES;

export const INSTANCE_NAMES: readonly Instance[] = Object.keys(INSTANCES).filter((name): name is Instance =>
  Object.hasOwn(INSTANCES, name),
);

/** The name that the web service gives a cloud. */
export function instanceOf(cloud: Cloud): Instance {
  return INSTANCE_NAMES.find((instance) => INSTANCES[instance] === cloud) ?? 'Worldwide';
}

/** One endpoint set as the web service returns it ("Microsoft 365 IP Address and URL web service", Endpoints method). */
export interface EndpointSet {
  readonly id: number;
  readonly serviceArea: string;
  readonly urls?: readonly string[];
  readonly ips?: readonly string[];
  /** Comma separated, with or without spaces, in any order; may be empty. */
  readonly tcpPorts?: string;
  readonly udpPorts?: string;
  readonly category: 'Optimize' | 'Allow' | 'Default';
  readonly required: boolean;
  /** Whether Microsoft announces the set's addresses over ExpressRoute. */
  readonly expressRoute?: boolean;
  readonly notes?: string;
}

/** The published endpoints of one cloud. */
export interface EndpointList {
  readonly instance: Instance;
  /** Ten digits, `YYYYMMDDNN`. */
  readonly version: string;
  readonly endpoints: readonly EndpointSet[];
}

/** Whether a value is a version of an endpoint list: ten digits, `YYYYMMDDNN`. */
export function isEndpointVersion(value: unknown): value is string {
  return typeof value === 'string' && /^\d{10}$/.test(value);
}

/** Reads a stored endpoint list; where it is invalid, the field and the message. */
export function readEndpointList(
  fields: Partial<Readonly<Record<keyof EndpointList, unknown>>>,
): EndpointList | { readonly field: keyof EndpointList; readonly message: string } {
  const { instance, version, endpoints } = fields;
  const known = INSTANCE_NAMES.find((name) => name === instance);
  if (!known) {
    const message = `${JSON.stringify(instance)} is not one of ${INSTANCE_NAMES.join(', ')}`;
    return { field: 'instance', message };
  }
  if (!isEndpointVersion(version)) {
    const message = `${JSON.stringify(version)} is not a version of ten digits, such as "2026081400"`;
    return { field: 'version', message };
  }
  const sets = readEndpointSets(endpoints);
  return typeof sets === 'string'
    ? { field: 'endpoints', message: sets }
    : { instance: known, version, endpoints: sets };
}

/** Reads a response of the web service; a message where it is invalid. */
export function readEndpointSets(answer: unknown): readonly EndpointSet[] | string {
  if (!validateEndpoints(answer)) {
    const error = validateEndpoints.errors?.[0];
    return `not an endpoint list: ${error?.instancePath || 'the response'} ${error?.message ?? 'is invalid'}`;
  }
  const sets = answer as readonly EndpointSet[];
  for (const set of sets) {
    for (const prefix of set.ips ?? []) {
      if (!parsePrefix(prefix)) return `not an endpoint list: set ${set.id} has the address ${JSON.stringify(prefix)}`;
    }
    for (const ports of [set.tcpPorts, set.udpPorts]) {
      if (isGiven(ports) && !parsePorts(ports)) {
        return `not an endpoint list: set ${set.id} has the ports ${JSON.stringify(ports)}`;
      }
    }
  }
  return sets;
}

/**
 * The requirements that follow from a cloud's endpoint list: to reach each set over each of its protocols, and the
 * treatments that the documents ask for its category and service. Sets without a note of their own are described
 * with the texts of their service area.
 */
export function packFromEndpoints(
  instance: Instance,
  version: string,
  sets: readonly EndpointSet[],
  notes: EndpointNotes = endpointNotes(),
): Pack {
  const cloud = INSTANCES[instance];
  const pack = `m365-${cloud}`;
  const ordered = [...sets].sort((a, b) => a.id - b.id);
  return {
    id: pack,
    title: notes.clouds[cloud].title,
    version,
    cloud,
    roles: notes.roles,
    requirements: ordered.flatMap((set) => requirementsOf(set, { pack, cloud, version, notes })),
    retired: retiredFrom(cloud, version, sets, notes),
  };
}

/** The same of a list, with the texts that are built in. */
export function packOfList({ instance, version, endpoints }: EndpointList): Pack {
  return packFromEndpoints(instance, version, endpoints);
}

interface Context {
  readonly pack: string;
  readonly cloud: Cloud;
  readonly version: string;
  readonly notes: EndpointNotes;
}

interface Flow {
  readonly protocol: 'tcp' | 'udp';
  readonly ports: PortSet;
}

const WEB_PORTS: PortSet = IntervalSet.of([80, 80], [443, 443]);
const CATEGORIES = { Optimize: 'optimize', Allow: 'allow', Default: 'default' } as const;

function requirementsOf(set: EndpointSet, context: Context): Requirement[] {
  const { notes, cloud, pack, version } = context;
  const service = notes.services[set.serviceArea] ?? { tag: 'common', title: set.serviceArea, why: UNKNOWN_SERVICE };
  const note: SetNote = notes.clouds[cloud].sets[set.id] ?? {
    title: `${service.title}, set ${set.id}`,
    why: service.why,
  };
  const category = CATEGORIES[set.category];
  const to = destinationOf(set);
  const document = notes.clouds[cloud].document;
  const remark = set.notes?.trim();
  const common = {
    category,
    tags: ['m365', category, service.tag],
    ...(set.expressRoute === undefined ? {} : { expressRoute: set.expressRoute }),
    ...(remark ? { notes: remark } : {}),
  } as const;
  const shares = [flowOf('tcp', set.tcpPorts), flowOf('udp', set.udpPorts)].flatMap((flow) =>
    flow ? sharesOfAskers(flow, note.askers ?? []) : [],
  );

  const reach = shares.map(({ flow, asker, isWhole }): Requirement => {
    const { protocol, ports } = flow;
    const also = note.alsoDocumentedIn?.[protocol];
    const aspect = asker && !isWhole ? `${protocol}-${formatPorts(ports).replaceAll(/[^\d]+/g, '-')}` : protocol;
    return {
      id: `${pack}/${set.id}/${aspect}`,
      title: `${note.title}: ${protocol.toUpperCase()} ${formatPorts(ports)}`,
      why: asker?.why ?? note.why,
      kind: 'reach',
      flow: requirementFlow(asker?.role ?? 'clients', to, flow),
      ...(asker ? { onlyIfDeclared: true } : {}),
      required: set.required,
      source: { document: document.title, section: `ID ${set.id}`, url: document.url, revision: version },
      ...(also ? { alsoDocumentedIn: also.map((reference) => resolve(reference, notes.documents)) } : {}),
      ...common,
    };
  });
  const [tcp, udp] = (['tcp', 'udp'] as const).map(
    (protocol) => shares.find(({ flow, asker }) => flow.protocol === protocol && !asker)?.flow,
  );

  const applicable = notes.treatments.filter(
    ({ categories, services }) => categories.includes(category) && services.includes(service.tag),
  );
  const aspects = new Set(applicable.map(({ aspect }) => aspect));
  const treatments = applicable.flatMap((treatment): Requirement[] => {
    const flow = flowFor(treatment.transport, tcp, udp);
    if (!flow) return [];
    return [
      {
        id: `${pack}/${set.id}/${treatment.aspect}`,
        title: `${note.title}: ${treatment.title}`,
        why: treatment.why,
        kind: treatment.kind,
        flow: requirementFlow(treatment.from ?? 'clients', to, flow),
        required: treatment.kind !== 'advice' && set.required,
        source: resolve(treatment.source, notes.documents),
        ...(treatment.alsoDocumentedIn
          ? { alsoDocumentedIn: treatment.alsoDocumentedIn.map((reference) => resolve(reference, notes.documents)) }
          : {}),
        ...narrowed(treatment, aspects, `${pack}/${set.id}`),
        ...common,
        tags: [...common.tags, ...(treatment.tags ?? [])],
      },
    ];
  });
  return [...reach, ...treatments];
}

/** What one kind of client needs is a part of what all clients need, or concerns nobody where there is no such client. */
function narrowed(
  { refines, alongWith }: Treatment,
  aspects: ReadonlySet<string>,
  set: string,
): Pick<Requirement, 'refines' | 'onlyIfDeclared' | 'alongWith'> {
  if (refines === undefined) return {};
  return {
    ...(aspects.has(refines) ? { refines: `${set}/${refines}` } : { onlyIfDeclared: true }),
    ...(alongWith === undefined ? {} : { alongWith }),
  };
}

/** The ports of a set that one kind of machine connects to; all that it lists for the protocol where `isWhole`. */
interface AskerShare {
  readonly flow: Flow;
  /** Absent for clients. */
  readonly asker?: Asker;
  readonly isWhole: boolean;
}

/** Each asker with its ports, and clients with the others. */
function sharesOfAskers(flow: Flow, askers: readonly Asker[]): readonly AskerShare[] {
  let left = flow.ports;
  const named = askers.flatMap((asker): AskerShare[] => {
    const own = asker.protocol === flow.protocol ? parsePorts(asker.ports)?.intersect(left) : undefined;
    if (!own || own.isEmpty) return [];
    left = left.subtract(own);
    return [{ flow: { ...flow, ports: own }, asker, isWhole: own.equals(flow.ports) }];
  });
  return left.isEmpty ? named : [{ flow: { ...flow, ports: left }, isWhole: named.length === 0 }, ...named];
}

const UNKNOWN_SERVICE = 'Microsoft lists these endpoints for Microsoft 365.';

function destinationOf(set: EndpointSet): Endpoint {
  const prefixes = distinct(set.ips ?? []);
  const hosts = distinct((set.urls ?? []).map((host) => host.toLowerCase()));
  return { ...(prefixes.length > 0 ? { prefixes } : {}), ...(hosts.length > 0 ? { hosts } : {}) };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => text !== '');
}

function isGiven(ports: string | undefined): ports is string {
  return ports !== undefined && ports.trim() !== '';
}

function flowOf(protocol: Flow['protocol'], text: string | undefined): Flow | undefined {
  const ports = isGiven(text) ? parsePorts(text) : undefined;
  return ports ? { protocol, ports } : undefined;
}

function flowFor(transport: Treatment['transport'], tcp: Flow | undefined, udp: Flow | undefined): Flow | undefined {
  switch (transport) {
    case 'any':
      return tcp ?? udp;
    case 'tcp':
      return tcp;
    case 'web': {
      const ports = tcp?.ports.intersect(WEB_PORTS);
      return ports && !ports.isEmpty ? { protocol: 'tcp', ports } : undefined;
    }
  }
}

function requirementFlow(role: string, to: Endpoint, flow: Flow): Requirement['flow'] {
  const ports = portTexts(flow.ports).join(',');
  return { from: { role }, to, protocol: flow.protocol, ports, direction: 'outbound' };
}

/** Looks a reference up among the documents that its file declares. */
export function resolve(
  reference: SourceReference,
  documents: Readonly<Record<string, SourceDocument>>,
): RequirementSource {
  const document = documents[reference.document];
  return {
    document: document?.title ?? reference.document,
    url: document?.url ?? '',
    ...(reference.section === undefined ? {} : { section: reference.section }),
    ...(document?.revision === undefined ? {} : { revision: document.revision }),
  };
}

/** The endpoints that left the list, unless this version contains them again. */
function retiredFrom(
  cloud: Cloud,
  version: string,
  sets: readonly EndpointSet[],
  notes: EndpointNotes,
): RetiredEndpoint[] {
  const listed = new Set(sets.flatMap(({ urls, ips }) => [...(urls ?? []), ...(ips ?? [])]));
  const prefixes = once(() =>
    [...listed].flatMap((text) => (/^[\da-f.:]+\/\d+$/.test(text) ? [{ text, addresses: IpSet.parse(text) }] : [])),
  );
  const { title, url } = notes.clouds[cloud].document;
  return (notes.retired[cloud] ?? []).flatMap(({ prefix, host, sets: ids, lastSeen }): RetiredEndpoint[] => {
    if (listed.has(prefix ?? host ?? '')) return [];
    const was = prefix === undefined ? undefined : IpSet.parse(prefix);
    const replacedBy = was === undefined ? [] : prefixes().filter(({ addresses }) => was.containsAll(addresses));
    return [
      {
        ...(prefix === undefined || replacedBy.length === 0 ? {} : { replacedBy: replacedBy.map(({ text }) => text) }),
        ...(prefix === undefined ? {} : { prefix }),
        ...(host === undefined ? {} : { host }),
        was: ids.length === 1 ? `ID ${ids[0]}` : `IDs ${ids.join(', ')}`,
        lastSeen,
        source: { document: title, url, revision: version },
      },
    ];
  });
}
