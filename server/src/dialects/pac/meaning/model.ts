// Evaluates a PAC file by following all of its paths for everything that is asked.

import type { AnyNode } from 'acorn';
import { once } from '../../../kept/once.js';
import { Budget, BudgetSpent, currentBudget, paidBy } from '../../../model/budget.js';
import { NO_MATCH, NO_STEPS, type QuotedLine, type TraceStep } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import { PaidStore } from '../../../model/paid-memo.js';
import type { Case, ProxyRequest, SelectionModel, SelectionOutcome } from '../../../model/proxy.js';
import { areEntriesAlike, readsUrl } from '../program/entry-use.js';
import type { PacProgram } from '../program/program.js';
import { oneLine, quotedLineOf } from '../syntax/quoted-line.js';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';
import { type OpenCase, openCasesOf } from './cases.js';
import { changedHosts } from './changed-hosts.js';
import { casesOfBoth } from './entry-cases.js';
import { Environment } from './environment/environment.js';
import { Evaluation, type Explored, KEPT_QUESTIONS, type Paths } from './evaluation.js';

import type { EntryName } from './machine/follow.js';
import { groupsOf, type OutcomeGroup } from './outcomes.js';
import { Region } from './question/region.js';
import { argumentsFor, type EntryArguments, tracedArguments } from './request-url.js';

/** The shares of the work that following the paths leaves to joining them, and both to what is made of the cases. */
const LEFT_FOR_JOINING = 1 / 8;
const LEFT_FOR_CASES = 1 / 16;

/** What a trace is worth of the work that is left. */
const TRACE_SHARE = 1 / 4;

/** What it is worth to know whether a function that may end without a result does. */
const SEARCH_SHARE = 1 / 8;

const NOTHING_EXPLORED: Explored = { hosts: HostSet.none, groups: [] };

export class PacModel implements SelectionModel {
  readonly kind = 'selection';
  readonly steps: number;
  readonly readsUrl: boolean;
  private readonly areEntriesAlike: boolean;
  private readonly tree: ParsedPac;
  /** What was explored in one evaluation. */
  private readonly explored = new PaidStore(() => new Map<string, Explored>());
  /** The lines of places that were asked about. */
  private readonly lines = new Map<number, number>();

  constructor(
    private readonly program: PacProgram,
    private readonly evaluation: Evaluation,
  ) {
    const { tree, scopes } = program;
    this.tree = tree;
    // Each condition, and the return.
    this.steps = nodesOf(tree, 'IfStatement', 'ConditionalExpression').length + 1;
    this.readsUrl = readsUrl(tree, scopes);
    this.areEntriesAlike = areEntriesAlike(tree, scopes);
  }

  /** The model of a program, which may be the same as that of an earlier version of the file. */
  static after(earlier: PacModel | undefined, program: PacProgram): PacModel {
    return new PacModel(program, Evaluation.after(earlier?.evaluation, program));
  }

  private get paths(): Paths {
    return this.evaluation.paths;
  }

  decide(request: ProxyRequest): readonly Case<SelectionOutcome>[] {
    const budget = currentBudget();
    try {
      return paidBy(budget, () => this.casesOf(request, budget));
    } catch (thrown) {
      if (!(thrown instanceof BudgetSpent)) throw thrown;
      return [this.spentCase(request, thrown)];
    }
  }

  /** Its paths were followed, but the work does not suffice to join what they give. */
  private spentCase({ hosts, clients }: ProxyRequest, { message }: BudgetSpent): Case<SelectionOutcome> {
    const { busiest } = this.evaluation;
    if (busiest) {
      const reason = `line ${this.lineOf(busiest)} ${message}`;
      return { ...undecidedCase(hosts, clients, reason), decidedBy: this.quoted(busiest) };
    }
    const [entry] = this.paths.entries;
    return { ...undecidedCase(hosts, clients, `the file ${message}`), decidedBy: entry && this.placeOf(entry) };
  }

