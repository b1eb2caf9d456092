// Regular expressions of JavaScript as trees.
import { spend } from './budget.js';
import { PaidInterned } from './paid-memo.js';

export interface PatternFlags {
  readonly global: boolean;
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly unicode: boolean;
  readonly sticky: boolean;
}

/** One character: a code unit, or with the flag `u` a code point. */
export type CharacterNode =
  | { readonly kind: 'literal'; readonly code: number }
  /** `.`, `\d`, `\p{L}` or `[…]`, as written. What it matches tells {@link characterTest}. */
  | { readonly kind: 'class'; readonly source: string };

export type PatternNode =
  | CharacterNode
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  /** Tried in this order. */
  | { readonly kind: 'alternatives'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      /** `Infinity` where there is no limit. */
      readonly max: number;
      readonly lazy: boolean;
      /** The capturing groups in the body, whose captures each round forgets: from the first up to, but without, the other. */
      readonly groupsFrom: number;
      readonly groupsTo: number;
    }
  /** A capturing group. */
  | { readonly kind: 'group'; readonly index: number; readonly body: PatternNode }
  | { readonly kind: 'reference'; readonly group: number }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'no-boundary' }
  | {
      readonly kind: 'look';
      readonly behind: boolean;
      readonly negated: boolean;
      readonly body: PatternNode;
    };

export interface Pattern {
  readonly node: PatternNode;
  readonly flags: PatternFlags;
  /** How many capturing groups there are; they are counted from 1. */
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
}

const ASCII_SIZE = 128;

/** What it costs to ask for each of them. */
const ASKING_COST = 100;

const tests = new PaidInterned<(code: number) => boolean>(1_000);

/**
 * Whether a node matches a character. The engine itself is asked, by an expression of this one character, so that the rules of case
 * folding and of Unicode's properties are its own.
 */
export function characterTest(node: CharacterNode, flags: PatternFlags): (code: number) => boolean {
  if (node.kind === 'literal' && !flags.ignoreCase) return (code) => code === node.code;
  const key = `${flags.ignoreCase ? 'i' : ''}${flags.dotAll ? 's' : ''}${flags.unicode ? 'u' : ''}`;
  const source = node.kind === 'class' ? node.source : escaped(node.code);
  return tests.of(`${key} ${source}`, () => makeTest(source, key));
}

function makeTest(source: string, flags: string): (code: number) => boolean {
  spend(ASKING_COST);
  const expression = new RegExp(`^(?:${source})$`, flags);
  const matches = (code: number) => expression.test(String.fromCodePoint(code));
  const ascii = Uint8Array.from({ length: ASCII_SIZE }, (_, code) => (matches(code) ? 1 : 0));
  return (code) => (code < ASCII_SIZE ? ascii[code] === 1 : matches(code));
}

function escaped(code: number): string {
  const hex = code.toString(16);
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}
