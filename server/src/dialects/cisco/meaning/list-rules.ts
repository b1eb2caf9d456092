// The rules of one access list: those of its entries, and the implicit ones.
import { LatestMemo } from '../../../kept/memo.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { FilterAction, FilterRule, Phase } from '../../../model/filter.js';
import { ICMPV6 } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, protocolSet } from '../../../model/packets.js';
import { type PlacedRun, placeRun, RuleRun, type RuleTemplate } from '../../../model/rule-runs.js';
import type { EntryRun, StatementLine } from '../program/blocks.js';
import type { Definitions } from '../program/groups.js';
import type { AccessList, ListEntry } from '../program/lists.js';
import type { Program } from '../program/program.js';
import { quotedLine, rangeIn } from '../program/quoted-line.js';
import type { EntryMatch, Statement, Token } from '../syntax/tree.js';
import { matchesOf } from './entry-rules.js';
import { reflectedMatches } from './reflexive.js';

const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
const ACCEPT: FilterAction = { kind: 'accept' };
const DENY: FilterAction = { kind: 'deny' };
const ACTIONS = { permit: [ACCEPT], deny: [DENY], unknown: [ACCEPT, DENY] } as const;

/** A rule of an entry, independent of the position of its block. */
class EntryRule implements RuleTemplate {
  constructor(
    private readonly entryMatch: EntryMatch,
    readonly action: FilterAction,
    readonly line: StatementLine,
  ) {}

  get match(): readonly PacketBox[] {
    return this.entryMatch.match;
  }

  get phases(): readonly Phase[] {
    return this.entryMatch.phases;
  }

  get opaque(): FilterRule['opaque'] {
    return this.entryMatch.opaque;
  }

  /** One rule that matches what either of two rules of one entry matches. */
  joinedWith(earlier: EntryRule): EntryRule {
    const joined: EntryMatch = {
      match: [...earlier.match, ...this.match],
      phases: BOTH_PHASES.filter((phase) => earlier.phases.includes(phase) || this.phases.includes(phase)),
      opaque: [...earlier.opaque, ...this.opaque, { text: 'the parts of the entry' }],
    };
    return new EntryRule(joined, this.action, this.line);
  }
}

/** A rule at its position in the file, which is computed on demand: few of many rules ever decide anything. */
class PlacedRule implements FilterRule {
  constructor(
    private readonly rule: EntryRule,
    private readonly uri: string,
    private readonly base: number,
  ) {}

  get match(): readonly PacketBox[] {
    return this.rule.match;
  }

  get phases(): readonly Phase[] {
    return this.rule.phases;
  }

  get opaque(): FilterRule['opaque'] {
    return this.rule.opaque;
  }

  get action(): FilterAction {
    return this.rule.action;
  }

  get statement(): QuotedLine {
    return quotedLine(this.uri, { own: this.rule.line, base: this.base });
  }
}

/** The families that a list filters. */
export function familiesOf(list: AccessList): readonly AddressFamily[] {
  if (list.form === 'asa') return [4, 6];
  return list.form === 'ipv6' ? [6] : [4];
}

/** The rules of the entries of a list, in consecutive runs. */
export interface WrittenRules {
  readonly runs: readonly PlacedRun[];
  /** The same with one rule for each entry, even where it is partly unknown. */
  readonly entries: readonly PlacedRun[];
}

/** The explicit rules of each list of a configuration. */
export function writtenRules(program: Program): ReadonlyMap<AccessList, WrittenRules> {
  return new Map([...program.lists.values()].map((list) => [list, rulesOfList(program, list)]));
}

function rulesOfList(program: Program, list: AccessList): WrittenRules {
  const runs: PlacedRun[] = [];
  const entries: PlacedRun[] = [];
  const add = (rules: EntryRules, base: number) => {
    const place = (rule: EntryRule) => new PlacedRule(rule, program.uri, base);
    const placed = placeRun(rules.rules, place);
    runs.push(placed);
    entries.push(rules.entries === rules.rules ? placed : placeRun(rules.entries, place));
  };
  for (const segment of list.segments) {
    if (segment.kind === 'run') add(rulesOfRun(program, segment.run), segment.base);
    else for (const { lines, base } of byBlock(segment.entries)) add(rulesOfLines(program, lines), base);
  }
  return { runs, entries };
}

