// Evaluates a PAC file by running it for one host of each set of hosts that it treats alike.
import type { AnyNode } from 'acorn';
import type { DomainTree } from '../../../model/domain-tree.js';
import type { Assumption, QuotedLine, TraceStep } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import type { IpSet } from '../../../model/ip.js';
import {
  type Case,
  DEFAULT_PORTS,
  type ProxyRequest,
  type SelectionModel,
  type SelectionOutcome,
} from '../../../model/proxy.js';
import { textLiterals } from '../program/constants.js';
import { entryFunction } from '../program/entry-function.js';
import { hostLabels, networksIn } from '../program/hosts-and-networks.js';
import type { PacProgram } from '../program/program.js';
import type { Scopes } from '../program/scopes.js';
import { Subjects } from '../program/subjects.js';
import { isDirectFirst } from '../syntax/proxy-list.js';
import { quotedLineOf } from '../syntax/quoted-line.js';
import type { ParsedPac } from '../syntax/tree.js';
import {
  type EnvironmentQuery,
  type Exploration,
  explore,
  optionsFor,
  type QueryOption,
  type RequestEnvironment,
} from './environment.js';
import { HostSplitter, splittersOf } from './host-splitter.js';
import { conditionsOf } from './run/instrument.js';
import { PacRun, type RunOutcome } from './run/run.js';

/** How many different parts of one request are evaluated. */
const PART_LIMIT = 20_000;

export class PacModel implements SelectionModel {
  readonly kind = 'selection';
  readonly steps: number;
  readonly readsUrl: boolean;
  private readonly run: PacRun;
  private readonly labels: DomainTree;
  private readonly networks: readonly IpSet[];
  private readonly splitter: HostSplitter;

  private readonly tree: ParsedPac;

  constructor({ tree, scopes, subjects }: PacProgram) {
    this.tree = tree;
    // Each condition, and the return.
    this.steps = conditionsOf(tree).length + 1;
    this.run = new PacRun(tree, scopes, subjects);
    this.readsUrl = readsUrl(tree, scopes);
    const literals = textLiterals(tree);
    this.labels = hostLabels(literals, tree);
    this.networks = networksIn(literals, tree, scopes);
    this.splitter = new HostSplitter(splittersOf(tree, scopes, new Subjects(tree, scopes, true)));
  }

  decide(request: ProxyRequest): readonly Case<SelectionOutcome>[] {
    if (request.hosts.isEmpty) return [];
    const failure = this.run.failure();
    if (failure !== undefined) return [undecidedCase(request.hosts, request.clients, failure)];
    const { before, after } = urlAround(request);
    const parts = this.splitter.split(request.hosts.splitAlong(this.labels), before, after);
    if (parts.length > PART_LIMIT)
      return [undecidedCase(request.hosts, request.clients, 'the file distinguishes too many hosts')];
    return mergeCases(parts.flatMap((hosts) => this.decidePart(request, hosts)));
  }

  /** Evaluates hosts that the file does not distinguish, by running it for one of them. */
  private decidePart(request: ProxyRequest, hosts: HostSet): Case<SelectionOutcome>[] {
    const host = hosts.example;
    if (host === undefined) return [undecidedCase(hosts, request.clients, 'there are too many hosts to distinguish')];
    const url = urlOf(request, host);
    const environment: RequestEnvironment = {
      host,
      addresses: request.addresses,
      resolvesAlways: request.resolution === 'always',
      clients: request.clients,
      networks: this.networks,
    };
    const exploration = explore(
      (oracle) => this.run.once(url, host, oracle),
      (kind, argument) => optionsFor(environment, kind, argument),
      (outcome) => JSON.stringify(outcome.kind === 'returned' ? [outcome.result, outcome.decision] : outcome.reason),
    );
    if (exploration.kind === 'too-many') {
      const what = exploration.query ? `, such as ${exploration.query.unknown}` : '';
      return [undecidedCase(hosts, request.clients, `it depends on too many properties of its environment${what}`)];
    }
    return [...this.casesOf(exploration, { hosts, clients: request.clients, assumptions: [] }, url, host, new Map())];
  }

  private *casesOf(
    exploration: Exploration<RunOutcome>,
    part: CasePart,
    url: string,
    host: string,
    results: ReadonlyMap<string, string | number | boolean | null>,
  ): Generator<Case<SelectionOutcome>> {
    if (exploration.kind === 'outcome') {
      yield this.caseOf(exploration.outcome, part, url, host, results);
      return;
    }
    for (const { options, next } of exploration.branches) {
      const [first] = options;
      if (!first) continue;
      const chosen = new Map(results).set(exploration.query.unknown, first.value);
      const clients = options.flatMap((option) => (option.clients ? [option.clients] : []));
      const [someClients, ...moreClients] = clients;
      const narrowed = someClients
        ? {
            ...part,
            clients: moreClients.reduce((a, b) => a.union(b), someClients).intersect(part.clients),
            clientsBy: this.queryStatement(exploration.query),
          }
        : {
            ...part,
            assumptions: [...part.assumptions, this.assumption(exploration.query, host, options)],
          };
      if (!narrowed.clients.isEmpty) yield* this.casesOf(next, narrowed, url, host, chosen);
    }
  }

