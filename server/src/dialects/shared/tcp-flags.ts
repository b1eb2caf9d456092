// Sets of combinations of TCP flags, as texts of 256 digits: the digit of a combination is 1 where the set has it.

const COMBINATIONS = 256;

/** The combinations for which a test holds. */
export function flagsWhere(test: (flags: number) => boolean): string {
  return Array.from({ length: COMBINATIONS }, (_, flags) => (test(flags) ? '1' : '0')).join('');
}

/** The combinations that both sets have; no set stands for all. */
export function bothFlags(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  return flagsWhere((flags) => a[flags] === '1' && b[flags] === '1');
}

/** Whether one set has all combinations of another one. */
export function hasAllFlags(set: string, others: string | undefined): boolean {
  if (set === others) return true;
  return others !== undefined && [...others].every((digit, flags) => digit === '0' || set[flags] === '1');
}
