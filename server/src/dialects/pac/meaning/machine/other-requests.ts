// What other requests than those that are followed may have changed before.
import { addTo } from '../../../../kept/lists.js';
import { type ChangedParts, ITEMS, type KeptChanges } from '../../program/kept-changes.js';
import { isPrimitive, type Primitive, type Value } from '../values/value.js';
import { Scope } from './heap.js';

import { indexOfKey, isKeyed, PacArray, PacObject } from './objects.js';

/** An object or the variables of a function that were there before the request. */
export type Holder = PacObject | Scope;

/** The variables of the outermost scope after loading. */
export interface Variables {
  readonly global: PacObject;
  /** Those of `let` and `const`. */
  readonly scope: Scope;
  valueOf(name: string): Value;
}

export class OtherRequests {
  private readonly ofObjects = new Map<PacObject, ChangedParts[]>();
  private readonly tables = new Set<PacObject>();
  private readonly global: PacObject | undefined;
  private readonly scope: Scope | undefined;
  /** What variables of the outermost scope may have, the value after loading first. */
  private readonly values = new Map<string, readonly Primitive[]>();
  /** Most programs change nothing, which is asked at each step. */
  private readonly isNothing: boolean;
  /** A program that is loaded anew for each question has other objects each time: any of them may be changed. */
  private readonly ofAnything: readonly ChangedParts[];

  constructor(
    private readonly changes: KeptChanges,
    variables: Variables | undefined,
  ) {
    this.global = variables?.global;
    this.scope = variables?.scope;
    const { ofAnything } = changes;
    this.isNothing =
      !changes.isOpen &&
      !changes.ofMatches &&
      !ofAnything.isWhole &&
      [changes.variables, changes.ofVariables, changes.byHost, ofAnything.names].every(({ size }) => size === 0);
    this.ofAnything = variables
      ? [changes.ofAnything]
      : [changes.ofAnything, ...changes.ofVariables.values(), ...(changes.byHost.size > 0 ? [ALL] : [])];
    if (!variables) return;
    for (const [name, parts] of changes.ofVariables) {
      const value = variables.valueOf(name);
      if (value instanceof PacObject) addTo(this.ofObjects, value, parts);
    }
    for (const [name, set] of changes.values) {
      const first = variables.valueOf(name);
      if (isPrimitive(first) && !Object.is(first, -0))
        this.values.set(name, [first, ...[...set].filter((value) => !Object.is(value, first))]);
    }
    for (const name of changes.byHost) {
      const value = variables.valueOf(name);
      if (value instanceof PacObject) this.tables.add(value);
    }
  }

  /** Whether an object is a table in which requests keep something under the name of their host, and nothing else. */
  isTable(holder: Holder): boolean {
    return holder instanceof PacObject && this.tables.has(holder) && !this.mayChangeObject(holder, undefined);
  }

  /**
   * Whether something may have another value than after loading.
   * @param name of a property; without one, all of the object is meant
   * @param variable the name of a variable, where the holder has variables
   */
  mayChange(holder: Holder, name: string | undefined, variable = name): boolean {
    const { changes } = this;
    if (changes.isOpen || this.isNothing) return changes.isOpen;
    if (holder instanceof Scope) return variable === undefined || changes.variables.has(variable);
    if (holder === this.global && variable !== undefined && changes.variables.has(variable)) return true;
    return (this.tables.has(holder) && areEntries(holder, name)) || this.mayChangeObject(holder, name);
  }

  /** All values that a variable of the outermost scope may have, the one after loading first; `undefined` where they are not known. */
  valuesOf(holder: Holder, variable: string | undefined): readonly Primitive[] | undefined {
    if (variable === undefined || this.changes.isOpen) return undefined;
    const isOutermost =
      holder === this.scope || (holder === this.global && !this.mayChangeObject(this.global, variable));
    return isOutermost ? this.values.get(variable) : undefined;
  }

  private mayChangeObject(holder: PacObject, name: string | undefined): boolean {
    if (holder.remembers && this.changes.ofMatches && (!name || name === 'lastIndex')) return true;
    const { isGlobalPassed } = this.changes;
    const isOf = (parts: ChangedParts) =>
      isAmong(parts, holder, name) || (isGlobalPassed && holder === this.global && parts.isWhole);
    return this.changes.isOpen || this.ofAnything.some(isOf) || (this.ofObjects.get(holder)?.some(isOf) ?? false);
  }
}

const ALL: ChangedParts = { names: new Set(), isWhole: true };

/** Whether what is read of an object is among the parts that are changed. */
function isAmong({ names, isWhole }: ChangedParts, holder: PacObject, name: string | undefined): boolean {
  // Of the objects of the language only what is named.
  if (holder.isOfLanguage) return name !== undefined && names.has(name);
  if (isWhole) return true;
  if (name !== undefined && name !== ITEMS) return names.has(name);
  if (isKeyed(holder)) return names.has(ITEMS);
  const isPart = (own: string) => own === ITEMS || own === 'length' || indexOfKey(own) >= 0;
  return holder instanceof PacArray ? [...names].some(isPart) : names.size > 0;
}

/** Whether a name of a `Map` or `Set` is one of its entries: they have none. */
function areEntries(holder: PacObject, name: string | undefined): boolean {
  return !isKeyed(holder) || name === undefined || name === ITEMS;
}
