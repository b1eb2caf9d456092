/**
 * A second reading of whole devices, written from the manuals and sharing nothing with the dialect: interfaces, routes,
 * translations and the lists that are applied, packet by packet. Lists themselves are read by `../reference.ts`.
 */
import { addressNumber, decide, type Packet } from '../reference.js';
import { drops } from './policies.js';

interface Port {
  name: string;
  level: number | undefined;
  readonly networks: { low: bigint; length: number; own: bigint }[];
  shutdown: boolean;
  vrf: string;
  nat: string;
  readonly lists: { list: string; direction: string }[];
  readonly policies: { policy: string; direction: string }[];
}

interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** A static translation of a router. */
interface Fixed {
  readonly local: Range;
  readonly global: Range;
  readonly ports?: { readonly protocol: number; readonly local: number; readonly global: number };
}

interface Service {
  readonly protocol: number;
  readonly source: number | undefined;
  readonly destination: number | undefined;
}

interface Rule {
  readonly section: number;
  readonly order: number;
  readonly real: string;
  readonly mapped: string;
  readonly isStatic: boolean;
  readonly isTwice: boolean;
  readonly oneWay: boolean;
  readonly from: Range;
  /** `undefined` for the address of the interface. */
  readonly to: Range | undefined;
  readonly far?: { readonly mapped: Range; readonly real: Range };
  readonly port?: { readonly protocol: number; readonly real: number; readonly mapped: number };
  readonly farPort?: { readonly protocol: number; readonly mapped: number; readonly real: number };
}

/** A server as others know it at an interface. */
interface Published {
  readonly at: string;
  /** The other interface of the rule. */
  readonly from: string;
  readonly real: Range;
  readonly mapped: Range;
  readonly isSource: (packet: Packet) => boolean;
  readonly port?: { readonly protocol: number; readonly real: number; readonly mapped: number };
}

export type Decision = 'permit' | 'deny' | 'undecided';

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };

/** What a file says about one device. */
export class Device {
  readonly ports: Port[] = [];
  private readonly routes: { low: bigint; length: number; target: string; vrf: string }[] = [];
  private readonly objects = new Map<string, Range>();
  private readonly services = new Map<string, Service>();
  private readonly rules: Rule[] = [];
  private readonly routerNat: { list: string; port: string }[] = [];
  private readonly fixed: Fixed[] = [];
  private readonly same = new Set<string>();
  private globalList: string | undefined;
  private realAddresses = true;

  constructor(
    private readonly text: string,
    private readonly isAsa: boolean,
  ) {
    const lines = text.split('\n');
    // Names are defined before or after they are used, so that objects are read first.
    this.eachLine(lines, (words, head) => this.readObject(words, head));
    this.eachLine(lines, (words, head) => this.readLine(words, head));
  }

  private eachLine(lines: readonly string[], read: (words: string[], head: string[]) => void): void {
    let head: string[] = [];
    for (const line of lines) {
      const words = line.trim().split(/\s+/);
      if (!line.startsWith(' ')) head = words;
      read(words, line.startsWith(' ') ? head : []);
    }
  }

  private readObject([word = '', a = '', b = '', c = '', d = '']: string[], [kind, type, name = '']: string[]): void {
    if (kind !== 'object') return;
    if (type === 'network' && word === 'host')
      this.objects.set(name, { low: addressNumber(a), high: addressNumber(a) });
    if (type === 'network' && word === 'subnet') {
      const size = 2n ** 32n - addressNumber(b);
      this.objects.set(name, { low: addressNumber(a), high: addressNumber(a) + size - 1n });
    }
    if (type === 'service' && word === 'service') {
      const port = Number(d);
      const [source, destination] = b === 'source' ? [port, undefined] : [undefined, port];
      if (c === 'eq') this.services.set(name, { protocol: PROTOCOLS[a] ?? 0, source, destination });
    }
  }

