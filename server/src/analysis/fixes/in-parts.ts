// Work that other work is done beside.

/**
 * Work that pauses between its parts, so that other work can be done meanwhile. It depends on nothing of that: only who waits for it knows.
 */
export type InParts<Result> = Generator<undefined, Result>;

/** Does all parts of some work at once. */
export function withoutPause<Result>(work: InParts<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}
