import type { BaseChain, FilterChain, FilterPoint, FilterRule } from '../../../model/filter.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { Placed } from '../program/blocks.js';
import type { AccessList } from '../program/lists.js';
import { type Binding, type Interface, type Program, placeOf } from '../program/program.js';
import { isNetmask, quad } from '../syntax/words.js';
import { implicitDeny, implicitPlace, implicitRules } from './model.js';
import { translatedChain } from './nat.js';

/**
 * The way through the device, for files that bind lists to interfaces: the list at the interface where a packet comes in,
 * then the list at the interface where it leaves. An ASA follows connections; a router's lists look at every packet alone, so
 * that the answers have to pass the lists of the opposite directions.
 */
export function forwardPoint(program: Program, chains: Map<string, FilterChain>): FilterPoint | undefined {
  const { interfaces, globalBinding, platform } = program;
  const bound = interfaces.some(({ bindings }) => bindings.length > 0) || globalBinding !== undefined;
  const levels = platform === 'asa' && interfaces.some(({ level }) => level !== undefined);
  const doubtful = interfaces.some(({ doubts }) => doubts.length > 0);
  if (!bound && !levels && !doubtful) return undefined;
  const builder = new PathBuilder(program, chains);
  return {
    name: 'forward',
    hook: 'forward',
    chains: platform === 'asa' ? [builder.asaIngress(), builder.asaEgress()] : [builder.ingress(), builder.egress()],
    stateful: platform === 'asa',
    paths: pathsOf(program),
  };
}

class PathBuilder {
  constructor(
    private readonly program: Program,
    private readonly chains: Map<string, FilterChain>,
  ) {}

  ingress(): BaseChain {
    return this.base('in', [...this.inspection('in'), ...this.routed('in')], 'accept');
  }

  egress(): BaseChain {
    return this.base('out', [...this.inspection('out'), ...this.routed('out')], 'accept');
  }

  private base(name: string, rules: readonly FilterRule[], policy: BaseChain['policy']): BaseChain {
    return { name: `interfaces ${name}`, rules, policy, policyStatement: undefined };
  }

  private rule(placed: Placed, box: Partial<PacketBox>, more: Partial<FilterRule>): FilterRule {
    return {
      statement: placeOf(this.program.uri, placed),
      match: [{ ...ANY_PACKET, ...box }],
      phases: ['first', 'reply'],
      opaque: [],
      action: { kind: 'accept' },
      ...more,
    };
  }

  /** What a list denies at its end. */
  private closing(list: AccessList, box: Partial<PacketBox>): FilterRule {
    const rule = this.rule(implicitPlace(list), box, { action: { kind: 'deny' } });
    return { ...rule, statement: { ...rule.statement, text: implicitDeny(list) } };
  }

  /** What other features of a router deny or let back in stands in no list. */
  private inspection(direction: 'in' | 'out'): FilterRule[] {
    const deny = { kind: 'deny' } as const;
    const rules = this.program.doubts.map((placed) => this.rule(placed, {}, { ...doubtOf(placed), action: deny }));
    for (const { name, doubts, inspect } of this.program.interfaces) {
      const at = this.at(direction, name);
      for (const placed of doubts) rules.push(this.rule(placed, at, { ...doubtOf(placed), action: deny }));
      if (inspect) rules.push(this.rule(inspect, {}, { ...doubtOf(inspect), phases: ['reply'] }));
    }
    return rules;
  }

  private at(direction: 'in' | 'out', name: string): Partial<PacketBox> {
    return direction === 'in' ? { inInterface: NameSet.of(name) } : { outInterface: NameSet.of(name) };
  }

  private routed(direction: 'in' | 'out'): FilterRule[] {
    return this.program.interfaces.flatMap((one) =>
      one.bindings.flatMap((binding) => {
        // A list that does not exist filters nothing (*IOS Security Command Reference*, `ip access-group`).
        if (binding.direction !== direction || !this.chains.has(binding.list)) return [];
        const chain = one.nat === 'outside' ? translatedChain(this.chains, binding.list, direction) : binding.list;
        const box = { ...this.at(direction, one.name), ...ofFamily(binding) };
        return [this.rule(binding.place, box, { action: { kind: 'goto', chain } })];
      }),
    );
  }

  /**
   * *ASA Firewall CLI Configuration Guide*, "Access Rules": the rules of the interface, then the global ones, then the
   * implicit deny. Without any of them, only what goes from a higher security level to a lower one passes.
   */
  asaIngress(): BaseChain {
    const { interfaces, globalBinding, lists } = this.program;
    const rules: FilterRule[] = [...this.sameLevels()];
    const closing: FilterRule[] = [];
    for (const one of interfaces) {
      for (const binding of one.bindings) {
        const list = lists.get(binding.list);
        if (binding.direction !== 'in' || !list) continue;
        const at = this.at('in', one.name);
        rules.push(this.rule(binding.place, at, { action: { kind: 'jump', chain: binding.list } }));
        closing.push(this.closing(list, at));
      }
    }
    const globalList = globalBinding && lists.get(globalBinding.list);
    if (globalBinding && globalList) {
      rules.push(this.rule(globalBinding.place, {}, { action: { kind: 'jump', chain: globalBinding.list } }));
      rules.push(this.closing(globalList, {}));
      return this.base('in', rules, 'deny');
    }
    return this.base('in', [...rules, ...closing, ...this.levelRules()], 'deny');
  }

