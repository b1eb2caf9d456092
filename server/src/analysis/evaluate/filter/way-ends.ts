// The two ends of a packet's way: some addresses, with the interfaces that they may be behind.
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { AttachedInterface } from '../../../model/surroundings.js';
import type { End } from './ends.js';

/** Some addresses of one end, with the interfaces that they may be behind. */
export interface Part {
  readonly addresses: IpSet;
  readonly interfaces: readonly string[];
  /** `all`: behind each of them. `any`: any will do. `one`: behind one of them, and the file does not show which. */
  readonly behind: 'all' | 'any' | 'one';
  /** The interface, where it is one whose networks are known. */
  readonly at?: AttachedInterface;
  /** Set where the interface is one of several that the addresses may be behind. */
  readonly isAssumed?: true;
  /** Set for private addresses in no network that the file shows: the interfaces are only those that are left. */
  readonly isNowhere?: true;
  /** Set for the host itself, which is behind none. */
  readonly isHost?: true;
}

export function hostPart(addresses: IpSet): Part {
  return { addresses, interfaces: [], behind: 'all', isHost: true };
}

/** Each way in which parts may be behind their interfaces. */
export function alternatives(parts: readonly Part[]): (readonly Part[])[] {
  const open = parts.find(({ behind }) => behind === 'one');
  if (!open) return [parts];
  const others = parts.filter((part) => part !== open);
  return open.interfaces.map((name) => [...others, { ...open, interfaces: [name], behind: 'all', isAssumed: true }]);
}

/**
 * The networks inside, each of which may be that of the clients; none where these are of the other address family, and
 * `undefined` where the file shows none, or may leave out those of this family.
 */
export function clientNetworks(
  among: IpSet,
  interfaces: readonly AttachedInterface[],
): (Part & { readonly at: AttachedInterface })[] | undefined {
  const inner = interfaces.filter(({ side }) => side !== 'outside');
  const families = ([4, 6] as const).filter((family) => !among.ofFamily(family).isEmpty);
  const ofFamilies = (set: IpSet) => IpSet.join(families.map((family) => set.ofFamily(family)));
  const shown = inner.filter(({ networks }) => networks && !ofFamilies(networks).isEmpty);
  if (shown.length === 0) {
    const isComplete = !inner.some(({ name, networks, side }) => name === '' && !networks && side === 'inside');
    return isComplete && inner.some(({ networks }) => networks && !networks.isEmpty) ? [] : undefined;
  }
  const known = IpSet.join(shown.flatMap(({ networks }) => networks ?? []));
  const isNetwork = ({ name, networks }: AttachedInterface) => name !== '' || networks !== undefined;
  return inner.filter(isNetwork).flatMap((at) => {
    const addresses = at.networks ? ofFamilies(at.networks) : among.subtract(known);
    return addresses.isEmpty ? [] : [{ addresses, interfaces: [at.name], behind: behindOne(at.name), at }];
  });
}

/** Whether addresses are behind one interface, or behind some that the file does not name. */
function behindOne(name: string | undefined): 'all' | 'any' {
  return name === '' ? 'any' : 'all';
}

/** The addresses of an end by the interfaces that they are behind. */
export function partsOf(
  addresses: IpSet,
  end: End,
  interfaces: readonly AttachedInterface[],
  side: 'from' | 'to' | 'receiver',
): readonly Part[] {
  // An interface with several networks is there several times.
  const names = (some: readonly AttachedInterface[]) => [
    ...new Set((some.length > 0 ? some : interfaces).map(({ name }) => name)),
  ];
  // Where somebody unknown is, is left open: inside, if the file shows where that is.
  const inner = names(interfaces.filter((one) => one.side !== 'outside'));
  if (!end.isKnown) return [{ addresses, interfaces: inner, behind: 'any' }];
  const outside = interfaces.filter((one) => one.side === 'outside');
  // What goes to the internet may take any of several lines; what comes from there is published by one of them.
  const isOnlyOne = outside.length > 0 && names(outside).length === 1;
  const behind = isOnlyOne || (side !== 'from' && outside.length > 0) ? 'all' : 'any';
  // Documents write the internet as every address.
  if (isEveryAddress(addresses) && outside.length > 0) return [{ addresses, interfaces: names(outside), behind }];
  const parts: Part[] = [];
  // Stand-ins of published servers lead to these, whichever network they are of.
  const standIns = side !== 'from' ? IpSet.join(interfaces.flatMap(({ published }) => published ?? [])) : IpSet.empty;
  const others = addresses.subtract(standIns);
  let rest = addresses;
  for (const at of interfaces) {
    const networks = at.networks?.intersect(others) ?? IpSet.empty;
    const own = side !== 'from' && at.published ? networks.union(at.published.intersect(addresses)) : networks;
    if (own.isEmpty) continue;
    parts.push({ addresses: own, interfaces: [at.name], behind: behindOne(at.name), at });
    rest = rest.subtract(own);
  }
  const internet = rest.subtract(PRIVATE_SPACE);
  // Who receives from the internet is not there, but behind some other interface.
  const isReceived = side === 'receiver' && outside.length > 0;
  const entry: Pick<Part, 'interfaces' | 'behind'> = isReceived
    ? { interfaces: inner, behind: inner.length === 1 ? behindOne(inner[0]) : 'one' }
    : { interfaces: names(outside), behind };
  if (!internet.isEmpty) parts.push({ addresses: internet, ...entry });
  const elsewhere = rest.intersect(PRIVATE_SPACE);
  const unknown = interfaces.filter(({ networks }) => !networks);
  // Inside, where some of the interfaces there are not named.
  const isInner = unknown.some(({ name }) => name === '');
  const open = names(isInner ? unknown.filter((one) => one.side !== 'outside') : unknown);
  if (!elsewhere.isEmpty) {
    parts.push({
      addresses: elsewhere,
      interfaces: open,
      behind: open.length === 1 ? behindOne(open[0]) : 'one',
      isNowhere: true,
    });
  }
  return parts;
}

function isEveryAddress(addresses: IpSet): boolean {
  return ([4, 6] as const).some((family) => addresses.equals(IpSet.all.ofFamily(family)));
}
