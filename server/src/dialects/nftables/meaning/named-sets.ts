// Resolves the named sets of a table to the values of their elements.
import { addAll } from '../../../kept/lists.js';
import type { Problem } from '../../dialect.js';
import { type LineProblem, problemInFile } from '../../shared/line-problem.js';
import { changesAtRunTime, type Effects, type NamedSet, type Table } from '../program/ruleset.js';
import type { Expression, SetElement } from '../syntax/tree.js';
import { type DataType, dataType } from '../vocabulary/data-types.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { tuplesOf } from './tuples.js';
import { ValueReader } from './value-reader.js';
import { NO_VALUES, type ResolvedSet, type SetSource, type Tuple } from './values.js';

/** The named sets of one table, each resolved once. */
export class TableSets implements SetSource {
  private readonly resolved = new Map<string, ResolvedSet | undefined>();

  constructor(
    private readonly table: Table,
    private readonly effects: Effects,
    private readonly report: (problem: Problem) => void,
  ) {}

  set(name: string): ResolvedSet | undefined {
    if (this.resolved.has(name)) return this.resolved.get(name);
    // A set cannot contain another one, so this does not recurse.
    const named = this.table.sets.get(name);
    const set = named && this.resolve(named);
    this.resolved.set(name, set);
    return set;
  }

  /** The elements of a verdict map; `undefined` where they change at run time. */
  elements(name: string): readonly SetElement[] | undefined {
    const named = this.table.sets.get(name);
    if (!named || changesAtRunTime(named, this.effects)) return undefined;
    return named.elements.flatMap(({ set }) => (set.kind === 'set' ? set.elements : []));
  }

  private resolve(named: NamedSet): ResolvedSet {
    const types = typesOf(named);
    const unknown = changesAtRunTime(named, this.effects) ? [`the elements of the set ${named.name} at run time`] : [];
    const [type] = types;
    if (types.length === 1 && type) {
      const problems: { readonly from: NamedSet['elements'][number]; readonly list: LineProblem[] }[] = [];
      let values: ResolvedSet['values'] = NO_VALUES;
      for (const from of named.elements) {
        const list: LineProblem[] = [];
        const reader = new ValueReader(type, this, list);
        reader.add(from.set);
        values = joined(values, reader.result());
        problems.push({ from, list });
      }
      for (const { from, list } of problems)
        this.reportAll(from, [...list, ...intervalProblems(named, type, from.set)]);
      return { types, values, tuples: [], unknown };
    }
    const tuples: Tuple[] = [];
    const reasons = [...unknown];
    for (const from of named.elements) {
      const list: LineProblem[] = [];
      const read = tuplesOf(types, from.set, this, list);
      for (const tuple of read.tuples) tuples.push(tuple);
      addAll(reasons, read.unknown);
      this.reportAll(from, list);
    }
    return { types, values: NO_VALUES, tuples, unknown: reasons };
  }

  private reportAll(
    { uri, start }: { readonly uri: string; readonly start: number },
    problems: readonly LineProblem[],
  ): void {
    for (const problem of problems) this.report(problemInFile(uri, start, problem));
  }
}

/** The types of a set, by name or by the fields that `typeof` names. */
export function typesOf(named: NamedSet): readonly DataType[] {
  if (named.types.length > 0) return named.types.map(dataType);
  const key = named.typeofKey;
  const parts: readonly Expression[] = key?.kind === 'concatenation' ? key.parts : key ? [key] : [];
  return parts.map((part) => (part.kind === 'field' ? fieldInfo(part.field).type : dataType('')));
}

function joined(a: ResolvedSet['values'], b: ResolvedSet['values']): ResolvedSet['values'] {
  if (a === NO_VALUES) return b;
  return {
    numbers: a.numbers.union(b.numbers),
    addresses: a.addresses.union(b.addresses),
    names: a.names.union(b.names),
    unknown: [...a.unknown, ...b.unknown],
  };
}

/** A set of single values refuses ranges and prefixes. */
function intervalProblems(named: NamedSet, type: DataType, elements: Expression): LineProblem[] {
  if (named.flags.has('interval') || elements.kind !== 'set' || type.kind === 'opaque') return [];
  for (const { key } of elements.elements) {
    if (key === '*' || (key.kind !== 'prefix' && key.kind !== 'range')) continue;
    const what = key.kind === 'prefix' ? 'a prefix' : 'a range';
    const message = `the set ${named.name} needs 'flags interval' for ${what}`;
    return [{ code: 'syntax-error', start: key.start, end: key.end, message }];
  }
  return [];
}
