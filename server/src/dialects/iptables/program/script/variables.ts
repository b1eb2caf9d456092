// The variables of a shell script.

import { Scope } from '../../../shared/script/scope.js';
import { listValue, sameValue, textValue, type Value } from '../../../shared/script/value.js';

/** What `unset` leaves: an empty text, for which `${name-word}` gives its word. */
export const UNSET: Value = textValue('');

/** By what expansions are cut where the script says nothing else (POSIX.1-2017, Shell Command Language, 2.5.3). */
export const BLANKS = ' \t\n';

/** The variables at one point of a script. */
export class Variables extends Scope {
  constructor(
    values?: Map<string, Value>,
    /** `$1` and so on, in order; `undefined` where it is unknown which there are. */
    public positional: readonly Value[] | undefined = [],
    /** Variables that `declare` gave a type: what is assigned to them is computed or changed. */
    private readonly typed: Set<string> = new Set(),
  ) {
    super(values);
  }

  /** What cuts expansions outside of quotes; `undefined` where only a run would show it. */
  get separators(): string | undefined {
    const value = this.get('IFS');
    if (value === undefined || value === UNSET) return BLANKS;
    return value.kind === 'text' ? value.text : undefined;
  }

  /** `$1` and so on by its number; `undefined` where it is unknown or not there. */
  argument(number: string): Value | undefined {
    return this.used(this.positional?.[Number(number) - 1]);
  }

  /** All of them as a list; `undefined` where it is unknown which there are. */
  arguments(name: string): Value | undefined {
    return this.positional && this.used(listValue(this.positional, `$${name}`));
  }

  addType(name: string): void {
    this.typed.add(name);
  }

  override set(name: string, value: Value): void {
    if (this.typed.has(name) && !(value.kind === 'text' && /^(?:0|[1-9]\d*)$/.test(value.text))) this.forget([name]);
    else super.set(name, value);
  }

  /** What cuts expansions is not in files that a firewall script includes. */
  override forgetAll(): void {
    const separators = this.get('IFS');
    super.forgetAll();
    if (separators) this.set('IFS', separators);
  }

  override copy(): Variables {
    return this.paidWith(new Variables(this.copyOfValues(), this.positional, this.typed));
  }

  override join(ends: readonly Variables[]): void {
    const [first, ...others] = ends;
    super.join(ends);
    if (!first) return;
    this.positional = others.every((end) => sameList(end.positional, first.positional)) ? first.positional : undefined;
  }
}

function sameList(one: readonly Value[] | undefined, other: readonly Value[] | undefined): boolean {
  if (one === other) return true;
  if (!one || !other || one.length !== other.length) return false;
  return one.every((value, index) => sameValue(value, other[index] ?? UNSET));
}
