/**
 * A second reading of access lists, written from the manuals and sharing nothing with the dialect: it interprets the
 * text packet by packet, with bit arithmetic and no sets.
 */

export interface Packet {
  readonly protocol: number;
  readonly source: bigint;
  readonly destination: bigint;
  readonly v6: boolean;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The TCP flags, for TCP. */
  readonly flags: readonly string[];
}

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ospf: 89,
};
const PORT_NUMBERS: Readonly<Record<string, number>> = {
  www: 80,
  https: 443,
  domain: 53,
  ntp: 123,
  telnet: 23,
  bootps: 67,
  ssh: 22,
};

export function addressNumber(text: string): bigint {
  if (!text.includes(':')) return text.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => BigInt(`0x${group}`)));
  const [front, back] = [groups(head), tail === undefined ? [] : groups(tail)];
  const all = [...front, ...new Array<bigint>(8 - front.length - back.length).fill(0n), ...back];
  return all.reduce((sum, group) => (sum << 16n) | group, 0n);
}

type Test = (packet: Packet) => boolean;

/** The groups of a configuration by name: tests of an address, and of protocol and ports. */
interface Groups {
  readonly addresses: Map<string, ((address: bigint, v6: boolean) => boolean)[]>;
  readonly services: Map<string, Test[]>;
  readonly ports: Map<string, ((port: number) => boolean)[]>;
}

class Reader {
  private at = 0;
  constructor(
    private readonly words: readonly string[],
    private readonly masks: 'wildcard' | 'netmask',
    private readonly groups: Groups,
    private readonly v6: boolean,
  ) {}

  next(): string | undefined {
    return this.words[this.at];
  }

  take(): string {
    return this.words[this.at++] ?? '';
  }

  address(): (address: bigint, v6: boolean) => boolean {
    const word = this.take();
    if (word === 'any') return () => true;
    if (word === 'host') {
      const wanted = addressNumber(this.take());
      return (address) => address === wanted;
    }
    if (word === 'object-group' || word === 'object') {
      const members = this.groups.addresses.get(this.take()) ?? [];
      return (address, v6) => members.some((test) => test(address, v6));
    }
    if (word.includes('/')) return prefixTest(word);
    const base = addressNumber(word);
    const written = this.next();
    // A standard list may leave the wildcard out.
    if (!written || !/^\d+\.\d+\.\d+\.\d+$/.test(written)) return (address) => address === base;
    const mask = addressNumber(this.take());
    const care = this.masks === 'wildcard' ? ~mask & 0xffff_ffffn : mask;
    return (address) => (address & care) === (base & care);
  }

  ports(): ((port: number) => boolean) | undefined {
    const word = this.next();
    if (word === 'object-group' && this.groups.ports.has(this.words[this.at + 1] ?? '')) {
      this.take();
      const tests = this.groups.ports.get(this.take()) ?? [];
      return (port) => tests.some((test) => test(port));
    }
    if (!word || !['eq', 'neq', 'lt', 'gt', 'range'].includes(word)) return undefined;
    this.take();
    const listed: number[] = [];
    for (let text = this.next(); text !== undefined; text = this.next()) {
      const port = /^\d+$/.test(text) ? Number(text) : PORT_NUMBERS[text];
      if (port === undefined) break;
      listed.push(port);
      this.take();
    }
    const [low = 0, high = 0] = listed;
    switch (word) {
      case 'eq':
        return (port) => listed.includes(port);
      case 'neq':
        return (port) => !listed.includes(port);
      case 'lt':
        return (port) => port < low;
      case 'gt':
        return (port) => port > low;
      default:
        return (port) => port >= low && port <= high;
    }
  }

  protocol(): Test {
    const word = this.take();
    if (word === 'object-group' || word === 'object') {
      const tests = this.groups.services.get(this.take()) ?? [];
      return (packet) => tests.some((test) => test(packet));
    }
    if (word === 'ip' || word === 'ipv6') return () => true;
    const number = word === 'icmp' && this.v6 ? 58 : (PROTOCOL_NUMBERS[word] ?? Number(word));
    return (packet) => packet.protocol === number;
  }

  options(): Test {
    const tests: Test[] = [];
    const flags: string[] = [];
    for (let word = this.next(); word !== undefined; word = this.next()) {
      this.take();
      if (word === 'established') tests.push(({ flags: own }) => own.includes('ack') || own.includes('rst'));
      else if (word === 'fragments' || word === 'inactive') tests.push(() => false);
      else if (['ack', 'fin', 'psh', 'rst', 'syn', 'urg'].includes(word)) flags.push(word);
    }
    if (flags.length > 0) tests.push(({ flags: own }) => flags.some((flag) => own.includes(flag)));
    return (packet) => tests.every((test) => test(packet));
  }
}

