// The words that `{1..5}`, `{a,b}`, `$(seq 1 5)` and `$(echo a b)` stand for, where the script spells them out.

import type { Variables } from './variables.js';

/** How many words one of them may make. */
const WORD_LIMIT = 1024;

/** The words of a brace expansion in a text without quotes; `undefined` where there is none that is understood. */
export function braceWords(text: string): string[] | undefined {
  const found = /\{([^{}\s,]+)\.\.([^{}\s,]+)\}|\{([^{}\s]*,[^{}\s]*)\}/.exec(text);
  if (!found) return [text];
  const [all, first = '', last = '', list] = found;
  const items = list === undefined ? range(first, last, 1) : list.split(',');
  const rest = braceWords(text.slice(found.index + all.length));
  if (!items || !rest || items.length * rest.length > WORD_LIMIT) return undefined;
  const front = text.slice(0, found.index);
  return items.flatMap((item) => rest.map((tail) => front + item + tail));
}

/** Numbers from one to another, as `seq` and brace expansion count: without leading zeros, whose width is kept. */
function range(first: string, last: string, step: number): string[] | undefined {
  const isNumber = [first, last].every((text) => /^(?:0|-?[1-9]\d{0,8})$/.test(text));
  const count = Math.floor(Math.abs(Number(last) - Number(first)) / step) + 1;
  if (!isNumber || count > WORD_LIMIT) return undefined;
  const direction = Number(last) < Number(first) ? -step : step;
  return Array.from({ length: count }, (_, index) => String(Number(first) + index * direction));
}

/** What `$(seq …)` and `$(echo …)` print, one word each; `undefined` for everything else. */
export function printedWords(source: string, variables: Variables): string[] | undefined {
  const inner = /^\$\(([^(]*)\)$/s.exec(source)?.[1] ?? /^`(.*)`$/s.exec(source)?.[1];
  if (inner === undefined || /[|;&<>\\'"`*?[\]{}#~]/.test(inner.replace(/\$\{\w+\}/g, ''))) return undefined;
  let known = true;
  const text = inner.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, plain, braced) => {
    const value = variables.get(plain ?? braced);
    if (value?.kind !== 'text') known = false;
    return value?.kind === 'text' ? value.text : '';
  });
  const [program, ...words] = text.trim().split(/\s+/);
  if (!known || text.includes('$') || words.some((word) => word.startsWith('-') && program === 'echo'))
    return undefined;
  if (program === 'echo') return words;
  return program === 'seq' ? sequence(words) : undefined;
}

/** `seq LAST`, `seq FIRST LAST` and `seq FIRST INCREMENT LAST` with whole numbers (seq(1)); it does not count down by itself. */
function sequence(words: readonly string[]): string[] | undefined {
  const [first = '1', step = '1', last = ''] =
    words.length === 1 ? ['1', '1', words[0]] : words.length === 2 ? [words[0], '1', words[1]] : words;
  const increment = Number(step);
  if (words.length > 3 || !/^-?[1-9]\d{0,8}$/.test(step)) return undefined;
  const numbers = range(first, last, Math.abs(increment));
  const goes = Math.sign(Number(last) - Number(first));
  return numbers && goes !== 0 && goes !== Math.sign(increment) ? [] : numbers;
}
