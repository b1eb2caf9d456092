// Reads an organisation's own requirement pack.
import { endpointList } from '../../generated/catalog-data.js';
import { validateCatalog } from '../../generated/validators.js';
import { parseMessages } from '../model/icmp.js';
import { formatAddress, IpSet, parsePrefix } from '../model/ip.js';
import { parsePorts } from '../model/ports.js';
import type { Location } from '../text/range.js';
import { schemaProblems, YamlText } from '../yaml/yaml-text.js';
import type { SourceDocument, SourceReference } from './endpoint-notes.js';
import { type EndpointList, packFromEndpoints, readEndpointList, resolve } from './endpoints.js';
import { withFeeds } from './feed-addresses.js';
import { checkFeeds, checkFeedsOf } from './feed-checks.js';
import type { Feed } from './feeds.js';
import { matchesGlob } from './glob.js';
import type { Path, Report } from './pack-report.js';
import type { Cloud, Endpoint, FlowException, Pack, Requirement, RetiredEndpoint } from './requirement.js';

/** A value of a pack file that is not one of those allowed. */
export interface PackProblem extends Location {
  readonly message: string;
}

/** The content of a pack file. Requirements with problems are left out of the pack; the others are used. */
export interface LoadedPack {
  /** `undefined` where the file is not a pack at all. */
  readonly pack: Pack | undefined;
  readonly problems: readonly PackProblem[];
  /** The ids that its requirements name, of this pack or of others. */
  readonly references: readonly PackReference[];
}

/** An id, or a pattern of ids, that a requirement refines or conflicts with. */
export interface PackReference extends Location {
  readonly id: string;
}

/** The roles that every pack may name without declaring them. */
export const COMMON_ROLES: Readonly<Record<string, string>> = {
  clients: 'The computers and phones of your people',
};

/** A requirement as written in a file: keys with a default may be absent. */
interface FileRequirement extends Omit<Requirement, 'flow' | 'required' | 'tags' | 'source' | 'alsoDocumentedIn'> {
  readonly flow: {
    readonly from?: Endpoint;
    readonly to: Endpoint;
    readonly protocol: Requirement['flow']['protocol'];
    readonly ports?: string | number;
    readonly messages?: string | number;
    readonly sourcePorts?: string | number;
    readonly sourcePortsSetting?: Requirement['flow']['sourcePortsSetting'];
    readonly sourcePortsDefaultOf?: Requirement['flow']['sourcePortsDefaultOf'];
    readonly direction?: Requirement['flow']['direction'];
    readonly except?: FlowException;
  };
  readonly required?: boolean;
  readonly tags?: readonly string[];
  readonly source: SourceReference;
  readonly alsoDocumentedIn?: readonly SourceReference[];
}

interface FilePack {
  readonly id: string;
  readonly title: string;
  readonly version: string | number;
  readonly cloud?: Cloud;
  readonly roles?: Readonly<Record<string, string>>;
  readonly documents: Readonly<
    Record<string, Omit<SourceDocument, 'revision'> & { readonly revision?: string | number }>
  >;
  readonly feeds?: Readonly<Record<string, Feed>>;
  readonly requirements: readonly FileRequirement[];
  readonly retired?: readonly (Omit<RetiredEndpoint, 'source'> & { readonly source: SourceReference })[];
}

/** How many problems of one file are reported. */
const PROBLEM_LIMIT = 200;

/**
 * Reads a pack: a file of requirements (`schemas/catalog.schema.json`), or an endpoint list as `lintel catalog update`
 * stores it. Never throws, whatever the text.
 */
export function loadPack(text: string, uri: string): LoadedPack {
  const { problems, ...loaded } = readPack(text, uri);
  return { ...loaded, problems: problems.slice(0, PROBLEM_LIMIT) };
}

