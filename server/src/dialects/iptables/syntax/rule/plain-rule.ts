// Reads the lines that most of a large iptables-save file is, character by character: the general reader makes an object of every word.
import { IpSet } from '../../../../model/ip.js';
import { NameSet } from '../../../../model/names.js';
import { ALL_PROTOCOLS, protocolSet, TCP, UDP } from '../../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../../model/ports.js';
import { targetExtension } from '../../vocabulary/extensions.js';
import { TARGET_PLACES } from '../../vocabulary/places.js';
import { MULTIPORT_LIMIT, type PortProtocol, portRange } from '../../vocabulary/ports.js';
import { networkV4 } from '../addresses.js';
import type { Word } from '../words.js';
import { parsePortList } from './port-matches.js';
import { BOTH_PHASES, NO_RULE, type PlacedWord, type Rule } from './rule.js';
import { PLAIN_TARGETS } from './targets.js';

/** A rule with the chain that it is appended to. */
export interface PlainRule {
  readonly chain: Word;
  readonly rule: Rule;
}

/**
 * Reads `-A CHAIN [-s NETWORK] [-d NETWORK] [-p PROTOCOL [-m PROTOCOL] [--sport PORTS] [--dport PORTS]] -j TARGET`, or with
 * `-m multiport --dports LIST`, as iptables-save writes it for IPv4, TCP and UDP: words with one space between them, decimal numbers, in
 * this order. A line of any other form, and any that has a defect, is left to the general reader. What is read is the same as what
 * that makes of it.
 */
export class PlainRuleReader {
  private text = '';
  private at = 0;
  /** The chain of the latest rule, which mostly is that of the next one as well. */
  private chain: Word | undefined;

  /** `end` is where the line ends, without its line end. */
  read(text: string, end: number): PlainRule | undefined {
    if (end > LENGTH_LIMIT || !text.startsWith('-A ')) return undefined;
    this.text = text;
    this.at = 3;
    const chain = this.readChain(end);
    if (!chain) return undefined;
    const source = this.take(' -s ') ? this.readNetwork() : IpSet.all;
    if (!source) return undefined;
    const destination = this.take(' -d ') ? this.readNetwork() : IpSet.all;
    if (!destination) return undefined;
    let protocol: PortProtocol | undefined;
    if (this.take(' -p tcp')) protocol = 'tcp';
    else if (this.take(' -p udp')) protocol = 'udp';
    let sourcePorts: PortSet | undefined = ALL_PORTS;
    let destinationPorts: PortSet | undefined = ALL_PORTS;
    if (protocol) {
      this.take(protocol === 'tcp' ? ' -m tcp' : ' -m udp');
      if (this.take(' -m multiport --dports ')) destinationPorts = this.readList(protocol, end);
      else {
        if (this.take(' --sport ')) sourcePorts = this.readPorts();
        if (this.take(' --dport ')) destinationPorts = this.readPorts();
      }
    }
    if (!sourcePorts || !destinationPorts || !this.take(' -j ')) return undefined;
    const target = this.readTarget(end);
    if (!target) return undefined;
    const known = targetExtension(target.text, 4);
    const action = known && PLAIN_TARGETS[target.text];
    if (known && !action) return undefined;
    const place = known && TARGET_PLACES[target.text]?.place;
    const places: readonly PlacedWord[] = place ? [{ word: target, name: target.text, place }] : NO_RULE.places;
    const rule: Rule = {
      match: [
        {
          source,
          destination,
          protocols: protocol === undefined ? ALL_PROTOCOLS : protocolSet(protocol === 'tcp' ? TCP : UDP),
          sourcePorts,
          destinationPorts,
          inInterface: NameSet.any,
          outInterface: NameSet.any,
        },
      ],
      phases: BOTH_PHASES,
      limit: undefined,
      opaque: NO_RULE.opaque,
      states: NO_RULE.states,
      sets: NO_RULE.sets,
      addressTypes: NO_RULE.addressTypes,
      tuples: NO_RULE.tuples,
      setChanges: NO_RULE.setChanges,
      action,
      untracks: false,
      target,
      goto: false,
      places,
      problems: NO_RULE.problems,
    };
    return { chain, rule };
  }

