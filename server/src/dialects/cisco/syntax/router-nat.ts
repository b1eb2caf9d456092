// Reads the translation rules of a router.
import { IpSet, parseAddress } from '../../../model/ip.js';
import type { Cursor } from './cursor.js';
import { readListUses } from './list-uses.js';
import type { NatPool, RouterNat, Token } from './tree.js';

/** `ip nat inside source list LIST interface NAME|pool NAME …`; other rules are not followed (*IOS IP Addressing Command Reference*). */
export function readRouterNat(cursor: Cursor, tokens: readonly Token[]): RouterNat {
  const uses = readListUses(tokens);
  const references = uses?.kind === 'use' ? uses.references : [];
  const isInside = tokens.some(({ text }) => text.toLowerCase() === 'inside');
  const isStatic = !isInside || cursor.accept('static') !== undefined;
  const list = cursor.accept('list') && cursor.take()?.text;
  const target = cursor.accept('interface', 'pool')?.text.toLowerCase();
  const name = cursor.take()?.text;
  const isRead = isInside && list !== undefined && name !== undefined && target !== undefined;
  const dynamic = isRead ? ({ list, target: target === 'pool' ? 'pool' : 'interface', name } as const) : undefined;
  return { kind: 'router nat', dynamic, isStatic, references };
}

/** `NAME FIRST LAST …`; without addresses of its own it is a pool of nothing known. */
export function readNatPool(cursor: Cursor): NatPool | undefined {
  const [name, low, high] = [cursor.take(), cursor.take(), cursor.take()].map((token) => token?.text ?? '');
  const [first, last] = [parseAddress(low ?? ''), parseAddress(high ?? '')];
  if (!name || !first || !last) return undefined;
  return { kind: 'nat pool', name, addresses: IpSet.range(first, last) };
}
