// Reads the hooks and policies of base chains, and rules.
import type { Content, Family, Priority, Target } from '../syntax/tree.js';
import { isHookOf, namedPriority } from '../vocabulary/hooks.js';
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
    if (value.kind === 'number') return Number(value.text);
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

/** Reads a rule of a chain block, or executes a command about a rule. */
export function readRule(
  statement: StatementContext,
  { target, verb, position, body }: Content & { readonly kind: 'rule' },
  tables: Tables,
): void {
  const chain = target ? targetChain(statement, target, tables) : statement.block.chain;
  if (!chain) return;
  if (verb === 'delete' || verb === 'replace' || position?.by === 'handle') {
    const reason = 'the kernel assigns handles: the rule of this command is unknown';
    statement.unmodelled(reason);
    chain.add({ statement: statement.quoted, reason });
    return;
  }
  const substituted = substituteRule(body, statement.block.scope);
  const rule: RuleEntry = {
    statement: statement.quoted,
    body: substituted,
    start: statement.item.start,
    node: statement.node,
    substituted: substituted !== body,
  };
  if (verb === 'insert') chain.insert(position ? Math.min(position.value, chain.rules.length) : 0, rule);
  else if (position) chain.insert(Math.min(position.value + 1, chain.rules.length), rule);
  else chain.add(rule);
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
