// The texts from which an operation makes the texts of a language.

import { spend } from './budget.js';
import { type Automaton, AutomatonBuilder, EVERY_SYMBOL, type Symbols } from './language.js';
import { reversed as backwards } from './machines.js';
import { PaidInterned } from './paid-memo.js';
import { patternTransducer } from './pattern-replacement.js';
import {
  automatonOf,
  type Beginning,
  beginningWith,
  behindLabels,
  dotsOfNames,
  EVERYTHING,
  isNothing,
  type Language,
  type LanguageOrigin,
  languageHas,
  lazily,
  matchingWildcards,
  NOTHING,
  union,
  wildcardsOf,
  word,
  words,
} from './text-language.js';
import type { TextOperation } from './text-operations.js';
import { type Output, type SymbolOutput, type Transducer, transducerOf } from './transducers.js';
import { insideWildcards } from './wildcards.js';

/** The languages of short words are made again and again, for one path through a program after the other. */
const ofShortWords = new PaidInterned<Language>(5_000);
const SHORT = 64;

/** The texts `x` on which an operation is possible and for which its result is in a language. Equal ones are mostly one object. */
export function preimage(operation: TextOperation, language: Language): Language {
  if (isNothing(language)) return NOTHING;
  if (language.kind === 'words' && language.words.size === 1) {
    const [word = ''] = language.words;
    const make = () => computed(operation, language);
    return word.length > SHORT ? make() : ofShortWords.of(`${JSON.stringify(operation)} ${word}`, make);
  }
  return computed(operation, language);
}

function computed(operation: TextOperation, language: Language): Language {
  if (operation.kind === 'reverse') return reversed(language);
  const walk = suffixWalk(operation, language) ?? walkFromEnd(operation, language) ?? labelFromEnd(operation, language);
  if (walk) return walk;
  const transducer = operation.kind === 'replace-pattern' ? patternTransducer(operation) : transducerOf(operation);
  return { kind: 'automaton', automaton: compose(transducer, automatonOf(language)) };
}

/** The texts of a language, read from their ends. */
function reversed(language: Language): Language {
  if (language === EVERYTHING) return language;
  if (language.kind === 'words') return words([...language.words].map((text) => text.split('').reverse().join('')));
  const { automaton } = language;
  spend(automaton.steps.length);
  return { kind: 'automaton', automaton: backwards(automaton) };
}

/**
 * `text.substring(text.indexOf('.') + 1)` once or several times, in a list of words: the words behind so many labels; or with so many dots:
 * with so many more. Kept as such, because loops that walk up the domains ask for very many of these.
 */
function suffixWalk(operation: TextOperation, language: Language): Language | undefined {
  if (operation.kind !== 'behind' || operation.separator !== '.') return undefined;
  const { count } = operation;
  if (language.kind === 'words') return behindLabels(language.words, count);
  const { labelsBefore } = language;
  if (labelsBefore) return behindLabels(labelsBefore.words, labelsBefore.count + count);
  const dots = dotsOfNames(language);
  if (!dots) return undefined;
  const build = () => compose(transducerOf(operation), automatonOf(language));
  return lazily(build, { dotsOfNames: { from: dots.from + count, to: dots.to + count } });
}

function walkFromEnd(operation: TextOperation, language: Language): Language | undefined {
  return operation.kind === 'until-last' && operation.what === '.' ? beforeLastLabels(language, 1) : undefined;
}

const UNTIL_LAST_DOT = transducerOf({ kind: 'until-last', what: '.' });

/**
 * `text.substring(0, text.lastIndexOf('.'))`, so many times, where it has so many dots: those with more; where it is in a list, begins or
 * ends as another text; or where one of its labels is in a list. Loops that walk up the domains from the last label ask for these.
 */
export function beforeLastLabels(language: Language, count: number): Language | undefined {
  const { beginning } = language.kind === 'words' ? {} : language;
  if (beginning) {
    const rest = beforeLastLabels(beginning.rest, count);
    return rest && beginningWith(beginning.prefix, rest);
  }
  const origin = originBeforeLabels(language, count);
  if (!origin) return undefined;
  const build = () => {
    let automaton = automatonOf(language);
    for (let i = 0; i < count; i++) automaton = compose(UNTIL_LAST_DOT, automaton);
    return automaton;
  };
  return lazily(build, origin);
}

