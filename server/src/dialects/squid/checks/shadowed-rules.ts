import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { addressesOf, domainsOf, portsOf, wordsOf } from '../program/acl-content.js';
import { type Acl, type Program, type Rule, rulesOf } from '../program/program.js';
import { aclKey, spanOf } from '../program/segments.js';
import type { RuleStatement } from '../syntax/statements.js';

/** The lists in which the first matching rule decides between two actions. */
const LISTS = [
  'http_access',
  'adapted_http_access',
  'http_reply_access',
  'miss_access',
  'always_direct',
  'never_direct',
];

/**
 * What a rule matches, as far as it is known: a product of sets, and acls that only the surroundings decide. A rule with
 * fewer conditions on the surroundings matches more.
 */
interface Reach {
  readonly hosts: HostSet;
  readonly clients: IpSet;
  readonly ports: PortSet;
  /** Whether CONNECT and other methods are matched. */
  readonly connect: boolean;
  readonly plain: boolean;
  /** The acls that are not sets, each with its negation, as text. */
  readonly opaque: ReadonlySet<string>;
}

interface Reached {
  readonly rule: Rule;
  readonly reach: Reach;
}

/** Lists up to this length are compared as sets; in longer ones only the names of acls are. */
const COMPARED_AS_SETS = 200;
/** Acls with more lines are compared by name, too. */
const LINES_READ = 500;

/** Rules that earlier rules of the same list leave nothing for. */
export function coveredRules(program: Program): Problem[] {
  return [...LISTS.flatMap((list) => coveredIn(program, list)), ...behindFinalBump(program)];
}

function coveredIn(program: Program, list: string): Problem[] {
  const rules = [...rulesOf(program, list)];
  // What stands behind unknown statements may be reached although what stands in front of them would cover it: no rule is
  // told to be covered by one on the other side of a gap.
  const gap = program.configuration.gaps[0]?.before ?? Number.POSITIVE_INFINITY;
  const known = rules.filter(({ segment }) => segment <= gap);
  return known.length > COMPARED_AS_SETS ? coveredByNames(program, known) : coveredBySets(program, known);
}

function coveredBySets(program: Program, rules: readonly Rule[]): Problem[] {
  const problems: Problem[] = [];
  const earlier: Reached[] = [];
  for (const rule of rules) {
    const reach = reachOf(program, rule.entry.statement);
    if (!reach) continue;
    const covering = coveringRules(earlier, reach);
    if (covering) {
      const rulesBefore = covering.map((one) => one.rule);
      problems.push(...tell(program, rule, rulesBefore));
    } else earlier.push({ rule, reach });
  }
  return problems;
}

/** The index of a rule, and that of the earlier rule which covers it. */
type Covered = readonly [covered: number, by: number];

/** What was found in a list, for as long as its rules stay the same. */
const foundByNames = new WeakMap<
  RuleStatement,
  { readonly statements: readonly RuleStatement[]; covered: readonly Covered[] }
>();

/** A rule is covered by an earlier one that has some of its conditions and no other. */
function coveredByNames(program: Program, rules: readonly Rule[]): Problem[] {
  const statements = rules.map(({ entry }) => entry.statement);
  const [first] = statements;
  if (!first) return [];
  let known = foundByNames.get(first);
  if (known?.statements.length !== statements.length || !known.statements.every((one, i) => one === statements[i])) {
    known = { statements, covered: findCoveredByNames(statements) };
    foundByNames.set(first, known);
  }
  return known.covered.flatMap(([covered, by]) => {
    const [rule, earlier] = [rules[covered], rules[by]];
    return rule && earlier ? tell(program, rule, [earlier]) : [];
  });
}

function findCoveredByNames(statements: readonly RuleStatement[]): Covered[] {
  const covered: Covered[] = [];
  const earlier = new Map<string, number>();
  statements.forEach((statement, index) => {
    const { own, subsets } = conditionsOf(statement);
    const subset = subsets.find((text) => earlier.has(text));
    const by = subset === undefined ? undefined : earlier.get(subset);
    if (by === undefined) earlier.set(own, index);
    else covered.push([index, by]);
  });
  return covered;
}

