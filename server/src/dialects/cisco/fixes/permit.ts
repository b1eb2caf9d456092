import type { FilterPoint, Phase } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { IpSet, PRIVATE_SPACE, parsePrefix } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type PacketBox, PacketSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, Change, Document, FilterChange } from '../../dialect.js';
import { programOf } from '../document.js';
import { coresOf } from '../meaning/entry-rules.js';
import { familiesOf } from '../meaning/model.js';
import type { AccessList, Entry } from '../program/lists.js';
import { type Program, placeOf } from '../program/program.js';
import type { AceForm } from '../syntax/ace.js';
import type { CiscoTree } from '../syntax/parse.js';
import { groupExtension } from './extend-group.js';

/** Packets that one list denies, and the entry in front of which they would have to be permitted. */
export interface Denial {
  readonly list: AccessList;
  /** The index of the entry that denies; the number of entries where none does and the list ends. */
  readonly index: number;
  readonly packets: PacketSet;
  readonly phase: Phase;
}

export function emitCandidates(document: Document<CiscoTree>, change: Change): readonly Candidate[] {
  const { model } = document;
  if (change.goal !== 'permit-packets' || model.kind !== 'filter') return [];
  const point = model.points.find(({ name }) => name === change.point);
  if (!point) return [];
  const program = programOf(document);
  const denials = denialsOf(document, program, point, change);
  if (denials.length === 0) return [];
  const candidates: Candidate[] = [];
  const extension = groupExtension(document.source, program, denials);
  if (extension) candidates.push(extension);
  const insertion = insertionOf(document, denials, change);
  if (insertion) candidates.push(insertion);
  return candidates;
}

/** Who denies what. Each list on the way is asked by itself: behind one that denies, another may deny as well. */
function denialsOf(
  { model }: Document<CiscoTree>,
  program: Program,
  point: FilterPoint,
  change: FilterChange,
): Denial[] {
  if (model.kind !== 'filter') return [];
  const denials: Denial[] = [];
  const questions = [
    [change.missing, 'first'],
    [change.replies, 'reply'],
  ] as const;
  for (const [packets, phase] of questions) {
    if (packets.isEmpty) continue;
    for (const chain of point.chains) {
      for (const one of decidePackets(model, { ...point, chains: [chain] }, packets, phase)) {
        if (one.outcome.kind !== 'deny' || !one.decidedBy) continue;
        const denial = locate(program, one.decidedBy.range.start, one.packets, phase);
        if (denial) addDenial(denials, denial);
      }
    }
  }
  return denials;
}

function addDenial(denials: Denial[], denial: Denial): void {
  const same = denials.findIndex(
    ({ list, index, phase }) => list === denial.list && index === denial.index && phase === denial.phase,
  );
  const known = denials[same];
  if (known) denials[same] = { ...known, packets: known.packets.union(denial.packets) };
  else denials.push(denial);
}

/** The list and entry at a place: implicit rules stand at a header, or at the last entry, which then does not match itself. */
function locate(program: Program, start: number, packets: PacketSet, phase: Phase): Denial | undefined {
  for (const list of program.lists.values()) {
    if (list.form === 'standard') continue;
    const index = list.entries.findIndex((entry) => placeOf(program.uri, entry).range.start === start);
    const atHeader = placeOf(program.uri, list.header).range.start === start;
    if (index < 0 && !atHeader) continue;
    const statement = list.entries[index]?.item.statement;
    const denies =
      statement?.kind === 'ace' &&
      statement.ace.action === 'deny' &&
      coresOf(statement.ace, program.definitions).some(
        ({ match }) => !packets.intersect(PacketSet.of(...match)).isEmpty,
      );
    return { list, index: denies ? index : list.entries.length, packets, phase };
  }
  return undefined;
}

/** How many lines one edit may insert. */
const LINE_LIMIT = 400;

function insertionOf(
  document: Document<CiscoTree>,
  denials: readonly Denial[],
  change: FilterChange,
): Candidate | undefined {
  const edits: FileEdit[] = [];
  let written = 0;
  for (const denial of denials) {
    const lines = permitsFor(denial, change);
    written += lines.length;
    if (lines.length === 0 || written > LINE_LIMIT) return undefined;
    const edit = insert(document, denial, lines, change);
    if (!edit) return undefined;
    edits.push(edit);
  }
  const names = [...new Set(denials.map(({ list }) => list.name))].join(' and ');
  return { title: `Permit it in ${names}`, edits };
}

