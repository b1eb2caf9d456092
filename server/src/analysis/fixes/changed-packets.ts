// Finds the packets that meet other rules in one version of a packet filter than in another.

import { addAll } from '../../kept/lists.js';
import type { FilterChain, FilterModel, FilterRule, OpaqueCondition } from '../../model/filter.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import { type PlacedRun, runsOf } from '../../model/rule-runs.js';

/**
 * The packets that a rule which differs between the models can match. All others meet the same rules in the same order, so
 * their outcome is the same.
 */
export function changedPackets(before: FilterModel, after: FilterModel): PacketSet {
  const chains = (model: FilterModel) =>
    new Map([
      ...[...model.chains].map(([name, chain]): [string, FilterChain] => [`chain ${name}`, chain]),
      ...model.points.flatMap((point) =>
        point.chains.map((chain, i): [string, FilterChain] => [
          `${point.name} ${i} ${chain.name} ${chain.policy}`,
          chain,
        ]),
      ),
    ]);
  const [old, now] = [chains(before), chains(after)];
  const boxes: PacketBox[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [oldChain, nowChain] = [old.get(name), now.get(name)];
    if (oldChain && nowChain) addAll(boxes, changedBoxes(...differingRules(oldChain, nowChain)));
    // A base chain that was added or removed, or whose policy changed, concerns every packet.
    else if (!name.startsWith('chain ')) return PacketSet.of(ANY_PACKET);
    else addAll(boxes, changedBoxes(oldChain?.rules ?? [], nowChain?.rules ?? []));
  }
  return boxes.reduce((all, box) => all.union(PacketSet.of(box)), PacketSet.none);
}

/** The rules of both chains without the runs at their ends that both have, which long files consist of. */
function differingRules(before: FilterChain, after: FilterChain): [readonly FilterRule[], readonly FilterRule[]] {
  const [old, now] = [runsOf(before), runsOf(after)];
  const shorter = Math.min(old.length, now.length);
  let front = 0;
  while (front < shorter && old[front]?.run === now[front]?.run) front++;
  let back = 0;
  while (back < shorter - front && old[old.length - 1 - back]?.run === now[now.length - 1 - back]?.run) back++;
  const middle = (runs: readonly PlacedRun[]) => runs.slice(front, runs.length - back).flatMap((run) => run.rules());
  return [middle(old), middle(now)];
}

function changedBoxes(before: readonly FilterRule[], after: readonly FilterRule[]): PacketBox[] {
  const shorter = Math.min(before.length, after.length);
  let front = 0;
  while (front < shorter && sameRule(before[front], after[front])) front++;
  let back = 0;
  while (back < shorter - front && sameRule(before[before.length - 1 - back], after[after.length - 1 - back])) back++;
  const middle = [...before.slice(front, before.length - back), ...after.slice(front, after.length - back)];
  return middle.flatMap(({ match }) => match);
}

function sameRule(a: FilterRule | undefined, b: FilterRule | undefined): boolean {
  if (!a || !b || a.match.length !== b.match.length || a.opaque.length !== b.opaque.length) return false;
  if (a.action.kind !== b.action.kind || a.phases.length !== b.phases.length) return false;
  if ('chain' in a.action && 'chain' in b.action && a.action.chain !== b.action.chain) return false;
  if (a.opaque.some((condition, i) => !sameCondition(condition, b.opaque[i]))) return false;
  if (a.phases.some((phase, i) => phase !== b.phases[i])) return false;
  // Most rules are as they were, box by box.
  if (
    a.match === b.match ||
    (a.match.length === b.match.length && a.match.every((box, i) => areAlike(box, b.match[i])))
  )
    return true;
  const [matchA, matchB] = [PacketSet.from(a.match), PacketSet.from(b.match)];
  return matchA.containsAll(matchB) && matchB.containsAll(matchA);
}

/** Whether two boxes have the same in each property. */
function areAlike(one: PacketBox, other: PacketBox | undefined): boolean {
  return (
    one === other ||
    (other !== undefined &&
      one.source.equals(other.source) &&
      one.destination.equals(other.destination) &&
      one.protocols.equals(other.protocols) &&
      one.sourcePorts.equals(other.sourcePorts) &&
      one.destinationPorts.equals(other.destinationPorts) &&
      one.inInterface.equals(other.inInterface) &&
      one.outInterface.equals(other.outInterface))
  );
}

function sameCondition(a: OpaqueCondition, b: OpaqueCondition | undefined): boolean {
  if (!b || a.text !== b.text) return false;
  if (!a.hosts || !b.hosts) return a.hosts === b.hosts;
  return a.hosts.subtract(b.hosts).isEmpty && b.hosts.subtract(a.hosts).isEmpty;
}
