import { ICMP, ICMPV6 } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseAddress } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { PortFamily } from '../vocabulary/protocols-and-ports.js';
import { icmpMessage, icmpPorts, portOf, protocolNamed, readPortTest } from './ace.js';
import type { Token } from './parse.js';
import { type LineProblem, type NameReference, prefixSet, problemAt, quad, Words, wildcardSet } from './words.js';

/** One line of an object or object group. */
export type Member =
  | { readonly kind: 'addresses'; readonly set: IpSet; readonly unknown?: string }
  | { readonly kind: 'service'; readonly services: readonly ServiceBox[]; readonly unknown?: string }
  | { readonly kind: 'ports'; readonly set: PortSet; readonly unknown?: string }
  /** Everything that another name stands for. */
  | { readonly kind: 'name'; readonly reference: NameReference };

/** Protocols with their ports; of ICMP the destination ports are type × 256 + code. */
export interface ServiceBox {
  readonly protocols: ProtocolSet;
  readonly sourcePorts: PortSet;
  readonly destinationPorts: PortSet;
}

export interface MemberLine {
  readonly member: Member | undefined;
  readonly references: readonly NameReference[];
  readonly problems: readonly LineProblem[];
}

const NOTHING: MemberLine = { member: undefined, references: [], problems: [] };

/** How a group writes networks: IOS and the ASA with netmasks, NX-OS with wildcards. */
export type MaskForm = 'netmask' | 'wildcard';

/** Reads a line of `object-group network` or `object network`; `undefined` where it is no member line at all. */
export function readNetworkMember(tokens: readonly Token[], masks: MaskForm): MemberLine | undefined {
  const words = new Words(tokens);
  if (/^\d+$/.test(words.keyword)) words.take();
  const keyword = words.keyword;
  switch (keyword) {
    case 'description':
    case 'nat':
      return NOTHING;
    case 'group-object':
      words.take();
      return named(words, 'object-group');
    case 'fqdn': {
      words.take();
      const family = words.accept('v4', 'v6')?.text.toLowerCase();
      const host = words.take();
      const set = family === 'v4' ? IpSet.all.ofFamily(4) : family === 'v6' ? IpSet.all.ofFamily(6) : IpSet.all;
      return one({ kind: 'addresses', set, unknown: `the addresses of ${host?.text ?? 'a host name'}` });
    }
    case 'network-object':
    case 'subnet':
    case 'host':
    case 'range':
    case 'any':
      if (keyword === 'network-object' || keyword === 'subnet') words.take();
      if (keyword === 'network-object' && words.accept('object')) return named(words, 'object');
      return readNetwork(words, masks);
    default:
      return quad(keyword) !== undefined || prefixSet(keyword) ? readNetwork(words, masks) : undefined;
  }
}

function one(member: Member, problems: readonly LineProblem[] = []): MemberLine {
  return { member, references: [], problems };
}

function failed(problem: LineProblem): MemberLine {
  const member: Member = { kind: 'addresses', set: IpSet.all, unknown: 'a member that cannot be read' };
  return one(member, [problem]);
}

function named(words: Words, kind: NameReference['kind']): MemberLine {
  const token = words.take();
  if (!token) return failed(problemAt(words.last, 'a name is missing'));
  const reference: NameReference = { kind, name: token.text, token };
  return { member: { kind: 'name', reference }, references: [reference], problems: [] };
}

function readNetwork(words: Words, masks: MaskForm): MemberLine {
  const token = words.take();
  if (!token) return failed(problemAt(words.last, 'an address is missing'));
  const keyword = token.text.toLowerCase();
  if (keyword === 'any') return one({ kind: 'addresses', set: IpSet.all });
  if (keyword === 'host') {
    const host = words.take();
    const set = host && !host.text.includes('/') ? prefixSet(host.text) : undefined;
    if (set) return one({ kind: 'addresses', set });
    return host && /^[a-z_]/i.test(host.text) ? alias(host) : failed(problemAt(host ?? token, 'an address is missing'));
  }
  if (keyword === 'range') {
    const [low, high] = [words.take(), words.take()];
    const set = low && high && between(low.text, high.text);
    return set ? one({ kind: 'addresses', set }) : failed(problemAt(low ?? token, 'this is no range of addresses'));
  }
  const length = words.next?.text.startsWith('/') ? words.take()?.text : undefined;
  const set = token.text.includes('/') || length !== undefined ? prefixSet(token.text + (length ?? '')) : undefined;
  if (set) return one({ kind: 'addresses', set });
  const [address, mask] = [quad(token.text), words.next && quad(words.next.text)];
  if (address !== undefined && mask !== undefined) {
    const written = words.take()?.text;
    const network = wildcardSet(address, masks === 'wildcard' ? mask : ~mask >>> 0);
    if (network) return one({ kind: 'addresses', set: network });
    return one({ kind: 'addresses', set: IpSet.all.ofFamily(4), unknown: `the mask ${written}` });
  }
  if (/^[a-z_]/i.test(token.text) && (!words.next || mask !== undefined)) return alias(token);
  return failed(problemAt(token, `'${token.text}' is no network`));
}

function alias(token: Token): MemberLine {
  const reference: NameReference = { kind: 'alias', name: token.text, token };
  return { member: { kind: 'name', reference }, references: [reference], problems: [] };
}

function between(low: string, high: string): IpSet | undefined {
  const [from, to] = [parseAddress(low), parseAddress(high)];
  const set = from && to && IpSet.range(from, to);
  return set && !set.isEmpty ? set : undefined;
}

