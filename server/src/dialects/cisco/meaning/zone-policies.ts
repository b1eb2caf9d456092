// The policies of zone pairs as chains: what becomes of a packet, and whether a reply belongs to an inspected session.
import type { FilterChain, FilterRule } from '../../../model/filter.js';
import { ICMP, ICMPV6 } from '../../../model/icmp.js';
import { ANY_PACKET, type PacketBox, protocolSet, TCP, UDP } from '../../../model/packets.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { CLASS_DEFAULT, type PolicyClass, type PolicyMap, type ZonePair } from '../program/zones.js';
import { unknownAnswers } from './static-nat.js';
import { ClassChains, type View } from './zone-classes.js';

/** The protocols whose sessions are inspected. */
const INSPECTED = [TCP, UDP, ICMP, ICMPV6].map(boxOf);

function boxOf(protocol: number): PacketBox {
  return { ...ANY_PACKET, protocols: protocolSet(protocol) };
}

/** What the manual does not say, or the file does not show. */
const OTHER_PROTOCOLS = 'what inspection does with other protocols than TCP, UDP and ICMP';
const STRAY_ICMP = 'whether an ICMP answer begins a session';
const CONTENT = 'the inspection of the content';

export class PolicyChains {
  private readonly classes: ClassChains;
  private readonly byPolicy = new Map<string, string>();

  constructor(
    private readonly program: Program,
    chains: Map<string, FilterChain>,
  ) {
    this.classes = new ClassChains(program, chains);
  }

  add(name: string, rules: readonly FilterRule[]): string {
    return this.classes.add(name, rules);
  }

  rule(line: PlacedLine, more: Partial<FilterRule> & Pick<FilterRule, 'action'>): FilterRule {
    return this.classes.rule(line, more);
  }

  /** The chain that decides the packets of a pair by themselves, or the replies that no session has let through. */
  chainOf({ name, header, policy }: ZonePair, view: 'packet' | 'answer' = 'packet'): string {
    if (!policy) {
      const text = `no service policy for the zone pair ${name}`;
      const known = this.byPolicy.get(` ${name}`) ?? this.add(text, [this.dropped(header, text)]);
      this.byPolicy.set(` ${name}`, known);
      return known;
    }
    const map = this.program.zones.policies.get(policy.name);
    const asked = map && this.classes.translatesAnswers ? view : 'packet';
    const key = `${asked} ${policy.name}`;
    const known = this.byPolicy.get(key);
    if (known !== undefined) return known;
    const chain = map ? this.decisions(map, asked) : this.undefinedPolicy(policy.name, policy.line);
    this.byPolicy.set(key, chain);
    return chain;
  }

  /**
   * The chain that decides the replies to the packets of a pair: it permits those of inspected sessions, and sends those to
   * packets that were passed alone to the chain `otherwise`. Nobody replies to what was dropped. `undefined` where everything
   * was.
   */
  answersOf(pair: ZonePair, otherwise: string): string | undefined {
    const { name, policy } = pair;
    if (!policy) return undefined;
    const map = this.program.zones.policies.get(policy.name);
    if (!map) return this.chainOf(pair);
    const label = `sessions of ${name}`;
    const rules = this.classes.within(map.header, () => [
      ...this.unknownAnswers(map),
      ...classesOf(map).flatMap((one) =>
        this.rulesOf(one, label, this.answer(one, label, otherwise, this.takenBy(map, one)), 'session'),
      ),
      this.rule(map.header, { action: { kind: 'accept' } }),
    ]);
    return this.add(label, rules);
  }

  /** Where sessions let replies through whatever their class, their addresses do not matter. */
  private unknownAnswers(map: PolicyMap): FilterRule[] {
    const match = unknownAnswers(this.program).boxes;
    const passed = classesOf(map).find(({ action }) => action?.kind === 'pass');
    if (match.length === 0 || !passed) return [];
    const reason = 'it depends on the addresses that NAT translates replies from';
    return [
      this.rule(passed.action?.line ?? passed.header, {
        match,
        phases: ['reply'],
        action: { kind: 'undecided', reason },
      }),
    ];
  }

  private undefinedPolicy(name: string, line: PlacedLine): string {
    return this.add(`policy ${name}`, this.open(line, `the policy map ${name}, which this file does not define`));
  }

  private decisions(map: PolicyMap, view: View): string {
    const label = `policy ${map.name}${view === 'answer' ? ' for replies' : ''}`;
    const rules = this.classes.within(map.header, () => [
      ...classesOf(map).flatMap((one) =>
        this.rulesOf(one, label, this.verdict(one, label, this.takenBy(map, one)), view),
      ),
      ...(map.byDefault ? [] : [this.dropped(map.header, `implicit drop of ${CLASS_DEFAULT} in ${map.name}`)]),
    ]);
    return this.add(label, rules);
  }

