// Traverses the statements of a rule, including nested ones; all traversals use these functions.
import type { Location } from '../../../text/range.js';
import type { Expression, RuleBody, RuleStatement, Verdict } from '../syntax/tree.js';
import type { NamedSet, RuleEntry, Table } from './ruleset.js';

/** A statement with the number of anonymous chains around it. */
interface NestedStatement {
  readonly statement: RuleStatement;
  readonly depth: number;
}

function* nestedStatements(body: RuleBody, depth: number): Generator<NestedStatement> {
  for (const statement of body.statements) {
    yield { statement, depth };
    if (statement.kind === 'anonymous-chain')
      for (const rule of statement.rules) yield* nestedStatements(rule, depth + 1);
  }
}

/** The statements of a rule in their order, each anonymous chain followed by the statements in it: `jump { accept }` has two. */
export function* eachStatement(body: RuleBody): Generator<RuleStatement> {
  for (const { statement } of nestedStatements(body, 0)) yield statement;
}

/** The statements of a rule without those of its anonymous chains, for callers that handle these chains separately. */
export function ownStatements(body: RuleBody): readonly RuleStatement[] {
  return body.statements;
}

/** A rule that accepts what gets to one of the own statements of another one. */
export function upTo({ statements, start, end }: RuleBody, index: number): RuleBody {
  const accept = { kind: 'verdict', verdict: 'accept', chain: undefined, start: end, end } as const;
  return { statements: [...statements.slice(0, index), accept], start, end };
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

/** The expressions of a statement. */
export function expressionsOf(statement: RuleStatement): readonly Expression[] {
  switch (statement.kind) {
    case 'match':
      return statement.mask ? [statement.left, statement.right, statement.mask] : [statement.left, statement.right];
    case 'verdict-map':
      return [statement.key, statement.map];
    case 'translate':
      return [statement.address, statement.port].filter((one) => one !== undefined);
    case 'effect':
      return [statement.key, statement.value].filter((one) => one !== undefined);
    case 'condition':
      return statement.key ? [statement.key] : [];
    default:
      return [];
  }
}

/** The fields that an expression reads: `ct state`. */
export function* fieldsOf(expression: Expression): Generator<string> {
  switch (expression.kind) {
    case 'field':
      yield expression.field;
      break;
    case 'binary':
      yield* fieldsOf(expression.left);
      yield* fieldsOf(expression.right);
      break;
    case 'concatenation':
      for (const part of expression.parts) yield* fieldsOf(part);
      break;
    case 'map':
      yield* fieldsOf(expression.key);
      break;
    default:
      break;
  }
}

/** The verdicts of a rule, including those of its maps; of named maps, as far as `table` defines them. */
export function* verdictsOf(body: RuleBody, table: Table): Generator<Verdict> {
  for (const { verdict } of nestedVerdicts(body, table)) yield verdict;
}

interface NestedVerdict {
  readonly verdict: Verdict;
  readonly depth: number;
}

function* nestedVerdicts(body: RuleBody, table: Table | undefined): Generator<NestedVerdict> {
  for (const { statement, depth } of nestedStatements(body, 0)) {
    if (statement.kind === 'verdict') yield { verdict: statement, depth };
    if (statement.kind !== 'verdict-map') continue;
    const { map } = statement;
    const named = map.kind === 'set-reference' ? table?.sets.get(map.name) : undefined;
    const maps = named ? named.elements.map(({ set }) => set) : [map];
    for (const one of maps) for (const verdict of verdictsIn(one)) yield { verdict, depth };
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

/** The names of the chains to which a rule may lead, each with the number of jumps it takes: two from an anonymous chain. */
export function* jumpDepthsOf({ body }: RuleEntry, table: Table): Generator<readonly [chain: string, jumps: number]> {
  for (const { verdict, depth } of nestedVerdicts(body, table))
    if (verdict.chain?.kind === 'word') yield [verdict.chain.text, depth + 1];
}

/** How deeply the anonymous chains of a rule are nested. */
export function anonymousDepthOf({ body }: RuleEntry): number {
  let deepest = 0;
  for (const { depth } of nestedStatements(body, 0)) deepest = Math.max(deepest, depth);
  return deepest;
}

/** The name of a chain where a jump to it is written. */
export interface WrittenJump extends Location {
  readonly chain: string;
}

/** The jumps that are written in a rule. */
export function writtenJumps({ body, start, statement: { uri } }: RuleEntry): WrittenJump[] {
  return [...nestedVerdicts(body, undefined)].flatMap(({ verdict }) => writtenJump(verdict, uri, start));
}

/** The jumps that are written in a named map. */
export function mapJumps({ elements }: NamedSet): WrittenJump[] {
  return elements.flatMap(({ set, uri, start }) =>
    verdictsIn(set).flatMap((verdict) => writtenJump(verdict, uri, start)),
  );
}

function writtenJump({ chain }: Verdict, uri: string, base: number): WrittenJump[] {
  if (chain?.kind !== 'word') return [];
  return [{ chain: chain.text, uri, range: { start: base + chain.start, end: base + chain.end } }];
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
