// The values of a PAC program, of which some depend on the request or on the environment.
import type { AnyNode } from 'acorn';
import type { Language } from '../../../../model/text-language.js';
import type { Condition } from '../question/condition.js';
import type { AddressVariable, PointVariable } from '../question/variables.js';
import type { Text } from './text.js';
import { OpenText, Unknown, UnknownMember } from './unknown.js';

export { OpenText, Unknown, UnknownMember };

export type Primitive = undefined | null | boolean | number | string;

export function isPrimitive(value: Value): value is Primitive {
  return typeof value !== 'object' || value === null;
}

/** An object of the program: made, read and written by the machine only. */
export interface Thing {
  readonly isThing: true;
}

/** A boolean that depends on what is asked. */
export class TracedBoolean {
  constructor(readonly condition: Condition) {}
}

/** Something that has few values, each for a set of hosts, addresses or times: the length of a text, an hour. */
export type NumberSource =
  /** How long a text is. */
  | { readonly kind: 'length'; readonly text: Text }
  /** Where a constant text occurs first or last in another: -1 where it does not. */
  | {
      readonly kind: 'first' | 'last';
      readonly text: Text;
      readonly what: string;
      /** Whether it occurs wherever there is such a number. */
      readonly isFound?: true;
    }
  /** How often a constant text occurs without overlap: `split(what).length - 1`. */
  | { readonly kind: 'count'; readonly text: Text; readonly what: string }
  /** The UTF-16 code unit at a place; NaN behind the end. */
  | { readonly kind: 'code'; readonly text: Text; readonly at: number }
  /** Where a regular expression matches first: -1 where it does not; no more is known about the place than whether there is one. */
  | { readonly kind: 'search'; readonly text: Text; readonly language: Language }
  /** The number of at most three digits that a text is, or (`leading`) begins with. Only used for such texts. */
  | { readonly kind: 'decimal'; readonly text: Text; readonly leading: boolean }
  /** A number that a table gives for a text. */
  | {
      readonly kind: 'table';
      readonly text: Text;
      readonly numbers: ReadonlyMap<string, number>;
      readonly otherwise: number;
    }
  /** 1 where a condition holds, otherwise 0. */
  | { readonly kind: 'condition'; readonly condition: Condition }
  /** A point of the clock, or one of some equally possible numbers. */
  | { readonly kind: 'point'; readonly variable: PointVariable };

/** A sum of multiples of the sources of a number. */
export interface LinearForm {
  readonly weights: readonly number[];
  readonly constant: number;
}

/** Octets of a dotted quad, each at a place of its own in a number of 32 bits. */
export interface OctetSum {
  readonly variable: AddressVariable;
  /** The lowest bit of each octet; octet 0 is the first one of the address. */
  readonly places: ReadonlyMap<number, number>;
  /** Whether the highest bit is a sign. */
  readonly isSigned: boolean;
}

/**
 * A number (or another primitive computed from numbers) that depends on what is asked. Where the sources have the values `points`,
 * it is `valueOf(points)`.
 */
export class TracedNumber {
  readonly valueOf: (points: readonly number[]) => Primitive;
  readonly linear: LinearForm | undefined;

  constructor(
    readonly sources: readonly NumberSource[],
    valueAt: (points: readonly number[]) => Primitive,
    /** Where it is one source plus a constant: that constant. Positions in texts are followed exactly only then. */
    readonly offset: number | undefined,
    linear?: LinearForm,
    /** How many operations are done one after the other for each value. */
    readonly depth = 0,
    /** The octets that it is the sum of. */
    readonly octets?: OctetSum,
  ) {
    this.valueOf = valueAt;
    this.linear = linear ?? (offset === undefined ? undefined : { weights: [1], constant: offset });
  }
}

/** What is made from the text of an IPv6 address, of which only is known what holds for all of them. */
export class Ipv6Value extends Unknown {
  constructor(
    reason: string,
    node: AnyNode,
    /** As made from a text that stands for the address. */
    readonly value: Text | TracedNumber,
    /** The texts that the address may be written as. */
    readonly language: Language,
  ) {
    super(reason, node);
  }
}

/** The text of an IPv6 address itself: it is not empty, and no dotted quad. */
export class Ipv6Text extends Ipv6Value {}

export type Traced = Text | TracedNumber | TracedBoolean | Unknown;

export type Value = Primitive | Traced | Thing;

/** A list that the machine makes an array of; a match of a regular expression has properties beside its items. */
export class ListOf {
  constructor(
    readonly items: readonly Value[],
    readonly properties: Readonly<Record<string, Value>> = {},
  ) {}
}

/**
 * An operation whose kind of result depends on what is asked: the first alternative whose condition holds. The last one holds always. The
 * machine follows each of them for its part of what is asked. Made one by one, since there may be many.
 */
export class Choice {
  constructor(
    /** `change` is what else happens where an alternative is taken. */
    readonly alternatives: Iterable<{
      readonly when: Condition;
      readonly value: Value | ListOf;
      readonly change?: () => void;
    }>,
    /** Where the value is taken for true, if that is known without the alternatives. */
    readonly truth?: Condition,
  ) {}
}

/**
 * What `text.split(separator)` gives, not yet an array: its items and their number are made when they are asked for
 * (`splitItem`, `splitLength`, `splitItems`).
 */
export class SplitList {
  constructor(
    readonly text: Text,
    readonly separator: string,
  ) {}
}

export type OperationResult = Value | ListOf | SplitList | Choice;