  private readLine(words: string[], head: string[]): void {
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = words;
    const line = words.join(' ');
    const port = this.ports[this.ports.length - 1];
    if (head[0] === 'interface' && port) {
      if (first === 'nameif') port.name = second;
      if (first === 'security-level') port.level = Number(second);
      if (first === 'shutdown') port.shutdown = true;
      if (line.startsWith('vrf forwarding ')) port.vrf = third;
      if (line.startsWith('ip nat ')) port.nat = third;
      if (line.startsWith('ip access-group ')) port.lists.push({ list: third, direction: fourth });
      if (first === 'service-policy') port.policies.push({ policy: third, direction: second.slice(0, -3) });
      if (line.startsWith('ip address ')) {
        const [own, mask] = [addressNumber(third), addressNumber(fourth)];
        port.networks.push({ own, low: own & mask, length: bits(mask) });
      }
      return;
    }
    if (head[0] === 'object' && first === 'nat') {
      this.addObjectNat(words, head[2] ?? '');
      return;
    }
    if (head.length > 0) return;
    if (first === 'interface') {
      this.ports.push({
        name: second,
        level: undefined,
        networks: [],
        shutdown: false,
        vrf: '',
        nat: '',
        lists: [],
        policies: [],
      });
    } else if (first === 'ASA') this.realAddresses = Number.parseFloat(third) >= 8.3;
    else if (first === 'route') {
      this.routes.push({ low: addressNumber(third), length: bits(addressNumber(fourth)), target: second, vrf: '' });
    } else if (line.startsWith('ip route vrf ')) {
      const [, , , vrf = '', low = '', mask = '', target = ''] = words;
      this.routes.push({ low: addressNumber(low), length: bits(addressNumber(mask)), target, vrf });
    } else if (line.startsWith('ip route ')) {
      this.routes.push({ low: addressNumber(third), length: bits(addressNumber(fourth)), target: fifth, vrf: '' });
    } else if (line.startsWith('ip nat inside source list ')) {
      this.routerNat.push({ list: words[5] ?? '', port: words[7] ?? '' });
    } else if (line.startsWith('ip nat inside source static ')) this.addFixed(words.slice(5));
    else if (first === 'nat') this.addTwiceNat(words);
    else if (first === 'static') this.addOldStatic(words);
    else if (first === 'same-security-traffic') this.same.add(third);
    else if (first === 'access-group' && third === 'global') this.globalList = second;
    else if (first === 'access-group') {
      this.ports.find(({ name }) => name === fifth)?.lists.push({ list: second, direction: third });
    }
  }

  private addObjectNat([, pair = '', type, to = '', , protocol = '', real, mapped]: string[], name: string): void {
    const [inner = '', outer = ''] = pair.slice(1, -1).split(',');
    this.rules.push({
      section: 2,
      order: this.rules.length,
      real: inner,
      mapped: outer,
      isStatic: type === 'static',
      isTwice: false,
      oneWay: false,
      from: this.object(name),
      to:
        to === 'interface' ? undefined : (this.objects.get(to) ?? { low: addressNumber(to), high: addressNumber(to) }),
      ...(real === undefined
        ? {}
        : { port: { protocol: PROTOCOLS[protocol] ?? 0, real: Number(real), mapped: Number(mapped) } }),
    });
  }

  private addTwiceNat(words: string[]): void {
    const [inner = '', outer = ''] = (words[1] ?? '').slice(1, -1).split(',');
    const at = words.indexOf('source');
    const far = words.indexOf('destination');
    const service = words.indexOf('service');
    const [one, other] = [words[service + 1] ?? '', words[service + 2] ?? ''].map((name) => this.services.get(name));
    this.rules.push({
      section: words.includes('after-auto') ? 3 : 1,
      order: this.rules.length,
      real: inner,
      mapped: outer,
      isStatic: words[at + 1] === 'static',
      isTwice: true,
      oneWay: words.includes('unidirectional'),
      from: this.object(words[at + 2] ?? ''),
      to: words[at + 3] === 'interface' ? undefined : this.object(words[at + 3] ?? ''),
      ...(far < 0
        ? {}
        : { far: { mapped: this.object(words[far + 2] ?? ''), real: this.object(words[far + 3] ?? '') } }),
      ...(service >= 0 && one?.source !== undefined
        ? { port: { protocol: one.protocol, real: one.source, mapped: other?.source ?? 0 } }
        : {}),
      ...(service >= 0 && one?.destination !== undefined
        ? { farPort: { protocol: one.protocol, mapped: one.destination, real: other?.destination ?? 0 } }
        : {}),
    });
  }

