// Scripts that stand in words of a script: `eval '…'`, `sh -c "…"`, `trap '…' EXIT`, `$(…)`, `bash <<EOF`.

import { Memo } from '../../../../kept/memo.js';
import { assignedNames } from '../../syntax/script/assigned-names.js';
import { parseScript } from '../../syntax/script/parser.js';
import type { ShellList, ShellScript, ShellWord, SimpleCommand, Span, WordPart } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import type { Input } from './standard-input.js';
import { BLANKS, type Variables } from './variables.js';

/** A script within a file. `isExpanded` says that the variables in it are replaced before it runs. */
export interface InnerScript {
  readonly body: ShellList;
  readonly isExpanded: boolean;
}

/** Characters that mean the same wherever they come from. */
const PLAIN = /^[\w.:/,+@% \t-]*$/;

/** The script that a word is; `undefined` where what runs is something else than what stands there. */
export function scriptInWord(word: ShellWord, variables: Variables, text: string): InnerScript | undefined {
  const raw = text.slice(word.start, word.end);
  if (/^'[^']*'$/.test(raw)) return scriptIn(word, inside(word), undefined, text);
  if (/^"[^"\\`]*"$/.test(raw)) return scriptIn(word, inside(word), { parts: word.parts, variables }, text);
  return PLAIN.test(raw) ? scriptIn(word, word, undefined, text) : undefined;
}

/** The script that a here-document is. */
export function scriptInDocument({ redirects }: SimpleCommand, text: string): InnerScript | undefined {
  const document = redirects.find(({ operator }) => operator.startsWith('<'))?.document;
  if (!document) return undefined;
  const raw = text.slice(document.start, document.end);
  return document.expands && /[$`\\]/.test(raw) ? undefined : scriptIn(document, document, undefined, text);
}

/** The script that is printed into a pipe. */
export function scriptInInput(input: Input, text: string): InnerScript | undefined {
  const { text: printed, start } = input;
  const end = start + printed.length;
  return text.slice(start, end) === printed ? scriptIn(input, { start, end }, undefined, text) : undefined;
}

const substituted = new Memo<SimpleCommand, readonly InnerScript[]>();

/** The commands of `$(…)` and backquotes in a command of a script with a text. */
export function substitutedCommands(command: SimpleCommand, text: string): readonly InnerScript[] {
  return substituted.of(command, () => readSubstituted(command, text));
}

function readSubstituted({ words, assignments }: SimpleCommand, text: string): readonly InnerScript[] {
  const values = assignments.flatMap(({ value }) => ('parts' in value ? [value] : [...value]));
  return [...words, ...values]
    .flatMap(({ parts }) => parts)
    .flatMap((part) => {
      const raw = part.kind === 'computed' ? text.slice(part.start, part.end) : '';
      const opening = raw.startsWith('$(') && !raw.startsWith('$((') ? 2 : /^`[^\\]*`$/.test(raw) ? 1 : 0;
      const span = { start: part.start + opening, end: part.end - 1 };
      const script = opening > 0 ? scriptIn(part, span, undefined, text) : undefined;
      return script ? [script] : [];
    });
}

/** Whether words outside of quotes can be run by `eval` as they are. */
export function isPlainCommand(words: readonly Word[]): boolean {
  return words.length > 0 && words.every(({ text, unknown }) => unknown === undefined && PLAIN.test(text));
}

/** The option of a shell behind which a command stands, as in `sh -ec '…'`; -1 where there is none. */
export function indexOfCommand(words: readonly Word[]): number {
  const at = words.findIndex(({ text, unknown }) => unknown !== undefined || !/^[-+]/.test(text));
  return words.slice(0, Math.max(at, 0)).some(({ text }) => /^-\w*c/.test(text)) ? at : -1;
}

function inside({ start, end }: Span): Span {
  return { start: start + 1, end: end - 1 };
}

/** What stands in a word, a here-document or a text that is printed; each is read once. */
const read = new Memo<object, ShellScript>();

function scriptIn(
  place: object,
  { start, end }: Span,
  expanded: { readonly parts: readonly WordPart[]; readonly variables: Variables } | undefined,
  text: string,
): InnerScript | undefined {
  const { body, errors } = read.of(place, () => parseScript(text.slice(0, end), start));
  if (errors.length > 0) return undefined;
  const replaced = expanded?.parts.filter(({ kind }) => kind !== 'text') ?? [];
  if (!expanded || replaced.length === 0) return { body, isExpanded: false };
  // What is put in may not make other commands, and not be of a time behind an assignment.
  const isPlain =
    assignedNames(body).size === 0 &&
    expanded.variables.separators === BLANKS &&
    !/\$[^\s=]*=/.test(text.slice(start, end)) &&
    replaced.every((part) => part.kind === 'variable' && isPlainVariable(part, expanded.variables));
  return isPlain ? { body, isExpanded: true } : undefined;
}

function isPlainVariable(part: WordPart & { kind: 'variable' }, variables: Variables): boolean {
  const value = /^\d+$/.test(part.name) ? variables.argument(part.name) : variables.get(part.name);
  return part.operator === undefined && value?.kind === 'text' && PLAIN.test(value.text);
}
