// Which packets belong to a class of the quality of service, as rules that send them on to a chain.
import { Interned } from '../../../kept/memo.js';
import type { FilterChain, FilterRule } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import { fixedRun, type RuleTemplate, RunDerivation } from '../../../model/rule-runs.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import type { PlacedCriterion, QosClassMap } from '../program/qos.js';
import { ClassMaker } from './class-maker.js';
import { chainsAt } from './nat.js';

/** How many rules are made for the classes of a file, in each direction: nested classes multiply. */
const LIMIT = { rules: 5_000, reason: 'the classes of this file are too many to follow' };

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
export class QosClasses extends ClassMaker {
  constructor(
    program: Program,
    chains: Map<string, FilterChain>,
    private readonly at: { readonly nat: Interface['nat']; readonly direction: 'in' | 'out' },
    /** Distinguishes the names of the chains. */
    private readonly label: string,
  ) {
    super(program, chains, LIMIT);
  }

  override add(name: string, rules: readonly FilterRule[]): string {
    return super.add(`${name} (${this.label})`, rules);
  }

  /** Rules that send the packets of a class to the chain `next`, and leave the others. `line` names the class. */
  rulesTo(className: string, line: PlacedLine, next: string, negated = false): FilterRule[] {
    const classMap = this.program.qos.classes.get(className);
    if (!classMap || classMap.criteria.size === 0) return [this.unknown(line, next)];
    return this.rulesToClass(className, line, `class ${className} ${negated} ${next}`, () =>
      this.add(`class ${className}`, this.rulesOfClass(classMap, next, negated)),
    );
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
      return this.rule(line, { match: packets, phases, action: { kind: 'jump', chain: to, applied: true } });
    });
  }

  private listTo(list: string, line: PlacedLine, next: string, negated: boolean): string {
    const rest = negated ? [fixedRun([this.rule(line, { action: { kind: 'goto', chain: next } })])] : [];
    const derivation = derivationTo(next, negated);
    return this.chainOfList(list, `list ${list} ${negated} ${next}`, `${list} of a class`, derivation, rest);
  }
}
