import type { QuotedLine } from '../../../model/evidence.js';
import { IntervalSet } from '../../../model/intervals.js';
import { type Address, type AddressFamily, IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import type { SetCondition } from '../meaning/rule.js';
import { restoreWords, type Word } from '../syntax/words.js';
import { parsePort } from '../vocabulary/ports.js';
import { parseProtocol, protocolSet } from '../vocabulary/protocols.js';

/** The content of an ipset, as packets that are in it; `'unknown'` for types whose content no packet tells. */
export type SetMembers = { boxes(condition: SetCondition): readonly PacketBox[] } | 'unknown';

/** One command of ipset(8): `create`, `add`, `del`, `flush`, `destroy`. Places count from the start of the statement. */
export interface SetCommand {
  readonly words: readonly Word[];
  readonly statement: QuotedLine;
}

/** What one dimension of an element asks of one end of a packet. */
type Part =
  | { readonly kind: 'addresses'; readonly addresses: IpSet }
  | { readonly kind: 'ports'; readonly protocol: number; readonly ports: IntervalSet<number> }
  | { readonly kind: 'interface'; readonly names: NameSet };

interface Element {
  readonly parts: readonly Part[];
  readonly nomatch: boolean;
}

interface DefinedSet {
  readonly name: string;
  readonly type: string;
  readonly dimensions: readonly string[];
  readonly family: AddressFamily;
  /** Its creation, for navigation. */
  readonly definition: { readonly uri: string; readonly range: TextRange };
  readonly elements: Element[];
  /** Addresses of sets with this one dimension, joined when they are asked for. */
  readonly ranges4: [number, number][];
  readonly ranges6: [bigint, bigint][];
  readonly excluded: IpSet[];
  unknown: boolean;
}

const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['bitmap:ip', ['ip']],
  ['bitmap:port', ['port']],
  ['hash:ip', ['ip']],
  ['hash:net', ['net']],
  ['hash:ip,port', ['ip', 'port']],
  ['hash:net,port', ['net', 'port']],
  ['hash:ip,port,ip', ['ip', 'port', 'ip']],
  ['hash:ip,port,net', ['ip', 'port', 'net']],
  ['hash:net,port,net', ['net', 'port', 'net']],
  ['hash:net,net', ['net', 'net']],
  ['hash:net,iface', ['net', 'iface']],
  ['iphash', ['ip']],
  ['nethash', ['net']],
  ['ipmap', ['ip']],
  ['portmap', ['port']],
]);

/** Types whose elements this is not enough to tell: hardware addresses, marks, lists of sets. */
const OTHER_TYPES = /^(?:bitmap:ip,mac|hash:mac|hash:ip,mac|hash:ip,mark|list:set|macipmap|iptree|iptreemap|setlist)$/;

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['create', 'create'],
  ['-N', 'create'],
  ['--create', 'create'],
  ['add', 'add'],
  ['-A', 'add'],
  ['--add', 'add'],
  ['del', 'del'],
  ['-D', 'del'],
  ['--del', 'del'],
  ['flush', 'flush'],
  ['-F', 'flush'],
  ['--flush', 'flush'],
  ['destroy', 'destroy'],
  ['-X', 'destroy'],
  ['--destroy', 'destroy'],
]);

/** The sets that a file or script has made. */
export class SetStore {
  private readonly sets = new Map<string, DefinedSet>();
  private anyUnknown = false;

  get names(): readonly string[] {
    return [...this.sets.keys()];
  }

  definitionOf(name: string): { readonly uri: string; readonly range: TextRange } | undefined {
    return this.sets.get(name)?.definition;
  }

  /** Leaves the content of a set, or of all sets, open. */
  forget(name: string | undefined): void {
    if (name === undefined) this.anyUnknown = true;
    else {
      const known = this.sets.get(name);
      if (known) known.unknown = true;
    }
  }

  membersOf(name: string, family: AddressFamily): SetMembers | undefined {
    const set = this.sets.get(name);
    if (!set || this.anyUnknown) return undefined;
    if (set.unknown || set.dimensions.length === 0) return 'unknown';
    return { boxes: (condition) => (set.family === family ? boxesOf(set, condition) : []) };
  }

  /** Carries out the lines of an `ipset save`. */
  restore({ uri, text, start }: { uri: string; text: string; start: number }): Problem[] {
    const problems: Problem[] = [];
    for (let offset = 0; offset < text.length; ) {
      const lineFeed = text.indexOf('\n', offset);
      const end = lineFeed < 0 ? text.length : lineFeed;
      const raw = text.slice(offset, end);
      if (!this.addPlain(raw) && raw.trim() !== '' && !raw.startsWith('#') && raw.trim() !== 'COMMIT') {
        const statement = { uri, range: { start: start + offset, end: start + end }, text: raw.trim() };
        problems.push(...this.run({ words: restoreWords(raw), statement }));
      }
      offset = end + 1;
    }
    return problems;
  }

