// Which packets to a router's addresses it sends on to others: those whose destination its rules replace.
import { Memo } from '../../../kept/memo.js';
import { filteringPoints } from '../../../model/asked-points.js';
import type { FilterModel } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { destinationsOf } from '../../../model/published-packets.js';
import { runsOf } from '../../../model/rule-runs.js';

/** Where packets are sent to. */
export type Towards = Pick<PacketBox, 'destination' | 'protocols' | 'destinationPorts'>;

/**
 * Whether a filter replaces the destination of all these packets by that of somebody else, or names that one itself: then
 * "forward: all packets that are routed to other hosts" pass its forward path and not its input (*nft*, "Address families";
 * DNAT stands "before the routing decision", *iptables extensions*).
 */
export function isSentOn(model: FilterModel, towards: Towards): boolean {
  const replaced = replacements.of(model, replacedBy);
  return replaced !== undefined && PacketSet.of({ ...ANY_PACKET, ...towards }).subtract(replaced).isEmpty;
}

const replacements = new Memo<FilterModel, PacketSet | undefined>();

/** How many rules are searched for new destinations. */
const RULE_LIMIT = 5_000;

/** This host itself. */
const LOOPBACK = IpSet.parse('127.0.0.0/8', '::1/128');

/** Where the packets whose destination is replaced are sent to, before and after; `undefined` where none is. */
function replacedBy(model: FilterModel): PacketSet | undefined {
  const { chains } = model;
  const forward = filteringPoints(model).find(({ hook }) => hook === 'forward');
  const found: PacketBox[] = [];
  let left = RULE_LIMIT;
  for (const { run } of [...(forward?.chains ?? []), ...(forward ? chains.values() : [])].flatMap(runsOf)) {
    for (const { match, action } of run.templates) {
      if (left-- <= 0) return undefined;
      const to = destinationsOf(action);
      if (!to || to.overlaps(LOOPBACK)) continue;
      for (const { destination, protocols, destinationPorts } of match) {
        found.push({ ...ANY_PACKET, destination, protocols, destinationPorts });
      }
      found.push({ ...ANY_PACKET, destination: to });
    }
  }
  return found.length === 0 ? undefined : PacketSet.from(found);
}
