// Random numbers: what becomes of one decides how many outcomes there are.
import type { AnyNode } from 'acorn';
import { TracedNumber, Unknown, type Value } from '../values/value.js';
import type { Environment } from './environment.js';

/** More choices than this are not followed one by one. */
const CHOICE_LIMIT = 64;

/** `Math.random() * scale + offset`, or that without its fraction: unknown, until it becomes one of few numbers. */
export class RandomNumber extends Unknown {
  constructor(
    private readonly environment: Environment,
    node: AnyNode,
    private readonly scale = 1,
    private readonly offset = 0,
    private readonly isWhole = false,
  ) {
    super('depends on a random number', node);
  }

  times(factor: number): Value {
    const isScaled = factor > 0 && Number.isFinite(factor) && !this.isWhole;
    return isScaled ? this.with(this.scale * factor, this.offset * factor, false) : this.unknown();
  }

  plus(summand: number): Value {
    return Number.isFinite(summand) ? this.with(this.scale, this.offset + summand, this.isWhole) : this.unknown();
  }

  /** What remains after a division by `divisor`, which spreads over all remainders like the number itself. */
  modulo(divisor: number): Value {
    if (!Number.isInteger(divisor) || divisor <= 0 || this.offset !== 0) return this.unknown();
    const rest = this.with(Math.min(this.scale, divisor), 0, this.isWhole);
    return this.isWhole ? rest.floor() : rest;
  }

  /** One of the whole numbers from the offset on. */
  floor(): Value {
    return this.oneOf(Math.ceil(this.scale), Number.isInteger(this.offset));
  }

  /** `Math.round` and `Math.ceil`, which give the upper end as well. */
  roundUp(): Value {
    return this.isWhole ? this : this.oneOf(Math.ceil(this.scale) + 1, Number.isInteger(this.offset));
  }

  private oneOf(count: number, isShifted: boolean): Value {
    if (!isShifted) return this.unknown();
    if (count > CHOICE_LIMIT) return this.with(this.scale, this.offset, true);
    if (count === 1) return this.offset;
    const { offset } = this;
    const variable = this.environment.random(count, this.node);
    return new TracedNumber([{ kind: 'point', variable }], ([point = 0]) => point + offset, offset);
  }

  private with(scale: number, offset: number, isWhole: boolean): RandomNumber {
    return new RandomNumber(this.environment, this.node, scale, offset, isWhole);
  }

  private unknown(): Unknown {
    return new Unknown(this.reason, this.node);
  }
}
