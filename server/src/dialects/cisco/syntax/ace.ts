import { ICMP, ICMPV6 } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { TextRange } from '../../../text/range.js';
import {
  ICMP_MESSAGES,
  ICMPV6_MESSAGES,
  type IcmpMessage,
  type PortFamily,
  PROTOCOLS,
  portByName,
  VAGUE_PORTS,
  VAGUE_PROTOCOLS,
} from '../vocabulary/protocols-and-ports.js';
import { readOptions } from './ace-options.js';
import type { Token } from './parse.js';
import {
  isNetmask,
  type LineProblem,
  type NameReference,
  prefixSet,
  problemAt,
  quad,
  span,
  type Words,
  wildcardSet,
} from './words.js';

/**
 * The forms of an entry: `standard` names a source only; `ipv4` and `ipv6` are those of IOS, IOS XE, IOS XR and NX-OS with
 * wildcard masks or prefixes; `asa` has netmasks and one list for both families.
 */
export type AceForm = 'standard' | 'ipv4' | 'ipv6' | 'asa';

/** Addresses in an entry, or the name of some. `unknown` says why the set is only an upper bound. */
export type AddressOperand =
  | {
      readonly kind: 'addresses';
      readonly set: IpSet;
      readonly unknown?: string;
      /** Where the address stands in the line; absent for `any`. */
      readonly span?: TextRange;
    }
  /** `object-group` may be a group of addresses or of ports: only its definition tells. */
  | { readonly kind: 'name'; readonly reference: NameReference };

export type PortOperand = { readonly kind: 'ports'; readonly set: PortSet; readonly unknown?: string };

export type Operand = AddressOperand | PortOperand;

/** The TCP flags of a first packet are SYN alone; of answers, any that a connection has. */
export interface PhaseLimit {
  readonly first: 'always' | 'never' | 'unknown';
  readonly answer: 'always' | 'never' | 'unknown';
}

/** One permit or deny entry, as far as its own line tells. */
export interface Ace {
  readonly kind: 'ace';
  readonly action: 'permit' | 'deny';
  /** As written; `undefined` where the device numbers it. */
  readonly sequence: number | undefined;
  readonly form: AceForm;
  readonly protocol:
    | { readonly kind: 'protocols'; readonly set: ProtocolSet }
    | { readonly kind: 'name'; readonly reference: NameReference };
  readonly operands: readonly Operand[];
  /** ICMP type × 256 + code; `undefined` for every message. */
  readonly icmp: PortSet | undefined;
  readonly phases: PhaseLimit;
  /** Conditions that the line names and no file decides. */
  readonly opaque: readonly string[];
  /** The list of sessions that it adds to (`reflect`). */
  readonly reflects: string | undefined;
  readonly references: readonly NameReference[];
  readonly problems: readonly LineProblem[];
  /** The rules that it gives, remembered by `compile.ts`. */
  compiled?: unknown;
}

const ALL_V4 = IpSet.all.ofFamily(4);
const ALL_V6 = IpSet.all.ofFamily(6);

export const ALWAYS: PhaseLimit = { first: 'always', answer: 'always' };

/** A rule that could not be read must neither permit nor deny for certain. */
const UNREADABLE = 'an entry that cannot be read';

interface Reader {
  readonly words: Words;
  readonly form: AceForm;
  readonly problems: LineProblem[];
  readonly references: NameReference[];
  readonly opaque: string[];
}

/** Reads an entry from its `permit` or `deny` on; `undefined` where the next word is neither. */
export function readAce(words: Words, form: AceForm, sequenceToken: Token | undefined): Ace | undefined {
  const action = words.accept('permit', 'deny');
  if (!action) return undefined;
  const reader: Reader = { words, form, problems: [], references: [], opaque: [] };
  const match = form === 'standard' ? readStandard(reader) : readExtended(reader);
  if (!match) reader.opaque.push(UNREADABLE);
  return {
    kind: 'ace',
    action: action.text.toLowerCase() === 'permit' ? 'permit' : 'deny',
    sequence: match?.sequence ?? (sequenceToken && Number(sequenceToken.text)),
    form,
    protocol: match?.protocol ?? { kind: 'protocols', set: ALL_PROTOCOLS },
    operands: match?.operands ?? [anyOf(form), anyOf(form)],
    icmp: match?.icmp,
    phases: match?.phases ?? ALWAYS,
    reflects: match?.reflects,
    opaque: orNone(reader.opaque),
    references: orNone(reader.references),
    problems: orNone(reader.problems),
  };
}