  changedHosts(earlier: SelectionModel): HostSet | undefined {
    return earlier instanceof PacModel ? changedHosts(earlier.program, this.program) : undefined;
  }

  /** Whether some request ends without a result; `undefined` where that is not decided for little. */
  endsWithoutResult(): boolean | undefined {
    const [entry] = this.paths.entries;
    if (!entry) return undefined;
    return paidBy(Budget.ofShare(SEARCH_SHARE), () => {
      const cases = (['https', 'http'] as const).flatMap((scheme) =>
        this.decide({
          ...{ scheme, port: scheme === 'https' ? 443 : 80, addresses: undefined, user: 'any' },
          ...{ hosts: HostSet.all, clients: IpSet.all },
        }),
      );
      if (cases.some(({ outcome }) => outcome.kind === 'selected' && outcome.result === '')) return true;
      return cases.some(({ outcome }) => outcome.kind === 'undecided') ? undefined : false;
    });
  }

  private casesOf(request: ProxyRequest, budget: Budget): readonly Case<SelectionOutcome>[] {
    if (request.hosts.isEmpty) return [];
    const [entry, other] = this.paths.entries;
    if (!entry) return [this.unloadedCase(request)];
    const cases = this.openCases(entry, request);
    const all =
      other && !this.areEntriesAlike ? casesOfBoth(cases, this.openCases(other, request), this.placeOf(other)) : cases;
    return all.map((one) => this.withTrace(one, request, budget));
  }

  /** Of a program without an entry function. */
  private unloadedCase({ hosts, clients }: ProxyRequest): Case<SelectionOutcome> {
    const { failure, missingEntry } = this.paths;
    const { reason, node } = failure ?? { reason: missingEntry, node: undefined };
    if (!node) return undecidedCase(hosts, clients, failure ? `the file ${reason}` : reason);
    return { ...undecidedCase(hosts, clients, `line ${this.lineOf(node)} ${reason}`), decidedBy: this.quoted(node) };
  }

  private openCases(entry: EntryName, request: ProxyRequest): OpenCase[] {
    const parts = this.evaluation.partsOf(this.groupsFor(entry, request), request.hosts);
    return openCasesOf(parts, request, (node) => this.quoted(node));
  }

  private groupsFor(entry: EntryName, request: ProxyRequest): readonly OutcomeGroup[] {
    const { hosts, among, clients, scheme, port, path } = request;
    const name = among ? undefined : hosts.onlyName;
    if (name !== undefined) return this.groupsOfName(entry, request, name);
    const url = this.readsUrl ? `${scheme} ${port} ${path ?? ''}` : '';
    const key = `${entry} ${url} ${clients.key}`;
    const explored = this.explored.value;
    const known = explored.get(key) ?? NOTHING_EXPLORED;
    if (this.evaluation.covers(known.hosts, hosts)) return known.groups;
    const all = this.evaluation.explored.of([key, hosts, among, known], () => this.exploredFrom(known, entry, request));
    if (explored.size >= KEPT_QUESTIONS) explored.clear();
    explored.set(key, all);
    return all.groups;
  }

  private exploredFrom(known: Explored, entry: EntryName, request: ProxyRequest): Explored {
    const { hosts, among } = request;
    // What is asked next is followed at once, but nothing twice.
    const wanted = among ? among.union(hosts) : hosts;
    const groups = this.explore(entry, request, wanted.subtract(known.hosts), tracedArguments(request), undefined);
    return { hosts: known.hosts.union(wanted), groups: [...known.groups, ...groups] };
  }

  private groupsOfName(entry: EntryName, request: ProxyRequest, name: string): readonly OutcomeGroup[] {
    const groups = this.explore(entry, request, request.hosts, argumentsFor(name, request), name);
    const isOpen = ({ earlierRequests }: OutcomeGroup) => earlierRequests !== undefined;
    if (!groups.some(isOpen)) return groups;
    // That the key of a memo table is the host is only seen where the host is traced.
    const traced = this.explore(entry, request, request.hosts, tracedArguments(request), undefined);
    return traced.some(isOpen) ? groups : traced;
  }

