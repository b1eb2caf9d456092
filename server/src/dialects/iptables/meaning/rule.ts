import type { ConnectionLimit, FilterAction, OpaqueCondition, Phase } from '../../../model/filter.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ALL_PROTOCOLS, intersectBoxes, type PacketBox, type ProtocolSet } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { parseNetwork } from '../syntax/addresses.js';
import type { Command, Given, UsedExtension } from '../syntax/command.js';
import { type LineProblem, syntaxError, type Word } from '../syntax/words.js';
import { otherProtocols, parseProtocol, protocolSet } from '../vocabulary/protocols.js';
import { readMatch } from './matches.js';
import { checkTarget, targetAction } from './targets.js';
import { STATES } from './tracking.js';

/** A state match, for rule sets in which packets may be untracked or have another destination by now. */
export interface StateCondition {
  readonly text: string;
  readonly states: ReadonlySet<string>;
  readonly negated: boolean;
}

/** A match against an ipset. */
export interface SetCondition {
  readonly text: string;
  readonly name: Word;
  /** For each dimension of the set, the end of the packet that is looked up. */
  readonly directions: readonly ('src' | 'dst')[];
  readonly negated: boolean;
}

/** A match against the kind of an address, whose meaning depends on where the packet is. */
export interface AddressTypeCondition {
  readonly text: string;
  readonly end: 'src' | 'dst';
  readonly types: ReadonlySet<string>;
  readonly negated: boolean;
}

/** What a rule does with which packets, as far as the rule alone tells. */
export interface RuleMeaning {
  /** The packets that it matches: a union of products. */
  readonly match: readonly PacketBox[];
  readonly phases: readonly Phase[];
  readonly limit: ConnectionLimit | undefined;
  readonly opaque: readonly OpaqueCondition[];
  readonly states: readonly StateCondition[];
  readonly sets: readonly SetCondition[];
  readonly addressTypes: readonly AddressTypeCondition[];
  /** What its target does; `undefined` where the target is the name of a chain. */
  readonly action: FilterAction | undefined;
  /** Whether matched packets are not tracked from here on. */
  readonly untracks: boolean;
}

/** The meaning of one rule with its defects. */
export interface Rule extends RuleMeaning {
  readonly target: Word | undefined;
  readonly goto: boolean;
  readonly problems: readonly LineProblem[];
}

export const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
export const FIRST_ONLY: readonly Phase[] = ['first'];
export const REPLY_ONLY: readonly Phase[] = ['reply'];
export const NEVER: readonly Phase[] = [];

/** Collects what the parts of a rule ask for. Each part narrows what is there. */
export class RuleBuilder {
  source = IpSet.all;
  destination = IpSet.all;
  protocols: ProtocolSet = ALL_PROTOCOLS;
  sourcePorts: PortSet = ALL_PORTS;
  destinationPorts: PortSet = ALL_PORTS;
  inInterface = NameSet.any;
  outInterface = NameSet.any;
  first = true;
  answer = true;
  /** The number of the only protocol that the rule is for. */
  protocol: number | undefined;
  opaque: readonly OpaqueCondition[] = NONE;
  states: readonly StateCondition[] = NONE;
  /** What it asks about the place of a packet in its connection, beside the state. */
  segments: readonly string[] = NONE;
  sets: readonly SetCondition[] = NONE;
  addressTypes: readonly AddressTypeCondition[] = NONE;
  problems: readonly LineProblem[] = NONE;
  /** For each part that can be met in several ways, the ways. */
  private choices: readonly (readonly PacketBox[])[] = NONE;

  constructor(readonly family: AddressFamily) {}

  narrowPorts(end: 'source' | 'destination', ports: PortSet): void {
    if (end === 'source') this.sourcePorts = both(this.sourcePorts, ports);
    else this.destinationPorts = both(this.destinationPorts, ports);
  }

  /** Keeps the packets that at least one of some boxes has as well. */
  choose(...boxes: readonly PacketBox[]): void {
    this.choices = [...this.choices, boxes];
  }

  /** Adds a condition that the file leaves open. */
  leaveOpen(text: string): void {
    this.opaque = [...this.opaque, { text }];
  }

  refuse(word: { readonly start: number; readonly end: number }, message: string): void {
    this.problems = [...this.problems, syntaxError(word, message)];
  }

  get phases(): readonly Phase[] {
    if (this.first) return this.answer ? BOTH_PHASES : FIRST_ONLY;
    return this.answer ? REPLY_ONLY : NEVER;
  }

