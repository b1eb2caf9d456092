// Reads the translation rules of a router.
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { ALL_PROTOCOLS, protocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { quad } from './addresses.js';
import type { Cursor } from './cursor.js';
import { readListUses } from './list-uses.js';
import { prefixOf } from './routes.js';
import { portOf } from './services.js';
import type { StaticNat } from './static-nat.js';
import type { NatPool, RouterNat, Token } from './tree.js';

/** Options that change nothing of which addresses a static rule translates. */
const OPTIONS: ReadonlySet<string> = new Set(['add-route', 'extendable', 'no-alias', 'no-payload', 'forced']);

/**
 * `ip nat inside source list LIST interface NAME|pool NAME …` and `ip nat inside|outside source static …`; other rules are not
 * followed (*IOS IP Addressing Command Reference*).
 */
export function readRouterNat(cursor: Cursor, tokens: readonly Token[]): RouterNat {
  const uses = readListUses(tokens);
  const references = uses?.kind === 'use' ? uses.references : [];
  const isInside = tokens.some(({ text }) => text.toLowerCase() === 'inside');
  const pair = cursor.accept('static') && (readStatic(cursor) ?? 'unread');
  if (pair || !isInside) {
    const read = pair === 'unread' ? undefined : pair;
    const [fixed, outside] = isInside ? [read, undefined] : [undefined, read];
    return { kind: 'router nat', dynamic: undefined, isStatic: true, fixed, outside, references };
  }
  const list = cursor.accept('list') && cursor.take()?.text;
  const target = cursor.accept('interface', 'pool')?.text.toLowerCase();
  const name = cursor.take()?.text;
  const isRead = list !== undefined && name !== undefined && target !== undefined;
  const dynamic = isRead ? ({ list, target: target === 'pool' ? 'pool' : 'interface', name } as const) : undefined;
  return { kind: 'router nat', dynamic, isStatic: false, fixed: undefined, outside: undefined, references };
}

/** `NAME FIRST LAST …`; without addresses of its own it is a pool of nothing known. */
export function readNatPool(cursor: Cursor): NatPool | undefined {
  const [name, low, high] = [cursor.take(), cursor.take(), cursor.take()].map((token) => token?.text ?? '');
  const [first, last] = [parseAddress(low ?? ''), parseAddress(high ?? '')];
  if (!name || !first || !last) return undefined;
  return { kind: 'nat pool', name, addresses: IpSet.range(first, last) };
}

/** `LOCAL GLOBAL`, `network LOCAL GLOBAL MASK` or `tcp|udp LOCAL PORT GLOBAL PORT`, with an interface for its address. */
function readStatic(cursor: Cursor): StaticNat | undefined {
  if (cursor.accept('network')) return readNetwork(cursor);
  const protocol = cursor.accept('tcp', 'udp')?.text.toLowerCase();
  const ported = protocol === 'tcp' || protocol === 'udp' ? protocol : undefined;
  const local = readAddress(cursor);
  const localPorts = ported ? readPort(cursor, ported) : ALL_PORTS;
  const interfaceName = cursor.accept('interface') && cursor.take()?.text;
  const global = interfaceName === undefined ? readAddress(cursor) : undefined;
  const globalPorts = ported ? readPort(cursor, ported) : ALL_PORTS;
  const isRead = local && localPorts && globalPorts && (global ?? interfaceName) !== undefined;
  if (!isRead) return undefined;
  return {
    local,
    global: global ?? { interface: interfaceName ?? '' },
    protocols: ported ? protocolSet(ported === 'tcp' ? TCP : UDP) : ALL_PROTOCOLS,
    localPorts,
    globalPorts,
    unread: readOptions(cursor),
  };
}

function readNetwork(cursor: Cursor): StaticNat | undefined {
  const [local, global, mask] = [cursor.take(), cursor.take(), cursor.take()].map((token) => token?.text ?? '');
  const [from, to] = [local, global].map((low = '') => {
    if (mask?.startsWith('/')) return parsePrefix(`${low}${mask}`);
    const [address, bits] = [quad(low), quad(mask ?? '')];
    return address === undefined || bits === undefined ? undefined : prefixOf(address, bits);
  });
  if (!from || !to || from.address.family === 6 || to.address.family === 6) return undefined;
  return {
    local: IpSet.of(from),
    global: IpSet.of(to),
    protocols: ALL_PROTOCOLS,
    localPorts: ALL_PORTS,
    globalPorts: ALL_PORTS,
    unread: readOptions(cursor),
  };
}

function readAddress(cursor: Cursor): IpSet | undefined {
  const text = cursor.take()?.text ?? '';
  const address = quad(text) === undefined ? undefined : parseAddress(text);
  return address && IpSet.range(address, address);
}

function readPort(cursor: Cursor, protocol: 'tcp' | 'udp'): PortSet | undefined {
  const port = portOf(cursor.take()?.text ?? '', protocol);
  return port === undefined ? undefined : IntervalSet.of([port, port]);
}

/** The first word behind the addresses on which it depends what is translated. */
function readOptions(cursor: Cursor): string | undefined {
  while (cursor.next) {
    if (cursor.accept('redundancy', 'mapping-id')) cursor.take();
    else if (OPTIONS.has(cursor.keyword)) cursor.take();
    else return cursor.next.text;
  }
  return undefined;
}