  private addFixed(words: readonly string[]): void {
    const [kind = '', local = '', b = '', c = '', d = '', e = ''] = words;
    if (kind === 'network') {
      const size = 2n ** (32n - BigInt(c.slice(1)));
      const whole = (low: bigint): Range => ({ low, high: low + size - 1n });
      this.fixed.push({ local: whole(addressNumber(local)), global: whole(addressNumber(b)) });
      return;
    }
    const protocol = PROTOCOLS[kind];
    const only = (low: bigint): Range => ({ low, high: low });
    if (protocol === undefined) {
      this.fixed.push({ local: only(addressNumber(kind)), global: only(addressNumber(local)) });
      return;
    }
    const [own, port] = c === 'interface' ? [this.ownAddress(d), e] : [only(addressNumber(c)), d];
    this.fixed.push({
      local: only(addressNumber(local)),
      global: own,
      ports: { protocol, local: Number(b), global: Number(port) },
    });
  }

  private addOldStatic([, pair = '', mapped = '', real = '']: string[]): void {
    const [inner = '', outer = ''] = pair.slice(1, -1).split(',');
    const only = (text: string): Range => ({ low: addressNumber(text), high: addressNumber(text) });
    this.rules.push({
      section: 1,
      order: this.rules.length,
      real: inner,
      mapped: outer,
      isStatic: true,
      isTwice: false,
      oneWay: false,
      from: only(real),
      to: only(mapped),
    });
  }

  private object(name: string): Range {
    if (name === 'any') return { low: 0n, high: 2n ** 32n - 1n };
    const range = this.objects.get(name);
    if (!range) throw new Error(`no object ${name}`);
    return range;
  }

  /** The interfaces that are up and in the routing table of the default route. */
  get usable(): readonly Port[] {
    const way =
      this.routes.find(({ length, vrf }) => length === 0 && vrf === '') ??
      this.routes.find(({ length }) => length === 0);
    return this.ports.filter(({ shutdown, vrf }) => !shutdown && (way === undefined || vrf === way.vrf));
  }

  /** The interfaces that the longest prefix with an address leads to; the default route does not count. */
  behind(address: bigint): string[] {
    const candidates = this.usable.flatMap(({ name, networks, vrf }) => [
      ...networks.map(({ low, length }) => ({ low, length, name })),
      ...this.routes
        .filter((route) => route.length > 0 && route.vrf === vrf && this.leadsTo(route.target, name))
        .map(({ low, length }) => ({ low, length, name })),
    ]);
    const holding = candidates.filter(({ low, length }) => within(address, low, length));
    const longest = Math.max(...holding.map(({ length }) => length));
    return [...new Set(holding.filter(({ length }) => length === longest).map(({ name }) => name))].sort();
  }

  /**
   * Whether an address is in the network of an interface that is down, or as one that opens a connection in another table, and
   * nothing else leads to it.
   */
  private isShutOff(address: bigint, isOpener: boolean): boolean {
    const vrfs = this.usable.map(({ vrf }) => vrf);
    const down = this.ports.filter(({ shutdown, vrf }) =>
      shutdown ? vrfs.includes(vrf) : isOpener && !vrfs.includes(vrf),
    );
    const holds = ({ networks }: Port) => networks.some(({ low, length }) => within(address, low, length));
    return down.some(holds) && this.behind(address).length === 0;
  }

  private leadsTo(target: string, name: string): boolean {
    const port = this.usable.find((other) => other.name === name);
    if (target === name || !port) return target === name;
    if (!/^\d/.test(target)) return false;
    const neighbor = addressNumber(target);
    const longest = ({ networks }: Port) =>
      Math.max(...networks.filter(({ low, length }) => within(neighbor, low, length)).map(({ length }) => length));
    const best = Math.max(...this.usable.filter(({ vrf }) => vrf === port.vrf).map(longest));
    return best > 0 && longest(port) === best;
  }

