// The requests that a proxy's model has to decide for a requirement.
import type { Requirement } from '../../../catalog/requirement.js';
import { parsePorts } from '../../../model/ports.js';
import type { ProxyModel, ProxyRequest, ServerAspect, ServerModel } from '../../../model/proxy.js';
import { failure, type Result, success } from '../../../model/result.js';
import type { NetworkContext } from '../network-context.js';
import { type AskedClients, askedClients } from './clients.js';
import type { QueryCache } from './query-cache.js';

/** What a model has to decide for one requirement: the requests, or why the requirement does not apply to it. */
export type ProxyQuery =
  | ({ readonly kind: 'requests'; readonly requests: readonly ProxyRequest[] } & AskedClients)
  | { readonly kind: 'not-applicable'; readonly reason: string };

/** A protocol and its port. */
type Service = Pick<ProxyRequest, 'scheme' | 'port' | 'protocol'>;

/** The ports that browsers and Microsoft 365 clients use for HTTP; other protocols do not pass a web proxy. */
const WEB_PORTS: readonly Service[] = [
  { port: 443, scheme: 'https' },
  { port: 80, scheme: 'http' },
];

/** What else a PAC file is asked for where it reads URLs: the signalling of Teams, for instance, is a WebSocket. */
const WEB_SOCKETS: readonly Service[] = [{ port: 443, scheme: 'wss' }];

/** Translates a requirement into requests that a model can decide. */
export function proxyQueryFor(requirement: Requirement, queries: QueryCache, network: NetworkContext): ProxyQuery {
  const unrelated = reasonNotApplicable(requirement, queries.model);
  if (unrelated !== undefined) return notApplicable(unrelated);
  const { to, direction } = requirement.flow;
  if (direction === 'inbound') return notApplicable('it is about connections from outside');
  if (!to.hosts || to.hosts.length === 0) {
    return notApplicable('its document names addresses only; a packet filter has to permit them');
  }
  const services: Result<readonly Service[]> =
    queries.model.kind === 'server' && queries.model.filtersAt !== undefined
      ? filteredServices(requirement, queries.model, network)
      : webServices(requirement, queries.model);
  if (!services.ok) return notApplicable(services.reason);
  const hosts = queries.hosts(to.hosts);
  const addresses = to.prefixes && to.prefixes.length > 0 ? queries.addresses(to.prefixes) : undefined;
  // A treatment of TLS concerns only what is encrypted.
  const isOfTls = requirement.kind === 'no-decrypt' || requirement.kind === 'must-decrypt';
  const asked = isOfTls ? services.value.filter(({ scheme }) => scheme === 'https') : services.value;
  if (asked.length === 0) return notApplicable('it is not encrypted');
  const user = requirement.kind === 'no-proxy-auth' ? 'none' : 'any';
  const askedOf = askedClients(requirement.flow.from.role, network, requirement.kind !== 'reach');
  const { clients } = askedOf;
  const resolution = network.resolvesExternalNames ? { resolution: 'always' as const } : {};
  return {
    kind: 'requests',
    requests: asked.map((service) => ({ hosts, addresses, clients, user, ...service, ...resolution })),
    ...askedOf,
  };
}

/** The services of a requirement that pass a web proxy, or why none does. */
function webServices({ flow: { protocol, ports } }: Requirement, model: ProxyModel): Result<readonly Service[]> {
  if (protocol === 'udp') return failure('a web proxy carries TCP only; a packet filter has to permit this');
  const wanted = ports === undefined ? undefined : parsePorts(ports);
  const asked = model.kind === 'selection' && model.readsUrl !== false ? [...WEB_PORTS, ...WEB_SOCKETS] : WEB_PORTS;
  const web = asked.filter(({ port }) => wanted === undefined || wanted.has(port));
  return web.length > 0 ? success(web) : failure(`port ${ports} is not a web port; a packet filter has to permit it`);
}

/** How many ports of a requirement are decided one by one. */
const PORT_LIMIT = 64;

/** The services of a requirement as a packet filter that knows hosts sees them, or why it does not decide them. */
function filteredServices(
  { flow: { from, to, protocol, ports } }: Requirement,
  { filtersAt }: ServerModel,
  { role, hook, point }: NetworkContext,
): Result<readonly Service[]> {
  if (role !== undefined && from.role !== role && to.role !== role) return failure(`it is not about the role ${role}`);
  const chosen = point ?? hook;
  if (chosen !== undefined && chosen !== filtersAt) return failure(`hosts are not decided at ${chosen}`);
  const wanted = ports === undefined ? undefined : parsePorts(ports);
  if (!wanted || protocol === 'any') return failure(TOO_MANY_PORTS);
  const services: Service[] = [];
  for (const [low, high] of wanted.intervals) {
    if (services.length + high - low >= PORT_LIMIT) return failure(TOO_MANY_PORTS);
    for (let port = low; port <= high; port++) {
      services.push({ scheme: port === 80 ? 'http' : 'https', port, ...(protocol === 'udp' ? { protocol } : {}) });
    }
  }
  return success(services);
}

const TOO_MANY_PORTS = 'it is about too many ports to check for each host';

function notApplicable(reason: string): ProxyQuery {
  return { kind: 'not-applicable', reason };
}

/** Why a kind of model does not decide a kind of requirement; `undefined` where it does. */
function reasonNotApplicable(requirement: Requirement, model: ProxyModel): string | undefined {
  switch (requirement.kind) {
    case 'advice':
      return 'it is advice, shown for information';
    case 'control-messages':
    case 'forbid':
      return 'a packet filter decides it';
    case 'no-ipsec':
      return 'IPsec is not decided by this file';
    case 'bypass-proxy':
    case 'use-proxy':
      return model.kind === 'selection'
        ? undefined
        : 'the clients decide whether they use the proxy, for instance in their PAC file';
    case 'reach':
      return decides(model, 'access') ? undefined : 'the proxy and the packet filter decide what can be reached';
    case 'no-decrypt':
    case 'must-decrypt':
      return decides(model, 'tls') ? undefined : 'it is decided by the proxy';
    case 'no-proxy-auth':
      return decides(model, 'login') ? undefined : 'it is decided by the proxy';
  }
}

function decides(model: ProxyModel, aspect: ServerAspect): boolean {
  return model.kind === 'server' && (model.decides === undefined || model.decides.includes(aspect));
}
