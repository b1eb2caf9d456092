// The entries of a Map or a Set, of which some keys may depend on what is asked.
import { addAll } from '../../../../../kept/lists.js';
import { ALWAYS, anyOf, type Condition, NEVER } from '../../question/condition.js';
import { Choice, type OperationResult, type Value } from '../../values/value.js';
import { NotFollowed } from '../failures.js';
import type { NativeContext } from '../natives.js';
import { PacObject, type Steps } from '../objects.js';
import { textCost } from './costs.js';
import { oneOfConditions, sameCondition } from './equality.js';
import { checkOwn, isTraced } from './support.js';

interface Entry {
  readonly key: Value;
  readonly value: Value;
}

const ENTRY_COST = 20;

/**
 * A Map or a Set. Entries stay where they were added, so that a walk is a position; those that were removed leave a gap. What is set
 * under a traced key, and everything after it, is kept apart, newest last: which entry it is about depends on what is asked.
 */
export class PacEntries extends PacObject implements Steps {
  private readonly entries: (Entry | undefined)[] = [];
  private readonly positions = new Map<Value, number>();
  private later: readonly Entry[] = [];

  constructor(
    prototype: PacObject,
    heap: PacObject['heap'],
    private readonly name: string,
  ) {
    super(prototype, heap);
  }

  override get className(): string {
    return this.name;
  }

  /** Whether which keys there are depends on what is asked. */
  get isOpen(): boolean {
    return this.later.length > 0;
  }

  get count(): number {
    return this.positions.size;
  }

  get(key: Value, context: NativeContext): OperationResult {
    const alternatives: { when: Condition; value: Value }[] = [];
    for (const entry of [...this.later].reverse()) {
      const when = sameCondition(entry.key, key, context);
      if (when.kind !== 'never') alternatives.push({ when, value: entry.value });
      if (when.kind === 'always') return choiceOf(alternatives);
    }
    if (isTraced(key)) addAll(alternatives, [...this.alternatives(key, context), { when: ALWAYS, value: undefined }]);
    else alternatives.push({ when: ALWAYS, value: this.entryAt(key, context)?.value });
    return choiceOf(alternatives);
  }

  /** One alternative for each value that there is, with all of its keys. */
  private alternatives(key: Value, context: NativeContext): { when: Condition; value: Value }[] {
    const keys = new Map<Value, Value[]>();
    for (const entry of this.entries) {
      context.budget.spend(1);
      if (!entry) continue;
      const known = keys.get(entry.value);
      if (known) known.push(entry.key);
      else keys.set(entry.value, [entry.key]);
    }
    return [...keys]
      .map(([value, same]) => ({ when: anyOf(oneOfConditions(key, same, context)), value }))
      .filter(({ when }) => when.kind !== 'never');
  }

  has(key: Value, context: NativeContext): Condition {
    const conditions = this.later.map((entry) => sameCondition(entry.key, key, context));
    if (!isTraced(key)) return anyOf([this.entryAt(key, context) ? ALWAYS : NEVER, ...conditions]);
    const keys = [...this.positions.keys()];
    return anyOf([...oneOfConditions(key, keys, context), ...conditions]);
  }

  private entryAt(key: Value, context: NativeContext): Entry | undefined {
    const position = this.positions.get(this.charged(key, context));
    return position === undefined ? undefined : this.entries[position];
  }

  /** A key, paid for: a text is read as a whole. */
  private charged(key: Value, context: NativeContext): Value {
    context.budget.spend(typeof key === 'string' ? textCost(2 * key.length) : 1);
    return key;
  }

  put(key: Value, value: Value, context: NativeContext): void {
    context.budget.spend(ENTRY_COST);
    checkOwn(this, context);
    if (isTraced(key) || this.isOpen) {
      const { later } = this;
      context.budget.spend(later.length);
      this.heap.log(() => {
        this.later = later;
      }, this.epoch);
      this.later = [...later, { key, value }];
      return;
    }
    const position = this.positions.get(this.charged(key, context));
    if (position !== undefined) {
      this.heap.logSlot(this.entries, position, this);
      this.entries[position] = { key: this.entries[position]?.key, value };
      return;
    }
    const { length } = this.entries;
    this.heap.log(() => {
      this.entries.length = length;
      this.positions.delete(key);
    }, this.epoch);
    this.positions.set(key, length);
    // Both zeros are one key.
    this.entries.push({ key: key === 0 ? 0 : key, value });
  }

  /** Whether there was such an entry. */
  remove(key: Value, context: NativeContext): boolean {
    if (isTraced(key) || this.isOpen)
      throw context.notFollowed('removes from a Map or Set what depends on what is asked');
    const position = this.positions.get(this.charged(key, context));
    if (position === undefined) return false;
    const before = this.entries[position];
    checkOwn(this, context);
    this.spendGaps(context);
    this.heap.log(() => {
      this.positions.set(key, position);
      this.entries[position] = before;
    }, this.epoch);
    this.positions.delete(key);
    this.entries[position] = undefined;
    return true;
  }

  /** Gaps are paid for when they arise: each walk passes them. */
  private spendGaps({ budget }: NativeContext): void {
    budget.spend(this.entries.length - this.positions.size);
  }

  clear(context: NativeContext): void {
    checkOwn(this, context);
    const before = [...this.entries];
    const { later } = this;
    context.budget.spend(before.length);
    this.spendGaps(context);
    this.heap.log(() => {
      before.forEach((entry, position) => {
        this.entries[position] = entry;
        if (entry) this.positions.set(entry.key, position);
      }, this.epoch);
      this.later = later;
    }, this.epoch);
    // A walk that is under way goes on with what is added behind.
    this.entries.fill(undefined);
    this.positions.clear();
    this.later = [];
  }

  /** The entry at or behind a position. */
  entryFrom(position: number): { readonly entry: Entry; readonly next: number } | undefined {
    if (this.isOpen) throw new NotFollowed('goes through a Map or Set whose keys depend on what is asked', undefined);
    for (let at = position; at < this.entries.length; at++) {
      const entry = this.entries[at];
      if (entry) return { entry, next: at + 1 };
    }
    return undefined;
  }

  /** Overridden where an entry is more than its key. */
  stepFrom(position: number): { readonly value: Value; readonly next: number } | undefined {
    const step = this.entryFrom(position);
    return step && { value: step.entry.key, next: step.next };
  }
}

function choiceOf(alternatives: readonly { readonly when: Condition; readonly value: Value }[]): OperationResult {
  const [first] = alternatives;
  return first && alternatives.length === 1 ? first.value : new Choice(alternatives);
}