  /** The interfaces of the default route. */
  get outside(): string[] {
    return this.usable
      .filter(({ name, vrf }) =>
        this.routes.some((route) => route.length === 0 && route.vrf === vrf && this.leadsTo(route.target, name)),
      )
      .map(({ name }) => name);
  }

  decide(packet: Packet, from: string, to: string, phase: 'first' | 'reply' = 'first'): Decision {
    const [incoming, outgoing] = [from, to].map((name) => this.ports.find((port) => port.name === name));
    if (!incoming || !outgoing) throw new Error('no such interface');
    const [comes, goes] = [from, to].map((name) => !this.outside.includes(name));
    if (comes && this.isShutOff(packet.source, phase === 'first')) return 'undecided';
    if (goes && this.isShutOff(packet.destination, phase === 'reply')) return 'undecided';
    return this.isAsa
      ? this.decideAsa(packet, incoming, outgoing)
      : this.decideRouter(packet, incoming, outgoing, phase);
  }

  private decideAsa(packet: Packet, incoming: Port, outgoing: Port): Decision {
    const asked = this.named(packet, incoming.name);
    if (asked === undefined) return 'undecided';
    const beyond = asked === packet ? this.beyondLists(packet, incoming.name) : 'pass';
    if (beyond === 'own') return 'undecided';
    const seen = this.translated(asked, incoming.name, outgoing.name);
    if (this.realAddresses && seen === undefined) return 'undecided';
    const first = this.realAddresses && seen ? seen : asked;
    const [high, low] = [incoming.level ?? 0, outgoing.level ?? 0];
    if (high === low && !this.same.has(incoming === outgoing ? 'intra-interface' : 'inter-interface')) return 'deny';
    const own = incoming.lists.find(({ direction }) => direction === 'in');
    const lists = [own?.list, this.globalList].filter((list) => list !== undefined);
    const passes = lists.length > 0 ? lists.some((list) => this.matches(list, first) === 'permit') : high >= low;
    // The first entry of either list decides.
    const decided = lists.map((list) => this.matches(list, first)).find((action) => action !== undefined) ?? 'deny';
    if (lists.length > 0 ? decided === 'deny' : !passes) return 'deny';
    if (beyond !== 'pass') return beyond;
    if (seen === undefined) return 'undecided';
    const out = outgoing.lists.find(({ direction }) => direction === 'out');
    return out ? decide(this.text, out.list, seen) : 'permit';
  }

  /** What an entry of a list does; `undefined` where the list ends without one. */
  private matches(list: string, packet: Packet): 'permit' | 'deny' | undefined {
    const open = `${this.text}\naccess-list ${list} extended permit ip any any`;
    const [closed, opened] = [decide(this.text, list, packet), decide(open, list, packet)];
    return closed === 'deny' && opened === 'permit' ? undefined : closed;
  }

  /** The packet with the destination that it is translated to; `undefined` where that is another connection's. */
  private translated(packet: Packet, incoming: string, outgoing: string): Packet | undefined {
    const found = this.match(packet, incoming, outgoing);
    return found ? found.result : packet;
  }

  private get sorted(): Rule[] {
    return [...this.rules].sort(
      (a, b) => a.section - b.section || (a.section === 2 ? byRule(a, b) : a.order - b.order),
    );
  }

  /** How servers are known at an interface, in the order of the rules. */
  private publishedAt(incoming: string): Published[] {
    return this.sorted.flatMap((rule): Published[] => {
      const { real, mapped, isStatic, oneWay, from, to, far, port, farPort } = rule;
      if (far && real === incoming && this.outside.includes(real) && this.isInner(far.real)) {
        const isSource = ({ source }: Packet) => inRange(source, from);
        return [
          {
            at: real,
            from: real,
            real: far.real,
            mapped: far.mapped,
            isSource,
            ...(farPort ? { port: farPort } : {}),
          },
        ];
      }
      if (!isStatic || oneWay || (mapped !== 'any' && mapped !== incoming)) return [];
      const isSource = ({ source, sourcePort, protocol }: Packet) =>
        (!far || inRange(source, far.real)) &&
        (!farPort || (farPort.protocol === protocol && sourcePort === farPort.real));
      const pool = to ?? this.ownAddress(mapped);
      return [{ at: mapped, from: real, real: from, mapped: pool, isSource, ...(port ? { port } : {}) }];
    });
  }

