// Regular sets of texts: lists of words, and automata.

import { spend } from './budget.js';
import { type DotRange, isBehindLabels } from './dot-counts.js';
import { readJavascriptRegex } from './javascript-regex.js';
import { type Automaton, AutomatonBuilder, acceptsText, type Symbols } from './language.js';
import { acceptsForward, forwardMachine } from './machines.js';
import { PaidInterned, PaidMemo } from './paid-memo.js';
import { appendCopy, unionOf } from './quotients.js';

/**
 * A regular set of ASCII texts. A list of words is kept as one, because it may be long and is looked up quickly. Some automata tell what
 * they are made from, so that sets of hosts need not look at them.
 */
export type Language =
  | { readonly kind: 'words'; readonly words: ReadonlySet<string> }
  | {
      readonly kind: 'automaton';
      readonly automaton: Automaton;
      /** All texts in which one of these occurs. */
      readonly containing?: ReadonlySet<string>;
      /** All texts that end with one of these. */
      readonly endings?: ReadonlySet<string>;
      /** All texts that begin with a text and go on with one of a language. */
      readonly beginning?: Beginning;
      /** All texts that are one of these words behind so many labels, which may be empty, each with its dot. */
      readonly labelsBefore?: WordsBehindLabels;
      /** All texts whose label at a place is one of some words. */
      readonly labelFromEnd?: LabelFromEnd;
      /** All texts of which what stands before the last labels is in a language. */
      readonly beforeLabels?: BeforeLabels;
      /** All texts of one line that match a pattern of literal text, `*` for any text and `?` for one character. */
      readonly wildcards?: string;
      /** Names of hosts, in which no label is empty, are among the texts where they have so many dots. */
      readonly dotsOfNames?: DotRange;
    };

export interface Beginning {
  readonly prefix: string;
  readonly rest: Language;
}

export interface WordsBehindLabels {
  readonly count: number;
  readonly words: ReadonlySet<string>;
}

/** The last label has the place 1. */
export interface LabelFromEnd {
  readonly place: number;
  readonly words: ReadonlySet<string>;
}

/** What stands before the last `count` labels and the dots between is one of some words, or ends with one of some endings. */
export interface BeforeLabels {
  readonly count: number;
  readonly kind: 'words' | 'endings';
  readonly texts: ReadonlySet<string>;
}

export type LanguageReading =
  | { readonly kind: 'language'; readonly language: Language }
  /** The engine throws a SyntaxError. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** Valid, but beyond what is modelled; the reason reads after "because it". */
  | { readonly kind: 'unmodelled'; readonly reason: string };

const ALL_SYMBOLS: Symbols = new Set(Array.from({ length: 128 }, (_, code) => code));

/** What `.` stands for in a regular expression. */
const LINE_SYMBOLS: Symbols = new Set([...ALL_SYMBOLS].filter((code) => code !== 10 && code !== 13));

const DOT: Symbols = new Set(['.'.charCodeAt(0)]);
const LABEL_SYMBOLS: Symbols = new Set([...ALL_SYMBOLS].filter((code) => !DOT.has(code)));

export const NOTHING: Language = { kind: 'words', words: new Set() };
export const EMPTY_TEXT: Language = { kind: 'words', words: new Set(['']) };
export const EVERYTHING: Language = { kind: 'automaton', automaton: piecewise([{ any: true }]) };

export function word(text: string): Language {
  return { kind: 'words', words: new Set([text]) };
}

export function words(texts: Iterable<string>): Language {
  return { kind: 'words', words: texts instanceof Set ? texts : new Set(texts) };
}

/** The texts of one line, which texts without line breaks always are. */
export const ANY_LINE: Language = { kind: 'automaton', automaton: piecewise([{ any: true }], LINE_SYMBOLS) };

export function startingWith(prefix: string): Language {
  return beginningWith(prefix, EVERYTHING);
}

/** The texts that begin with a text and go on with one of a language. */
export function beginningWith(prefix: string, rest: Language): Language {
  if (prefix === '' || isNothing(rest)) return rest;
  const build = () => {
    const builder = new AutomatonBuilder();
    const start = builder.state();
    return builder.build(start, appendCopy(builder, builder.literal(start, prefix), automatonOf(rest)));
  };
  return new LazyLanguage(build, { beginning: { prefix, rest } });
}

export function endingWith(suffix: string): Language {
  return endingWithSome([suffix]);
}

/** The texts that end with at least one of some texts. */
export function endingWithSome(suffixes: Iterable<string>): Language {
  const set = new Set(suffixes);
  if (set.size === 0) return NOTHING;
  if (set.has('')) return EVERYTHING;
  return new LazyLanguage(() => suffixTree(set, ['start']), { endings: set });
}

/** The texts that begin with at least one of some texts. */
export function startingWithSome(prefixes: Iterable<string>): Language {
  const set = new Set(prefixes);
  if (set.size === 0) return NOTHING;
  if (set.has('')) return EVERYTHING;
  return new LazyLanguage(() => suffixTree(set, ['end']), {});
}