/**
 * How many networks are named for an end that nobody has declared. More of them are what entries in front of this place
 * have left of all addresses.
 */
const NETWORK_LIMIT = 4;

type End = 'source' | 'destination';

/** The ends that nobody has declared. Answers go the other way. */
function freeEnds(phase: Phase, allowed: PacketSet): End[] {
  const there = phase === 'first' ? allowed : allowed.replies();
  return (['source', 'destination'] as const).filter((end) => there.boxes.some((box) => box[end].equals(IpSet.all)));
}

function isRest(set: IpSet): boolean {
  return set.toPrefixes().length > NETWORK_LIMIT;
}

/** The entries that permit exactly what is missing, without `access-list NAME` or a number in front. */
function permitsFor({ list, packets, phase }: Denial, { allowed }: FilterChange): string[] {
  const lines: string[] = [];
  const style: AddressStyle = { form: list.form, prefixes: writesPrefixes(list) };
  const free = freeEnds(phase, allowed);
  const textsOf = (end: End, set: IpSet) => (free.includes(end) && isRest(set) ? ['any'] : addressTexts(set, style));
  for (const box of packets.boxes) {
    for (const family of familiesOf(list)) {
      const [source, destination] = [box.source.ofFamily(family), box.destination.ofFamily(family)];
      if (source.isEmpty || destination.isEmpty) continue;
      for (const protocol of protocolTexts(box, list.form)) {
        // The clients' own ports are theirs to choose: any of them may be used.
        const [near, far] = phase === 'first' ? [ALL_PORTS, box.destinationPorts] : [box.sourcePorts, ALL_PORTS];
        const suffix = phase === 'reply' && protocol === 'tcp' ? ' established' : '';
        for (const from of textsOf('source', source)) {
          for (const fromPorts of portTexts(near)) {
            for (const to of textsOf('destination', destination)) {
              for (const toPorts of portTexts(far)) {
                const line = `permit ${protocol} ${from}${fromPorts} ${to}${toPorts}${suffix}`;
                if (!lines.includes(line)) lines.push(line);
              }
            }
          }
        }
      }
    }
  }
  return lines;
}

function protocolTexts({ protocols }: PacketBox, form: AceForm): string[] {
  if (protocols.equals(ALL_PROTOCOLS)) return [form === 'ipv6' ? 'ipv6' : 'ip'];
  const texts: string[] = [];
  for (const [low, high] of protocols.intervals) {
    for (let number = low; number <= high; number++)
      texts.push(number === TCP ? 'tcp' : number === UDP ? 'udp' : `${number}`);
  }
  return texts;
}

export function portTexts(ports: PortSet): string[] {
  if (ports.equals(ALL_PORTS)) return [''];
  return ports.intervals.map(([low, high]) => (low === high ? ` eq ${low}` : ` range ${low} ${high}`));
}

interface AddressStyle {
  readonly form: AceForm;
  /** Whether the list writes networks as `address/length` and not with wildcards. */
  readonly prefixes: boolean;
}

export function writesPrefixes(list: AccessList): boolean {
  return list.entries.some(({ item: { statement, line } }) => statement.kind === 'ace' && /\d\/\d/.test(line.raw));
}

/** Networks as the list writes them; `any` where nobody has said which inside addresses are meant. */
function addressTexts(set: IpSet, style: AddressStyle): string[] {
  const family = set.v4.isEmpty ? 6 : 4;
  if (set.containsAll(PRIVATE_SPACE.ofFamily(family))) return ['any'];
  return set.toPrefixes().map((prefix) => networkText(prefix, style));
}

export function networkText(text: string, { form, prefixes }: AddressStyle): string {
  const prefix = parsePrefix(text);
  const [address = text] = text.split('/');
  if (!prefix) return text;
  if (prefix.length === (prefix.address.family === 4 ? 32 : 128)) return `host ${address}`;
  if (prefix.address.family === 6 || prefixes) return text;
  const mask = (2 ** 32 - 2 ** (32 - prefix.length)) >>> 0;
  return `${address} ${quadText(form === 'asa' ? mask : ~mask >>> 0)}`;
}

