// The values of variables where they are used, and what they cost: variables of variables may stand for more than fits into memory.
import { Budget } from '../../../model/budget.js';
import { DEPTH_LIMIT } from '../syntax/cursor.js';
import type { Expression, Name, SetElement, Span, VariableExpression } from '../syntax/tree.js';

/** What reading a part of a value costs each time. */
const READ = 2;
/** What a part costs that takes memory. */
const COPIED = 10;
/** What an element costs that is in one more set. */
const SHARED = 2;

/** How much an expression is when every variable in it is written out. */
interface Extent {
  readonly parts: number;
  readonly depth: number;
}

const LEAF: Extent = { parts: 1, depth: 1 };

/** The values of the variables of a file, shared by all scopes, and the one budget that pays for them. */
export class Expansions {
  private readonly budget = new Budget();
  private readonly extents = new WeakMap<Expression, Extent>();
  private readonly placed = new WeakMap<Expression, Map<string, Expression>>();

  /** The value of a variable that is made of the values of others, which `share` pays for. */
  defined({ text, start, end }: Name, make: (share: (value: Expression) => Expression) => Expression): Expression {
    const share = (value: Expression) => {
      if (value.kind === 'set') this.budget.spend(value.elements.length * SHARED);
      return value;
    };
    const value = this.budget.attempt(1, () => make(share));
    if (!value) return { kind: 'variable', name: text, start, end, tooLarge: true };
    // Measured here, so that no measure goes deeper than one statement.
    this.extentOf(value);
    return value;
  }

  /** The value of a variable with the span of its use, so that problems in it are reported there. */
  usedAt(value: Expression, use: VariableExpression): Expression {
    const { parts, depth } = this.extentOf(value);
    // Values are read recursively.
    if (depth > DEPTH_LIMIT) return { ...use, tooLarge: true };
    // Many rules use a variable at the same place: `ip saddr $admins`.
    const key = `${use.start} ${use.end}`;
    const known = this.placed.get(value)?.get(key);
    if (known) return this.paid(use, parts * READ, () => known);
    return this.paid(use, parts * (READ + COPIED), () => {
      const made = placedAt(value, use);
      if (parts === 1) return made;
      const all = this.placed.get(value) ?? new Map<string, Expression>();
      this.placed.set(value, all.set(key, made));
      return made;
    });
  }

  /** A value, or the variable itself, of which nothing is known, where the value costs too much. */
  private paid(use: VariableExpression, units: number, make: () => Expression): Expression {
    const value = this.budget.attempt(1, () => {
      this.budget.spend(units);
      return make();
    });
    return value ?? { ...use, tooLarge: true };
  }

  /** The extent of an expression; those of its parts are known where they are values of variables. */
  private extentOf(expression: Expression): Extent {
    const known = this.extents.get(expression);
    if (known) return known;
    const inner = partsOf(expression);
    if (inner.length === 0) return LEAF;
    let parts = 1;
    let depth = 0;
    for (const part of inner) {
      const own = this.extentOf(part);
      parts += own.parts;
      depth = Math.max(depth, own.depth);
    }
    const extent = { parts, depth: depth + 1 };
    this.extents.set(expression, extent);
    return extent;
  }
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'set':
      return expression.elements.flatMap(({ key, value }) => [
        ...(key === '*' ? [] : [key]),
        ...(value === undefined || value.kind === 'verdict' ? [] : [value]),
      ]);
    case 'list':
      return expression.items;
    case 'concatenation':
      return expression.parts;
    case 'prefix':
      return [expression.base];
    case 'range':
      return [expression.low, expression.high];
    case 'binary':
      return [expression.left, expression.right];
    case 'map':
      return [expression.key, expression.map];
    default:
      return [];
  }
}

/** A copy of an expression of which all parts have one span. */
function placedAt(value: Expression, { start, end }: Span): Expression {
  const span = { start, end };
  const at = (part: Expression) => placedAt(part, span);
  switch (value.kind) {
    case 'set':
      return { ...value, ...span, elements: value.elements.map((element) => elementAt(element, span)) };
    case 'list':
      return { ...value, ...span, items: value.items.map(at) };
    case 'concatenation':
      return { ...value, ...span, parts: value.parts.map(at) };
    case 'prefix':
      return { ...value, ...span, base: at(value.base) };
    case 'range':
      return { ...value, ...span, low: at(value.low), high: at(value.high) };
    case 'binary':
      return { ...value, ...span, left: at(value.left), right: at(value.right) };
    case 'map':
      return { ...value, ...span, key: at(value.key), map: at(value.map) };
    default:
      return { ...value, ...span };
  }
}

function elementAt(element: SetElement, span: Span): SetElement {
  const { key, value } = element;
  return { ...element, ...span, key: key === '*' ? '*' : placedAt(key, span), value: elementValueAt(value, span) };
}

function elementValueAt(value: SetElement['value'], span: Span): SetElement['value'] {
  if (value?.kind !== 'verdict') return value && placedAt(value, span);
  return { ...value, ...span, chain: value.chain && { ...value.chain, ...span } };
}
