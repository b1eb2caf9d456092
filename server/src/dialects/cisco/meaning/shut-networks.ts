// Networks of interfaces that are shut down: the file does not tell by which way their packets come and go, if at all.
import type { BaseChain, FilterRule } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { prefixesOf } from '../../../model/packet-text.js';
import { ANY_PACKET } from '../../../model/packets.js';
import { addressesOf } from '../program/own-addresses.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { internetRouting, shutInterfaces } from './routing.js';

/** A chain in front of all others; `undefined` where every network of the file is up, or has another way. */
export function shutChain(program: Program): BaseChain | undefined {
  const down = shutInterfaces(program.interfaces);
  if (down.length === 0) return undefined;
  const { routing, outside } = internetRouting(program);
  // Documents write the internet as every address; these are not there.
  const inner = NameSet.of(...outside).complement();
  const tables = new Set(routing.interfaces.map(({ vrf }) => vrf));
  const reached = IpSet.join(routing.networks.map(({ addresses }) => addresses));
  const rules = down
    .filter(({ vrf }) => tables.has(vrf))
    .flatMap((one) =>
      addressesOf(one).flatMap(({ network, line }): FilterRule[] => {
        const addresses = IpSet.of(network).subtract(reached);
        if (addresses.isEmpty) return [];
        const reason = `${prefixesOf(addresses)} is behind ${one.name}, which is shut down`;
        const match = [
          { ...ANY_PACKET, source: addresses, inInterface: inner },
          { ...ANY_PACKET, destination: addresses, outInterface: inner },
        ];
        const statement = quotedLine(program.uri, line);
        const action = { kind: 'undecided', reason } as const;
        return [{ statement, match, phases: ['first', 'reply'], opaque: [], action }];
      }),
    );
  return rules.length === 0
    ? undefined
    : { name: 'interfaces that are shut down', rules, policy: 'accept', policyStatement: undefined };
}
