// Networks of interfaces that are shut down, in another routing table, or for the device alone: the file does not tell by which
// way their packets come and go, if at all.
import type { BaseChain, FilterRule } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { prefixesOf } from '../../../model/packet-text.js';
import { ANY_PACKET } from '../../../model/packets.js';
import type { Interface } from '../program/interfaces.js';
import { addressesOf } from '../program/own-addresses.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { internetRouting, shutInterfaces } from './routing.js';

/** A chain in front of all others; `undefined` where every network of the file has a way. */
export function shutChain(program: Program): BaseChain | undefined {
  const { routing, outside } = internetRouting(program);
  const shut = new Set(shutInterfaces(program.interfaces));
  // Documents write the internet as every address; these are not there.
  const inner = NameSet.from(outside).complement();
  const tables = new Set(routing.interfaces.map(({ vrf }) => vrf));
  const reached = IpSet.join(routing.networks.map(({ addresses }) => addresses));
  const why = (one: Interface): string | undefined => {
    if (shut.has(one)) return tables.has(one.vrf) ? 'which is shut down' : undefined;
    if (isOfDevice(one)) return 'which serves the device alone';
    return tables.size > 0 && !tables.has(one.vrf) ? `which is in ${tableOf(one)}` : undefined;
  };
  const rules = program.interfaces.flatMap((one) => {
    const reasonOf = why(one);
    if (reasonOf === undefined) return [];
    return addressesOf(one).flatMap(({ network, line }): FilterRule[] => {
      const addresses = IpSet.of(network).subtract(reached);
      if (addresses.isEmpty) return [];
      const reason = `${prefixesOf(addresses)} is behind ${one.name}, ${reasonOf}`;
      const sent = { ...ANY_PACKET, source: addresses, inInterface: inner };
      const received = { ...ANY_PACKET, destination: addresses, outInterface: inner };
      const statement = quotedLine(program.uri, line);
      const base = { statement, opaque: [], action: { kind: 'undecided', reason } } as const;
      if (shut.has(one)) return [{ ...base, match: [sent, received], phases: ['first', 'reply'] }];
      // Where a requirement is for any server inside, those of the way to the internet are meant.
      return [
        { ...base, match: [sent], phases: ['first'] },
        { ...base, match: [received], phases: ['reply'] },
      ];
    });
  });
  return rules.length === 0
    ? undefined
    : { name: 'interfaces without this traffic', rules, policy: 'accept', policyStatement: undefined };
}

function tableOf({ vrf }: Interface): string {
  return vrf === undefined ? 'the global routing table' : `the routing table ${vrf}`;
}

/** Whether an interface only serves the management of the device. The addresses of loopbacks are its own. */
function isOfDevice({ management, name }: Interface): boolean {
  return management || /^(?:mgmt|management)/i.test(name);
}
