import type { HostSet } from '../../../model/hosts.js';
import { type LiveDomains, liveDomainsOf } from '../meaning/domain-index.js';
import type { DomainValue } from '../syntax/domains.js';
import { parseText } from '../syntax/parse.js';
import type { AclStatement, PlainStatement, RuleStatement } from '../syntax/statements.js';
import type { AclType } from '../vocabulary/acl-types.js';
import { BUILT_IN_ACLS } from '../vocabulary/acl-types.js';
import type { Configuration } from './configuration.js';
import { aclKey, append, type Entry, readBlock, type Segment, type Summary } from './segments.js';

/** A line of an acl, by the segment that holds it. */
export interface AclLine {
  /** The index of the segment in {@link Program.segments}. */
  readonly segment: number;
  readonly entry: Entry<AclStatement>;
}

/** An acl with all its lines, in the order in which squid reads them. */
export interface Acl {
  readonly key: string;
  readonly name: string;
  readonly type: AclType;
  readonly lines: readonly AclLine[];
}

/** A rule with the segment that holds it. */
export interface Rule {
  readonly segment: number;
  readonly entry: Entry<RuleStatement>;
}

/**
 * Whether a rule with a positive reference to the acl can match only hosts that the acl lists: it is a `dstdomain` acl
 * whose values all stand in the configuration. The same object for as long as no acl comes, goes or changes its type.
 */
export type Guards = ReadonlyMap<string, boolean>;

/** A configuration with its acls and rules found by name. */
export interface Program {
  /** The acls that squid defines itself come first. */
  readonly segments: readonly Segment[];
  readonly configuration: Configuration;
  readonly acls: ReadonlyMap<string, Acl>;
  /** The acls of the version before and the keys of those that differ; `undefined` where all may differ. */
  readonly change: { readonly from: ReadonlyMap<string, Acl>; readonly keys: readonly string[] } | undefined;
  readonly guards: Guards;
  /** The keys of the acls of each type; the same object for as long as {@link guards} is. */
  readonly types: ReadonlyMap<string, readonly string[]>;
  readonly live: LiveCache;
  /** The segments that hold rules of each list, by their index. */
  readonly lists: ReadonlyMap<string, readonly number[]>;
  /** The segments that hold other statements of each directive, by their index. */
  readonly directives: ReadonlyMap<string, readonly number[]>;
}

/** The acls that squid defines itself; a file of no name. */
const BUILT_IN: Segment = { uri: '', start: 0, summary: builtInSummary() };

function builtInSummary(): Summary {
  const block = parseText(BUILT_IN_ACLS.join('\n')).blocks[0];
  const read = block && readBlock(block);
  if (read?.kind !== 'plain') throw new Error('the built-in acls cannot be read');
  return read.summary;
}

/** Finds the acls of a configuration. `previous` is the program of an earlier version. */
export function buildProgram(configuration: Configuration, previous: Program | undefined): Program {
  const segments = [BUILT_IN, ...configuration.segments];
  const changed = previous ? changedSegments(previous.segments, segments) : undefined;
  const known = changed && previous && reuse(previous, segments, changed);
  const live: LiveCache = { own: new WeakMap(), inherited: known && inherit(previous, segments, changed) };
  return { segments, configuration, ...(known ?? collect(segments)), live, ...findHolders(segments) };
}

function findHolders(segments: readonly Segment[]): Pick<Program, 'lists' | 'directives'> {
  const lists = new Map<string, number[]>();
  const directives = new Map<string, number[]>();
  segments.forEach(({ summary }, index) => {
    for (const list of summary.rules.keys()) append(lists, list, index);
    for (const directive of summary.plain.keys()) append(directives, directive, index);
  });
  return { lists, directives };
}

/** How many changed segments are worth being followed one by one. */
const CHANGE_LIMIT = 4;

