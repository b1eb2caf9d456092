// Executes the statements of a tree and its includes in order, as nft does, and returns the ruleset.
import type { NameUse, Problem, Source, Sources } from '../../dialect.js';
import { problemInFile } from '../../shared/line-problem.js';
import { type Block, type Item, placeItem } from '../syntax/blocks.js';
import type { NftTree } from '../syntax/parse.js';
import type { BlockKind, Content, Family, Name, Reference } from '../syntax/tree.js';
import { readHook, readPolicy, readRule } from './chains.js';
import { effectsOf } from './effects.js';
import { Includes } from './include.js';
import { runObjectCommand } from './objects.js';
import { plainGroupsOf } from './plain-rules.js';
import { type MissingRules, REFUSED_LINE, type Ruleset, type Table, tableKey } from './ruleset.js';
import { emptyScope } from './scope.js';
import { readSetProperty, runElementCommand } from './sets.js';
import { type BlockContext, StatementContext } from './statement-context.js';
import { variableValue } from './substitution.js';

export function readRuleset(source: Source, tree: NftTree, sources: Sources): Ruleset {
  return new Reader(source, tree, sources).read();
}

class Reader {
  private readonly tables = new Map<string, Table>();
  private readonly missing: MissingRules[] = [];
  readonly problems: Problem[] = [];
  readonly names: NameUse[] = [];
  private readonly includes: Includes;
  /** How many commands were executed: statements outside of blocks. */
  private commands = 0;

  constructor(
    private readonly main: Source,
    private readonly tree: NftTree,
    sources: Sources,
  ) {
    this.includes = new Includes(main, tree.included, sources);
  }

  read(): Ruleset {
    this.block(this.tree.root, { uri: this.main.uri, scope: emptyScope(), command: 0 });
    const { tables, missing, problems, names, includes } = this;
    const effects = effectsOf(tables.values());
    return { tables, missing, effects, problems, names, dependencies: [...includes.dependencies] };
  }

  private block(block: Block, context: BlockContext): void {
    const { uri, chain } = context;
    for (const { start, run } of block.runs) {
      for (const part of chain ? plainGroupsOf(run) : run.items) {
        if (chain && 'items' in part) chain.add({ start, run: part, uri }, context.command);
        else if (!('items' in part)) this.item(placeItem(part, start), context);
      }
    }
  }

  private item(item: Item, block: BlockContext): void {
    const context = block.table ? block : { ...block, command: ++this.commands };
    const statement = new StatementContext(item, context, this);
    this.syntaxProblems(item, context.uri);
    for (const reference of item.node.references) this.reference(statement, reference);
    this.content(statement, item.node.content);
  }

  private syntaxProblems({ node, start, block, unterminatedAt }: Item, uri: string): void {
    for (const problem of node.problems) this.problems.push(problemInFile(uri, start, problem));
    const report = (from: number, end: number, message: string) =>
      this.problems.push({ uri, range: { start: from, end }, code: 'syntax-error', message });
    // The range includes the bracket, so that it is not empty at the end of a file.
    if (unterminatedAt !== undefined) report(unterminatedAt - 1, unterminatedAt, "expected ';' or end of line");
    if (block && !block.closed) report(start + node.text.length, block.start, "this '{' is not closed");
  }

  /** Notes the use of a name; which variable it is depends on the scope. */
  private reference(statement: StatementContext, reference: Reference): void {
    if (reference.kind === 'variable') {
      const variable = statement.block.scope.find(reference.name);
      if (!variable) reportUndefinedVariable(statement, { ...reference, text: reference.name });
      statement.refer('variable', variable?.id ?? reference.name, reference);
      return;
    }
    const table = statement.block.table ?? targetTable(statement.node.content);
    if (table) statement.refer(reference.kind, `${tableKey(table)} ${reference.name}`, reference);
  }

