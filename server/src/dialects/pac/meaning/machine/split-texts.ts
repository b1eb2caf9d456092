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
    /** What makes the items when they are asked for. */
    readonly list: SplitList,
  ) {
    super(prototype, heap);
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