  private caseOf(
    outcome: RunOutcome,
    part: CasePart,
    url: string,
    host: string,
    results: ReadonlyMap<string, string | number | boolean | null>,
  ): Case<SelectionOutcome> {
    if (outcome.kind === 'failed') {
      const reason = `the file cannot be evaluated: ${outcome.reason}`;
      return { ...part, outcome: { kind: 'undecided', reason }, decidedBy: undefined, trace: [] };
    }
    const { decision, result } = outcome;
    const route = isDirectFirst(result) ? 'direct' : 'proxy';
    const { run } = this;
    let trace: readonly TraceStep[] | undefined;
    return {
      ...part,
      outcome: { kind: 'selected', route, result },
      decidedBy: decision && this.statement(decision),
      // Computed by a second run, for the few cases whose trace is shown.
      get trace() {
        trace ??= run.trace(url, host, results, result);
        return trace;
      },
    };
  }

  private assumption(query: EnvironmentQuery, host: string, options: readonly QueryOption[]): Assumption {
    const phrases = options.map(({ phrase }) => phrase);
    const shown = phrases.length > 4 ? [...phrases.slice(0, 3), `${phrases.length - 3} more`] : phrases;
    return {
      // The same for every host, so that hosts with the same outcome are reported together.
      unknown: query.unknown.replace(` ${host}`, ' host'),
      phrase: shown.join(' or '),
      statement: this.queryStatement(query),
      ...(options.length === 1 && options[0]?.ruledOutBy !== undefined ? { ruledOutBy: options[0].ruledOutBy } : {}),
    };
  }

  private queryStatement({ call }: EnvironmentQuery): QuotedLine {
    return this.statement(this.run.query(call) ?? this.tree.program);
  }

  private statement(node: AnyNode): QuotedLine {
    return quotedLineOf(node, this.tree);
  }
}

/** What a case is about, before its outcome is known. */
type CasePart = Pick<Case<SelectionOutcome>, 'hosts' | 'clients' | 'clientsBy' | 'assumptions'>;

/** Whether a file uses the URL that it gets: its first parameter, or the list of all. */
function readsUrl(tree: ParsedPac, scopes: Scopes): boolean {
  const [url] = entryFunction(tree, scopes)?.params ?? [];
  const binding = url?.type === 'Identifier' ? scopes.bindingOf.get(url) : undefined;
  return !binding || binding.reads.length > 0 || scopes.free.some(({ name }) => name === 'arguments');
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
    trace: [],
  };
}

/**
 * The text before and after the host in the URL that browsers pass to a PAC file. For https they remove path and
 * query, so that every path looks like `/`.
 */
function urlAround({ scheme, port, path }: ProxyRequest): { readonly before: string; readonly after: string } {
  const shownPath = path === undefined || !path.startsWith('/') ? '/' : path;
  return { before: `${scheme}://`, after: `${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}${shownPath}` };
}

function urlOf(request: ProxyRequest, host: string): string {
  const { before, after } = urlAround(request);
  return `${before}${host.includes(':') ? `[${host}]` : host}${after}`;
}

/** Joins the hosts of cases that are otherwise the same. */
function mergeCases(cases: readonly Case<SelectionOutcome>[]): Case<SelectionOutcome>[] {
  const groups = new Map<string, Case<SelectionOutcome>[]>();
  const clientSets: IpSet[] = [];
  for (const one of cases) {
    const { outcome, decidedBy, assumptions, clients, clientsBy } = one;
    const key = JSON.stringify([
      outcome.kind === 'selected' ? outcome.result : outcome.reason,
      outcome.kind,
      decidedBy?.range.start,
      assumptions.map(({ unknown, phrase }) => [unknown, phrase]),
      placeIn(clientSets, clients),
      clientsBy?.range.start,
    ]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    if (group.length === 1) return [first];
    return [
      {
        ...withoutTrace(first),
        hosts: HostSet.union(group.map(({ hosts }) => hosts)),
        get trace() {
          return first.trace;
        },
      },
    ];
  });
}

/** The index of a set in `sets`, to which it is added if it is new. There are few, and mostly the same object. */
function placeIn(sets: IpSet[], set: IpSet): number {
  const index = sets.findIndex((known) => known === set || known.equals(set));
  return index >= 0 ? index : sets.push(set) - 1;
}

/** A spread would compute the trace. */
function withoutTrace({ clients, clientsBy, outcome, assumptions, decidedBy }: Case<SelectionOutcome>) {
  return { clients, ...(clientsBy ? { clientsBy } : {}), outcome, assumptions, decidedBy };
}
