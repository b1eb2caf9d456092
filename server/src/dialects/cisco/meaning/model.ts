import type { QuotedLine as Place } from '../../../model/evidence.js';
import type {
  BaseChain,
  FilterAction,
  FilterChain,
  FilterModel,
  FilterPoint,
  FilterRule,
  Phase,
} from '../../../model/filter.js';
import { ICMPV6 } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import { fixedRun, type PlacedRun, placeRun, RuleRun, type RuleTemplate, RunChain } from '../../../model/rule-runs.js';
import { type Item, type Placed, type Run, referencesOf } from '../program/blocks.js';
import type { Definitions } from '../program/groups.js';
import type { AccessList, Entry } from '../program/lists.js';
import { type Program, placeOf } from '../program/program.js';
import { coresOf, type RuleCore } from './entry-rules.js';
import { forwardPoint } from './interfaces.js';
import { reflectedCores } from './reflexive.js';

const BOTH: readonly Phase[] = ['first', 'reply'];
const ACCEPT: FilterAction = { kind: 'accept' };
const DENY: FilterAction = { kind: 'deny' };

/** A rule of an entry, wherever the block stands that holds it. */
class EntryRule implements RuleTemplate {
  constructor(
    private readonly core: RuleCore,
    readonly action: FilterAction,
    readonly item: Item,
  ) {}

  get match(): readonly PacketBox[] {
    return this.core.match;
  }

  get phases(): readonly Phase[] {
    return this.core.phases;
  }

  get opaque(): FilterRule['opaque'] {
    return this.core.opaque;
  }

  /** One rule for what two rules of one entry match. */
  joinedWith({ core }: EntryRule): EntryRule {
    const joined: RuleCore = {
      match: [...core.match, ...this.core.match],
      phases: BOTH.filter((phase) => core.phases.includes(phase) || this.core.phases.includes(phase)),
      opaque: [...core.opaque, ...this.core.opaque, { text: 'the parts of the entry' }],
    };
    return new EntryRule(joined, this.action, this.item);
  }
}

/** A rule at its place. The place is worked out when it is asked for: few of many rules ever decide anything. */
class PlacedRule implements FilterRule {
  constructor(
    private readonly rule: EntryRule,
    private readonly uri: string,
    readonly base: number,
    /** What it says, where no line of the file does. */
    private readonly unwritten?: string,
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

  get statement(): Place {
    const place = placeOf(this.uri, { item: this.rule.item, base: this.base });
    return this.unwritten === undefined ? place : { ...place, text: this.unwritten };
  }
}

const EVERYTHING: RuleCore = { match: [ANY_PACKET], phases: BOTH, opaque: [] };

const discovery = (...types: readonly number[]): RuleCore => ({
  match: types.map((type) => ({
    ...ANY_PACKET,
    source: IpSet.all.ofFamily(6),
    protocols: IntervalSet.of([ICMPV6, ICMPV6]),
    destinationPorts: IntervalSet.of([type * 256, type * 256 + 255]),
  })),
  phases: BOTH,
  opaque: [],
});

/**
 * "permit icmp any any nd-na; permit icmp any any nd-ns; deny ipv6 any any" end every IPv6 list (*Cisco IOS IPv6 Command
 * Reference*, `ipv6 access-list`). NX-OS permits router discovery as well; no flow that is asked about is concerned.
 */
const NEIGHBOR_DISCOVERY = discovery(135, 136);

/** The families that a list filters. */
export function familiesOf(list: AccessList): readonly AddressFamily[] {
  if (list.form === 'asa') return [4, 6];
  return list.form === 'ipv6' ? [6] : [4];
}

/** The rules of a list, in runs that follow each other. */
export interface WrittenRules {
  readonly runs: readonly PlacedRun[];
  /** The same with one rule for each entry, also where it is partly unknown. */
  readonly entries: readonly PlacedRun[];
}

/** The rules of entries without their place, and the same with one rule for each entry. */
interface EntryRules {
  readonly rules: RuleRun<EntryRule>;
  readonly entries: RuleRun<EntryRule>;
}

/** The rules of a run that were made before, with the definitions that they were made with. */
const runRules = new WeakMap<Run, { readonly definitions: Definitions | undefined; readonly made: EntryRules }>();

const listRules = new WeakMap<AccessList, WrittenRules>();

/** The rules that a list writes down. */
export function writtenRules(program: Program, list: AccessList): WrittenRules {
  const known = listRules.get(list);
  if (known) return known;
  const runs: PlacedRun[] = [];
  const entries: PlacedRun[] = [];
  const add = (made: EntryRules, base: number) => {
    const place = (rule: EntryRule) => new PlacedRule(rule, program.uri, base);
    const placed = placeRun(made.rules, place);
    runs.push(placed);
    entries.push(made.entries === made.rules ? placed : placeRun(made.entries, place));
  };
  for (const segment of list.segments) {
    if (segment.kind === 'run') add(rulesOfRun(program, segment.run), segment.base);
    else for (const { items, base } of byBase(segment.entries)) add(rulesOfItems(program, items), base);
  }
  const written = { runs, entries };
  listRules.set(list, written);
  return written;
}

function rulesOfRun(program: Program, run: Run): EntryRules {
  const known = runRules.get(run);
  if (known && (known.definitions ?? program.definitions) === program.definitions) return known.made;
  const made = rulesOfItems(program, run.items);
  const refers = run.items.some(({ statement }) => referencesOf(statement).length > 0);
  runRules.set(run, { definitions: refers ? program.definitions : undefined, made });
  return made;
}

/** Entries that follow each other and come from one block. */
function byBase(entries: readonly Entry[]): { readonly base: number; readonly items: Item[] }[] {
  const groups: { base: number; items: Item[] }[] = [];
  for (const { item, base } of entries) {
    const last = groups[groups.length - 1];
    if (last?.base === base) last.items.push(item);
    else groups.push({ base, items: [item] });
  }
  return groups;
}

function rulesOfItems(program: Program, items: readonly Item[]): EntryRules {
  const rules = items.flatMap((item) => rulesOfItem(program, item));
  const run = new RuleRun(rules);
  const entries: EntryRule[] = [];
  for (const rule of rules) {
    const last = entries[entries.length - 1];
    if (last?.item === rule.item) entries[entries.length - 1] = rule.joinedWith(last);
    else entries.push(rule);
  }
  return { rules: run, entries: entries.length === rules.length ? run : new RuleRun(entries) };
}

function rulesOfItem(program: Program, item: Item): EntryRule[] {
  const { statement } = item;
  if (statement.kind === 'evaluate') {
    return reflectedCores(program, statement.name).map((core) => new EntryRule(core, ACCEPT, item));
  }
  if (statement.kind !== 'ace') return [];
  const action = statement.ace.action === 'permit' ? ACCEPT : DENY;
  return coresOf(statement.ace, program.definitions).map((core) => new EntryRule(core, action, item));
}

/**
 * Whether a list denies what it does not name. IOS passes everything through a list without entries ("an undefined or
 * empty access list permits all", *Cisco IOS Security Configuration Guide*, "IP Access List Overview").
 */
export function isEmptyList(list: AccessList): boolean {
  return list.size === 0;
}

/** What stands behind the last entry of a list without being written there. */
export function implicitRules(program: Program, list: AccessList): FilterRule[] {
  if (isEmptyList(list)) return [];
  const denied: RuleCore = {
    ...EVERYTHING,
    match: familiesOf(list).map((family) => ({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) })),
  };
  const place = implicitPlace(list);
  const rule = (core: RuleCore, action: FilterAction, text: string) =>
    new PlacedRule(new EntryRule(core, action, place.item), program.uri, place.base, text);
  const closing = rule(denied, DENY, implicitDeny(list));
  if (list.form !== 'ipv6') return [closing];
  return [rule(NEIGHBOR_DISCOVERY, ACCEPT, `(implicit permit of neighbor discovery in ${list.name})`), closing];
}

