// What a network may choose freely to meet a requirement: undeclared inside addresses, and interfaces.
import type { FilterCase, FilterRule } from '../../../model/filter.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { NameSet } from '../../../model/names.js';
import { prefixesOf } from '../../../model/packet-text.js';
import { ALL_PROTOCOLS, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { FilterQuestion } from './question.js';

/** A box widened to all packets that have to pass together with any of its own: each choice is all or nothing. */
export function choiceOf(box: PacketBox, { asked, from, to, isBound }: FilterQuestion): PacketBox {
  return {
    ...asked,
    source: from.everyAddress ? asked.source : box.source,
    destination: to.everyAddress ? asked.destination : box.destination,
    ...(isBound ? {} : { inInterface: box.inInterface, outInterface: box.outInterface }),
  };
}

/** The choices that any of some packets belong to. */
export function choicesOf({ boxes }: PacketSet, question: FilterQuestion): PacketSet {
  return PacketSet.from(boxes.map((box) => choiceOf(box, question)));
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
 * The choice of undeclared addresses that is typical of most clients, where all choices are denied: rules that deny a single
 * host or network, or a whole interface, do not affect the other clients.
 */
export function typicalChoice(question: FilterQuestion, cases: readonly FilterCase[]): PacketBox | undefined {
  const denied = cases.filter(({ outcome }) => outcome.kind === 'deny');
  const shutsInterface = (rule: FilterRule | undefined) => !question.isBound && rule && deniesWholeInterface(rule);
  const deniedInterfaces = denied.flatMap(({ rule }) => (rule && shutsInterface(rule) ? rule.match : []));
  const withoutDeniedInterfaces = (box: PacketBox): PacketBox => {
    let { inInterface, outInterface } = question.asked;
    for (const other of deniedInterfaces) {
      if (!isAny(other.inInterface)) inInterface = inInterface.intersect(other.inInterface.complement());
      else outInterface = outInterface.intersect(other.outInterface.complement());
    }
    return { ...choiceOf(box, question), inInterface, outInterface };
  };
  const general = denied.filter(({ rule }) => !shutsInterface(rule));
  let typical: PacketBox | undefined;
  let most = 0n;
  for (const box of general.flatMap(({ packets }) => packets.boxes).slice(-DENIED_LIMIT)) {
    const choice = withoutDeniedInterfaces(box);
    const size = choice.source.size * choice.destination.size;
    // Of equal sizes the last: the rule that denies the rest comes last.
    if (size < most) continue;
    most = size;
    typical = choice;
  }
  return typical;
}

/** Whether a rule denies all packets that come in, or that go out, on some interfaces. */
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

/** The undeclared addresses and interfaces that a met requirement depends on, as text; `undefined` for none. */
export function describeChoice({ from, to }: FilterQuestion, serving: PacketSet): string | undefined {
  const box = serving.boxes[0];
  if (!box) return undefined;
  const parts: string[] = [];
  if (!from.everyAddress && !box.source.equals(PRIVATE_SPACE)) parts.push(`from ${prefixesOf(box.source)}`);
  if (!to.everyAddress && !box.destination.equals(PRIVATE_SPACE)) parts.push(`to ${prefixesOf(box.destination)}`);
  const [inside, outside] = [box.inInterface.describe(), box.outInterface.describe()];
  if (inside !== '') parts.push(`in on ${inside}`);
  if (outside !== '') parts.push(`out on ${outside}`);
  return parts.length === 0 ? undefined : parts.join(' ');
}
