// Reads a command line into a rule (iptables(8), PARAMETERS).
import { type AddressFamily, IpSet } from '../../../../model/ip.js';
import { NameSet } from '../../../../model/names.js';
import { protocolSet } from '../../../../model/packets.js';
import { otherProtocols, parseProtocol } from '../../vocabulary/protocols.js';
import { parseNetwork } from '../addresses.js';
import type { Command, Given, UsedExtension } from '../command.js';
import type { Word } from '../words.js';
import { RuleBuilder } from './builder.js';
import { WITH_CONNECTION } from './marks.js';
import { readMatch } from './matches.js';
import { checkCombinations } from './option-combinations.js';
import { checkOptionValues } from './option-values.js';
import { placesOf } from './places.js';
import type { Rule } from './rule.js';
import { setChangesOf } from './set-matches.js';
import { checkTarget, targetAction } from './targets.js';

/** Reads the parts of a command line into a rule. */
export function readRule(command: Command, family: AddressFamily): Rule {
  const builder = new RuleBuilder(family);
  readProtocol(builder, command.protocol);
  builder.source = readAddresses(builder, command.source, '-s') ?? IpSet.all;
  builder.destination = readAddresses(builder, command.destination, '-d') ?? IpSet.all;
  builder.inInterface = readInterface(builder, command.inInterface, '-i') ?? NameSet.any;
  builder.outInterface = readInterface(builder, command.outInterface, '-o') ?? NameSet.any;
  readFragment(builder, command.fragment);
  for (const used of command.matches) readMatch(builder, used);
  for (const word of command.computed) builder.addUnknown(word.unknown ?? word.text);
  checkTarget(builder, command);
  const isOpen = command.computed.length > 0;
  for (const used of [...command.matches, ...(command.targetExtension ? [command.targetExtension] : [])]) {
    checkOptionValues(builder, used);
    checkCombinations(builder, used, isOpen);
  }
  const setChanges = setChangesOf(builder, command.targetExtension);
  if (command.targetExtension?.extension.name === 'CONNMARK') builder.states = [...builder.states, WITH_CONNECTION];
  const problems = command.problems.length === 0 ? builder.problems : [...command.problems, ...builder.problems];
  // iptables refuses a line with an error, however plain what it was meant to be: it decides nothing, and covers no other.
  if (problems.some(({ ofSomeVersions }) => !ofSomeVersions))
    builder.addUnknown('what the line with the error is to be');
  return {
    match: builder.match,
    phases: builder.phases,
    limit: builder.limit,
    opaque: builder.opaque,
    states: builder.states,
    sets: builder.sets,
    addressTypes: builder.addressTypes,
    tuples: builder.tuples,
    setChanges,
    action: targetAction(command, family),
    untracks: untracks(command.targetExtension),
    target: command.target,
    goto: command.goto,
    places: placesOf(command),
    problems,
  };
}

function untracks(used: UsedExtension | undefined): boolean {
  if (used?.extension.name === 'NOTRACK') return true;
  return used?.extension.name === 'CT' && used.options.some(({ option }) => option.name === 'notrack');
}

/** What is given, where its value is known; a value that only running the script would show is a condition of the rule. */
function known(builder: RuleBuilder, given: Given | undefined, option: string): Given | undefined {
  if (given?.value.unknown === undefined) return given;
  builder.addUnknown(conditionText(given, option));
  return undefined;
}

function readProtocol(builder: RuleBuilder, part: Given | undefined): void {
  const given = known(builder, part, '-p');
  builder.isProtocolOpen = part !== undefined && given === undefined;
  if (!given) return;
  const { value, negated } = given;
  const number = parseProtocol(value.text);
  if (number === undefined) {
    builder.report(value, `unknown protocol '${value.text}'`);
    builder.addUnknown(conditionText(given, '-p'));
    builder.isProtocolOpen = true;
    return;
  }
  if (number === 0) {
    if (negated) builder.report(value, `'! -p ${value.text}' matches no packet`);
    return;
  }
  builder.protocols = negated ? otherProtocols(number) : protocolSet(number);
  if (!negated) builder.protocol = number;
}

function conditionText({ value, negated }: Given, option: string): string {
  return `${negated ? '! ' : ''}${option} ${value.unknown ?? value.text}`;
}

function readAddresses(builder: RuleBuilder, part: Given | undefined, option: string): IpSet | undefined {
  const given = known(builder, part, option);
  if (!given) return undefined;
  const { value, negated } = given;
  const { text } = value;
  if (!text.includes(',')) return readAddress(builder, given, value, option);
  if (negated) {
    builder.report(value, "iptables rejects '!' before several addresses");
    return undefined;
  }
  let all = IpSet.empty;
  let at = value.start;
  for (const part of text.split(',')) {
    // Exact for a list without quotes inside; the others do not occur in practice.
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
  if (set === 'invalid') builder.report(word, invalidAddress(word.text, builder.family));
  builder.addUnknown(conditionText({ ...given, value: word }, option));
  return typeof set === 'object' && !given.negated ? set.within : undefined;
}

function invalidAddress(text: string, family: AddressFamily): string {
  const other = parseNetwork(text, family === 4 ? 6 : 4);
  if (other instanceof IpSet) {
    return `'${text}' is an IPv${family === 4 ? 6 : 4} address, and the rule is for IPv${family}`;
  }
  return `invalid IPv${family} address or network '${text}'`;
}

/** The longest name of an interface (IFNAMSIZ, its terminating zero not counted). */
const INTERFACE_NAME_LENGTH = 15;

function readInterface(builder: RuleBuilder, part: Given | undefined, option: string): NameSet | undefined {
  const given = known(builder, part, option);
  if (!given) return undefined;
  const { value, negated } = given;
  const { text } = value;
  if (text === '') builder.report(value, 'the name of the interface is empty');
  if (text.length > INTERFACE_NAME_LENGTH) {
    builder.report(value, `the name of an interface has at most ${INTERFACE_NAME_LENGTH} characters`);
  }
  const names = text.endsWith('+') ? NameSet.withPrefix(text.slice(0, -1)) : NameSet.of(text);
  return negated ? names.complement() : names;
}

/** The first packet of a connection and its reply are not later fragments. */
function readFragment(builder: RuleBuilder, given: Given | undefined): void {
  if (!given) return;
  if (builder.family === 6) builder.report(given.value, "'-f' is for IPv4; use '-m frag' for IPv6");
  if (given.negated) return;
  builder.matchNothing();
}