/** The segments that say something else than before; `undefined` where too much changed to compare. */
function changedSegments(before: readonly Segment[], after: readonly Segment[]): number[] | undefined {
  if (before.length !== after.length) return undefined;
  const changed: number[] = [];
  for (let i = 0; i < after.length; i++) {
    if (before[i]?.summary === after[i]?.summary) continue;
    if (changed.length === CHANGE_LIMIT) return undefined;
    changed.push(i);
  }
  return changed;
}

function reuse(previous: Program, segments: readonly Segment[], changed: readonly number[]) {
  const { guards, types } = previous;
  if (changed.length === 0) return { acls: previous.acls, change: undefined, guards, types };
  const same = changed.every((i) => previous.segments[i]?.summary.signature === segments[i]?.summary.signature);
  if (!same) return undefined;
  const acls = new Map(previous.acls);
  const keys: string[] = [];
  for (const index of changed) {
    for (const [key, entries] of segments[index]?.summary.acls ?? []) {
      const acl = acls.get(key);
      if (!acl) continue;
      keys.push(key);
      const own = entries
        .filter(({ statement }) => statement.type === acl.type)
        .map((entry) => ({ segment: index, entry }));
      const before = acl.lines.filter(({ segment }) => segment < index);
      const after = acl.lines.filter(({ segment }) => segment > index);
      acls.set(key, { ...acl, lines: [...before, ...own, ...after] });
    }
  }
  return { acls, change: { from: previous.acls, keys }, guards, types };
}

function collect(segments: readonly Segment[]): Pick<Program, 'acls' | 'change' | 'guards' | 'types'> {
  const acls = new Map<string, Acl & { readonly lines: AclLine[] }>();
  segments.forEach(({ summary }, segment) => {
    for (const [key, entries] of summary.acls) {
      for (const entry of entries) {
        const { name, type } = entry.statement;
        const acl = acls.get(key);
        if (!acl) acls.set(key, { key, name: name.text, type, lines: [{ segment, entry }] });
        // A line of another type is refused; it does not add to the acl.
        else if (acl.type === type) acl.lines.push({ segment, entry });
      }
    }
  });
  const guards = new Map<string, boolean>();
  const types = new Map<string, string[]>();
  for (const [key, { type, lines }] of acls) {
    append(types, type.name, key);
    guards.set(key, type.name === 'dstdomain' && lines.every(({ entry }) => !entry.statement.file));
  }
  return { acls, change: undefined, guards, types };
}

/** The acls of one type. */
export function aclsOfType(program: Program, type: string): readonly Acl[] {
  return (program.types.get(type) ?? []).flatMap((key) => program.acls.get(key) ?? []);
}

/** Whether squid itself defines an acl, and the file adds nothing to it. */
export function isBuiltIn(acl: Acl): boolean {
  return acl.lines.every(({ segment }) => segment === 0);
}

/** All rules of a list, in order. */
export function* rulesOf(program: Program, list: string): Generator<Rule> {
  for (const segment of program.lists.get(list) ?? []) {
    for (const entry of program.segments[segment]?.summary.rules.get(list) ?? []) yield { segment, entry };
  }
}

/** The rules of a list by what a request needs to have a chance to match them. */
export interface GuardedList {
  /** Rules without a positive domain acl, in order. */
  readonly unguarded: readonly Rule[];
  /** For each segment, the rules that match only hosts of a domain acl, by the key of the acl. */
  readonly guarded: readonly { readonly segment: number; readonly rules: RulesByAcl }[];
}

type RulesByAcl = ReadonlyMap<string, readonly Entry<RuleStatement>[]>;

const guardedLists = new WeakMap<Program, Map<string, GuardedList>>();

