// What operations on concrete texts cost, in units of the budget: about a tenth of a microsecond each.

/** The work of reading a text once, and the memory of making one. */
export function textCost(length: number): number {
  return 1 + length / 16;
}

/** Looking for a text in another may compare it at every place. */
export function searchCost(text: string, what: string): number {
  const places = Math.max(0, text.length - what.length + 1);
  return textCost(text.length) + (places * Math.max(0, what.length - 32)) / 256;
}

/** The longest text that engines make. */
const LONGEST_TEXT = 2 ** 29;

/** Making a text that is built from others. */
export function buildCost(length: number): number {
  return 1 + Math.min(Number.isNaN(length) ? 0 : length, LONGEST_TEXT) / 8;
}
