// Reads the rules that most of a large ruleset is, character by character: the general parser makes an object of every word.
import { detached } from '../../../kept/line-blocks.js';
import { Interned, InternedNumbers } from '../../../kept/memo.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ALL_PROTOCOLS, type PacketBox, protocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { ipv4Block } from '../../shared/ipv4-blocks.js';
import { PlainLine } from '../../shared/plain-line.js';

/** What a plain rule says. */
export interface PlainRule {
  /** The packets that it names, of either family where it names no address. */
  readonly packets: PacketBox;
  readonly verdict: 'accept' | 'drop';
}

/**
 * Reads `[iifname "NAME"] [oifname "NAME"] [ip saddr NETWORK] [ip daddr NETWORK] [PROTOCOL sport PORTS] [PROTOCOL dport PORTS]
 * [counter [packets N bytes N]] VERDICT`, as `nft list ruleset` writes it for IPv4, TCP and UDP: words with one space between them,
 * decimal numbers, in this order. A rule of any other form, and any that has a defect, is left to the general parser. What is read is
 * the same as what that makes of it.
 */
export class PlainRuleReader extends PlainLine {
  read(text: string): PlainRule | undefined {
    this.begin(text, 0, text.length);
    const rule = this.readRule();
    // The reader outlives the file, whose whole text a statement keeps in memory.
    this.text = '';
    return rule;
  }

  private readRule(): PlainRule | undefined {
    const inInterface = this.take('iifname "') ? this.readInterface() : NameSet.any;
    if (!inInterface) return undefined;
    const outInterface = this.take('oifname "') ? this.readInterface() : NameSet.any;
    if (!outInterface) return undefined;
    const source = this.take('ip saddr ') ? this.readNetwork() : IpSet.all;
    if (!source) return undefined;
    const destination = this.take('ip daddr ') ? this.readNetwork() : IpSet.all;
    if (!destination) return undefined;
    let protocols = ALL_PROTOCOLS;
    if (this.take('tcp ')) protocols = protocolSet(TCP);
    else if (this.take('udp ')) protocols = protocolSet(UDP);
    let sourcePorts: PortSet | undefined = ALL_PORTS;
    let destinationPorts: PortSet | undefined = ALL_PORTS;
    if (protocols !== ALL_PROTOCOLS) {
      const hasSource = this.take('sport ');
      if (hasSource) sourcePorts = this.readPorts();
      const next = hasSource ? (protocols === protocolSet(TCP) ? 'tcp dport ' : 'udp dport ') : 'dport ';
      if (this.take(next)) destinationPorts = this.readPorts();
      else if (!hasSource) return undefined;
    }
    if (!sourcePorts || !destinationPorts) return undefined;
    if (this.take('counter ') && this.take('packets ') && !this.readCounts()) return undefined;
    const verdict = this.take('accept') ? 'accept' : this.take('drop') ? 'drop' : undefined;
    if (!verdict || this.at !== this.end) return undefined;
    const packets = { source, destination, protocols, sourcePorts, destinationPorts, inInterface, outInterface };
    return { packets, verdict };
  }

  /** What is left of a name in quotes, and a space. */
  private readInterface(): NameSet | undefined {
    const { at } = this;
    const word = this.readWord();
    if (word === undefined || this.at - at > INTERFACE_LIMIT || !this.take('" ')) return undefined;
    const name = detached(word);
    return interfaces.of(name, () => NameSet.of(name));
  }

  /** `192.0.2.0/24`, or an address, and a space. */
  private readNetwork(): IpSet | undefined {
    const address = this.readQuad();
    if (address < 0) return undefined;
    const length = this.take('/') ? this.readNumber() : 32;
    return length >= 0 && length <= 32 && this.take(' ') ? ipv4Block(address, 32 - length) : undefined;
  }

  /** `80`, `8000-8100`, or several of them in braces, and a space. */
  private readPorts(): PortSet | undefined {
    const { text, at } = this;
    if (text.charCodeAt(at) !== BRACE) {
      const ports = this.readRange();
      return ports && this.take(' ') ? ports : undefined;
    }
    const end = text.indexOf('}', at);
    if (end < 0 || end - at > LIST_LIMIT) return undefined;
    const { ports } = lists.of(detached(text.slice(at + 1, end)), () => ({ ports: this.readList(at + 1, end) }));
    this.at = end + 1;
    return this.take(' ') ? ports : undefined;
  }

  private readList(start: number, end: number): PortSet | undefined {
    this.at = start;
    const found: PortSet[] = [];
    do {
      this.take(' ');
      const range = this.readRange();
      if (!range) return undefined;
      found.push(range);
      this.take(' ');
    } while (this.take(','));
    return this.at === end ? IntervalSet.join(found) : undefined;
  }

  private readRange(): PortSet | undefined {
    const low = this.readNumber();
    if (low < 0 || low > 65_535) return undefined;
    const high = this.take('-') ? this.readNumber() : low;
    return low <= high && high <= 65_535
      ? ranges.of(low * 65_536 + high, () => IntervalSet.range(low, high))
      : undefined;
  }

  /** `12 bytes 3456`, and a space. */
  private readCounts(): boolean {
    return this.readNumber() >= 0 && this.take(' bytes ') && this.readNumber() >= 0 && this.take(' ');
  }
}

const BRACE = 123;

/** The longest name of an interface (IFNAMSIZ without its terminator). */
const INTERFACE_LIMIT = 15;

/** A longer list is no part of a file that consists of such rules. */
const LIST_LIMIT = 400;

/** One set for equal values, because large files repeat them. Their texts are none of a file, which they would keep in memory. */
const interfaces = new Interned<string, NameSet>(1_000);
const ranges = new InternedNumbers<PortSet>(12);
const lists = new Interned<string, { readonly ports: PortSet | undefined }>(10_000);