function readPack(text: string, uri: string): LoadedPack {
  const references: PackReference[] = [];
  const list = validEndpointList(text);
  if (list) return { pack: packFromEndpoints(list.instance, list.version, list.endpoints), problems: [], references };
  const yaml = YamlText.parse(text);
  const problems: PackProblem[] = yaml.problems.map((problem) => ({ uri, ...problem }));
  if (yaml.value === undefined) return { pack: undefined, problems, references };
  const report: Report = (path, message) => problems.push({ uri, range: yaml.rangeOf(path), message });

  if (isEndpointList(yaml.value)) return { pack: packOfList(yaml.value, report), problems, references };

  // Indices of the requirements and retired endpoints that cannot be used.
  const broken = { requirements: new Set<number>(), retired: new Set<number>() };
  let whole = true;
  if (!validateCatalog(yaml.value)) {
    for (const { path, range, message } of schemaProblems(validateCatalog.errors ?? [], yaml)) {
      problems.push({ uri, range, message });
      const [list, index] = path;
      if ((list === 'requirements' || list === 'retired') && typeof index === 'number') broken[list].add(index);
      else whole = false;
    }
  }
  if (!whole) return { pack: undefined, problems, references };
  const file = yaml.value as FilePack;
  const own = file.requirements.map(({ id }) => `${id}`);
  file.requirements.forEach(({ refines, conflictsWith = [] }, index) => {
    if (broken.requirements.has(index)) return;
    const refer = (id: string, ...path: Path) => {
      // One of this file with a problem is told once.
      if (own.some((one) => matchesGlob(one, id))) return;
      references.push({ id, uri, range: yaml.rangeOf(['requirements', index, ...path]) });
    };
    if (refines !== undefined) refer(refines, 'refines');
    for (const [place, id] of conflictsWith.entries()) refer(id, 'conflictsWith', place);
  });
  return { pack: checkedPack(file, broken, report), problems, references };
}

/** A valid endpoint list, read as JSON: parsing it as YAML, which keeps positions, takes a thousand times as long. */
function validEndpointList(text: string): EndpointList | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const list = isEndpointList(value) ? readEndpointList(value) : undefined;
    return list && 'endpoints' in list ? list : undefined;
  } catch {
    return undefined;
  }
}

function isEndpointList(value: unknown): value is Readonly<Record<keyof EndpointList, unknown>> {
  return typeof value === 'object' && value !== null && 'endpoints' in value && 'instance' in value;
}

function packOfList(value: Readonly<Record<keyof EndpointList, unknown>>, report: Report): Pack | undefined {
  const list = readEndpointList(value);
  if ('field' in list) {
    report([list.field], list.message);
    return undefined;
  }
  return packFromEndpoints(list.instance, list.version, list.endpoints);
}

/** Checks what the schema cannot express, and fills in defaults. */
function checkedPack(
  file: FilePack,
  broken: { readonly requirements: ReadonlySet<number>; readonly retired: ReadonlySet<number> },
  report: Report,
): Pack {
  const documents = Object.fromEntries(
    Object.entries(file.documents).map(([name, { revision, ...document }]) => [
      name,
      revision === undefined ? document : { ...document, revision: `${revision}` },
    ]),
  );
  const roles = file.roles ?? {};
  const feeds = checkFeeds(file.feeds, report);
  const ids = new Set<string>();
  const requirements = file.requirements.filter((requirement, index) => {
    if (broken.requirements.has(index)) return false;
    let good = true;
    const reportHere: Report = (path, message) => {
      good = false;
      report(['requirements', index, ...path], message);
    };
    checkRequirement(requirement, file.id, ids, { ...COMMON_ROLES, ...roles }, documents, reportHere);
    for (const end of ['from', 'to'] as const) {
      checkSets(requirement.flow[end], file.cloud, ['flow', end], reportHere);
      checkFeedsOf(requirement.flow[end], feeds, Object.keys(file.feeds ?? {}), ['flow', end], reportHere);
    }
    ids.add(requirement.id);
    return good;
  });
  const retired = (file.retired ?? []).filter((entry, index) => {
    if (broken.retired.has(index)) return false;
    let good = true;
    const reportHere: Report = (path, message) => {
      good = false;
      report(['retired', index, ...path], message);
    };
    if (entry.prefix !== undefined) checkPrefix(entry.prefix, ['prefix'], reportHere);
    if (entry.host !== undefined) checkHost(entry.host, ['host'], reportHere);
    checkReference(entry.source, documents, ['source'], reportHere);
    return good;
  });
  return withFeeds({
    id: file.id,
    title: file.title,
    version: `${file.version}`,
    ...(file.cloud === undefined ? {} : { cloud: file.cloud }),
    roles,
    ...(file.feeds === undefined ? {} : { feeds }),
    requirements: requirements.map((requirement) => completed(requirement, documents)),
    retired: retired.map(({ source, ...entry }) => ({ ...entry, source: resolve(source, documents) })),
  });
}

