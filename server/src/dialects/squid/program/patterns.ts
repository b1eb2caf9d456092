// The regular expressions of an acl, in a form in which lists of thousands are compared with names.

import { once } from '../../../kept/once.js';
import { type Automaton, acceptsText } from '../../../model/language.js';
import { readPosixRegex } from '../../../model/posix-regex.js';
import {
  containing,
  endingWithSome,
  isNothing,
  type Language,
  startingWithSome,
  words,
} from '../../../model/text-language.js';

/** A text without special characters: an expression that is found wherever the text is. */
const PLAIN = /^(?:[a-z\d_-]|\\\.)+$/;

/** A plain text between the signs that say where it may stand: `^`, `(^|\.)`, `^(.*\.)?`, `\.` and `$`. */
const PLACED = /^(?<before>\^|\(\^\|\\\.\)|\^\(\.\*\\\.\)\?|\\\.)?(?<text>(?:[a-z\d_-]|\\\.)+?)(?<after>\$)?$/;

/** The expressions of an acl that is compared with names, as sets of names where they are such. */
export interface NamePatterns {
  readonly languages: readonly Language[];
  readonly automata: readonly Automaton[];
}

/** Expressions of which a text has to match one. */
export class Patterns {
  private readonly plain = new Map<string, Automaton>();
  /** The other expressions, in lower case where case does not matter. */
  private readonly placed = new Map<string, Automaton>();

  /** Adds an expression; returns why it is not modelled, if it is valid but not modelled. */
  add(expression: string, ignoreCase: boolean): string | undefined {
    const reading = readPosixRegex(expression, ignoreCase);
    if (reading.kind !== 'automaton') return reading.kind === 'unmodelled' ? reading.reason : undefined;
    const text = ignoreCase ? expression.toLowerCase() : expression;
    if (PLAIN.test(text)) this.plain.set(text.replaceAll('\\', ''), reading.automaton);
    else this.placed.set(ignoreCase ? text : ` ${text}`, reading.automaton);
    return undefined;
  }

  get isEmpty(): boolean {
    return this.plain.size === 0 && this.placed.size === 0;
  }

  /** The expressions that stand for themselves in texts of lower case, such as names: most lists have no others. */
  readonly words = once((): Language | undefined => (this.plain.size > 0 ? containing(this.plain.keys()) : undefined));

  /** The other expressions. */
  readonly others = once((): readonly Automaton[] => [...this.placed.values()]);

  /** All expressions as they compare with names, which are in lower case. */
  readonly names = once((): NamePatterns => {
    const found = { words: new Set(this.plain.keys()), exact: new Set<string>(), below: new Set<string>() };
    const endings = new Set<string>();
    const beginnings = new Set<string>();
    const automata: Automaton[] = [];
    for (const [expression, automaton] of this.placed) {
      const { before, text: written, after } = PLACED.exec(expression.trimStart())?.groups ?? {};
      const text = written?.replaceAll('\\', '');
      if (text === undefined) automata.push(automaton);
      else if (before === undefined) endings.add(text);
      else if (before === '\\.') (after ? found.below : found.words).add(`.${text}`);
      else {
        if (after) found.exact.add(text);
        else beginnings.add(text);
        // At the beginning of the name, or behind a dot.
        if (before !== '^') (after ? found.below : found.words).add(`.${text}`);
      }
    }
    const languages = [
      words(found.exact),
      endingWithSome(found.below),
      endingWithSome(endings),
      containing(found.words),
      startingWithSome(beginnings),
    ];
    return { languages: languages.filter((language) => !isNothing(language)), automata };
  });

  /** All expressions. */
  readonly all = once((): readonly Automaton[] => [...this.plain.values(), ...this.placed.values()]);

  /** Whether one of the words occurs in a text. */
  hasWordIn(text: string): boolean {
    return [...this.plain.keys()].some((word) => text.includes(word));
  }

  matches(text: string): boolean {
    return this.all().some((automaton) => acceptsText(automaton, text));
  }
}
