// Reads protocols, comparisons of ports and ICMP messages.
import { Interned, InternedNumbers } from '../../../kept/memo.js';
import { ICMP, ICMPV6 } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PROTOCOLS, type ProtocolSet, protocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { ListForm } from '../vocabulary/command-table.js';
import { PORT_COMPARISONS } from '../vocabulary/commands.js';
import {
  ICMP_MESSAGES,
  ICMPV6_MESSAGES,
  type IcmpMessage,
  type PortFamily,
  PROTOCOLS,
  portByName,
  VAGUE_PORTS,
} from '../vocabulary/protocols-and-ports.js';
import { type Cursor, problemAt } from './cursor.js';
import type { PortOperand } from './tree.js';

export const ICMP_ONLY = protocolSet(ICMP);
export const ICMPV6_ONLY = protocolSet(ICMPV6);

/** The unknown condition of an entry with a syntax error: it must neither permit nor deny definitely. */
export const UNREADABLE = 'an entry that cannot be read';

/** The protocols of a name or number; `icmp` in an IPv6 list is ICMPv6. */
export function protocolNamed(text: string, form: ListForm): ProtocolSet | undefined {
  const name = text.toLowerCase();
  if (name === 'icmp') return form === 'ipv6' ? ICMPV6_ONLY : ICMP_ONLY;
  const named = PROTOCOLS.get(name);
  if (named) return named;
  const number = byteOf(name);
  if (number === undefined) return undefined;
  // "0" is the ASA's own number for ip ("Protocol Literal Values").
  if (name === '0' && form === 'asa') return ALL_PROTOCOLS;
  return protocolSet(number);
}

/** Whose port names are valid for these protocols. */
export function portFamilyOf(protocols: ProtocolSet | undefined): PortFamily {
  if (!protocols) return 'either';
  const [tcp, udp] = [protocols.has(TCP), protocols.has(UDP)];
  return tcp === udp ? 'either' : tcp ? 'tcp' : 'udp';
}

/** A number from 0 to 255. */
function byteOf(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined;
}

/** Tests of more than one range by their text, and ranges by their bounds: large lists name the same ports again and again. */
const portTests = new Interned<string, PortOperand>(10_000);
const portRanges = new InternedNumbers<PortOperand>(14);

/** "Named ACL Support for Noncontiguous Ports": up to ten ports after eq and neq. */
export const PORT_LIST_LIMIT = 10;

/** Whether a comparison of ports comes next. */
export function startsPortTest(cursor: Cursor): boolean {
  return PORT_COMPARISONS.beginning(cursor.keyword) !== undefined;
}

/** Reads `eq`, `neq`, `lt`, `gt` or `range` with its ports; `undefined` where none of them comes next. */
export function readPortTest(cursor: Cursor, family: PortFamily, problems: LineProblem[]): PortOperand | undefined {
  const operator = cursor.keyword;
  const comparison = cursor.acceptCommand(PORT_COMPARISONS)?.reads;
  if (!comparison) return undefined;
  const ports: number[] = [];
  let vague: string | undefined;
  const limit = { list: PORT_LIST_LIMIT, bound: 1, range: 2 }[comparison];
  for (let count = 0; count < limit; count++) {
    const token = cursor.next;
    const port = token && portOf(token.text, family);
    if (token && port === undefined && VAGUE_PORTS.has(token.text.toLowerCase())) vague = token.text;
    else if (port === undefined) break;
    else ports.push(port);
    cursor.take();
  }
  if (vague !== undefined) return { kind: 'ports', set: ALL_PORTS, unknown: `the port ${vague}` };
  const [first, second] = ports;
  if (first === undefined || (comparison === 'range' && second === undefined)) {
    problems.push(cursor.invalid('port', cursor.next));
    cursor.take();
    return { kind: 'ports', set: ALL_PORTS, unknown: UNREADABLE };
  }
  if (comparison === 'range' && second !== undefined && first > second) {
    // Releases differ: some swap the two, some reject the line.
    problems.push(problemAt(cursor.last, `the range ${first} to ${second} is reversed`, 'unmodelled-statement'));
    return { kind: 'ports', set: ALL_PORTS, unknown: `the reversed range ${first} ${second}` };
  }
  return portTest(operator, ports);
}

/** A comparison with at least one port, and with two in ascending order for `range`. */
export function portTest(operator: string, ports: readonly number[]): PortOperand {
  const [first = 0, second = first] = ports;
  const make = (): PortOperand => ({ kind: 'ports', set: comparedPorts(operator, ports) });
  if (operator === 'range' || (operator === 'eq' && ports.length === 1))
    return portRanges.of(first * 65_536 + second, make);
  return portTests.of(`${operator} ${ports.join(' ')}`, make);
}

/** The ports that a comparison with at least one port matches. */
function comparedPorts(operator: string, ports: readonly number[]): PortSet {
  const [first = 0, second = first] = ports;
  const listed = IntervalSet.from(ports.map((port) => [port, port] as const));
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

/**
 * An ICMP message by name, or by type and perhaps code, as type × 256 + code. `undefined` where the protocols are not ICMP
 * or no message follows, which means every message.
 */
export function readIcmp(cursor: Cursor, protocols: ProtocolSet, form: ListForm): PortSet | undefined {
  const v6 = protocols.equals(ICMPV6_ONLY);
  if (!v6 && !protocols.equals(ICMP_ONLY)) return undefined;
  const message = icmpMessage(cursor.keyword, v6 || form === 'ipv6');
  if (!message) return undefined;
  cursor.take();
  const code = message.code ?? byteOf(cursor.keyword);
  if (message.code === undefined && code !== undefined) cursor.take();
  return icmpPorts(code === undefined ? message : { type: message.type, code });
}

export function icmpMessage(text: string, v6: boolean): IcmpMessage | undefined {
  const name = text.toLowerCase();
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 255 ? { type: Number(name) } : undefined;
  return (v6 ? ICMPV6_MESSAGES : ICMP_MESSAGES).get(name);
}

export function icmpPorts({ type, code }: IcmpMessage): PortSet {
  return IntervalSet.of(code === undefined ? [type * 256, type * 256 + 255] : [type * 256 + code, type * 256 + code]);
}
