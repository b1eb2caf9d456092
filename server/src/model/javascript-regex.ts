// Reads regular expressions of JavaScript, as ECMA-262 defines them, into automata.
import { addAll } from '../kept/lists.js';
import { attempt, spend } from './budget.js';
import { type Context, Contexts } from './javascript-regex-context.js';
import { type Assertion, type Net, NetBuilder, UnmodelledPattern } from './javascript-regex-net.js';
import { parseJavascriptRegex } from './javascript-regex-parser.js';
import { withoutReferences } from './javascript-regex-references.js';
import type { Pattern, PatternNode } from './javascript-regex-tree.js';
import { type Automaton, AutomatonBuilder, type Symbols } from './language.js';
import type { RegexReading } from './posix-regex.js';

const ANY_SYMBOL: PatternNode = { kind: 'class', source: '[^]' };
const ANYTHING: PatternNode = {
  kind: 'repeat',
  body: ANY_SYMBOL,
  min: 0,
  max: Number.POSITIVE_INFINITY,
  lazy: true,
  groupsFrom: 0,
  groupsTo: 0,
};

/** What one expression is worth of the work that is left. */
const SHARE = 1 / 4;

/** An automaton that accepts every text in which an expression is found: `new RegExp(source, flags).test(text)`. */
export function readJavascriptRegex(source: string, flags: string): RegexReading {
  const reading = parseJavascriptRegex(source, flags);
  return reading.kind === 'pattern' ? patternAutomaton(reading.pattern) : reading;
}

/**
 * An automaton of the texts in which a pattern is found. A search with the flag `y` is one that begins at the start of the text, as the
 * first search does.
 */
export function patternAutomaton(pattern: Pattern): RegexReading {
  const before = pattern.flags.sticky ? [] : [ANYTHING];
  return wholeTextAutomaton({
    ...pattern,
    node: { kind: 'sequence', parts: [...before, pattern.node, ANYTHING] },
  });
}

/** An automaton of the texts that a pattern can match from their start to their end. */
export function wholeTextAutomaton(pattern: Pattern): RegexReading {
  try {
    const automaton = attempt(SHARE, () => built(pattern));
    return automaton
      ? { kind: 'automaton', automaton }
      : { kind: 'unmodelled', reason: 'has a very large regular expression' };
  } catch (error) {
    if (error instanceof UnmodelledPattern) return { kind: 'unmodelled', reason: error.message };
    throw error;
  }
}

function built(pattern: Pattern): Automaton {
  const builder = new NetBuilder(pattern.flags);
  const net = builder.net(withoutReferences(pattern));
  return build(net, builder.assertions, pattern.flags.multiline);
}

function build(net: Net, assertions: readonly Assertion[], multiline: boolean): Automaton {
  if (assertions.length > 0) return new Product(net, new Contexts(assertions, multiline)).build();
  const epsilon = net.links.map((links) => links.map(({ to }) => to));
  return { epsilon, steps: net.steps, start: net.start, accept: net.end };
}

/** A net together with the contexts that decide its assertions. */
class Product {
  private readonly builder = new AutomatonBuilder();
  private readonly states = new Map<number, number>();
  private readonly pending: { readonly state: number; readonly at: number; readonly context: Context }[] = [];
  private readonly needsContext: ReadonlySet<number>;
  private readonly parts = new Map<Symbols, Map<Symbols, Symbols>>();

  constructor(
    private readonly net: Net,
    private readonly contexts: Contexts,
  ) {
    this.needsContext = statesBeforeAssertions(net);
  }

  build(): Automaton {
    const { builder, net, contexts } = this;
    const start = builder.state();
    const accept = builder.state();
    for (const context of this.forgetting(net.start, contexts.starts))
      builder.link(start, this.enter(net.start, context));
    for (let item = this.pending.pop(); item; item = this.pending.pop()) {
      const { state, at, context } = item;
      if (at === net.end && contexts.isEnd(context)) builder.link(state, accept);
      for (const link of net.links[at] ?? []) {
        if (contexts.holds(context, link)) builder.link(state, this.enter(link.to, this.withoutPast(link.to, context)));
      }
      for (const { on, to } of net.steps[at] ?? []) this.step(state, on, to, context);
    }
    return builder.build(start, accept);
  }

  private step(from: number, on: Symbols, to: number, context: Context): void {
    const reached = new Map<Context, number[]>();
    for (const step of this.contexts.steps(context)) {
      const symbols = this.intersection(on, step.on);
      spend(2 + symbols.size);
      if (symbols.size === 0) continue;
      for (const next of this.forgetting(to, [step.to])) {
        const known = reached.get(next);
        if (known) addAll(known, symbols);
        else reached.set(next, [...symbols]);
      }
    }
    for (const [next, symbols] of reached) this.builder.step(from, new Set(symbols), this.enter(to, next));
  }

  private enter(at: number, context: Context): number {
    const key = context.id * this.net.links.length + at;
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const state = this.builder.state();
    this.states.set(key, state);
    this.pending.push({ state, at, context });
    return state;
  }

  /** No context where no assertion can be met before the next symbol, and no look has to be followed. */
  private forgetting(at: number, contexts: readonly Context[]): readonly Context[] {
    return this.contexts.hasLooks || this.needsContext.has(at) ? contexts : [this.contexts.any];
  }

  private withoutPast(at: number, context: Context): Context {
    return this.contexts.hasLooks || this.needsContext.has(at) ? context : this.contexts.withoutPast(context);
  }

  private intersection(a: Symbols, b: Symbols): Symbols {
    const known = this.parts.get(a) ?? new Map<Symbols, Symbols>();
    this.parts.set(a, known);
    const made = known.get(b) ?? new Set([...a].filter((symbol) => b.has(symbol)));
    known.set(b, made);
    return made;
  }
}

/** The states from which an assertion is met without input. */
function statesBeforeAssertions({ links }: Net): ReadonlySet<number> {
  const sources = new Map<number, number[]>();
  const found = new Set<number>();
  links.forEach((own, from) => {
    for (const { to, assertion } of own) {
      if (assertion !== undefined) found.add(from);
      const known = sources.get(to);
      if (known) known.push(from);
      else sources.set(to, [from]);
    }
  });
  for (const state of found) for (const from of sources.get(state) ?? []) found.add(from);
  return found;
}
