// The edit that adds entries to the lists that deny.
import type { Phase } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, answering, type PacketBox, PacketSet } from '../../../model/packets.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, FilterChange, Source } from '../../dialect.js';
import { allBut } from '../../shared/denials.js';
import { readableName } from '../../shared/readable-name.js';
import { sourcePortsFor } from '../../shared/source-ports.js';
import { familiesOf } from '../meaning/list-rules.js';
import { type AccessList, type ListEntry, SEQUENCE_STEP } from '../program/lists.js';
import { indentationOf } from '../syntax/tokens.js';
import type { Denial } from './denials.js';
import { addressTexts, networkStyleOf, networkText, portTexts, protocolTexts } from './entry-text.js';

/** How many lines one edit may insert. */
const LINE_LIMIT = 400;

/** How many entries that deny are inserted: more are the complement of a few networks, which nobody would write. */
const DENY_LIMIT = 24;

/** Entries that deny, each with the exceptions of its own, or all behind the exceptions that they have in common. */
type Insertion = 'permit' | 'deny' | 'deny behind common exceptions';

export function entryInsertion(
  source: Source,
  denials: readonly Denial[],
  change: FilterChange,
  action: Insertion = 'permit',
): Candidate | undefined {
  const entriesOf: Readonly<Record<Insertion, (denial: Denial) => readonly string[]>> = {
    permit: (denial) => entriesFor(denial, change),
    deny: (denial) => denyingEntries(denial, change),
    'deny behind common exceptions': (denial) => denyingBehindExceptions(denial, change),
  };
  const edits: FileEdit[] = [];
  let written = 0;
  for (const place of placesOf(denials)) {
    const permits = [...new Set(place.flatMap(entriesOf[action]))];
    written += permits.length;
    if (permits.length === 0 || written > (action === 'permit' ? LINE_LIMIT : DENY_LIMIT)) return undefined;
    const edit = insertionOf(source, place, permits, change);
    if (!edit) return undefined;
    edits.push(edit);
  }
  const names = [...new Set(denials.map(({ list }) => list.name))].join(' and ');
  return { place: `in ${names}`, edits };
}

/** Denials by where they are: what one entry denies of first packets and of replies is permitted by entries in one place. */
type Place = readonly [Denial, ...Denial[]];

function placesOf(denials: readonly Denial[]): Place[] {
  const places: [Denial, ...Denial[]][] = [];
  for (const denial of denials) {
    const same = places.find(([{ list, index }]) => list === denial.list && index === denial.index);
    if (same) same.push(denial);
    else places.push([denial]);
  }
  return places;
}

/**
 * How many networks are written for an end that is not declared. More of them are just the complement of what the preceding
 * entries match.
 */
const NETWORK_LIMIT = 4;

type FlowEnd = 'source' | 'destination';

/** The ends that are not declared. Replies go in the opposite direction. */
function undeclaredEnds(phase: Phase, allowed: PacketSet): FlowEnd[] {
  const asTheyTravel = phase === 'first' ? allowed : allowed.replies();
  return (['source', 'destination'] as const).filter((end) =>
    asTheyTravel.boxes.some((box) => box[end].equals(IpSet.all)),
  );
}

function isRest(set: IpSet): boolean {
  return set.toPrefixes().length > NETWORK_LIMIT;
}