  private readonly noteBusiest = (node: AnyNode): void => {
    this.evaluation.busiest = node;
  };

  private explore(
    entry: EntryName,
    { clients }: ProxyRequest,
    hosts: HostSet,
    args: EntryArguments,
    name: string | undefined,
  ): OutcomeGroup[] {
    const budget = currentBudget();
    const region = Region.of(hosts, clients);
    const environment = new Environment(clients, name);
    const ends = budget.leaving(LEFT_FOR_JOINING, () =>
      this.paths.follow({ entry, ...args, region, environment, budget, trace: false, busiest: this.noteBusiest }),
    );
    return budget.leaving(LEFT_FOR_CASES, () => groupsOf(ends, (node) => this.lineOf(node), budget));
  }

  /** Computed by a second run, for the few cases whose trace is shown. */
  private withTrace({ decision, ...one }: OpenCase, request: ProxyRequest, budget: Budget): Case<SelectionOutcome> {
    const { paths } = this;
    const quoted = (node: AnyNode) => this.quoted(node);
    const trace = once(
      () =>
        paidBy(budget, () => budget.attempt(TRACE_SHARE, () => traceOf(one, decision, request, paths, quoted))) ?? [],
    );
    return { ...one, trace };
  }

  private lineOf({ start }: AnyNode): number {
    const known = this.lines.get(start) ?? this.evaluation.tree.source.text.slice(0, start).split('\n').length;
    this.lines.set(start, known);
    return known;
  }

  /** Quotes a node of the evaluated program; the file without one. */
  private quoted(node: AnyNode | undefined): QuotedLine {
    return this.evaluation.quoted(node ?? this.evaluation.tree.program, this.tree);
  }

  private placeOf(entry: EntryName): QuotedLine {
    const named = nodesOf(this.tree, 'Identifier').find(({ name }) => name === entry);
    return quotedLineOf(named ?? this.tree.program, this.tree);
  }
}

/** The conditions that lead to a case, for one host and one client of it. */
function traceOf(
  { hosts, clients, outcome }: Omit<OpenCase, 'decision'>,
  decision: AnyNode | undefined,
  request: ProxyRequest,
  paths: Paths,
  quotedOf: (node: AnyNode) => QuotedLine,
): readonly TraceStep[] {
  const host = hosts.example;
  const [entry] = paths.entries;
  const client = clients.first;
  if (host === undefined || !entry || outcome.kind === 'undecided') return [];
  const some = client ? IpSet.range(client, client) : clients;
  const ends = paths.follow({
    entry,
    ...argumentsFor(host, request),
    region: Region.of(HostSet.exact(host), some),
    environment: new Environment(some, host),
    budget: currentBudget(),
    trace: true,
  });
  const path = ends.find((end) => end.outcome.kind === 'returned' && end.decision === decision) ?? ends[0];
  // A loop asks the same condition very often.
  const quoted = new Map<AnyNode, QuotedLine>();
  const steps = (path?.steps ?? []).map(({ node, holds }): TraceStep => {
    const statement = quoted.get(node) ?? quotedOf(node);
    quoted.set(node, statement);
    return { statement, effect: holds ? 'matches' : NO_MATCH };
  });
  if (!decision) return steps;
  return [...steps, { statement: quotedOf(decision), effect: `returns ${oneLine(outcome.result)}` }];
}

/** The model of a file that has no program. */
export function undecidedModel(reason: string): SelectionModel {
  return {
    kind: 'selection',
    decide: ({ hosts, clients }) => (hosts.isEmpty ? [] : [undecidedCase(hosts, clients, reason)]),
  };
}

function undecidedCase(hosts: HostSet, clients: IpSet, reason: string): Case<SelectionOutcome> {
  return {
    hosts,
    clients,
    outcome: { kind: 'undecided', reason },
    assumptions: [],
    decidedBy: undefined,
    trace: NO_STEPS,
  };
}