/** The conditions of a rule as one text, and all texts of some of them. `all` is no condition. */
interface Conditions {
  readonly own: string;
  readonly subsets: readonly string[];
}

/** More conditions than this are not taken apart. */
const CONDITION_LIMIT = 5;
const knownConditions = new WeakMap<RuleStatement, Conditions>();

function conditionsOf(statement: RuleStatement): Conditions {
  let known = knownConditions.get(statement);
  if (!known) {
    const texts = statement.references.map(({ name, negated }) => (negated ? '!' : '') + aclKey(name));
    const parts = [...new Set(texts.filter((text) => text !== 'all'))].sort();
    const masks = parts.length > CONDITION_LIMIT ? [] : Array.from({ length: 1 << parts.length }, (_, mask) => mask);
    const subsets = masks.map((mask) => parts.filter((_, i) => mask & (1 << i)).join(' '));
    known = { own: parts.join(' '), subsets };
    knownConditions.set(statement, known);
  }
  return known;
}

const FINAL_ACTIONS = new Set(['splice', 'bump', 'terminate', 'none', 'client-first', 'server-first', 'allow', 'deny']);

/** No ssl_bump rule behind a final one for all connections is reached, unless a look at step 2 rules that one out. */
function behindFinalBump(program: Program): Problem[] {
  let final: Rule | undefined;
  const problems: Problem[] = [];
  if (program.configuration.gaps.length > 0) return problems;
  for (const rule of rulesOf(program, 'ssl_bump')) {
    const { action, references } = rule.entry.statement;
    if (final) problems.push(...tell(program, rule, [final]));
    else if (!FINAL_ACTIONS.has(action.text)) {
      const firstStepOnly = references.some(
        ({ name, negated }) => !negated && isFirstStep(program.acls.get(aclKey(name))),
      );
      if (!firstStepOnly) return problems;
    } else if (conditionsOf(rule.entry.statement).own === '') final = rule;
  }
  return problems;
}

function isFirstStep(acl: Acl | undefined): boolean {
  return (
    acl?.type.name === 'at_step' &&
    acl.lines.every(({ entry }) => entry.statement.values.every(({ text }) => text.toLowerCase() === 'sslbump1'))
  );
}

function tell(program: Program, rule: Rule, covering: readonly Rule[]): Problem[] {
  const action = rule.entry.statement.action.text;
  const same = covering.every(({ entry }) => entry.statement.action.text === action);
  const place = (one: Rule): Location[] => {
    const segment = program.segments[one.segment];
    return segment ? [spanOf(segment, one.entry)] : [];
  };
  const earlier = covering.length === 1 ? 'an earlier rule matches' : 'earlier rules together match';
  return place(rule).map((own) => ({
    ...own,
    code: same ? 'redundant-rule' : 'shadowed-rule',
    message: same
      ? `this rule changes nothing: ${earlier} all that it matches, with the same result`
      : `this rule never decides: ${earlier} all that it matches`,
    related: covering.flatMap(place).map((at) => ({ ...at, message: 'this rule matches first' })),
  }));
}

/** An earlier rule that covers a reach, or several that do together. */
function coveringRules(earlier: readonly Reached[], reach: Reach): readonly Reached[] | undefined {
  const relevant = earlier.filter((one) => isSubset(one.reach.opaque, reach.opaque) && overlaps(one.reach, reach));
  const single = relevant.find((one) => covers(one.reach, reach));
  if (single) return [single];
  return unionCover(relevant, reach);
}

function isSubset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const value of a) if (!b.has(value)) return false;
  return true;
}

function overlaps(a: Reach, b: Reach): boolean {
  return (
    ((a.connect && b.connect) || (a.plain && b.plain)) &&
    a.ports.overlaps(b.ports) &&
    a.clients.overlaps(b.clients) &&
    (a.hosts === HostSet.all || !a.hosts.intersect(b.hosts).isEmpty)
  );
}