/** The texts in which at least one of some texts occurs. */
export function containing(texts: Iterable<string>): Language {
  const set = new Set(texts);
  if (set.size === 0) return NOTHING;
  if (set.has('')) return EVERYTHING;
  return new LazyLanguage(() => suffixTree(set, ['start', 'end']), { containing: set });
}

/** The words behind so many labels: `count` times anything up to a dot. */
export function behindLabels(list: ReadonlySet<string>, count: number): Language {
  if (list.size === 0) return NOTHING;
  if (count === 0) return words(list);
  const build = () => {
    const builder = new AutomatonBuilder();
    const start = builder.state();
    let state = start;
    for (let i = 0; i < count; i++) {
      builder.step(state, LABEL_SYMBOLS, state);
      const next = builder.state();
      builder.step(state, DOT, next);
      state = next;
    }
    return builder.build(start, appendCopy(builder, state, suffixTree(list, [])));
  };
  return new LazyLanguage(build, { labelsBefore: { count, words: list } });
}

/** A language whose automaton is made only for those who need it. */
export function lazily(build: () => Automaton, origin: LanguageOrigin): Language {
  return new LazyLanguage(build, origin);
}

/** What an automaton is made from. */
export type LanguageOrigin = Omit<Language & { readonly kind: 'automaton' }, 'kind' | 'automaton'>;

/** Makes its automaton only for those who need one. */
class LazyLanguage {
  readonly kind = 'automaton';
  declare readonly containing?: ReadonlySet<string>;
  declare readonly endings?: ReadonlySet<string>;
  declare readonly beginning?: Beginning;
  declare readonly labelsBefore?: WordsBehindLabels;
  declare readonly labelFromEnd?: LabelFromEnd;
  declare readonly beforeLabels?: BeforeLabels;
  declare readonly wildcards?: string;
  declare readonly dotsOfNames?: DotRange;
  private built: Automaton | undefined;

  constructor(
    private readonly build: () => Automaton,
    origin: LanguageOrigin,
  ) {
    Object.assign(this, origin);
  }

  get automaton(): Automaton {
    this.built ??= this.build();
    return this.built;
  }
}

/** The texts in which a regular expression is found. */
export function javascriptRegex(source: string, flags: string): LanguageReading {
  const key = `${flags}/${source}`;
  const known = expressions.known(key);
  if (known) return known;
  const reading = readJavascriptRegex(source, flags);
  if (reading.kind !== 'automaton') return reading;
  return expressions.of(key, () => ({
    kind: 'language',
    language: { kind: 'automaton', automaton: reading.automaton },
  }));
}

/** A file asks about the same expressions for one kind of URL after the other. What was too large then may not be too large later. */
const expressions = new PaidInterned<LanguageReading>(1_000);

/**
 * The texts that `shExpMatch` accepts for a pattern, as browsers implement it: the pattern becomes a regular expression in which only
 * `.`, `*` and `?` are translated, so that `a|b` and `[a-c]` have the meaning that they have there.
 */
export function shellPattern(pattern: string): LanguageReading {
  return pattern.length > KEPT_LENGTH
    ? readShellPattern(pattern)
    : patterns.of(pattern, () => readShellPattern(pattern));
}

/** The same patterns are asked about again and again, for one kind of URL after the other: block lists have tens of thousands. */
const patterns = new PaidInterned<LanguageReading>(60_000);
const KEPT_LENGTH = 100;

