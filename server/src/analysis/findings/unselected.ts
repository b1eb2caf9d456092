// Reports, as information, what a file denies of endpoints that a document requires and nobody selected.

import type { Requirement } from '../../catalog/requirement.js';
import { patternHosts, requirementAddresses, requirementHosts } from '../../catalog/requirement-sets.js';
import { addTo } from '../../kept/lists.js';
import { Memo } from '../../kept/memo.js';
import { attempt } from '../../model/budget.js';
import { type QuotedLine, statementKey } from '../../model/evidence.js';
import { HostSet } from '../../model/hosts.js';
import type { Model } from '../../model/model.js';
import { evaluateAll } from '../evaluate/evaluate.js';
import { type Evaluation, type Share, sharesOf } from '../evaluate/evaluation.js';
import type { NetworkContext } from '../evaluate/network-context.js';
import type { Finding } from '../report.js';
import type { SeverityOverrides } from './findings.js';
import { listHosts, listIds } from './message.js';

/** Required endpoints that a file is not checked against. */
export interface Unselected {
  readonly requirements: readonly Requirement[];
  /** What to select to have them checked, where whoever runs the check chose nothing; otherwise only denials by name are told. */
  readonly selector?: string;
}

/** What one statement denies of what is not selected. */
interface Denial {
  readonly statement: QuotedLine | undefined;
  /** The hosts of each requirement that it denies; none where it denies addresses. */
  readonly requirements: Map<Requirement, HostSet>;
}

/**
 * Finds what a file denies of required endpoints that are not selected: an allow list that leaves some out, where nothing was
 * chosen, and in any case a statement that denies them by name. A PAC file denies nothing.
 */
export function unselectedDenials(
  uri: string,
  model: Model,
  { requirements, selector }: Unselected,
  network: NetworkContext,
  overrides: SeverityOverrides,
): Finding[] {
  const severity = overrides['requirement-blocked'] === 'off' ? 'off' : 'info';
  if (severity === 'off' || model.kind === 'selection' || requirements.length === 0) return [];
  const denied = deniedOf(model, requirements, network);
  if (denied.size === 0) return [];
  const general = generalDenials(model, requirements, network);
  return [...denied].flatMap(([key, { statement, requirements: hosts }]): Finding[] => {
    const own = [...hosts.keys()];
    const isByName = model.kind === 'server' && !general.has(key);
    if (!isByName && selector === undefined) return [];
    const what = described(hosts);
    const message = isByName
      ? `This denies ${what}, required for Microsoft 365 and not selected here (${listIds(own)}).`
      : `Microsoft 365 also requires ${what}, denied here (${listIds(own)}); the selector ${selector} checks ${own.length === 1 ? 'it' : 'them'}.`;
    return [
      {
        code: 'requirement-blocked',
        severity,
        message,
        uri: statement?.uri ?? uri,
        range: statement?.range ?? { start: 0, end: 0 },
        requirements: own.map(({ id }) => id),
        related: [],
      },
    ];
  });
}

/** What it may cost to describe what one statement denies, of what is left for all that is told. */
const DESCRIBING_SHARE = 1 / 2;

/** What is denied; without the exceptions and an example where these would cost too much. */
function described(denied: ReadonlyMap<Requirement, HostSet>): string {
  const found = attempt(DESCRIBING_SHARE, () => describe(denied));
  return found ?? `some of ${listHosts(hostNames(denied.keys()))}`;
}

/** What is denied, as far as the documents write it so. */
function describe(denied: ReadonlyMap<Requirement, HostSet>): string {
  const names = hostNames(denied.keys());
  if (names.length === 0 || [...denied.values()].every((hosts) => hosts.isEmpty)) {
    return listHosts([...names, ...new Set([...denied.keys()].flatMap(({ flow }) => flow.to.prefixes ?? []))]);
  }
  // Most statements deny all that a requirement asks for, which takes no search name by name.
  const left = new Map([...denied].map(([one, hosts]) => [one, requirementHosts(one).subtract(hosts)]));
  const whole = new Set(
    [...left].flatMap(([requirement, others]) =>
      hostNames([requirement]).filter((name) => others.isEmpty || others.intersect(patternHosts([name])).isEmpty),
    ),
  );
  const told = names.filter((name) => whole.has(name));
  const inPart = HostSet.union([...denied].flatMap(([one, hosts]) => (left.get(one)?.isEmpty === false ? hosts : [])));
  const rest = inPart.subtract(HostSet.union(told.map((name) => patternHosts([name]))));
  return listHosts([...told, ...(rest.isEmpty ? [] : [rest.describe()])]);
}

function hostNames(requirements: Iterable<Requirement>): string[] {
  return [...new Set([...requirements].flatMap(({ flow }) => flow.to.hosts ?? []))];
}