  /** The line that large sets consist of, `add NAME address`, read without cutting it into words. */
  private addPlain(raw: string): boolean {
    const match = /^add (\S+) ([\d.]+(?:\/\d+)?)\s*$/.exec(raw);
    const set = this.sets.get(match?.[1] ?? '');
    if (!match || set?.family !== 4 || set.dimensions.length !== 1 || set.dimensions[0] === 'port') return false;
    const prefix = parsePrefix(match[2] ?? '');
    if (prefix?.address.family !== 4) return false;
    const size = 2 ** (32 - prefix.length);
    const low = Math.floor(prefix.address.value / size) * size;
    set.ranges4.push([low, low + size - 1]);
    return true;
  }

  run({ words, statement }: SetCommand): Problem[] {
    const rest = words.filter(({ text }) => !/^(?:-exist|-!|--exist|-q|-quiet)$/.test(text));
    const [operation, name, ...values] = rest;
    const problem = (word: Word | undefined, code: Problem['code'], message: string): Problem[] => {
      const { start } = statement.range;
      const range = word ? { start: start + word.start, end: start + word.end } : statement.range;
      return [{ code, message, uri: statement.uri, range }];
    };
    const kind = OPERATIONS.get(operation?.text ?? '');
    if (!operation || !kind) return problem(operation, 'unmodelled-statement', 'this command of ipset is not followed');
    if (kind === 'create') return this.create(name, values, statement, problem);
    if (!name) {
      if (kind === 'flush' || kind === 'destroy') this.clear(kind);
      return kind === 'add' || kind === 'del' ? problem(operation, 'syntax-error', 'the command needs a set') : [];
    }
    const set = this.sets.get(name.text);
    if (!set) return problem(name, 'undefined-name', `there is no set '${name.text}' in front of this`);
    switch (kind) {
      case 'flush':
        empty(set);
        return [];
      case 'destroy':
        this.sets.delete(name.text);
        return [];
      case 'del':
        set.unknown = true;
        return [];
      default:
        return this.add(set, values, problem);
    }
  }

  private clear(kind: string): void {
    if (kind === 'destroy') this.sets.clear();
    else for (const set of this.sets.values()) empty(set);
  }

  private create(
    name: Word | undefined,
    [type, ...options]: readonly Word[],
    statement: QuotedLine,
    problem: (word: Word | undefined, code: Problem['code'], message: string) => Problem[],
  ): Problem[] {
    if (!name || !type) return problem(name, 'syntax-error', 'a set needs a name and a type: create NAME hash:net');
    const dimensions = TYPES.get(type.text);
    if (!dimensions && !OTHER_TYPES.test(type.text)) {
      return problem(type, 'syntax-error', `ipset knows no set type '${type.text}'`);
    }
    const { start } = statement.range;
    const family = options.some(({ text }, i) => text === 'inet6' && options[i - 1]?.text === 'family') ? 6 : 4;
    const known = this.sets.get(name.text);
    this.sets.set(name.text, {
      name: name.text,
      type: type.text,
      dimensions: dimensions ?? [],
      family,
      definition: { uri: statement.uri, range: { start: start + name.start, end: start + name.end } },
      elements: [],
      ranges4: [],
      ranges6: [],
      excluded: [],
      unknown: false,
    });
    return known ? problem(name, 'duplicate-name', `the set '${name.text}' is created twice`) : [];
  }

  private add(
    set: DefinedSet,
    [value, ...options]: readonly Word[],
    problem: (word: Word | undefined, code: Problem['code'], message: string) => Problem[],
  ): Problem[] {
    if (!value) return problem(undefined, 'syntax-error', `an element of '${set.name}' is missing`);
    if (set.dimensions.length === 0) return [];
    const texts = value.text.split(',');
    if (texts.length !== set.dimensions.length) {
      return problem(value, 'syntax-error', `'${value.text}' is no element of the type ${set.type}`);
    }
    const parts: Part[] = [];
    for (const [index, text] of texts.entries()) {
      const part = readPart(text, set.dimensions[index] ?? '', set.family);
      if (part === 'unknown') {
        set.unknown = true;
        return [];
      }
      if (!part) return problem(value, 'syntax-error', `'${text}' is no ${set.dimensions[index]} of '${set.name}'`);
      parts.push(part);
    }
    const nomatch = options.some(({ text }) => text === 'nomatch');
    // An element with a timeout goes away by itself.
    if (options.some(({ text }) => text === 'timeout')) set.unknown = true;
    const [only, more] = parts;
    if (only?.kind !== 'addresses' || more) set.elements.push({ parts, nomatch });
    else if (nomatch) set.excluded.push(only.addresses);
    else {
      for (const [low, high] of only.addresses.v4.intervals) set.ranges4.push([low, high]);
      for (const [low, high] of only.addresses.v6.intervals) set.ranges6.push([low, high]);
    }
    return [];
  }
}