/** Reads a line of `object-group service` or `object service`, or of an NX-OS port group. */
export function readServiceMember(tokens: readonly Token[], family: PortFamily | undefined): MemberLine | undefined {
  const words = new Words(tokens);
  if (/^\d+$/.test(words.keyword) && words.peek(1)) words.take();
  switch (words.keyword) {
    case 'description':
      return NOTHING;
    case 'group-object':
      words.take();
      return named(words, 'object-group');
    case 'port-object':
      words.take();
      return readPortMember(words, family ?? 'either');
    case 'eq':
    case 'neq':
    case 'lt':
    case 'gt':
    case 'range':
      return readPortMember(words, family ?? 'either');
    case 'service':
    case 'service-object':
      words.take();
      if (words.accept('object')) return named(words, 'object');
      return readService(words);
    default:
      return readService(words, true);
  }
}

function readPortMember(words: Words, family: PortFamily): MemberLine {
  const problems: LineProblem[] = [];
  const ports = readPortTest(words, family, problems);
  if (!ports) return failed(problemAt(words.next ?? words.last, 'a comparison of ports is missing'));
  const { set, unknown } = ports;
  return one({ kind: 'ports', set, ...(unknown === undefined ? {} : { unknown }) }, problems);
}

/** `tcp source range 1 65535 gt 100`, `tcp www`, `icmp echo`, `udp destination eq 53`. */
function readService(words: Words, optional = false): MemberLine | undefined {
  const token = words.take();
  const protocols = token && protocolNamed(token.text, 'ipv4');
  if (!token || !protocols) {
    return optional ? undefined : failed(problemAt(token ?? words.last, `'${token?.text ?? ''}' is no protocol`));
  }
  const isIcmp = protocols.equals(IntervalSet.of([ICMP, ICMP])) || protocols.equals(IntervalSet.of([ICMPV6, ICMPV6]));
  if (isIcmp) {
    const message = icmpMessage(words.keyword, protocols.has(ICMPV6));
    if (!message) return one({ kind: 'service', services: [service(protocols, ALL_PORTS, ALL_PORTS)] });
    words.take();
    const code = /^\d{1,3}$/.test(words.keyword) ? Number(words.take()?.text) : message.code;
    const ports = icmpPorts(code === undefined ? message : { type: message.type, code });
    return one({ kind: 'service', services: [service(protocols, ALL_PORTS, ports)] });
  }
  const [tcp, udp] = [protocols.has(TCP), protocols.has(UDP)];
  const family: PortFamily = tcp === udp ? 'either' : tcp ? 'tcp' : 'udp';
  const problems: LineProblem[] = [];
  let [source, destination] = [ALL_PORTS, ALL_PORTS];
  let unknown: string | undefined;
  if (words.accept('source')) {
    const ports = readPorts(words, family, problems);
    source = ports?.set ?? source;
    unknown = ports?.unknown;
  }
  words.accept('destination');
  if (words.next) {
    const ports = readPorts(words, family, problems);
    destination = ports?.set ?? destination;
    unknown ??= ports?.unknown;
  }
  const services = [service(protocols, source, destination)];
  return one({ kind: 'service', services, ...(unknown === undefined ? {} : { unknown }) }, problems);
}

/** A comparison of ports, or a port alone, which means `eq`. */
function readPorts(
  words: Words,
  family: PortFamily,
  problems: LineProblem[],
): { set: PortSet; unknown?: string } | undefined {
  const tested = readPortTest(words, family, problems);
  if (tested) return tested;
  const token = words.take();
  const port = token && portOf(token.text, family);
  if (port !== undefined) return { set: IntervalSet.of([port, port]) };
  problems.push(problemAt(token ?? words.last, `'${token?.text ?? ''}' is no port`));
  return { set: ALL_PORTS, unknown: 'a member that cannot be read' };
}

function service(protocols: ProtocolSet, sourcePorts: PortSet, destinationPorts: PortSet): ServiceBox {
  return { protocols, sourcePorts, destinationPorts };
}

/** Reads a line of `object-group protocol`. */
export function readProtocolMember(tokens: readonly Token[]): MemberLine | undefined {
  const words = new Words(tokens);
  if (words.accept('description')) return NOTHING;
  if (words.accept('group-object')) return named(words, 'object-group');
  if (!words.accept('protocol-object')) return undefined;
  const token = words.take();
  const protocols = token && protocolNamed(token.text, 'asa');
  if (protocols) return one({ kind: 'service', services: [service(protocols, ALL_PORTS, ALL_PORTS)] });
  const unknown = {
    kind: 'service',
    services: [service(ALL_PROTOCOLS, ALL_PORTS, ALL_PORTS)],
    unknown: 'a protocol',
  } as const;
  return one(unknown, [problemAt(token ?? words.last, `'${token?.text ?? ''}' is no protocol`)]);
}

/** Reads a line of `object-group icmp-type`. */
export function readIcmpMember(tokens: readonly Token[]): MemberLine | undefined {
  const words = new Words(tokens);
  if (words.accept('description')) return NOTHING;
  if (words.accept('group-object')) return named(words, 'object-group');
  if (!words.accept('icmp-object')) return undefined;
  const token = words.take();
  const message = token && icmpMessage(token.text, false);
  if (message) return one({ kind: 'ports', set: icmpPorts(message) });
  return one({ kind: 'ports', set: ALL_PORTS, unknown: 'an ICMP message' }, [
    problemAt(token ?? words.last, `'${token?.text ?? ''}' is no ICMP message`),
  ]);
}
