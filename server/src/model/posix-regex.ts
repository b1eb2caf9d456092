// Reads POSIX extended regular expressions, as squid compiles them, into automata.
import { once } from '../kept/once.js';
import { spend } from './budget.js';
import { type Automaton, AutomatonBuilder, addTo, emptyLists, type Symbols, singleSymbol } from './language.js';

/** A POSIX extended regular expression as an automaton, or what is wrong with it. */
export type RegexReading =
  | { readonly kind: 'automaton'; readonly automaton: Automaton }
  /** `regcomp` refuses it. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** Valid, but beyond what is modelled: a back-reference, or a repetition that is too large. */
  | { readonly kind: 'unmodelled'; readonly reason: string };

/** No automaton grows beyond this many states: expressions are read with their file, before any evaluation that could pay for them. */
const STATE_LIMIT = 4_000;
const REPEAT_LIMIT = 255;
const NESTING_LIMIT = 100;

const ALL_SYMBOLS: Symbols = new Set(Array.from({ length: 127 }, (_, i) => i + 1));

const WORD = /[A-Za-z0-9_]/;
const SPACE = /[ \t\n\v\f\r]/;

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: SPACE,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // Control characters, counted from NUL: U+0000 to U+001F, and DEL.
  cntrl: /[^ -~]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** The escapes of sets of characters that glibc adds; made once, so that nobody pays for them. */
const ESCAPES: Readonly<Record<string, () => Symbols>> = {
  w: once(() => symbolsWhere((text) => WORD.test(text))),
  W: once(() => symbolsWhere((text) => !WORD.test(text))),
  s: once(() => symbolsWhere((text) => SPACE.test(text))),
  S: once(() => symbolsWhere((text) => !SPACE.test(text))),
};

/**
 * Reads an expression as glibc's `regcomp` does with REG_EXTENDED. The automaton accepts every text in which the
 * expression is found, anchors included, so that it can be intersected with others.
 */
export function readPosixRegex(source: string, ignoreCase: boolean): RegexReading {
  try {
    return { kind: 'automaton', automaton: new Reader(source, ignoreCase).read() };
  } catch (error) {
    if (error instanceof Refusal) return { kind: error.kind, reason: error.message };
    throw error;
  }
}

/** Characters that stand for themselves, and `.`, in any order are an expression. */
const ORDINARY = /^[\w./:-]+$/;

/** Why a text is no expression; `undefined` where it is one, modelled or not. Nothing is made of it. */
export function posixRegexFault(source: string): string | undefined {
  if (ORDINARY.test(source)) return undefined;
  try {
    new Reader(source, false).pass();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.kind === 'invalid' ? error.message : undefined;
  }
}

class Refusal extends Error {
  constructor(
    readonly kind: 'invalid' | 'unmodelled',
    message: string,
  ) {
    super(message);
  }
}

/** A piece of the automaton under construction: where it begins and ends. */
interface Fragment {
  readonly start: number;
  readonly end: number;
}

/** A `^` or `$` between two states of an expression. */
interface Anchor {
  readonly kind: '^' | '$';
  readonly from: number;
  readonly to: number;
}

/** A recursive-descent reader that builds the automaton as it reads; anchors are resolved at the end. */
class Reader {
  private readonly builder = new AutomatonBuilder();
  private at = 0;
  private depth = 0;
  /** The links that exist only at the start or the end of the text. */
  private readonly anchors: Anchor[] = [];
  /** What was read of brackets, by where they begin. */
  private readonly brackets = new Map<number, { readonly on: Symbols; readonly end: number }>();

  constructor(
    private readonly source: string,
    private readonly ignoreCase: boolean,
  ) {}

  read(): Automaton {
    return resolveAnchors(this.builder, this.alternatives(), this.anchors);
  }

  /** Reads it without making an automaton of it. */
  pass(): void {
    this.alternatives();
  }

  private state(): number {
    if (this.builder.size >= STATE_LIMIT) throw new Refusal('unmodelled', 'the expression is too large');
    return this.builder.state();
  }

  private alternatives(): Fragment {
    if (++this.depth > NESTING_LIMIT) throw new Refusal('unmodelled', 'the expression is nested too deeply');
    const start = this.state();
    const end = this.state();
    for (;;) {
      const branch = this.branch();
      this.builder.link(start, branch.start);
      this.builder.link(branch.end, end);
      if (this.source[this.at] !== '|') break;
      this.at++;
    }
    this.depth--;
    return { start, end };
  }

  private branch(): Fragment {
    const start = this.state();
    let end = start;
    let first = true;
    while (this.at < this.source.length) {
      const unit = this.source[this.at];
      // Outside of any group a closing parenthesis stands for itself.
      if (unit === '|' || (unit === ')' && this.depth > 1)) break;
      if (first && (unit === '*' || unit === '+' || unit === '?')) {
        throw new Refusal('invalid', `'${unit}' has nothing to repeat`);
      }
      const from = this.at;
      const anchorsBefore = this.anchors.length;
      const atom = this.repeated(this.atom(), from, anchorsBefore);
      this.builder.link(end, atom.start);
      end = atom.end;
      first = false;
    }
    return { start, end };
  }