  private isInner({ low, high }: Range): boolean {
    return [low, high].every((address) => this.behind(address).some((name) => !this.outside.includes(name)));
  }

  /** A packet to the real address of a server, as others send it; `undefined` where they may send it to either of two. */
  private named(packet: Packet, incoming: string): Packet | undefined {
    const published = this.isAsa ? this.publishedAt(incoming) : this.publishedByRouter;
    const seesReal = this.isAsa && this.realAddresses;
    const all = published.filter((one) => inRange(packet.destination, one.real) && one.isSource(packet));
    const asked = all.filter(({ port }) => !port || isPort(packet, port.protocol, port.mapped));
    const isIdentity = (one: Published) => same(one.real, one.mapped) && one.port?.real === one.port?.mapped;
    if (asked.some(isIdentity)) return packet;
    const isNamed = (one: Published) =>
      !same(one.real, one.mapped) && (!seesReal || one.port?.real !== one.port?.mapped);
    const mappedBy = ({ mapped, real }: Published) =>
      mapped.low === mapped.high ? mapped.low : mapped.low + packet.destination - real.low;
    const result = ({ port }: Published) => port?.real ?? packet.destinationPort;
    for (const one of asked) {
      const sent = { ...packet, destination: mappedBy(one) };
      // An earlier rule may lead the same address and port to another server.
      const isFirst = published.find(
        ({ mapped, isSource, port }) =>
          inRange(sent.destination, mapped) && isSource(sent) && (!port || isPort(sent, port.protocol, port.mapped)),
      );
      const isAlike =
        isFirst &&
        same(isFirst.real, one.real) &&
        same(isFirst.mapped, one.mapped) &&
        isFirst.port?.real === one.port?.real;
      if (!same(one.real, one.mapped) && !isAlike) return undefined;
      if (!isNamed(one)) continue;
      const isRival = (other: Published) =>
        result(other) !== result(one) || (!seesReal && !same(other.mapped, one.mapped));
      return asked.some(isRival) ? undefined : sent;
    }
    return packet;
  }

  /** What becomes of a packet that is not translated, though some ports of its destination are, once lists let it pass. */
  private beyondLists(packet: Packet, incoming: string): 'pass' | 'own' | 'deny' | 'undecided' {
    const published = this.isAsa ? this.publishedAt(incoming) : this.publishedByRouter;
    const isTaken = () =>
      this.isAsa
        ? this.ports.some(({ name }) => this.match(packet, incoming, name))
        : published.some((one) => inRange(packet.destination, one.mapped) && isAsked(one));
    const isAsked = ({ port, isSource }: Published) =>
      isSource(packet) && (!port || isPort(packet, port.protocol, port.mapped));
    const limited = published.filter(({ port, at }) => port && at !== 'any');
    if (limited.some(({ mapped }) => inRange(packet.destination, mapped))) {
      if (isTaken()) return 'pass';
      if (packet.destination === this.ownAddress(incoming).low) return 'own';
      const others = this.ports.filter(({ name }) => name !== incoming).map(({ name }) => name);
      const isElsewhere = this.behind(packet.destination).some((name) => others.includes(name));
      const isReal = this.rules.some(({ from, far }) => {
        const inside = (range: Range) => range.high - range.low < 2n ** 32n - 1n && inRange(packet.destination, range);
        return inside(from) || (far !== undefined && inside(far.real));
      });
      const isFixed = this.fixed.some(({ local }) => inRange(packet.destination, local));
      if (!isElsewhere && !isReal && !isFixed) return 'deny';
    }
    if (this.isUnknownAt(packet, incoming) && !isTaken()) return 'undecided';
    const own = limited.filter(({ real }) => inRange(packet.destination, real));
    if (own.length === 0) return 'pass';
    if (published.some((one) => inRange(packet.destination, one.real) && isAsked(one))) return 'pass';
    const isSeen = ({ port, isSource }: Published) =>
      isSource(packet) && port && isPort(packet, port.protocol, port.real);
    if (own.some(isSeen)) return 'undecided';
    if (!this.outside.includes(incoming) || !isPrivate(packet.destination)) return 'pass';
    return isPrivate(packet.source) ? 'undecided' : 'deny';
  }

