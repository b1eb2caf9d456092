/**
 * What policies of the quality of service drop.
 *
 * - A class with `drop` discards its packets (*Modular QoS CLI Unconditional Packet Discard*), and so does one whose limit of
 *   rate has `conform-action drop`. Other limits let pass what keeps to the rate, so that they decide nothing here.
 * - A packet belongs to the first class of a policy that it matches, and to `class-default` where it matches none.
 * - Policing comes after the list of the same direction, for what comes in before NAT and for what leaves behind it (*Order of
 *   Operation*: input access list, input policing, NAT outside to inside; NAT inside to outside, output access list, output
 *   policing).
 */
import type { BaseChain, FilterChain, FilterRule } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface, InterfacePolicy } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import { type QosClass, type QosPolicy, REST_CLASS } from '../program/qos.js';
import { QosClasses } from './qos-classes.js';

/** Policies nest, three deep on the devices. */
const NESTING_LIMIT = 8;

/** Whether a policy, or one for a class of it, drops anything. */
export function isDropping(program: Program, name: string, depth = 0): boolean {
  const policy = program.qos.policies.get(name);
  return policy?.classes.some((one) => dropsIn(program, one, depth)) ?? false;
}

function dropsIn(program: Program, one: QosClass, depth: number): boolean {
  if (lineOfDrop(one)) return true;
  return one.child !== undefined && depth < NESTING_LIMIT && isDropping(program, one.child, depth + 1);
}

/** The line that drops the packets of a class; `undefined` where none does. */
export function lineOfDrop({ drop, police }: QosClass): PlacedLine | undefined {
  return drop ?? (police?.actions.conform === 'drop' ? police.line : undefined);
}

/** The policies of interfaces that drop something. */
export function droppingPolicies(program: Program): InterfacePolicy[] {
  return program.interfaces.flatMap(({ policies }) => policies.filter(({ name }) => isDropping(program, name)));
}

/** The lists that decide whether a policy at an interface drops a packet. */
export function droppingLists(program: Program): readonly string[] {
  if (droppingPolicies(program).length === 0) return [];
  return [...program.qos.classes.values()].flatMap(({ criteria }) =>
    [...criteria.values()].flatMap(({ criterion }) => (criterion.kind === 'list' ? [criterion.name] : [])),
  );
}

/** What the policies of routers drop in one direction; `undefined` where that is nothing. */
export function qosChain(
  program: Program,
  chains: Map<string, FilterChain>,
  direction: 'in' | 'out',
): BaseChain | undefined {
  const rules = program.interfaces.flatMap((one) => {
    const policy = one.policies.find((own) => own.direction === direction);
    return policy && isDropping(program, policy.name) ? new PolicyAt(program, chains, one, policy).rules() : [];
  });
  if (rules.length === 0) return undefined;
  return { name: `policies ${direction}`, rules, policy: 'accept', policyStatement: undefined };
}

/** A policy at one interface. */
class PolicyAt {
  private readonly classes: QosClasses;

  constructor(
    private readonly program: Program,
    chains: Map<string, FilterChain>,
    private readonly at: Interface,
    private readonly attached: InterfacePolicy,
  ) {
    const { direction } = attached;
    this.classes = new QosClasses(program, chains, { nat: at.nat, direction }, `${at.name} ${direction}`);
  }

  rules(): FilterRule[] {
    const { line, name } = this.attached;
    const chain = this.chainOf(name, 0);
    const action = { kind: 'goto', chain } as const;
    const others = this.parts();
    // "If you apply a policy with the police command to both the interface and the subinterface, only the subinterface policer
    // is active" (*Apply QoS Features to Ethernet Subinterfaces*); of one that has none, it does not say so in words.
    const opaque = [{ text: `whether '${line.own.raw.trim()}' is about the subinterface` }];
    return [
      this.classes.rule(line, { match: [this.box(this.at.name)], action }),
      ...others.map((other) => this.classes.rule(line, { match: [this.box(other)], opaque, action })),
    ];
  }

  /** The subinterfaces without a policy of their own. */
  private parts(): string[] {
    const { direction } = this.attached;
    return this.program.interfaces
      .filter(({ name, policies }) => {
        return name.startsWith(`${this.at.name}.`) && policies.every((own) => own.direction !== direction);
      })
      .map(({ name }) => name);
  }

  private box(name: string): PacketBox {
    const side = this.attached.direction === 'in' ? 'inInterface' : 'outInterface';
    return { ...ANY_PACKET, [side]: NameSet.of(name) };
  }

  private chainOf(name: string, depth: number): string {
    const policy = this.program.qos.policies.get(name);
    const rules = policy ? this.decisions(policy, depth) : [];
    return this.classes.add(`policy ${name}`, [...rules, this.passed(policy?.header ?? this.attached.line)]);
  }

  private passed(line: PlacedLine): FilterRule {
    return this.classes.rule(line, { action: { kind: 'accept' } });
  }

  /** The classes up to the last that drops. */
  private decisions({ classes }: QosPolicy, depth: number): FilterRule[] {
    const drops = classes.map((one) => dropsIn(this.program, one, depth));
    return classes.slice(0, drops.lastIndexOf(true) + 1).flatMap((one) => {
      const next = this.classes.add(`the action for ${one.name}`, this.outcome(one, depth));
      if (one.name !== REST_CLASS) return this.classes.rulesTo(one.name, one.header, next);
      return [this.classes.rule(one.header, { action: { kind: 'goto', chain: next } })];
    });
  }

  private outcome(one: QosClass, depth: number): FilterRule[] {
    const { header, drop, police, child } = one;
    const line = lineOfDrop(one);
    if (line) {
      const unknown = drop ? (one.name === REST_CLASS ? DEFAULT_DROP : undefined) : partOf(police?.actions ?? {});
      const opaque = unknown === undefined ? [] : [{ text: unknown }];
      return [this.classes.rule(line, { opaque, action: { kind: 'deny' } }), this.passed(line)];
    }
    if (child === undefined || depth >= NESTING_LIMIT || !isDropping(this.program, child, depth + 1)) {
      return [this.passed(header)];
    }
    return [this.classes.rule(header, { action: { kind: 'goto', chain: this.chainOf(child, depth + 1) } })];
  }
}

/** The manual of `drop` is about classes that are matched; devices differ in whether they take it in the default class. */
const DEFAULT_DROP = `whether the device takes 'drop' in ${REST_CLASS}`;

/** What exceeds a rate is dropped unless the limit says otherwise. */
function partOf({ exceed, violate }: { exceed?: string; violate?: string }): string | undefined {
  return [exceed, violate].includes('other') ? 'the rate of the packets of the class' : undefined;
}
