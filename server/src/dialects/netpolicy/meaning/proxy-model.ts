// The models of the proxy section: selection of the proxy, and treatment of requests.
import { type Assumption, NO_STEPS, type QuotedLine } from '../../../model/evidence.js';
import type { HostSet } from '../../../model/hosts.js';
import type { IpSet } from '../../../model/ip.js';
import {
  type Case,
  type ProxyRequest,
  type SelectionModel,
  type SelectionOutcome,
  type ServerAspect,
  type ServerModel,
  type ServerOutcome,
  serverScheme,
  type Undecided,
} from '../../../model/proxy.js';
import type { ProxySection } from '../program/proxy.js';
import type { HostList } from '../program/section-reader.js';

/** Hosts that are in a list, with their entry, or that are not. */
interface HostPart {
  readonly hosts: HostSet;
  readonly isListed: boolean;
  /** The entry that lists them; `undefined` for those that are not listed. */
  readonly statement: QuotedLine | undefined;
  readonly assumptions: readonly Assumption[];
}

/** How many entries of a list are distinguished; the last of them represents all further ones. */
const ENTRY_LIMIT = 100;

/** Splits hosts by the entries of a list. */
function partsOf(list: HostList, hosts: HostSet): HostPart[] {
  const parts: HostPart[] = [];
  let rest = hosts;
  for (const { hosts: own, statement } of list.entries) {
    if (rest.isEmpty) break;
    const listed = rest.intersect(own);
    if (listed.isEmpty) continue;
    rest = rest.subtract(own);
    const last = parts[parts.length - 1];
    if (last && parts.length >= ENTRY_LIMIT) parts[parts.length - 1] = { ...last, hosts: last.hosts.union(listed) };
    else parts.push({ hosts: listed, isListed: true, statement, assumptions: [] });
  }
  if (rest.isEmpty) return parts;
  const { unclear } = list;
  if (unclear) {
    const assumptions = [assumption(unclear, 'an entry that cannot be read names the host')];
    parts.push({ hosts: rest, isListed: true, statement: unclear, assumptions });
  }
  const assumptions = unclear ? [assumption(unclear, 'no entry names the host')] : [];
  parts.push({ hosts: rest, isListed: false, statement: undefined, assumptions });
  return parts;
}

function assumption(statement: QuotedLine, phrase: string): Assumption {
  return { unknown: `${statement.range.start} ${statement.text}`, phrase, statement };
}

/** Which hosts clients send to the proxy. */
export function selectionModel(proxy: ProxySection): SelectionModel {
  return {
    kind: 'selection',
    readsUrl: false,
    decide: ({ hosts, clients }) =>
      partsOf(proxy.bypass, hosts).map((part): Case<SelectionOutcome> => {
        const { value, statement } = proxy.default;
        const decidedBy = part.statement ?? statement;
        const outcome = selected(part.isListed ? 'direct' : value, statement);
        const effect = outcome.kind === 'undecided' ? 'leaves it undecided' : outcome.result;
        const { hosts: own, assumptions } = part;
        return {
          hosts: own,
          clients,
          outcome,
          assumptions,
          decidedBy,
          trace: () => [{ statement: decidedBy, effect }],
        };
      }),
  };
}

function selected(route: 'direct' | 'proxy' | undefined, { text }: QuotedLine): SelectionOutcome {
  if (route === undefined) return { kind: 'undecided', reason: `${text} cannot be read` };
  return { kind: 'selected', route, result: route === 'direct' ? 'DIRECT' : 'PROXY' };
}

/** How the proxy treats requests; `undefined` where the file does not define it. */
export function treatmentModel(proxy: ProxySection): ServerModel | undefined {
  const decides: ServerAspect[] = [];
  if (proxy.inspection) decides.push('tls');
  if (proxy.login) decides.push('login');
  if (decides.length === 0) return undefined;
  return {
    kind: 'server',
    decides,
    decide: (request) => partsOf(proxy.bypass, request.hosts).flatMap((part) => treat(proxy, request, part)),
  };
}

