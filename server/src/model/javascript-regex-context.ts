// What is around a position of a text, as far as the assertions of a regular expression depend on it.
import { spend } from './budget.js';
import { type Assertion, type Link, type Net, UnmodelledPattern } from './javascript-regex-net.js';
import type { Symbols } from './language.js';

/**
 * What is known at a position: from what was read the kind of the last symbol and the states of the look-behinds; of what follows the
 * kind of the next symbol and the states of the look-aheads. The latter are guessed: a reader is in one context for each possible
 * continuation, and each step refutes the wrong guesses. (Every text has exactly one run: the automaton for what follows is the
 * subset construction of the reversed look-ahead, read against its direction.)
 */
export interface Context {
  readonly id: number;
  readonly before: Kind;
  readonly after: Kind;
  /** For each assertion that is a look, the states of its net, sorted: those reached, or those that lead to its end. */
  readonly looks: readonly (readonly number[])[];
}

export interface ContextStep {
  readonly on: Symbols;
  readonly to: Context;
}

type Kind = 'none' | 'line end' | 'word' | 'other' | 'any';

/** What of a context the symbols after it decide. */
interface Outlook {
  readonly after: Kind;
  /** For each look-ahead its states; empty for a look-behind. */
  readonly looks: readonly (readonly number[])[];
}

const LOOK_LIMIT = 6;

/** What a context costs that is kept, and to find what may follow a position. */
const CONTEXT_COST = 50;
const OUTLOOK_COST = 60;

/** A net read against its direction. */
interface BackwardNet {
  /** Whether there are assertions in it. */
  readonly isConditional: boolean;
  /** For each state, the states with a link to it. */
  readonly sources: readonly (readonly { readonly from: number; readonly link: Link }[])[];
  /** For each state, the states from which symbols of one class lead to it. */
  sourcesOn(symbols: Symbols): readonly (readonly number[])[];
}

export class Contexts {
  private readonly known = new Map<string, Context>();
  private readonly followers = new Map<Context, readonly ContextStep[]>();
  private readonly classes: readonly Symbols[];
  private readonly kinds: readonly Kind[];
  private readonly outlooks: readonly Outlook[];
  private readonly backward = new Map<Net, BackwardNet>();
  /** For each look-ahead, by states of it, the states before each class of symbols. */
  private readonly before: Map<readonly number[], Map<Symbols, readonly number[]>>[] = [];
  /** Equal states of look-aheads are one list. */
  private readonly lists = new Map<string, readonly number[]>();
  readonly hasLooks: boolean;
  /** Whether what leads to a look-ahead depends on other assertions. */
  private readonly isConditional: boolean;
  /** Where it does not: what may follow symbols, by the states of the look-aheads before these. */
  private readonly behind = new Map<Symbols, Map<string, Outlook[]>>();
  /** The assertions that are look-aheads. */
  private readonly aheads: readonly number[];

  constructor(
    private readonly assertions: readonly Assertion[],
    private readonly multiline: boolean,
  ) {
    const looks = assertions.filter(({ kind }) => kind === 'look');
    if (looks.length > LOOK_LIMIT) throw new UnmodelledPattern('has a regular expression that looks ahead too often');
    this.hasLooks = looks.length > 0;
    this.aheads = assertions.flatMap((one, index) => (one.kind === 'look' && !one.behind ? [index] : []));
    this.isConditional = looks.some((look) => look.kind === 'look' && this.backwardNet(look.net).isConditional);
    this.classes = this.partition();
    this.kinds = [...new Set(this.classes.map((symbols) => this.kindOf(symbols)))];
    this.outlooks = this.findOutlooks();
  }

  /** The contexts at the start of a text. */
  get starts(): readonly Context[] {
    return this.outlooks.map((outlook) => this.enter('none', outlook, undefined, undefined));
  }

  /** Nothing is known; only where there are no looks. */
  get any(): Context {
    return this.context('any', 'any', []);
  }

  /** A context without what was read, where nothing that follows depends on it. */
  withoutPast(context: Context): Context {
    return this.context('any', context.after, []);
  }

  /** Whether a step without input can be made in a context. */
  holds(context: Omit<Context, 'id'>, { assertion, wanted }: Link): boolean {
    return assertion === undefined || this.truth(assertion, context) === wanted;
  }

  /** Whether a text can end in a context. */
  isEnd(context: Context): boolean {
    if (context.after !== 'none' && context.after !== 'any') return false;
    return this.aheads.every((index) => same(context.looks[index], this.atEnd(index, context)));
  }

  steps(context: Context): readonly ContextStep[] {
    const known = this.followers.get(context);
    if (known) return known;
    const steps = this.classes.flatMap((on): ContextStep[] => {
      const kind = this.kindOf(on);
      if (context.after !== 'any' && context.after !== kind) return [];
      return this.outlooksBehind(on, context).map((next) => ({ on, to: this.enter(kind, next, context, on) }));
    });
    this.followers.set(context, steps);
    return steps;
  }

