// Reads the translation rules of an ASA: those of 8.3 and later, and the older ones.
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseAddress } from '../../../model/ip.js';
import { type ProtocolSet, protocolSet, TCP, UDP } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import { prefixSet, quad } from './addresses.js';
import { type Cursor, referenceTo } from './cursor.js';
import { prefixOf } from './routes.js';
import { portOf } from './services.js';
import type { NameReference, NatAddress, NatRule, NatServices, Statement } from './tree.js';

const ANY: NatAddress = { kind: 'any' };

/** Words that change neither which packets a rule matches nor what it makes of their destination. */
const NO_EFFECT =
  /^(?:dns|no-proxy-arp|route-lookup|net-to-net|interface|ipv6|extended|flat|include-reserve|round-robin|block-allocation)$/;

/** `(REAL,MAPPED)`; "if you do not specify the real and mapped interfaces, all interfaces are used" (*ASA Command Reference*, `nat`). */
function takeInterfaces(cursor: Cursor): NatRule['interfaces'] {
  const [, real, mapped] = /^\(([^(),]+),([^(),]+)\)$/.exec(cursor.next?.text ?? '') ?? [];
  if (real === undefined || mapped === undefined) return { real: 'any', mapped: 'any' };
  cursor.take();
  return { real, mapped };
}

/** `nat [(REAL,MAPPED)] [after-auto] [LINE] source …`, or `nat (REAL) ID …` of before 8.3. */
export function readNat(cursor: Cursor): Statement | undefined {
  if (/^\([^(),]+\)$/.test(cursor.keyword)) {
    const list = cursor.peek(2)?.text.toLowerCase() === 'access-list' ? cursor.peek(3) : undefined;
    return { kind: 'old pool', interface: undefined, references: list ? [referenceTo('access-list', list)] : [] };
  }
  const interfaces = takeInterfaces(cursor);
  const section = cursor.accept('after-auto') ? 'last' : 'first';
  const position = /^\d+$/.test(cursor.keyword) ? Number(cursor.take()?.text) : undefined;
  if (!cursor.accept('source')) return undefined;
  const references: NameReference[] = [];
  const type = cursor.accept('static', 'dynamic')?.text.toLowerCase();
  const real = readAddress(cursor, references);
  if (type === undefined || !real) return undefined;
  return readRule(cursor, { interfaces, section, position, isStatic: type === 'static', references }, real);
}

/** `nat [(REAL,MAPPED)] static|dynamic MAPPED …` of a network object, whose addresses are the real ones. */
export function readObjectNat(cursor: Cursor): Statement | undefined {
  cursor.take();
  const interfaces = takeInterfaces(cursor);
  const type = cursor.accept('static', 'dynamic')?.text.toLowerCase();
  if (type === undefined) return undefined;
  const head: RuleHead = {
    interfaces,
    section: 'object',
    position: undefined,
    isStatic: type === 'static',
    references: [],
  };
  return readRule(cursor, head, undefined);
}

type RuleHead = Pick<NatRule, 'interfaces' | 'section' | 'position' | 'isStatic'> & {
  readonly references: NameReference[];
};

/** Reads what follows the real source, which for a network object is the object. */
function readRule(cursor: Cursor, head: RuleHead, real: NatAddress | undefined): Statement {
  const { references } = head;
  cursor.accept('pat-pool');
  const mapped = readAddress(cursor, references) ?? ANY;
  let destination: NatRule['destination'];
  let services: NatServices | undefined;
  let [unidirectional, inactive] = [false, false];
  let unread: string | undefined;
  for (let word = cursor.take(); word; word = cursor.take()) {
    const keyword = word.text.toLowerCase();
    if (keyword === 'description') cursor.skipRest();
    else if (keyword === 'destination') {
      cursor.accept('static');
      const [to, from] = [readAddress(cursor, references), readAddress(cursor, references)];
      if (to && from) destination = { mapped: to, real: from };
      else unread = keyword;
    } else if (keyword === 'service') {
      services = real ? readServiceObjects(cursor, references) : readPorts(cursor);
      if (!services) unread = keyword;
    } else if (keyword === 'unidirectional') unidirectional = true;
    else if (keyword === 'inactive') inactive = true;
    else if (keyword === 'pat-pool') readAddress(cursor, references);
    else if (!NO_EFFECT.test(keyword)) unread = keyword;
  }
  if (inactive) return { kind: 'use', references };
  const source = { real, mapped };
  return { kind: 'nat rule', since83: true, ...head, source, destination, services, unidirectional, unread };
}

/** `any`, `interface`, an address, or the name of an object or group. */
function readAddress(cursor: Cursor, references: NameReference[]): NatAddress | undefined {
  const token = cursor.take();
  if (!token) return undefined;
  const keyword = token.text.toLowerCase();
  if (keyword === 'any') return ANY;
  if (keyword === 'interface') return { kind: 'interface' };
  const set = parseAddress(token.text) && prefixSet(token.text);
  if (set) return { kind: 'addresses', set };
  const reference = referenceTo('object', token);
  references.push(reference);
  return { kind: 'name', reference };
}

