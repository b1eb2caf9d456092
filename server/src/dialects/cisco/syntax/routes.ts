// Reads static routes.
import { type Prefix, parsePrefix } from '../../../model/ip.js';
import { isNetmask, quad } from './addresses.js';
import { Cursor } from './cursor.js';
import type { Statement, StaticRoute, Token } from './tree.js';

/** How many words after the network may say where a route leads: an interface of two words, and a neighbour. */
const TARGET_WORDS = 3;

/**
 * `[vrf NAME] NETWORK [INTERFACE] [NEIGHBOUR] …`, on the ASA `INTERFACE NETWORK NEIGHBOUR …`; `undefined` where the network
 * cannot be read. `global` says that the neighbour is in the global table (*IOS IP Routing Command Reference*, `ip route vrf`).
 */
export function readRoute(cursor: Cursor, indented: boolean): StaticRoute | undefined {
  const vrf = cursor.accept('vrf') && cursor.take()?.text;
  const first = cursor.next;
  // The IPv6 routes of an ASA begin with the interface, as all of its routes do.
  const through = first && !isAddressLike(first.text) ? cursor.take()?.text : undefined;
  const prefix = takePrefix(cursor);
  if (!prefix) return undefined;
  const rest = cursor.rest().map(({ text }) => text);
  const targets = through === undefined ? targetsIn(rest) : [through];
  const leaks = rest.some((word) => word.toLowerCase() === 'global');
  return { kind: 'route', prefix, targets, vrf, leaks, indented };
}

/** A line of `router static` of IOS XR: `vrf NAME`, or a route without a command before it; `undefined` for any other. */
export function readRouteLine(tokens: readonly Token[]): Statement | undefined {
  const [first, second] = tokens;
  if (first?.text.toLowerCase() === 'vrf' && second && tokens.length === 2) {
    return { kind: 'open-section', mode: { kind: 'vrf', name: second.text } };
  }
  return first?.text.includes('/') && parsePrefix(first.text) ? readRoute(new Cursor(tokens), true) : undefined;
}

/** The words that may name an interface or a neighbour, and the first two together: `GigabitEthernet 0/1`. */
function targetsIn(rest: readonly string[]): string[] {
  const words = rest.slice(0, TARGET_WORDS);
  const [name, number] = words;
  return name !== undefined && number !== undefined && /^[a-z-]+$/i.test(name) ? [name + number, ...words] : words;
}

function isAddressLike(text: string): boolean {
  return /^[\d:]/.test(text) || parsePrefix(text) !== undefined;
}

/** `ADDRESS MASK`, `ADDRESS/LENGTH`, and on the ASA `0 0`. */
function takePrefix(cursor: Cursor): Prefix | undefined {
  const text = cursor.take()?.text ?? '';
  if (text.includes('/')) return parsePrefix(text);
  const [address, mask] = [text, cursor.take()?.text ?? ''].map((part) => (part === '0' ? 0 : quad(part)));
  return address === undefined || mask === undefined ? undefined : prefixOf(address, mask);
}

/** The network of an IPv4 address with its netmask; `undefined` where the mask is none. */
export function prefixOf(address: number, mask: number): Prefix | undefined {
  if (!isNetmask(mask)) return undefined;
  return { address: { family: 4, value: address }, length: 32 - Math.round(Math.log2((~mask >>> 0) + 1)) };
}
