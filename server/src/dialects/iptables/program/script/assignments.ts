// Assignments of a script, and the words that commands of the shell set variables by.

import { flatList, TEXT_LIMIT, textValue, unknownValue, type Value } from '../../../shared/script/value.js';
import { namesSetBy } from '../../syntax/script/builtin-assignments.js';
import type { Assignment, ShellWord } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { compute } from './arithmetic.js';
import { expandWord, wordText } from './expand.js';
import type { Variables } from './variables.js';

/** Programs that run another one, whose words follow: their options with a value of its own, and how many words they take. */
const PREFIXES: ReadonlyMap<string, { readonly valued: RegExp; readonly operands: number }> = new Map([
  ['sudo', { valued: /^-[CDghpRrTtUu]$|^--(?:user|group|host|prompt|chdir|chroot|role|type)$/, operands: 0 }],
  ['doas', { valued: /^-[Cu]$/, operands: 0 }],
  ['exec', { valued: /^-a$/, operands: 0 }],
  ['nice', { valued: /^-n$|^--adjustment$/, operands: 0 }],
  ['ionice', { valued: /^-[cn]$/, operands: 0 }],
  ['timeout', { valued: /^-[ks]$|^--(?:kill-after|signal)$/, operands: 1 }],
  ['env', { valued: /^-[uC]$|^--(?:unset|chdir)$/, operands: 0 }],
  ['stdbuf', { valued: /^-[eio]$|^--(?:error|input|output)$/, operands: 0 }],
  ['chroot', { valued: /^$/, operands: 1 }],
  ...['builtin', 'busybox', 'command', 'nohup', 'setsid', 'time', 'unbuffer'].map(
    (name) => [name, { valued: /^$/, operands: 0 }] as const,
  ),
]);

export function withoutPrefixes(words: readonly Word[]): readonly Word[] {
  let rest = words;
  for (;;) {
    const name = rest[0]?.text ?? '';
    const prefix = PREFIXES.get(name.slice(name.lastIndexOf('/') + 1));
    if (!prefix) return rest;
    let at = 1;
    for (let option = rest[at]?.text; option?.startsWith('-'); option = rest[at]?.text) {
      at += prefix.valued.test(option) ? 2 : 1;
    }
    at += prefix.operands;
    // `env NAME=value iptables …`, and the same behind sudo.
    while (/^\w+=/.test(rest[at]?.text ?? '')) at++;
    rest = rest.slice(at);
  }
}

export function valueOfWord(word: Word): Value {
  return word.unknown === undefined ? textValue(word.text) : unknownValue(word.unknown);
}

export function assign({ name, append, element, value }: Assignment, variables: Variables, script: string): void {
  if (element !== undefined) {
    const list = variables.get(name);
    const text = 'parts' in value ? wordText(value, variables, script) : undefined;
    const index = /^\d{1,5}$/.test(element) ? Number(element) : Number.POSITIVE_INFINITY;
    if (list?.kind !== 'list' || text === undefined || index > list.items.length) variables.forget([name]);
    else {
      const items = [...list.items.slice(0, index), textValue(text), ...list.items.slice(index + 1)];
      variables.set(name, flatList(items, `$${name}`));
    }
    return;
  }
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

/** `declare`, `local` and the like with the names or assignments that its words expand to, and with its options. */
export function declare(words: readonly Word[], written: readonly Assignment[], variables: Variables): void {
  const options = words.filter(({ text }) => /^[-+]/.test(text)).map(({ text }) => text);
  for (const { text, unknown } of words) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    if (unknown !== undefined) variables.forgetAll();
    else if (name !== undefined) variables.set(name, textValue(value));
  }
  // Integers, references, and texts in one case: what is assigned is changed.
  if (!options.some((option) => /^-\w*[inul]/.test(option))) return;
  for (const { name } of written) {
    variables.addType(name);
    const value = variables.get(name);
    if (value) variables.set(name, value);
  }
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
