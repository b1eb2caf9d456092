import type { Argument, Invocation, Value } from './invocation.js';

export const NEW_VALUE = 'new ';

/** What stands behind `netsh`: the command's words and its `name=value` arguments. */
export type NetshArguments = Pick<Invocation, 'command' | 'parameters'> & {
  /** The offset behind the last word of the command. */
  readonly nameEnd: number;
};

/**
 * Reads the arguments of `netsh advfirewall …` between two offsets (*Netsh advfirewall firewall*). `continuation` is the
 * sign that joins lines. `undefined` where it is another command. What stands behind the word `new` of `set rule` gets
 * {@link NEW_VALUE} in front of its name: what stands before it chooses the rules.
 */
export function readNetshArguments(
  text: string,
  start: number,
  end: number,
  expand: (text: string) => Value,
  continuation: '`' | '^',
): NetshArguments | undefined {
  const names: string[] = ['netsh'];
  const parameters = new Map<string, Argument>();
  let nameEnd = start;
  let plain = 0;
  let prefix = '';
  for (const word of wordsOf(text, start, end, continuation)) {
    const equals = word.text.indexOf('=');
    const range = { start: word.start, end: word.end };
    if (equals < 0) {
      if (word.text.toLowerCase() === 'new' && parameters.size > 0) prefix = NEW_VALUE;
      else if (parameters.size === 0) {
        names.push(word.text.toLowerCase());
        nameEnd = word.end;
      } else parameters.set(`#${plain++}`, { value: expand(word.text), range });
      continue;
    }
    const name = word.text.slice(0, equals).toLowerCase();
    parameters.set(prefix + name, { value: expand(word.text.slice(equals + 1)), range });
  }
  if (names[1] !== 'advfirewall') return undefined;
  return { command: names.join(' '), parameters, nameEnd };
}

interface Word {
  /** Without quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function wordsOf(text: string, start: number, end: number, continuation: string): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    if (character === continuation && /[\r\n]/.test(text[at + 1] ?? '\n')) {
      at++;
      continue;
    }
    const begin = at;
    let word = '';
    let quote: string | undefined;
    while (at < end) {
      const unit = text[at] ?? '';
      if (quote === undefined && /\s/.test(unit)) break;
      if (quote === undefined && (unit === '"' || (unit === "'" && continuation === '`'))) quote = unit;
      else if (unit === quote) quote = undefined;
      else word += unit;
      at++;
    }
    words.push({ text: word, start: begin, end: at });
  }
  return words;
}
