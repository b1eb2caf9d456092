import type { Requirement } from '../../../catalog/requirement.js';
import { type IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import { parsePorts } from '../../../model/ports.js';
import type { ProxyModel, ProxyRequest, ServerAspect, ServerModel } from '../../../model/proxy.js';
import type { NetworkContext } from '../network-context.js';
import type { QueryCache } from './query-cache.js';

/** What is asked of a model for one requirement: the requests, or why the model has no say in it. */
export type ProxyQuery =
  | {
      readonly kind: 'ask';
      readonly requests: readonly ProxyRequest[];
      /** The clients that the requests are about. */
      readonly clients: IpSet;
      /** Whether each of them has to be served, or any of them suffices. */
      readonly everyClient: boolean;
    }
  | { readonly kind: 'not-applicable'; readonly reason: string };

/** What is spoken, and where. */
type Service = Pick<ProxyRequest, 'scheme' | 'port' | 'protocol'>;

/** The ports that browsers and Microsoft 365 clients speak HTTP on; other protocols do not pass a web proxy. */
const WEB_PORTS: readonly Service[] = [
  { port: 443, scheme: 'https' },
  { port: 80, scheme: 'http' },
];

/** Translates a requirement into requests that a model can decide. */
export function proxyQueryFor(requirement: Requirement, queries: QueryCache, network: NetworkContext): ProxyQuery {
  const applies = hasSay(requirement, queries.model);
  if (applies !== true) return { kind: 'not-applicable', reason: applies };
  const { to, direction } = requirement.flow;
  if (direction === 'inbound') return notApplicable('it is about connections from outside');
  if (!to.hosts || to.hosts.length === 0) {
    return notApplicable('its document names addresses only; a packet filter has to permit them');
  }
  const services =
    queries.model.kind === 'server' && queries.model.filtersAt !== undefined
      ? filteredServices(requirement, queries.model, network)
      : webServices(requirement);
  if (typeof services === 'string') return notApplicable(services);
  const hosts = queries.hosts(to.hosts);
  const addresses = to.prefixes && to.prefixes.length > 0 ? queries.addresses(to.prefixes) : undefined;
  // A treatment of TLS concerns only what is encrypted.
  const asked = requirement.kind === 'no-decrypt' ? services.filter(({ scheme }) => scheme === 'https') : services;
  if (asked.length === 0) return notApplicable('it is not encrypted');
  const user = requirement.kind === 'no-proxy-auth' ? 'none' : 'any';
  const { role } = requirement.flow.from;
  const declared = role === undefined ? undefined : network.roles.get(role);
  const clients = declared ?? PRIVATE_SPACE;
  return {
    kind: 'ask',
    requests: asked.map((service) => ({ ...service, hosts, addresses, clients, user })),
    clients,
    // Nobody has to be able to reach a service from everywhere, but whoever reaches it gets the treatment that its
    // document asks for. A role that nobody declared may be any of the clients.
    everyClient: declared !== undefined || (requirement.kind !== 'reach' && (role ?? 'clients') === 'clients'),
  };
}

/** The services of a requirement that pass a web proxy, or why none does. */
function webServices({ flow: { protocol, ports } }: Requirement): readonly Service[] | string {
  if (protocol === 'udp') return 'a web proxy carries TCP only; a packet filter has to permit this';
  const wanted = ports === undefined ? undefined : parsePorts(ports);
  const web = WEB_PORTS.filter(({ port }) => wanted === undefined || wanted.has(port));
  return web.length > 0 ? web : `port ${ports} is not a web port; a packet filter has to permit it`;
}

/** How many ports a packet filter is asked about one by one. */
const PORT_LIMIT = 64;

/** The services of a requirement as a packet filter that knows hosts sees them, or why it is not asked. */
function filteredServices(
  { flow: { from, to, protocol, ports } }: Requirement,
  { filtersAt }: ServerModel,
  { role, hook, point }: NetworkContext,
): readonly Service[] | string {
  if (role !== undefined && from.role !== role && to.role !== role) return `it is not about the role ${role}`;
  const answering = point ?? hook;
  if (answering !== undefined && answering !== filtersAt) return `its hosts are not told at ${answering}`;
  const wanted = ports === undefined ? undefined : parsePorts(ports);
  if (!wanted || protocol === 'any') return 'it is about too many ports to ask for each host';
  const services: Service[] = [];
  for (const [low, high] of wanted.intervals) {
    if (services.length + high - low >= PORT_LIMIT) return 'it is about too many ports to ask for each host';
    for (let port = low; port <= high; port++) {
      services.push({ scheme: port === 80 ? 'http' : 'https', port, ...(protocol === 'udp' ? { protocol } : {}) });
    }
  }
  return services;
}

function notApplicable(reason: string): ProxyQuery {
  return { kind: 'not-applicable', reason };
}

/** True where the kind of model decides the kind of requirement, otherwise the reason why it does not. */
function hasSay(requirement: Requirement, model: ProxyModel): true | string {
  switch (requirement.kind) {
    case 'advice':
      return 'it is advice, shown for information';
    case 'resolve-locally':
      return 'name resolution is not decided by this file';
    case 'no-ipsec':
      return 'IPsec is not decided by this file';
    case 'bypass-proxy':
    case 'use-proxy':
      return (
        model.kind === 'selection' || 'the clients decide whether they use the proxy, for instance in their PAC file'
      );
    case 'reach':
      return decides(model, 'access') || 'the proxy and the packet filter decide what can be reached';
    case 'no-decrypt':
      return decides(model, 'tls') || 'the proxy decides it for what is sent there';
    case 'no-proxy-auth':
      return decides(model, 'login') || 'the proxy decides it for what is sent there';
  }
}

function decides(model: ProxyModel, aspect: ServerAspect): boolean {
  return model.kind === 'server' && (model.decides === undefined || model.decides.includes(aspect));
}
