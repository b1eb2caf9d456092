// The queries of one analysis to a proxy's model, each decided once.
import { allPatternHosts, patternHosts } from '../../../catalog/requirement-sets.js';
import { Interned } from '../../../kept/memo.js';
import { Budget } from '../../../model/budget.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import { PaidOnce } from '../../../model/paid-memo.js';
import {
  type Case,
  changedCase,
  type ProxyModel,
  type ProxyRequest,
  type SelectionOutcome,
  type ServerOutcome,
} from '../../../model/proxy.js';

/** What either kind of model decides for one request. */
export type ProxyDecision =
  | { readonly kind: 'selection'; readonly cases: readonly Case<SelectionOutcome>[] }
  | { readonly kind: 'server'; readonly cases: readonly Case<ServerOutcome>[] };

/** What an earlier version of a program has decided, and the hosts for which the later one may decide otherwise. */
export interface EarlierDecisions {
  readonly queries: QueryCache;
  readonly changedHosts: HostSet;
}

/** The sets that prefixes of requirements stand for, kept as those of patterns are. */
const addressSets = new Interned<string, PaidOnce<IpSet>>(10_000);

/**
 * The requests of one analysis to one model, each decided once: several requirements are about the same hosts, and a PAC
 * file has to be run for every decision.
 */
export class QueryCache {
  private readonly decisions = new Map<string, ProxyDecision>();
  private readonly identities = new Map<object, number>();
  private all: HostSet | undefined;
  /** Of these, the hosts that an edit has changed. */
  private changed: HostSet | undefined;
  /** The statement at which the budget did not suffice first. */
  spentAt: QuotedLine | undefined;

  /**
   * @param patterns the documented hosts of all requirements that will be evaluated
   * @param budget pays for all that is asked of a program, and for what is made of its answers
   * @param earlier decides for all hosts but those that it names; the statements of such cases are where they were then
   */
  constructor(
    readonly model: ProxyModel,
    private readonly patterns: readonly (readonly string[])[] = [],
    readonly budget = new Budget(),
    private readonly earlier?: EarlierDecisions,
  ) {}

  /** The hosts that documented patterns stand for; the same set for the same patterns. */
  hosts(patterns: readonly string[]): HostSet {
    return patternHosts(patterns);
  }

  /** The addresses that documented prefixes stand for; the same set for the same prefixes. */
  addresses(prefixes: readonly string[]): IpSet {
    return addressSets.of(prefixes.join(' '), () => new PaidOnce(() => IpSet.parseAll(prefixes))).value;
  }

  decide(request: ProxyRequest): ProxyDecision {
    return knownOr(this.decisions, this.keyOf(request), () => {
      const asked = { ...request, among: this.allHosts };
      return this.decidedAfter(asked) ?? decide(this.model, asked);
    });
  }

  /** What an earlier version has decided, where that was asked, with what this one decides for the hosts that are changed. */
  private decidedAfter(request: ProxyRequest): ProxyDecision | undefined {
    const known = this.earlier?.queries.known(request);
    if (!this.earlier || known?.kind !== 'selection' || this.model.kind !== 'selection') return undefined;
    const { changedHosts } = this.earlier;
    const hosts = request.hosts.intersect(changedHosts);
    if (hosts.isEmpty) return known;
    this.changed ??= this.allHosts.intersect(changedHosts);
    const unchanged = known.cases.flatMap((one) => casesWithout(one, hosts));
    return {
      kind: 'selection',
      cases: [...unchanged, ...this.model.decide({ ...request, hosts, among: this.changed })],
    };
  }

  /** What was decided of a request, where it was asked. */
  private known(request: ProxyRequest): ProxyDecision | undefined {
    return this.decisions.get(this.keyOf(request));
  }

  private keyOf(request: ProxyRequest): string {
    const { scheme, port, protocol = 'tcp', user, path, hosts, addresses, clients } = request;
    // Sets are compared by identity, which is cheap; equal ones that are not the same cost a second decision, no more.
    const sets = `${this.identityOf(hosts)} ${this.identityOf(addresses)} ${this.identityOf(clients)}`;
    // A PAC file that looks at the host alone decides for all URLs at once.
    const url =
      this.model.kind === 'selection' && this.model.readsUrl === false ? '' : `${scheme} ${port} ${path ?? ''}`;
    return `${url} ${protocol} ${typeof user === 'string' ? user : `=${user.name}`} ${sets}`;
  }

  private get allHosts(): HostSet {
    this.all ??= allPatternHosts(this.patterns);
    return this.all;
  }

  private identityOf(set: object | undefined): number {
    if (!set) return 0;
    const known = this.identities.get(set) ?? this.identities.size + 1;
    this.identities.set(set, known);
    return known;
  }
}

/** A case without some hosts, where any are left. */
function casesWithout<Outcome>(one: Case<Outcome>, some: HostSet): readonly Case<Outcome>[] {
  if (one.hosts.intersect(some).isEmpty) return [one];
  const hosts = one.hosts.subtract(some);
  return hosts.isEmpty ? [] : [changedCase(one, { hosts, outcome: one.outcome })];
}

function decide(model: ProxyModel, request: ProxyRequest): ProxyDecision {
  switch (model.kind) {
    case 'selection':
      return { kind: 'selection', cases: model.decide(request) };
    case 'server':
      return { kind: 'server', cases: model.decide(request) };
  }
}

function knownOr<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