/** How the end of a list is named: the line that it is shown at may well be a permit. */
export function implicitDeny(list: AccessList): string {
  return `(implicit deny at the end of ${list.name})`;
}

/** Where the implicit rules are shown: at the list's header, or behind its last entry where it has none. */
export function implicitPlace(list: AccessList): Placed {
  if (list.header.item.statement.kind === 'open-list') return list.header;
  return list.lastPlace;
}

export function buildModel(program: Program): FilterModel {
  const chains = new Map<string, FilterChain>();
  const points: FilterPoint[] = [];
  const families = new Set<AddressFamily>();
  for (const list of program.lists.values()) {
    const { runs } = writtenRules(program, list);
    const closed = [...runs, fixedRun(implicitRules(program, list))];
    // A firewall asks its global list before it denies, so its lists end open.
    chains.set(list.name, new RunChain(list.name, () => (program.platform === 'asa' ? runs : closed)));
    points.push(listPoint(program, list, closed));
  }
  const forward = forwardPoint(program, chains);
  if (forward) points.unshift(forward);
  const asked = forward ? boundLists(program) : [...program.lists.values()];
  for (const list of asked) for (const family of familiesOf(list)) families.add(family);
  if (forward) families.add(4);
  return { kind: 'filter', families: [...families].sort(), points, chains };
}

function boundLists(program: Program): AccessList[] {
  const names = program.interfaces.flatMap(({ bindings }) => bindings.map(({ list }) => list));
  if (program.globalBinding) names.push(program.globalBinding.list);
  return names.flatMap((name) => program.lists.get(name) ?? []);
}

/** One list by itself, as somebody asks it by name. */
function listPoint(program: Program, list: AccessList, runs: readonly PlacedRun[]): FilterPoint {
  // In the configuration of a whole device, what is bound to no interface filters nothing: it serves NAT, routing or logins.
  const byNameOnly = program.interfaces.length > 0;
  return {
    name: list.name,
    hook: undefined,
    chains: [new ListChain(list, runs, placeOf(program.uri, implicitPlace(list)))],
    stateful: list.form === 'asa',
    ...(byNameOnly ? { byNameOnly } : {}),
  };
}

/** A list with everything that stands behind its last entry. */
class ListChain extends RunChain implements BaseChain {
  readonly families: readonly AddressFamily[];
  readonly policy = 'accept';

  constructor(
    list: AccessList,
    runs: readonly PlacedRun[],
    readonly policyStatement: Place,
  ) {
    super(list.name, () => runs);
    this.families = familiesOf(list);
  }
}