  private content(statement: StatementContext, content: Content): void {
    const { tables } = this;
    const { table, scope } = statement.block;
    switch (content.kind) {
      case 'object': {
        const opened = runObjectCommand(statement, content, tables);
        const { block } = statement.item;
        if (opened && block) this.block(block, opened.context);
        opened?.close?.();
        return;
      }
      case 'element':
        runElementCommand(statement, content, tables);
        return;
      case 'rule':
        readRule(statement, content, tables);
        return;
      case 'include':
        this.include(statement, content.path);
        return;
      case 'define':
        define(statement, content);
        return;
      case 'undefine':
        if (!scope.remove(content.name.text)) reportUndefinedVariable(statement, content.name);
        return;
      case 'hook':
        readHook(statement, content);
        return;
      case 'policy':
        readPolicy(statement, content);
        return;
      case 'set-type':
      case 'set-typeof':
      case 'set-flags':
      case 'elements':
      case 'timeout':
      case 'auto-merge':
        readSetProperty(statement, content);
        return;
      case 'table-flags':
        if (table && content.flags.some(({ text }) => text === 'dormant')) table.dormant = true;
        return;
      case 'unreadable':
        this.unreadable(statement);
        return;
      case 'property':
        return;
    }
  }

  /** nft loads nothing of a file with a syntax error; what it would be without one depends on what the statement is to be. */
  private unreadable({ quoted, block: { chain, set, command } }: StatementContext): void {
    const missing = { statement: quoted, reason: REFUSED_LINE };
    if (set) set.isDynamic = true;
    else if (chain) chain.add(missing, command);
    else this.missing.push(missing);
  }

  private include(statement: StatementContext, path: Name): void {
    const { block } = statement;
    const files = this.includes.filesFor(path.text, block.uri);
    if ('reason' in files) {
      const reason = `the included file ${path.text} is ${files.reason}`;
      // nft rejects a file whose include is missing; but the file of an absolute path may exist on the host.
      if (files.isMissing && !path.text.startsWith('/')) statement.problem(path, reason);
      else statement.unmodelled(reason);
      this.leaveOpen(statement, `the rules of ${path.text}, which is ${files.reason}`);
      return;
    }
    const kind: BlockKind = block.chain ? 'chain' : block.set ? 'set' : block.table ? 'table' : 'file';
    for (const file of files) {
      const outcome = this.includes.enter(file, kind, ({ root }) => this.block(root, { ...block, uri: file.uri }));
      if (outcome === 'nested')
        statement.problem(path, 'includes are nested more than 16 levels deep: nft rejects this one');
      if (outcome !== 'too-much') continue;
      statement.unmodelled(`${path.text} is included more often than Lintel reads it`);
      this.leaveOpen(statement, `the rules of ${path.text}, which is included more often than Lintel reads it`);
      return;
    }
  }

  /** What an include adds is not known. */
  private leaveOpen({ block, quoted }: StatementContext, reason: string): void {
    const missing = { statement: quoted, reason };
    if (block.chain) block.chain.add(missing, block.command);
    else this.missing.push(missing);
  }
}

function define(statement: StatementContext, { name, value, verb }: Content & { readonly kind: 'define' }): void {
  const { scope, uri } = statement.block;
  const known = scope.own(name.text);
  const id = known && verb === 'redefine' ? known.id : `${name.text}@${uri}#${statement.item.start}`;
  statement.define('variable', id, name);
  if (known && verb === 'define') {
    const message = `the variable ${name.text} is already defined: nft rejects this line; 'redefine' changes it`;
    statement.problem(name, message, [{ ...known.definition, message: 'the first definition' }]);
    return;
  }
  scope.set(name.text, { id, definition: statement.location(name), value: variableValue(name, value, scope) });
}

function reportUndefinedVariable(statement: StatementContext, name: Name): void {
  statement.undefinedName(name, `the variable ${name.text} is not defined here`);
}

function targetTable(content: Content): { readonly family: Family; readonly name: string } | undefined {
  if (content.kind !== 'rule' && content.kind !== 'element' && content.kind !== 'object') return undefined;
  const { family, table } = content.target ?? {};
  return family && table ? { family, name: table.text } : undefined;
}