  /** Whether an ASA publishes the destination of a packet, and at other interfaces alone. */
  private isUnknownAt({ destination }: Packet, incoming: string): boolean {
    if (!this.isAsa || !this.outside.includes(incoming)) return false;
    const names = [...new Set([...this.ports.map(({ name }) => name), 'any'])];
    const all = names.flatMap((name) => this.publishedAt(name)).filter(({ real, mapped }) => !same(real, mapped));
    return all.some((one) => {
      const alike = all.filter(({ mapped }) => same(mapped, one.mapped));
      const ends = alike.flatMap(({ at, from }) => [at, from]);
      return inRange(destination, one.mapped) && !ends.includes('any') && !ends.includes(incoming);
    });
  }

  /** The static translations of a router, those with ports and of few addresses first. */
  private get publishedByRouter(): Published[] {
    const size = ({ local }: Fixed) => Number(local.high - local.low);
    const sorted = [...this.fixed].sort(
      (a, b) => Number(b.ports !== undefined) - Number(a.ports !== undefined) || size(a) - size(b),
    );
    return sorted.map(({ local, global, ports }) => ({
      at: 'outside',
      from: 'any',
      real: local,
      mapped: global,
      isSource: () => true,
      ...(ports ? { port: { protocol: ports.protocol, real: ports.local, mapped: ports.global } } : {}),
    }));
  }

  /** What the first rule that is about a packet makes of it, where one is. */
  private match(
    packet: Packet,
    incoming: string,
    outgoing: string,
  ): { readonly result: Packet | undefined } | undefined {
    for (const rule of this.sorted) {
      const { real, mapped, isStatic, oneWay, from, to, far, port, farPort, isTwice } = rule;
      const pool = to ?? this.ownAddress(mapped);
      const isBack =
        (mapped === 'any' || mapped === incoming) &&
        inRange(packet.destination, pool) &&
        (!far || inRange(packet.source, far.real));
      const portBack = !port || (packet.protocol === port.protocol && packet.destinationPort === port.mapped);
      const farBack = !farPort || (packet.protocol === farPort.protocol && packet.sourcePort === farPort.real);
      if (isStatic && !oneWay && isBack && portBack && farBack) {
        const destination = from.low === from.high ? from.low : from.low + packet.destination - pool.low;
        return { result: { ...packet, destination, ...(port ? { destinationPort: port.real } : {}) } };
      }
      if (!isStatic && to && isBack) return { result: undefined };
      const isForward = isTwice && (real === 'any' || real === incoming) && inRange(packet.source, from);
      const portForward = !port || (packet.protocol === port.protocol && packet.sourcePort === port.real);
      const farForward =
        !farPort || (packet.protocol === farPort.protocol && packet.destinationPort === farPort.mapped);
      if (!isForward || !portForward || !farForward) continue;
      if (!far) {
        if (mapped === 'any' || mapped === outgoing) return { result: packet };
      } else if (inRange(packet.destination, far.mapped)) {
        const destination =
          far.real.low === far.real.high ? far.real.low : far.real.low + packet.destination - far.mapped.low;
        return { result: { ...packet, destination, ...(farPort ? { destinationPort: farPort.real } : {}) } };
      }
    }
    return undefined;
  }

  private ownAddress(name: string): Range {
    const own = this.ports.find((port) => port.name === name)?.networks[0]?.own ?? -1n;
    return { low: own, high: own };
  }