function prefixTest(text: string): (address: bigint) => boolean {
  const [address = '', length = ''] = text.split('/');
  const shift = BigInt((address.includes(':') ? 128 : 32) - Number(length));
  const base = addressNumber(address) >> shift;
  return (candidate) => candidate >> shift === base;
}

/** What the list `name` of a configuration does with a packet. */
export function decide(text: string, name: string, packet: Packet): 'permit' | 'deny' {
  const groups: Groups = { addresses: new Map(), services: new Map(), ports: new Map() };
  const entries: { sequence: number; action: 'permit' | 'deny'; test: Test }[] = [];
  let mode: string[] = [];
  let last = 0;
  let ends: 'v4' | 'v6' | 'both' = 'v4';
  for (const raw of text.split('\n')) {
    const words = raw.trim().split(/\s+/);
    if (!raw.startsWith(' ')) mode = words;
    if (raw.startsWith(' ') && /^object/.test(mode[0] ?? '')) {
      readMember(mode, words, groups);
      continue;
    }
    let rest = words;
    let form = 'router';
    let line: number | undefined;
    if (words[0] === 'access-list' && words[1] === name) {
      rest = words.slice(2);
      if (rest[0] === 'line') {
        line = Number(rest[1]);
        rest = rest.slice(2);
      }
      if (rest[0] === 'extended') {
        form = 'asa';
        ends = 'both';
        rest = rest.slice(1);
      }
      if (Number(name) < 100) form = 'standard';
    } else if (raw.startsWith(' ') && mode[1] === 'access-list' && mode[mode.length - 1] === name) {
      if (mode[0] === 'ipv6') {
        form = 'ipv6';
        ends = 'v6';
      } else if (mode[2] === 'standard') form = 'standard';
    } else continue;
    let sequence = last + 10;
    if (/^\d+$/.test(rest[0] ?? '')) {
      sequence = Number(rest[0]);
      rest = rest.slice(1);
    }
    if (rest[0] !== 'permit' && rest[0] !== 'deny') continue;
    const reader = new Reader(rest.slice(1), form === 'asa' ? 'netmask' : 'wildcard', groups, form === 'ipv6');
    const entry = { sequence, action: rest[0], test: readEntry(reader, form) } as const;
    if (line === undefined) entries.push(entry);
    else entries.splice(line - 1, 0, entry);
    last = Math.max(last, sequence);
    if (form !== 'asa') entries.sort((a, b) => a.sequence - b.sequence);
  }
  if ((ends === 'v4' && packet.v6) || (ends === 'v6' && !packet.v6)) return 'permit';
  const found = entries.find(({ test }) => test(packet));
  if (found) return found.action;
  const type = packet.destinationPort >> 8;
  return ends === 'v6' && packet.protocol === 58 && (type === 135 || type === 136) ? 'permit' : 'deny';
}

function readEntry(reader: Reader, form: string): Test {
  if (form === 'standard') {
    const source = reader.address();
    return (packet) => source(packet.source, packet.v6);
  }
  const protocol = reader.protocol();
  const source = reader.address();
  const sourcePorts = reader.ports();
  const destination = reader.address();
  const destinationPorts = reader.ports();
  const options = reader.options();
  return (packet) =>
    protocol(packet) &&
    source(packet.source, packet.v6) &&
    destination(packet.destination, packet.v6) &&
    (sourcePorts?.(packet.sourcePort) ?? true) &&
    (destinationPorts?.(packet.destinationPort) ?? true) &&
    options(packet);
}

function readMember(mode: readonly string[], words: readonly string[], groups: Groups): void {
  const [keyword, type, name = ''] = mode;
  const into = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value) =>
    map.set(key, [...(map.get(key) ?? []), value]);
  const [first, second = '', third = ''] = words;
  const reader = new Reader(words.slice(1), 'netmask', groups, false);
  if (type === 'network') {
    if (first === 'group-object') {
      for (const test of groups.addresses.get(second) ?? []) into(groups.addresses, name, test);
    } else if (first === 'range') {
      const [low, high] = [addressNumber(second), addressNumber(third)];
      into(groups.addresses, name, (address: bigint) => address >= low && address <= high);
    } else if (first === 'host' || keyword === 'object-group' || first === 'subnet') {
      const words_ = first === 'network-object' || first === 'subnet' ? words.slice(1) : words;
      into(groups.addresses, name, new Reader(words_, 'netmask', groups, false).address());
    }
  } else if (first === 'port-object') {
    const test = reader.ports();
    if (test) into(groups.ports, name, test);
  } else if (first === 'service-object') {
    const protocol = reader.protocol();
    if (reader.next() === 'destination') reader.take();
    const ports = reader.ports();
    into(groups.services, name, (packet: Packet) => protocol(packet) && (ports?.(packet.destinationPort) ?? true));
  }
}
