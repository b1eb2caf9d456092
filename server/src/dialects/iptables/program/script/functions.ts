// The functions of a script, of which several may have one name where a test decides which is defined.

import type { OpaqueCondition } from '../../../../model/filter.js';
import type { Value } from '../../../shared/script/value.js';
import type { ShellCommand } from '../../syntax/script/tree.js';
import type { ScriptFile } from './effects.js';
import { not } from './texts.js';
import { UNSET, type Variables } from './variables.js';

export interface FunctionBody {
  readonly file: ScriptFile;
  readonly body: ShellCommand;
}

interface Definition extends FunctionBody {
  /** Under which the script reaches it. */
  readonly conditions: readonly OpaqueCondition[];
}

export class Functions {
  constructor(private readonly definitions: Map<string, readonly Definition[]> = new Map()) {}

  /** One that is certain replaces those before it. */
  define(name: string, definition: Definition): void {
    const before = definition.conditions.length === 0 ? [] : (this.definitions.get(name) ?? []);
    this.definitions.set(name, [...before, definition]);
  }

  remove(name: string): void {
    this.definitions.delete(name);
  }

  copy(): Functions {
    return new Functions(new Map(this.definitions));
  }

  /** The bodies that a call may run, each with what has to hold beyond the conditions of the call; none for other names. */
  called(
    name: string,
    conditions: readonly OpaqueCondition[],
  ): (FunctionBody & { only: readonly OpaqueCondition[] })[] {
    const found = this.definitions.get(name) ?? [];
    // Where the call is in the branch of a definition, that is the one.
    const isCertain = (one: Definition) => one.conditions.every((condition) => conditions.includes(condition));
    const known = found.map(isCertain).lastIndexOf(true);
    return found.slice(Math.max(known, 0)).map(({ file, body, conditions: own }, index, rest) => {
      const later = rest.slice(index + 1).flatMap((other) => other.conditions.slice(-1).map(not));
      return { file, body, only: [...own.filter((condition) => !conditions.includes(condition)), ...later] };
    });
  }

  /** The bodies of a name, for what they assign. */
  bodies(name: string): readonly ShellCommand[] {
    return (this.definitions.get(name) ?? []).map(({ body }) => body);
  }
}

/** The variables that a call of a function has for itself, with what they hold outside (bash(1), `local`). */
export class Locals {
  private readonly outer = new Map<string, Value | undefined>();
  private isPartly = false;

  constructor(private readonly conditions: number) {}

  /** A variable becomes one of the function, before anything is assigned to it. */
  add(name: string, variables: Variables, conditions: number): void {
    if (!this.outer.has(name)) this.outer.set(name, variables.get(name));
    this.isPartly ||= conditions > this.conditions;
  }

  /** What the variables hold outside holds again. */
  restore(variables: Variables): void {
    for (const [name, value] of this.outer) restoreVariable(variables, name, this.isPartly ? 'unknown' : value);
  }
}

export function restoreVariable(variables: Variables, name: string, value: Value | 'unknown' | undefined): void {
  if (value === 'unknown') variables.forget([name]);
  else if (value) variables.set(name, value);
  else variables.remove(name);
}

/** What `local` leaves in a variable to which it assigns nothing: bash unsets it, other shells keep what it held. */
export function declareOnly(name: string, variables: Variables, isBash: boolean): void {
  if (isBash) variables.set(name, UNSET);
  else if (variables.get(name) !== undefined) variables.forget([name]);
}
