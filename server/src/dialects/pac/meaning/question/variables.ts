// What a run of a PAC file depends on.
import type { AnyNode } from 'acorn';
import type { AddressPattern } from './address-pattern.js';

/** The host of the request; a set of names. */
export interface HostVariable {
  readonly kind: 'host';
}

/** What follows the first slash of the path of the URL, where every path is asked about: any text of URL characters. */
export interface PathVariable {
  readonly kind: 'path';
}

/** An IP address: of the client, or what DNS answers for a name; the text of it is the dotted quad. */
export interface AddressVariable {
  readonly kind: 'address';
  /** Equal for the same address: `client`, `host` (the documented host resolved), `name site.corp.example`. */
  readonly id: string;
  /** As a phrase: `myIpAddress()`, `the address of the host`, `the address of site.corp.example`. */
  readonly title: string;
  /** The expression that asked for it first. */
  readonly node?: AnyNode;
}

/** One of few numbers: the hour, the weekday, `Math.floor(Math.random() * 10)`. */
export interface PointVariable {
  readonly kind: 'point';
  readonly id: string;
  readonly points: readonly number[];
  /** Some of its points as a phrase that reads after "if": `the hour is 8-10`. */
  phrase(points: ReadonlySet<number>): string;
  /** Where it is computed from an address: which addresses have some of its points. */
  readonly ofAddress?: {
    readonly variable: AddressVariable;
    patternOf(points: ReadonlySet<number>): AddressPattern;
  };
  /** The expression that asked for it first. */
  readonly node?: AnyNode;
}

export type TextVariable = HostVariable | PathVariable | AddressVariable;

export const HOST: HostVariable = { kind: 'host' };
export const PATH: PathVariable = { kind: 'path' };
