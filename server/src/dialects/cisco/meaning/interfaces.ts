// The filter point for forwarded traffic, for files that apply lists to interfaces.
import { addAll, largest } from '../../../kept/lists.js';
import type { BaseChain, FilterChain, FilterPoint, FilterRule } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, intersectBoxes, type PacketBox } from '../../../model/packets.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface, InterfaceBinding } from '../program/interfaces.js';
import type { AccessList } from '../program/lists.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { implicitRules } from './list-rules.js';
import { chainsAt, translatedChain } from './nat.js';
import { natChain } from './nat-chain.js';
import { outsideHosts } from './outside-nat.js';
import { publicationOf } from './published.js';
import { droppingPolicies, isDropping, lineOfDrop, qosChain } from './qos.js';
import { levelOf } from './routing.js';
import { shutChain } from './shut-networks.js';
import { surroundingsOf } from './surroundings.js';

/**
 * The list at the interface where a packet comes in, then the list at the interface where it leaves. An ASA is
 * stateful; a router's lists filter every packet separately, so that replies have to pass the lists of the opposite
 * directions. Between them is the policy of security zones. `undefined` where nothing in the file filters at an interface.
 */
export function forwardPoint(
  program: Program,
  chains: Map<string, FilterChain>,
  zones: BaseChain | undefined,
): FilterPoint | undefined {
  const { interfaces, globalBinding, platform } = program;
  const bound = interfaces.some(({ bindings }) => bindings.length > 0) || globalBinding !== undefined;
  const levels = platform === 'asa' && interfaces.some(({ level }) => level !== undefined);
  const unmodelled = program.unmodelled.length > 0 || interfaces.some((one) => one.unmodelled.length > 0);
  const drops = droppingPolicies(program).length > 0;
  if (!bound && !levels && !unmodelled && !zones && !drops) return undefined;
  const builder = new ForwardBuilder(program, chains);
  const shut = shutChain(program);
  return {
    name: 'forward',
    hook: 'forward',
    chains: [...(shut ? [shut] : []), ...(platform === 'asa' ? builder.asaChains() : builder.routerChains(zones))],
    stateful: platform === 'asa',
    isPublishing: false,
    get surroundings() {
      return surroundingsOf(program);
    },
  };
}

class ForwardBuilder {
  constructor(
    private readonly program: Program,
    private readonly chains: Map<string, FilterChain>,
  ) {}

  /**
   * "Check input access list", then "NAT outside to inside" before the routing, and "check output access list" last (*NAT Order
   * of Operation*).
   */
  routerChains(zones: BaseChain | undefined): BaseChain[] {
    const nat = natChain(this.program);
    const published = nat && publicationOf(this.program);
    return [
      outsideHosts(this.program),
      published?.naming,
      this.ingress(),
      qosChain(this.program, this.chains, 'in'),
      published?.unpublished,
      nat,
      zones,
      this.egress(),
      qosChain(this.program, this.chains, 'out'),
    ].filter((chain) => chain !== undefined);
  }

  private ingress(): BaseChain {
    return this.base('in', [...this.inspection('in'), ...this.routed('in')], 'accept');
  }

  private egress(): BaseChain {
    return this.base('out', [...this.inspection('out'), ...this.routed('out')], 'accept');
  }

  private base(name: string, rules: readonly FilterRule[], policy: BaseChain['policy']): BaseChain {
    return { name: `interfaces ${name}`, rules, policy, policyStatement: undefined };
  }

  private rule(placed: PlacedLine, box: Partial<PacketBox>, more: Partial<FilterRule>): FilterRule {
    return {
      statement: quotedLine(this.program.uri, placed),
      match: [{ ...ANY_PACKET, ...box }],
      phases: ['first', 'reply'],
      opaque: [],
      action: { kind: 'accept' },
      ...more,
    };
  }

  /** The end of a list, at one of its bindings. */
  private closing(list: AccessList, { line }: InterfaceBinding, box: Partial<PacketBox>): FilterRule[] {
    const at: PacketBox = { ...ANY_PACKET, ...box };
    return implicitRules(list, quotedLine(this.program.uri, line)).map((rule) => {
      return { ...rule, match: rule.match.flatMap((own) => intersectBoxes(own, at) ?? []) };
    });
  }

