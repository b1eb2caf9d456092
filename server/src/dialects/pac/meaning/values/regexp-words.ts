// Regular expressions that are lists of words, as `/(^|\.)example\.com$/`: they are compared as cheaply as with `endsWith`.
import type { Pattern } from '../../../../model/javascript-regex-tree.js';
import { containing, endingWithSome, type Language, startingWith, words } from '../../../../model/text-language.js';
import { ALWAYS, anyOf, type Condition } from '../question/condition.js';
import { type Step, stepsOf } from './regexp-steps.js';
import { matches } from './sources.js';
import { alphabetOf, type Text } from './text.js';

/** Where an expression is found in a text; `language` has all texts in which it is. */
export function whereFound(pattern: Pattern, text: Text, language: Language): Condition {
  const alphabet = alphabetOf(text.form);
  const sequences = pattern.flags.sticky ? undefined : stepsOf(pattern, alphabet);
  const found = sequences?.map((steps) => wordOf(steps, alphabet));
  return found?.every((one) => one !== undefined) ? whereWords(text, found) : matches(text, language);
}

/** A word that is looked for, and where; the text of `undefined` has a character that the text never has. */
interface Word {
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly text: string | undefined;
}

function wordOf(steps: readonly Step[], alphabet: ReadonlySet<string>): Word | undefined {
  const kept = steps.filter(({ kind }) => kind !== 'open' && kind !== 'close');
  let atStart = kept[0]?.kind === 'start';
  let atEnd = kept.at(-1)?.kind === 'end';
  const inner = kept.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  // Anything at all before a word is as if nothing held it there.
  while (isAnything(inner[0], alphabet)) {
    inner.shift();
    atStart = false;
  }
  while (isAnything(inner.at(-1), alphabet)) {
    inner.pop();
    atEnd = false;
  }
  let text: string | undefined = '';
  for (const step of inner) {
    if (step.kind !== 'one' || step.characters.size > 1) return undefined;
    const [character] = step.characters;
    text = character === undefined || text === undefined ? undefined : text + character;
  }
  return { atStart, atEnd, text };
}

function isAnything(step: Step | undefined, { size }: ReadonlySet<string>): boolean {
  return step?.kind === 'run' && step.min === 0 && step.characters.size === size;
}

function whereWords(text: Text, found: readonly Word[]): Condition {
  const texts = (atStart: boolean, atEnd: boolean): string[] =>
    found.flatMap((word) =>
      word.text !== undefined && word.atStart === atStart && word.atEnd === atEnd ? word.text : [],
    );
  const [whole, endings, beginnings, inner] = [
    texts(true, true),
    texts(false, true),
    texts(true, false),
    texts(false, false),
  ];
  if ([...endings, ...beginnings, ...inner].includes('')) return ALWAYS;
  return anyOf([
    matches(text, words(whole)),
    ...(endings.length > 0 ? [matches(text, endingWithSome(endings))] : []),
    ...beginnings.map((beginning) => matches(text, startingWith(beginning))),
    ...(inner.length > 0 ? [matches(text, containing(inner))] : []),
  ]);
}