function empty(set: DefinedSet): void {
  set.elements.length = 0;
  set.ranges4.length = 0;
  set.ranges6.length = 0;
  set.excluded.length = 0;
}

function readPart(text: string, dimension: string, family: AddressFamily): Part | 'unknown' | undefined {
  switch (dimension) {
    case 'port': {
      const [, protocolText, range = ''] = /^(?:([a-z0-9-]+):)?(.*)$/i.exec(text) ?? [];
      const protocol = protocolText === undefined ? 6 : parseProtocol(protocolText);
      const [first = '', second] = range.split('-');
      const name = protocol === 17 ? 'udp' : 'tcp';
      const low = parsePort(first, name);
      const high = second === undefined ? low : parsePort(second, name);
      if (protocol === undefined || typeof low === 'string' || typeof high === 'string') {
        return low === 'unknown-name' || protocol === 1 || protocol === 58 ? 'unknown' : undefined;
      }
      return { kind: 'ports', protocol, ports: IntervalSet.range(Math.min(low, high), Math.max(low, high)) };
    }
    case 'iface':
      if (text.startsWith('physdev:')) return 'unknown';
      return {
        kind: 'interface',
        names: text.endsWith('+') ? NameSet.withPrefix(text.slice(0, -1)) : NameSet.of(text),
      };
    default:
      return readAddressPart(text, family);
  }
}

function readAddressPart(text: string, family: AddressFamily): Part | 'unknown' | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const [low, high] = [parseAddress(text.slice(0, dash)), parseAddress(text.slice(dash + 1))];
    if (low?.family === family && high?.family === family) return { kind: 'addresses', addresses: ordered(low, high) };
  }
  const prefix = parsePrefix(text);
  if (prefix?.address.family === family) return { kind: 'addresses', addresses: IpSet.of(prefix) };
  return /^[a-z][\w.-]*$/i.test(text) && !prefix ? 'unknown' : undefined;
}

function ordered(a: Address, b: Address): IpSet {
  const range = IpSet.range(a, b);
  return range.isEmpty ? IpSet.range(b, a) : range;
}

const joined = new WeakMap<DefinedSet, { count: number; addresses: IpSet }>();

/** All addresses of a set with one dimension. */
function addressesOf(set: DefinedSet): IpSet {
  const count = set.ranges4.length + set.ranges6.length + set.excluded.length;
  const known = joined.get(set);
  if (known?.count === count) return known.addresses;
  let addresses = new IpSet(IntervalSet.from(set.ranges4), IntervalSet.from(set.ranges6));
  // The most specific element decides; an exception is always inside of what it is an exception from.
  for (const excluded of set.excluded) addresses = addresses.subtract(excluded);
  joined.set(set, { count, addresses });
  return addresses;
}

/** How many elements with several dimensions are followed. */
const ELEMENT_LIMIT = 4_096;

function boxesOf(set: DefinedSet, { directions }: SetCondition): readonly PacketBox[] {
  const boxes: PacketBox[] = [];
  const single = addressesOf(set);
  if (!single.isEmpty) boxes.push(boxOf([{ kind: 'addresses', addresses: single }], directions));
  for (const { parts } of set.elements.slice(0, ELEMENT_LIMIT)) boxes.push(boxOf(parts, directions));
  return boxes;
}

function boxOf(parts: readonly Part[], directions: readonly ('src' | 'dst')[]): PacketBox {
  let box = ANY_PACKET;
  parts.forEach((part, i) => {
    const source = directions[i] === 'src';
    switch (part.kind) {
      case 'addresses':
        box = source
          ? { ...box, source: box.source.intersect(part.addresses) }
          : { ...box, destination: box.destination.intersect(part.addresses) };
        return;
      case 'ports':
        box = {
          ...box,
          protocols: protocolSet(part.protocol),
          [source ? 'sourcePorts' : 'destinationPorts']: part.ports,
        };
        return;
      case 'interface':
        box = { ...box, [source ? 'inInterface' : 'outInterface']: part.names };
    }
  });
  return box;
}