function checkRequirement(
  requirement: FileRequirement,
  packId: string,
  ids: ReadonlySet<string>,
  roles: Readonly<Record<string, string>>,
  documents: Readonly<Record<string, SourceDocument>>,
  report: Report,
): void {
  const { id, kind, flow } = requirement;
  if (!id.startsWith(`${packId}/`)) report(['id'], `"${id}" does not begin with the pack's id, "${packId}/"`);
  else if (ids.has(id)) report(['id'], `another requirement has the id "${id}"`);
  for (const end of ['from', 'to'] as const) {
    checkEndpoint(flow[end] ?? {}, ['flow', end], roles, report);
    checkEndpoint(flow.except?.[end] ?? {}, ['flow', 'except', end], roles, report);
    for (const list of ['sets', 'feeds'] as const) {
      if (flow.except?.[end]?.[list])
        report(['flow', 'except', end, list], 'exceptions are given by roles and addresses');
    }
  }
  if (kind === 'forbid') checkForbidden(requirement, report);
  else if (flow.except) report(['flow', 'except'], 'exceptions are those of the kind forbid');
  if (kind !== 'advice' && kind !== 'no-ipsec' && isUnrestricted(flow.to) && isUnrestricted(flow.from ?? {})) {
    report(['flow', 'to'], 'the flow names no role, address or host at either end');
  }
  for (const field of ['ports', 'sourcePorts'] as const) {
    const ports = flow[field];
    if (ports !== undefined && !parsePorts(`${ports}`)) {
      report(
        ['flow', field],
        `"${ports}" is not a port, an ascending range or a list of them, such as "80,443,3478-3481"`,
      );
    }
  }
  checkMessages(requirement, report);
  checkFit(requirement, report);
  checkReference(requirement.source, documents, ['source'], report);
  requirement.alsoDocumentedIn?.forEach((reference, index) => {
    checkReference(reference, documents, ['alsoDocumentedIn', index], report);
  });
}

function checkEndpoint(endpoint: Endpoint, path: Path, roles: Readonly<Record<string, string>>, report: Report): void {
  if (endpoint.role !== undefined && !Object.hasOwn(roles, endpoint.role)) {
    const known = Object.keys(roles).join(', ');
    report([...path, 'role'], `"${endpoint.role}" is not a role of this pack; allowed: ${known}`);
  }
  endpoint.prefixes?.forEach((prefix, index) => {
    checkPrefix(prefix, [...path, 'prefixes', index], report);
  });
  endpoint.hosts?.forEach((host, index) => {
    checkHost(host, [...path, 'hosts', index], report);
  });
}

/** Sets are known by numbers, which each cloud gives anew. */
function checkSets(end: Endpoint | undefined, cloud: Cloud | undefined, path: Path, report: Report): void {
  if (!end?.sets) return;
  if (end.prefixes) report([...path, 'sets'], 'endpoint sets stand for their addresses; give these or "prefixes"');
  if (cloud === undefined) {
    report([...path, 'sets'], 'endpoint sets are those of one Microsoft cloud, which the pack names as "cloud"');
    return;
  }
  const known = endpointList(cloud)
    .endpoints.filter(({ ips = [] }) => ips.length > 0)
    .map(({ id }) => id);
  end.sets.forEach((set, index) => {
    if (known.includes(set)) return;
    report([...path, 'sets', index], `${set} is not an endpoint set with addresses; allowed: ${known.join(', ')}`);
  });
}

/** What must not pass is asked of packet filters alone, and these know addresses. */
function checkForbidden({ flow }: FileRequirement, report: Report): void {
  const ends = [
    [flow.from, ['flow', 'from']],
    [flow.to, ['flow', 'to']],
    [flow.except?.from, ['flow', 'except', 'from']],
    [flow.except?.to, ['flow', 'except', 'to']],
  ] as const;
  for (const [end, path] of ends) {
    if (end?.hosts) report([...path, 'hosts'], 'what must not pass is given by roles and addresses, not by host names');
  }
}

/** Messages are what requirements for ICMP list, and nothing else lists. */
function checkMessages({ kind, flow }: FileRequirement, report: Report): void {
  const isIcmp = flow.protocol === 'icmp' || flow.protocol === 'icmpv6';
  if (isIcmp !== (kind === 'control-messages')) {
    report(['flow', 'protocol'], 'the protocols icmp and icmpv6 are those of the kind control-messages');
  } else if (isIcmp !== (flow.messages !== undefined)) {
    report(['flow'], 'ICMP messages are given as "messages", for requirements of the kind control-messages');
  }
  if (flow.messages !== undefined && !parseMessages(`${flow.messages}`)) {
    report(['flow', 'messages'], `"${flow.messages}" is not a list of ICMP types, or types with codes, such as "3/4"`);
  }
}

/** The kinds that a proxy decides, which knows hosts and carries what web browsers send. */
const PROXY_KINDS: ReadonlySet<Requirement['kind']> = new Set<Requirement['kind']>([
  'bypass-proxy',
  'use-proxy',
  'no-decrypt',
  'must-decrypt',
  'no-proxy-auth',
]);

