// What the rules of the firewall mean for hosts.
import type { Assumption, QuotedLine } from '../../../model/evidence.js';
import type { Hook } from '../../../model/filter.js';
import { HostSet } from '../../../model/hosts.js';
import { type AddressFamily, IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { TCP, UDP } from '../../../model/packets.js';
import type { Case, ProxyRequest, ServerModel, ServerOutcome } from '../../../model/proxy.js';
import type { FirewallSection, Rule } from '../program/firewall.js';
import { hooksOf, widened } from './filter-model.js';

/** How many interfaces, or groups of them, are distinguished for each direction. */
const CELL_LIMIT = 8;

/**
 * What the rules mean for hosts: the first rule that matches a host decides, by its name, or by its documented addresses
 * where the rule names addresses. One model for each pair of interfaces that the rules distinguish, because the network may
 * use any of them.
 */
export function hostRules(firewall: FirewallSection): ServerModel[] {
  const hook = hooksOf(firewall).find((one) => one !== 'input');
  if (!hook) return [];
  const rules = firewall.rules
    .filter((rule) => rule.hook === hook || rule.unclear.has('hook'))
    .map((rule) => ({ ...rule, match: widened(rule.match, rule.unclear) }));
  const models: ServerModel[] = [];
  for (const inside of cells(rules.map(({ match }) => match.in))) {
    for (const outside of cells(rules.map(({ match }) => match.out))) {
      models.push(modelFor(hook, firewall, rules, { inside, outside }));
    }
  }
  return models;
}

/** The input interfaces and the output interfaces of requests. */
interface InterfacePair {
  readonly inside: NameSet;
  readonly outside: NameSet;
}

/** The coarsest partition of all interfaces in which every set is a union of cells; coarser where there are many. */
function cells(sets: readonly NameSet[]): NameSet[] {
  let result = [NameSet.any];
  for (const set of sets) {
    if (set === NameSet.any) continue;
    const finer = result.flatMap((cell) => [cell.intersect(set), cell.intersect(set.complement())]);
    const cut = finer.filter((cell) => !cell.isEmpty);
    if (cut.length > CELL_LIMIT) break;
    result = cut;
  }
  return result;
}

/** A part of a request that no rule has decided yet. */
interface Region {
  readonly family: AddressFamily;
  readonly hosts: HostSet;
  readonly clients: IpSet;
  /** The possible addresses of the hosts. */
  readonly addresses: IpSet;
  readonly assumptions: readonly Assumption[];
}

/** How many regions are followed before the result is undecided. */
const REGION_LIMIT = 256;

/** The possible addresses of hosts without documented ones: all except private ones. */
const PUBLIC_SPACE = IpSet.all.subtract(PRIVATE_SPACE);

function modelFor(
  hook: Hook,
  firewall: FirewallSection,
  rules: readonly Rule[],
  { inside, outside }: InterfacePair,
): ServerModel {
  const relevant = rules.filter(({ match }) => meets(match.in, inside) && meets(match.out, outside));
  return {
    kind: 'server',
    decides: ['access'],
    filtersAt: hook,
    decide: (request) => {
      const cases: Case<ServerOutcome>[] = [];
      let undecided = regionsOf(request);
      for (const rule of relevant) {
        if (undecided.length === 0) break;
        const certain = within(inside, rule.match.in) && within(outside, rule.match.out);
        const next = undecided.flatMap((region) => {
          const { decided, rest } = decideRegion(rule, request, region, certain);
          if (decided) cases.push(decided);
          return rest;
        });
        if (next.length > REGION_LIMIT) {
          const outcome = { kind: 'undecided', reason: 'the rules fall into too many cases' } as const;
          for (const region of next) cases.push(caseOf(region, outcome, rule.statement, 'leaves it undecided'));
          return cases;
        }
        undecided = next;
      }
      const { value, statement } = firewall.default;
      for (const region of undecided) cases.push(caseOf(region, outcomeOf(value, statement), statement, 'applies'));
      return cases;
    },
  };
}

function meets(names: NameSet, cell: NameSet): boolean {
  return !names.intersect(cell).isEmpty;
}

function within(cell: NameSet, names: NameSet): boolean {
  return names === NameSet.any || cell.intersect(names.complement()).isEmpty;
}

/** One region for each address family in which the clients can reach the hosts. */
function regionsOf({ hosts, clients, addresses }: ProxyRequest): Region[] {
  const families: readonly AddressFamily[] = [4, 6];
  return families
    .map((family) => ({
      family,
      hosts,
      clients: clients.ofFamily(family),
      addresses: (addresses ?? PUBLIC_SPACE).ofFamily(family),
      assumptions: [],
    }))
    .filter((region) => !region.clients.isEmpty && !region.addresses.isEmpty);
}

/** The part of a region that a rule decides, and the part that reaches the rules after it. */
function decideRegion(
  rule: Rule,
  request: ProxyRequest,
  region: Region,
  certain: boolean,
): { readonly decided?: Case<ServerOutcome>; readonly rest: readonly Region[] } {
  const { match } = rule;
  if (!match.protocols.has(request.protocol === 'udp' ? UDP : TCP) || !match.ports.has(request.port))
    return { rest: [region] };
  const hosts = rule.hosts && !rule.unclear.has('hosts') ? region.hosts.intersect(rule.hosts) : region.hosts;
  const clients = region.clients.intersect(match.from);
  const addresses = region.addresses.intersect(match.to);
  if (hosts.isEmpty || clients.isEmpty || addresses.isEmpty) return { rest: [region] };
  const unknowns: Assumption[] = [];
  const elsewhere = region.addresses.subtract(match.to);
  const assume = (key: string, phrase: string) =>
    unknowns.push({ unknown: `${rule.statement.range.start} ${key}`, phrase, statement: rule.statement });
  if (rule.unclear.size > 0) assume('meaning', 'the rule, of which a part cannot be read, matches');
  if (!certain) assume('interfaces', 'it uses the interfaces of the rule');
  if (!elsewhere.isEmpty) assume('address', 'its address is one that the rule names');
  const matched: Region = { ...region, hosts, clients, addresses, assumptions: [...region.assumptions, ...unknowns] };
  const decided = caseOf(matched, outcomeOf(rule.action, rule.statement), rule.statement, 'matches');
  if (rule.unclear.size > 0 || !certain) return { decided, rest: [region] };
  const otherwise = unknowns.map((one) => ({ ...one, phrase: 'its address is not one that the rule names' }));
  const rest: Region[] = [
    { ...region, hosts: rule.hosts ? region.hosts.subtract(rule.hosts) : HostSet.none },
    { ...region, hosts, clients: region.clients.subtract(match.from) },
    { ...region, hosts, clients, addresses: elsewhere, assumptions: [...region.assumptions, ...otherwise] },
  ];
  return {
    decided,
    rest: rest.filter((part) => !part.hosts.isEmpty && !part.clients.isEmpty && !part.addresses.isEmpty),
  };
}

function outcomeOf(action: 'permit' | 'deny' | undefined, statement: QuotedLine): ServerOutcome {
  if (action === undefined) return { kind: 'undecided', reason: `${statement.text} cannot be read` };
  return {
    kind: 'served',
    access: action,
    tls: 'none',
    tlsDecidedBy: undefined,
    route: 'direct',
    routeDecidedBy: undefined,
  };
}

function caseOf(
  { hosts, clients, assumptions }: Region,
  outcome: ServerOutcome,
  decidedBy: QuotedLine,
  effect: string,
): Case<ServerOutcome> {
  const shown = outcome.kind === 'served' ? `${effect}: ${outcome.access}` : effect;
  return { hosts, clients, outcome, assumptions, decidedBy, trace: () => [{ statement: decidedBy, effect: shown }] };
}