const NONE: readonly never[] = [];

/** One empty array for all: most entries have nothing to tell here. */
function orNone<T>(values: readonly T[]): readonly T[] {
  return values.length === 0 ? NONE : values;
}

const ANY: AddressOperand = { kind: 'addresses', set: IpSet.all };
const ANY_V4: AddressOperand = { kind: 'addresses', set: ALL_V4 };
const ANY_V6: AddressOperand = { kind: 'addresses', set: ALL_V6 };

function anyOf(form: AceForm): AddressOperand {
  return form === 'asa' ? ANY : form === 'ipv6' ? ANY_V6 : ANY_V4;
}

interface Match {
  readonly protocol: Ace['protocol'];
  readonly operands: readonly Operand[];
  readonly icmp: PortSet | undefined;
  readonly phases: PhaseLimit;
  readonly reflects: string | undefined;
  readonly sequence?: number;
}

/** *Cisco IOS Security Command Reference*, `permit (IP)`, standard: a source, and every destination. */
function readStandard(reader: Reader): Match | undefined {
  const { words } = reader;
  const source = readAddress(reader);
  if (!source) return undefined;
  const options = readOptions(words, [], reader.problems);
  reader.opaque.push(...options.opaque);
  return {
    protocol: { kind: 'protocols', set: ALL_PROTOCOLS },
    operands: [source, anyOf('standard')],
    icmp: undefined,
    phases: options.phases,
    reflects: undefined,
  };
}

function readExtended(reader: Reader): Match | undefined {
  const { words, form } = reader;
  const protocol = readProtocol(reader);
  if (!protocol) return undefined;
  const numbers = protocol.kind === 'protocols' ? protocol.set : undefined;
  const operands = readOperands(reader, portFamilyOf(numbers));
  if (!operands) return undefined;
  const icmp = readIcmp(words, numbers, form);
  const options = readOptions(words, numbers?.has(2) && !numbers.has(TCP) ? ['igmp'] : [], reader.problems);
  reader.opaque.push(...options.opaque);
  return {
    protocol,
    operands,
    icmp,
    phases: options.phases,
    reflects: options.reflects,
    ...(options.sequence === undefined ? {} : { sequence: options.sequence }),
  };
}

/**
 * A source and a destination, each perhaps with ports behind it. A name may stand for addresses or for ports, so what
 * may follow depends on how many names were read; {@link Ace.operands} keeps them in order for whoever knows the names.
 */
function readOperands(reader: Reader, family: PortFamily): Operand[] | undefined {
  const { words } = reader;
  const operands: Operand[] = [];
  let addresses = 0;
  let names = 0;
  while (operands.length < 4) {
    const ports: PortOperand | undefined =
      operands.length > 0 ? readPortTest(words, family, reader.problems) : undefined;
    if (ports) {
      operands.push(ports);
      continue;
    }
    if (addresses + names >= 2 && !isGroupWord(words.keyword) && !(addresses < 2 && mayStartAddress(words))) break;
    const operand = readAddress(reader);
    if (!operand) return undefined;
    operands.push(operand);
    if (operand.kind === 'name' && operand.reference.kind !== 'alias') names++;
    else addresses++;
  }
  return operands;
}

function readProtocol(reader: Reader): Ace['protocol'] | undefined {
  const { words, form, problems } = reader;
  if (isGroupWord(words.keyword)) {
    const named = readName(reader);
    return named?.kind === 'name' ? { kind: 'name', reference: named.reference } : undefined;
  }
  const token = words.take();
  if (!token) {
    problems.push(problemAt(words.last, 'the protocol is missing'));
    return undefined;
  }
  const set = protocolNamed(token.text, form);
  if (set) return shared(set);
  if (VAGUE_PROTOCOLS.has(token.text.toLowerCase())) {
    reader.opaque.push(`the protocol ${token.text}`);
    return { kind: 'protocols', set: ALL_PROTOCOLS };
  }
  problems.push(problemAt(token, `'${token.text}' is no protocol`));
  return undefined;
}

