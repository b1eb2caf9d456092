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
import { addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { BaseChain, FilterChain, FilterRule } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET } from '../../../model/packets.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface, InterfacePolicy } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import { type QosClass, type QosPolicy, REST_CLASS } from '../program/qos.js';
import { QosClasses } from './qos-classes.js';

/** The policies that drop something, or that have policies for their classes which do. */
const dropping = new Memo<Program, ReadonlySet<string>>();

export function isDropping(program: Program, name: string): boolean {
  return dropping.of(program, () => droppingNames(program)).has(name);
}

function droppingNames({ qos: { policies } }: Program): ReadonlySet<string> {
  const parents = new Map<string, string[]>();
  const found = new Set<string>();
  for (const { name, classes } of policies.values()) {
    for (const one of classes) {
      if (lineOfDrop(one)) found.add(name);
      else if (one.child !== undefined) addTo(parents, one.child, name);
    }
  }
  // A set that grows is walked to its end.
  for (const name of found) for (const parent of parents.get(name) ?? []) found.add(parent);
  return found;
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
  // Interfaces on the same side of NAT see the same packets.
  const bySide = new Map<Interface['nat'], PolicyChains>();
  const rules = program.interfaces.flatMap((one) => {
    const policy = one.policies.find((own) => own.direction === direction);
    if (!policy || !isDropping(program, policy.name)) return [];
    const known = bySide.get(one.nat) ?? new PolicyChains(program, chains, one.nat, direction);
    bySide.set(one.nat, known);
    return rulesAt(program, one, policy, known);
  });
  if (rules.length === 0) return undefined;
  return { name: `policies ${direction}`, rules, policy: 'accept', policyStatement: undefined };
}

function rulesAt(program: Program, at: Interface, attached: InterfacePolicy, policies: PolicyChains): FilterRule[] {
  const { line, name, direction } = attached;
  const side = direction === 'in' ? 'inInterface' : 'outInterface';
  const action = { kind: 'goto', chain: policies.chainOf(name) } as const;
  const rule = (names: readonly string[], opaque: FilterRule['opaque']) =>
    policies.classes.rule(line, { match: [{ ...ANY_PACKET, [side]: NameSet.from(names) }], opaque, action });
  const parts = program.interfaces
    .filter(
      (other) => other.name.startsWith(`${at.name}.`) && other.policies.every((own) => own.direction !== direction),
    )
    .map((other) => other.name);
  // "If you apply a policy with the police command to both the interface and the subinterface, only the subinterface policer is
  // active" (*Apply QoS Features to Ethernet Subinterfaces*); of one that has none, it does not say so in words.
  const text = `whether '${line.own.raw.trim()}' is about the subinterface`;
  return [rule([at.name], []), ...(parts.length > 0 ? [rule(parts, [{ text }])] : [])];
}

/** The chains of policies for one direction, on one side of NAT. */
class PolicyChains {
  readonly classes: QosClasses;
  private readonly known = new Map<string, string>();
  private readonly open = new Set<string>();

  constructor(
    private readonly program: Program,
    chains: Map<string, FilterChain>,
    nat: Interface['nat'],
    direction: 'in' | 'out',
  ) {
    const label = nat === undefined ? direction : `${direction}, NAT ${nat}`;
    this.classes = new QosClasses(program, chains, { nat, direction }, label);
  }

  /** The chain that decides the packets of a policy which drops something. */
  chainOf(name: string): string {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const policy = this.program.qos.policies.get(name);
    this.open.add(name);
    const chain = this.classes.add(`policy ${name}`, policy ? this.decisions(policy) : []);
    this.open.delete(name);
    this.known.set(name, chain);
    return chain;
  }

  private passed(line: PlacedLine): FilterRule {
    return this.classes.rule(line, { action: { kind: 'accept' } });
  }

  /** The classes up to the last that drops. */
  private decisions({ classes, header }: QosPolicy): FilterRule[] {
    const drops = classes.map((one) => lineOfDrop(one) !== undefined || this.dropsByChild(one));
    const last = drops.lastIndexOf(true);
    const rules = classes.slice(0, last + 1).flatMap((one) => {
      const next = this.classes.add(`the action for ${one.name}`, this.outcome(one));
      if (one.name !== REST_CLASS) return this.classes.rulesTo(one.name, one.header, next);
      return [this.classes.rule(one.header, { action: { kind: 'goto', chain: next } })];
    });
    return [...rules, this.passed(header)];
  }

  private dropsByChild({ child }: QosClass): boolean {
    return child !== undefined && isDropping(this.program, child);
  }

  private outcome(one: QosClass): FilterRule[] {
    const { header, drop, police, child } = one;
    const line = lineOfDrop(one);
    if (line) {
      const unknown = drop ? (one.name === REST_CLASS ? DEFAULT_DROP : undefined) : partOf(police?.actions ?? {});
      const opaque = unknown === undefined ? [] : [{ text: unknown }];
      return [this.classes.rule(line, { opaque, action: { kind: 'deny' } }), this.passed(line)];
    }
    if (child === undefined || !this.dropsByChild(one)) return [this.passed(header)];
    if (this.open.has(child)) {
      const reason = `the policy map ${child} contains itself`;
      return [this.classes.rule(header, { action: { kind: 'undecided', reason } })];
    }
    return [this.classes.rule(header, { action: { kind: 'goto', chain: this.chainOf(child) } })];
  }
}

/** The manual of `drop` is about classes that are matched; devices differ in whether they take it in the default class. */
const DEFAULT_DROP = `whether the device takes 'drop' in ${REST_CLASS}`;

/** What exceeds a rate is dropped unless the limit says otherwise. */
function partOf({ exceed, violate }: { exceed?: string; violate?: string }): string | undefined {
  return [exceed, violate].includes('other') ? 'the rate of the packets of the class' : undefined;
}
