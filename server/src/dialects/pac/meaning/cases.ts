// The cases of a decision, from the parts of what was asked that have the same outcome.
import type { AnyNode } from 'acorn';
import { spend } from '../../../model/budget.js';
import type { Assumption, QuotedLine } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import type { Case, ProxyRequest, SelectionOutcome } from '../../../model/proxy.js';
import { oneLine } from '../syntax/quoted-line.js';
import { HOST_ADDRESS_ID, HOST_ANY_ADDRESS_ID } from './environment/environment.js';
import { addressPhrase } from './environment/phrases.js';
import { KEPT } from './machine/kept.js';
import type { OutcomeGroup } from './outcomes.js';
import { CLIENT_ID } from './question/dimensions.js';
import { PathSet } from './question/path-set.js';
import type { Region } from './question/region.js';
import { AddressSet } from './question/sets.js';
import type { AddressVariable } from './question/variables.js';
import type { Unknown } from './values/value.js';

/** A case without its trace, and where it came from. */
export type OpenCase = Omit<Case<SelectionOutcome>, 'trace'> & { readonly decision: AnyNode | undefined };

/** Quotes a node; without one, the file. */
type Quote = (node: AnyNode | undefined) => QuotedLine;

/** A region of a group, as far as it has some hosts. */
export interface Part {
  readonly group: OutcomeGroup;
  readonly region: Region;
  readonly hosts: HostSet;
}

/** What groups have of some hosts. */
export function partsOf(groups: readonly OutcomeGroup[], hosts: HostSet): Part[] {
  return groups.flatMap((group) =>
    group.regions.flatMap((region): Part[] => {
      const own = region.hosts.partIn(hosts);
      return own.isEmpty ? [] : [{ group, region, hosts: own }];
    }),
  );
}

/** The cases of a request, from the parts that have its hosts. */
export function openCasesOf(parts: readonly Part[], request: ProxyRequest, quoted: Quote): OpenCase[] {
  const maker = new CaseMaker(request, quoted);
  return merged(parts.flatMap((part) => maker.casesOf(part)));
}

/** What it costs to tell one condition of a case: its phrase, and its place in what is reported. */
const TELLING_COST = 50;

function conditionsOf({ addresses, points, assumed }: Region): number {
  return addresses.size + points.size + assumed.size;
}

class CaseMaker {
  /** What is told of an unknown with one answer: the same for every region. */
  private readonly told = new Map<Unknown, Map<boolean, Assumption>>();

  constructor(
    private readonly request: ProxyRequest,
    private readonly quoted: Quote,
  ) {}

  /** The part of a region that the request is about. What a file keeps from request to request may change the outcome. */
  casesOf(part: Part): OpenCase[] {
    const one = this.caseOf(part);
    const { earlierRequests } = part.group;
    if (!one || !earlierRequests) return one ? [one] : [];
    const statement = this.quoted(earlierRequests);
    const assume = (what: string): Assumption => ({
      unknown: `earlier requests ${earlierRequests.start}`,
      phrase: `earlier requests ${what} \`${statement.text}\``,
      statement,
      isOfEarlier: true,
    });
    const reason = `it depends on earlier requests, which may change \`${statement.text}\``;
    return [
      { ...one, assumptions: [{ ...assume('left'), isAtFirst: true }, ...one.assumptions] },
      {
        ...one,
        outcome: { kind: 'undecided', reason },
        decision: earlierRequests,
        decidedBy: statement,
        assumptions: [assume('changed'), ...one.assumptions],
      },
    ];
  }

  private caseOf({ group: { outcome, decision }, region, hosts }: Part): OpenCase | undefined {
    spend(TELLING_COST * conditionsOf(region));
    const assumptions: { readonly place: number; readonly assumption: Assumption }[] = [];
    const add = (node: AnyNode | undefined, assumption: Assumption) =>
      assumptions.push({ place: node?.start ?? 0, assumption });
    const assume = (node: AnyNode | undefined, assumption: Omit<Assumption, 'statement'>) =>
      add(node, { ...assumption, statement: this.quoted(node) });
    let clients: Pick<OpenCase, 'clients' | 'clientsBy'> = { clients: this.request.clients };
    for (const { variable, domain } of region.addresses.values()) {
      if (variable.id === CLIENT_ID) {
        const own = domain.set.intersect(this.request.clients);
        if (own.isEmpty) return undefined;
        clients = { clients: own, clientsBy: this.quoted(variable.node) };
        continue;
      }
      const before = this.addressesOf(variable);
      const now = before.intersect(domain);
      if (now.isEmpty) return undefined;
      if (now.key !== before.key) {
        assume(variable.node, {
          unknown: variable.id,
          phrase: addressPhrase(variable, now, before),
          ...(now.set.isEmpty && isOfHost(variable) ? { ruledOutBy: 'dns: external' } : {}),
        });
      }
    }
    for (const { variable, points } of region.points.values()) {
      const isAtFirst = variable.id.startsWith(KEPT) && points.has(0);
      assume(variable.node, {
        unknown: pointId(variable.id, variable.node),
        phrase: variable.phrase(points),
        ...(isAtFirst ? { isAtFirst } : {}),
      });
    }
    for (const [unknown, answer] of region.assumed) {
      add(unknown.node, this.toldOf(unknown, answer));
    }
    if (region.paths !== PathSet.all) {
      const { example } = region.paths;
      const phrase = `the path of the URL is one like /${oneLine(example ?? '…')}`;
      // A set that was not searched to its end may have no path.
      assume(decision, { unknown: 'path', phrase, ...(example === undefined ? {} : { isOfRequest: true }) });
    }
    assumptions.sort((a, b) => a.place - b.place);
    return {
      hosts,
      ...clients,
      outcome: hosts.example === undefined ? { kind: 'undecided', reason: TOO_MANY_HOSTS } : outcome,
      assumptions: assumptions.map(({ assumption }) => assumption),
      decidedBy: decision && this.quoted(decision),
      decision,
    };
  }