  /** `same-security-traffic`: without it, interfaces of one level, and one interface to itself, stay apart. */
  private sameLevels(): FilterRule[] {
    const { interfaces, sameSecurity } = this.program;
    return interfaces.flatMap((one) => {
      const peers = interfaces.filter((other) => other !== one && levelOf(other) === levelOf(one));
      const apart = [
        ...(sameSecurity.has('inter-interface') ? [] : peers.map(({ name }) => name)),
        ...(sameSecurity.has('intra-interface') ? [] : [one.name]),
      ];
      if (apart.length === 0) return [];
      const box = { ...this.at('in', one.name), outInterface: NameSet.of(...apart) };
      return [this.rule(one.levelPlace ?? one.header, box, { action: { kind: 'deny' } })];
    });
  }

  private levelRules(): FilterRule[] {
    const { interfaces } = this.program;
    return interfaces.flatMap((one) => {
      const reached = interfaces.filter((other) => levelOf(other) <= levelOf(one)).map(({ name }) => name);
      const place = one.levelPlace ?? one.header;
      return [
        this.rule(place, { ...this.at('in', one.name), outInterface: NameSet.of(...reached) }, {}),
        this.rule(place, this.at('in', one.name), { action: { kind: 'deny' } }),
      ];
    });
  }

  asaEgress(): BaseChain {
    const rules = this.program.interfaces.flatMap((one) =>
      one.bindings.flatMap((binding) => {
        const list = this.program.lists.get(binding.list);
        if (binding.direction !== 'out' || !list) return [];
        const at = this.at('out', one.name);
        return [
          this.rule(binding.place, at, { action: { kind: 'jump', chain: binding.list } }),
          ...implicitRules(this.program, list).map((denied) => ({
            ...this.closing(list, at),
            action: denied.action,
          })),
        ];
      }),
    );
    return this.base('out', rules, 'accept');
  }
}

function doubtOf({ item }: Placed): Pick<FilterRule, 'opaque'> {
  return { opaque: [{ text: `'${item.line.raw.trim()}'` }] };
}

function ofFamily({ family }: Binding): Partial<PacketBox> {
  return family === undefined ? {} : { source: IpSet.all.ofFamily(family) };
}

/** "The ASA sets the inside interface to 100 and every other to 0" (*ASA Command Reference*, `nameif`). */
function levelOf({ name, level }: Interface): number {
  return level ?? (name.toLowerCase() === 'inside' ? 100 : 0);
}

/** Interfaces that carry no traffic of the network behind the device. */
const NO_TRANSIT = /^(?:loopback|null|mgmt|management|nve)/i;

/**
 * Between which interfaces traffic of a direction goes, as far as the file tells: to the internet where the default route, NAT
 * or the lowest security level points. Where nothing tells, every way that passes a list.
 */
function pathsOf(program: Program): NonNullable<FilterPoint['paths']> {
  const { interfaces } = program;
  const usable = interfaces.filter(({ shutdown, name }) => !shutdown && !NO_TRANSIT.test(name));
  const addressed = usable.filter(
    ({ addresses, bindings, level }) => addresses.length + bindings.length > 0 || level !== undefined,
  );
  const named = (addressed.length > 0 ? addressed : usable).map(({ name }) => name);
  const outside = outsideOf(program, usable).filter((name) => named.includes(name));
  const inside = named.filter((name) => !outside.includes(name));
  const way = (from: readonly string[], to: readonly string[]): PacketBox => ({
    ...ANY_PACKET,
    inInterface: NameSet.of(...from),
    outInterface: NameSet.of(...to),
  });
  if (outside.length > 0 && inside.length > 0) {
    return { outbound: [way(inside, outside)], inbound: [way(outside, inside)] };
  }
  const filtered = usable.filter(({ bindings, doubts }) => bindings.length + doubts.length > 0);
  const asked = program.globalBinding || program.platform === 'asa' ? usable : filtered;
  const ways = asked.flatMap(({ name }) => {
    const others = named.filter((other) => other !== name);
    if (others.length > 0) return [way([name], others), way(others, [name])];
    const elsewhere = NameSet.of(name).complement();
    return [
      { ...ANY_PACKET, inInterface: NameSet.of(name), outInterface: elsewhere },
      { ...ANY_PACKET, inInterface: elsewhere, outInterface: NameSet.of(name) },
    ];
  });
  return { outbound: ways, inbound: ways };
}

function outsideOf(program: Program, usable: readonly Interface[]): string[] {
  const routed = usable.filter((one) => program.defaultRoutes.some((target) => leadsTo(target, one)));
  if (routed.length > 0) return routed.map(({ name }) => name);
  const translating = usable.filter(({ nat }) => nat === 'outside');
  if (translating.length > 0) return translating.map(({ name }) => name);
  if (program.platform !== 'asa') return [];
  const lowest = Math.min(...usable.map(levelOf));
  const least = usable.filter((one) => levelOf(one) === lowest);
  return least.length < usable.length ? least.map(({ name }) => name) : [];
}

/** Whether a route's target is this interface or a neighbour on its network. */
function leadsTo(target: string, { name, addresses }: Interface): boolean {
  if (target.toLowerCase() === name.toLowerCase()) return true;
  const neighbor = parseAddress(target);
  return neighbor !== undefined && addresses.some((text) => networkOf(text)?.has(neighbor) === true);
}

function networkOf(text: string): IpSet | undefined {
  const [address = '', mask = ''] = text.split(' ');
  const prefix = parsePrefix(address);
  if (!prefix) return undefined;
  const netmask = quad(mask);
  if (netmask === undefined || !isNetmask(netmask)) return IpSet.of(prefix);
  return IpSet.of({ address: prefix.address, length: 32 - Math.round(Math.log2((~netmask >>> 0) + 1)) });
}
