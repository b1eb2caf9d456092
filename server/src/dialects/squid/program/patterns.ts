// The regular expressions of an acl, in a form in which lists of thousands are compared with names.

import { once } from '../../../kept/once.js';
import { type Automaton, acceptsText } from '../../../model/language.js';
import { readPosixRegex } from '../../../model/posix-regex.js';
import { unionOf } from '../../../model/quotients.js';
import { containing, type Language } from '../../../model/text-language.js';

/** A text without special characters: an expression that is found wherever the text is. */
const PLAIN = /^(?:[a-z\d_-]|\\\.)+$/;

/** Expressions of which a text has to match one. */
export class Patterns {
  private readonly plain = new Map<string, Automaton>();
  private readonly automata: Automaton[] = [];

  /** Adds an expression; returns why it is not modelled, if it is valid but not modelled. */
  add(expression: string, ignoreCase: boolean): string | undefined {
    const reading = readPosixRegex(expression, ignoreCase);
    if (reading.kind !== 'automaton') return reading.kind === 'unmodelled' ? reading.reason : undefined;
    const text = ignoreCase ? expression.toLowerCase() : expression;
    if (PLAIN.test(text)) this.plain.set(text.replaceAll('\\', ''), reading.automaton);
    else this.automata.push(reading.automaton);
    return undefined;
  }

  get isEmpty(): boolean {
    return this.plain.size === 0 && this.automata.length === 0;
  }

  /** The expressions that stand for themselves in texts of lower case, such as names: most lists have no others. */
  readonly words = once((): Language | undefined => (this.plain.size > 0 ? containing(this.plain.keys()) : undefined));

  /** The other expressions. */
  readonly others = once((): Automaton | undefined => (this.automata.length > 0 ? unionOf(this.automata) : undefined));

  /** All expressions. */
  readonly all = once((): Automaton => unionOf([...this.plain.values(), ...this.automata]));

  /** Whether one of the words occurs in a text. */
  hasWordIn(text: string): boolean {
    return [...this.plain.keys()].some((word) => text.includes(word));
  }

  matches(text: string): boolean {
    return acceptsText(this.all(), text);
  }
}
