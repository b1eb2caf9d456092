// Reports what the kernel refuses because of the hook to which a chain is attached: jumps to such a chain, and statements that
// work at other hooks only.
import type { Location } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { eachStatement, jumpsOf, mapJumps, type WrittenJump, writtenJumps } from '../program/rule-statements.js';
import { type BaseHook, type Chain, isRule, type RuleEntry, type Ruleset, type Table } from '../program/ruleset.js';
import type { RuleStatement } from '../syntax/tree.js';
import { STATEMENT_HOOKS, type StatementHooks } from '../vocabulary/hooks.js';

export function hookProblems({ tables }: Ruleset): Problem[] {
  return [...tables.values()].flatMap((table) => [...baseChainJumps(table), ...misplacedStatements(table)]);
}

/** Jumps to chains that are attached to a hook, in rules and in maps. */
function baseChainJumps({ chains, sets, removed }: Table): Problem[] {
  const problems: Problem[] = [];
  const check = ({ chain, uri, range }: WrittenJump) => {
    if (!chains.get(chain)?.base) return;
    const message = `the chain ${chain} is attached to a hook: the kernel refuses jumps to it`;
    problems.push({ code: 'syntax-error', uri, range, message });
  };
  for (const { dependentRules } of chains.values())
    for (const rule of dependentRules) for (const jump of writtenJumps(rule)) check(jump);
  for (const { rule } of removed) for (const jump of writtenJumps(rule)) check(jump);
  for (const set of sets.values()) for (const jump of mapJumps(set)) check(jump);
  return problems;
}

/** Statements that the hooks from which packets reach them do not allow. */
function misplacedStatements(table: Table): Problem[] {
  if (table.family !== 'ip' && table.family !== 'ip6' && table.family !== 'inet') return [];
  const problems = new Map<string, Problem>();
  for (const { base, starts } of basesByHook(table)) {
    for (const rule of reachableRules(starts, table, !STATEMENT_HOOKS.reject?.hooks.includes(base.hook))) {
      for (const statement of eachStatement(rule.body)) {
        const allowed = STATEMENT_HOOKS[nameOf(statement)];
        if (!allowed || isAllowed(allowed, base)) continue;
        const location = locationOf(rule, statement);
        const key = `${location.uri}#${location.range.start}`;
        problems.set(key, { code: 'syntax-error', ...location, message: messageFor(statement, allowed, base) });
      }
    }
  }
  return [...problems.values()];
}

/** The base chains of a table, those of the same type and hook together. */
function basesByHook({ chains }: Table): Iterable<{ readonly base: BaseHook; readonly starts: Chain[] }> {
  const groups = new Map<string, { base: BaseHook; starts: Chain[] }>();
  for (const chain of chains.values()) {
    const { base } = chain;
    if (!base) continue;
    const key = `${base.type} ${base.hook}`;
    const group = groups.get(key);
    if (group) group.starts.push(chain);
    else groups.set(key, { base, starts: [chain] });
  }
  return groups.values();
}

function nameOf(statement: RuleStatement): string {
  return statement.kind === 'reject' ? 'reject' : 'name' in statement ? statement.name : statement.kind;
}

function isAllowed({ type, hooks }: StatementHooks, base: BaseHook): boolean {
  return (type === undefined || type === base.type) && hooks.includes(base.hook);
}

function messageFor(statement: RuleStatement, { type, hooks }: StatementHooks, base: BaseHook): string {
  const where = `${type ? `in chains of type ${type} ` : ''}at the hook ${hooks.join(' or ')}`;
  return `${nameOf(statement)} works only ${where}; the kernel refuses it in ${base.type} chains at ${base.hook}`;
}

function locationOf({ start, statement: { uri } }: RuleEntry, statement: RuleStatement): Location {
  return { uri, range: { start: start + statement.start, end: start + statement.end } };
}

/** The rules that packets of some base chains may reach; plain ones, of which only `reject` could be misplaced, on demand. */
function* reachableRules(starts: readonly Chain[], table: Table, withPlain: boolean): Generator<RuleEntry> {
  const pending = [...starts];
  const seen = new Set(pending);
  for (let chain = pending.pop(); chain; chain = pending.pop()) {
    yield* withPlain ? chain.rules.filter(isRule) : chain.dependentRules;
    for (const rule of chain.dependentRules) {
      for (const name of jumpsOf(rule, table)) {
        const target = table.chains.get(name);
        if (!target || seen.has(target)) continue;
        seen.add(target);
        pending.push(target);
      }
    }
  }
}
