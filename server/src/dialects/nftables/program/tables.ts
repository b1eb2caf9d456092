// Finds the table of a statement.
import type { Span, Target } from '../syntax/tree.js';
import { type Table, tableKey } from './ruleset.js';
import type { BlockContext, StatementContext } from './statement-context.js';

export type Tables = Map<string, Table>;

/** The context in which the block of a declaration is read, and the action at its end. */
export interface Opened {
  readonly context: BlockContext;
  readonly close?: () => void;
}

/** The table that a command names, or that contains its block; created where it is `declared`, otherwise reported if missing. */
export function tableFor(
  statement: StatementContext,
  { family, table: name }: Target,
  tables: Tables,
  declared = false,
): Table | undefined {
  if (family === undefined || !name) return statement.block.table;
  const key = tableKey({ family, name: name.text });
  let table = tables.get(key);
  // Statements about a missing table are evaluated nevertheless.
  if (!table && !declared) reportMissing(statement, name, `the table ${key}`);
  if (!table) {
    table = {
      family,
      name: name.text,
      dormant: false,
      chains: new Map(),
      sets: new Map(),
      objects: new Map(),
      history: [],
      removed: [],
    };
    tables.set(key, table);
  }
  if (declared) statement.define('table', key, name);
  else statement.refer('table', key, name);
  return table;
}

/** Reports that a command names something that was not defined before it. */
export function reportMissing(statement: StatementContext, span: Span, what: string): void {
  statement.undefinedName(span, `${what} is not defined before this`);
}