  private atom(): Fragment {
    const unit = this.source[this.at++];
    switch (unit) {
      case '(': {
        const inner = this.alternatives();
        if (this.source[this.at] !== ')') throw new Refusal('invalid', 'an opening parenthesis is not closed');
        this.at++;
        return inner;
      }
      case '^':
      case '$': {
        const fragment = { start: this.state(), end: this.state() };
        this.anchors.push({ kind: unit, from: fragment.start, to: fragment.end });
        return fragment;
      }
      case '.':
        return this.symbols(ALL_SYMBOLS);
      case '[':
        return this.symbols(this.bracketOnce());
      case '\\':
        return this.escape();
      default:
        return this.symbols(this.cases(unit ?? ''));
    }
  }

  private symbols(on: Symbols): Fragment {
    const fragment = { start: this.state(), end: this.state() };
    this.builder.step(fragment.start, on, fragment.end);
    return fragment;
  }

  private cases(unit: string): Symbols {
    const variants = this.ignoreCase ? [unit.toLowerCase(), unit.toUpperCase()] : [unit];
    const codes = new Set(variants.map((variant) => variant.charCodeAt(0)).filter((code) => code < 128));
    const [only] = codes;
    return only !== undefined && codes.size === 1 ? singleSymbol(only) : codes;
  }

