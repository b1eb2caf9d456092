// Assignments of a script, and the words that commands of the shell set variables by.

import { flatList, TEXT_LIMIT, textValue, unknownValue, type Value } from '../../../shared/script/value.js';
import { namesSetBy } from '../../syntax/script/builtin-assignments.js';
import type { Assignment, ShellWord } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { compute } from './arithmetic.js';
import { expandWord, wordText } from './expand.js';
import type { Variables } from './variables.js';

/** Programs that run another one, whose words follow. */
const PREFIXES: ReadonlySet<string> = new Set(['sudo', 'command', 'exec', 'nice', 'builtin', 'time', 'doas']);

export function withoutPrefixes(words: readonly Word[]): readonly Word[] {
  let rest = words;
  for (let first = rest[0]; first && PREFIXES.has(first.text.slice(first.text.lastIndexOf('/') + 1)); first = rest[0]) {
    rest = rest.slice(1);
    while (rest[0]?.text.startsWith('-')) rest = rest.slice(1);
  }
  return rest;
}

export function valueOfWord(word: Word): Value {
  return word.unknown === undefined ? textValue(word.text) : unknownValue(word.unknown);
}

export function assign({ name, append, value }: Assignment, variables: Variables, script: string): void {
  const before = append ? variables.get(name) : undefined;
  if (!('parts' in value)) {
    const items = value.flatMap((word: ShellWord) => expandWord(word, variables, script)).map(valueOfWord);
    const parts = before ? [before, ...items] : items;
    variables.set(name, before?.kind === 'unknown' ? before : flatList(parts, `$${name}`));
    return;
  }
  const text = wordText(value, variables, script);
  const start = append ? before : textValue('');
  if (text === undefined || start?.kind !== 'text' || start.text.length + text.length > TEXT_LIMIT) {
    variables.forget([name]);
  } else variables.set(name, textValue(start.text + text));
}

/** Carries out what a command of the shell assigns, or makes it unknown. */
export function assignByBuiltin(program: string, words: readonly Word[], variables: Variables): void {
  if (program === 'let' && words.every(({ unknown }) => unknown === undefined)) {
    for (const { text } of words) compute(text, variables);
    return;
  }
  const names = namesSetBy(
    program,
    words.map(({ text, unknown }) => (unknown === undefined ? text : undefined)),
  );
  if (names === 'all') variables.forgetAll();
  else variables.forget(names);
}
