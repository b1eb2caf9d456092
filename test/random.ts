/** Numbers that look random and are the same in every run (Mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** An integer from 0 to `below`, exclusive. */
  below(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** A number from 0 to 1, exclusive. */
  fraction(): number {
    return this.below(2 ** 32) / 2 ** 32;
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }

  maybe<Value>(value: Value): Value | undefined {
    return this.below(2) === 0 ? value : undefined;
  }
}

/** A stream of integers from 0 to a bound, exclusive. */
export function randomFrom(seed: number): (below: number) => number {
  const random = new Random(seed);
  return (below) => random.below(below);
}
