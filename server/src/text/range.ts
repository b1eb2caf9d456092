// Ranges, positions and locations in texts.

/** A half-open span of UTF-16 code units in one text: `start` inclusive, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A zero-based line and UTF-16 character, as the Language Server Protocol counts them. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A range in a named file. `uri` identifies the file everywhere below the front ends. */
export interface Location {
  readonly uri: string;
  readonly range: TextRange;
}

export function range(start: number, end: number): TextRange {
  return { start, end };
}

/** Whether two ranges have a place in common, their ends included. */
export function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** Of parts of a text that follow one another, those that a range touches; parts may begin at the same place. */
export function partsWithin<Part>(
  parts: readonly Part[],
  startOf: (part: Part) => number,
  { start, end }: TextRange,
): readonly Part[] {
  // What begins last before the range reaches into it, and what ends where the range begins touches it.
  let first = 0;
  for (const part of parts) if (startOf(part) < start) first = startOf(part);
  return parts.filter((part) => startOf(part) >= first && startOf(part) <= end);
}

export function contains(outer: TextRange, offset: number): boolean {
  return outer.start <= offset && offset <= outer.end;
}