/** "service {real_src_mapped_dest_svc_obj mapped_src_real_dest_svc_obj}" (*ASA Command Reference*, `nat` (global)). */
function readServiceObjects(cursor: Cursor, references: NameReference[]): NatServices | undefined {
  const [first, second] = [cursor.take(), cursor.take()];
  if (!first || !second || first.text === 'any' || second.text === 'any') return undefined;
  const [one, other] = [referenceTo('object', first), referenceTo('object', second)];
  references.push(one, other);
  return { kind: 'objects', first: one, second: other };
}

/** `tcp|udp REAL MAPPED`. */
function readPorts(cursor: Cursor): NatServices | undefined {
  const protocols = readProtocol(cursor);
  if (!protocols) return undefined;
  const [real, mapped] = [readPort(cursor), readPort(cursor)];
  return real && mapped && { kind: 'ports', protocols, real, mapped };
}

function readProtocol(cursor: Cursor): ProtocolSet | undefined {
  const name = cursor.accept('tcp', 'udp')?.text.toLowerCase();
  return name === undefined ? undefined : protocolSet(name === 'tcp' ? TCP : UDP);
}

function readPort(cursor: Cursor): PortSet | undefined {
  const token = cursor.take();
  const port = token && portOf(token.text, 'either');
  return port === undefined ? undefined : IntervalSet.of([port, port]);
}

/**
 * `static (REAL,MAPPED) [tcp|udp] MAPPED|interface [PORT] REAL [PORT] [netmask MASK] …` of before 8.3; with `access-list`
 * in place of the real address it depends on more than is followed here.
 */
export function readOldStatic(cursor: Cursor): Statement | undefined {
  const interfaces = takeInterfaces(cursor);
  const protocols = readProtocol(cursor);
  const mappedToken = cursor.take();
  const mappedPort = protocols && readPort(cursor);
  if (!mappedToken || interfaces.real === 'any') return undefined;
  const list = cursor.accept('access-list') && cursor.take();
  const realToken = list ? undefined : cursor.take();
  const realPort = protocols && !list ? readPort(cursor) : undefined;
  const mask = maskAfter(cursor);
  const real = realToken && networkAt(realToken.text, mask);
  const mapped: NatAddress | undefined =
    mappedToken.text.toLowerCase() === 'interface' ? { kind: 'interface' } : networkAt(mappedToken.text, mask);
  const services: NatServices | undefined = protocols &&
    realPort &&
    mappedPort && { kind: 'ports', protocols, real: realPort, mapped: mappedPort };
  const isRead = real && mapped && (services || !protocols);
  const unread = isRead ? undefined : list ? 'access-list' : (realToken?.text ?? 'static');
  return {
    kind: 'nat rule',
    since83: false,
    interfaces,
    section: 'first',
    position: undefined,
    isStatic: true,
    source: { real: real ?? ANY, mapped: mapped ?? ANY },
    destination: undefined,
    services,
    unidirectional: false,
    unread,
    references: list ? [referenceTo('access-list', list)] : [],
  };
}

function maskAfter(cursor: Cursor): number | undefined {
  for (let word = cursor.take(); word; word = cursor.take()) {
    if (word.text.toLowerCase() === 'netmask') return quad(cursor.take()?.text ?? '');
  }
  return undefined;
}

/** Without a mask, the network of the address class, or the host "if a host bit is non-zero" (*ASA 8.2 Command Reference*, `static`). */
function networkAt(text: string, mask: number | undefined): NatAddress | undefined {
  const address = quad(text);
  if (address === undefined) return undefined;
  const classMask = address >>> 31 === 0 ? 0xff00_0000 : address >>> 30 === 2 ? 0xffff_0000 : 0xffff_ff00;
  const isNetwork = (address & ~classMask) === 0;
  const prefix = prefixOf(address, mask ?? (isNetwork ? classMask : 0xffff_ffff));
  return prefix && { kind: 'addresses', set: IpSet.of(prefix) };
}

/** `global (INTERFACE) ID …` of before 8.3. */
export function readGlobal(cursor: Cursor): Statement | undefined {
  const [, name] = /^\(([^(),]+)\)$/.exec(cursor.next?.text ?? '') ?? [];
  return name === undefined ? undefined : { kind: 'old pool', interface: name, references: [] };
}

/** `ASA Version 9.16(4)`: whether lists see real addresses, as they do "since 8.3" (*Migration to Version 8.3*). */
export function readVersion(cursor: Cursor, product: string): Statement | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(cursor.next?.text ?? '') ?? [];
  if (major === undefined) return undefined;
  const isNew = Number(major) > 8 || (Number(major) === 8 && Number(minor) >= 3);
  return { kind: 'version', since83: product.toLowerCase() === 'asa' && isNew };
}