export function rulesByGuard(program: Program, list: string): GuardedList {
  let known = guardedLists.get(program);
  if (!known) {
    known = new Map();
    guardedLists.set(program, known);
  }
  let result = known.get(list);
  if (!result) {
    const unguarded: Rule[] = [];
    const guarded: { segment: number; rules: RulesByAcl }[] = [];
    for (const segment of program.lists.get(list) ?? []) {
      const summary = program.segments[segment]?.summary;
      const own = summary && ownGuards(program, summary, list);
      if (own) for (const entry of own.unguarded) unguarded.push({ segment, entry });
      if (own && own.guarded.size > 0) guarded.push({ segment, rules: own.guarded });
    }
    result = { unguarded, guarded };
    known.set(list, result);
  }
  return result;
}

/** The same for one summary, kept for as long as the summary and the names of acls are. */
interface OwnGuards {
  readonly unguarded: readonly Entry<RuleStatement>[];
  readonly guarded: RulesByAcl;
}

const ownLists = new WeakMap<Summary, { readonly guards: Guards; readonly lists: Map<string, OwnGuards> }>();

function ownGuards(program: Program, summary: Summary, list: string): OwnGuards {
  let known = ownLists.get(summary);
  if (known?.guards !== program.guards) {
    known = { guards: program.guards, lists: new Map() };
    ownLists.set(summary, known);
  }
  let result = known.lists.get(list);
  if (!result) {
    result = findGuards(program.guards, summary.rules.get(list) ?? []);
    known.lists.set(list, result);
  }
  return result;
}

function findGuards(guards: Guards, rules: readonly Entry<RuleStatement>[]): OwnGuards {
  const unguarded: Entry<RuleStatement>[] = [];
  const guarded = new Map<string, Entry<RuleStatement>[]>();
  for (const entry of rules) {
    const guard = entry.statement.references.find(({ name, negated }) => !negated && guards.get(aclKey(name)));
    if (guard) append(guarded, aclKey(guard.name), entry);
    else unguarded.push(entry);
  }
  return { unguarded, guarded };
}

/** A statement that is neither an acl nor a rule, at its place. */
export interface PlacedStatement {
  readonly segment: Segment;
  readonly entry: Entry<PlainStatement>;
}

/** The statements of one directive that squid accepts, in order. */
export function statementsOf(program: Program, directive: string): readonly PlacedStatement[] {
  const placed: PlacedStatement[] = [];
  for (const index of program.directives.get(directive) ?? []) {
    const segment = program.segments[index];
    for (const entry of segment?.summary.plain.get(directive) ?? []) {
      if (segment && entry.statement.problems.length === 0) placed.push({ segment, entry });
    }
  }
  return placed;
}

/**
 * The domain values near each set of hosts that was asked about. An edit elsewhere leaves them as they are, so the next
 * version of a program looks at the changed segments only.
 */
interface LiveCache {
  readonly own: WeakMap<HostSet, LiveDomains>;
  /** What the version before found, and the summaries that have changed since. */
  readonly inherited: { readonly own: WeakMap<HostSet, LiveDomains>; readonly changed: readonly Summary[] } | undefined;
}

function inherit(previous: Program, segments: readonly Segment[], changed: readonly number[]): LiveCache['inherited'] {
  const summaries = changed.flatMap((i) => [previous.segments[i]?.summary ?? [], segments[i]?.summary ?? []].flat());
  return { own: previous.live.own, changed: summaries };
}

/** The values of domain acls that may match some of the hosts, over all segments; list files are not among them. */
export function liveDomains({ segments, live }: Program, hosts: HostSet): LiveDomains {
  const known = live.own.get(hosts);
  if (known) return known;
  const before = live.inherited?.own.get(hosts);
  const untouched = live.inherited?.changed.every((summary) => liveDomainsOf(summary, hosts).size === 0);
  const found = before && untouched ? before : findLiveDomains(segments, hosts);
  live.own.set(hosts, found);
  return found;
}

function findLiveDomains(segments: readonly Segment[], hosts: HostSet): LiveDomains {
  const live = new Map<string, DomainValue[]>();
  for (const { summary } of segments) {
    for (const [key, values] of liveDomainsOf(summary, hosts)) {
      for (const value of values) append(live, key, value);
    }
  }
  return live;
}
