// Builds an access list while the file is read: entries are added, moved and removed.
import { tokensOf } from '../syntax/tokens.js';
import type { Statement } from '../syntax/tree.js';
import type { ListForm } from '../vocabulary/command-table.js';
import type { EntryRun, PlacedLine } from './blocks.js';
import {
  AccessList,
  entriesOf,
  type ListEntry,
  type ListSegment,
  numberOf,
  type Repetition,
  SEQUENCE_STEP,
} from './lists.js';
import { isSameEntry } from './same-entry.js';

export class ListBuilder {
  private segments: ListSegment[] = [];
  /** The single entries at the end; all entries once something has moved or removed one. */
  private entries: ListEntry[] = [];
  private last = 0;
  private sorted = true;
  private numbers: Set<number> | undefined;
  private numbered = false;

  constructor(
    readonly name: string,
    readonly form: ListForm,
    readonly header: PlacedLine,
  ) {}

  /** Adds the entries of a run; returns those that the device rejects, as {@link add} does. */
  addRun(run: EntryRun, base: number): Repetition[] {
    const { numbers, lines } = run;
    if (numbers && (numbers.first <= this.last || !this.sorted)) {
      return lines.flatMap((own) => {
        const { kind, written } = numberOf(own);
        const entry = { own, base };
        const earlier = this.add(kind, entry, written, undefined);
        return earlier ? [{ entry, earlier, sequence: written }] : [];
      });
    }
    this.closeEntries();
    this.segments.push({ kind: 'run', run, base, last: this.last });
    this.numbered ||= numbers !== undefined;
    this.last = numbers?.last ?? this.last + SEQUENCE_STEP * run.size;
    this.numbers = undefined;
    return [];
  }

  /** Adds an entry; returns the earlier one with the same number, if any: then IOS rejects the new one. */
  add(
    kind: ListEntry['kind'],
    { own, base }: PlacedLine,
    sequence: number | undefined,
    position: number | undefined,
  ): ListEntry | undefined {
    if (position !== undefined) {
      // "line line-num": counted from one, remarks included (*ASA Command Reference*, access-list extended).
      this.flatten();
      this.last += SEQUENCE_STEP;
      this.entries.splice(Math.max(0, position - 1), 0, { kind, own, base, sequence: this.last });
      return undefined;
    }
    if (sequence !== undefined) {
      this.numbered = true;
      if (sequence <= this.last) {
        // Numbers are only looked up where they are not ascending.
        this.flatten();
        this.numbers ??= new Set(this.entries.map((entry) => entry.sequence));
        // A remark may share the number of the entry that it describes.
        if (this.numbers.has(sequence) && kind !== 'remark') {
          const earlier = this.entries.find((entry) => entry.sequence === sequence && entry.kind !== 'remark');
          if (earlier) return earlier;
        }
        this.sorted = false;
      }
    }
    const number = sequence ?? (kind === 'remark' ? this.last : this.last + SEQUENCE_STEP);
    this.entries.push({ kind, own, base, sequence: number });
    this.numbers?.add(number);
    this.last = Math.max(this.last, number);
    return undefined;
  }

  /** Removes the entry with a number, or those whose text is `body`. */
  remove({ sequence, body, entry: removed }: Statement & { kind: 'remove-entry' }): void {
    this.flatten();
    this.entries = this.entries.filter((entry) => {
      if (sequence !== undefined && body === '') return entry.sequence !== sequence;
      const { statement } = entry.own;
      const isSame = removed && statement.kind === 'entry' && isSameEntry(statement.entry, removed);
      return !isSame && !saysSame(entry, body);
    });
    this.numbers = undefined;
    this.last = this.entries.reduce((highest, entry) => Math.max(highest, entry.sequence), 0);
  }

  resequence(first: number, step: number): void {
    this.flatten();
    this.order();
    let next = first - step;
    this.entries = this.entries.map((entry) => {
      if (entry.kind !== 'remark') next += step;
      return { ...entry, sequence: Math.max(first, next) };
    });
    this.last = Math.max(first, next);
    this.numbers = undefined;
  }

  finish(): AccessList {
    this.order();
    this.closeEntries();
    const { name, form, header, segments, numbered } = this;
    return new AccessList(name, form, header, segments, numbered);
  }

  private closeEntries(): void {
    if (this.entries.length > 0) this.segments.push({ kind: 'entries', entries: this.entries });
    this.entries = [];
  }

  /** Turns all segments into single entries, which can move. */
  private flatten(): void {
    if (this.segments.length === 0) return;
    this.entries = [...this.segments.flatMap(entriesOf), ...this.entries];
    this.segments = [];
    this.numbers = undefined;
  }

  private order(): void {
    if (this.sorted) return;
    this.flatten();
    this.entries.sort((a, b) => a.sequence - b.sequence);
    this.sorted = true;
  }
}

function saysSame({ own }: ListEntry, body: string): boolean {
  const text = tokensOf(own.raw)
    .map((token) => token.text)
    .join(' ');
  return text === body || text.endsWith(` ${body}`);
}
