// Compares two versions of a configuration: which statements only one of them has.

import type { Configuration, Gap } from './configuration.js';
import type { Segment, StatementLine } from './segments.js';

/** The statements that only the earlier version has, and those that only the later one has, in order. */
export interface ChangedLines {
  readonly removed: readonly StatementLine[];
  readonly added: readonly StatementLine[];
}

/** Between how many statements differences are looked for. */
const COMPARED_LIMIT = 4_096;

/**
 * What differs between two versions; all other statements are the same in the same order, in the same files, and so are the gaps between
 * them. `undefined` where that is not so, or too much would have to be compared.
 */
export function changedLines(before: Configuration, after: Configuration): ChangedLines | undefined {
  const [old, now] = [before.segments, after.segments];
  const ends = commonEnds(old, now);
  const { front } = ends;
  if (!sameGaps(before.gaps, after.gaps, ends) || !sameLists(before, after)) return undefined;
  const [oldLines, newLines] = [linesIn(old.slice(front, ends.oldEnd)), linesIn(now.slice(front, ends.newEnd))];
  return oldLines && newLines && differences(oldLines, newLines);
}

/** Between which segments two versions differ. */
export function commonEnds(old: readonly Segment[], now: readonly Segment[]): Ends {
  const shorter = Math.min(old.length, now.length);
  let front = 0;
  while (front < shorter && isSame(old[front], now[front])) front++;
  let back = 0;
  while (back < shorter - front && isSame(old[old.length - 1 - back], now[now.length - 1 - back])) back++;
  return { front, oldEnd: old.length - back, newEnd: now.length - back };
}

function isSame(one: Segment | undefined, other: Segment | undefined): boolean {
  return one !== undefined && one.statements === other?.statements && one.uri === other.uri;
}

/** Where the segments begin and end that differ. */
export interface Ends {
  readonly front: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** Whether the same is unknown at the same places, none of which is among what differs. */
function sameGaps(old: readonly Gap[], now: readonly Gap[], { front, oldEnd, newEnd }: Ends): boolean {
  return (
    old.length === now.length &&
    old.every(({ before, reason }, i) => {
      const other = now[i];
      if (other?.reason !== reason) return false;
      return before <= front ? other.before === before : before >= oldEnd && other.before - newEnd === before - oldEnd;
    })
  );
}

/** Whether the list files of acls are as they were. */
function sameLists(before: Configuration, after: Configuration): boolean {
  const texts = new Map<string, boolean>();
  const isSameList = (path: string) => {
    const [old, now] = [before.files.load(path), after.files.load(path)];
    return typeof old === 'string' || typeof now === 'string' ? old === now : old.text === now.text;
  };
  for (const { statements } of before.segments) {
    for (const { statement } of statements.listed) {
      const path = statement.file?.path ?? '';
      const known = texts.get(path) ?? isSameList(path);
      if (!known) return false;
      texts.set(path, known);
    }
  }
  return true;
}

interface PlacedLine {
  readonly uri: string;
  readonly line: StatementLine;
}

/** All statements of some segments, in order; `undefined` where there are too many. */
function linesIn(segments: readonly Segment[]): readonly PlacedLine[] | undefined {
  const found: PlacedLine[] = [];
  for (const { uri, statements } of segments) {
    const { acls, rules, plain } = statements;
    const own: StatementLine[] = [acls, rules, plain].flatMap((byName) => [...byName.values()].flat());
    if (found.length + own.length > COMPARED_LIMIT) return undefined;
    own.sort((a, b) => a.offset - b.offset);
    for (const line of own) found.push({ uri, line });
  }
  return found;
}

/** What is left of both lists without a sequence of statements that both have. */
function differences(old: readonly PlacedLine[], now: readonly PlacedLine[]): ChangedLines {
  const removed: StatementLine[] = [];
  const added: StatementLine[] = [];
  let next = 0;
  for (const { uri, line } of now) {
    let at = next;
    while (at < old.length && !(old[at]?.uri === uri && isSameLine(old[at]?.line, line))) at++;
    if (at === old.length) {
      added.push(line);
      continue;
    }
    for (const one of old.slice(next, at)) removed.push(one.line);
    next = at + 1;
  }
  for (const one of old.slice(next)) removed.push(one.line);
  return { removed, added };
}

/** Whether they have the same words, and so the same meaning where both are read alike. */
function isSameLine(one: StatementLine | undefined, other: StatementLine): boolean {
  if (!one) return false;
  return (
    one.source === other.source ||
    (one.source.text === other.source.text && one.statement.kind === other.statement.kind)
  );
}
