// Finds the packets that meet other rules in one version of a packet filter than in another.

import { addAll } from '../../kept/lists.js';
import type { FilterChain, FilterModel, OpaqueCondition } from '../../model/filter.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import { type PlacedRun, type RuleTemplate, runsOf } from '../../model/rule-runs.js';

/**
 * The packets that a rule which differs between the models can match. All others meet the same rules in the same order, so
 * their outcome is the same.
 * @param asked `first` where only first packets of connections are asked about, which a rule for established ones never sees; otherwise
 * all are, because replies depend on what their first packets have left
 */
export function changedPackets(before: FilterModel, after: FilterModel, asked: 'first' | 'all'): PacketSet {
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
  const changed: RuleTemplate[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [oldChain, nowChain] = [old.get(name), now.get(name)];
    if (oldChain && nowChain) addAll(changed, changedRules(oldChain, nowChain));
    // A base chain that was added or removed, or whose policy changed, concerns every packet.
    else if (!name.startsWith('chain ')) return PacketSet.of(ANY_PACKET);
    else for (const chain of [oldChain, nowChain]) if (chain) addAll(changed, rulesIn(runsOf(chain)));
  }
  const seen = asked === 'all' ? changed : changed.filter(({ phases }) => phases.includes(asked));
  return seen.flatMap(({ match }) => match).reduce((all, box) => all.union(PacketSet.of(box)), PacketSet.none);
}

/** The rules that only one of two chains has, or that the other one has at another place. */
function changedRules(before: FilterChain, after: FilterChain): readonly RuleTemplate[] {
  // Long files consist of runs that both have.
  return differences(runsOf(before), runsOf(after), (one, other) => one.run === other.run)
    .flatMap(([own, others]) => differences(rulesIn(own), rulesIn(others), sameRule))
    .flatMap(([own, others]) => [...own, ...others]);
}

function rulesIn(runs: readonly PlacedRun[]): readonly RuleTemplate[] {
  return runs.flatMap(({ run }) => run.templates);
}

/** Where two lists differ, only so many items are looked through for the next that both have. */
const LOOKED_THROUGH = 16;

/**
 * The parts in which two lists differ, each as it is in both: between them are parts that both have, in the same order. They may be larger
 * than they have to be, and are small where a few items were added or taken away at a few places.
 */
function differences<Item>(
  before: readonly Item[],
  after: readonly Item[],
  isSame: (one: Item, other: Item) => boolean,
): (readonly [readonly Item[], readonly Item[]])[] {
  const areSame = (i: number, j: number) => {
    const [one, other] = [before[i], after[j]];
    return one !== undefined && other !== undefined && isSame(one, other);
  };
  const shorter = Math.min(before.length, after.length);
  let back = 0;
  while (back < shorter && areSame(before.length - 1 - back, after.length - 1 - back)) back++;
  const [oldEnd, end] = [before.length - back, after.length - back];
  const found: (readonly [readonly Item[], readonly Item[]])[] = [];
  let [i, j] = [0, 0];
  while (i < oldEnd || j < end) {
    if (i < oldEnd && j < end && areSame(i, j)) {
      i++;
      j++;
      continue;
    }
    const next = nextShared([i, j], [oldEnd, end], areSame);
    found.push([before.slice(i, next[0]), after.slice(j, next[1])]);
    [i, j] = next;
  }
  return found;
}

/** The nearest places at which both lists have the same again; their ends where that is too far. */
function nextShared(
  [i, j]: readonly [number, number],
  [oldEnd, end]: readonly [number, number],
  areSame: (i: number, j: number) => boolean,
): [number, number] {
  for (let apart = 1; apart <= LOOKED_THROUGH; apart++) {
    for (let more = 0; more <= apart; more++) {
      const [own, other] = [i + more, j + apart - more];
      if (own < oldEnd && other < end && areSame(own, other)) return [own, other];
    }
  }
  return [oldEnd, end];
}

function sameRule(a: RuleTemplate, b: RuleTemplate): boolean {
  if (a === b) return true;
  if (a.match.length !== b.match.length || a.opaque.length !== b.opaque.length) return false;
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
