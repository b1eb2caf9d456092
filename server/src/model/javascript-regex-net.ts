// Regular expressions of JavaScript as automata some of whose steps depend on what is around.
import { spend } from './budget.js';
import type { CharacterNode, Pattern, PatternNode } from './javascript-regex-tree.js';
import { characterTest } from './javascript-regex-tree.js';
import { type Symbols, symbolsWhere } from './language.js';

/** Something that holds or does not at a position of a text. */
export type Assertion =
  | { readonly kind: 'start' | 'end' | 'boundary' }
  /** A match of the net ends here (`behind`), or begins here. */
  | { readonly kind: 'look'; readonly behind: boolean; readonly net: Net };

/** A step without input; with an assertion, by its index, only where that is `wanted`. */
export interface Link {
  readonly to: number;
  readonly assertion: number | undefined;
  readonly wanted: boolean;
}

/** An automaton with assertions. Each assertion stands behind those that it needs itself. */
export interface Net {
  readonly links: readonly (readonly Link[])[];
  readonly steps: readonly (readonly { readonly on: Symbols; readonly to: number }[])[];
  readonly start: number;
  readonly end: number;
}

/** Thrown where an expression is beyond what is modelled; caught where it is read. */
export class UnmodelledPattern extends Error {}

/** What a state costs. */
const STATE_COST = 6;

/** Builds the nets of one expression. */
export class NetBuilder {
  readonly assertions: Assertion[] = [];
  private readonly symbols = new Map<string, Symbols>();
  private readonly looks = new Map<PatternNode, number>();

  constructor(private readonly flags: Pattern['flags']) {}

  net(node: PatternNode): Net {
    const links: Link[][] = [];
    const steps: { on: Symbols; to: number }[][] = [];
    const state = (): number => {
      spend(STATE_COST);
      links.push([]);
      steps.push([]);
      return links.length - 1;
    };
    const link = (from: number, to: number, assertion?: number, wanted = true) =>
      links[from]?.push({ to, assertion, wanted });
    /** Appends a node after a state; returns the state after it. */
    const add = (part: PatternNode, from: number): number => {
      switch (part.kind) {
        case 'literal':
        case 'class': {
          const to = state();
          steps[from]?.push({ on: this.symbolsOf(part), to });
          return to;
        }
        case 'sequence':
          return part.parts.reduce((at, one) => add(one, at), from);
        case 'alternatives': {
          const to = state();
          for (const option of part.options) link(add(option, from), to);
          return to;
        }
        case 'group':
          return add(part.body, from);
        case 'repeat':
          return repeat(part, from);
        case 'reference':
          throw new UnmodelledPattern('has a regular expression with a back-reference');
        default: {
          const to = state();
          link(from, to, this.assertion(part), part.kind !== 'no-boundary' && !(part.kind === 'look' && part.negated));
          return to;
        }
      }
    };
    const repeat = ({ body, min, max }: PatternNode & { kind: 'repeat' }, from: number): number => {
      let at = from;
      for (let i = 0; i < min; i++) at = add(body, at);
      const to = state();
      if (max === Number.POSITIVE_INFINITY) {
        link(at, to);
        link(add(body, to), to);
        return to;
      }
      link(at, to);
      for (let i = min; i < max; i++) {
        at = add(body, at);
        link(at, to);
      }
      return to;
    };
    const start = state();
    return { links, steps, start, end: add(node, start) };
  }

  /** The symbols that a character matches. Equal ones are one object. */
  private symbolsOf(node: CharacterNode): Symbols {
    const key = node.kind === 'literal' ? `=${node.code}` : node.source;
    const known = this.symbols.get(key);
    if (known) return known;
    const test = characterTest(node, this.flags);
    const made = symbolsWhere(test);
    this.symbols.set(key, made);
    return made;
  }

  private assertion(node: PatternNode): number {
    if (node.kind === 'look') {
      const known = this.looks.get(node);
      if (known !== undefined) return known;
      const net = this.net(node.body);
      const index = this.assertions.push({ kind: 'look', behind: node.behind, net }) - 1;
      this.looks.set(node, index);
      return index;
    }
    const kind = node.kind === 'start' || node.kind === 'end' ? node.kind : 'boundary';
    const known = this.assertions.findIndex((assertion) => assertion.kind === kind);
    return known < 0 ? this.assertions.push({ kind }) - 1 : known;
  }
}
