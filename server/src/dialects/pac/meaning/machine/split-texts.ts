// The parts of a text that depends on what is asked: `host.split('.')`.
import type { SplitList, Value } from '../values/value.js';
import type { Heap } from './heap.js';
import { PacArray, type PacObject } from './objects.js';

/**
 * An array whose length depends on what is asked. Reading one item or the length is an operation on the text; for anything else the
 * machine follows each length by itself, where it is an ordinary array.
 */
export class SplitTexts extends PacArray {
  private isOpen = true;

  constructor(
    prototype: PacObject,
    heap: Heap,
    private made: SplitList,
  ) {
    super(prototype, heap);
  }

  /** What makes the items when they are asked for. */
  get list(): SplitList {
    return this.made;
  }

  /** Changes the items, none of which is made yet. */
  become(list: SplitList): void {
    const before = this.made;
    this.heap.log(() => {
      this.made = before;
    }, this.epoch);
    this.made = list;
  }

  /** Whether the number of items is not decided yet. */
  get isLazy(): boolean {
    return this.isOpen;
  }

  /** Makes it an ordinary array. */
  settle(items: readonly Value[]): void {
    this.heap.log(() => {
      this.isOpen = true;
    }, this.epoch);
    this.isOpen = false;
    this.setItems([...items]);
  }
}
