// Executes the commands that add, flush and delete tables, chains, sets and objects.
import type { Content, Family, Name } from '../syntax/tree.js';
import { Chain, type Table, tableKey } from './ruleset.js';
import { openSet } from './sets.js';
import type { StatementContext } from './statement-context.js';
import type { Opened } from './tables.js';
import { reportMissing, type Tables, tableFor } from './tables.js';

type ObjectCommand = Content & { readonly kind: 'object' };

/** Executes a command about an object; returns the context of its block where it declares one. */
export function runObjectCommand(
  statement: StatementContext,
  command: ObjectCommand,
  tables: Tables,
): Opened | undefined {
  const { verb, object, target } = command;
  if (object === 'ruleset') {
    if (verb === 'flush') flushRuleset(target.family, tables);
  } else if (verb === 'destroy') {
    if (isThere(command, tables)) remove(statement, { ...command, verb: 'delete' }, tables);
  } else if (verb === 'delete' || verb === 'flush') {
    remove(statement, command, tables);
  } else if (verb === 'rename') {
    statement.unmodelled('the new name of the chain is not followed; jumps to the chain stay as they are');
  } else if (verb === 'add' || verb === 'create') {
    return declare(statement, command, tables);
  }
  return undefined;
}

/** Whether there is what a command is about: `destroy` is no error otherwise. */
function isThere({ object, target, byHandle }: ObjectCommand, tables: Tables): boolean {
  const { family, table: name } = target;
  if (byHandle) return true;
  const table = family && name ? tables.get(tableKey({ family, name: name.text })) : undefined;
  if (!table || object === 'table' || !target.name) return table !== undefined;
  const { chains, sets, objects } = table;
  const known = object === 'chain' ? chains : object === 'set' || object === 'map' ? sets : objects;
  return known.has(target.name.text);
}

function flushRuleset(family: Family | undefined, tables: Tables): void {
  for (const [key, table] of tables) if (family === undefined || table.family === family) tables.delete(key);
}

function declare(statement: StatementContext, { object, target }: ObjectCommand, tables: Tables): Opened | undefined {
  const { uri, scope, command } = statement.block;
  const table = tableFor(statement, target, tables, object === 'table');
  if (!table) return undefined;
  const context = { uri, scope: scope.inner(), command, table };
  if (object === 'table') return { context };
  const { name } = target;
  if (!name) return undefined;
  const kind = object === 'map' ? 'set' : object === 'chain' || object === 'set' ? object : 'object';
  statement.define(kind, `${tableKey(table)} ${name.text}`, name);
  const known = kind === 'chain' ? table.chains : kind === 'set' ? table.sets : table.objects;
  if (!known.has(name.text)) table.history.push({ command });
  switch (object) {
    case 'chain': {
      const chain = table.chains.get(name.text) ?? new Chain(table, name.text, statement.location(name));
      table.chains.set(name.text, chain);
      return { context: { ...context, chain } };
    }
    case 'set':
    case 'map':
      return openSet(statement, name, object === 'map', context);
    default:
      table.objects.set(name.text, statement.location(name));
      return { context };
  }
}

function remove(statement: StatementContext, { verb, object, target, byHandle }: ObjectCommand, tables: Tables): void {
  if (byHandle) {
    statement.unmodelled('the kernel assigns handles: the target of this command is unknown');
    return;
  }
  const { family, table: tableName, name } = target;
  if (family === undefined || !tableName) return;
  const key = tableKey({ family, name: tableName.text });
  const table = tables.get(key);
  statement.refer('table', key, tableName);
  if (!table) {
    reportMissing(statement, tableName, `the table ${key}`);
  } else if (object === 'table') {
    if (verb === 'delete') tables.delete(key);
    else for (const chain of table.chains.values()) chain.clear();
  } else if (name) {
    removeFromTable(statement, { verb, object }, table, name);
  }
}

function removeFromTable(
  statement: StatementContext,
  { verb, object }: Pick<ObjectCommand, 'verb' | 'object'>,
  table: Table,
  name: Name,
): void {
  const fullName = `${tableKey(table)} ${name.text}`;
  if (object === 'chain') {
    const chain = table.chains.get(name.text);
    statement.refer('chain', fullName, name);
    if (!chain) reportMissing(statement, name, `the chain ${fullName}`);
    else {
      chain.clear();
      if (verb === 'delete') table.chains.delete(name.text);
    }
  } else if (object === 'set' || object === 'map') {
    const set = table.sets.get(name.text);
    statement.refer('set', fullName, name);
    if (!set) reportMissing(statement, name, `the set ${fullName}`);
    else if (verb === 'delete') table.sets.delete(name.text);
    else set.elements = [];
  } else {
    statement.refer('object', fullName, name);
    if (verb === 'delete') table.objects.delete(name.text);
  }
}
