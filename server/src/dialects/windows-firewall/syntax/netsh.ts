// Reads the arguments of `netsh advfirewall …`, which batch files and PowerShell share.

import type { TextRange } from '../../../text/range.js';

/** A command of netsh that may concern the firewall (*Netsh advfirewall firewall*), before variables are replaced. */
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

/** A word of a command line, without its quotes. */
export type Word = TextRange & { readonly text: string };

/**
 * Reads what follows the name of `netsh`. `continuation` joins lines. Within a text of the script, quotes are doubled or
 * escaped. `undefined` for commands of other contexts.
 */
export function readNetsh(
  text: string,
  { start, nameEnd, end }: CommandPosition,
  continuation: '`' | '^',
  isQuoted = false,
): NetshCommand | undefined {
  const name: Word = { text: 'netsh', start, end: nameEnd };
  const words = wordsOf(text, { start: nameEnd, end }, continuation, isQuoted);
  // PowerShell passes on what follows `--%` as it is, and not this word (*about_Parsing*).
  const [first] = words;
  const command = netshOf([name, ...(continuation === '`' && first?.text === '--%' ? words.slice(1) : words)]);
  return command && { ...command, range: { start, end } };
}

/** What may change the firewall: its contexts, and commands from elsewhere (*Netsh*: `-f`, `-r`, `exec`). */
const CONTEXTS: ReadonlySet<string> = new Set(['advfirewall', 'firewall', 'ipsec', 'exec', '-f', '-r']);

/** The words that follow others in the commands of rules and profiles. */
const WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^netsh$/, ['advfirewall']],
  [/^netsh advfirewall$/, ['consec', 'dump', 'export', 'firewall', 'help', 'import', 'mainmode', 'monitor', 'reset']],
  [/^netsh advfirewall (?:consec|firewall)$/, ['add', 'delete', 'dump', 'help', 'set', 'show']],
  [/^netsh advfirewall (?:consec|firewall) (?:add|delete|set|show)$/, ['rule']],
];

/**
 * Netsh takes the beginning of a word where no other one begins so (*Netsh*: "commands … can be abbreviated"). `a` and `ad` are
 * no context: others begin so.
 */
function completeWords(words: string[]): void {
  for (let at = 1; at < words.length; at++) {
    const before = words.slice(0, at).join(' ');
    const word = words[at] ?? '';
    const choices =
      WORDS.find(([pattern]) => pattern.test(before))?.[1].filter((choice) => choice.startsWith(word)) ?? [];
    const [only, ...others] = choices;
    if (only === undefined || others.length > 0 || (at === 1 && word.length < 3)) return;
    words[at] = only;
  }
}

/** The command that some words are, from the name of netsh on. */
export function netshOf([name, ...others]: readonly Word[]): NetshCommand | undefined {
  if (!name || !/(?:^|\\)netsh(?:\.exe)?$/i.test(name.text)) return undefined;
  const words = ['netsh'];
  const found: NetshArgument[] = [];
  let commandEnd = name.end;
  let end = name.end;
  let unnamed = 0;
  let isNew = false;
  for (const { text: word, ...range } of others) {
    end = range.end;
    const equals = word.indexOf('=');
    if (equals >= 0) {
      found.push({ name: word.slice(0, equals).toLowerCase(), text: word.slice(equals + 1), range, isNew });
    } else if (found.length === 0) {
      words.push(word.toLowerCase());
      commandEnd = range.end;
    } else if (word.toLowerCase() === 'new') isNew = true;
    else found.push({ name: `#${unnamed++}`, text: word, range, isNew });
  }
  // `-c` names the context of what follows it.
  if (words[1] === '-c') words.splice(1, 2, ...(words[2] ?? '').split(' '));
  completeWords(words);
  if (!CONTEXTS.has(words[1] ?? '')) return undefined;
  const { start } = name;
  return {
    command: words.join(' '),
    arguments: found,
    range: { start, end },
    commandRange: { start, end: commandEnd },
  };
}

/** The words of a command line, without their quotes. */
export function wordsOf(text: string, { start, end }: TextRange, continuation: string, isQuoted = false): Word[] {
  const words: Word[] = [];
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
      // A quote within a quoted text: `""` or a backtick in front of it.
      if (isQuoted && /^(?:""|`")$/.test(text.slice(at, at + 2))) at++;
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