  private take(words: string): boolean {
    if (!this.text.startsWith(words, this.at)) return false;
    this.at += words.length;
    return true;
  }

  private readChain(end: number): Word | undefined {
    const { text, at, chain } = this;
    if (chain && text.startsWith(chain.text, at) && text.charCodeAt(chain.end) === SPACE) this.at = chain.end;
    else this.chain = this.readName(end);
    return this.chain;
  }

  /** A name that begins with a letter or digit: nothing else can be taken for an option, and nothing in it for a quote. */
  private readName(end: number): Word | undefined {
    const { text, at } = this;
    let to = at;
    while (to < end && isNameUnit(text.charCodeAt(to))) to++;
    if (to === at || text.charCodeAt(at) === DASH) return undefined;
    this.at = to;
    return { start: at, end: to, text: text.slice(at, to) };
  }

  private readTarget(end: number): Word | undefined {
    const { text, at } = this;
    for (const name of COMMON_TARGETS) {
      if (at + name.length === end && text.startsWith(name, at)) return { start: at, end, text: name };
    }
    const word = this.readName(end);
    return this.at === end ? word : undefined;
  }

  /** A decimal number of at most five digits, without a leading zero, which would make it octal; -1 for anything else. */
  private readNumber(): number {
    const { text } = this;
    const first = text.charCodeAt(this.at) - ZERO;
    if (!(first >= 0 && first <= 9)) return -1;
    let value = first;
    let at = this.at + 1;
    for (; ; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      if (value === 0 || value > 9_999) return -1;
      value = value * 10 + digit;
    }
    this.at = at;
    return value;
  }

  /** `192.0.2.0/24`, or an address. */
  private readNetwork(): IpSet | undefined {
    let address = 0;
    for (let i = 0; i < 4; i++) {
      if (i > 0 && !this.take('.')) return undefined;
      const octet = this.readNumber();
      if (octet < 0 || octet > 255) return undefined;
      address = address * 256 + octet;
    }
    if (this.text.charCodeAt(this.at) === SPACE) return networkV4(address, 1);
    if (!this.take('/')) return undefined;
    const length = this.readNumber();
    // With the length 0, iptables does not look at the address.
    if (length < 1 || length > 32 || this.text.charCodeAt(this.at) !== SPACE) return undefined;
    const size = 2 ** (32 - length);
    return networkV4(address - (address % size), size);
  }

  /** `80` or `8000:8100` */
  private readPorts(): PortSet | undefined {
    const low = this.readNumber();
    if (low < 0 || low > 65_535) return undefined;
    const high = this.take(':') ? this.readNumber() : low;
    return low <= high && high <= 65_535 ? portRange(low, high) : undefined;
  }

  private readList(protocol: PortProtocol, end: number): PortSet | undefined {
    const { text, at } = this;
    let to = at;
    while (to < end && isListUnit(text.charCodeAt(to))) to++;
    this.at = to;
    const list = parsePortList(text.slice(at, to), protocol);
    return typeof list === 'string' || list.size > MULTIPORT_LIMIT ? undefined : list.ports;
  }
}

/** A line so long has no word that is too long. */
const LENGTH_LIMIT = 340;

const COMMON_TARGETS = ['ACCEPT', 'DROP', 'RETURN'] as const;

const SPACE = 32;
const DASH = 45;
const ZERO = 48;

/** Digits, colons and commas. */
function isListUnit(unit: number): boolean {
  return (unit >= ZERO && unit <= 58) || unit === 44;
}

/** Letters, digits, `-` and `_`. */
function isNameUnit(unit: number): boolean {
  if (unit >= 97) return unit <= 122;
  return (unit >= 65 && unit <= 90) || (unit >= ZERO && unit <= 57) || unit === DASH || unit === 95;
}
