// Which packets belong to a class of the quality of service, as rules that send them on to a chain.
import { Interned } from '../../../kept/memo.js';
import type { FilterChain, FilterRule } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import { fixedRun, type RuleTemplate, RunChain, RunDerivation, runsOf } from '../../../model/rule-runs.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import type { PlacedCriterion, QosClassMap } from '../program/qos.js';
import { quotedLine } from '../program/quoted-line.js';
import { chainsAt } from './nat.js';

/** How many rules are made for the classes of a file, in each direction: nested classes multiply. */
const RULE_LIMIT = 5_000;
/** How deep classes may nest: a packet is in one chain for each. */
const NESTING_LIMIT = 8;

const TOO_MANY = 'the classes of this file are too many to follow';

/** Lists as conditions: what they permit, or what they do not, goes on to a chain. */
const derivations = new Interned<string, RunDerivation>(1_024);

function derivationTo(next: string, negated: boolean): RunDerivation {
  return derivations.of(`${negated} ${next}`, () => {
    return new RunDerivation(({ match, phases, limit, opaque, action }): RuleTemplate => {
      const leaves = (action.kind === 'accept') === negated;
      return { match, phases, limit, opaque, action: leaves ? { kind: 'return' } : { kind: 'goto', chain: next } };
    });
  });
}

/** What a packet has to be, and whether it is to be that or anything else. */
type Condition = Pick<PlacedCriterion, 'criterion' | 'negated' | 'line'>;

/** Makes the chains of the classes for one direction, on one side of NAT. The chains that they lead to decide every packet. */
export class QosClasses {
  private readonly known = new Map<string, string>();
  private readonly open = new Set<string>();
  private readonly repeated = new Map<string, number>();
  private made = 0;

  constructor(
    private readonly program: Program,
    private readonly chains: Map<string, FilterChain>,
    private readonly at: { readonly nat: Interface['nat']; readonly direction: 'in' | 'out' },
    /** Distinguishes the names of the chains. */
    private readonly label: string,
  ) {}

  /** Adds a chain that is not named like another one. */
  add(name: string, rules: readonly FilterRule[]): string {
    this.made += rules.length;
    const own = `${name} (${this.label})`;
    const count = (this.repeated.get(own) ?? 0) + 1;
    this.repeated.set(own, count);
    const unique = count > 1 ? `${own} (${count})` : own;
    this.chains.set(unique, { name: unique, rules });
    return unique;
  }

  rule(line: PlacedLine, more: Partial<FilterRule> & Pick<FilterRule, 'action'>): FilterRule {
    const statement = quotedLine(this.program.uri, line);
    return { statement, match: [ANY_PACKET], phases: ['first', 'reply'], opaque: [], ...more };
  }

  /** Rules that send the packets of a class to the chain `next`, and leave the others. `line` names the class. */
  rulesTo(className: string, line: PlacedLine, next: string, negated = false): FilterRule[] {
    const classMap = this.program.qos.classes.get(className);
    if (!classMap || classMap.criteria.size === 0) return [this.unknown(line, next)];
    const isOpen = this.open.has(className);
    if (isOpen || this.open.size >= NESTING_LIMIT || this.made > RULE_LIMIT) {
      const reason = isOpen ? `the class map ${className} contains itself` : TOO_MANY;
      return [this.rule(line, { action: { kind: 'undecided', reason } })];
    }
    const key = `class ${className} ${negated} ${next}`;
    let chain = this.known.get(key);
    if (chain === undefined) {
      this.open.add(className);
      chain = this.add(`class ${className}`, this.rulesOfClass(classMap, next, negated));
      this.open.delete(className);
      this.known.set(key, chain);
    }
    return [this.rule(line, { action: { kind: 'jump', chain } })];
  }

  /** A packet is outside of a class that needs one criterion where it meets none, and the other way round. */
  private rulesOfClass({ name, match, criteria }: QosClassMap, next: string, negated: boolean): FilterRule[] {
    const conditions = [...criteria.values()].map((one): Condition => ({ ...one, negated: one.negated !== negated }));
    if ((match === 'any') !== negated) return conditions.flatMap((one) => this.rulesOf(one, next));
    // What meets one goes on to a chain that asks for the rest.
    const [first, ...rest] = conditions;
    const chain = rest.reduceRight((to, one) => this.add(`the rest of class ${name}`, this.rulesOf(one, to)), next);
    return first ? this.rulesOf(first, chain) : [];
  }

  private rulesOf({ criterion, negated, line }: Condition, next: string): FilterRule[] {
    this.made++;
    const goto = (box: Partial<PacketBox> = {}) => {
      return [this.rule(line, { match: [{ ...ANY_PACKET, ...box }], action: { kind: 'goto', chain: next } })];
    };
    switch (criterion.kind) {
      case 'list':
        return this.rulesOfList(criterion.name, line, next, negated);
      case 'class':
        return this.rulesTo(criterion.name, line, next, negated);
      case 'any':
        return negated ? [] : goto();
      case 'IPv4':
      case 'IPv6':
        return goto({ source: IpSet.all.ofFamily((criterion.kind === 'IPv4') === negated ? 6 : 4) });
      case 'interface': {
        const own = NameSet.of(criterion.name);
        return goto({ inInterface: negated ? own.complement() : own });
      }
      case 'unknown':
        return [this.unknown(line, next)];
    }
  }

  private rulesOfList(name: string, line: PlacedLine, next: string, negated: boolean): FilterRule[] {
    const list = this.program.lists.get(name);
    // What an empty list is as a condition of a class, the manual does not say.
    if (!list || list.size === 0) return [this.unknown(line, next)];
    const { nat, direction } = this.at;
    return chainsAt(nat, this.program, this.chains, name, direction).map(({ chain, phases, packets }) => {
      const to = this.listTo(chain, line, next, negated);
      return this.rule(line, { match: packets, phases, action: { kind: 'jump', chain: to } });
    });
  }

  private listTo(list: string, line: PlacedLine, next: string, negated: boolean): string {
    const key = `list ${list} ${negated} ${next}`;
    const known = this.known.get(key);
    const chain = this.chains.get(list);
    if (known !== undefined || !chain) return known ?? list;
    const name = this.add(`${list} of a class`, []);
    const derivation = derivationTo(next, negated);
    const rest = negated ? [fixedRun([this.rule(line, { action: { kind: 'goto', chain: next } })])] : [];
    this.chains.set(name, new RunChain(name, () => [...runsOf(chain).map((placed) => derivation.of(placed)), ...rest]));
    this.known.set(key, name);
    return name;
  }

  /** A line that matches or not. */
  private unknown(line: PlacedLine, next: string): FilterRule {
    const text = `'${line.own.raw.trim()}'`;
    return this.rule(line, { opaque: [{ text }], action: { kind: 'goto', chain: next } });
  }
}
