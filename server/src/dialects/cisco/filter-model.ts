import type {
  BaseChain,
  FilterAction,
  FilterChain,
  FilterModel,
  FilterPoint,
  FilterRule,
  Phase,
} from '../../model/filter.js';
import { ICMPV6 } from '../../model/icmp.js';
import { IntervalSet } from '../../model/intervals.js';
import { type AddressFamily, IpSet } from '../../model/ip.js';
import { ANY_PACKET, type PacketBox } from '../../model/packets.js';
import type { Statement as Place } from '../../model/proxy.js';
import { coresOf, type RuleCore } from './compile.js';
import { forwardPoint } from './forwarding.js';
import type { AccessList, Entry } from './lists.js';
import { type Program, placeOf } from './program.js';
import { reflectedCores } from './reflexive.js';
import type { Item, Placed, Run } from './summaries.js';

const BOTH: readonly Phase[] = ['first', 'answer'];
const ACCEPT: FilterAction = { kind: 'accept' };
const DENY: FilterAction = { kind: 'deny' };

/** A rule at its place. The place is worked out when it is asked for: few of many rules ever decide anything. */
export class PlacedRule implements FilterRule {
  constructor(
    private readonly core: RuleCore,
    readonly action: FilterAction,
    private readonly uri: string,
    readonly item: Item,
    readonly base: number,
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

  get statement(): Place {
    return placeOf(this.uri, this);
  }

  /** One rule for what two rules of one entry match. */
  joinedWith({ core }: PlacedRule): PlacedRule {
    const joined: RuleCore = {
      match: [...core.match, ...this.core.match],
      phases: BOTH.filter((phase) => core.phases.includes(phase) || this.core.phases.includes(phase)),
      opaque: [...core.opaque, ...this.core.opaque, { text: 'the parts of the entry' }],
    };
    return new PlacedRule(joined, this.action, this.uri, this.item, this.base);
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

/** Rules of a run that were made before, for as long as it stands at the same place. */
const runRules = new WeakMap<
  Run,
  { readonly program: RuleContext; readonly base: number; readonly rules: PlacedRule[] }
>();

type RuleContext = Pick<Program, 'uri' | 'definitions'>;

const listRules = new WeakMap<AccessList, readonly PlacedRule[]>();

/** The rules that a list writes down. */
export function writtenRules(program: Program, list: AccessList): readonly PlacedRule[] {
  const known = listRules.get(list);
  if (known) return known;
  const rules: PlacedRule[] = [];
  for (const segment of list.segments) {
    if (segment.kind === 'run') for (const rule of rulesOfRun(program, segment.run, segment.base)) rules.push(rule);
    else for (const entry of segment.entries) rules.push(...rulesOfEntry(program, entry));
  }
  listRules.set(list, rules);
  return rules;
}

function rulesOfRun(program: Program, run: Run, base: number): PlacedRule[] {
  const known = runRules.get(run);
  const { uri, definitions } = program;
  if (known?.base === base && known.program.uri === uri && known.program.definitions === definitions)
    return known.rules;
  const rules: PlacedRule[] = [];
  for (const item of run.items) addRules(rules, program, { item, base });
  runRules.set(run, { program: { uri, definitions }, base, rules });
  return rules;
}

function rulesOfEntry(program: Program, entry: Entry): PlacedRule[] {
  const rules: PlacedRule[] = [];
  const { statement } = entry.item;
  if (statement.kind === 'ace') addRules(rules, program, entry);
  else if (statement.kind === 'evaluate') {
    for (const core of reflectedCores(program, statement.name)) {
      rules.push(new PlacedRule(core, ACCEPT, program.uri, entry.item, entry.base));
    }
  }
  return rules;
}

function addRules(rules: PlacedRule[], { uri, definitions }: RuleContext, { item, base }: Placed): void {
  if (item.statement.kind !== 'ace') return;
  const { ace } = item.statement;
  const action = ace.action === 'permit' ? ACCEPT : DENY;
  for (const core of coresOf(ace, definitions)) rules.push(new PlacedRule(core, action, uri, item, base));
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
  const rules = [new PlacedRule(denied, DENY, program.uri, place.item, place.base)];
  if (list.form === 'ipv6')
    rules.unshift(new PlacedRule(NEIGHBOR_DISCOVERY, ACCEPT, program.uri, place.item, place.base));
  return rules;
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
    const written = writtenRules(program, list);
    const closed = [...written, ...implicitRules(program, list)];
    // A firewall asks its global list before it denies, so its lists end open.
    chains.set(list.name, { name: list.name, rules: program.platform === 'asa' ? written : closed });
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
function listPoint(program: Program, list: AccessList, rules: readonly FilterRule[]): FilterPoint {
  const chain: BaseChain = {
    name: list.name,
    rules,
    families: familiesOf(list),
    policy: 'accept',
    policyStatement: placeOf(program.uri, implicitPlace(list)),
  };
  // In the configuration of a whole device, what is bound to no interface filters nothing: it serves NAT, routing or logins.
  const byNameOnly = program.interfaces.length > 0;
  return {
    name: list.name,
    hook: undefined,
    chains: [chain],
    stateful: list.form === 'asa',
    ...(byNameOnly ? { byNameOnly } : {}),
  };
}
