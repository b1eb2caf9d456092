// The addresses of the device itself.
import { IpSet, type Prefix, parsePrefix } from '../../../model/ip.js';
import { quad } from '../syntax/addresses.js';
import { prefixOf } from '../syntax/routes.js';
import type { PlacedLine } from './blocks.js';
import type { Interface } from './interfaces.js';

/** An address of the device itself, with its network. */
export interface OwnAddress {
  readonly own: IpSet;
  readonly network: Prefix;
  readonly line: PlacedLine;
}

/** The addresses that an interface has, secondary ones included; none for those that DHCP gives. */
export function addressesOf({ addresses }: Pick<Interface, 'addresses'>): OwnAddress[] {
  return addresses.flatMap(({ text, line }) => {
    const [written = '', mask = ''] = text.split(' ');
    const single = parsePrefix(written);
    const netmask = quad(mask);
    const network =
      single?.address.family === 4 && netmask !== undefined ? prefixOf(single.address.value, netmask) : single;
    if (!single || !network) return [];
    return [{ own: IpSet.range(single.address, single.address), network, line }];
  });
}

/** The first addresses of both families of each interface, by its name. */
export function ownAddresses(interfaces: readonly Interface[]): ReadonlyMap<string, IpSet> {
  const known = new Map<string, IpSet>();
  for (const one of interfaces) {
    const all = addressesOf(one).map(({ own }) => own);
    const [v4, v6] = [all.find((own) => !own.v4.isEmpty), all.filter((own) => !own.v6.isEmpty)];
    if (!known.has(one.name)) known.set(one.name, IpSet.join([...(v4 ? [v4] : []), ...v6]));
  }
  return known;
}