  /** What may follow symbols that are read in a context. */
  private outlooksBehind(on: Symbols, context: Context): readonly Outlook[] {
    if (this.isConditional) {
      spend(this.outlooks.length * (1 + this.aheads.length));
      return this.outlooks.filter((next) =>
        this.aheads.every((index) => same(context.looks[index], this.backwards(index, next, on, context))),
      );
    }
    const known = this.behind.get(on) ?? this.groupedOutlooks(on, context);
    this.behind.set(on, known);
    return known.get(this.aheadKey((index) => context.looks[index])) ?? [];
  }

  /** What may follow, by the states of the look-aheads before symbols. */
  private groupedOutlooks(on: Symbols, context: Context): Map<string, Outlook[]> {
    const groups = new Map<string, Outlook[]>();
    for (const next of this.outlooks) {
      const key = this.aheadKey((index) => this.backwards(index, next, on, context));
      const group = groups.get(key);
      if (group) group.push(next);
      else groups.set(key, [next]);
    }
    return groups;
  }

  private aheadKey(statesOf: (index: number) => readonly number[] | undefined): string {
    spend(1 + this.aheads.length);
    return this.aheads.map((index) => statesOf(index)?.join(' ')).join('/');
  }

  private context(before: Kind, after: Kind, looks: readonly (readonly number[])[]): Context {
    const key = `${before} ${after} ${looks.map((states) => states.join(' ')).join('/')}`;
    const known = this.known.get(key);
    if (known) return known;
    spend(CONTEXT_COST);
    const made = { id: this.known.size, before, after, looks };
    this.known.set(key, made);
    return made;
  }

  private enter(before: Kind, outlook: Outlook, previous: Context | undefined, on: Symbols | undefined): Context {
    const looks = [...outlook.looks];
    const draft = { before, after: outlook.after, looks };
    for (const [index, assertion] of this.assertions.entries()) {
      if (assertion.kind !== 'look' || !assertion.behind) continue;
      const { net } = assertion;
      const reached = (previous?.looks[index] ?? []).flatMap((state) => targets(net, state, on));
      looks[index] = closure([...reached, net.start], (state) =>
        (net.links[state] ?? []).filter((link) => this.holds(draft, link)).map(({ to }) => to),
      );
    }
    return this.context(before, outlook.after, looks);
  }

  private truth(index: number, { before, after, looks }: Omit<Context, 'id'>): boolean {
    const assertion = this.assertions[index];
    switch (assertion?.kind) {
      case 'start':
        return before === 'none' || (this.multiline && before === 'line end');
      case 'end':
        return after === 'none' || (this.multiline && after === 'line end');
      case 'boundary':
        return (before === 'word') !== (after === 'word');
      case 'look':
        return looks[index]?.includes(assertion.behind ? assertion.net.end : assertion.net.start) ?? false;
      default:
        return false;
    }
  }

  /** The states of a look-ahead from which its end is reached at the end of the text. */
  private atEnd(index: number, context: Omit<Context, 'id'>): readonly number[] {
    return this.leadingTo(index, [], context);
  }

  /** The states of a look-ahead in a context before a symbol, from those behind the symbol. */
  private backwards(
    index: number,
    next: Outlook,
    on: Symbols,
    context: Omit<Context, 'id'>,
  ): readonly number[] | undefined {
    const assertion = this.assertions[index];
    if (assertion?.kind !== 'look') return undefined;
    const { isConditional, sourcesOn } = this.backwardNet(assertion.net);
    // Where no other assertion is in it, the states are the same in every context.
    const behind = next.looks[index] ?? [];
    const known = isConditional ? undefined : this.knownBackwards(index, behind);
    const states = known?.get(on);
    if (states) return states;
    const before = behind.flatMap((state) => sourcesOn(on)[state] ?? []);
    const made = this.leadingTo(index, before, context);
    known?.set(on, made);
    return made;
  }

  private knownBackwards(index: number, behind: readonly number[]): Map<Symbols, readonly number[]> {
    const own = this.before[index] ?? new Map<readonly number[], Map<Symbols, readonly number[]>>();
    this.before[index] = own;
    const known = own.get(behind) ?? new Map<Symbols, readonly number[]>();
    own.set(behind, known);
    return known;
  }

  /** The states from which the end of a look-ahead, or one of some states, is reached without input. */
  private leadingTo(index: number, states: readonly number[], context: Omit<Context, 'id'>): readonly number[] {
    const assertion = this.assertions[index];
    if (assertion?.kind !== 'look') return [];
    const { sources } = this.backwardNet(assertion.net);
    const found = closure([...states, assertion.net.end], (state) =>
      (sources[state] ?? []).flatMap(({ from, link }) => (this.holds(context, link) ? from : [])),
    );
    spend(15 + 8 * found.length);
    const key = found.join(' ');
    const known = this.lists.get(key) ?? found;
    this.lists.set(key, known);
    return known;
  }