  /**
   * *NAT Order of Operation*: the input list, NAT from outside to inside, routing, NAT from inside to outside, the output list.
   * A connection is asked by the addresses that its first packet has where it comes in, and its answers by the same ones.
   */
  private decideRouter(packet: Packet, incoming: Port, outgoing: Port, phase: 'first' | 'reply'): Decision {
    const isReply = phase === 'reply';
    const [from, to] = isReply ? [outgoing, incoming] : [incoming, outgoing];
    const asked = isReply ? reversed(packet) : packet;
    const opener = from.nat === 'outside' ? this.named(asked, from.name) : asked;
    if (opener === undefined) return 'undecided';
    const isNamed = opener !== asked;
    const beyond = from.nat === 'outside' && !isReply && !isNamed ? this.beyondLists(asked, from.name) : 'pass';
    // What the opening packet is behind the router, and with that its answers in front of it.
    const translated = this.throughNat(opener, from, to);
    if (translated === undefined) return 'undecided';
    if (isReply && isNamed && translated.destinationPort !== opener.destinationPort) return 'undecided';
    const steps = [
      { port: from, direction: isReply ? 'out' : 'in', seen: opener },
      { port: to, direction: isReply ? 'in' : 'out', seen: translated },
    ];
    const denies = (step: (typeof steps)[number]) => {
      const { port, direction, seen } = step;
      const bound = port.lists.find((one) => one.direction === direction);
      const shown = { ...(isReply ? reversed(seen) : seen), flags: packet.flags };
      const isPoliced = port.policies.some(
        (one) => one.direction === direction && drops(this.text, one.policy, shown, incoming.name),
      );
      return isPoliced || (bound && decide(this.text, bound.list, shown) === 'deny');
    };
    const [first, last] = steps.map(denies);
    if (first) return 'deny';
    if (beyond !== 'pass') return beyond === 'own' ? 'undecided' : beyond;
    return last ? 'deny' : 'permit';
  }

  /** An opening packet as it leaves; `undefined` where that is the translation of an earlier packet. */
  private throughNat(packet: Packet, from: Port, to: Port): Packet | undefined {
    const byPorts = [...this.fixed].sort((a, b) => Number(b.ports !== undefined) - Number(a.ports !== undefined));
    if (from.nat === 'outside') {
      const found = byPorts.find(
        ({ global, ports }) =>
          inRange(packet.destination, global) &&
          (!ports || (packet.protocol === ports.protocol && packet.destinationPort === ports.global)),
      );
      if (!found) return packet;
      const { local, global, ports } = found;
      const destination = local.low + packet.destination - global.low;
      return { ...packet, destination, destinationPort: ports ? ports.local : packet.destinationPort };
    }
    if (from.nat !== 'inside' || to.nat !== 'outside') return packet;
    const found = byPorts.find(
      ({ local, ports }) =>
        inRange(packet.source, local) &&
        (!ports || (packet.protocol === ports.protocol && packet.sourcePort === ports.local)),
    );
    if (found) {
      const { local, global, ports } = found;
      const source = global.low + packet.source - local.low;
      return { ...packet, source, sourcePort: ports ? ports.global : packet.sourcePort };
    }
    const rule = this.routerNat.find(({ list }) => decide(this.text, list, packet) === 'permit');
    return rule ? { ...packet, source: this.ownAddress(rule.port).low } : packet;
  }
}

/** The same packet the other way round. */
export function reversed(packet: Packet): Packet {
  const { source, destination, sourcePort, destinationPort } = packet;
  return {
    ...packet,
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
  };
}

function byRule(a: Rule, b: Rule): number {
  if (a.isStatic !== b.isStatic) return a.isStatic ? -1 : 1;
  const [size, other] = [a.from.high - a.from.low, b.from.high - b.from.low];
  if (size !== other) return size < other ? -1 : 1;
  if (a.from.low !== b.from.low) return a.from.low < b.from.low ? -1 : 1;
  return a.order - b.order;
}

function same(a: Range, b: Range): boolean {
  return a.low === b.low && a.high === b.high;
}

function isPort(packet: Packet, protocol: number, port: number): boolean {
  return packet.protocol === protocol && packet.destinationPort === port;
}

/** RFC 1918. */
function isPrivate(address: bigint): boolean {
  return address >> 24n === 10n || address >> 20n === 0xac1n || address >> 16n === 0xc0a8n;
}

function inRange(address: bigint, { low, high }: Range): boolean {
  return address >= low && address <= high;
}

function within(address: bigint, low: bigint, length: number): boolean {
  const shift = BigInt(32 - length);
  return address >> shift === low >> shift;
}

function bits(mask: bigint): number {
  return mask.toString(2).replaceAll('0', '').length;
}
