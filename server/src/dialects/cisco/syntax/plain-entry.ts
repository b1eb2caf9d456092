// Reads the lines that nearly all of a long access list consists of, character by character.
import { detached } from '../../../kept/line-blocks.js';
import { InternedNumbers } from '../../../kept/memo.js';
import { ALL_PROTOCOLS, type ProtocolSet } from '../../../model/packets.js';
import { ipv4Block } from '../../shared/ipv4-blocks.js';
import { PlainLine, SPACE } from '../../shared/plain-line.js';
import type { ListForm } from '../vocabulary/command-table.js';
import { ACCESS_LIST_SETTINGS } from '../vocabulary/commands.js';
import type { PortFamily } from '../vocabulary/protocols-and-ports.js';
import { freeBitsOf } from './addresses.js';
import { ANY_V4, ANY_V6, anyOf } from './entry-addresses.js';
import { ALWAYS, REPLIES } from './entry-options.js';
import { formOfNumber } from './list-lines.js';
import { PORT_LIST_LIMIT, portFamilyOf, portOf, portTest, protocolNamed } from './services.js';
import { isSpace } from './tokens.js';
import {
  type AclEntry,
  type AddressOperand,
  EntryMatches,
  type ListName,
  type Mode,
  type Operand,
  type PhaseLimit,
  type Platform,
  type PortOperand,
  type ProtocolOperand,
  type Statement,
} from './tree.js';

/** Lists whose entries have a source and a destination, with IPv4 addresses that a mask follows. */
type PlainForm = Extract<ListForm, 'ipv4' | 'asa'>;

/**
 * Reads `[NUMBER] permit|deny PROTOCOL SOURCE [PORTS] DESTINATION [PORTS] [log|established]`, and remarks, below the header of a list or
 * behind `access-list NAME [extended]`, as devices write them: words with one space between them, in lower case, numbers without
 * leading zeros. A line of any other form, and any that has a defect, is left to the general reader. What is read is the same
 * as what that makes of it.
 */
class PlainEntryReader extends PlainLine {
  private form: PlainForm = 'ipv4';
  /** The list that the latest line named, which mostly is that of the next one as well. */
  private list: ListName | undefined;

  read(raw: string, mode: Mode, platform: Platform): Statement | undefined {
    if (raw.length > LENGTH_LIMIT) return undefined;
    const statement = this.readIn(raw, mode, platform);
    // The reader outlives the file, whose whole text a line keeps in memory.
    this.text = '';
    return statement;
  }

  private readIn(raw: string, mode: Mode, platform: Platform): Statement | undefined {
    if (mode.kind === 'list') {
      if (mode.form !== 'ipv4' && mode.form !== 'asa') return undefined;
      this.beginLine(raw, 0);
      this.form = mode.form;
      return this.readNumbered();
    }
    if (mode.kind !== 'top' || !raw.startsWith('access-list ')) return undefined;
    this.beginLine(raw, 'access-list '.length);
    const list = this.readList(platform);
    return list && this.readBody(undefined, list);
  }

  private beginLine(raw: string, at: number): void {
    let end = raw.length;
    while (end > 0 && isSpace(raw.charCodeAt(end - 1))) end--;
    this.begin(raw, at, end);
  }

  private readNumbered(): Statement | undefined {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
    const { at } = this;
    const sequence = this.readNumber();
    if (sequence < 0) this.at = at;
    else if (!this.take(' ')) return undefined;
    return this.readBody(sequence < 0 ? undefined : sequence, undefined);
  }

  /** The name of a list, the space behind it, and perhaps `extended`. */
  private readList(platform: Platform): ListName | undefined {
    const start = this.at;
    const text = this.readName();
    if (text === undefined || !this.take(' ')) return undefined;
    const isExtended = this.take('extended ');
    let form: ListForm | undefined = 'asa';
    if (!isExtended && platform === 'router' && NUMBER_OF_LIST.test(text)) form = formOfNumber(Number(text));
    if (form !== 'asa' && form !== 'ipv4') return undefined;
    this.form = form;
    if (this.list?.name === text && this.list.form === form && this.list.token.start === start) return this.list;
    if (ACCESS_LIST_SETTINGS.beginning(text.toLowerCase())) return undefined;
    // See the text: a part of it keeps it in memory.
    const name = detached(text);
    this.list = { name, token: { start, end: start + name.length, text: name }, form, position: undefined };
    return this.list;
  }

  private readName(): string | undefined {
    const { text, at, list } = this;
    if (list && text.startsWith(list.name, at) && text.charCodeAt(at + list.name.length) === SPACE) {
      this.at += list.name.length;
      return list.name;
    }
    return this.readWord();
  }

  private readBody(sequence: number | undefined, list: ListName | undefined): Statement | undefined {
    if (this.take('remark')) {
      return this.isWordEnd() ? { kind: 'remark', list, sequence } : undefined;
    }
    const action = this.take('permit ') ? 'permit' : this.take('deny ') ? 'deny' : undefined;
    const entry = action && this.readEntry(action, sequence);
    return entry && { kind: 'entry', entry, list };
  }

