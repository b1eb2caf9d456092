// Proposals that add missing destinations to an ipset whose members a rule already accepts.
import type { FilterPoint, FilterRule } from '../../../model/filter.js';
import type { IpSet } from '../../../model/ip.js';
import { ANY_PACKET, PacketSet } from '../../../model/packets.js';
import { lineEndOf } from '../../../text/edit.js';
import { endOfLineText, startOfLine } from '../../../text/lines.js';
import type { Candidate, FilterChange, NameUse, Source, Sources } from '../../dialect.js';
import type { IptablesDocument } from '../program/program.js';

/** A rule that accepts what goes to the members of one set. */
const TO_SET = /--match-set\s+([\w.][\w.:+-]*)\s+dst(?=\s|$)/;

/** How many sets are proposed, and how many members one proposal adds. */
const SET_LIMIT = 3;
const MEMBER_LIMIT = 60;

export function extendSets(
  document: IptablesDocument,
  point: FilterPoint,
  { missing, replies }: FilterChange,
  sources: Sources,
): Candidate[] {
  if (missing.isEmpty || !replies.isEmpty) return [];
  const sets = acceptedSets(point, missing);
  // A long file takes long to be searched for names.
  const uses = sets.length === 0 ? [] : document.names.filter(({ kind }) => kind === 'set');
  return sets.flatMap((name) => {
    const own = uses.filter((use) => use.name === name);
    const definition = own.find(({ role }) => role === 'definition');
    const file = definition?.uri === document.source.uri ? document.source : definition && sources.read(definition.uri);
    if (!definition || file === undefined || typeof file === 'string') return [];
    const inFile = own.filter(({ uri }) => uri === file.uri);
    return extendSet(definition, inFile, file, missing) ?? [];
  });
}

/** The sets whose members rules accept for the missing ports. */
function acceptedSets({ chains }: FilterPoint, missing: PacketSet): string[] {
  const anywhere = missing.boxes.map(({ protocols, sourcePorts, destinationPorts }) => ({
    ...ANY_PACKET,
    protocols,
    sourcePorts,
    destinationPorts,
  }));
  const services = PacketSet.from(anywhere);
  const names = new Set<string>();
  for (const chain of chains) {
    for (const rule of chain.rulesFor?.(services) ?? chain.rules) {
      const name = acceptedSet(rule, services);
      if (name !== undefined) names.add(name);
      if (names.size === SET_LIMIT) return [...names];
    }
  }
  return [...names];
}

function acceptedSet({ action, match, statement }: FilterRule, services: PacketSet): string | undefined {
  if (action.kind !== 'accept' || PacketSet.from(match).intersect(services).isEmpty) return undefined;
  return TO_SET.exec(statement.text)?.[1];
}

/** Adds the missing destinations where `file` defines a set; `uses` are all of its uses there. */
function extendSet(
  definition: NameUse,
  uses: readonly NameUse[],
  { uri, text }: Source,
  missing: PacketSet,
): Candidate | undefined {
  const created = lineAt(text, definition.range.end);
  // Other sets take single addresses, or more than addresses.
  if (!/\s(?:hash:net|nethash)(?:\s|$)/.test(created.text)) return undefined;
  const family = /\sfamily\s+inet6(?:\s|$)/.test(created.text) ? 6 : 4;
  const prefixes = destinationsOf(missing).ofFamily(family).toPrefixes();
  if (prefixes.length === 0 || prefixes.length > MEMBER_LIMIT) return undefined;
  const lines = uses.map(({ range }) => ({ ...lineAt(text, range.end), nameEnd: range.end }));
  const added = lines.filter((line) => /(?:^|\s)(?:add|-A|--add)\s/.test(text.slice(line.start, line.nameEnd))).pop();
  const pattern = added ?? { ...created, nameEnd: definition.range.end };
  // New lines follow one that adds a member; without one, they have `add` where the definition has `create`.
  const written = text.slice(pattern.start, pattern.nameEnd);
  const head = added ? written : written.replace(/(^|\s)(?:create|-N|--create)(?=\s)/, '$1add');
  const lineEnd = lineEndOf(text);
  const newText = prefixes.map((prefix) => `${lineEnd}${head} ${prefix}`).join('');
  return {
    place: `in the set ${definition.name}`,
    edits: [{ uri, range: { start: pattern.end, end: pattern.end }, newText }],
  };
}

function destinationsOf({ boxes }: PacketSet): IpSet {
  const [first, ...others] = boxes.map(({ destination }) => destination);
  return others.reduce((all, one) => all.union(one), first ?? ANY_PACKET.destination);
}

/** The line at an offset, without its line end. */
function lineAt(text: string, offset: number): { start: number; end: number; text: string } {
  const [start, end] = [startOfLine(text, offset), endOfLineText(text, offset)];
  return { start, end, text: text.slice(start, end) };
}