/** The entries that permit, or deny, exactly what is missing, without the `access-list NAME` or the number that they begin with. */
function entriesFor(
  { list, packets, phase }: Denial,
  change: FilterChange,
  action: 'permit' | 'deny' = 'permit',
  exception?: FlowEnd,
): string[] {
  const lines = new Set<string>();
  const style = networkStyleOf(list);
  const undeclared = undeclaredEnds(phase, change.allowed);
  const textsOf = (end: FlowEnd, set: IpSet) =>
    // `any` in the place of exceptions would except everything.
    end === exception
      ? set.toPrefixes().map((prefix) => networkText(prefix, style))
      : undeclared.includes(end) && isRest(set)
        ? ['any']
        : addressTexts(set, style);
  for (const box of packets.boxes) {
    const clients = sourcePortsFor(phase === 'first' ? box : answering(box), change);
    const [near, far] = phase === 'first' ? [clients, box.destinationPorts] : [box.sourcePorts, clients];
    for (const family of familiesOf(list)) {
      const [source, destination] = [box.source.ofFamily(family), box.destination.ofFamily(family)];
      if (source.isEmpty || destination.isEmpty) continue;
      for (const protocol of protocolTexts(box.protocols, list.form)) {
        const suffix = phase === 'reply' && protocol === 'tcp' ? ' established' : '';
        for (const from of textsOf('source', source)) {
          for (const fromPorts of portTexts(near)) {
            for (const to of textsOf('destination', destination)) {
              for (const toPorts of portTexts(far)) {
                lines.add(`${action} ${protocol} ${from}${fromPorts} ${to}${toPorts}${suffix}`);
              }
            }
          }
        }
      }
    }
  }
  return [...lines];
}

/**
 * Entries that deny packets. Where these go to a network but for a few addresses, what the list lets pass to those is permitted
 * before, which is shorter.
 */
function denyingEntries(denial: Denial, change: FilterChange): string[] {
  const anywhere = { inInterface: NameSet.any, outInterface: NameSet.any };
  const packets = PacketSet.join(denial.packets.boxes.map((box) => PacketSet.of({ ...box, ...anywhere })));
  const exact = entriesFor({ ...denial, packets }, change, 'deny');
  const parts = familiesOf(denial.list).flatMap((family) =>
    packets.boxes.flatMap((box) => {
      const [source, own] = [box.source.ofFamily(family), box.destination.ofFamily(family)];
      if (source.isEmpty || own.isEmpty) return [];
      const { network, except } = allBut(own, family);
      const to = (destination: IpSet) => ({ ...denial, packets: PacketSet.of({ ...box, source, destination }) });
      return [...entriesFor(to(except), change, 'permit', 'destination'), ...entriesFor(to(network), change, 'deny')];
    }),
  );
  return parts.length < exact.length ? parts : exact;
}

/**
 * Entries that deny packets to a network but for some addresses, as people write them where these are the same for many ports:
 * what goes to the exceptions is permitted at once, whatever it is, and then the ports are denied. That is proved to
 * change nothing else only where the entry behind them permits all of it.
 */
function denyingBehindExceptions(denial: Denial, change: FilterChange): string[] {
  return familiesOf(denial.list).flatMap((family) => {
    const parts = denial.packets.boxes.flatMap((box) => {
      const [source, own] = [box.source.ofFamily(family), box.destination.ofFamily(family)];
      return source.isEmpty || own.isEmpty ? [] : [{ ...box, source, destination: own }];
    });
    const source = IpSet.join(parts.map((part) => part.source));
    const { network, except } = allBut(IpSet.join(parts.map((part) => part.destination)), family);
    if (parts.length === 0) return [];
    const behind = (box: Partial<PacketBox>) => ({
      ...denial,
      packets: PacketSet.of({ ...ANY_PACKET, source, ...box }),
    });
    const denied = parts.flatMap(({ protocols, sourcePorts, destinationPorts }) =>
      entriesFor(behind({ destination: network, protocols, sourcePorts, destinationPorts }), change, 'deny'),
    );
    if (except.isEmpty) return denied;
    return [...entriesFor(behind({ destination: except }), change, 'permit', 'destination'), ...denied];
  });
}

