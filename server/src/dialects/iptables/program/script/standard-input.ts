// What commands of a script read, where the script contains it.
import type { ShellCommand, ShellWord, SimpleCommand } from '../../syntax/script/tree.js';
import { expandDocument, wordText } from './expand.js';
import type { Variables } from './variables.js';

/** A text, and where in its script it begins. */
export interface Input {
  readonly text: string;
  readonly start: number;
  /** Whether its last line has no end. */
  readonly isOpen?: boolean;
  /** Whether a blank at the end of a line stands for the first half of `\n`. */
  readonly isPrinted?: boolean;
}

/**
 * What a command reads: its here-document or here-string, otherwise what is piped into it. `'unknown'` where values in it are
 * known only when the script runs.
 */
export function inputOf(
  command: Pick<SimpleCommand, 'redirects'>,
  variables: Variables,
  script: string,
  piped: Input | undefined,
): Input | 'unknown' | undefined {
  for (const { operator, document, target } of command.redirects) {
    if (document) {
      const raw = script.slice(document.start, document.end);
      const text = document.expands ? expandDocument(raw, variables) : raw;
      return text === undefined ? 'unknown' : { text, start: document.start };
    }
    if (operator === '<<<' && target) {
      const text = wordText(target, variables, script);
      return text === undefined ? 'unknown' : { text, start: startOf(target, script) };
    }
    if (operator === '<') return undefined;
  }
  return piped;
}

/**
 * What `echo` and `printf` print into a pipe; `undefined` for other commands, and for options, escapes and formats, which shells
 * read differently.
 */
export function printedText(command: ShellCommand, variables: Variables, script: string): Input | undefined {
  if (command.kind !== 'simple' || command.redirects.length + command.assignments.length > 0) return undefined;
  const [name, ...words] = command.words;
  const [first] = words;
  const program = name && wordText(name, variables, script);
  if (!first || (program !== 'echo' && program !== 'printf')) return undefined;
  const texts = words.map((word) => (isOneWord(word) ? wordText(word, variables, script) : undefined));
  if (texts.includes(undefined)) return undefined;
  const text = texts.join(' ');
  const start = startOf(first, script);
  if (program === 'echo') return /^-|\\/.test(text) ? undefined : { text, start };
  // With a blank for the backslash, places in the text are those in the script.
  const lines = text.replace(/\\n/g, ' \n');
  if (words.length > 1 || /[%\\]/.test(lines)) return undefined;
  return { text: lines, start, isPrinted: true, isOpen: !lines.endsWith('\n') };
}

/** What a program reads that takes lines without a blank at their ends. An empty line is none, and places stay the same. */
export function asRead(input: Input): Input {
  return input.isPrinted ? { ...input, text: input.text.replaceAll(' \n', '\n\n') } : input;
}

/** Whether a word stays one: variables outside of quotes are split, and patterns become names of files. */
function isOneWord({ parts }: ShellWord): boolean {
  return parts.every((part) => part.quoted || (part.kind === 'text' && !/[*?[]/.test(part.text)));
}

function startOf(word: ShellWord, script: string): number {
  return /^["']/.test(script.slice(word.start, word.start + 1)) ? word.start + 1 : word.start;
}