  /** Rules with unknown conditions for traffic that other features of a device deny or permit, which no list shows. */
  private inspection(direction: 'in' | 'out'): FilterRule[] {
    const deny = { kind: 'deny' } as const;
    const rules = this.program.unmodelled.map((placed) => {
      const [{ text }] = unknownOf(placed).opaque;
      if (!mayPermit(placed)) return this.rule(placed, {}, { ...unknownOf(placed), action: deny });
      return this.rule(placed, {}, { action: { kind: 'undecided', reason: `it depends on ${text}` } });
    });
    for (const { name, unmodelled, inspect } of this.program.interfaces) {
      const at = this.at(direction, name);
      for (const placed of unmodelled) {
        if (isAbout(placed, direction)) rules.push(this.rule(placed, at, { ...unknownOf(placed), action: deny }));
      }
      if (inspect) rules.push(this.rule(inspect, {}, { ...unknownOf(inspect), phases: ['reply'] }));
    }
    return rules;
  }

  private at(direction: 'in' | 'out', name: string): Partial<PacketBox> {
    return direction === 'in' ? { inInterface: NameSet.of(name) } : { outInterface: NameSet.of(name) };
  }

  private routed(direction: 'in' | 'out'): FilterRule[] {
    const bound = this.program.interfaces.flatMap((one) =>
      one.bindings.flatMap((binding) => {
        // A list that does not exist filters nothing (*IOS Security Command Reference*, `ip access-group`).
        const list = this.program.lists.get(binding.list);
        if (binding.direction !== direction || !list) return [];
        const chains = chainsAt(one.nat, this.program, this.chains, binding.list, direction);
        const box = { ...this.at(direction, one.name), ...ofFamily(binding) };
        const at: PacketBox = { ...ANY_PACKET, ...box };
        const jumps = chains.map(({ chain, phases, packets }) => {
          const match = packets.flatMap((own) => intersectBoxes(own, at) ?? []);
          return this.rule(binding.line, box, { match, phases, action: { kind: 'jump', chain, applied: true } });
        });
        return [{ at: one.name, binding, jumps, closing: this.closing(list, binding, box) }];
      }),
    );
    return rulesByList(bound);
  }

  /**
   * Since 8.3 lists see real addresses, so that destinations are translated before them; until then "you need to use addresses
   * that are valid on the network connected to the interface" (*ASA CLI Configuration Guide* 8.2, "IP Addresses Used for
   * Access Lists When You Use NAT").
   */
  asaChains(): BaseChain[] {
    const { program } = this;
    const nat = natChain(program);
    const [ingress, egress] = [this.asaIngress(), this.asaEgress()];
    if (!nat) return [ingress, egress];
    const published = publicationOf(program);
    const unpublished = published ? [published.unpublished] : [];
    const filtered = program.nat.since83
      ? [nat, ingress, ...unpublished, egress]
      : [ingress, ...unpublished, nat, egress];
    return [...(published ? [published.naming] : []), ...filtered];
  }

  /**
   * *ASA Firewall CLI Configuration Guide*, "Access Rules": the rules of the interface, then the global ones, then the
   * implicit deny. Without any of them, only what goes from a higher security level to a lower one passes.
   */
  private asaIngress(): BaseChain {
    const { interfaces, globalBinding, lists } = this.program;
    const rules: FilterRule[] = [...this.inspection('in'), ...this.policing(), ...this.sameLevels()];
    const closing: FilterRule[] = [];
    for (const one of interfaces) {
      for (const binding of one.bindings) {
        const list = lists.get(binding.list);
        if (binding.direction !== 'in' || !list) continue;
        const at = this.at('in', one.name);
        rules.push(this.rule(binding.line, at, { action: { kind: 'jump', chain: binding.list, applied: true } }));
        addAll(closing, this.closing(list, binding, at));
      }
    }
    const globalList = globalBinding && lists.get(globalBinding.list);
    if (globalBinding && globalList) {
      rules.push(
        this.rule(globalBinding.line, {}, { action: { kind: 'jump', chain: globalBinding.list, applied: true } }),
      );
      addAll(rules, this.closing(globalList, globalBinding, {}));
      return this.base('in', rules, 'deny');
    }
    return this.base('in', [...rules, ...closing, ...this.levelRules()], 'deny');
  }

  /**
   * "conform-action: sets the action to take when the rate is less than the conform rate" (*ASA Command Reference*, `police`).
   * Which connections a class is about, and in which direction, is not followed.
   */
  private policing(): FilterRule[] {
    const { qos } = this.program;
    return qos.applied.flatMap(({ policy, interface: name }) => {
      if (!isDropping(this.program, policy)) return [];
      const at = name === undefined ? [{}] : [this.at('in', name), this.at('out', name)];
      const lines = qos.policies.get(policy)?.classes.flatMap((one) => lineOfDrop(one) ?? []) ?? [];
      return lines.flatMap((line) =>
        at.map((box) => this.rule(line, box, { ...unknownOf(line), action: { kind: 'deny' } })),
      );
    });
  }

