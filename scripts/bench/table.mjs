// The table of the benchmark.
// @ts-check

const WIDTHS = [66, 10, 34, 6, 8, 8];

/** All rows that were printed, as `--json` writes them. @type {(readonly string[])[]} */
export const rows = [];

/** @param {number} time */
export function milliseconds(time) {
  return `${time.toFixed(time < 20 ? 2 : 0)} ms`;
}

/** @param {boolean} reached */
export function goalText(reached) {
  return reached ? 'reached' : 'MISSED';
}

/**
 * Prints a row of the table at once: a benchmark takes minutes.
 * @param {readonly string[]} row
 */
export function print(row) {
  rows.push(row);
  console.log(
    row
      .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