function readShellPattern(pattern: string): LanguageReading {
  spend(pattern.length);
  if (/^[\w.*?/:@%=&#~,;!'"<> -]*$/.test(pattern)) return { kind: 'language', language: matchingWildcards(pattern) };
  return javascriptRegex(`^${pattern.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, '');
}

/** The texts of one line that match a pattern of literal text, `*` for any text and `?` for one character. */
export function matchingWildcards(pattern: string): Language {
  if (!/[*?]/.test(pattern)) return word(pattern);
  const [, contained] = /^\*+([^*?]+)\*+$/.exec(pattern) ?? [];
  if (contained !== undefined) return containing([contained]);
  const [, ending] = /^\*+([^*?]+)$/.exec(pattern) ?? [];
  if (ending !== undefined) return endingWith(ending);
  const pieces = pattern
    .split(/(\*+|\?)/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('*') ? { any: true } : piece === '?' ? { any: false } : piece));
  const [first = '', ...others] = pieces;
  if (typeof first === 'string') return beginningWith(first, matchingWildcards(pattern.slice(first.length)));
  const isAnyLine = others.length === 0 && first.any;
  return isAnyLine ? ANY_LINE : lazily(() => piecewise(pieces, LINE_SYMBOLS), { wildcards: pattern });
}

/** Patterns with wildcards of which each text of one line in a language matches one, where the language is made of such. */
export function wildcardsOf(language: Language): readonly string[] | undefined {
  if (language.kind === 'words') return undefined;
  const { wildcards, containing: contained, endings } = language;
  if (wildcards !== undefined) return [wildcards];
  const texts = contained ?? endings;
  if (!texts || [...texts].some((text) => /[*?]/.test(text))) return undefined;
  return Array.from(texts, (text) => (contained ? `*${text}*` : `*${text}`));
}

export function union(languages: readonly Language[]): Language {
  const [only] = languages;
  if (only && languages.length === 1) return only;
  const lists: string[] = [];
  const contained: string[] = [];
  const endings: string[] = [];
  const automata: Automaton[] = [];
  for (const language of languages) {
    if (language === EVERYTHING) return EVERYTHING;
    if (language.kind === 'words') for (const text of language.words) lists.push(text);
    else if (language.containing) for (const text of language.containing) contained.push(text);
    else if (language.endings) for (const text of language.endings) endings.push(text);
    else automata.push(language.automaton);
  }
  const parts: Language[] = automata.map((automaton) => ({ kind: 'automaton', automaton }));
  if (contained.length > 0) parts.push(containing(contained));
  if (endings.length > 0) parts.push(endingWithSome(endings));
  if (lists.length > 0) parts.push(words(lists));
  const [part = NOTHING] = parts;
  return parts.length <= 1 ? part : { kind: 'automaton', automaton: unionOf(parts.map(automatonOf)) };
}

/** Whether a text is in a language. */
export function languageHas(language: Language, text: string): boolean {
  if (language.kind === 'words') return language.words.has(text);
  if (language.containing) return [...language.containing].some((contained) => text.includes(contained));
  if (language.endings) return [...language.endings].some((ending) => text.endsWith(ending));
  if (language.labelsBefore) return isBehindLabels(text, language.labelsBefore.count, language.labelsBefore.words);
  if (language.beginning) {
    const { prefix, rest } = language.beginning;
    return text.startsWith(prefix) && languageHas(rest, text.slice(prefix.length));
  }
  return /^[\0-\x7f]*$/.test(text)
    ? acceptsForward(forwardMachine(language.automaton), text)
    : acceptsText(language.automaton, text);
}

/** Whether two languages are seen at once to be the same. */
export function isSameLanguage(one: Language, other: Language): boolean {
  if (one === other) return true;
  if (one.kind === 'words') return other.kind === 'words' && isSameOnly(one.words, other.words);
  return other.kind === 'automaton' && isSameOnly(one.containing, other.containing);
}

function isSameOnly(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): boolean {
  if (one?.size !== 1 || other?.size !== 1) return false;
  const [text = ''] = one;
  return other.has(text);
}

/** How many dots names of hosts have that are in a language, where it asks for nothing else. */
export function dotsOfNames(language: Language): DotRange | undefined {
  if (language === EVERYTHING) return { from: 0, to: Number.POSITIVE_INFINITY };
  if (language.kind === 'words') return undefined;
  const { containing: contained, dotsOfNames: dots } = language;
  return contained?.size === 1 && contained.has('.') ? { from: 1, to: Number.POSITIVE_INFINITY } : dots;
}

/** Whether no text is in a language, as far as that can be seen without a search. */
export function isNothing(language: Language): boolean {
  return language.kind === 'words' && language.words.size === 0;
}

const wordAutomata = new PaidMemo<ReadonlySet<string>, Automaton>();

export function automatonOf(language: Language): Automaton {
  if (language.kind === 'automaton') return language.automaton;
  return wordAutomata.of(language.words, (texts) => suffixTree(texts, []));
}

/**
 * An automaton of words that share the states of their common ends, so that it stays nearly deterministic for readers from the end as
 * well as from the start.
 */
function suffixTree(texts: ReadonlySet<string>, anythingAt: readonly ('start' | 'end')[]): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  const accept = builder.state();
  for (const place of anythingAt) {
    const state = place === 'start' ? start : accept;
    builder.step(state, ALL_SYMBOLS, state);
  }
  const symbols = new Map<number, Symbols>();
  const on = (code: number): Symbols => {
    const known = symbols.get(code) ?? new Set([code]);
    symbols.set(code, known);
    return known;
  };
  const states = new Map<number, Map<number, number>>();
  for (const text of texts) {
    let state = accept;
    for (let i = text.length - 1; i > 0; i--) {
      const before = states.get(state) ?? new Map<number, number>();
      states.set(state, before);
      const code = text.charCodeAt(i);
      let next = before.get(code);
      if (next === undefined) {
        next = builder.state();
        before.set(code, next);
        builder.step(next, on(code), state);
      }
      state = next;
    }
    if (text === '') builder.link(start, accept);
    else builder.step(start, on(text.charCodeAt(0)), state);
  }
  return builder.build(start, accept);
}

/** A text, one symbol of some, or any number of them. */
type Piece = string | { readonly any: boolean };

/** The texts made of pieces. */
function piecewise(pieces: readonly Piece[], symbols = ALL_SYMBOLS): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  let state = start;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      state = builder.literal(state, piece);
    } else {
      const next = builder.state();
      if (piece.any) {
        builder.link(state, next);
        builder.step(next, symbols, next);
      } else builder.step(state, symbols, next);
      state = next;
    }
  }
  return builder.build(start, state);
}
