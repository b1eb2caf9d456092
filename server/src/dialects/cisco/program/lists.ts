import type { AceForm } from '../syntax/ace.js';
import { words } from '../syntax/parse.js';
import type { Item, Placed, Run } from './blocks.js';

/** An entry of an access list at its place. */
export interface Entry extends Placed {
  readonly kind: 'ace' | 'evaluate' | 'remark';
  readonly sequence: number;
}

/** A part of a list: a whole run of the file, numbered from `last` on where it has no numbers, or single entries. */
export type Segment =
  | { readonly kind: 'run'; readonly run: Run; readonly base: number; readonly last: number }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] };

/** A second entry with a number, or the same entry again: IOS refuses the one and ignores the other. */
export interface Repetition {
  readonly entry: Placed;
  readonly earlier: Placed;
  readonly sequence: number | undefined;
}

/** *IP Access List Entry Sequence Numbering*, "Sequence Numbering Behavior": 10 greater than the last number. */
const STEP = 10;

/** An access list as the device holds it. */
export class AccessList {
  private all: readonly Entry[] | undefined;

  constructor(
    readonly name: string,
    readonly form: AceForm,
    /** Where it first occurs. */
    readonly header: Placed,
    readonly segments: readonly Segment[],
    /** Whether entries carry numbers in the file. */
    readonly numbered: boolean,
  ) {}

  /** In the order in which the device asks them. */
  get entries(): readonly Entry[] {
    this.all ??= this.segments.flatMap(entriesOf);
    return this.all;
  }

  /** How many entries there are, without remarks. */
  get size(): number {
    return this.segments.reduce((sum, segment) => {
      if (segment.kind === 'run') return sum + segment.run.size;
      return sum + segment.entries.filter(({ kind }) => kind !== 'remark').length;
    }, 0);
  }

  get lastPlace(): Placed {
    const last = this.segments[this.segments.length - 1];
    if (last?.kind === 'run') {
      const item = last.run.items[last.run.items.length - 1];
      if (item) return { item, base: last.base };
    }
    return (last?.kind === 'entries' ? last.entries[last.entries.length - 1] : undefined) ?? this.header;
  }
}

function entriesOf(segment: Segment): readonly Entry[] {
  if (segment.kind === 'entries') return segment.entries;
  const { run, base, last } = segment;
  let sequence = last;
  return run.items.map((item): Entry => {
    const { kind, own } = numberOf(item);
    sequence = own ?? (kind === 'remark' ? sequence : sequence + STEP);
    return { kind, item, base, sequence };
  });
}

/** What an item of a run is, with the number that its line gives it. */
function numberOf({ statement }: Item): { readonly kind: 'ace' | 'remark'; readonly own: number | undefined } {
  if (statement.kind === 'ace') return { kind: 'ace', own: statement.ace.sequence };
  return { kind: 'remark', own: statement.kind === 'remark' ? statement.sequence : undefined };
}

/** The entries of one list while the file is read. */
export class ListBuilder {
  private segments: Segment[] = [];
  /** The single entries at the end; all entries once something has moved or removed one. */
  private entries: Entry[] = [];
  private last = 0;
  private sorted = true;
  private numbers: Set<number> | undefined;
  private numbered = false;

  constructor(
    readonly name: string,
    readonly form: AceForm,
    readonly header: Placed,
  ) {}

  /** Adds the entries of a run; returns those that are refused, as {@link add} tells. */
  addRun(run: Run, base: number): Repetition[] {
    const { numbers, items } = run;
    if (numbers && (numbers.first <= this.last || !this.sorted)) {
      return items.flatMap((item) => {
        const { kind, own } = numberOf(item);
        const entry = { item, base };
        const earlier = this.add(kind, entry, own, undefined);
        return earlier ? [{ entry, earlier, sequence: own }] : [];
      });
    }
    this.closeEntries();
    this.segments.push({ kind: 'run', run, base, last: this.last });
    this.numbered ||= numbers !== undefined;
    this.last = numbers?.last ?? this.last + STEP * run.size;
    this.numbers = undefined;
    return [];
  }

  /** Adds an entry; returns the one that has its number already, which makes IOS refuse it. */
  add(
    kind: Entry['kind'],
    { item, base }: Placed,
    sequence: number | undefined,
    position: number | undefined,
  ): Entry | undefined {
    if (position !== undefined) {
      // "line line-num": counted from one, remarks included (*ASA Command Reference*, access-list extended).
      this.flatten();
      this.last += STEP;
      this.entries.splice(Math.max(0, position - 1), 0, { kind, item, base, sequence: this.last });
      return undefined;
    }
    if (sequence !== undefined) {
      this.numbered = true;
      if (sequence <= this.last) {
        // Numbers are only looked up where they do not simply rise.
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
    const number = sequence ?? (kind === 'remark' ? this.last : this.last + STEP);
    this.entries.push({ kind, item, base, sequence: number });
    this.numbers?.add(number);
    this.last = Math.max(this.last, number);
    return undefined;
  }

  /** Takes out the entry with a number, or those that say the same as `body`. */
  remove(sequence: number | undefined, body: string): void {
    this.flatten();
    this.entries = this.entries.filter((entry) => {
      return sequence !== undefined && body === '' ? entry.sequence !== sequence : !saysSame(entry, body);
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

function saysSame({ item }: Entry, body: string): boolean {
  const text = words(item.line.raw)
    .map((token) => token.text)
    .join(' ');
  return text === body || text.endsWith(` ${body}`);
}
