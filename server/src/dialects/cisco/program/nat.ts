// The translation rules of a file in their order.
import type { IpSet } from '../../../model/ip.js';
import type { NatRule, RouterNat } from '../syntax/tree.js';
import type { PlacedLine } from './blocks.js';

/** How many rules of a section may be inserted before others. */
const INSERT_LIMIT = 1_000;

/** A rule with its line, and the network object that it belongs to. */
export interface PlacedNat {
  readonly rule: NatRule;
  readonly line: PlacedLine;
  readonly object: string | undefined;
}

/** A rule of a router with its line. */
export interface PlacedRouterNat {
  readonly rule: RouterNat;
  readonly line: PlacedLine;
}

export interface NatTable {
  /** Those of a router. */
  readonly router: readonly PlacedRouterNat[];
  readonly pools: ReadonlyMap<string, IpSet>;
  /** Those of an ASA by section, as the file orders them: objects are not yet sorted. */
  readonly rules: Readonly<Record<NatRule['section'], readonly PlacedNat[]>>;
  /** Whether lists see real addresses, as since 8.3, or the ones that are valid on their interface, as before. */
  readonly since83: boolean;
  /** Where sources are translated by rules of before 8.3. */
  readonly oldPools: ReadonlySet<string>;
}

/** Collects translation rules while a file is read. */
export class NatReader {
  readonly router: PlacedRouterNat[] = [];
  readonly pools = new Map<string, IpSet>();
  version: { readonly since83: boolean } | undefined;
  private readonly rules = { first: [] as PlacedNat[], object: [] as PlacedNat[], last: [] as PlacedNat[] };
  private readonly oldPools = new Set<string>();
  private hasOldSyntax = false;

  addRule(rule: NatRule, line: PlacedLine, object: string | undefined): void {
    const section = this.rules[rule.section];
    const placed = { rule, line, object };
    // "nat LINE …" inserts a rule before the one at that line.
    const before = rule.position ?? Number.POSITIVE_INFINITY;
    if (before <= section.length && section.length < INSERT_LIMIT) section.splice(Math.max(0, before - 1), 0, placed);
    else section.push(placed);
    if (rule.since83) return;
    this.hasOldSyntax = true;
    this.oldPools.add(rule.interfaces.mapped);
  }

  addOldPool(interfaceName: string | undefined): void {
    this.hasOldSyntax = true;
    if (interfaceName !== undefined) this.oldPools.add(interfaceName);
  }

  /** Where the file names no version, its syntax tells. */
  finish(): NatTable {
    const { router, pools, rules, oldPools } = this;
    return { router, pools, rules, oldPools, since83: this.version?.since83 ?? !this.hasOldSyntax };
  }
}
