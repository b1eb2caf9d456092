// Reads the arguments of `netsh advfirewall …`, which batch files and PowerShell share.

import type { TextRange } from '../../../text/range.js';

/** `netsh advfirewall …` (*Netsh advfirewall firewall*), before variables are replaced. */
export interface NetshCommand {
  /** `netsh advfirewall firewall add rule`, …: lower case, without the arguments. */
  readonly command: string;
  readonly arguments: readonly NetshArgument[];
  /** The command with its arguments. */
  readonly range: TextRange;
  /** The words of the command. */
  readonly commandRange: TextRange;
}

export interface NetshArgument {
  /** Lower case; `#0`, `#1`, … for one without a name. */
  readonly name: string;
  /** Without quotes. */
  readonly text: string;
  /** The name with the value. */
  readonly range: TextRange;
  /** Whether it follows the word `new` of `set rule`: those before it select the rules, those after it are set. */
  readonly isNew: boolean;
}

/** The position of a command in a text: its name, and the end of its arguments. */
interface CommandPosition {
  readonly start: number;
  readonly nameEnd: number;
  readonly end: number;
}

/** Reads what follows the name of `netsh`. `continuation` joins lines. `undefined` for commands of other contexts. */
export function readNetsh(
  text: string,
  { start, nameEnd, end }: CommandPosition,
  continuation: '`' | '^',
): NetshCommand | undefined {
  const words = ['netsh'];
  const found: NetshArgument[] = [];
  let commandEnd = nameEnd;
  let unnamed = 0;
  let isNew = false;
  for (const { text: word, ...range } of wordsOf(text, { start: nameEnd, end }, continuation)) {
    const equals = word.indexOf('=');
    if (equals >= 0) {
      found.push({ name: word.slice(0, equals).toLowerCase(), text: word.slice(equals + 1), range, isNew });
    } else if (found.length === 0) {
      words.push(word.toLowerCase());
      commandEnd = range.end;
    } else if (word.toLowerCase() === 'new') isNew = true;
    else found.push({ name: `#${unnamed++}`, text: word, range, isNew });
  }
  if (words[1] !== 'advfirewall') return undefined;
  return {
    command: words.join(' '),
    arguments: found,
    range: { start, end },
    commandRange: { start, end: commandEnd },
  };
}

/** The words of a command line, without their quotes. */
export function wordsOf(
  text: string,
  { start, end }: TextRange,
  continuation: string,
): (TextRange & { text: string })[] {
  const words: (TextRange & { text: string })[] = [];
  let at = start;
  while (at < end) {
    const character = text[at] ?? '';
    const joinsLines = character === continuation && /[\r\n]/.test(text[at + 1] ?? '\n');
    if (joinsLines || /\s/.test(character)) {
      at++;
      continue;
    }
    const wordStart = at;
    let word = '';
    let quote: string | undefined;
    for (; at < end; at++) {
      const unit = text[at] ?? '';
      if (quote === undefined && /\s/.test(unit)) break;
      if (quote === undefined && (unit === '"' || (unit === "'" && continuation === '`'))) quote = unit;
      else if (unit === quote) quote = undefined;
      else word += unit;
    }
    words.push({ text: word, start: wordStart, end: at });
  }
  return words;
}