  get limit(): ConnectionLimit | undefined {
    const { states, segments } = this;
    if (states.length + segments.length === 0) return undefined;
    // The marks of translation stand beside the states.
    const isPlain = states.every((one) => !one.states.has('SNAT') && !one.states.has('DNAT'));
    const others = isPlain ? segments : [...segments, ...states.map(({ text }) => text)];
    const matched = STATES.filter((state) => states.every((one) => one.states.has(state) !== one.negated));
    return {
      ...(isPlain && states.length > 0 ? { states: new Set(matched.map((state) => state.toLowerCase())) } : {}),
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
    for (const ways of this.choices) {
      boxes = boxes.flatMap((box) => ways.flatMap((way) => intersectBoxes(box, way) ?? []));
    }
    return boxes;
  }
}

function both(known: PortSet, ports: PortSet): PortSet {
  return known === ALL_PORTS ? ports : known.intersect(ports);
}

const NONE: readonly never[] = [];

/** Finds what a rule does, from the words of its command. */
export function readRule(command: Command, family: AddressFamily): Rule {
  const builder = new RuleBuilder(family);
  readProtocol(builder, command.protocol);
  builder.source = readAddresses(builder, command.source, '-s') ?? IpSet.all;
  builder.destination = readAddresses(builder, command.destination, '-d') ?? IpSet.all;
  builder.inInterface = readInterface(builder, command.inInterface, '-i') ?? NameSet.any;
  builder.outInterface = readInterface(builder, command.outInterface, '-o') ?? NameSet.any;
  readFragment(builder, command.fragment);
  for (const used of command.matches) readMatch(builder, used);
  for (const word of command.computed) builder.leaveOpen(word.unknown ?? word.text);
  checkTarget(builder, command);
  const problems = command.problems.length === 0 ? builder.problems : [...command.problems, ...builder.problems];
  // What a line with an error would do, once mended, is not known; only a misplaced `!` leaves no doubt.
  if (problems.some(({ replacement }) => replacement === undefined)) builder.leaveOpen('the line has an error');
  return {
    match: builder.match,
    phases: builder.phases,
    limit: builder.limit,
    opaque: builder.opaque,
    states: builder.states,
    sets: builder.sets,
    addressTypes: builder.addressTypes,
    action: targetAction(command, family),
    untracks: untracks(command.targetExtension),
    target: command.target,
    goto: command.goto,
    problems,
  };
}

function untracks(used: UsedExtension | undefined): boolean {
  if (used?.extension.name === 'NOTRACK') return true;
  return used?.extension.name === 'CT' && used.options.some(({ option }) => option.name === 'notrack');
}

function readProtocol(builder: RuleBuilder, given: Given | undefined): void {
  if (!given) return;
  const { value, negated } = given;
  if (value.unknown !== undefined) {
    builder.leaveOpen(conditionText(given, '-p'));
    return;
  }
  const number = parseProtocol(value.text);
  if (number === undefined) {
    builder.refuse(value, `iptables knows no protocol '${value.text}'`);
    builder.leaveOpen(conditionText(given, '-p'));
    return;
  }
  if (number === 0) {
    if (negated) builder.refuse(value, 'no packet has none of all protocols');
    return;
  }
  builder.protocols = negated ? otherProtocols(number) : protocolSet(number);
  if (!negated) builder.protocol = number;
}

function conditionText({ value, negated }: Given, option: string): string {
  return `${negated ? '! ' : ''}${option} ${value.unknown ?? value.text}`;
}

function readAddresses(builder: RuleBuilder, given: Given | undefined, option: string): IpSet | undefined {
  if (!given) return undefined;
  const { value, negated } = given;
  if (value.unknown !== undefined) {
    builder.leaveOpen(conditionText(given, option));
    return undefined;
  }
  const { text } = value;
  if (!text.includes(',')) return readAddress(builder, given, value, option);
  if (negated) {
    builder.refuse(value, "iptables allows no '!' in front of several addresses");
    return undefined;
  }
  let all = IpSet.empty;
  let at = value.start;
  for (const part of text.split(',')) {
    // A list has no quotes inside in practice; where it has, the place is only near.
    const word = { start: at, end: Math.min(at + part.length, value.end), text: part };
    at += part.length + 1;
    const set = readAddress(builder, { value: word, negated }, word, option);
    if (!set) return undefined;
    all = all.union(set);
  }
  return all;
}

function readAddress(builder: RuleBuilder, given: Given, word: Word, option: string): IpSet | undefined {
  const set = parseNetwork(word.text, builder.family);
  if (set instanceof IpSet) return given.negated ? IpSet.all.subtract(set) : set;
  if (set === 'invalid') builder.refuse(word, invalidAddress(word.text, builder.family));
  builder.leaveOpen(conditionText({ ...given, value: word }, option));
  return undefined;
}

function invalidAddress(text: string, family: AddressFamily): string {
  const other = parseNetwork(text, family === 4 ? 6 : 4);
  if (other instanceof IpSet) {
    return `'${text}' is an IPv${family === 4 ? 6 : 4} address, and the rule is for IPv${family}`;
  }
  return `'${text}' is no IPv${family} address or network`;
}

/** The longest name of an interface (IFNAMSIZ, its terminating zero not counted). */
const INTERFACE_NAME_LENGTH = 15;

function readInterface(builder: RuleBuilder, given: Given | undefined, option: string): NameSet | undefined {
  if (!given) return undefined;
  const { value, negated } = given;
  if (value.unknown !== undefined) {
    builder.leaveOpen(conditionText(given, option));
    return undefined;
  }
  const { text } = value;
  if (text === '') builder.refuse(value, 'the name of the interface is empty');
  if (text.length > INTERFACE_NAME_LENGTH) {
    builder.refuse(value, `the name of an interface has at most ${INTERFACE_NAME_LENGTH} characters`);
  }
  const names = text.endsWith('+') ? NameSet.withPrefix(text.slice(0, -1)) : NameSet.of(text);
  return negated ? names.complement() : names;
}

/** A first packet and its answer are no later fragments. */
function readFragment(builder: RuleBuilder, given: Given | undefined): void {
  if (!given) return;
  if (builder.family === 6) builder.refuse(given.value, "'-f' is for IPv4; IPv6 has '-m frag'");
  if (given.negated) return;
  builder.first = false;
  builder.answer = false;
}
