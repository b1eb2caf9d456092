// Which networks are behind which interface, and on which side of the device.
import { Memo } from '../../../kept/memo.js';
import { PRIVATE_SPACE } from '../../../model/ip.js';
import type { AttachedInterface, Surroundings } from '../../../model/surroundings.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { publishedAddresses } from './asa-nat.js';
import { internetRouting, levelOf } from './routing.js';

/**
 * The interfaces that share a routing table with the way to the internet. Those of other tables are left out, because no
 * packet passes between them; so are interfaces that have neither an address nor a list.
 */
export function surroundingsOf(program: Program): Surroundings {
  return known.of(program, read);
}

const known = new Memo<Program, Surroundings>();

function read(program: Program): Surroundings {
  const { routing, outside } = internetRouting(program);
  const others = routing.interfaces.filter(({ name }) => !outside.has(name));
  const highest = others.reduce((level, one) => Math.max(level, levelOf(one)), 0);
  const isTranslating = others.some(({ nat }) => nat === 'inside');
  const published = publishedAddresses(program, routing.networks);
  const attached = new Map<string, AttachedInterface>();
  for (const one of routing.interfaces) {
    if (attached.has(one.name) || !isAttached(one)) continue;
    const networks = routing.networks.get(one.name);
    // On an ASA, clients are behind the interfaces of the highest security level. On a router with NAT, private addresses
    // that are not translated have no way to the internet.
    const isClients =
      program.platform === 'asa'
        ? levelOf(one) === highest
        : !isTranslating || one.nat === 'inside' || !networks || !PRIVATE_SPACE.containsAll(networks);
    const standIns = published.get(one.name);
    attached.set(one.name, {
      name: one.name,
      ...(networks && !networks.isEmpty ? { networks } : {}),
      ...(standIns ? { published: standIns } : {}),
      side: outside.has(one.name) ? 'outside' : isClients ? 'inside' : 'between',
      statement: quotedLine(program.uri, one.addressLine ?? one.header),
    });
  }
  return { kind: 'interfaces', interfaces: [...attached.values()] };
}

function isAttached({ addresses, bindings, unmodelled, level, zone }: Interface): boolean {
  return addresses.length + bindings.length + unmodelled.length > 0 || (level ?? zone) !== undefined;
}