const protocolOperands = new WeakMap<ProtocolSet, Ace['protocol']>();

function shared(set: ProtocolSet): Ace['protocol'] {
  let operand = protocolOperands.get(set);
  if (!operand) {
    operand = { kind: 'protocols', set };
    protocolOperands.set(set, operand);
  }
  return operand;
}

const ICMP_ONLY: ProtocolSet = IntervalSet.of([ICMP, ICMP]);
const ICMPV6_ONLY: ProtocolSet = IntervalSet.of([ICMPV6, ICMPV6]);

/** The protocols of a name or number; `icmp` in an IPv6 list is ICMPv6. */
export function protocolNamed(text: string, form: AceForm): ProtocolSet | undefined {
  const name = text.toLowerCase();
  if (name === 'icmp') return form === 'ipv6' ? ICMPV6_ONLY : ICMP_ONLY;
  const named = PROTOCOLS.get(name);
  if (named) return named;
  if (!/^\d{1,3}$/.test(name) || Number(name) > 255) return undefined;
  // "0" is the ASA's own number for ip ("Protocol Literal Values").
  if (name === '0' && form === 'asa') return ALL_PROTOCOLS;
  return IntervalSet.of([Number(name), Number(name)]);
}

function portFamilyOf(protocols: ProtocolSet | undefined): PortFamily {
  if (!protocols) return 'either';
  const [tcp, udp] = [protocols.has(TCP), protocols.has(UDP)];
  return tcp === udp ? 'either' : tcp ? 'tcp' : 'udp';
}

const GROUP_WORDS: ReadonlySet<string> = new Set([
  'object-group',
  'object',
  'addrgroup',
  'net-group',
  'port-group',
  'portgroup',
]);

function isGroupWord(keyword: string): boolean {
  return GROUP_WORDS.has(keyword);
}

function readName(reader: Reader): AddressOperand | undefined {
  const { words, problems, references } = reader;
  const keyword = words.take();
  const name = words.take();
  if (!keyword || !name) {
    problems.push(problemAt(words.last, 'the name of an object or group is missing'));
    return undefined;
  }
  const reference: NameReference = {
    kind: keyword.text.toLowerCase() === 'object' ? 'object' : 'object-group',
    name: name.text,
    token: name,
  };
  references.push(reference);
  return { kind: 'name', reference };
}

/** What the identity firewall and TrustSec add in front of an address (*ASA CLI Book 2*, "Extended ACLs"). */
const IDENTITY_WORDS: Readonly<Record<string, number>> = {
  user: 1,
  'user-group': 1,
  'object-group-user': 1,
  'object-group-security': 1,
  'security-group': 2,
};

function readAddress(reader: Reader): AddressOperand | undefined {
  const { words, form, problems } = reader;
  if (form === 'asa') {
    for (let count = IDENTITY_WORDS[words.keyword]; count !== undefined; count = IDENTITY_WORDS[words.keyword]) {
      const keyword = words.take();
      const arguments_ = Array.from({ length: count }, () => words.take()?.text ?? '');
      reader.opaque.push([keyword?.text, ...arguments_].join(' '));
    }
  }
  const token = words.next;
  if (!token) {
    problems.push(problemAt(words.last, 'an address is missing'));
    return undefined;
  }
  if (isGroupWord(words.keyword)) return readName(reader);
  words.take();
  switch (token.text.toLowerCase()) {
    case 'any':
      return anyOf(form);
    case 'any4':
      return ANY_V4;
    case 'any6':
      return ANY_V6;
    case 'interface': {
      // The device's own address on that interface, which DHCP may give.
      const name = words.take();
      return { kind: 'addresses', set: IpSet.all, unknown: `the address of interface ${name?.text ?? ''}` };
    }
    case 'host': {
      const host = words.take();
      const set = host && !host.text.includes('/') ? prefixSet(host.text) : undefined;
      if (host && set) return ofForm(reader, set, host);
      if (host && /^[a-z_]/i.test(host.text)) return readAlias(reader, host);
      problems.push(problemAt(host ?? token, host ? `'${host.text}' is no address` : 'an address is missing'));
      return undefined;
    }
    default:
      return readNetwork(reader, token);
  }
}

