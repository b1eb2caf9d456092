// Regular expressions as sequences of characters and runs of characters, for finding where their groups match.
import {
  type CharacterNode,
  characterTest,
  type Pattern,
  type PatternNode,
} from '../../../../model/javascript-regex-tree.js';

/** A piece of an expression. Its characters are those of the text only. */
export type Step =
  | { readonly kind: 'one'; readonly characters: ReadonlySet<string>; readonly node: PatternNode }
  | {
      readonly kind: 'run';
      readonly characters: ReadonlySet<string>;
      readonly lazy: boolean;
      readonly min: number;
      readonly node: PatternNode;
    }
  | { readonly kind: 'open' | 'close'; readonly group: number }
  | { readonly kind: 'start' | 'end'; readonly node: PatternNode };

/** More sequences, and longer ones, are not told apart. */
const SEQUENCE_LIMIT = 24;
const STEP_LIMIT = 400;

/**
 * The sequences without alternatives that an expression stands for, in the order in which they are tried; `undefined` where it is more
 * than that: loops over more than one character, assertions, references.
 */
export function stepsOf(pattern: Pattern, alphabet: ReadonlySet<string>): readonly (readonly Step[])[] | undefined {
  if (pattern.flags.multiline) return undefined;
  try {
    return new Expansion(pattern, alphabet).expand(pattern.node);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

class TooMuch extends Error {}

class Expansion {
  constructor(
    private readonly pattern: Pattern,
    private readonly alphabet: ReadonlySet<string>,
  ) {}

  expand(node: PatternNode): readonly (readonly Step[])[] {
    switch (node.kind) {
      case 'literal':
      case 'class':
        return [[{ kind: 'one', characters: this.charactersOf(node), node }]];
      case 'sequence':
        return node.parts.reduce<readonly (readonly Step[])[]>(
          (found, part) => combined(found, this.expand(part)),
          [[]],
        );
      case 'alternatives':
        return limited(node.options.flatMap((option) => this.expand(option)));
      case 'group': {
        const wrap = (steps: readonly Step[]): readonly Step[] => [
          { kind: 'open', group: node.index },
          ...steps,
          { kind: 'close', group: node.index },
        ];
        return this.expand(node.body).map(wrap);
      }
      case 'start':
      case 'end':
        return [[{ kind: node.kind, node }]];
      case 'repeat':
        return this.repeated(node);
      default:
        throw new TooMuch();
    }
  }

  private repeated(node: PatternNode & { kind: 'repeat' }): readonly (readonly Step[])[] {
    const { body, lazy, max, min } = node;
    if (max === Number.POSITIVE_INFINITY) {
      if (body.kind !== 'literal' && body.kind !== 'class') throw new TooMuch();
      return [[{ kind: 'run', characters: this.charactersOf(body), lazy, min, node }]];
    }
    if (max > SEQUENCE_LIMIT && min !== max) throw new TooMuch();
    if (max > 1 && node.groupsTo > node.groupsFrom) throw new TooMuch();
    const once = this.expand(body);
    let times: readonly (readonly Step[])[] = [[]];
    const byCount: (readonly (readonly Step[])[])[] = [];
    for (let count = 0; count <= max; count++) {
      if (count >= min) byCount.push(times);
      times = combined(times, once);
    }
    return limited((lazy ? byCount : byCount.reverse()).flat());
  }

  private charactersOf(node: CharacterNode): ReadonlySet<string> {
    const test = characterTest(node, this.pattern.flags);
    return new Set([...this.alphabet].filter((character) => test(character.charCodeAt(0))));
  }
}

function combined(
  first: readonly (readonly Step[])[],
  second: readonly (readonly Step[])[],
): readonly (readonly Step[])[] {
  if (first.length * second.length > SEQUENCE_LIMIT) throw new TooMuch();
  return limited(first.flatMap((before) => second.map((after) => [...before, ...after])));
}

function limited(sequences: readonly (readonly Step[])[]): readonly (readonly Step[])[] {
  if (sequences.length > SEQUENCE_LIMIT || sequences.some((steps) => steps.length > STEP_LIMIT)) throw new TooMuch();
  return sequences;
}

/** The sequence as an expression. */
export function nodeOf(steps: readonly Step[]): PatternNode {
  return { kind: 'sequence', parts: steps.flatMap((step) => ('node' in step ? [step.node] : [])) };
}

/** The only text that a pattern matches in a text of some characters, if it is one. */
export function literalOf(pattern: Pattern, alphabet: ReadonlySet<string>): string | undefined {
  const [steps, ...others] = stepsOf(pattern, alphabet) ?? [];
  if (!steps || others.length > 0 || pattern.groupCount > 0 || steps.length === 0) return undefined;
  let text = '';
  for (const step of steps) {
    if (step.kind !== 'one' || step.characters.size !== 1) return undefined;
    for (const character of step.characters) text += character;
  }
  return text;
}
