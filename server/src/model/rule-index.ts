// An index of a run of rules: finds those that may match some packets.
import { Interned, Memo } from '../kept/memo.js';
import { spend } from './budget.js';
import type { FilterRule } from './filter.js';
import type { IntervalSet } from './intervals.js';
import type { PacketBox, PacketSet } from './packets.js';

/** The properties of a rule that an index needs. */
export type IndexedRule = Pick<FilterRule, 'match' | 'phases' | 'action'>;

/** What bounds one rule: its protocols, ports and addresses. */
const FIELDS = 6;
const PROTOCOL = 0;
const SOURCE_PORT = 1;
const DESTINATION_PORT = 2;
const SOURCE_V4 = 3;
const DESTINATION_V4 = 4;
const DESTINATION_V6 = 5;

/** IPv6 addresses are compared by their upper 32 bits. */
const V6_SHIFT = 96n;

/** How many rules are looked at for one unit of work. */
const LOOKED_AT = 16;

/** Shared, because most runs hold no rule for most packets. */
const NOTHING: readonly never[] = [];

/** For how many sets of packets an index remembers what it found. */
const KNOWN_LIMIT = 256;

/**
 * Finds the rules that may match some packets without looking closely at each. Every rule is bounded by one interval in
 * each property; the candidates are all rules whose bounds meet the packets, in their order, and so at least all that match.
 */
export class RuleIndex<Rule extends IndexedRule> {
  private readonly rules: readonly Rule[];
  /** For each field the low bounds of all rules, and then the high ones: what is asked of all rules lies together. */
  private readonly bounds: Uint32Array;
  /** The bounds of all rules together. */
  private readonly hull = newHull();
  /** The same requirements are evaluated again in every chain, and after every keystroke. */
  private readonly known = new Interned<string, readonly Rule[]>(KNOWN_LIMIT);

  /** Rules that can decide nothing are left out. */
  constructor(all: readonly Rule[]) {
    const rules = all.every(mayDecide) ? all : all.filter(mayDecide);
    const { length } = rules;
    const [own, { hull }] = [newHull(), this];
    this.rules = rules;
    this.bounds = new Uint32Array(length * FIELDS * 2);
    rules.forEach(({ match }, i) => {
      setHull(own, match);
      for (let field = 0; field < FIELDS; field++) {
        const low = own[2 * field] ?? 0;
        const high = own[2 * field + 1] ?? 0;
        const isEmpty = low > high;
        // An empty property is the interval from the greatest number to the least.
        this.bounds[2 * field * length + i] = isEmpty ? GREATEST : low;
        this.bounds[(2 * field + 1) * length + i] = isEmpty ? 0 : high;
        if (!isEmpty) widenTo(hull, field, low, high);
      }
    });
  }

  candidates(packets: PacketSet): readonly Rule[] {
    spend(packets.boxes.length + this.cost);
    return this.found(packets);
  }

  /** What it costs to find the candidates, beside one unit for each box that is asked. */
  get cost(): number {
    return (COST_OF_INDEX + this.rules.length) / LOOKED_AT;
  }

  /** The candidates, for whoever has paid for them. */
  found(packets: PacketSet): readonly Rule[] {
    const asked = hulls.of(packets, hullOf);
    // Of most runs of a long file no rule is near, and nothing is worth keeping of them.
    return mayMeet(this.hull, asked) ? this.known.of(packets.boundsKey, () => this.find(packets, asked)) : NOTHING;
  }

  private find(packets: PacketSet, asked: Hull): readonly Rule[] {
    const { rules, bounds } = this;
    const { length } = rules;
    // Read once: large files spend their time in the loop below.
    const [lowProtocol = 0, highProtocol = 0, lowSource = 0, highSource = 0, lowPort = 0, highPort = 0] = asked;
    const destinations = packets.boxes.map(({ destination }) => destination.v4);
    const found: Rule[] = [];
    for (let i = 0; i < length; i++) {
      let at = 2 * DESTINATION_PORT * length + i;
      if ((bounds[at] ?? 0) > highPort || (bounds[at + length] ?? 0) < lowPort) continue;
      at = 2 * PROTOCOL * length + i;
      if ((bounds[at] ?? 0) > highProtocol || (bounds[at + length] ?? 0) < lowProtocol) continue;
      at = 2 * SOURCE_PORT * length + i;
      if ((bounds[at] ?? 0) > highSource || (bounds[at + length] ?? 0) < lowSource) continue;
      const rule = rules[i];
      if (rule && (this.meetsV4(i, asked, destinations) || this.meets(DESTINATION_V6, i, asked))) found.push(rule);
    }
    return found.length === 0 ? NOTHING : found;
  }

