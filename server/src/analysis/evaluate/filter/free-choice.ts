// What a network may choose by itself to meet a requirement: undeclared inside addresses, and interfaces.
import type { FilterCase, FilterRule } from '../../../model/filter.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { NameSet } from '../../../model/names.js';
import { ALL_PROTOCOLS, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { FilterQuestion } from './question.js';

/** A box with everything that has to pass together with any of its packets: each choice is all or nothing. */
export function choiceOf(box: PacketBox, { asked, from, to }: FilterQuestion): PacketBox {
  return {
    ...asked,
    source: from.everyAddress ? asked.source : box.source,
    destination: to.everyAddress ? asked.destination : box.destination,
    inInterface: box.inInterface,
    outInterface: box.outInterface,
  };
}

/** The choices that any of some packets belong to. */
export function choicesOf({ boxes }: PacketSet, question: FilterQuestion): PacketSet {
  return PacketSet.of(...boxes.map((box) => choiceOf(box, question)));
}

/** How many choices are compared for the one that is served most. */
const CHOICE_LIMIT = 32;

/** The choice of undeclared addresses and interfaces for which the least is missing; `undefined` where none is served. */
export function bestServedChoice(
  question: FilterQuestion,
  accepting: readonly FilterCase[],
  definitelyDenied: PacketSet,
): PacketBox | undefined {
  let best: PacketBox | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  const served = accepting.flatMap(({ packets }) => packets.boxes).slice(0, CHOICE_LIMIT);
  for (const box of served) {
    const choice = choiceOf(box, question);
    const missing = definitelyDenied.intersect(PacketSet.of(choice)).boxes.length;
    if (missing < fewest) {
      best = choice;
      fewest = missing;
    }
  }
  return best;
}

/** How many boxes are compared for the choice that is denied by the most general rule. */
const DENIED_LIMIT = 256;

/**
 * The choice of undeclared addresses that most clients would make, where all of them are denied: rules that deny a single
 * host or network, or a whole interface, do not affect the others.
 */
export function typicalChoice(question: FilterQuestion, cases: readonly FilterCase[]): PacketBox | undefined {
  const denied = cases.filter(({ outcome }) => outcome.kind === 'deny');
  const closed = denied.flatMap(({ rule }) => (rule && deniesWholeInterface(rule) ? rule.match : []));
  const withoutClosed = (box: PacketBox): PacketBox => {
    let { inInterface, outInterface } = question.asked;
    for (const other of closed) {
      if (!isAny(other.inInterface)) inInterface = inInterface.intersect(other.inInterface.complement());
      else outInterface = outInterface.intersect(other.outInterface.complement());
    }
    return { ...choiceOf(box, question), inInterface, outInterface };
  };
  const general = denied.filter(({ rule }) => !rule || !deniesWholeInterface(rule));
  let typical: PacketBox | undefined;
  let most = 0n;
  for (const box of general.flatMap(({ packets }) => packets.boxes).slice(-DENIED_LIMIT)) {
    const choice = withoutClosed(box);
    const size = choice.source.size * choice.destination.size;
    // What denies everything else comes last.
    if (size < most) continue;
    most = size;
    typical = choice;
  }
  return typical;
}

/** Whether a rule denies all that comes in, or goes out, at some interfaces. */
function deniesWholeInterface({ match }: FilterRule): boolean {
  return match.every(
    ({ source, destination, protocols, inInterface, outInterface }) =>
      (source.v4.equals(IpSet.all.v4) || source.v6.equals(IpSet.all.v6)) &&
      (destination.v4.equals(IpSet.all.v4) || destination.v6.equals(IpSet.all.v6)) &&
      protocols.equals(ALL_PROTOCOLS) &&
      isAny(inInterface) !== isAny(outInterface),
  );
}

function isAny(interfaces: NameSet): boolean {
  return interfaces.complement().isEmpty;
}

/** Which undeclared addresses and interfaces a met requirement rests on; `undefined` where it rests on none. */
export function describeChoice({ from, to }: FilterQuestion, serving: PacketSet): string | undefined {
  const box = serving.boxes[0];
  if (!box) return undefined;
  const parts: string[] = [];
  const addresses = (set: IpSet) => set.toPrefixes().slice(0, 3).join(', ');
  if (!from.everyAddress && !box.source.equals(PRIVATE_SPACE)) parts.push(`from ${addresses(box.source)}`);
  if (!to.everyAddress && !box.destination.equals(PRIVATE_SPACE)) parts.push(`to ${addresses(box.destination)}`);
  const [inside, outside] = [box.inInterface.describe(), box.outInterface.describe()];
  if (inside !== '') parts.push(`in at ${inside}`);
  if (outside !== '') parts.push(`out at ${outside}`);
  return parts.length === 0 ? undefined : parts.join(' ');
}
