// Reads a line of an object or object group.
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseAddress } from '../../../model/ip.js';
import { ALL_PROTOCOLS } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { MaskForm } from '../vocabulary/command-table.js';
import { ICMP_GROUP, NETWORK_GROUP, PROTOCOL_GROUP, SERVICE_GROUP } from '../vocabulary/commands.js';
import type { PortFamily } from '../vocabulary/protocols-and-ports.js';
import { prefixSet, quad, wildcardSet } from './addresses.js';
import { Cursor, isNameLike, problemAt, referenceTo } from './cursor.js';
import {
  ICMP_ONLY,
  ICMPV6_ONLY,
  icmpMessage,
  icmpPorts,
  portFamilyOf,
  portOf,
  protocolNamed,
  readIcmp,
  readPortTest,
  startsPortTest,
} from './services.js';
import type { GroupMember, GroupMode, MemberLine, NameKind, PortOperand, Token } from './tree.js';

const NO_MEMBER: MemberLine = { member: undefined, references: [], problems: [] };

const UNREADABLE = 'a member that cannot be read';

/** Reads a line of a group; `undefined` for a line that is not a member of such a group. */
export function readMember(tokens: readonly Token[], mode: GroupMode): MemberLine | undefined {
  const cursor = new Cursor(tokens);
  switch (mode.group) {
    case 'network':
      return readNetworkMember(cursor, mode.masks);
    case 'service':
      return readServiceMember(cursor, mode.family ?? 'either');
    case 'protocol':
      return readProtocolMember(cursor);
    case 'icmp-type':
      return readIcmpMember(cursor);
    case 'other':
      return undefined;
  }
}

function readNetworkMember(cursor: Cursor, masks: MaskForm): MemberLine | undefined {
  if (/^\d+$/.test(cursor.keyword)) cursor.take();
  switch (cursor.acceptCommand(NETWORK_GROUP)?.reads) {
    case 'group':
      return named(cursor, 'object-group');
    case 'object':
      return named(cursor, 'object');
    case 'host name': {
      const family = cursor.last.text.toLowerCase();
      const set = family === 'v4' ? IpSet.all.ofFamily(4) : family === 'v6' ? IpSet.all.ofFamily(6) : IpSet.all;
      return memberOf({ kind: 'addresses', set, unknown: `the addresses of ${cursor.take()?.text ?? 'a host name'}` });
    }
    case 'network':
      return readNetwork(cursor, masks);
    case 'network alone': {
      const { keyword } = cursor;
      const isNetwork = /^(?:host|range|any)$/.test(keyword) || prefixSet(keyword) !== undefined;
      return isNetwork ? readNetwork(cursor, masks) : undefined;
    }
    default:
      return NO_MEMBER;
  }
}

function readServiceMember(cursor: Cursor, family: PortFamily): MemberLine | undefined {
  if (/^\d+$/.test(cursor.keyword) && cursor.peek(1)) cursor.take();
  switch (cursor.acceptCommand(SERVICE_GROUP)?.reads) {
    case 'group':
      return named(cursor, 'object-group');
    case 'object':
      return named(cursor, 'object');
    case 'ports':
      return readPortMember(cursor, family);
    case 'service':
      return readService(cursor);
    case 'ports or service alone':
      if (startsPortTest(cursor)) return readPortMember(cursor, family);
      return protocolNamed(cursor.keyword, 'ipv4') && readService(cursor);
    default:
      return NO_MEMBER;
  }
}

function readProtocolMember(cursor: Cursor): MemberLine | undefined {
  const command = cursor.acceptCommand(PROTOCOL_GROUP);
  switch (command?.reads) {
    case 'group':
      return named(cursor, 'object-group');
    case 'protocol': {
      const token = cursor.take();
      const protocols = token && protocolNamed(token.text, 'asa');
      const service = { protocols: protocols ?? ALL_PROTOCOLS, sourcePorts: ALL_PORTS, destinationPorts: ALL_PORTS };
      if (protocols) return memberOf({ kind: 'service', services: [service] });
      const problem = cursor.invalid('protocol', token);
      return memberOf({ kind: 'service', services: [service], unknown: 'a protocol' }, [problem]);
    }
    default:
      return command && NO_MEMBER;
  }
}

function readIcmpMember(cursor: Cursor): MemberLine | undefined {
  const command = cursor.acceptCommand(ICMP_GROUP);
  switch (command?.reads) {
    case 'group':
      return named(cursor, 'object-group');
    case 'ICMP message': {
      const token = cursor.take();
      const message = token && icmpMessage(token.text, false);
      if (message) return memberOf({ kind: 'ports', set: icmpPorts(message) });
      const problem = cursor.invalid('ICMP message', token);
      return memberOf({ kind: 'ports', set: ALL_PORTS, unknown: 'an ICMP message' }, [problem]);
    }
    default:
      return command && NO_MEMBER;
  }
}

function memberOf(member: GroupMember, problems: readonly LineProblem[] = []): MemberLine {
  return { member, references: [], problems };
}