  /** The addresses that a variable may have in the request, before the program looks at them. */
  private addressesOf(variable: AddressVariable): AddressSet {
    if (!isOfHost(variable)) return AddressSet.all;
    const { addresses, resolution } = this.request;
    const mayFail = resolution !== 'always';
    if (variable.id === HOST_ANY_ADDRESS_ID) return new AddressSet(AddressSet.all.set, mayFail);
    const set = (addresses ?? PUBLIC_ADDRESSES).ofFamily(4);
    return new AddressSet(set, mayFail || set.isEmpty);
  }

  private toldOf(unknown: Unknown, answer: boolean): Assumption {
    const answers = this.told.get(unknown) ?? new Map<boolean, Assumption>();
    this.told.set(unknown, answers);
    const known = answers.get(answer);
    if (known) return known;
    const statement = this.quoted(unknown.node);
    const assumption = { unknown: unknownId(unknown), ...this.unknownPhrase(unknown, answer), statement };
    answers.set(answer, assumption);
    return assumption;
  }

  private unknownPhrase({ node, reason }: Unknown, answer: boolean): Pick<Assumption, 'phrase' | 'plural'> {
    const name = `\`${this.quoted(node).text}\``;
    const many = reason.replace(/^(depend|look|compare|compute)s\b/, '$1');
    return {
      phrase: `${name}, which ${reason}, counts as ${answer}`,
      ...(many === reason ? {} : { plural: { before: '', name, after: `, which ${many}, count as ${answer}` } }),
    };
  }
}

const TOO_MANY_HOSTS = 'there are too many hosts to distinguish';

function isOfHost({ id }: AddressVariable): boolean {
  return id === HOST_ADDRESS_ID || id === HOST_ANY_ADDRESS_ID;
}

/** Random numbers of the same expression are told apart on a path, and are the same unknown in a report. */
function pointId(id: string, node: AnyNode | undefined): string {
  return id.startsWith('random ') ? `random at ${node?.start ?? 0}` : id;
}

function unknownId({ node, reason }: Unknown): string {
  return `${node.start} ${node.end} ${reason}`;
}

/** A number for each assumption that is told differently: many cases share most of theirs. */
class AssumptionNumbers {
  private readonly byObject = new Map<Assumption, number>();
  private readonly byText = new Map<string, number>();

  of(assumption: Assumption): number {
    const known = this.byObject.get(assumption);
    if (known !== undefined) return known;
    const text = JSON.stringify([assumption.unknown, assumption.phrase]);
    const number = this.byText.get(text) ?? this.byText.size;
    this.byText.set(text, number);
    this.byObject.set(assumption, number);
    return number;
  }
}

/** Joins the hosts of cases that are otherwise the same. */
function merged(cases: readonly OpenCase[]): OpenCase[] {
  const groups = new Map<string, OpenCase[]>();
  const numbers = new AssumptionNumbers();
  for (const one of cases) {
    const { outcome, decision, assumptions, clients, clientsBy } = one;
    const key = JSON.stringify([
      outcome.kind === 'selected' ? outcome.result : outcome.reason,
      outcome.kind,
      decision?.start,
      decision?.end,
      assumptions.map((assumption) => numbers.of(assumption)),
      clients.key,
      clientsBy?.range.start,
    ]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length === 1) return first ?? [];
    return { ...first, hosts: HostSet.union(group.map(({ hosts }) => hosts)) };
  });
}

/** The addresses to which public names resolve: all except those for private, local and special use (RFC 6890). */
const PUBLIC_ADDRESSES = IpSet.parse('0.0.0.0/0').subtract(
  IpSet.parse(
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
  ),
);
