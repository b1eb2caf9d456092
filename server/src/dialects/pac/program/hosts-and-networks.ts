// The hosts that a text names, and the networks of an address and a mask.
import { IpSet, parseAddress } from '../../../model/ip.js';

export const HOST_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
export const NAME_LENGTH = 253;

/**
 * The host names in a text: itself without scheme, port and path, without leading dot or `*.`, and with wildcards
 * inside filled in.
 */
export function hostsIn(text: string): string[] {
  if (text.length > 300) return [];
  const authority = text
    .toLowerCase()
    .replace(/^[a-z*?]{1,8}:\/\//, '')
    .replace(/[/:].*$/s, '');
  const names = new Set<string>();
  for (const filling of ['', 'x']) {
    const name = authority
      .replace(/^[*.?]+(?=\.)/, '')
      .replace(/[*?]/g, filling)
      .replace(/^\.+|\.+$/g, '');
    if (name.length <= NAME_LENGTH && HOST_NAME.test(name)) names.add(name);
  }
  return [...names];
}

/** The network of an address and a mask as isInNet reads them; `undefined` where they are not a network. */
export function networkOf(
  pattern: string | undefined,
  mask: string | undefined,
): { readonly set: IpSet; readonly length: number; readonly text: string } | undefined {
  const address = pattern === undefined ? undefined : parseAddress(pattern);
  const bits = mask === undefined ? undefined : parseAddress(mask);
  if (address?.family !== 4 || bits?.family !== 4) return undefined;
  const length = maskLength(bits.value);
  if (length === undefined) return undefined;
  const set = IpSet.of({ address, length });
  return { set, length, text: set.toPrefixes()[0] ?? '0.0.0.0/0' };
}

/** The prefix length of a mask; `undefined` where its ones are not all on the left. */
export function maskLength(mask: number): number | undefined {
  for (let length = 0; length <= 32; length++) if (mask === 2 ** 32 - 2 ** (32 - length)) return length;
  return undefined;
}
