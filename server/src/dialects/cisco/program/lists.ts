// An access list as the device holds it.
import type { ListForm } from '../vocabulary/command-table.js';
import type { EntryRun, PlacedLine, StatementLine } from './blocks.js';

/** An entry of an access list at its position in the file, with its number in the list. */
export interface ListEntry extends PlacedLine {
  readonly kind: 'entry' | 'evaluate' | 'remark';
  readonly sequence: number;
}

/** A part of a list: a run of lines, numbered after `last` where it has no numbers, or single entries. */
export type ListSegment =
  | { readonly kind: 'run'; readonly run: EntryRun; readonly base: number; readonly last: number }
  | { readonly kind: 'entries'; readonly entries: readonly ListEntry[] };

/** A second entry with the same number, which the device rejects. */
export interface Repetition {
  readonly entry: PlacedLine;
  readonly earlier: PlacedLine;
  readonly sequence: number | undefined;
}

/** *IP Access List Entry Sequence Numbering*, "Sequence Numbering Behavior": 10 greater than the last number. */
export const SEQUENCE_STEP = 10;

export class AccessList {
  private known: readonly ListEntry[] | undefined;

  constructor(
    readonly name: string,
    readonly form: ListForm,
    /** Its first line. */
    readonly header: PlacedLine,
    readonly segments: readonly ListSegment[],
    /** Whether entries carry numbers in the file. */
    readonly numbered: boolean,
  ) {}

  /** In the order in which the device compares packets with them. */
  get entries(): readonly ListEntry[] {
    this.known ??= this.segments.flatMap(entriesOf);
    return this.known;
  }

  /** How many entries there are, without remarks. */
  get size(): number {
    return this.segments.reduce((sum, segment) => {
      if (segment.kind === 'run') return sum + segment.run.size;
      return sum + segment.entries.filter(({ kind }) => kind !== 'remark').length;
    }, 0);
  }

  /** The last of its entries, remarks not counted; found from the end, because lists are long. */
  get lastEntry(): PlacedLine | undefined {
    for (let at = this.segments.length - 1; at >= 0; at--) {
      const segment = this.segments[at];
      if (segment?.kind === 'run') {
        for (let i = segment.run.lines.length - 1; i >= 0; i--) {
          const own = segment.run.lines[i];
          if (own?.statement.kind === 'entry') return { own, base: segment.base };
        }
      }
      const entries = segment?.kind === 'entries' ? segment.entries : [];
      for (let i = entries.length - 1; i >= 0; i--) if (entries[i]?.kind === 'entry') return entries[i];
    }
    return undefined;
  }
}

/** The entries of a segment with their numbers. */
export function entriesOf(segment: ListSegment): readonly ListEntry[] {
  if (segment.kind === 'entries') return segment.entries;
  const { run, base, last } = segment;
  let sequence = last;
  return run.lines.map((own): ListEntry => {
    const { kind, written } = numberOf(own);
    sequence = written ?? (kind === 'remark' ? sequence : sequence + SEQUENCE_STEP);
    return { kind, own, base, sequence };
  });
}

/** What a line of a run is, with the number that it is written with. */
export function numberOf({ statement }: StatementLine): {
  readonly kind: 'entry' | 'remark';
  readonly written: number | undefined;
} {
  if (statement.kind === 'entry') return { kind: 'entry', written: statement.entry.sequence };
  return { kind: 'remark', written: statement.kind === 'remark' ? statement.sequence : undefined };
}