/** Addresses that a list of its kind can name. */
function ofForm(reader: Reader, set: IpSet, token: Token): AddressOperand | undefined {
  const { form, problems } = reader;
  const own = form === 'asa' ? set : set.ofFamily(form === 'ipv6' ? 6 : 4);
  if (!own.isEmpty) return at(set, token);
  problems.push(
    problemAt(token, form === 'ipv6' ? 'an IPv6 list takes IPv6 addresses' : 'this list takes IPv4 addresses'),
  );
  return undefined;
}

function at(set: IpSet, { start, end }: Token): AddressOperand & { readonly kind: 'addresses' } {
  return { kind: 'addresses', set, span: { start, end } };
}

/** A name where an address is expected: the ASA's `name`, or a host name that IOS looks up when the line is entered. */
function readAlias(reader: Reader, token: Token): AddressOperand {
  const reference: NameReference = { kind: 'alias', name: token.text, token };
  reader.references.push(reference);
  return { kind: 'name', reference };
}

function readNetwork(reader: Reader, token: Token): AddressOperand | undefined {
  const { words, form, problems } = reader;
  if (token.text.includes('/')) {
    const set = prefixSet(token.text);
    if (set) return ofForm(reader, set, token);
    problems.push(problemAt(token, `'${token.text}' is no prefix`));
    return undefined;
  }
  const address = quad(token.text);
  const maskToken = words.next;
  const mask = maskToken && quad(maskToken.text);
  if (address === undefined) {
    if (form === 'asa' && mask !== undefined && /^[a-z_]/i.test(token.text)) {
      words.take();
      const alias = readAlias(reader, token);
      reader.opaque.push(`the network ${token.text}`);
      return alias;
    }
    const set = prefixSet(token.text);
    if (set && form !== 'asa') return ofForm(reader, set, token);
    problems.push(problemAt(token, `'${token.text}' is no address`));
    return undefined;
  }
  if (form === 'ipv6') return ofForm(reader, span(address, address), token);
  if (mask === undefined) {
    // "If the wildcard is omitted, 0.0.0.0 is assumed", for standard lists only.
    if (form === 'standard') return at(span(address, address), token);
    if (maskToken && /^[\d.]+$/.test(maskToken.text)) {
      problems.push(problemAt(maskToken, `'${maskToken.text}' is no mask`));
    } else problems.push(problemAt(token, `the mask behind ${token.text} is missing`));
    return undefined;
  }
  words.take();
  if (form === 'asa' && !isNetmask(mask)) {
    problems.push(
      problemAt(maskToken ?? token, `'${maskToken?.text}' is no netmask: this list takes netmasks, not wildcards`),
    );
    return undefined;
  }
  const wildcard = form === 'asa' ? ~mask >>> 0 : mask;
  const set = wildcardSet(address, wildcard);
  if (set) return at(set, token);
  const base = (address & ~wildcard) >>> 0;
  const unknown = `the wildcard ${maskToken?.text}, which splits into too many ranges`;
  return { ...at(span(base, (base | wildcard) >>> 0), token), unknown };
}

/** Whether another address follows: then the name that was read before it stands for ports. */
function mayStartAddress(words: Words): boolean {
  const { keyword } = words;
  return (
    keyword === 'any' || keyword === 'any4' || keyword === 'any6' || keyword === 'host' || quad(keyword) !== undefined
  );
}

const PORT_OPERATORS: ReadonlySet<string> = new Set(['eq', 'neq', 'lt', 'gt', 'range']);