export function quadText(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/** The edit that puts lines in front of the entry that denies, or behind the last one. */
function insert(
  { source }: Document<CiscoTree>,
  { list, index, packets, phase }: Denial,
  permits: readonly string[],
  change: FilterChange,
): FileEdit | undefined {
  const { entries } = list;
  const remarks = entries.filter(({ kind }) => kind === 'remark');
  const texts = remarks.length > 0 ? [`remark ${change.label}`, ...permits] : permits;
  const numbered = list.numbered;
  const remarksNumbered = remarks.some(
    ({ sequence, item }) => item.statement.kind === 'remark' && item.statement.sequence === sequence,
  );
  const counted = numbered ? texts.filter((text) => remarksNumbered || !text.startsWith('remark')).length : 0;
  const gap = numbered ? gapBefore(entries, index, counted) : { at: index, numbers: [] };
  if (!gap) return undefined;
  // In front of an entry that denies some addresses, `any` would permit these.
  const passes = entries.slice(gap.at, index).some(({ item: { statement } }) => isDeny(statement));
  const free = freeEnds(phase, change.allowed);
  if (passes && packets.boxes.some((box) => free.some((end) => isRest(box[end])))) return undefined;
  // A remark in front of the entry belongs to it.
  let at = gap.at;
  while (!numbered && at > 0 && at < entries.length && entries[at - 1]?.kind === 'remark') at--;
  const follower = entries[at];
  const model = follower ?? entries[entries.length - 1];
  if (!model) return undefined;
  const { raw } = model.item.line;
  const indentation = raw.slice(0, raw.length - raw.trimStart().length);
  const head = headOf(model, list, follower);
  let next = 0;
  const lines = texts.map((text) => {
    const number = numbered && (remarksNumbered || !text.startsWith('remark')) ? `${gap.numbers[next++]} ` : '';
    const kind = list.form === 'asa' && !text.startsWith('remark') ? 'extended ' : '';
    return `${indentation}${number}${head}${kind}${text}`;
  });
  const eol = lineEndOf(source.text);
  const start = model.base + model.item.offset;
  if (follower) {
    return { uri: source.uri, range: { start, end: start }, newText: lines.map((line) => line + eol).join('') };
  }
  const end = start + raw.replace(/[\r\n]+$/, '').length;
  return { uri: source.uri, range: { start: end, end }, newText: lines.map((line) => eol + line).join('') };
}

function isDeny(statement: Entry['item']['statement']): boolean {
  return statement.kind === 'ace' && statement.ace.action === 'deny';
}

/** What a line says before its `permit`, in lists that have no header line. */
function headOf(model: Entry, list: AccessList, follower: Entry | undefined): string {
  const { statement, line } = model.item;
  const named = statement.kind === 'ace' || statement.kind === 'remark' ? statement.list : undefined;
  if (!named) return '';
  const { raw } = line;
  const before = raw.slice(raw.length - raw.trimStart().length, named.token.end);
  // Where the lines say their own place, so does a new one; those behind it move on by themselves.
  const position = follower && list.form === 'asa' ? named.position : undefined;
  return position === undefined ? `${before} ` : `${before} line ${position} `;
}

/**
 * Free numbers for `count` entries at or before `index`. What the missing packets do not match may stand before or
 * behind them, so an earlier gap serves as well.
 */
function gapBefore(
  entries: readonly Entry[],
  index: number,
  count: number,
): { at: number; numbers: number[] } | undefined {
  if (index >= entries.length) {
    const last = entries.reduce((highest, { sequence }) => Math.max(highest, sequence), 0);
    return { at: entries.length, numbers: Array.from({ length: count }, (_, i) => last + 10 * (i + 1)) };
  }
  for (let at = index; at >= 0; at--) {
    const high = entries[at]?.sequence ?? 0;
    const low = at === 0 ? 0 : (entries[at - 1]?.sequence ?? 0);
    const room = high - low - 1;
    if (room < count) continue;
    const step = Math.floor((high - low) / (count + 1));
    return { at, numbers: Array.from({ length: count }, (_, i) => low + step * (i + 1)) };
  }
  return undefined;
}
