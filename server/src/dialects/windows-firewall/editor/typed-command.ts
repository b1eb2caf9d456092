// The command that is being typed, as far as its text says: a line that ends with `^` or a backtick goes on in the next one.

import { startOfLine } from '../../../text/lines.js';

/** How many lines a command is looked at over. */
const LINE_LIMIT = 40;

/** The text of a command before an offset, from the beginning of its line, its line breaks included. */
export function commandBefore(text: string, offset: number): string {
  let start = startOfLine(text, offset);
  for (let lines = 0; lines < LINE_LIMIT && /[`^]\r?\n$/.test(text.slice(Math.max(0, start - 3), start)); lines++)
    start = startOfLine(text, start - 1);
  return text.slice(start, offset);
}

/** What was typed of a command of netsh. */
export interface TypedNetsh {
  /** `netsh advfirewall firewall add rule`, or the beginning of one, in lower case. */
  readonly command: string;
  /** The names of the arguments before the one that is typed, in lower case; those before `new` are not among them. */
  readonly given: readonly string[];
  readonly isNew: boolean;
  /** The word before the offset, without what is before its `=`. */
  readonly typed: string;
  /** The argument whose value that is. */
  readonly argument: string | undefined;
}

/** The command of netsh at the end of a text. */
export function typedNetsh(before: string): TypedNetsh | undefined {
  const found = /(?:^|[\s&|;({"'\\])netsh(?:\.exe)?"?((?:[ \t]|[`^]\r?\n)+(?:[^&|;]*))$/i.exec(before);
  if (!found) return undefined;
  const rest = (found[1] ?? '').replace(/[`^]\r?\n/g, ' ');
  // A quoted value may hold spaces; one that is not closed is being typed.
  const words = rest.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
  const current = /\s$/.test(rest) ? '' : (words.pop() ?? '');
  const command = ['netsh'];
  let given: string[] = [];
  let isNew = false;
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals >= 0) given.push(word.slice(0, equals).toLowerCase());
    else if (given.length === 0 && !isNew) command.push(word.toLowerCase());
    else if (word.toLowerCase() === 'new') {
      isNew = true;
      given = [];
    }
  }
  const equals = current.indexOf('=');
  return {
    command: command.join(' '),
    given,
    isNew,
    typed: current.slice(equals + 1),
    argument: equals < 0 ? undefined : current.slice(0, equals).toLowerCase(),
  };
}