function treat(proxy: ProxySection, request: ProxyRequest, part: HostPart): Case<ServerOutcome>[] {
  const { clients } = request;
  const isDirect = part.isListed || proxy.default.value === 'direct';
  if (!part.isListed && proxy.default.value === undefined) {
    const { statement } = proxy.default;
    const outcome: Undecided = { kind: 'undecided', reason: `${statement.text} cannot be read` };
    const { hosts, assumptions } = part;
    return [{ hosts, clients, outcome, assumptions, decidedBy: statement, trace: NO_STEPS }];
  }
  if (isDirect)
    return [
      caseOf({ ...part, clients, access: 'permit', statement: part.statement ?? proxy.default.statement }, UNTREATED),
    ];
  const logins = loginParts(proxy, request, part);
  if (serverScheme(request.scheme) !== 'https' || !proxy.inspection) {
    return logins.map((login) => caseOf(login, UNTREATED));
  }
  const { default: fallback, exceptions } = proxy.inspection;
  return logins.flatMap((login) =>
    partsOf(exceptions, login.hosts).map((treated) => {
      const assumptions = [...login.assumptions, ...treated.assumptions];
      const tls = tlsOf(fallback.value, treated.isListed, fallback.statement);
      const tlsDecidedBy = treated.statement ?? fallback.statement;
      return caseOf({ ...login, hosts: treated.hosts, assumptions }, { tls, tlsDecidedBy });
    }),
  );
}

type Treatment = Pick<Extract<ServerOutcome, { kind: 'served' }>, 'tls' | 'tlsDecidedBy'>;

const UNTREATED: Treatment = { tls: 'none', tlsDecidedBy: undefined };

function tlsOf(fallback: 'inspect' | 'none' | undefined, isException: boolean, { text }: QuotedLine): Treatment['tls'] {
  if (fallback === undefined) return { kind: 'undecided', reason: `${text} cannot be read` } satisfies Undecided;
  return (fallback === 'inspect') === isException ? 'none' : 'bump';
}

interface LoginPart extends HostPart {
  readonly clients: IpSet;
  readonly access: 'permit' | 'auth';
}

/** Which clients have to log in for some hosts. Clients that can log in are permitted. */
function loginParts({ login }: ProxySection, { clients, user }: ProxyRequest, part: HostPart): LoginPart[] {
  if (!login || user !== 'none' || login.required.value === false) {
    return [{ ...part, clients, access: 'permit', statement: login?.required.statement }];
  }
  const { required, hosts, clients: exempt, clientsStatement, clientsUnclear } = login;
  const parts: LoginPart[] = [];
  const add = (more: Omit<LoginPart, 'isListed'>) => {
    if (!more.clients.isEmpty) parts.push({ ...more, isListed: part.isListed });
  };
  for (const named of partsOf(hosts, part.hosts)) {
    const assumptions = [...part.assumptions, ...named.assumptions];
    const own = { hosts: named.hosts, assumptions };
    if (named.isListed) {
      add({ ...own, clients, access: 'permit', statement: named.statement });
      continue;
    }
    add({ ...own, clients: clients.intersect(exempt), access: 'permit', statement: clientsStatement });
    const others = clients.subtract(exempt);
    const unknown = [
      ...(clientsUnclear && clientsStatement ? [clientsStatement] : []),
      ...(required.value === undefined ? [required.statement] : []),
    ];
    const [unclear] = unknown;
    if (unclear) {
      const given = assumption(unclear, `${unclear.text} exempts the client`);
      add({ ...own, assumptions: [...assumptions, given], clients: others, access: 'permit', statement: unclear });
    }
    const otherwise = unclear ? [assumption(unclear, `${unclear.text} does not exempt the client`)] : [];
    add({
      ...own,
      assumptions: [...assumptions, ...otherwise],
      clients: others,
      access: 'auth',
      statement: required.statement,
    });
  }
  return parts;
}

function caseOf(
  { hosts, clients, access, statement: decidedBy, assumptions }: LoginPart,
  treatment: Treatment,
): Case<ServerOutcome> {
  const outcome = { kind: 'served', access, ...treatment, route: 'direct', routeDecidedBy: undefined } as const;
  const effect = access === 'auth' ? 'asks for a login' : 'permits';
  return {
    hosts,
    clients,
    outcome,
    assumptions,
    decidedBy,
    trace: decidedBy ? () => [{ statement: decidedBy, effect }] : NO_STEPS,
  };
}
