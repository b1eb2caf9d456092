// Makes the chains of classes: what zones and the quality of service have in common.
import type { FilterChain, FilterRule, Phase } from '../../../model/filter.js';
import { ANY_PACKET } from '../../../model/packets.js';
import { type PlacedRun, RunChain, type RunDerivation, runsOf } from '../../../model/rule-runs.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';

export const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];

/** How deep classes may nest: a packet is in one chain for each. */
const NESTING_LIMIT = 8;

/** How many rules are made for classes, which multiply where they nest, and what is said where there are more. */
interface Limit {
  readonly rules: number;
  readonly reason: string;
}

/** Makes chains, each once for each chain that it leads to. */
export class ClassMaker {
  private readonly known = new Map<string, string>();
  private readonly repeated = new Map<string, number>();
  private readonly open = new Set<string>();
  protected made = 0;

  constructor(
    protected readonly program: Program,
    protected readonly chains: Map<string, FilterChain>,
    private readonly limit: Limit,
  ) {}

  /** The rules of a chain; where the file has too many already, one that leaves everything undecided. */
  within(line: PlacedLine, make: () => readonly FilterRule[]): readonly FilterRule[] {
    return this.made <= this.limit.rules ? make() : [this.undecided(line, this.limit.reason)];
  }

  /** Adds a chain that is not named like another one. */
  add(name: string, rules: readonly FilterRule[]): string {
    const count = (this.repeated.get(name) ?? 0) + 1;
    this.repeated.set(name, count);
    const unique = count > 1 ? `${name} (${count})` : name;
    this.made += rules.length;
    this.chains.set(unique, { name: unique, rules });
    return unique;
  }

  rule(line: PlacedLine, more: Partial<FilterRule> & Pick<FilterRule, 'action'>): FilterRule {
    const statement = quotedLine(this.program.uri, line);
    return { statement, match: [ANY_PACKET], phases: BOTH_PHASES, opaque: [], ...more };
  }

  /**
   * Rules that send the packets of a class to the chain that decides them, and leave the others.
   * @param line the line that names the class
   * @param key the same for the same chain
   * @param make makes the chain, and returns its name
   */
  protected rulesToClass(className: string, line: PlacedLine, key: string, make: () => string): FilterRule[] {
    const isOpen = this.open.has(className);
    if (isOpen || this.open.size >= NESTING_LIMIT || this.made > this.limit.rules) {
      return [this.undecided(line, isOpen ? `the class map ${className} contains itself` : this.limit.reason)];
    }
    let chain = this.known.get(key);
    if (chain === undefined) {
      this.open.add(className);
      chain = make();
      this.open.delete(className);
      this.known.set(key, chain);
    }
    return [this.rule(line, { action: { kind: 'jump', chain, applied: true } })];
  }

  /**
   * The chain that a list is as a condition; the list itself where the file does not have it.
   * @param key the same for the same chain
   * @param rest what stands behind the entries of the list
   */
  protected chainOfList(
    list: string,
    key: string,
    name: string,
    derivation: RunDerivation,
    rest: readonly PlacedRun[] = [],
  ): string {
    const known = this.known.get(key);
    const chain = this.chains.get(list);
    if (known !== undefined || !chain) return known ?? list;
    const own = this.add(name, []);
    this.chains.set(own, new RunChain(own, () => [...runsOf(chain).map((placed) => derivation.of(placed)), ...rest]));
    this.known.set(key, own);
    return own;
  }

  /** A line that matches or not. */
  protected unknown(line: PlacedLine, next: string): FilterRule {
    return this.rule(line, { opaque: [conditionOf(line)], action: { kind: 'goto', chain: next } });
  }

  private undecided(line: PlacedLine, reason: string): FilterRule {
    return this.rule(line, { action: { kind: 'undecided', reason } });
  }
}

/** A line as a condition that is not followed. */
export function conditionOf(line: PlacedLine) {
  return { text: `'${line.own.raw.trim()}'` };
}