/** What each statement denies, by the key of the statement. */
function deniedOf(
  model: Model,
  requirements: readonly Requirement[],
  network: NetworkContext,
): ReadonlyMap<string, Denial> {
  const found = new Map<string, Denial>();
  for (const { group, together } of groups.of(requirements, groupsOf)) {
    const [joined] = evaluateAll(model, [together], network);
    if (!joined || !isDenied(joined)) continue;
    const answers = answersEach(model, joined) ? [joined] : evaluateAll(model, group, network).filter(isDenied);
    for (const evaluation of answers) {
      const requirements = evaluation === joined ? group : [evaluation.requirement];
      for (const share of sharesOf(evaluation)) addShare(found, requirements, share, evaluation.requirement);
    }
  }
  return found;
}

/** Whether what is said of requirements together, which differ only in where they lead to, holds for each of them. */
function answersEach(model: Model, { requirement, isOfEachHost }: Evaluation): boolean {
  const { prefixes } = requirement.flow.to;
  // A filter of addresses answers the same for all names.
  if (model.kind === 'filter') return prefixes === undefined;
  if (model.kind !== 'server' || isOfEachHost !== true) return false;
  return prefixes === undefined || model.tellsApart?.(requirementAddresses(requirement)) === false;
}

/** Adds what a statement denies of some requirements to what is known of it; `asked` is all that was asked. */
function addShare(
  found: Map<string, Denial>,
  requirements: readonly Requirement[],
  { decidedBy: [statement], undecided, aside, isOfShutFamily, missing }: Share,
  asked: Requirement,
): void {
  if (undecided !== undefined || aside || isOfShutFamily) return;
  const key = statement ? statementKey(statement) : '';
  const denial = found.get(key) ?? { statement, requirements: new Map() };
  // Mostly a list, where what is denied is all but that list.
  const others = missing.kind === 'hosts' ? requirementHosts(asked).subtract(missing.hosts) : undefined;
  for (const requirement of requirements) {
    const hosts = others ? requirementHosts(requirement).subtract(others) : HostSet.none;
    if (others && hosts.isEmpty) continue;
    const known = denial.requirements.get(requirement) ?? HostSet.none;
    denial.requirements.set(requirement, known.isEmpty ? hosts : known.union(hosts));
    found.set(key, denial);
  }
}

function isDenied({ verdict }: Evaluation): boolean {
  return verdict.status === 'blocked' || verdict.status === 'partial';
}

/** Requirements that differ only in where they lead to, and one that asks for all of them: most files answer all alike. */
interface Group {
  readonly group: readonly Requirement[];
  readonly together: Requirement;
}

/** The same for every file that is checked against them. */
const groups = new Memo<readonly Requirement[], readonly Group[]>();

function groupsOf(requirements: readonly Requirement[]): readonly Group[] {
  const found = new Map<string, Requirement[]>();
  for (const requirement of requirements) {
    const { to, ...flow } = requirement.flow;
    const key = JSON.stringify([flow, to.prefixes === undefined]);
    addTo(found, key, requirement);
  }
  return [...found.values()].flatMap((group) =>
    group.slice(0, 1).map((first) => ({ group, together: joinedOf(first, group) })),
  );
}

function joinedOf(first: Requirement, group: readonly Requirement[]): Requirement {
  const hosts = group.flatMap(({ flow }) => flow.to.hosts ?? []);
  const prefixes = group.flatMap(({ flow }) => flow.to.prefixes ?? []);
  const to = { ...(hosts.length > 0 ? { hosts } : {}), ...(prefixes.length > 0 ? { prefixes } : {}) };
  return { ...first, flow: { ...first.flow, to } };
}

/** A name that nobody can have (RFC 6761, section 6.4): who denies it denies whatever is not permitted. */
const NOBODY = 'nobody.invalid';

const ofNobody = new Memo<Requirement, Requirement>();

function askedOfNobody(requirement: Requirement): Requirement {
  const flow = { ...requirement.flow, to: { hosts: [NOBODY] }, protocol: 'tcp', ports: '80,443' } as const;
  return { ...requirement, flow };
}

/** The statements that deny hosts which they do not name. */
function generalDenials(
  model: Model,
  requirements: readonly Requirement[],
  network: NetworkContext,
): ReadonlySet<string> {
  const [first] = requirements;
  if (!first) return new Set();
  const evaluations = evaluateAll(model, [ofNobody.of(first, askedOfNobody)], network);
  const statements = evaluations
    .filter(isDenied)
    .flatMap(sharesOf)
    .flatMap(({ decidedBy }) => decidedBy.slice(0, 1));
  return new Set(statements.map(statementKey));
}
