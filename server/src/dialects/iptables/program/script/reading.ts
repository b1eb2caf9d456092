// Loops that read lines of a text in the script: `while read -r net; do … done <<EOF`.

import { LIST_LIMIT, listValue, textValue } from '../../../shared/script/value.js';
import type { ShellList, SimpleCommand } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { expandWords, wordText } from './expand.js';
import type { Input } from './standard-input.js';
import { BLANKS, type Variables } from './variables.js';

/** A `read` that takes one line in each round of a loop. */
export interface LineReader {
  readonly names: readonly string[];
  /** What parts the fields of a line; `undefined` for blanks. */
  readonly separator: string | undefined;
  /** Whether a backslash is a character like others (`-r`). */
  readonly raw: boolean;
  /** Whether a last line without an end counts, by `|| [ -n "$line" ]`. */
  readonly takesOpenEnd: boolean;
}

/** The reader that the test of a loop is; `undefined` for other tests, and for options that change what is read. */
export function lineReader(test: ShellList, variables: Variables, script: string): LineReader | undefined {
  const [first, second, ...more] = test;
  const [command, piped] = first?.pipeline.commands ?? [];
  if (command?.kind !== 'simple' || piped || first?.pipeline.negated || more.length > 0) return undefined;
  const words = expandWords(command.words, variables, script);
  if (words[0]?.text !== 'read' || command.redirects.length > 0) return undefined;
  const rest = words.slice(1);
  const raw = rest[0]?.text === '-r';
  const names = (raw ? rest.slice(1) : rest).map(({ text }) => text);
  if (names.length === 0 || !names.every((name) => /^[A-Za-z_]\w*$/.test(name))) return undefined;
  const separator = separatorOf(command, variables, script);
  if (separator === null) return undefined;
  if (second) {
    const text = script.slice(second.pipeline.start, second.pipeline.end);
    if (second.joint !== '||' || !/^\[{1,2} -n "?\$\{?\w+\}?"? \]{1,2}$/.test(text)) return undefined;
  }
  return { names, separator, raw, takesOpenEnd: second !== undefined };
}

/** `IFS=` and `IFS=,` in front of `read`; `null` where it is something else. */
function separatorOf(command: SimpleCommand, variables: Variables, script: string): string | undefined | null {
  const [assignment, more] = command.assignments;
  if (!assignment) return variables.separators === BLANKS ? undefined : null;
  const { value, name } = assignment;
  const text = 'parts' in value && !more && name === 'IFS' ? wordText(value, variables, script) : undefined;
  return text !== undefined && (text === '' || /^[^\s\\]$/.test(text)) ? text : null;
}

/** The lines of an input; `undefined` where the shell would change what is in them. */
export function linesOf({ text, isOpen }: Input, { raw, takesOpenEnd }: LineReader): string[] | undefined {
  if (!raw && text.includes('\\')) return undefined;
  const lines = text.split('\n');
  const last = lines[lines.length - 1];
  if (last === '' || (isOpen && !takesOpenEnd)) lines.pop();
  return lines.length > LIST_LIMIT ? undefined : lines;
}

/** Sets the variables of a `read` from one line: the last of several takes what remains. */
export function readLine(line: string, { names, separator }: LineReader, variables: Variables): void {
  let rest = separator === undefined ? line.trim() : line;
  names.forEach((name, index) => {
    const takesRest = index === names.length - 1 || separator === '';
    const end = takesRest ? -1 : separator === undefined ? rest.search(/[ \t]/) : rest.indexOf(separator);
    const field = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end + 1);
    if (separator === undefined) rest = rest.trimStart();
    variables.set(name, textValue(field));
  });
}

/** `mapfile -t NAME` and `readarray`: the lines of an input become a list; unknown where the script does not hold them. */
export function readList(words: readonly Word[], input: Input | undefined, variables: Variables): void {
  const names = words.map(({ text }) => text).filter((text) => /^[A-Za-z_]\w*$/.test(text));
  const [name = 'MAPFILE'] = names;
  const isPlain = words.every(({ text }) => text === '-t' || text === name) && words.some(({ text }) => text === '-t');
  variables.forget([...names, 'MAPFILE']);
  if (!isPlain || !input) return;
  const lines = input.text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  variables.set(name, listValue(lines.map(textValue), `$${name}`));
}

/** Whether a command in a loop reads from what the loop reads, so that lines are missing for `read`. */
export function readsInput(body: ShellList): boolean {
  return body.some(({ pipeline }) => {
    const [command] = pipeline.commands;
    if (command?.kind === 'simple') {
      const part = command.words[0]?.parts[0];
      return (
        part?.kind === 'text' &&
        /^(?:read|mapfile|readarray|cat|ssh|head|tail|ip6?tables-restore)$/.test(part.text) &&
        command.redirects.length === 0
      );
    }
    return command?.kind === 'loop' || command?.kind === 'group' || command?.kind === 'for'
      ? readsInput(command.body)
      : command?.kind === 'if' &&
          command.branches.some(({ test, body: inner }) => readsInput(test) || readsInput(inner));
  });
}
