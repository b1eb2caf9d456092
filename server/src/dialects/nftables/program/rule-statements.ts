// Traverses the statements of a rule, including nested ones; all traversals use these functions.
import type { Expression, RuleBody, RuleStatement, Verdict } from '../syntax/tree.js';
import type { RuleEntry, Table } from './ruleset.js';

/** The statements of a rule in their order, each anonymous chain followed by the statements in it: `jump { accept }` has two. */
export function* eachStatement(body: RuleBody): Generator<RuleStatement> {
  for (const statement of body.statements) {
    yield statement;
    if (statement.kind === 'anonymous-chain') for (const rule of statement.rules) yield* eachStatement(rule);
  }
}

/** The statements of a rule without those of its anonymous chains, for callers that handle these chains separately. */
export function ownStatements(body: RuleBody): readonly RuleStatement[] {
  return body.statements;
}

/** Applies `change` to each statement of a rule, including those in anonymous chains; the same object if nothing changed. */
export function mapStatements(body: RuleBody, change: (statement: RuleStatement) => RuleStatement): RuleBody {
  const statements = mapSame(body.statements, (statement) => {
    if (statement.kind !== 'anonymous-chain') return change(statement);
    const rules = mapSame(statement.rules, (rule) => mapStatements(rule, change));
    return rules === statement.rules ? statement : { ...statement, rules };
  });
  return statements === body.statements ? body : { ...body, statements };
}

/** The verdicts of a rule, including those of its maps; of named maps, as far as `table` defines them. */
export function* verdictsOf(body: RuleBody, table: Table): Generator<Verdict> {
  for (const statement of eachStatement(body)) {
    if (statement.kind === 'verdict') yield statement;
    if (statement.kind !== 'verdict-map') continue;
    const { map } = statement;
    if (map.kind !== 'set-reference') yield* verdictsIn(map);
    else for (const { set } of table.sets.get(map.name)?.elements ?? []) yield* verdictsIn(set);
  }
}

/** The verdicts of the elements of a map. */
export function verdictsIn(map: Expression): Verdict[] {
  if (map.kind !== 'set') return [];
  return map.elements.flatMap(({ value }) => (value?.kind === 'verdict' ? [value] : []));
}

/** The names of the chains to which a rule may lead, apart from anonymous ones. */
export function* jumpsOf({ body }: RuleEntry, table: Table): Generator<string> {
  for (const { chain } of verdictsOf(body, table)) if (chain?.kind === 'word') yield chain.text;
}

/** Applies `change` to each member of a list; the same object if nothing changed. */
export function mapSame<T>(list: readonly T[], change: (member: T) => T): readonly T[] {
  let mapped: T[] | undefined;
  list.forEach((member, i) => {
    const next = change(member);
    if (next !== member && !mapped) mapped = list.slice(0, i);
    mapped?.push(next);
  });
  return mapped ?? list;
}
