// Hosts outside of a router that those inside know by another address.
import type { BaseChain, FilterRule } from '../../../model/filter.js';
import { ANY_PACKET, answering, type PacketBox } from '../../../model/packets.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { interfacesAt } from './static-nat.js';

/**
 * What such hosts send and get is left open at the rule for them (`ip nat outside source static`): what they send has the one
 * address in front of the router and the other one behind it. All other packets are as they are without the rule. `undefined`
 * where there is none.
 */
export function outsideHosts(program: Program): BaseChain | undefined {
  const [inside, outside] = [interfacesAt(program, 'inside'), interfacesAt(program, 'outside')];
  const rules = program.nat.router.flatMap(({ rule, line }): FilterRule[] => {
    if (!rule.outside) return [];
    const { local, global, protocols } = rule.outside;
    const known = 'interface' in global ? local : local.union(global);
    const match: PacketBox[] = [
      { ...ANY_PACKET, protocols, source: local, inInterface: outside },
      { ...ANY_PACKET, protocols, destination: known, inInterface: inside },
    ];
    const statement = quotedLine(program.uri, line);
    const reason = `it depends on what '${statement.text}' makes of the addresses`;
    const base = { statement, opaque: [], action: { kind: 'undecided', reason } } as const;
    return [
      { ...base, match, phases: ['first'] },
      { ...base, match: match.map(answering), phases: ['reply'] },
    ];
  });
  return rules.length === 0
    ? undefined
    : { name: 'hosts outside', rules, policy: 'accept', policyStatement: undefined };
}
