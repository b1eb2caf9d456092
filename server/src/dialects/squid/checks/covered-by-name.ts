// Compares the rules of long lists by the names of their acls alone.

import { Memo } from '../../../kept/memo.js';
import type { RuleStatement } from '../syntax/tree.js';

/** The index of a rule, and that of the earlier rule which covers it. */
export type Covered = readonly [covered: number, by: number];

/** The rules, given in parts, that are covered by an earlier one: one that has some of their conditions and no other. */
export function coveredByNames(parts: readonly (readonly RuleStatement[])[]): readonly Covered[] {
  return found.of(parts, () => findCovered(parts.flat()));
}

const found = new Memo<readonly (readonly RuleStatement[])[], readonly Covered[]>();

function findCovered(statements: readonly RuleStatement[]): readonly Covered[] {
  return coveredByNumbers(statements) ?? coveredByTexts(statements);
}

/**
 * The same, where conditions are compared as numbers, and as texts where those are equal: of nearly all rules no text is made. `undefined`
 * where other conditions have the same number.
 */
function coveredByNumbers(statements: readonly RuleStatement[]): Covered[] | undefined {
  const covered: Covered[] = [];
  const numbers = new ConditionNumbers();
  const earlier = new Map<number, number>();
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index] as RuleStatement;
    const own = numbers.of(statement);
    const masks = own.length > CONDITION_LIMIT ? 0 : 1 << own.length;
    let by: number | undefined;
    for (let mask = 0; mask < masks && by === undefined; mask++) {
      by = earlier.get(chosen(own, mask));
      if (
        by !== undefined &&
        conditionsOf(statements[by] as RuleStatement).own !== conditionsOf(statement).subsets[mask]
      )
        return undefined;
    }
    if (by !== undefined) {
      covered.push([index, by]);
      continue;
    }
    const all = chosen(own, -1);
    const same = masks === 0 ? earlier.get(all) : undefined;
    if (same !== undefined && conditionsOf(statements[same] as RuleStatement).own !== conditionsOf(statement).own)
      return undefined;
    earlier.set(all, index);
  }
  return covered;
}

/** The number of those conditions whose bits are set. */
function chosen(numbers: readonly number[], mask: number): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) if (mask & (1 << i)) sum ^= numbers[i] as number;
  return sum;
}

/** A number for each condition, as if by chance. */
class ConditionNumbers {
  private readonly known = new Map<string, number>();

  /** Those of a rule, in the order of their texts. */
  of({ references }: RuleStatement): number[] {
    const numbers: number[] = [];
    const texts: string[] = [];
    for (const { key, negated } of references) {
      if (key === 'all' && !negated) continue;
      const text = negated ? `!${key}` : key;
      // Rules have few conditions, of which the sorted texts are compared with if they are compared at all.
      let at = texts.length;
      while (at > 0 && (texts[at - 1] as string) > text) at--;
      if (at > 0 && texts[at - 1] === text) continue;
      texts.splice(at, 0, text);
      numbers.splice(at, 0, this.numberOf(text));
    }
    return numbers;
  }

  private numberOf(text: string): number {
    let number = this.known.get(text);
    if (number === undefined) {
      number = scattered(this.known.size + 1);
      this.known.set(text, number);
    }
    return number;
  }
}

/** A whole number of 32 bits for another one: the last step of MurmurHash3, in which each bit depends on all. */
function scattered(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}

function coveredByTexts(statements: readonly RuleStatement[]): Covered[] {
  const covered: Covered[] = [];
  const earlier = new Map<string, number>();
  statements.forEach((statement, index) => {
    const { own, subsets } = conditionsOf(statement);
    const subset = subsets.find((text) => earlier.has(text));
    const by = subset === undefined ? undefined : earlier.get(subset);
    if (by === undefined) earlier.set(own, index);
    else covered.push([index, by]);
  });
  return covered;
}

/** The conditions of a rule as one text, and all texts of some of them. `all` is no condition. */
interface Conditions {
  readonly own: string;
  readonly subsets: readonly string[];
}

/** With more conditions than this, subsets are not searched for. */
const CONDITION_LIMIT = 5;
const conditions = new Memo<RuleStatement, Conditions>();

function conditionsOf(statement: RuleStatement): Conditions {
  return conditions.of(statement, ({ references }) => {
    const texts = references.map(({ key, negated }) => (negated ? '!' : '') + key);
    const parts = [...new Set(texts.filter((text) => text !== 'all'))].sort();
    const masks = parts.length > CONDITION_LIMIT ? [] : Array.from({ length: 1 << parts.length }, (_, mask) => mask);
    const subsets = masks.map((mask) => parts.filter((_, i) => mask & (1 << i)).join(' '));
    return { own: parts.join(' '), subsets };
  });
}