function failed(problem: LineProblem): MemberLine {
  return memberOf({ kind: 'addresses', set: IpSet.all, unknown: UNREADABLE }, [problem]);
}

/** Reads the name of another group or object, or, as an `alias`, of an address. */
function named(cursor: Cursor, kind: NameKind): MemberLine {
  const token = cursor.take();
  if (!token) return failed(cursor.invalid('name', token));
  return memberNamed(kind, token);
}

function memberNamed(kind: NameKind, token: Token): MemberLine {
  const reference = referenceTo(kind, token);
  return { member: { kind: 'name', reference }, references: [reference], problems: [] };
}

function readNetwork(cursor: Cursor, masks: MaskForm): MemberLine {
  const token = cursor.take();
  if (!token) return failed(cursor.invalid('address', token));
  const addresses = (set: IpSet): MemberLine =>
    memberOf({ kind: 'addresses', set, span: { start: token.start, end: cursor.last.end } });
  const keyword = token.text.toLowerCase();
  if (keyword === 'any') return memberOf({ kind: 'addresses', set: IpSet.all });
  if (keyword === 'host') {
    const host = cursor.take();
    const set = host && !host.text.includes('/') ? prefixSet(host.text) : undefined;
    if (host && set) return memberOf({ kind: 'addresses', set, span: { start: host.start, end: host.end } });
    if (host && isNameLike(host.text)) return memberNamed('alias', host);
    return failed(cursor.invalid('address', host));
  }
  if (keyword === 'range') {
    const [low, high] = [cursor.take(), cursor.take()];
    const set = low && high && between(low.text, high.text);
    if (set) return addresses(set);
    return failed(problemAt(low ?? token, 'invalid range of addresses'));
  }
  const length = cursor.next?.text.startsWith('/') ? cursor.take()?.text : undefined;
  const set = token.text.includes('/') || length !== undefined ? prefixSet(token.text + (length ?? '')) : undefined;
  if (set) return addresses(set);
  const [address, mask] = [quad(token.text), cursor.next && quad(cursor.next.text)];
  if (address !== undefined && mask !== undefined) {
    const written = cursor.take()?.text;
    const network = wildcardSet(address, masks === 'wildcard' ? mask : ~mask >>> 0);
    if (network) return addresses(network);
    return memberOf({ kind: 'addresses', set: IpSet.all.ofFamily(4), unknown: `the mask ${written}` });
  }
  if (isNameLike(token.text) && (!cursor.next || mask !== undefined)) return memberNamed('alias', token);
  return failed(cursor.invalid('network', token));
}

/** The addresses from one to another; `undefined` where that is not a valid range. */
function between(low: string, high: string): IpSet | undefined {
  const [from, to] = [parseAddress(low), parseAddress(high)];
  const set = from && to && IpSet.range(from, to);
  return set && !set.isEmpty ? set : undefined;
}

function readPortMember(cursor: Cursor, family: PortFamily): MemberLine {
  const problems: LineProblem[] = [];
  const ports = readPortTest(cursor, family, problems);
  return ports
    ? memberOf(ports, problems)
    : failed(problemAt(cursor.next ?? cursor.last, 'a comparison of ports is missing'));
}

/** `tcp source range 1 65535 gt 100`, `tcp www`, `icmp echo`, `udp destination eq 53`. */
function readService(cursor: Cursor): MemberLine {
  const token = cursor.take();
  const protocols = token && protocolNamed(token.text, 'ipv4');
  if (!protocols) return failed(cursor.invalid('protocol', token));
  if (protocols.equals(ICMP_ONLY) || protocols.equals(ICMPV6_ONLY)) {
    const destinationPorts = readIcmp(cursor, protocols, 'ipv4') ?? ALL_PORTS;
    return memberOf({ kind: 'service', services: [{ protocols, sourcePorts: ALL_PORTS, destinationPorts }] });
  }
  const family = portFamilyOf(protocols);
  const problems: LineProblem[] = [];
  const source = cursor.accept('source') && readPorts(cursor, family, problems);
  cursor.accept('destination');
  const destination = cursor.next && readPorts(cursor, family, problems);
  const [sourcePorts, destinationPorts] = [source?.set ?? ALL_PORTS, destination?.set ?? ALL_PORTS];
  const unknown = source?.unknown ?? destination?.unknown;
  const services = [{ protocols, sourcePorts, destinationPorts }];
  return memberOf({ kind: 'service', services, ...(unknown === undefined ? {} : { unknown }) }, problems);
}

/** A comparison of ports, or a port alone, which means `eq`. */
function readPorts(cursor: Cursor, family: PortFamily, problems: LineProblem[]): PortOperand {
  const tested = readPortTest(cursor, family, problems);
  if (tested) return tested;
  const token = cursor.take();
  const port = token && portOf(token.text, family);
  if (port !== undefined) return { kind: 'ports', set: IntervalSet.of([port, port]) };
  problems.push(cursor.invalid('port', token));
  return { kind: 'ports', set: ALL_PORTS, unknown: UNREADABLE };
}