  private readEntry(action: 'permit' | 'deny', sequence: number | undefined): AclEntry | undefined {
    const protocol = PROTOCOLS.find(({ word }) => this.take(word));
    if (!protocol) return undefined;
    const { family } = protocol;
    const source = this.readAddress();
    const sourcePorts = source && this.readPortTest(family);
    const destination = sourcePorts !== undefined && this.take(' ') ? this.readAddress() : undefined;
    const destinationPorts = destination && this.readPortTest(family);
    if (!source || !destination || sourcePorts === undefined || destinationPorts === undefined) return undefined;
    const phases = this.readOptions();
    if (!phases) return undefined;
    return {
      action,
      sequence,
      form: this.form,
      protocol: protocol.operand,
      operands: operandsOf(source, sourcePorts, destination, destinationPorts),
      icmp: undefined,
      phases,
      reflects: undefined,
      opaque: NONE,
      references: NONE,
      problems: NONE,
      matches: new EntryMatches(),
    };
  }

  /** The ports that may follow an address; `'any'` where none do, and `undefined` where they cannot be read. */
  private readPortTest(family: PortFamily): PortOperand | 'any' | undefined {
    const { at } = this;
    const comparison = this.take(' ') ? COMPARISONS.find((word) => this.take(word)) : undefined;
    if (comparison) return this.readPorts(comparison, family);
    this.at = at;
    return 'any';
  }

  private readAddress(): AddressOperand | undefined {
    if (this.take('any')) {
      const operand = this.take('4') ? ANY_V4 : this.take('6') ? ANY_V6 : anyOf(this.form);
      return this.isWordEnd() ? operand : undefined;
    }
    const isHost = this.take('host ');
    const start = this.at;
    const address = this.readQuad();
    if (address < 0) return undefined;
    const hasLength = !isHost && this.take('/');
    let free = hasLength ? 32 - this.readNumber() : 0;
    if (free > 32) return undefined;
    const { at: end } = this;
    if (!isHost && !hasLength) free = this.readMask();
    return free >= 0 && this.isWordEnd() ? addressesAt(start, end, address, free) : undefined;
  }

  /** How many bits at the end of an address may have any value, by the mask that follows; -1 where it is none for this. */
  private readMask(): number {
    const mask = this.take(' ') ? this.readQuad() : -1;
    return mask < 0 ? -1 : freeBitsOf(this.form === 'asa' ? 0xffff_ffff - mask : mask);
  }

  private readPorts(comparison: string, family: PortFamily): PortOperand | undefined {
    const first = this.readNextPort(family);
    if (first < 0) return undefined;
    const ports = [first];
    const limit = comparison === 'range' ? 2 : comparison === 'lt' || comparison === 'gt' ? 1 : PORT_LIST_LIMIT;
    while (ports.length < limit) {
      const port = this.readNextPort(family);
      if (port < 0) break;
      ports.push(port);
    }
    if (comparison === 'range' && (ports[1] === undefined || first > ports[1])) return undefined;
    return portTest(comparison, ports);
  }

  /** The port that follows a space; -1 where none does, which stays in front. */
  private readNextPort(family: PortFamily): number {
    const { at } = this;
    const port = this.take(' ') ? this.readPort(family) : -1;
    if (port < 0) this.at = at;
    return port;
  }

  /** A port by its number or name; -1 for any other word. */
  private readPort(family: PortFamily): number {
    const number = this.readNumber();
    if (number >= 0) return number <= 65_535 && this.isWordEnd() ? number : -1;
    const name = this.readWord();
    return name !== undefined && this.isWordEnd() ? (portOf(name, family) ?? -1) : -1;
  }

  private readOptions(): PhaseLimit | undefined {
    const phases = this.take(' established') ? REPLIES : ALWAYS;
    this.take(' log');
    return this.at === this.end ? phases : undefined;
  }
}

/** Where the start of a word fits into eight bits. */
const LENGTH_LIMIT = 250;

/** One operand for equal addresses at equal places: large lists name the same networks again and again. */
const operandsKnown = new InternedNumbers<AddressOperand>(14);

function addressesAt(start: number, end: number, address: number, free: number): AddressOperand {
  // Of 8 bits, 5 bits, 32 bits and 6 bits.
  const key = ((start * 32 + (end - start)) * 2 ** 32 + address) * 64 + free;
  return operandsKnown.of(key, () => ({ kind: 'addresses', set: ipv4Block(address, free), span: { start, end } }));
}

/** A list that grows has room for sixteen more, which in a file of a hundred thousand entries is more than the entries are. */
function operandsOf(
  source: AddressOperand,
  sourcePorts: PortOperand | 'any',
  destination: AddressOperand,
  destinationPorts: PortOperand | 'any',
): readonly Operand[] {
  if (sourcePorts === 'any')
    return destinationPorts === 'any' ? [source, destination] : [source, destination, destinationPorts];
  if (destinationPorts === 'any') return [source, sourcePorts, destination];
  return [source, sourcePorts, destination, destinationPorts];
}

const NONE: readonly never[] = [];

interface PlainProtocol {
  /** The word, and the space after it. */
  readonly word: string;
  readonly operand: ProtocolOperand;
  readonly family: PortFamily;
}

const PROTOCOLS: readonly PlainProtocol[] = ['tcp', 'udp', 'ip', 'icmp'].map((name) => {
  const set: ProtocolSet = protocolNamed(name, 'ipv4') ?? ALL_PROTOCOLS;
  return { word: `${name} `, operand: { kind: 'protocols', set }, family: portFamilyOf(set) };
});

const COMPARISONS = ['eq', 'range', 'gt', 'lt', 'neq'];

const NUMBER_OF_LIST = /^\d{1,4}$/;

const reader = new PlainEntryReader();

/** The statement of an entry or a remark in the form that most have; `undefined` for any other line. */
export function readPlainEntry(raw: string, mode: Mode, platform: Platform): Statement | undefined {
  return reader.read(raw, mode, platform);
}
