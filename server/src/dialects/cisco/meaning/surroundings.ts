// Which networks are behind which interface, and on which side of the device.
import { Memo } from '../../../kept/memo.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { AttachedInterface, Surroundings } from '../../../model/surroundings.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { publishedAddresses } from './nat-chain.js';
import { isDropping } from './qos.js';
import { internetRouting, type KnownNetwork, levelOf, type Routing } from './routing.js';

/**
 * The interfaces that share a routing table with the way to the internet. Those of other tables are left out, because no
 * packet passes between them; so are interfaces that have neither an address nor a list.
 */
export function surroundingsOf(program: Program): Surroundings {
  return known.of(program, read);
}

const known = new Memo<Program, Surroundings>();

/** How many networks of one interface, and of a file, are told apart. */
const NETWORK_LIMIT = 16;
const TOTAL_LIMIT = 64;

function read(program: Program): Surroundings {
  const { routing, outside } = internetRouting(program);
  const networks = networksByInterface(routing);
  const published = publishedAddresses(program, routing, outside);
  const others = routing.interfaces.filter(({ name }) => !outside.has(name));
  const highest = others.reduce((level, one) => Math.max(level, levelOf(one)), 0);
  const isTranslating = others.some(({ nat }) => nat === 'inside');
  const attached = new Map<string, readonly AttachedInterface[]>();
  for (const one of routing.interfaces) {
    const { name } = one;
    if (attached.has(name) || !isAttached(program, one)) continue;
    // On an ASA, clients are behind the interfaces of the highest security level. On a router with NAT, private addresses
    // that are not translated have no way to the internet.
    const isClientNetwork = (addresses: IpSet | undefined) =>
      program.platform === 'asa'
        ? levelOf(one) === highest
        : !isTranslating || one.nat === 'inside' || !addresses || !PRIVATE_SPACE.containsAll(addresses);
    const sideOf = (addresses?: IpSet) =>
      outside.has(name) ? 'outside' : isClientNetwork(addresses) ? 'inside' : 'between';
    const standIns = published.get(name);
    const base = { name, ...(standIns ? { published: standIns } : {}) };
    const own = networks.get(name) ?? [];
    const shown = own.map(({ addresses, line, route }): AttachedInterface => {
      const statement = quotedLine(program.uri, line);
      return { name, networks: addresses, side: sideOf(addresses), statement, ...(route ? { route } : {}) };
    });
    const line = one.addresses[0]?.line ?? one.header;
    const [first = { side: sideOf(), statement: quotedLine(program.uri, line) }, ...more] = shown;
    attached.set(name, [{ ...first, ...base }, ...more]);
  }
  // A part of a configuration may name an interface in a translation alone.
  const named = new Set(program.interfaces.map(({ name }) => name));
  const elsewhere = [...published].flatMap(([name, standIns]): AttachedInterface[] =>
    named.has(name) ? [] : [{ name, published: standIns, side: 'inside' }],
  );
  return { kind: 'interfaces', interfaces: [...[...attached.values()].flat(), ...elsewhere] };
}

/** Each network is one of its own, as far as there are not too many. */
function networksByInterface({ networks }: Routing): ReadonlyMap<string, readonly KnownNetwork[]> {
  const byName = new Map<string, KnownNetwork[]>();
  for (const network of networks) {
    const own = byName.get(network.interface);
    if (own) own.push(network);
    else byName.set(network.interface, [network]);
  }
  const isMuch = networks.length > TOTAL_LIMIT;
  return new Map(
    [...byName].map(([name, own]) => [name, isMuch || own.length > NETWORK_LIMIT ? joined(own) : own] as const),
  );
}

function joined(networks: readonly KnownNetwork[]): readonly KnownNetwork[] {
  const [first] = networks;
  return first
    ? [{ ...first, route: undefined, addresses: IpSet.join(networks.map(({ addresses }) => addresses)) }]
    : [];
}

function isAttached(program: Program, { addresses, bindings, unmodelled, policies, level, zone }: Interface): boolean {
  const drops = policies.some(({ name }) => isDropping(program, name));
  return drops || addresses.length + bindings.length + unmodelled.length > 0 || (level ?? zone) !== undefined;
}