function originBeforeLabels(language: Language, count: number): LanguageOrigin | undefined {
  const dots = dotsOfNames(language);
  if (dots) return { dotsOfNames: { from: dots.from + count, to: dots.to + count } };
  if (language.kind === 'words') return { beforeLabels: { count, kind: 'words', texts: language.words } };
  const { beforeLabels, endings, labelFromEnd: label } = language;
  if (beforeLabels) return { beforeLabels: { ...beforeLabels, count: beforeLabels.count + count } };
  if (endings) return { beforeLabels: { count, kind: 'endings', texts: endings } };
  return label && { labelFromEnd: { ...label, place: label.place + count } };
}

/** `text.split('.')[text.split('.').length - place]` in a list of words. */
function labelFromEnd(operation: TextOperation, language: Language): Language | undefined {
  if (operation.kind !== 'item' || operation.separator !== '.' || operation.index >= 0) return undefined;
  if (language.kind !== 'words') return undefined;
  const build = () => compose(transducerOf(operation), automatonOf(language));
  return lazily(build, { labelFromEnd: { place: -operation.index, words: language.words } });
}

/**
 * The texts `x` for which `prefix + x + suffix` is in a language. Words stay words, and patterns with wildcards stay such patterns.
 * @param alphabet the characters that `x` may have, where these are known
 */
export function between(language: Language, prefix: string, suffix: string, alphabet?: ReadonlySet<string>): Language {
  if (language === EVERYTHING || (prefix === '' && suffix === '')) return language;
  if (language.kind === 'words') {
    spend(language.words.size);
    const length = prefix.length + suffix.length;
    const found: string[] = [];
    for (const text of language.words) {
      if (text.length >= length && text.startsWith(prefix) && text.endsWith(suffix)) {
        found.push(text.slice(prefix.length, text.length - suffix.length));
      }
    }
    return found.length === 0 ? NOTHING : words(found);
  }
  const patterns = alphabet && isOfOneLine([...alphabet, prefix, suffix]) ? wildcardsOf(language) : undefined;
  if (alphabet && patterns) {
    const inside = new Set(patterns.flatMap((pattern) => [...insideWildcards(pattern, prefix, suffix, alphabet)]));
    return union([...inside].map(matchingWildcards));
  }
  const copy: Transducer = {
    steps: [[], [{ on: EVERY_SYMBOL, to: 1, output: 'copy' }], []],
    writes: [[{ to: 1, text: prefix }], [{ to: 2, text: suffix }], []],
    start: 0,
    final: new Set([2]),
  };
  return { kind: 'automaton', automaton: compose(copy, language.automaton) };
}

function isOfOneLine(texts: readonly string[]): boolean {
  return texts.every((text) => !/[\n\r]/.test(text));
}

/**
 * The same for the texts of a beginning, as languages of which each is about texts of one kind. Where the characters of the texts are
 * known, those that none of these can be are left out.
 */
export function insideBeginning(
  beginning: Beginning,
  prefix: string,
  suffix: string,
  alphabet: ReadonlySet<string> | undefined,
): Language[] {
  const { rest } = beginning;
  spend(beginning.prefix.length);
  if (prefix.startsWith(beginning.prefix)) {
    return [between(rest, prefix.slice(beginning.prefix.length), suffix, alphabet)];
  }
  if (!beginning.prefix.startsWith(prefix)) return [];
  const begun = beginning.prefix.slice(prefix.length);
  const found: Language[] = [];
  // Where the suffix begins within the beginning.
  for (let at = Math.max(0, begun.length - suffix.length); at < begun.length; at++) {
    const inside = begun.length - at;
    spend(1 + inside / COMPARED_AT_ONCE);
    if (suffix.startsWith(begun.slice(at)) && languageHas(rest, suffix.slice(inside)))
      found.push(word(begun.slice(0, at)));
  }
  if (alphabet && [...begun].some((character) => !alphabet.has(character))) return found;
  return [...found, beginningWith(begun, between(rest, '', suffix, alphabet))];
}

const COMPARED_AT_ONCE = 8;

/** The product of a transducer with an automaton that reads what it writes. */
function compose(transducer: Transducer, automaton: Automaton): Automaton {
  return new Composition(transducer, automaton).build();
}

class Composition {
  private readonly builder = new AutomatonBuilder();
  private readonly states = new Map<number, number>();
  /** The keys of states that are to be followed. */
  private readonly pending: number[] = [];
  /** When a state of the automaton was last met before a symbol of a text, and reached behind one. */
  private readonly met: Int32Array;
  private readonly reached: Int32Array;
  private stamp = 0;
  private readonly sources = new Map<Symbols, Map<Symbols, Map<SymbolOutput, Symbols>>>();