/** Reads `eq`, `neq`, `lt`, `gt` or `range` with its ports; `undefined` where none of them stands next. */
export function readPortTest(words: Words, family: PortFamily, problems: LineProblem[]): PortOperand | undefined {
  if (!PORT_OPERATORS.has(words.keyword)) return undefined;
  const operator = words.take();
  const name = operator?.text.toLowerCase() ?? 'eq';
  const ports: number[] = [];
  let vague: string | undefined;
  // "Named ACL Support for Noncontiguous Ports": up to ten ports behind eq and neq.
  const limit = name === 'range' ? 2 : name === 'eq' || name === 'neq' ? 10 : 1;
  for (let count = 0; count < limit; count++) {
    const token = words.next;
    const port = token && portOf(token.text, family);
    if (token && port === undefined && VAGUE_PORTS.has(token.text.toLowerCase())) vague = token.text;
    else if (port === undefined) break;
    else ports.push(port);
    words.take();
  }
  if (vague !== undefined) return { kind: 'ports', set: ALL_PORTS, unknown: `the port ${vague}` };
  const [first, second] = ports;
  if (first === undefined || (name === 'range' && second === undefined)) {
    const token = words.next ?? words.last;
    problems.push(problemAt(token, `'${token.text}' is no port`));
    words.take();
    return { kind: 'ports', set: ALL_PORTS, unknown: UNREADABLE };
  }
  return portsOf(name, ports, first, second ?? first, words, problems);
}

function portsOf(
  operator: string,
  ports: readonly number[],
  first: number,
  second: number,
  words: Words,
  problems: LineProblem[],
): PortOperand {
  if (operator === 'range' && first > second) {
    // Releases differ: some exchange the two, some refuse the line.
    problems.push(problemAt(words.last, `the range ${first} to ${second} is reversed`, 'unmodelled-statement'));
    return { kind: 'ports', set: ALL_PORTS, unknown: `the reversed range ${first} ${second}` };
  }
  const key = `${operator} ${ports.join(' ')}`;
  let operand = portTests.get(key);
  if (!operand) {
    operand = { kind: 'ports', set: comparedPorts(operator, ports, first, second) };
    if (portTests.size < PORT_TEST_LIMIT) portTests.set(key, operand);
  }
  return operand;
}

/** Tests that were read before: large lists name the same ports again and again. */
const portTests = new Map<string, PortOperand>();
const PORT_TEST_LIMIT = 100_000;

function comparedPorts(operator: string, ports: readonly number[], first: number, second: number): PortSet {
  const listed = IntervalSet.of(...ports.map((port) => [port, port] as const));
  switch (operator) {
    case 'neq':
      return ALL_PORTS.subtract(listed);
    case 'lt':
      return IntervalSet.of([0, first - 1]);
    case 'gt':
      return IntervalSet.of([first + 1, 65535]);
    case 'range':
      return IntervalSet.of([first, second]);
    default:
      return listed;
  }
}

export function portOf(text: string, family: PortFamily): number | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65535 ? Number(text) : undefined;
  return portByName(text.toLowerCase(), family);
}

/** An ICMP message by name, or by type and perhaps code, as type × 256 + code. */
function readIcmp(words: Words, protocols: ProtocolSet | undefined, form: AceForm): PortSet | undefined {
  if (!protocols) return undefined;
  const v6 = protocols.equals(ICMPV6_ONLY);
  if (!v6 && !protocols.equals(ICMP_ONLY)) return undefined;
  const message = icmpMessage(words.keyword, v6 || form === 'ipv6');
  if (!message) return undefined;
  words.take();
  if (message.code !== undefined || !/^\d{1,3}$/.test(words.keyword) || Number(words.keyword) > 255) {
    return icmpPorts(message);
  }
  return icmpPorts({ type: message.type, code: Number(words.take()?.text) });
}

export function icmpMessage(text: string, v6: boolean): IcmpMessage | undefined {
  const name = text.toLowerCase();
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 255 ? { type: Number(name) } : undefined;
  return (v6 ? ICMPV6_MESSAGES : ICMP_MESSAGES).get(name);
}

export function icmpPorts({ type, code }: IcmpMessage): PortSet {
  return IntervalSet.of(code === undefined ? [type * 256, type * 256 + 255] : [type * 256 + code, type * 256 + code]);
}
