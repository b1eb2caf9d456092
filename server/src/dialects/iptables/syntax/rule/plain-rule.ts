// Reads the lines that most of a large iptables-save file is, character by character: the general reader makes an object of every word.
import { Interned } from '../../../../kept/memo.js';
import { IpSet } from '../../../../model/ip.js';
import { NameSet } from '../../../../model/names.js';
import { ALL_PROTOCOLS, type PacketBox, protocolSet, TCP, UDP } from '../../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../../model/ports.js';
import { ipv4Block } from '../../../shared/ipv4-blocks.js';
import { PlainLine, SPACE } from '../../../shared/plain-line.js';
import { targetExtension } from '../../vocabulary/extensions.js';
import { TARGET_PLACES } from '../../vocabulary/places.js';
import { MULTIPORT_LIMIT, type PortProtocol, portRange } from '../../vocabulary/ports.js';
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
export class PlainRuleReader extends PlainLine {
  /** The chain of the latest rule, which mostly is that of the next one as well. */
  private chain: Word | undefined;

  /** `end` is where the line ends, without its line end. */
  read(text: string, end: number): PlainRule | undefined {
    if (end > LENGTH_LIMIT || !text.startsWith('-A ')) return undefined;
    this.begin(text, 3, end);
    const chain = this.readChain();
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
      if (this.take(' -m multiport --dports ')) destinationPorts = this.readList(protocol);
      else {
        if (this.take(' --sport ')) sourcePorts = this.readPorts();
        if (this.take(' --dport ')) destinationPorts = this.readPorts();
      }
    }
    if (!sourcePorts || !destinationPorts || !this.take(' -j ')) return undefined;
    const target = this.readTarget();
    if (!target) return undefined;
    const known = targetExtension(target.text, 4);
    const action = known && PLAIN_TARGETS[target.text];
    if (known && !action) return undefined;
    const place = known && TARGET_PLACES[target.text]?.place;
    const places: readonly PlacedWord[] = place ? [{ word: target, name: target.text, place }] : NO_RULE.places;
    const box: PacketBox = {
      source,
      destination,
      protocols: protocol === undefined ? ALL_PROTOCOLS : protocolSet(protocol === 'tcp' ? TCP : UDP),
      sourcePorts,
      destinationPorts,
      inInterface: NameSet.any,
      outInterface: NameSet.any,
    };
    return { chain, rule: new PlainlyMatching([box], action, target, places) };
  }

  private readChain(): Word | undefined {
    const { text, at, chain } = this;
    if (chain && text.startsWith(chain.text, at) && text.charCodeAt(chain.end) === SPACE) this.at = chain.end;
    else this.chain = this.readName();
    return this.chain;
  }

  /** A name that does not begin with a dash: nothing else can be taken for an option, and nothing in it for a quote. */
  private readName(): Word | undefined {
    const { at: start } = this;
    const text = this.text.charCodeAt(start) === DASH ? undefined : this.readWord();
    return text === undefined ? undefined : { start, end: this.at, text };
  }

  private readTarget(): Word | undefined {
    const { text, at: start, end } = this;
    for (const name of COMMON_TARGETS) {
      if (start + name.length === end && text.startsWith(name, start))
        return commonTargets[name].of(start, () => ({ start, end, text: name }));
    }
    const word = this.readName();
    return this.at === end ? word : undefined;
  }

  /** `192.0.2.0/24`, or an address. */
  private readNetwork(): IpSet | undefined {
    const address = this.readQuad();
    if (address < 0) return undefined;
    if (this.text.charCodeAt(this.at) === SPACE) return ipv4Block(address, 0);
    if (!this.take('/')) return undefined;
    const length = this.readNumber();
    // With the length 0, iptables does not look at the address.
    if (length < 1 || length > 32 || this.text.charCodeAt(this.at) !== SPACE) return undefined;
    return ipv4Block(address, 32 - length);
  }

  /** `80` or `8000:8100` */
  private readPorts(): PortSet | undefined {
    const low = this.readNumber();
    if (low < 0 || low > 65_535) return undefined;
    const high = this.take(':') ? this.readNumber() : low;
    return low <= high && high <= 65_535 ? portRange(low, high) : undefined;
  }

  private readList(protocol: PortProtocol): PortSet | undefined {
    const { text, at, end } = this;
    let to = at;
    while (to < end && isListUnit(text.charCodeAt(to))) to++;
    this.at = to;
    const list = parsePortList(text.slice(at, to), protocol);
    return typeof list === 'string' || list.size > MULTIPORT_LIMIT ? undefined : list.ports;
  }
}

/** The rule of such a line. What none of them has is said once: for each of 100,000 it took an eighth of the memory. */
class PlainlyMatching implements Rule {
  constructor(
    readonly match: Rule['match'],
    readonly action: Rule['action'],
    readonly target: Word,
    readonly places: Rule['places'],
  ) {}

  get phases() {
    return BOTH_PHASES;
  }

  get limit() {
    return undefined;
  }

  get opaque() {
    return NO_RULE.opaque;
  }

  get states() {
    return NO_RULE.states;
  }

  get sets() {
    return NO_RULE.sets;
  }

  get addressTypes() {
    return NO_RULE.addressTypes;
  }

  get tuples() {
    return NO_RULE.tuples;
  }

  get setChanges() {
    return NO_RULE.setChanges;
  }

  get untracks() {
    return false;
  }

  get goto() {
    return false;
  }

  get problems() {
    return NO_RULE.problems;
  }
}

/** A line so long has no word that is too long. */
const LENGTH_LIMIT = 340;

const COMMON_TARGETS = ['ACCEPT', 'DROP', 'RETURN'] as const;

/** One word for each place of a line where they stand. */
const commonTargets = {
  ACCEPT: new Interned<number, Word>(LENGTH_LIMIT),
  DROP: new Interned<number, Word>(LENGTH_LIMIT),
  RETURN: new Interned<number, Word>(LENGTH_LIMIT),
};

const DASH = 45;
const ZERO = 48;

/** Digits, colons and commas. */
function isListUnit(unit: number): boolean {
  return (unit >= ZERO && unit <= 58) || unit === 44;
}
