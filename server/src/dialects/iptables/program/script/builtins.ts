// Commands of the shell itself that change what later words mean: declarations, `unset`, `alias`.

import type { Value } from '../../../shared/script/value.js';
import { BASH } from '../../syntax/script/lexer.js';
import type { ShellWord, SimpleCommand } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { assign, declare, valueOfWord } from './assignments.js';
import { declareOnly, type Functions, type Locals } from './functions.js';
import { isPlainCommand } from './inner-scripts.js';
import { UNSET, type Variables } from './variables.js';

/** Commands that declare variables, and those of them that do so for a function alone. */
const DECLARING: ReadonlySet<string> = new Set(['export', 'local', 'readonly', 'declare', 'typeset']);
const LOCAL: ReadonlySet<string> = new Set(['local', 'declare', 'typeset']);

export function isDeclaration(words: readonly Word[]): boolean {
  return DECLARING.has(words[0]?.text ?? '');
}

/**
 * `local`, `declare`, `export` and `readonly`, in a function with its locals, which note under how many conditions they are
 * declared.
 */
export function runDeclaration(
  [program, ...words]: readonly Word[],
  { command, text }: { readonly command: SimpleCommand; readonly text: string },
  variables: Variables,
  called: { readonly locals: Locals | undefined; readonly conditions: number },
): void {
  const isGlobal = words.some((word) => /^-\w*g/.test(word.text));
  const locals = LOCAL.has(program?.text ?? '') && !isGlobal ? called.locals : undefined;
  const names = words.map((word) => word.text).filter((word) => /^[A-Za-z_]\w*(?:=|$)/.test(word));
  if (locals) {
    for (const name of [...names, ...command.assignments.map((one) => one.name)])
      locals.add(name.replace(/=.*/s, ''), variables, called.conditions);
    for (const name of names) if (!name.includes('=')) declareOnly(name, variables, BASH.test(text));
  }
  for (const assignment of command.assignments) assign(assignment, variables, text);
  declare(words, command.assignments, variables);
}

export function unset(words: readonly Word[], variables: Variables, functions: Functions): void {
  const isFunction = words[0]?.text === '-f';
  for (const { text, unknown } of words) {
    const [, name = '', element] = /^([A-Za-z_]\w*)(\[.*)?$/s.exec(text) ?? [];
    if (unknown !== undefined) variables.forgetAll();
    else if (isFunction || (variables.get(name) === undefined && functions.bodies(name).length > 0)) {
      functions.remove(name);
    } else if (element !== undefined) variables.forget([name]);
    else if (name !== '') variables.set(name, UNSET);
  }
}

/** Names that stand for the beginning of a command. */
export class Aliases {
  private readonly values = new Map<string, { readonly text: string; readonly isCertain: boolean }>();

  /** @param expands whether they are replaced; bash does so only where it is told to */
  constructor(public expands: boolean) {}

  define(words: readonly Word[], isCertain: boolean): void {
    for (const { text } of words) {
      const [, name, value = ''] = /^([^\s=]+)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined) this.values.set(name, { text: value, isCertain });
    }
  }

  /** The words of a command with those that its alias stands for; where these are unknown, as a text that `eval` runs. */
  replaced(command: SimpleCommand, words: readonly Word[]): readonly Word[] {
    const part = command.words[0]?.parts[0];
    const isBare = part?.kind === 'text' && !part.quoted && part.end === command.words[0]?.end;
    const alias = isBare && this.expands ? this.values.get(part.text) : undefined;
    const [name, ...rest] = words;
    if (!alias || !name) return words;
    const { start, end } = name;
    const own = alias.text
      .trim()
      .split(/\s+/)
      .map((text) => ({ start, end, text }));
    if (alias.isCertain && isPlainCommand(own)) return [...own, ...rest];
    return [{ start, end, text: 'eval' }, { start, end, text: '', unknown: alias.text }, ...rest];
  }
}

/** The word of the script that a field comes from as a whole. */
export function writtenWord({ start, end }: Word, { words }: SimpleCommand): ShellWord | undefined {
  return words.find((word) => word.start === start && word.end === end);
}

/** `$1` and so on behind `shift` and `set`; `undefined` where it is unknown which there are. */
export function positionalBehind(
  program: 'shift' | 'set',
  words: readonly Word[],
  before: readonly Value[] | undefined,
): readonly Value[] | undefined {
  if (program === 'set') {
    let at = 0;
    for (
      let option = words[at];
      option && option.unknown === undefined && /^[-+]./.test(option.text);
      option = words[at]
    ) {
      at += /^[-+]\w*o$/.test(option.text) ? 2 : 1;
      if (option.text === '--') return words.slice(at).map(valueOfWord);
    }
    return at < words.length ? words.slice(at).map(valueOfWord) : before;
  }
  const [count] = words;
  const number = count ? Number(count.unknown === undefined && /^\d+$/.test(count.text) ? count.text : Number.NaN) : 1;
  if (!before || before.length === 0) return before;
  // Shells end, or go on as before, where there are not so many.
  return number <= before.length ? before.slice(number) : undefined;
}
