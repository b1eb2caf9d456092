// Reports names that are used but not defined, and names that are defined but not used.
import { addAll } from '../../../kept/lists.js';
import type { NameUse, Problem } from '../../dialect.js';
import { jumpsOf, mapJumps } from '../program/rule-statements.js';
import { type Chain, type NamedSet, type RuleEntry, type Ruleset, type Table, tableKey } from '../program/ruleset.js';
import type { Reference } from '../syntax/tree.js';

/** The chains, sets and objects that rules and maps refer to and that their table does not define. */
export function undefinedNames(ruleset: Ruleset): Problem[] {
  const problems: Problem[] = [];
  for (const table of ruleset.tables.values()) {
    for (const chain of table.chains.values())
      for (const rule of chain.dependentRules) addAll(problems, undefinedInRule(rule, chain));
    for (const set of table.sets.values()) if (set.isMap) addAll(problems, undefinedInMap(set));
  }
  return problems;
}

function undefinedInRule(rule: RuleEntry, { table }: Chain): Problem[] {
  return rule.node.references.flatMap((reference) => {
    if (isDefined(reference, table)) return [];
    const range = { start: rule.start + reference.start, end: rule.start + reference.end };
    return [undefinedName(reference, table, { uri: rule.statement.uri, range })];
  });
}

function undefinedInMap(set: NamedSet): Problem[] {
  return mapJumps(set).flatMap(({ chain, ...location }) =>
    set.table.chains.has(chain) ? [] : [undefinedName({ kind: 'chain', name: chain }, set.table, location)],
  );
}

function undefinedName(
  { kind, name }: Pick<Reference, 'kind' | 'name'>,
  table: Table,
  location: Pick<Problem, 'uri' | 'range'>,
): Problem {
  const message = `the ${kind} ${name} is not defined in the table ${tableKey(table)}`;
  return { code: 'undefined-name', message, ...location };
}

function isDefined({ kind, name }: Reference, table: Table): boolean {
  switch (kind) {
    // Undefined variables are reported while the files are read, since they have scopes.
    case 'variable':
      return true;
    case 'chain':
      return table.chains.has(name);
    case 'set':
      return table.sets.has(name);
    case 'object':
      return table.objects.has(name);
  }
}

/** The kinds of names that are reported when unused. A base chain is used by the kernel, a table by its content. */
const USED_KINDS: ReadonlySet<string> = new Set(['variable', 'chain', 'set']);

/** The definitions in the file `uri` that nothing uses; none where included files are missing, which may use them. */
export function unusedNames(ruleset: Ruleset, uri: string): Problem[] {
  // A file of definitions only is included elsewhere.
  const hasRules = [...ruleset.tables.values()].some(({ chains }) => chains.size > 0);
  if (!hasRules || ruleset.missing.length > 0) return [];
  const used = usedNames(ruleset);
  const reported = new Set<string>();
  return ruleset.names.flatMap((use) => {
    const key = keyOf(use);
    if (use.role !== 'definition' || use.uri !== uri || !USED_KINDS.has(use.kind)) return [];
    if (used.has(key) || reported.has(key) || (use.kind !== 'variable' && !isLeft(ruleset, use.name))) return [];
    reported.add(key);
    const short = use.kind === 'variable' ? use.name.slice(0, use.name.indexOf('@')) : use.name;
    return [{ code: 'unused-name' as const, message: `nothing uses the ${use.kind} ${short}`, uri, range: use.range }];
  });
}

function keyOf({ kind, name }: Pick<NameUse, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function usedNames(ruleset: Ruleset): Set<string> {
  const used = new Set<string>();
  for (const use of ruleset.names) if (use.role === 'reference') used.add(keyOf(use));
  for (const table of ruleset.tables.values()) {
    for (const chain of table.chains.values()) {
      if (chain.base) used.add(keyOf({ kind: 'chain', name: chain.fullName }));
      // A variable may name a chain.
      for (const rule of chain.dependentRules) {
        if (!rule.substituted) continue;
        for (const name of jumpsOf(rule, table)) used.add(keyOf({ kind: 'chain', name: `${tableKey(table)} ${name}` }));
      }
    }
  }
  return used;
}

/** Whether a chain or set exists at the end; one that is deleted again counts as used. */
function isLeft(ruleset: Ruleset, name: string): boolean {
  const table = ruleset.tables.get(name.slice(0, name.lastIndexOf(' ')));
  const own = name.slice(name.lastIndexOf(' ') + 1);
  return table !== undefined && (table.chains.has(own) || table.sets.has(own));
}
