// Reads the declarations, properties and elements of named sets and maps.
import { addAll } from '../../../kept/lists.js';
import type { Content, Expression, Name } from '../syntax/tree.js';
import { type NamedSet, tableKey } from './ruleset.js';
import type { BlockContext, StatementContext } from './statement-context.js';
import { substituteExpression } from './substitution.js';
import { type Opened, reportMissing, type Tables, tableFor } from './tables.js';

/** Begins the declaration of a set in the table of `context`. */
export function openSet(
  statement: StatementContext,
  name: Name,
  isMap: boolean,
  context: BlockContext,
): Opened | undefined {
  const { table } = context;
  if (!table) return undefined;
  const known = table.sets.get(name.text);
  const set: NamedSet = {
    table,
    name: name.text,
    definition: statement.location(name),
    isMap,
    types: [],
    typeofKey: undefined,
    hasVerdicts: false,
    flags: new Set(),
    elements: [],
    flagsLine: undefined,
    autoMerge: false,
    isDynamic: false,
  };
  const close = () => {
    if (statement.item.block?.closed && set.types.length === 0 && !set.typeofKey)
      statement.problem(name, `the ${isMap ? 'map' : 'set'} ${name.text} has no type`);
    if (known) extend(statement, name, known, set);
    else table.sets.set(name.text, set);
  };
  return { context: { ...context, set }, close };
}

/** Adds a second declaration of a set to the first. */
function extend(statement: StatementContext, name: Name, known: NamedSet, set: NamedSet): void {
  if (known.isMap !== set.isMap || known.types.join(' ') !== set.types.join(' ')) {
    const message = `${name.text} is already defined in this table with another type: nft rejects this one`;
    statement.problem(name, message, [{ ...known.definition, message: 'the first definition' }]);
    return;
  }
  addAll(known.elements, set.elements);
  for (const flag of set.flags) known.flags.add(flag);
  known.flagsLine ??= set.flagsLine;
  known.autoMerge ||= set.autoMerge;
  known.isDynamic ||= set.isDynamic;
}

/** Reads a line of the block of a set. */
export function readSetProperty(statement: StatementContext, content: Content): void {
  const {
    item,
    block: { set, scope, uri },
  } = statement;
  if (!set) return;
  switch (content.kind) {
    case 'set-type':
      set.types = content.types.map(({ text }) => text);
      set.hasVerdicts = content.data.some(({ text }) => text === 'verdict');
      return;
    case 'set-typeof':
      set.typeofKey = content.key;
      set.hasVerdicts = content.verdicts;
      return;
    case 'set-flags':
      for (const { text } of content.flags) set.flags.add(text);
      if (set.flags.has('dynamic')) set.isDynamic = true;
      set.flagsLine = statement.quoted;
      return;
    case 'auto-merge':
      set.autoMerge = true;
      return;
    case 'timeout':
      set.isDynamic = true;
      return;
    case 'elements':
      set.elements.push({ set: substituteExpression(content.elements, scope), uri, start: item.start });
      return;
    default:
      return;
  }
}

/** Executes `add element …` or `delete element …`. */
export function runElementCommand(
  statement: StatementContext,
  { verb, target, elements }: Content & { readonly kind: 'element' },
  tables: Tables,
): void {
  const { family, table: tableName } = target;
  const isMissing =
    family && tableName && !tables.get(tableKey({ family, name: tableName.text }))?.sets.has(target.name?.text ?? '');
  if (verb === 'destroy' && isMissing) return;
  const table = tableFor(statement, target, tables);
  const { name } = target;
  if (!table || !name) return;
  statement.refer('set', `${tableKey(table)} ${name.text}`, name);
  const set = table.sets.get(name.text);
  if (!set) {
    reportMissing(statement, name, `the set ${name.text}`);
    return;
  }
  const { uri, scope } = statement.block;
  const substituted = substituteExpression(elements, scope);
  if (verb === 'add' || verb === 'create') {
    set.elements.push({ set: substituted, uri, start: statement.item.start });
  } else if (verb === 'delete' || verb === 'destroy') {
    set.elements = set.elements.map((own) => ({ ...own, set: withoutElements(own.set, substituted) }));
  }
}

/** The elements of one expression without those of another, compared by their text. */
function withoutElements(set: Expression, removed: Expression): Expression {
  if (set.kind !== 'set' || removed.kind !== 'set') return set;
  const keys = new Set(removed.elements.map(({ key }) => keyText(key)));
  return { ...set, elements: set.elements.filter(({ key }) => !keys.has(keyText(key))) };
}

/** A key of an element as it may be written. */
export function keyText(key: Expression | '*'): string {
  if (key === '*') return '*';
  switch (key.kind) {
    case 'number':
    case 'word':
      return key.text;
    case 'prefix':
      return `${keyText(key.base)}/${key.length}`;
    case 'range':
      return `${keyText(key.low)}-${keyText(key.high)}`;
    case 'concatenation':
      return key.parts.map(keyText).join(' . ');
    default:
      return '';
  }
}