  /** The escapes that glibc adds: `\w`, `\W`, `\s`, `\S`; any other character stands for itself. */
  private escape(): Fragment {
    const unit = this.source[this.at++];
    if (unit === undefined) throw new Refusal('invalid', 'a backslash ends the expression');
    if (/[1-9]/.test(unit)) throw new Refusal('unmodelled', 'it has a back-reference');
    if (/[bB<>`']/.test(unit)) throw new Refusal('unmodelled', `it has the word anchor \\${unit}`);
    const escaped = ESCAPES[unit];
    return this.symbols(escaped ? escaped() : this.cases(unit));
  }

  /** Copies of a bracket share its symbols: a hundred times as much memory as their states. */
  private bracketOnce(): Symbols {
    const { at } = this;
    const known = this.brackets.get(at);
    if (known) this.at = known.end;
    const on = known?.on ?? this.bracket();
    if (!known) this.brackets.set(at, { on, end: this.at });
    return on;
  }

  private bracket(): Symbols {
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    const members = new Set<number>();
    for (let first = true; ; first = false) {
      const unit = this.source[this.at];
      if (unit === undefined) throw new Refusal('invalid', "a '[' is not closed");
      if (unit === ']' && !first) break;
      if (unit === '[' && this.source[this.at + 1] === ':') this.namedClass(members);
      else this.range(members);
    }
    this.at++;
    return matching((text, code) => {
      const variants = this.ignoreCase ? [text.toLowerCase().charCodeAt(0), text.toUpperCase().charCodeAt(0)] : [code];
      return variants.some((variant) => members.has(variant)) !== negated;
    });
  }

  private namedClass(members: Set<number>): void {
    const close = this.source.indexOf(':]', this.at);
    if (close < 0) throw new Refusal('invalid', "a '[:' is not closed");
    const name = this.source.slice(this.at + 2, close);
    const pattern = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
    if (!pattern) throw new Refusal('invalid', `unknown character class [:${name}:]`);
    for (const code of matching((text) => pattern.test(text))) members.add(code);
    this.at = close + 2;
  }

  private range(members: Set<number>): void {
    const low = this.member();
    let high = low;
    if (this.source[this.at] === '-' && this.source[this.at + 1] !== ']' && this.at + 1 < this.source.length) {
      this.at++;
      high = this.member();
      if (high < low) throw new Refusal('invalid', 'a range is reversed');
    }
    for (let code = low; code <= Math.min(high, 127); code++) members.add(code);
  }

  private member(): number {
    if (this.source[this.at] === '[' && /[.=]/.test(this.source[this.at + 1] ?? '')) {
      throw new Refusal('unmodelled', 'it has a collating element');
    }
    return this.source.charCodeAt(this.at++);
  }

  /** Applies the repetitions that follow an atom, which was read from `from` on. */
  private repeated(atom: Fragment, from: number, anchorsBefore: number): Fragment {
    const atomEnd = this.at;
    let result = atom;
    for (;;) {
      const unit = this.source[this.at];
      if (unit === '*' || unit === '+' || unit === '?') {
        this.at++;
        result = this.loop(result, unit);
      } else if (unit === '{') {
        const bounds = this.bounds();
        if (!bounds) return result;
        if (result !== atom) throw new Refusal('unmodelled', 'it repeats a repetition');
        result = this.copies(atom, from, atomEnd, anchorsBefore, bounds);
      } else {
        return result;
      }
    }
  }

  private loop(body: Fragment, kind: '*' | '+' | '?'): Fragment {
    const fragment = { start: this.state(), end: this.state() };
    this.builder.link(fragment.start, body.start);
    this.builder.link(body.end, fragment.end);
    if (kind !== '+') this.builder.link(fragment.start, fragment.end);
    if (kind !== '?') this.builder.link(body.end, body.start);
    return fragment;
  }

  /** `{n}`, `{n,}`, `{,m}` or `{n,m}`. */
  private bounds(): { readonly low: number; readonly high: number | undefined } | undefined {
    const close = this.source.indexOf('}', this.at);
    const match = /^(\d{0,5})(,?)(\d{0,5})$/.exec(this.source.slice(this.at + 1, close < 0 ? this.at + 1 : close));
    if (close < 0) throw new Refusal('invalid', "a '{' is not closed");
    if (!match || (match[1] === '' && match[2] === ''))
      throw new Refusal('invalid', "the content of '{}' is not a number");
    this.at = close + 1;
    const low = Number(match[1] || '0');
    const high = match[2] === '' ? low : match[3] === '' ? undefined : Number(match[3]);
    if (high !== undefined && high < low) throw new Refusal('invalid', "the bounds in '{}' are reversed");
    if (Math.max(low, high ?? 0) > REPEAT_LIMIT) throw new Refusal('unmodelled', 'it repeats too often');
    return { low, high };
  }

  /** Reads the atom's text again for every further copy. */
  private copies(
    atom: Fragment,
    from: number,
    to: number,
    anchorsBefore: number,
    { low, high }: { readonly low: number; readonly high: number | undefined },
  ): Fragment {
    const after = this.at;
    const copy = (): Fragment => {
      this.at = from;
      const fragment = this.atom();
      this.at = after;
      return fragment;
    };
    if (to <= from) throw new Refusal('invalid', "'{' has nothing to repeat");
    if (high === 0) this.anchors.length = anchorsBefore;
    const start = this.state();
    let end = start;
    const total = high ?? Math.max(low, 1);
    const exits: number[] = low === 0 ? [start] : [];
    for (let i = 1; i <= total; i++) {
      const part = i === 1 ? atom : copy();
      const body = high === undefined && i === total ? this.loop(part, '+') : part;
      this.builder.link(end, body.start);
      end = body.end;
      if (i >= low) exits.push(end);
    }
    const exit = this.state();
    for (const state of exits) this.builder.link(state, exit);
    return { start, end: exit };
  }
}

function matching(test: (text: string, code: number) => boolean): Symbols {
  spend(ALL_SYMBOLS.size);
  return symbolsWhere(test);
}

function symbolsWhere(test: (text: string, code: number) => boolean): Symbols {
  return new Set([...ALL_SYMBOLS].filter((code) => test(String.fromCharCode(code), code)));
}

/** The situations: nothing was read yet, something was, nothing may be read any more. */
const LAYERS = 3;

/**
 * Wraps an expression into "found anywhere in the text". A `^` may be passed only before any symbol was read, a `$` only
 * if none follows: the expression is copied for the three situations at the start, inside, and at the end.
 */
function resolveAnchors(builder: AutomatonBuilder, body: Fragment, anchors: readonly Anchor[]): Automaton {
  const plain = builder.build(body.start, body.end);
  const anchorsAt = emptyLists<Anchor>(plain.steps.length);
  for (const anchor of anchors) addTo(anchorsAt, anchor.from, anchor);
  const result = new AutomatonBuilder();
  const start = result.state();
  const skipping = result.state();
  const rest = result.state();
  const accept = result.state();
  // Layer 0: nothing was read yet. Layer 1: something was. Layer 2: nothing may be read any more. Only what is reached is made.
  const reached = new Map<number, number>();
  const placeOf = (layer: number, state: number): number => {
    const key = state * LAYERS + layer;
    const known = reached.get(key) ?? result.state();
    reached.set(key, known);
    return known;
  };
  // An empty text is both at its start and at its end: `^` after `$` as in `$^` is not modelled, and matches nothing here.
  result.link(start, placeOf(0, body.start));
  result.step(start, ALL_SYMBOLS, skipping);
  result.step(skipping, ALL_SYMBOLS, skipping);
  result.link(skipping, placeOf(1, body.start));
  for (const [key, place] of reached) {
    const [layer, state] = [key % LAYERS, Math.floor(key / LAYERS)];
    for (const to of plain.epsilon[state] ?? []) result.link(place, placeOf(layer, to));
    if (layer < 2) for (const { on, to } of plain.steps[state] ?? []) result.step(place, on, placeOf(1, to));
    if (state === body.end) result.link(place, layer < 2 ? rest : accept);
    for (const { kind, to } of anchorsAt[state] ?? []) {
      if (kind === '$') result.link(place, placeOf(2, to));
      else if (layer === 0) result.link(place, placeOf(0, to));
    }
  }
  result.step(rest, ALL_SYMBOLS, rest);
  result.link(rest, accept);
  return result.build(start, accept);
}