  private meetsV4(rule: number, asked: Hull, destinations: readonly IntervalSet<number>[]): boolean {
    if (!this.meets(DESTINATION_V4, rule, asked) || !this.meets(SOURCE_V4, rule, asked)) return false;
    const at = 2 * DESTINATION_V4 * this.rules.length + rule;
    const low = this.bounds[at] ?? 0;
    const high = this.bounds[at + this.rules.length] ?? 0;
    return destinations.some((set) => set.meets(low, high));
  }

  private meets(field: number, rule: number, asked: Hull): boolean {
    const at = 2 * field * this.rules.length + rule;
    const low = this.bounds[at] ?? 0;
    const high = this.bounds[at + this.rules.length] ?? 0;
    return low <= high && low <= (asked[2 * field + 1] ?? 0) && (asked[2 * field] ?? 0) <= high;
  }
}

/** The units of work that an index costs beside its rules. */
const COST_OF_INDEX = 2 * FIELDS;

const GREATEST = 0xffff_ffff;

function mayDecide({ action, phases, match }: IndexedRule): boolean {
  return action.kind !== 'continue' && phases.length > 0 && match.length > 0;
}

/** The low and the high bound of each field; an empty property has its low bound above its high one. */
type Hull = Float64Array;

function newHull(): Hull {
  return setHull(new Float64Array(2 * FIELDS), []);
}

const hulls = new Memo<PacketSet, Hull>();

function hullOf({ boxes }: PacketSet): Hull {
  return setHull(new Float64Array(2 * FIELDS), boxes);
}

/** Whether some of what is bounded by one hull may be bounded by another. */
function mayMeet(a: Hull, b: Hull): boolean {
  for (const field of [PROTOCOL, SOURCE_PORT, DESTINATION_PORT]) if (!meets(a, b, field)) return false;
  return (meets(a, b, DESTINATION_V4) && meets(a, b, SOURCE_V4)) || meets(a, b, DESTINATION_V6);
}

function meets(a: Hull, b: Hull, field: number): boolean {
  return (a[2 * field] ?? 0) <= (b[2 * field + 1] ?? 0) && (b[2 * field] ?? 0) <= (a[2 * field + 1] ?? 0);
}

/** Makes a hull that of some boxes. */
function setHull(hull: Hull, boxes: readonly PacketBox[]): Hull {
  for (let at = 0; at < hull.length; at += 2) {
    hull[at] = Number.POSITIVE_INFINITY;
    hull[at + 1] = Number.NEGATIVE_INFINITY;
  }
  for (const box of boxes) {
    widen(hull, PROTOCOL, box.protocols);
    widen(hull, SOURCE_PORT, box.sourcePorts);
    widen(hull, DESTINATION_PORT, box.destinationPorts);
    widen(hull, SOURCE_V4, box.source.v4);
    widen(hull, DESTINATION_V4, box.destination.v4);
    const { min, max } = box.destination.v6;
    if (min !== undefined && max !== undefined && !box.source.v6.isEmpty) {
      widenTo(hull, DESTINATION_V6, Number(min >> V6_SHIFT), Number(max >> V6_SHIFT));
    }
  }
  return hull;
}

function widen(hull: Hull, field: number, { min, max }: IntervalSet<number>): void {
  if (min !== undefined && max !== undefined) widenTo(hull, field, min, max);
}

function widenTo(hull: Hull, field: number, low: number, high: number): void {
  hull[2 * field] = Math.min(hull[2 * field] ?? low, low);
  hull[2 * field + 1] = Math.max(hull[2 * field + 1] ?? high, high);
}