  /** Permits or drops: `unknown` says on what it depends. */
  private open(line: PlacedLine, unknown: string, more: Partial<FilterRule> = {}): FilterRule[] {
    return [
      this.rule(line, { ...more, opaque: [{ text: unknown }], action: { kind: 'accept' } }),
      this.rule(line, { ...more, action: { kind: 'deny' } }),
    ];
  }

  private dropped(line: PlacedLine, text: string): FilterRule {
    const rule = this.rule(line, { action: { kind: 'deny' } });
    return { ...rule, statement: { ...rule.statement, text: `(${text})` } };
  }

  private rulesOf(one: PolicyClass, label: string, next: string, view: View): FilterRule[] {
    if (one.name === CLASS_DEFAULT) return [this.rule(one.header, { action: { kind: 'goto', chain: next } })];
    return this.classes.rulesTo(one.name, one.header, next, label, view);
  }

  /**
   * The line of a class without a class map that follows a class with another action: the device rejects the line and stays at
   * the class before it, which may then get this action.
   */
  private takenBy(map: PolicyMap, { header, action }: PolicyClass): PlacedLine | undefined {
    const all = classesOf(map);
    const next = all[all.findIndex((one) => one.header === header) + 1];
    const isRejected = next && next.name !== CLASS_DEFAULT && !this.program.zones.classes.has(next.name);
    return isRejected && next.action && next.action.kind !== action?.kind ? next.header : undefined;
  }

  /** What becomes of the packets of a class; `taken` is a line that leaves its action open. */
  private verdict({ name, header, action, deep }: PolicyClass, label: string, taken: PlacedLine | undefined): string {
    const rules = taken ? this.open(taken, actionAfter(taken)) : this.outcome(name, header, action, deep);
    return this.add(`the action for ${name} of ${label}`, rules);
  }

  private outcome(
    name: string,
    header: PlacedLine,
    action: PolicyClass['action'],
    deep: PolicyClass['deep'],
  ): FilterRule[] {
    switch (action?.kind) {
      case 'inspect':
        return this.inspection(action.line, deep);
      case 'pass':
        return [this.rule(action.line, { action: { kind: 'accept' } })];
      case 'drop':
        return [this.rule(action.line, { action: { kind: 'deny' } })];
      case undefined:
        if (name === CLASS_DEFAULT) return [this.rule(header, { action: { kind: 'deny' } })];
        return this.open(header, withoutAction(name));
    }
  }

  /**
   * The first packet of a session begins it. So does an answer to a session that was not inspected, as far as its protocol
   * permits: TCP begins with a SYN ("the first packet of a flow was not a SYN packet" is a reason to drop, *Firewall High-Speed
   * Logging*).
   */
  private inspection(line: PlacedLine, deep: PlacedLine | undefined): FilterRule[] {
    const first = { match: INSPECTED, phases: ['first'] } as const;
    const reply = ['reply'] as const;
    return [
      ...(deep ? this.open(deep, CONTENT, first) : [this.rule(line, { ...first, action: { kind: 'accept' } })]),
      this.rule(line, { match: [boxOf(TCP)], phases: reply, action: { kind: 'deny' } }),
      this.rule(line, { match: [boxOf(UDP)], phases: reply, action: { kind: 'accept' } }),
      ...this.open(line, STRAY_ICMP, { match: [boxOf(ICMP), boxOf(ICMPV6)], phases: reply }),
      ...this.open(line, OTHER_PROTOCOLS),
    ];
  }

  /** What becomes of replies whose first packet belongs to a class. */
  private answer(
    { name, header, action }: PolicyClass,
    label: string,
    otherwise: string,
    taken: PlacedLine | undefined,
  ): string {
    const accepted = (match: readonly PacketBox[]) =>
      this.rule(action?.line ?? header, { match, action: { kind: 'accept' } });
    const alone = this.rule(action?.line ?? header, { action: { kind: 'goto', chain: otherwise } });
    const rules = (): FilterRule[] => {
      switch (action?.kind) {
        case 'inspect':
          return [accepted(INSPECTED), alone];
        case 'pass':
          return [alone];
        case 'drop':
          return [accepted([ANY_PACKET])];
        case undefined:
          return name === CLASS_DEFAULT ? [accepted([ANY_PACKET])] : this.open(header, withoutAction(name));
      }
    };
    return this.add(`the action for ${name} of ${label}`, taken ? this.open(taken, actionAfter(taken)) : rules());
  }
}

function actionAfter(line: PlacedLine): string {
  return `which class gets the action after '${line.own.raw.trim()}'`;
}

function withoutAction(name: string): string {
  return `the class ${name}, which has no action`;
}

function classesOf({ classes, byDefault }: PolicyMap): PolicyClass[] {
  return [...classes.values(), ...(byDefault ? [byDefault] : [])];
}
