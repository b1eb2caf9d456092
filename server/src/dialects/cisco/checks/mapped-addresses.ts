// Reports entries for the address that a published server has outside, in lists that see the one that it has inside.
import { formatAddress, IpSet, shortPrefixes } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { formatPorts } from '../../../model/ports.js';
import type { Problem } from '../../dialect.js';
import { matchesOf } from '../meaning/entry-rules.js';
import { type Translation, translationsOf } from '../meaning/translations.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { quotedLine, rangeIn } from '../program/quoted-line.js';
import { type EntryEnd, endOf } from './entry-ends.js';

/** How many translations are looked at, and how many comparisons of one with an entry are made in a file. */
const TRANSLATION_LIMIT = 1_000;
const COMPARISON_LIMIT = 200_000;

/** Translations of one list, and the addresses that they replace. */
interface Published {
  readonly translations: readonly Translation[];
  readonly mapped: IpSet;
}

/**
 * Since 8.3, "you must use the real, untranslated IP address" in the lists of interfaces (*Migration to Version 8.3*, "Real IP
 * Addresses in Access List Migration").
 */
export function mappedAddresses(program: Program): Problem[] {
  if (program.platform !== 'asa' || !program.nat.since83) return [];
  const translations = translationsOf(program).slice(0, TRANSLATION_LIMIT).filter(isPublishing);
  if (translations.length === 0) return [];
  let left = COMPARISON_LIMIT;
  return [...listsAt(program, translations)].flatMap(([name, published]) => {
    const entries = program.lists.get(name)?.entries ?? [];
    const compared = entries.slice(0, Math.floor(left / published.translations.length));
    left -= compared.length * published.translations.length;
    return compared.flatMap((placed) => problemIn(program, placed, published) ?? []);
  });
}

function isPublishing({ isTowardsSource, unknown, from, to }: Translation): boolean {
  return isTowardsSource && unknown === undefined && !from.overlaps(to);
}

/** The lists for packets that come in at an interface where servers are published. */
function listsAt(program: Program, translations: readonly Translation[]): ReadonlyMap<string, Published> {
  const lists = new Map<string, Published>();
  const add = (list: string, at: readonly Translation[]) => {
    const all = [...(lists.get(list)?.translations ?? []), ...at];
    // What is a real address as well may be meant.
    const real = IpSet.join(all.map(({ to }) => to));
    if (at.length > 0)
      lists.set(list, { translations: all, mapped: IpSet.join(all.map(({ from }) => from)).subtract(real) });
  };
  for (const { name, bindings } of program.interfaces) {
    const here = translations.filter(({ at }) => at === name || at === 'any');
    for (const { direction, list } of bindings) if (direction === 'in') add(list, here);
  }
  if (program.globalBinding) add(program.globalBinding.list, translations);
  return lists;
}

function problemIn(program: Program, placed: PlacedLine, { translations, mapped }: Published): Problem | undefined {
  const { statement } = placed.own;
  if (statement.kind !== 'entry') return undefined;
  const { entry } = statement;
  const boxes = matchesOf(entry, program.definitions).flatMap(({ match }) => match);
  if (boxes.length === 0 || !boxes.every(({ destination }) => mapped.containsAll(destination))) return undefined;
  const packets = PacketSet.from(boxes);
  const concerned = translations.filter((translation) => !packets.intersect(packetsOf(translation)).isEmpty);
  const [translation] = concerned;
  const others = concerned.reduce((rest, one) => rest.subtract(packetsOf(one)), packets);
  if (!translation || !others.isEmpty) return undefined;
  const { uri } = program;
  const named = shortPrefixes(IpSet.join(boxes.map(({ destination }) => destination)));
  const line = quotedLine(uri, translation.line);
  const ports = translation.fromPorts.equals(translation.toPorts) ? '' : `, port ${formatPorts(translation.toPorts)}`;
  const real = `${shortPrefixes(translation.to).join(', ')}${ports}`;
  // The destination is the last operand that names these addresses.
  const operand = endOf(program, [...entry.operands].reverse(), IpSet.join(boxes.map((box) => box.destination)));
  const range = operand ? rangeIn(placed, operand.range) : quotedLine(uri, placed).range;
  const replacement = concerned.length === 1 && operand ? replacementOf(operand, translation, boxes) : undefined;
  return {
    code: 'mapped-address',
    message: `no packet with the destination ${named.join(', ')} comes to this list: it is translated to ${real} before`,
    uri,
    range,
    related: [{ uri, range: line.range, message: line.text }],
    ...(replacement === undefined
      ? {}
      : { fix: { title: `Write '${replacement}'`, edits: [{ uri, range, newText: replacement }] } }),
  };
}

/** The packets that a translation is about, at any interface. */
function packetsOf({ source, protocols, sourcePorts, from, fromPorts }: Translation): PacketSet {
  const ports = { protocols, sourcePorts, destinationPorts: fromPorts };
  return PacketSet.of({ ...ANY_PACKET, ...ports, source, destination: from });
}

/** The real server in the notation of the operand; `undefined` where more than its address has to change. */
function replacementOf(
  { operand }: EntryEnd,
  { object, from, fromPorts, to, toPorts }: Translation,
  boxes: readonly PacketBox[],
): string | undefined {
  const isWhole = boxes.every(({ destination }) => destination.equals(from));
  if (!isWhole || !fromPorts.equals(toPorts)) return undefined;
  if (operand.kind === 'name') return operand.reference.kind === 'object' ? object : undefined;
  return to.size === 1n && to.first ? formatAddress(to.first) : undefined;
}
