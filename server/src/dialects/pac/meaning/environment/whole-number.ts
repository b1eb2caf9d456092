// Whole numbers of which only the bounds are known: hashes of names. What becomes of one decides how many outcomes there are.
import type { AnyNode } from 'acorn';
import { TracedNumber, Unknown, type Value } from '../values/value.js';
import type { Environment } from './environment.js';
import { absolute, type Range, rangeAfter, rangeOf } from './ranges.js';

/** More values than these are not followed one by one. */
const CHOICE_LIMIT = 64;

/** Reads after "it". */
export function reasonOfCharacters(subject: string): string {
  return `looks at ${subject} through charCodeAt arithmetic`;
}

/** Not followed, until it becomes one of few numbers. */
export class WholeNumber extends Unknown {
  constructor(
    private readonly environment: Environment,
    /** The text of whose characters it is computed: `the host`. */
    private readonly subject: string,
    node: AnyNode,
    readonly range: Range,
  ) {
    super(reasonOfCharacters(subject), node);
  }

  /** The result of an operator; `undefined` where nothing is known of it. */
  after(operator: string, left: Range, right: Range): Value {
    const range = rangeAfter(operator, left, right);
    if (!range) return undefined;
    // Only a remainder or a mask is meant to choose among a few.
    return operator === '%' || operator === '&' ? this.oneOf(range) : this.with(range);
  }

  absolute(): Value {
    return this.with(absolute(this.range));
  }

  private oneOf(range: Range): Value {
    const count = range.max - range.min + 1;
    if (count === 1) return range.min;
    if (count > CHOICE_LIMIT) return this.with(range);
    const points = Array.from({ length: count }, (_, index) => range.min + index);
    const variable = this.environment.computed(points, this.subject, this.node);
    return new TracedNumber([{ kind: 'point', variable }], ([point]) => point, 0);
  }

  private with(range: Range): WholeNumber {
    return new WholeNumber(this.environment, this.subject, this.node, range);
  }
}

/** The result of an operator of which an operand is such a number. */
export function wholeNumberOperation(operator: string, left: Value, right: Value): Value {
  const number = left instanceof WholeNumber ? left : right;
  if (!(number instanceof WholeNumber)) return undefined;
  const [a, b] = [boundsOf(left), boundsOf(right)];
  return a && b ? number.after(operator, a, b) : undefined;
}

function boundsOf(value: Value): Range | undefined {
  if (value instanceof WholeNumber) return value.range;
  return typeof value === 'number' ? rangeOf(value) : undefined;
}