/** What a kind of requirement is never asked about: a requirement that no file can fail is no requirement. */
function checkFit({ kind, flow }: FileRequirement, report: Report): void {
  const isByName = (end: Endpoint = {}) => end.hosts !== undefined && end.role === undefined && !hasAddresses(end);
  if (kind === 'no-ipsec' || kind === 'reach') {
    const reason = 'a packet filter knows these by their addresses: name a role or prefixes as well';
    if (isByName(flow.from)) report(['flow', 'from'], reason);
    if (kind === 'no-ipsec' && isByName(flow.to)) report(['flow', 'to'], reason);
  }
  if (!PROXY_KINDS.has(kind)) return;
  if (!flow.to.hosts) report(['flow', 'to'], `a proxy decides by host names: the kind ${kind} needs "hosts"`);
  if (flow.protocol === 'udp')
    report(['flow', 'protocol'], `a proxy carries TCP only: the kind ${kind} is not about udp`);
  const ports = flow.ports === undefined ? undefined : parsePorts(`${flow.ports}`);
  if (ports && !WEB_PORTS.some((port) => ports.has(port)))
    report(
      ['flow', 'ports'],
      `a proxy is asked for the ports ${WEB_PORTS.join(' and ')}: the kind ${kind} is about no others`,
    );
  if (flow.sourcePorts !== undefined) report(['flow', 'sourcePorts'], 'a proxy does not decide by source ports');
  if (flow.direction === 'inbound') report(['flow', 'direction'], 'a proxy is asked for outbound connections only');
}

/** The ports that proxies are asked for. */
const WEB_PORTS: readonly number[] = [80, 443];

function isUnrestricted(endpoint: Endpoint): boolean {
  return endpoint.role === undefined && !hasAddresses(endpoint) && !endpoint.hosts;
}

function hasAddresses({ prefixes, sets, feeds }: Endpoint): boolean {
  return prefixes !== undefined || sets !== undefined || feeds !== undefined;
}

function checkPrefix(text: string, path: Path, report: Report): void {
  const prefix = parsePrefix(text);
  if (!prefix) {
    report(path, `"${text}" is not an address or prefix, such as "192.0.2.0/24" or "2001:db8::/32"`);
    return;
  }
  const network = IpSet.of(prefix).first;
  if (network && formatAddress(network) !== formatAddress(prefix.address)) {
    report(path, `"${text}" has host bits set; the prefix is ${formatAddress(network)}/${prefix.length}`);
  }
}

function checkHost(text: string, path: Path, report: Report): void {
  const labels = text.split('.');
  const valid = text.length <= 253 && labels.every((label) => /^[a-z0-9_*-]{1,63}$/i.test(label));
  if (!valid) report(path, `"${text}" is not a host name or pattern, such as "example.com" or "*.example.com"`);
}

function checkReference(
  { document }: SourceReference,
  documents: Readonly<Record<string, SourceDocument>>,
  path: Path,
  report: Report,
): void {
  if (Object.hasOwn(documents, document)) return;
  const known = Object.keys(documents).join(', ');
  report([...path, 'document'], `"${document}" is not one of the documents of this pack: ${known}`);
}

function completed(file: FileRequirement, documents: Readonly<Record<string, SourceDocument>>): Requirement {
  const { flow, source, alsoDocumentedIn, required, tags, ...rest } = file;
  return {
    ...rest,
    flow: {
      from: flow.from ?? { role: 'clients' },
      to: lowerCased(flow.to),
      protocol: flow.protocol,
      ...(flow.ports === undefined ? {} : { ports: `${flow.ports}` }),
      ...(flow.messages === undefined ? {} : { messages: `${flow.messages}` }),
      ...(flow.sourcePorts === undefined ? {} : { sourcePorts: `${flow.sourcePorts}` }),
      ...(flow.sourcePortsSetting === undefined ? {} : { sourcePortsSetting: flow.sourcePortsSetting }),
      ...(flow.sourcePortsDefaultOf === undefined ? {} : { sourcePortsDefaultOf: flow.sourcePortsDefaultOf }),
      direction: flow.direction ?? 'outbound',
      ...(flow.except === undefined ? {} : { except: flow.except }),
    },
    required: required ?? file.kind !== 'advice',
    tags: tags ?? [],
    source: resolve(source, documents),
    ...(alsoDocumentedIn
      ? { alsoDocumentedIn: alsoDocumentedIn.map((reference) => resolve(reference, documents)) }
      : {}),
  };
}

function lowerCased(endpoint: Endpoint): Endpoint {
  return endpoint.hosts ? { ...endpoint, hosts: endpoint.hosts.map((host) => host.toLowerCase()) } : endpoint;
}