  private backwardNet(net: Net): BackwardNet {
    const known = this.backward.get(net) ?? backwardNet(net);
    this.backward.set(net, known);
    return known;
  }

  /** All that can follow a position, found from the end of texts backwards; some of it may never occur. */
  private findOutlooks(): readonly Outlook[] {
    const found = new Map<string, Outlook>();
    const note = (outlook: Outlook) => {
      const key = `${outlook.after} ${outlook.looks.map((states) => states.join(' ')).join('/')}`;
      if (found.has(key)) return;
      spend(CONTEXT_COST);
      found.set(key, outlook);
    };
    const pasts = this.pasts();
    for (const past of pasts) note(this.outlook('none', past, (index, draft) => this.atEnd(index, draft)));
    for (const next of found.values()) {
      for (const on of this.classes) {
        for (const past of pasts) {
          spend(OUTLOOK_COST);
          note(this.outlook(this.kindOf(on), past, (index, draft) => this.backwards(index, next, on, draft) ?? []));
        }
      }
    }
    return [...found.values()];
  }

  private outlook(
    after: Kind,
    past: Pick<Context, 'before' | 'looks'>,
    statesOf: (index: number, draft: Omit<Context, 'id'>) => readonly number[],
  ): Outlook {
    const looks = [...past.looks];
    const draft = { before: past.before, after, looks };
    for (const index of this.aheads) looks[index] = statesOf(index, draft);
    return { after, looks: looks.map((states, index) => (this.aheads.includes(index) ? states : [])) };
  }

  /** What may have been read, as far as look-aheads depend on it: every combination. */
  private pasts(): readonly Pick<Context, 'before' | 'looks'>[] {
    if (!this.isConditional) return [{ before: 'none', looks: this.assertions.map(() => []) }];
    let looks: (readonly number[])[][] = [[]];
    for (const assertion of this.assertions) {
      const options: (readonly number[])[] =
        assertion.kind === 'look' && assertion.behind ? [[], [assertion.net.end]] : [[]];
      looks = looks.flatMap((before) => options.map((option) => [...before, option]));
    }
    const kinds: readonly Kind[] = ['none', ...this.kinds];
    return kinds.flatMap((before) => looks.map((one) => ({ before, looks: one })));
  }

  /** Parts the symbols by all that the assertions distinguish. */
  private partition(): readonly Symbols[] {
    const sets = this.assertions.flatMap((assertion) =>
      assertion.kind === 'look' ? assertion.net.steps.flat().map(({ on }) => on) : [],
    );
    const distinct = [...new Set(sets)];
    const classes = new Map<string, Set<number>>();
    for (let code = 0; code < 128; code++) {
      const key = `${this.kindOf([code])}${distinct.map((set) => (set.has(code) ? 1 : 0)).join('')}`;
      const known = classes.get(key);
      if (known) known.add(code);
      else classes.set(key, new Set([code]));
    }
    return [...classes.values()];
  }

  /** The kind of symbols of one class, no finer than needed. */
  private kindOf(symbols: Iterable<number>): Kind {
    const [code = 0] = symbols;
    const needs = (kind: Assertion['kind']) => this.assertions.some((assertion) => assertion.kind === kind);
    if (this.multiline && (needs('start') || needs('end')) && (code === 10 || code === 13)) return 'line end';
    if (needs('boundary') && /\w/.test(String.fromCharCode(code))) return 'word';
    return needs('start') || needs('end') || needs('boundary') ? 'other' : 'any';
  }
}

function backwardNet(net: Net): BackwardNet {
  const sources: { readonly from: number; readonly link: Link }[][] = net.links.map(() => []);
  net.links.forEach((own, from) => {
    for (const link of own) sources[link.to]?.push({ from, link });
  });
  const bySymbols = new Map<Symbols, number[][]>();
  const sourcesOn = (symbols: Symbols) => {
    const known = bySymbols.get(symbols);
    if (known) return known;
    const made: number[][] = net.links.map(() => []);
    for (const from of net.links.keys()) for (const to of targets(net, from, symbols)) made[to]?.push(from);
    bySymbols.set(symbols, made);
    return made;
  };
  const isConditional = net.links.some((own) => own.some(({ assertion }) => assertion !== undefined));
  return { isConditional, sources, sourcesOn };
}

function targets(net: Net, state: number, on: Symbols | undefined): number[] {
  const [symbol] = on ?? [];
  if (symbol === undefined) return [];
  return (net.steps[state] ?? []).filter((step) => step.on.has(symbol)).map(({ to }) => to);
}

function closure(states: readonly number[], next: (state: number) => readonly number[]): readonly number[] {
  const seen = new Set(states);
  for (const state of seen) for (const to of next(state)) seen.add(to);
  return [...seen].sort((a, b) => a - b);
}

function same(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((state, i) => state === b[i]);
}