/** The rules of lines without their position, and the same with one rule for each entry. */
interface EntryRules {
  readonly rules: RuleRun<EntryRule>;
  readonly entries: RuleRun<EntryRule>;
}

const rulesByRun = new LatestMemo<EntryRun, Definitions | undefined, EntryRules>();

function rulesOfRun(program: Program, run: EntryRun): EntryRules {
  const used = run.refers ? program.definitions : undefined;
  return rulesByRun.of(run, used, () => rulesOfLines(program, run.lines));
}

/** Groups consecutive entries by block. */
function byBlock(entries: readonly ListEntry[]): { readonly base: number; readonly lines: StatementLine[] }[] {
  const groups: { base: number; lines: StatementLine[] }[] = [];
  for (const { own, base } of entries) {
    const last = groups[groups.length - 1];
    if (last?.base === base) last.lines.push(own);
    else groups.push({ base, lines: [own] });
  }
  return groups;
}

function rulesOfLines(program: Program, lines: readonly StatementLine[]): EntryRules {
  const rules: EntryRule[] = [];
  for (const line of lines) addRulesOf(line, program, rules);
  const run = new RuleRun(rules);
  const entries: EntryRule[] = [];
  for (const rule of rules) {
    const last = entries[entries.length - 1];
    if (last?.line === rule.line) entries[entries.length - 1] = rule.joinedWith(last);
    else entries.push(rule);
  }
  return { rules: run, entries: entries.length === rules.length ? run : new RuleRun(entries) };
}

function addRulesOf(line: StatementLine, program: Program, rules: EntryRule[]): void {
  const { statement } = line;
  if (statement.kind === 'evaluate') {
    for (const match of reflectedMatches(program, statement.name)) rules.push(new EntryRule(match, ACCEPT, line));
  }
  if (statement.kind !== 'entry') return;
  const actions = ACTIONS[statement.entry.action];
  for (const match of matchesOf(statement.entry, program.definitions))
    for (const action of actions) rules.push(new EntryRule(match, action, line));
}

/** Neighbor solicitation and advertisement. */
const NEIGHBOR_DISCOVERY: EntryMatch = {
  match: [135, 136].map((type) => ({
    ...ANY_PACKET,
    source: IpSet.all.ofFamily(6),
    protocols: protocolSet(ICMPV6),
    destinationPorts: IntervalSet.of([type * 256, type * 256 + 255]),
  })),
  phases: BOTH_PHASES,
  opaque: [],
};

/**
 * The implicit rules after the last entry of a list, shown at a line of the file. A list without entries has none: "an
 * undefined or empty access list permits all" (*Cisco IOS Security Configuration Guide*, "IP Access List Overview").
 *
 * "permit icmp any any nd-na; permit icmp any any nd-ns; deny ipv6 any any" end every IPv6 list (*Cisco IOS IPv6 Command
 * Reference*, `ipv6 access-list`). NX-OS permits router discovery as well, which no requirement is about.
 */
export function implicitRules(list: AccessList, at: QuotedLine): FilterRule[] {
  if (list.size === 0) return [];
  const everything: EntryMatch = {
    match: familiesOf(list).map((family) => ({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) })),
    phases: BOTH_PHASES,
    opaque: [],
  };
  const rule = (match: EntryMatch, action: FilterAction, text: string): FilterRule => {
    return { ...match, action, statement: { ...at, text } };
  };
  const closing = rule(everything, DENY, `(implicit deny at the end of ${list.name})`);
  if (list.form !== 'ipv6') return [closing];
  return [rule(NEIGHBOR_DISCOVERY, ACCEPT, `(implicit permit of neighbor discovery in ${list.name})`), closing];
}

/**
 * Where the implicit rules of a list are shown where no binding is: at the name in its header, or in its last entry where it
 * has no header. Never at a whole entry, which permits or denies something else.
 */
export function nameOfList(uri: string, { header, lastEntry }: AccessList): QuotedLine {
  const placed = header.own.statement.kind === 'open-list' ? header : (lastEntry ?? header);
  const line = quotedLine(uri, placed);
  const { statement } = placed.own;
  const token = statement.kind === 'open-list' ? statement.token : namedIn(statement);
  return token ? { ...line, range: rangeIn(placed, token) } : line;
}

function namedIn(statement: Statement): Token | undefined {
  return statement.kind === 'entry' || statement.kind === 'remark' ? statement.list?.token : undefined;
}