/** The edit that inserts lines before the entry that denies, or after the last one. */
function insertionOf(
  source: Source,
  place: Place,
  permits: readonly string[],
  change: FilterChange,
): FileEdit | undefined {
  const [{ list, index }] = place;
  const { entries, numbered } = list;
  const remarks = entries.filter(({ kind }) => kind === 'remark');
  const texts = remarks.length > 0 ? [`remark ${readableName(change)}`, ...permits] : permits;
  const remarksNumbered = remarks.some(
    ({ sequence, own: { statement } }) => statement.kind === 'remark' && statement.sequence === sequence,
  );
  const hasNumber = (text: string) => numbered && (remarksNumbered || !text.startsWith('remark'));
  const gap = numbered ? gapBefore(entries, index, texts.filter(hasNumber).length) : { at: index, numbers: [] };
  if (!gap) return undefined;
  // Before an entry that denies some addresses, `any` would permit these.
  const passesDeny = entries.slice(gap.at, index).some(isDeny);
  if (passesDeny && place.some((denial) => hasRest(denial, change))) return undefined;
  // A remark before the entry belongs to it.
  let at = gap.at;
  while (!numbered && at > 0 && at < entries.length && entries[at - 1]?.kind === 'remark') at--;
  const follower = entries[at];
  const model = follower ?? entries[entries.length - 1];
  if (!model) return undefined;
  const { raw, offset } = model.own;
  const head = headOf(model, list, follower);
  const numbers = gap.numbers.values();
  const lines = texts.map((text) => {
    const type = list.form === 'asa' && !text.startsWith('remark') ? 'extended ' : '';
    const line = `${head}${type}${text}`;
    const number = hasNumber(text) ? numbers.next().value : undefined;
    return indentationOf(raw) + (number === undefined ? line : withNumber(line, number, entries));
  });
  const eol = lineEndOf(source.text);
  const start = model.base + offset;
  if (follower) {
    return { uri: source.uri, range: { start, end: start }, newText: lines.map((line) => line + eol).join('') };
  }
  const end = start + raw.replace(/[\r\n]+$/, '').length;
  return { uri: source.uri, range: { start: end, end }, newText: lines.map((line) => eol + line).join('') };
}

/**
 * A line with its number where the numbers of its list stand: in front; in IPv6 lists of IOS behind the word `sequence`, there or at
 * the end (*Cisco IOS IPv6 Command Reference*, `ipv6 access-list`: a number alone is refused there).
 */
function withNumber(line: string, number: number, entries: readonly ListEntry[]): string {
  const written = entries.map(({ own }) => /(?:^\s*|\s)sequence\s+\d+/i.exec(own.raw)).find((match) => match !== null);
  if (!written) return `${number} ${line}`;
  return written.index === 0 ? `sequence ${number} ${line}` : `${line} sequence ${number}`;
}

/** Whether `any` is written for an end of packets, though they do not have every address. */
function hasRest({ packets, phase }: Denial, { allowed }: FilterChange): boolean {
  const undeclared = undeclaredEnds(phase, allowed);
  return packets.boxes.some((box) => undeclared.some((end) => isRest(box[end])));
}

function isDeny({ own: { statement } }: ListEntry): boolean {
  return statement.kind === 'entry' && statement.entry.action === 'deny';
}

/** The text of a line before its `permit`, in lists without a header line. */
function headOf({ own }: ListEntry, list: AccessList, follower: ListEntry | undefined): string {
  const { statement, raw } = own;
  const named = statement.kind === 'entry' || statement.kind === 'remark' ? statement.list : undefined;
  if (!named) return '';
  const before = raw.slice(indentationOf(raw).length, named.token.end);
  // Where the lines have `line N`, so does a new one; the device renumbers those after it.
  const position = follower && list.form === 'asa' ? named.position : undefined;
  return position === undefined ? `${before} ` : `${before} line ${position} `;
}

/**
 * Free numbers for `count` entries at or before `index`. Entries that do not match the missing packets may come before or
 * after the new ones, so an earlier gap can be used as well.
 */
function gapBefore(
  entries: readonly ListEntry[],
  index: number,
  count: number,
): { readonly at: number; readonly numbers: readonly number[] } | undefined {
  const numbersFrom = (low: number, step: number) => Array.from({ length: count }, (_, i) => low + step * (i + 1));
  if (index >= entries.length) {
    const last = entries.reduce((highest, { sequence }) => Math.max(highest, sequence), 0);
    return { at: entries.length, numbers: numbersFrom(last, SEQUENCE_STEP) };
  }
  for (let at = index; at >= 0; at--) {
    const high = entries[at]?.sequence ?? 0;
    const low = entries[at - 1]?.sequence ?? 0;
    if (high - low - 1 >= count) return { at, numbers: numbersFrom(low, Math.floor((high - low) / (count + 1))) };
  }
  return undefined;
}
