// Limits of work.

/** Counts work before it is done; throws where there may be no more. */
export interface Meter {
  spend(units: number): void;
}
