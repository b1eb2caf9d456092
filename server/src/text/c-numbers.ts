// Numbers as programs of C read them.

/**
 * A number as `strtoul` reads it with base 0: octal behind a 0, hexadecimal behind 0x, otherwise decimal; `undefined` for another text, and
 * for a number above `most`.
 */
export function numberInC(text: string, most = Number.POSITIVE_INFINITY): number | undefined {
  const value = readNumber(text);
  return value !== undefined && value <= most ? value : undefined;
}

function readNumber(text: string): number | undefined {
  if (/^0x[\da-f]+$/i.test(text)) return Number(text);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : undefined;
}
