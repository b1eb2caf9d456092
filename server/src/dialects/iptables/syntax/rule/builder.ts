// Collects the conditions of one rule.
import type { ConnectionLimit, OpaqueCondition, Phase } from '../../../../model/filter.js';
import { type AddressFamily, IpSet } from '../../../../model/ip.js';
import { NameSet } from '../../../../model/names.js';
import { ALL_PROTOCOLS, intersectBoxes, type PacketBox, type ProtocolSet } from '../../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../../model/ports.js';
import type { TextRange } from '../../../../text/range.js';
import type { LineProblem } from '../../../shared/line-problem.js';
import { STATES } from '../../vocabulary/words.js';
import { syntaxError } from '../words.js';
import {
  type AddressTypeCondition,
  BOTH_PHASES,
  FIRST_ONLY,
  NEVER,
  REPLY_ONLY,
  type SetCondition,
  type StateCondition,
  type TupleCondition,
} from './rule.js';

/** Collects the conditions of a rule; each narrows the match. */
export class RuleBuilder {
  source = IpSet.all;
  destination = IpSet.all;
  protocols: ProtocolSet = ALL_PROTOCOLS;
  sourcePorts: PortSet = ALL_PORTS;
  destinationPorts: PortSet = ALL_PORTS;
  inInterface = NameSet.any;
  outInterface = NameSet.any;
  first = true;
  private isEmpty = false;
  reply = true;
  /** The number of the only protocol that the rule is for. */
  protocol: number | undefined;
  /** Whether the rule names a protocol that is not known, because only running the script would show it, for example. */
  isProtocolOpen = false;
  opaque: readonly OpaqueCondition[] = NONE;
  states: readonly StateCondition[] = NONE;
  /** Tests of a packet's direction in its connection, in addition to the state. */
  segments: readonly string[] = NONE;
  /** The combinations of TCP flags that it matches, where it tests them. */
  flags: string | undefined;
  sets: readonly SetCondition[] = NONE;
  addressTypes: readonly AddressTypeCondition[] = NONE;
  tuples: readonly TupleCondition[] = NONE;
  problems: readonly LineProblem[] = NONE;
  /** For each condition that is a union of several boxes, these boxes. */
  private alternatives: readonly (readonly PacketBox[])[] = NONE;

  constructor(readonly family: AddressFamily) {}

  narrowPorts(end: 'source' | 'destination', ports: PortSet): void {
    if (end === 'source') this.sourcePorts = both(this.sourcePorts, ports);
    else this.destinationPorts = both(this.destinationPorts, ports);
  }

  /** Keeps the packets that are in at least one of some boxes. */
  matchOneOf(...boxes: readonly PacketBox[]): void {
    this.alternatives = [...this.alternatives, boxes];
  }

  matchNothing(): void {
    this.isEmpty = true;
    this.first = false;
    this.reply = false;
  }

  /** Adds a condition that cannot be evaluated from the file. */
  addUnknown(text: string): void {
    this.addCondition({ text });
  }

  addCondition(condition: OpaqueCondition): void {
    this.opaque = [...this.opaque, condition];
  }

  report(word: TextRange, message: string): void {
    this.problems = [...this.problems, syntaxError(word, message)];
  }

  get phases(): readonly Phase[] {
    if (this.first) return this.reply ? BOTH_PHASES : FIRST_ONLY;
    return this.reply ? REPLY_ONLY : NEVER;
  }

  get limit(): ConnectionLimit | undefined {
    const { states, segments, flags } = this;
    if (this.isEmpty || (states.length + segments.length === 0 && flags === undefined)) return undefined;
    // The marks of translation are additional to the states.
    const isPlain = states.every((one) => !one.states.has('SNAT') && !one.states.has('DNAT'));
    const others = isPlain ? segments : [...segments, ...states.map(({ text }) => text)];
    const matched = STATES.filter((state) => states.every((one) => one.states.has(state) !== one.negated));
    return {
      ...(isPlain && states.length > 0 ? { states: new Set(matched.map((state) => state.toLowerCase())) } : {}),
      ...(flags === undefined ? {} : { flags }),
      ...(others.length > 0 ? { segment: others.join(' ') } : {}),
    };
  }

  /** The packets that the rule matches. */
  get match(): readonly PacketBox[] {
    const own: PacketBox = {
      source: this.source,
      destination: this.destination,
      protocols: this.protocols,
      sourcePorts: this.sourcePorts,
      destinationPorts: this.destinationPorts,
      inInterface: this.inInterface,
      outInterface: this.outInterface,
    };
    let boxes: readonly PacketBox[] = [own];
    for (const alternatives of this.alternatives) {
      boxes = boxes.flatMap((box) => alternatives.flatMap((other) => intersectBoxes(box, other) ?? []));
    }
    return boxes;
  }
}

function both(known: PortSet, ports: PortSet): PortSet {
  return known === ALL_PORTS ? ports : known.intersect(ports);
}

const NONE: readonly never[] = [];
