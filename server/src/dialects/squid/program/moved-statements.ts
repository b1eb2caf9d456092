// Where the statements of an earlier version of a configuration are in a later one.

import { addTo } from '../../../kept/lists.js';
import type { QuotedLine } from '../../../model/evidence.js';
import { commonEnds } from './changed-lines.js';
import type { Segment } from './segments.js';

/** A segment of the earlier version, and how far it has moved; `undefined` where the later version does not have it. */
interface MovedSegment {
  readonly start: number;
  readonly shift: number | undefined;
}

/** Tells where a statement of the earlier version is now; `undefined` where it may be another one now. */
export function movedStatements(
  old: readonly Segment[],
  now: readonly Segment[],
): (statement: QuotedLine) => QuotedLine | undefined {
  const segments = segmentsByFile(old, now);
  return (statement) => {
    const { uri, range, text } = statement;
    const own = segments.get(uri) ?? [];
    let last = own.length - 1;
    while (last >= 0 && (own[last]?.start ?? 0) > range.start) last--;
    const shift = own[last]?.shift;
    if (shift === undefined) return undefined;
    return shift === 0 ? statement : { uri, range: { start: range.start + shift, end: range.end + shift }, text };
  };
}

/** The segments of each file in its order. */
function segmentsByFile(
  old: readonly Segment[],
  now: readonly Segment[],
): ReadonlyMap<string, readonly MovedSegment[]> {
  const { front, oldEnd, newEnd } = commonEnds(old, now);
  const found = new Map<string, MovedSegment[]>();
  for (const [i, { uri, start }] of old.entries()) {
    const other = i < front ? now[i] : i < oldEnd ? undefined : now[i - oldEnd + newEnd];
    addTo(found, uri, { start, shift: other && other.start - start });
  }
  // What is lost comes last among equals, and is found first.
  for (const list of found.values()) list.sort((a, b) => a.start - b.start || lost(a) - lost(b));
  return found;
}

function lost({ shift }: MovedSegment): number {
  return shift === undefined ? 1 : 0;
}
