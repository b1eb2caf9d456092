// Random numbers: what becomes of one decides how many outcomes there are.
import type { AnyNode } from 'acorn';
import { TracedNumber, Unknown, type Value } from '../values/value.js';
import type { Environment } from './environment.js';

/** More choices than this are not followed one by one. */
const CHOICE_LIMIT = 64;

/** `Math.random() * scale`: unknown, until it is rounded down to one of few numbers. */
export class RandomNumber extends Unknown {
  constructor(
    readonly scale: number,
    private readonly environment: Environment,
    node: AnyNode,
  ) {
    super('depends on a random number', node);
  }

  /** This number times another one; as unknown as anything where that is no such number. */
  times(factor: Value): Value {
    return typeof factor === 'number' && factor > 0 && Number.isFinite(factor)
      ? new RandomNumber(this.scale * factor, this.environment, this.node)
      : new Unknown(this.reason, this.node);
  }

  /** This number without its fraction: one of the numbers below the scale. */
  floor(): Value {
    const count = Math.ceil(this.scale);
    if (count > CHOICE_LIMIT) return new Unknown(this.reason, this.node);
    if (count === 1) return 0;
    const variable = this.environment.random(count, this.node);
    return new TracedNumber([{ kind: 'point', variable }], ([point]) => point, 0);
  }
}