function covers(outer: Reach, inner: Reach): boolean {
  return (
    coversRest(outer, inner) && inner.hosts.subtract(outer.hosts).isEmpty && outer.clients.containsAll(inner.clients)
  );
}

/** Whether an earlier reach covers another in everything but hosts and clients. */
function coversRest(outer: Reach, inner: Reach): boolean {
  return (outer.connect || !inner.connect) && (outer.plain || !inner.plain) && outer.ports.containsAll(inner.ports);
}

/** Several rules that differ in their hosts only, or in their clients only, may cover a rule between them. */
function unionCover(relevant: readonly Reached[], reach: Reach): readonly Reached[] | undefined {
  const candidates = relevant.filter((one) => coversRest(one.reach, reach));
  const byHosts = candidates.filter((one) => one.reach.clients.containsAll(reach.clients));
  const byClients = candidates.filter((one) => reach.hosts.subtract(one.reach.hosts).isEmpty);
  let hosts = reach.hosts;
  const takenHosts: Reached[] = [];
  for (const one of byHosts) {
    hosts = hosts.subtract(one.reach.hosts);
    takenHosts.push(one);
    if (hosts.isEmpty) return takenHosts;
  }
  let clients = reach.clients;
  const takenClients: Reached[] = [];
  for (const one of byClients) {
    clients = clients.subtract(one.reach.clients);
    takenClients.push(one);
    if (clients.isEmpty) return takenClients;
  }
  return undefined;
}

const NO_CONDITIONS: ReadonlySet<string> = new Set();
const EVERYTHING: Reach = {
  hosts: HostSet.all,
  clients: IpSet.all,
  ports: ALL_PORTS,
  connect: true,
  plain: true,
  opaque: NO_CONDITIONS,
};

/** What a rule matches; `undefined` where one of its acls does not exist or holds unknown values. */
function reachOf(program: Program, statement: RuleStatement): Reach | undefined {
  let reach = EVERYTHING;
  for (const { name, negated } of statement.references) {
    const acl = program.acls.get(aclKey(name));
    const narrowed = acl && narrow(program, reach, acl, negated);
    if (!narrowed) return undefined;
    reach = narrowed;
  }
  const empty = reach.clients.isEmpty || reach.ports.isEmpty || (!reach.connect && !reach.plain) || reach.hosts.isEmpty;
  return empty ? undefined : reach;
}

function narrow(program: Program, reach: Reach, acl: Acl, negated: boolean): Reach | undefined {
  const opaque = (): Reach => ({ ...reach, opaque: new Set([...reach.opaque, `${negated ? '!' : ''}${acl.key}`]) });
  if (acl.lines.length > LINES_READ) return opaque();
  switch (acl.type.name) {
    case 'src': {
      const { value, unknown } = addressesOf(acl, program);
      if (unknown !== undefined) return opaque();
      return { ...reach, clients: negated ? reach.clients.subtract(value) : reach.clients.intersect(value) };
    }
    case 'dstdomain': {
      // Without -n an address is looked up, so the negation of a domain acl says nothing about addresses.
      const { value, unknown } = domainsOf(acl, program);
      if (unknown !== undefined || negated) return opaque();
      return { ...reach, hosts: reach.hosts.intersect(value) };
    }
    case 'port': {
      const { value, unknown } = portsOf(acl, program);
      if (unknown !== undefined) return opaque();
      return { ...reach, ports: negated ? reach.ports.subtract(value) : reach.ports.intersect(value) };
    }
    case 'method': {
      const methods = [...wordsOf(acl, program).value].map((word) => word.toUpperCase());
      if (methods.length !== 1 || methods[0] !== 'CONNECT') return opaque();
      return { ...reach, connect: reach.connect && !negated, plain: reach.plain && negated };
    }
    default:
      return opaque();
  }
}
