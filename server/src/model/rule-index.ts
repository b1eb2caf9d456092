// An index of a run of rules: finds those that may match some packets.
import { Interned } from '../kept/memo.js';
import { spend } from './budget.js';
import type { FilterRule } from './filter.js';
import type { IntervalSet } from './intervals.js';
import type { PacketBox, PacketSet } from './packets.js';

/** The properties of a rule that an index needs. */
export type IndexedRule = Pick<FilterRule, 'match' | 'phases' | 'action'>;

/** The numbers that bound one rule: its protocols, ports and addresses, low and high. */
const FIELDS = 12;
const PROTOCOL = 0;
const SOURCE_PORT = 2;
const DESTINATION_PORT = 4;
const SOURCE_V4 = 6;
const DESTINATION_V4 = 8;
const DESTINATION_V6 = 10;

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
  private readonly bounds: Float64Array;
  /** The same requirements are evaluated again in every chain, and after every keystroke. */
  private readonly known = new Interned<string, readonly Rule[]>(KNOWN_LIMIT);

  /** Rules that can decide nothing are left out. */
  constructor(rules: readonly Rule[]) {
    this.rules = rules.filter(({ action, phases, match }) => {
      return action.kind !== 'continue' && phases.length > 0 && match.length > 0;
    });
    this.bounds = new Float64Array(this.rules.length * FIELDS);
    this.rules.forEach(({ match }, i) => {
      writeBounds(this.bounds, i * FIELDS, match);
    });
  }

  candidates(packets: PacketSet): readonly Rule[] {
    spend(packets.boxes.length + this.cost);
    return this.found(packets);
  }

  /** What it costs to find the candidates, beside one unit for each box that is asked. */
  get cost(): number {
    return (FIELDS + this.rules.length) / LOOKED_AT;
  }

  /** The candidates, for whoever has paid for them. */
  found(packets: PacketSet): readonly Rule[] {
    return this.known.of(packets.boundsKey, () => this.find(packets));
  }

  private find(packets: PacketSet): readonly Rule[] {
    const { rules, bounds } = this;
    const asked = new Float64Array(FIELDS);
    writeBounds(asked, 0, packets.boxes);
    // Read once: large files spend their time in the loop below.
    const [lowProtocol = 0, highProtocol = 0, lowSource = 0, highSource = 0, lowPort = 0, highPort = 0] = asked;
    const destinations = packets.boxes.map(({ destination }) => destination.v4);
    const found: Rule[] = [];
    for (let i = 0, at = 0; i < rules.length; i++, at += FIELDS) {
      if ((bounds[at + DESTINATION_PORT] ?? 0) > highPort || (bounds[at + DESTINATION_PORT + 1] ?? 0) < lowPort)
        continue;
      if ((bounds[at + PROTOCOL] ?? 0) > highProtocol || (bounds[at + PROTOCOL + 1] ?? 0) < lowProtocol) continue;
      if ((bounds[at + SOURCE_PORT] ?? 0) > highSource || (bounds[at + SOURCE_PORT + 1] ?? 0) < lowSource) continue;
      const v4 =
        meets(bounds, at + DESTINATION_V4, asked, DESTINATION_V4) && meets(bounds, at + SOURCE_V4, asked, SOURCE_V4);
      const low = bounds[at + DESTINATION_V4] ?? 0;
      const high = bounds[at + DESTINATION_V4 + 1] ?? 0;
      const inV4 = v4 && destinations.some((set) => set.meets(low, high));
      const rule = rules[i];
      if (rule && (inV4 || meets(bounds, at + DESTINATION_V6, asked, DESTINATION_V6))) found.push(rule);
    }
    return found.length === 0 ? NOTHING : found;
  }
}

function meets(a: Float64Array, at: number, b: Float64Array, bAt: number): boolean {
  return (a[at] ?? 0) <= (b[bAt + 1] ?? 0) && (b[bAt] ?? 0) <= (a[at + 1] ?? 0);
}

/** The hull of some boxes; an empty property has its low bound above its high one. */
function writeBounds(bounds: Float64Array, at: number, boxes: readonly PacketBox[]): void {
  for (let field = 0; field < FIELDS; field += 2) {
    bounds[at + field] = Number.POSITIVE_INFINITY;
    bounds[at + field + 1] = Number.NEGATIVE_INFINITY;
  }
  for (const box of boxes) {
    widen(bounds, at + PROTOCOL, box.protocols);
    widen(bounds, at + SOURCE_PORT, box.sourcePorts);
    widen(bounds, at + DESTINATION_PORT, box.destinationPorts);
    widen(bounds, at + SOURCE_V4, box.source.v4);
    widen(bounds, at + DESTINATION_V4, box.destination.v4);
    const { min, max } = box.destination.v6;
    if (min !== undefined && max !== undefined && !box.source.v6.isEmpty) {
      widenTo(bounds, at + DESTINATION_V6, Number(min >> V6_SHIFT), Number(max >> V6_SHIFT));
    }
  }
}

function widen(bounds: Float64Array, at: number, { min, max }: IntervalSet<number>): void {
  if (min !== undefined && max !== undefined) widenTo(bounds, at, min, max);
}

function widenTo(bounds: Float64Array, at: number, low: number, high: number): void {
  bounds[at] = Math.min(bounds[at] ?? low, low);
  bounds[at + 1] = Math.max(bounds[at + 1] ?? high, high);
}