  constructor(
    private readonly transducer: Transducer,
    private readonly automaton: Automaton,
  ) {
    this.met = new Int32Array(automaton.steps.length);
    this.reached = new Int32Array(automaton.steps.length);
  }

  build(): Automaton {
    const { builder, transducer, automaton } = this;
    const start = this.enter(transducer.start, automaton.start);
    const accept = builder.state();
    for (let key = this.pending.pop(); key !== undefined; key = this.pending.pop()) {
      const inner = key % automaton.steps.length;
      const at = (key - inner) / automaton.steps.length;
      const state = this.states.get(key) ?? start;
      if (inner === automaton.accept && transducer.final.has(at)) builder.link(state, accept);
      for (const to of automaton.epsilon[inner] ?? []) builder.link(state, this.enter(at, to));
      for (const { to, text } of transducer.writes[at] ?? []) {
        for (const reached of this.readText(inner, text)) builder.link(state, this.enter(to, reached));
      }
      for (const step of transducer.steps[at] ?? []) this.step(state, inner, step);
    }
    return builder.build(start, accept);
  }

  private step(
    from: number,
    inner: number,
    { on, to, output }: { readonly on: Symbols; readonly to: number; readonly output: Output },
  ): void {
    if (output === 'nothing') {
      this.builder.step(from, on, this.enter(to, inner));
      return;
    }
    if (typeof output === 'object') {
      for (const reached of this.readText(inner, output.text)) this.builder.step(from, on, this.enter(to, reached));
      return;
    }
    for (const step of this.automaton.steps[inner] ?? []) {
      const symbols = this.source(on, step.on, output);
      if (symbols.size > 0) this.builder.step(from, symbols, this.enter(to, step.to));
    }
  }

  private enter(at: number, inner: number): number {
    const key = at * this.automaton.steps.length + inner;
    const known = this.states.get(key);
    if (known !== undefined) return known;
    spend(1 + (this.automaton.steps[inner]?.length ?? 0));
    const state = this.builder.state();
    this.states.set(key, state);
    this.pending.push(key);
    return state;
  }

  /** The states that are reached by a text, without further steps that need no input. */
  private readText(from: number, text: string): readonly number[] {
    const { epsilon, steps } = this.automaton;
    let states = [from];
    for (let i = 0; i < text.length && states.length > 0; i++) {
      this.stamp++;
      const symbol = text.charCodeAt(i);
      const reached: number[] = [];
      // Grows while it is read; a state may be met before the symbol and behind it.
      for (const state of states) {
        const [links, own] = [epsilon[state] ?? [], steps[state] ?? []];
        spend(1 + links.length + own.length);
        for (const to of links) if (this.isNew(to, this.met)) states.push(to);
        for (const { on, to } of own) if (on.has(symbol) && this.isNew(to, this.reached)) reached.push(to);
      }
      states = reached;
    }
    return states;
  }

  private isNew(state: number, stamps: Int32Array): boolean {
    if (stamps[state] === this.stamp) return false;
    stamps[state] = this.stamp;
    return true;
  }

  /** The symbols of `on` for which a symbol of `wanted` is written. */
  private source(on: Symbols, wanted: Symbols, output: SymbolOutput): Symbols {
    const byWanted = this.sources.get(on) ?? new Map<Symbols, Map<SymbolOutput, Symbols>>();
    this.sources.set(on, byWanted);
    const byOutput = byWanted.get(wanted) ?? new Map<SymbolOutput, Symbols>();
    byWanted.set(wanted, byOutput);
    const known = byOutput.get(output);
    if (known) return known;
    const made = sourceOf(on, wanted, output);
    byOutput.set(output, made);
    return made;
  }
}

function sourceOf(on: Symbols, wanted: Symbols, output: SymbolOutput): Symbols {
  if (typeof output === 'function') return new Set([...on].filter((symbol) => wanted.has(output(symbol))));
  spend(Math.min(on.size, wanted.size) / 2);
  const [smaller, larger] = on.size < wanted.size ? [on, wanted] : [wanted, on];
  return smaller.size === larger.size && smaller === larger
    ? smaller
    : new Set([...smaller].filter((symbol) => larger.has(symbol)));
}
