// Reads the hooks and policies of base chains, and rules.
import { numberInC } from '../../../text/c-numbers.js';
import type { Content, Family, Priority, RuleBody, Target } from '../syntax/tree.js';
import { isHookOf, namedPriority } from '../vocabulary/hooks.js';
import { ruleWithHandle } from './handles.js';
import { type BaseHook, type Chain, type RuleEntry, tableKey } from './ruleset.js';
import type { StatementContext } from './statement-context.js';
import { substituteExpression, substituteRule } from './substitution.js';
import { reportMissing, type Tables, tableFor } from './tables.js';

/** Reads `type filter hook forward priority 0`. */
export function readHook(statement: StatementContext, content: Content & { readonly kind: 'hook' }): void {
  const { chain, scope } = statement.block;
  if (!chain) return;
  const { family } = chain.table;
  const devices = content.devices.flatMap((device) => {
    const value = substituteExpression(device, scope);
    const parts = value.kind === 'set' ? value.elements.map(({ key }) => key) : [value];
    return parts.flatMap((part) => (part !== '*' && part.kind === 'word' ? [part.text] : []));
  });
  const base: BaseHook = {
    type: content.type.text,
    hook: content.hook.text,
    devices,
    priority: priorityOf(statement, content.priority, content.hook.text, family),
    statement: statement.quoted,
  };
  const { type, hook } = base;
  if (!isHookOf(type, hook, family)) {
    statement.problem(content.hook, `a chain of type ${type} has no hook ${hook} in the family ${family}`);
    return;
  }
  if ((hook === 'ingress' || hook === 'egress') && content.devices.length === 0)
    statement.problem(content.hook, `a chain at the hook ${hook} needs a device`);
  const { base: known } = chain;
  if (known && (known.type !== type || known.hook !== hook || known.priority !== base.priority)) {
    statement.problem(content.hook, `the chain ${chain.name} already has another hook: nft rejects this one`);
    return;
  }
  chain.base = base;
}

function priorityOf(
  statement: StatementContext,
  { name, offset, variable, ...span }: Priority,
  hook: string,
  family: Family,
): number | undefined {
  if (variable) {
    const value = substituteExpression(variable, statement.block.scope);
    if (value.kind === 'number') return numberInC(value.text);
    return value.kind === 'word' ? namedPriority(value.text, hook, family) : undefined;
  }
  if (name === undefined) return offset;
  const base = namedPriority(name, hook, family);
  if (base === undefined) {
    statement.problem(span, `invalid priority '${name}' for the hook ${hook} in the family ${family}`);
    return undefined;
  }
  return base + offset;
}

export function readPolicy(statement: StatementContext, content: Content & { readonly kind: 'policy' }): void {
  const { chain, scope } = statement.block;
  if (!chain) return;
  let { policy } = content;
  if (typeof policy !== 'string') {
    const value = substituteExpression(policy, scope);
    policy = value.kind === 'word' && value.text === 'drop' ? 'drop' : 'accept';
  }
  chain.policy = policy;
  chain.policyStatement = statement.quoted;
}

type RuleCommand = Content & { readonly kind: 'rule' };

/** Reads a rule of a chain block, or executes a command about a rule. */
export function readRule(statement: StatementContext, content: RuleCommand, tables: Tables): void {
  const { target, verb, position, body } = content;
  const chain = target ? targetChain(statement, target, tables) : statement.block.chain;
  if (!chain) return;
  const { command } = statement.block;
  if (verb === 'delete' || verb === 'destroy' || verb === 'replace' || position?.by === 'handle') {
    runHandleCommand(statement, content, chain);
    return;
  }
  const rule = ruleEntry(statement, body);
  if (position && position.value >= chain.rules.length) {
    const { name } = chain;
    statement.problem(position, `the chain ${name} has no rule with the index ${position.value}: they count from 0`);
    chain.add(rule, command);
  } else if (verb === 'insert') chain.insert(position?.value ?? 0, rule, command);
  else if (position) chain.insert(position.value + 1, rule, command);
  else chain.add(rule, command);
}

function ruleEntry(statement: StatementContext, body: RuleBody): RuleEntry {
  const substituted = substituteRule(body, statement.block.scope);
  return {
    statement: statement.quoted,
    body: substituted,
    start: statement.item.start,
    node: statement.node,
    substituted: substituted !== body,
  };
}

/** Executes a command about the rule with a handle, if what the files added to the table can be counted. */
function runHandleCommand(statement: StatementContext, { verb, position, body }: RuleCommand, chain: Chain): void {
  const { command } = statement.block;
  if (!position) return;
  const found = ruleWithHandle(chain.table.history, position.value);
  if (found === 'unknown') {
    statement.unmodelled(`which rule has the handle ${position.value} is unknown`);
    const reason = `which rule has the handle ${position.value}`;
    chain.becomeUnknown({ statement: statement.quoted, reason }, command);
    return;
  }
  const index =
    found === 'missing'
      ? -1
      : chain.rules.findIndex(({ statement: { uri, range } }) => uri === found.uri && range.start === found.start);
  if (index < 0) {
    if (verb !== 'destroy')
      statement.problem(position, `the chain ${chain.name} has no rule with the handle ${position.value}`);
  } else if (verb === 'delete' || verb === 'destroy') {
    chain.delete(index);
  } else if (verb === 'replace') {
    chain.replace(index, ruleEntry(statement, body), command, position.value);
  } else {
    const message = `the rule with the handle ${position.value} is added by the same file, where only 'index' finds it`;
    statement.problem(position, message);
  }
}

function targetChain(statement: StatementContext, target: Target, tables: Tables): Chain | undefined {
  const table = tableFor(statement, target, tables);
  const { name } = target;
  if (!table || !name) return undefined;
  const fullName = `${tableKey(table)} ${name.text}`;
  statement.refer('chain', fullName, name);
  const chain = table.chains.get(name.text);
  if (!chain) reportMissing(statement, name, `the chain ${fullName}`);
  return chain;
}