  /** `same-security-traffic`: without it, no traffic passes between interfaces of one level, or back out of the same interface. */
  private sameLevels(): FilterRule[] {
    const { interfaces, sameSecurity } = this.program;
    const shown = interfaces.filter(isShown);
    return interfaces.flatMap((one) => {
      const others = isShown(one) ? shown : [];
      const peers = others.filter((other) => other !== one && levelOf(other) === levelOf(one));
      const apart = [
        ...(sameSecurity.has('inter-interface') ? [] : peers.map(({ name }) => name)),
        ...(sameSecurity.has('intra-interface') ? [] : [one.name]),
      ];
      if (apart.length === 0) return [];
      const box = { ...this.at('in', one.name), outInterface: NameSet.from(apart) };
      return [this.rule(one.levelLine ?? one.header, box, { action: { kind: 'deny' } })];
    });
  }

  /** A part of a configuration may bind lists to interfaces whose sections, and levels, are not in it. */
  private levelRules(): FilterRule[] {
    const { interfaces } = this.program;
    const shown = interfaces.filter(isShown);
    const hidden = interfaces.find((one) => !isShown(one));
    const known: Partial<PacketBox> = hidden ? { outInterface: NameSet.from(shown.map(({ name }) => name)) } : {};
    const rules = shown.flatMap((one) => {
      const reached = shown.filter((other) => levelOf(other) <= levelOf(one)).map(({ name }) => name);
      const place = one.levelLine ?? one.header;
      return [
        this.rule(place, { ...this.at('in', one.name), outInterface: NameSet.from(reached) }, {}),
        this.rule(place, { ...known, ...this.at('in', one.name) }, { action: { kind: 'deny' } }),
      ];
    });
    if (!hidden) return rules;
    const reason = 'it depends on the security level of an interface that this file does not show';
    return [...rules, this.rule(hidden.header, {}, { action: { kind: 'undecided', reason } })];
  }

  private asaEgress(): BaseChain {
    const bound = this.program.interfaces.flatMap((one) =>
      one.bindings.flatMap((binding) => {
        const list = this.program.lists.get(binding.list);
        if (binding.direction !== 'out' || !list) return [];
        const at = this.at('out', one.name);
        const { since83, oldPools } = this.program.nat;
        const isTranslated = !since83 && oldPools.has(one.name);
        const chain = isTranslated ? translatedChain(this.chains, binding.list, 'out') : binding.list;
        const jump = this.rule(binding.line, at, { action: { kind: 'jump', chain, applied: true } });
        return [{ at: one.name, binding, jumps: [jump], closing: this.closing(list, binding, at) }];
      }),
    );
    return this.base('out', rulesByList(bound), 'accept');
  }
}

/** The rules of one list at one interface. */
interface BoundRules {
  /** The name of the interface. */
  readonly at: string;
  readonly binding: InterfaceBinding;
  readonly jumps: readonly FilterRule[];
  /** What follows the last entry of the list. */
  readonly closing: readonly FilterRule[];
}

/**
 * The rules of all bindings of one direction. Those of one list stand together, so that it is asked once for all of its interfaces: what
 * passes one interface does not meet the rules of another one.
 */
function rulesByList(bound: readonly BoundRules[]): FilterRule[] {
  const places = new Set(bound.map(({ at, binding }) => `${at} ${binding.family}`));
  const families = new Set(bound.map(({ binding }) => binding.family));
  const isOpen = places.size < bound.length || (families.has(undefined) && families.size > 1);
  if (isOpen) return bound.flatMap(({ jumps, closing }) => [...jumps, ...closing]);
  const sorted = [...bound].sort((a, b) =>
    a.binding.list < b.binding.list ? -1 : a.binding.list > b.binding.list ? 1 : 0,
  );
  const most = largest(
    sorted.map(({ jumps }) => jumps.length),
    0,
  );
  const jumps = Array.from({ length: most }, (_, i) => sorted.flatMap((one) => one.jumps[i] ?? []));
  return [...jumps.flat(), ...sorted.flatMap(({ closing }) => closing)];
}

/** Whether an interface has a section, rather than just a list. */
function isShown({ header }: Interface): boolean {
  return header.own.statement.kind === 'open-interface';
}

function unknownOf({ own }: PlacedLine): { readonly opaque: readonly [{ readonly text: string }] } {
  return { opaque: [{ text: `'${own.raw.trim()}'` }] };
}

function isAbout({ own: { statement } }: PlacedLine, direction: 'in' | 'out'): boolean {
  return statement.kind !== 'unmodelled' || (statement.direction ?? direction) === direction;
}

function mayPermit({ own: { statement } }: PlacedLine): boolean {
  return statement.kind === 'unmodelled' && statement.filters === 'either way';
}

function ofFamily({ family }: InterfaceBinding): Partial<PacketBox> {
  return family === undefined ? {} : { source: IpSet.all.ofFamily(family) };
}
