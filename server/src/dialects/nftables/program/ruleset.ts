import type { QuotedLine } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { NameUse, Problem, Source, Sources } from '../../dialect.js';
import { folderOf, includeCandidates, isPattern } from '../../shared/include-paths.js';
import { type NftTree, parseText } from '../syntax/parse.js';
import { itemsOf, placeItem } from '../syntax/placed.js';
import type {
  Block,
  BlockKind,
  Content,
  Expression,
  Family,
  Item,
  ItemRun,
  ItemText,
  Name,
  PlacedItems,
  Priority,
  RuleBody,
  SetExpression,
  Span,
  StatementNode,
} from '../syntax/tree.js';
import { isHookOf, namedPriority } from '../vocabulary/hooks.js';
import { emptyScope, type Scope, substituteExpression, substituteRule } from './variables.js';

/** A rule at its place. */
export interface RuleEntry {
  readonly statement: QuotedLine;
  readonly body: RuleBody;
  /** Offsets of `body` and of problems found in it count from here. */
  readonly start: number;
  /** The node that it was read from; the same for as long as its text is the same and no variable is in it. */
  readonly node: StatementNode;
  /** Variables were put in, so that the node alone does not tell what the rule means. */
  readonly substituted: boolean;
}

/** Rules that are not known, at the place where they would stand. */
export interface GapEntry {
  readonly statement: QuotedLine;
  readonly gap: string;
}

export interface BaseHook {
  readonly type: string;
  readonly hook: string;
  readonly devices: readonly string[];
  /** `undefined` where it depends on something that is not known. */
  readonly priority: number | undefined;
  readonly statement: QuotedLine;
}

/** Rules of a file that depend on nothing but their own text, at their place. */
export interface PlainRules extends PlacedItems {
  readonly uri: string;
}

export class Chain {
  base: BaseHook | undefined;
  policy: 'accept' | 'drop' = 'accept';
  policyStatement: QuotedLine | undefined;
  private content: (RuleEntry | GapEntry | PlainRules)[] = [];
  private flat: readonly (RuleEntry | GapEntry)[] | undefined;

  constructor(
    readonly table: Table,
    readonly name: string,
    readonly definition: Location,
  ) {}

  /** The rules in their order, those together that can be looked at together. */
  get parts(): readonly (RuleEntry | GapEntry | PlainRules)[] {
    return this.content;
  }

  get rules(): readonly (RuleEntry | GapEntry)[] {
    this.flat ??= this.content.flatMap((part) => ('run' in part ? plainRules(part) : [part]));
    return this.flat;
  }

  /** The rules that depend on more than their own text. */
  get dependentRules(): readonly (RuleEntry | GapEntry)[] {
    return this.content.flatMap((part) => ('run' in part ? [] : [part]));
  }

  add(part: RuleEntry | GapEntry | PlainRules): void {
    this.content.push(part);
    this.flat = undefined;
  }

  /** Adds a rule in front of the one with an index. */
  insert(index: number, entry: RuleEntry): void {
    this.content = [...this.rules.slice(0, index), entry, ...this.rules.slice(index)];
    this.flat = undefined;
  }

  clear(): void {
    this.content = [];
    this.flat = undefined;
  }
}

/** The rules of a part of a chain, one by one. */
export function plainRules(part: PlainRules): RuleEntry[] {
  return itemsOf(part).map(({ node, start }) => {
    const body = node.content.kind === 'rule' ? node.content.body : NO_BODY;
    return { statement: statementAt({ node, start }, part.uri), body, start, node, substituted: false };
  });
}

const NO_BODY: RuleBody = { statements: [], start: 0, end: 0 };

/** The items of runs, with those together that are plain rules. */
const knownParts = new WeakMap<ItemRun, readonly (ItemRun | ItemText)[]>();

function partsOf(run: ItemRun): readonly (ItemRun | ItemText)[] {
  const known = knownParts.get(run);
  if (known) return known;
  const parts: (ItemRun | ItemText)[] = [];
  let plain: ItemText[] = [];
  const endPlain = () => {
    if (plain.length > 0) parts.push({ ...run, items: plain });
    plain = [];
  };
  for (const item of run.items) {
    if (isPlain(item)) {
      plain.push(item);
      continue;
    }
    endPlain();
    parts.push(item);
  }
  endPlain();
  knownParts.set(run, parts);
  return parts;
}

/** Whether an item of a chain is a rule that depends on nothing but its text, and does nothing that others depend on. */
function isPlain({ node, block, unterminatedAt }: ItemText): boolean {
  if (block || unterminatedAt !== undefined || node.problems.length > 0) return false;
  const { content, references } = node;
  if (content.kind !== 'rule' || references.length > 0) return false;
  if (content.target || content.position || content.verb !== 'add') return false;
  return content.body.statements.every((statement) => {
    switch (statement.kind) {
      case 'match':
      case 'condition':
      case 'verdict':
      case 'reject':
        return true;
      case 'effect':
        return statement.name !== 'notrack' && statement.name !== 'update';
      default:
        return false;
    }
  });
}

export interface NamedSet {
  readonly table: Table;
  readonly name: string;
  readonly definition: Location;
  readonly isMap: boolean;
  /** The names of its types; absent where `typeof` gives them. */
  types: readonly string[];
  typeofKey: Expression | undefined;
  flags: Set<string>;
  /** The elements that the files add, with the place that their offsets count from. */
  elements: { readonly set: Expression; readonly uri: string; readonly start: number }[];
  /** Rules add elements, or elements time out. */
  changes: boolean;
}

export interface Table {
  readonly family: Family;
  readonly name: string;
  dormant: boolean;
  readonly chains: Map<string, Chain>;
  readonly sets: Map<string, NamedSet>;
  readonly objects: Map<string, Location>;
}

/** What the kernel would have after reading the files. */
export interface Ruleset {
  readonly tables: ReadonlyMap<string, Table>;
  /** What stands in place of files that cannot be read. */
  readonly gaps: readonly GapEntry[];
  readonly problems: readonly Problem[];
  readonly names: readonly NameUse[];
  readonly dependencies: readonly string[];
}

/**
 * Where nft files are installed. nft itself looks for relative paths in its working folder and in /etc (nft(8), INCLUDE
 * FILES), which a repository shows as the folder of the file that includes them.
 */
const STANDARD_FOLDERS = ['/etc/nftables', '/usr/share/nftables', '/etc'];

/** How deep files may include each other (MAX_INCLUDE_DEPTH of nft). */
const INCLUDE_DEPTH = 16;
/** Where a file is that is nowhere. */
const MISSING = 'not here';

/** How many files one ruleset may draw in; a bound for hostile input. */
const FILE_LIMIT = 1_000;

/** The trees of included files, kept for as long as the tree of the file that includes them is. */
const includedTrees = new WeakMap<object, Map<string, { readonly text: string; readonly tree: NftTree }>>();

export function readRuleset(source: Source, tree: NftTree, sources: Sources): Ruleset {
  return new Reader(source, tree, sources).read();
}

export function tableKey(family: Family, name: string): string {
  return `${family} ${name}`;
}

interface Context {
  readonly uri: string;
  readonly scope: Scope;
  readonly table?: Table;
  readonly chain?: Chain | undefined;
  readonly set?: NamedSet | undefined;
}

class Reader {
  private tables = new Map<string, Table>();
  private readonly gaps: GapEntry[] = [];
  private readonly problems: Problem[] = [];
  private readonly names: NameUse[] = [];
  private readonly dependencies = new Set<string>();
  private readonly open: string[] = [];
  private readonly trees: Map<string, { readonly text: string; readonly tree: NftTree }>;
  private files = 0;

  constructor(
    private readonly main: Source,
    private readonly tree: NftTree,
    private readonly sources: Sources,
  ) {
    this.trees = includedTrees.get(tree.lineage) ?? new Map();
    includedTrees.set(tree.lineage, this.trees);
  }

  read(): Ruleset {
    this.open.push(this.main.uri);
    this.block(this.tree.root, { uri: this.main.uri, scope: emptyScope() });
    const { tables, gaps, problems, names, dependencies } = this;
    return { tables, gaps, problems, names, dependencies: [...dependencies] };
  }

  private block(block: Block, context: Context): void {
    const { uri, chain } = context;
    for (const { start, run } of block.runs) {
      for (const part of chain ? partsOf(run) : run.items) {
        if (chain && 'items' in part) chain.add({ start, run: part, uri });
        else if (!('items' in part)) this.item(placeItem(part, start), context);
      }
    }
  }

  private item(item: Item, context: Context): void {
    const { node, start, block, unterminatedAt } = item;
    for (const problem of node.problems) this.problem(context, start, problem, problem.code, problem.message);
    if (unterminatedAt !== undefined) {
      // The bracket in front of it belongs to it, so that there is something to see at the end of a file.
      const span = { start: unterminatedAt - 1, end: unterminatedAt };
      this.problem(context, 0, span, 'syntax-error', "nft wants ';' or the end of the line here");
    }
    if (block && !block.closed) {
      const end = start + node.text.length;
      this.problem(context, 0, { start: end, end: block.start }, 'syntax-error', "this '{' is never closed");
    }
    this.references(node, start, context);
    this.content(item, node.content, context);
  }

  /** Notes where names are used. Variables are noted where they are looked up, because scopes decide which they are. */
  private references(node: StatementNode, start: number, context: Context): void {
    if (node.references.length === 0) return;
    const table = context.table ?? targetTable(node.content);
    for (const reference of node.references) {
      if (reference.kind === 'variable') {
        this.variableReference(reference, start, context);
        continue;
      }
      if (!table) continue;
      this.use(
        reference.kind,
        `${tableKey(table.family, table.name)} ${reference.name}`,
        'reference',
        context,
        start,
        reference,
      );
    }
  }

  private variableReference(reference: Span & { readonly name: string }, start: number, context: Context): void {
    const variable = context.scope.find(reference.name);
    if (!variable) {
      const message = `the variable ${reference.name} is not defined here`;
      this.problem(context, start, reference, 'undefined-name', message);
    }
    this.use('variable', variable?.id ?? reference.name, 'reference', context, start, reference);
  }

  private use(kind: string, name: string, role: NameUse['role'], { uri }: Context, start: number, span: Span): void {
    this.names.push({ kind, name, role, uri, range: { start: start + span.start, end: start + span.end } });
  }

  private content(item: Item, content: Content, context: Context): void {
    switch (content.kind) {
      case 'object':
        this.object(item, content, context);
        return;
      case 'element':
        this.element(item, content, context);
        return;
      case 'rule':
        this.rule(item, content, context);
        return;
      case 'include':
        this.include(item, content.path, context);
        return;
      case 'define':
        this.define(item, content, context);
        return;
      case 'undefine':
        if (!context.scope.remove(content.name.text)) {
          const message = `the variable ${content.name.text} is not defined here`;
          this.problem(context, item.start, content.name, 'undefined-name', message);
        }
        return;
      case 'hook':
        this.hook(item, content, context);
        return;
      case 'policy':
        this.policy(item, content, context);
        return;
      case 'set-type':
      case 'set-typeof':
      case 'set-flags':
      case 'elements':
      case 'timeout':
        if (context.set) this.setProperty(item, content, context.set, context);
        return;
      case 'table-flags':
        if (context.table && content.flag.text === 'dormant') context.table.dormant = true;
        return;
      case 'property':
      case 'unreadable':
        return;
    }
  }

  // --- objects

  private object(item: Item, content: Content & { kind: 'object' }, context: Context): void {
    const { verb, object, target } = content;
    if (object === 'ruleset') {
      if (verb === 'flush') this.flushRuleset(target.family);
      return;
    }
    if (verb === 'delete' || verb === 'flush') {
      this.remove(item, content, context);
      return;
    }
    if (verb === 'rename') {
      this.unmodelled(item, context, 'a chain is renamed');
      return;
    }
    if (verb !== 'add' && verb !== 'create') return;
    const table = this.tableOf(item, target, object === 'table', context);
    if (!table) return;
    if (object === 'table') {
      if (item.block) this.block(item.block, { uri: context.uri, scope: context.scope.inner(), table });
      return;
    }
    const { name } = target;
    if (!name) return;
    const kind = object === 'map' ? 'set' : object === 'chain' || object === 'set' ? object : 'object';
    this.use(kind, `${tableKey(table.family, table.name)} ${name.text}`, 'definition', context, item.start, name);
    const inner: Context = { uri: context.uri, scope: context.scope.inner(), table };
    const location = this.locate(context, item.start, name);
    if (object === 'chain') {
      const chain = table.chains.get(name.text) ?? new Chain(table, name.text, location);
      table.chains.set(name.text, chain);
      if (item.block) this.block(item.block, { ...inner, chain });
    } else if (object === 'set' || object === 'map') {
      this.declareSet(item, table, name, object === 'map', inner, location);
    } else {
      table.objects.set(name.text, location);
      if (item.block) this.block(item.block, inner);
    }
  }

  private declareSet(
    item: Item,
    table: Table,
    name: Name,
    isMap: boolean,
    context: Context,
    definition: Location,
  ): void {
    const known = table.sets.get(name.text);
    const set = newSet(table, name.text, isMap, definition);
    if (item.block) this.block(item.block, { ...context, set });
    if (item.block?.closed && set.types.length === 0 && !set.typeofKey) {
      const message = `the ${isMap ? 'map' : 'set'} ${name.text} has no type`;
      this.problem(context, item.start, name, 'syntax-error', message);
    }
    if (!known) {
      table.sets.set(name.text, set);
      return;
    }
    if (known.isMap !== isMap || known.types.join(' ') !== set.types.join(' ')) {
      const message = `${name.text} is already defined in this table with another type, so nft refuses this one`;
      const related = [{ ...known.definition, message: 'the first definition' }];
      this.problem(context, item.start, name, 'syntax-error', message, related);
      return;
    }
    known.elements.push(...set.elements);
    for (const flag of set.flags) known.flags.add(flag);
    known.changes ||= set.changes;
  }

  private tableOf(
    item: Item,
    target: { readonly family: Family | undefined; readonly table: Name | undefined },
    create: boolean,
    context: Context,
  ): Table | undefined {
    const { family, table: name } = target;
    if (family === undefined || !name) return context.table;
    const key = tableKey(family, name.text);
    let table = this.tables.get(key);
    if (!table && !create) {
      this.problem(context, item.start, name, 'undefined-name', `the table ${key} is not defined in front of this`);
      // The statements about it are followed all the same.
    }
    if (!table) {
      table = { family, name: name.text, dormant: false, chains: new Map(), sets: new Map(), objects: new Map() };
      this.tables.set(key, table);
    }
    this.use('table', key, create ? 'definition' : 'reference', context, item.start, name);
    return table;
  }

  private flushRuleset(family: Family | undefined): void {
    if (family === undefined) this.tables = new Map();
    else for (const [key, table] of this.tables) if (table.family === family) this.tables.delete(key);
  }

  private remove(item: Item, { verb, object, target, byHandle }: Content & { kind: 'object' }, context: Context): void {
    if (byHandle) {
      this.unmodelled(item, context, 'handles are given by the kernel, so it is not known what this is about');
      return;
    }
    const { family, table: tableName, name } = target;
    if (family === undefined || !tableName) return;
    const key = tableKey(family, tableName.text);
    const table = this.tables.get(key);
    this.use('table', key, 'reference', context, item.start, tableName);
    if (object === 'table') {
      if (!table) this.missing(item, context, tableName, `the table ${key}`);
      else if (verb === 'delete') this.tables.delete(key);
      else for (const chain of table.chains.values()) chain.clear();
      return;
    }
    if (!table || !name) {
      this.missing(item, context, tableName, `the table ${key}`);
      return;
    }
    const full = `${key} ${name.text}`;
    if (object === 'chain') {
      const chain = table.chains.get(name.text);
      this.use('chain', full, 'reference', context, item.start, name);
      if (!chain) this.missing(item, context, name, `the chain ${full}`);
      else if (verb === 'delete') table.chains.delete(name.text);
      else chain.clear();
    } else if (object === 'set' || object === 'map') {
      const set = table.sets.get(name.text);
      this.use('set', full, 'reference', context, item.start, name);
      if (!set) this.missing(item, context, name, `the set ${full}`);
      else if (verb === 'delete') table.sets.delete(name.text);
      else set.elements = [];
    } else {
      this.use('object', full, 'reference', context, item.start, name);
      if (verb === 'delete') table.objects.delete(name.text);
    }
  }

  private missing(item: Item, context: Context, span: Span, what: string): void {
    this.problem(context, item.start, span, 'undefined-name', `${what} is not defined in front of this`);
  }

  // --- sets

  private setProperty(item: Item, content: Content, set: NamedSet, context: Context): void {
    switch (content.kind) {
      case 'set-type':
        set.types = content.types.map(({ text }) => text);
        return;
      case 'set-typeof':
        set.typeofKey = content.key;
        return;
      case 'set-flags':
        for (const { text } of content.flags) set.flags.add(text);
        if (set.flags.has('dynamic')) set.changes = true;
        return;
      case 'timeout':
        set.changes = true;
        return;
      case 'elements': {
        const elements = substituteExpression(content.elements, context.scope);
        set.elements.push({ set: elements, uri: context.uri, start: item.start });
        return;
      }
      default:
        return;
    }
  }

  private element(item: Item, content: Content & { kind: 'element' }, context: Context): void {
    const { verb, target, elements } = content;
    const table = this.tableOf(item, target, false, context);
    const { name } = target;
    if (!table || !name) return;
    this.use('set', `${tableKey(table.family, table.name)} ${name.text}`, 'reference', context, item.start, name);
    const set = table.sets.get(name.text);
    if (!set) {
      this.missing(item, context, name, `the set ${name.text}`);
      return;
    }
    const substituted = substituteExpression(elements, context.scope);
    if (verb === 'add' || verb === 'create') {
      set.elements.push({ set: substituted, uri: context.uri, start: item.start });
    } else if (verb === 'delete') {
      set.elements = set.elements.map((own) => ({ ...own, set: withoutElements(own.set, substituted) }));
    }
  }

  // --- rules

  private rule(item: Item, content: Content & { kind: 'rule' }, context: Context): void {
    const { target, verb, position, body } = content;
    const chain = target ? this.targetChain(item, target, context) : context.chain;
    if (!chain) return;
    if (verb === 'delete' || verb === 'replace' || position?.by === 'handle') {
      const reason = 'handles are given by the kernel, so it is not known which rule this is about';
      this.unmodelled(item, context, reason);
      chain.add({ statement: this.statement(item, context), gap: reason });
      return;
    }
    const { node, start } = item;
    const substituted = substituteRule(body, context.scope);
    const entry: RuleEntry = {
      statement: this.statement(item, context),
      body: substituted,
      start,
      node,
      substituted: substituted !== body,
    };
    if (verb === 'insert') {
      const index = position ? Math.min(position.value, chain.rules.length) : 0;
      chain.insert(index, entry);
    } else if (position) {
      chain.insert(Math.min(position.value + 1, chain.rules.length), entry);
    } else {
      chain.add(entry);
    }
  }

  private targetChain(item: Item, target: NonNullable<(Content & { kind: 'rule' })['target']>, context: Context) {
    const table = this.tableOf(item, target, false, context);
    const { name } = target;
    if (!table || !name) return undefined;
    const full = `${tableKey(table.family, table.name)} ${name.text}`;
    this.use('chain', full, 'reference', context, item.start, name);
    const chain = table.chains.get(name.text);
    if (!chain) this.missing(item, context, name, `the chain ${full}`);
    return chain;
  }

  // --- chains

  private hook(item: Item, content: Content & { kind: 'hook' }, context: Context): void {
    const { chain, scope } = context;
    if (!chain) return;
    const devices = content.devices.flatMap((device) => {
      const value = substituteExpression(device, scope);
      const parts = value.kind === 'set' ? value.elements.map(({ key }) => key) : [value];
      return parts.flatMap((part) => (part !== '*' && part.kind === 'word' ? [part.text] : []));
    });
    const base: BaseHook = {
      type: content.type.text,
      hook: content.hook.text,
      devices,
      priority: this.priority(item, content.priority, content.hook.text, chain.table.family, context),
      statement: this.statement(item, context),
    };
    const { type, hook } = base;
    if (!isHookOf(type, hook, chain.table.family)) {
      const message = `a chain of type ${type} has no hook ${hook} in the family ${chain.table.family}`;
      this.problem(context, item.start, content.hook, 'syntax-error', message);
      return;
    }
    if ((hook === 'ingress' || hook === 'egress') && content.devices.length === 0) {
      const message = `a chain at the hook ${hook} needs a device`;
      this.problem(context, item.start, content.hook, 'syntax-error', message);
    }
    if (chain.base && (chain.base.type !== type || chain.base.hook !== hook || chain.base.priority !== base.priority)) {
      const message = `the chain ${chain.name} already has another hook, so nft refuses this one`;
      this.problem(context, item.start, content.hook, 'syntax-error', message);
      return;
    }
    chain.base = base;
  }

  private priority(
    item: Item,
    { name, offset, variable, ...span }: Priority,
    hook: string,
    family: Family,
    context: Context,
  ): number | undefined {
    if (variable) {
      const value = substituteExpression(variable, context.scope);
      if (value.kind === 'number') return Number(value.text);
      return value.kind === 'word' ? namedPriority(value.text, hook, family) : undefined;
    }
    if (name === undefined) return offset;
    const base = namedPriority(name, hook, family);
    if (base === undefined) {
      const message = `'${name}' is no priority at the hook ${hook} of the family ${family}`;
      this.problem(context, item.start, span, 'syntax-error', message);
      return undefined;
    }
    return base + offset;
  }

  private policy(item: Item, content: Content & { kind: 'policy' }, context: Context): void {
    const { chain } = context;
    if (!chain) return;
    let { policy } = content;
    if (typeof policy !== 'string') {
      const value = substituteExpression(policy, context.scope);
      policy = value.kind === 'word' && value.text === 'drop' ? 'drop' : 'accept';
    }
    chain.policy = policy;
    chain.policyStatement = this.statement(item, context);
  }

  // --- variables and includes

  private define(item: Item, content: Content & { kind: 'define' }, context: Context): void {
    const { name, value, verb } = content;
    const { scope, uri } = context;
    const known = scope.own(name.text);
    const id = known && verb === 'redefine' ? known.id : `${name.text}@${uri}#${item.start}`;
    this.use('variable', id, 'definition', context, item.start, name);
    if (known && verb === 'define') {
      const message = `the variable ${name.text} is already defined, so nft refuses this line; 'redefine' changes it`;
      const related = [{ ...known.definition, message: 'the first definition' }];
      this.problem(context, item.start, name, 'syntax-error', message, related);
      return;
    }
    const definition = this.locate(context, item.start, name);
    scope.set(name.text, { id, definition, value: substituteExpression(value, scope) });
  }

  private include(item: Item, path: Name, context: Context): void {
    const files = this.resolve(path.text, context.uri);
    if (typeof files === 'string') {
      const reason = `the included file ${path.text} is ${files}`;
      // nft refuses a file whose include is missing; of files elsewhere only the host knows.
      if (files === MISSING && !path.text.startsWith('/'))
        this.problem(context, item.start, path, 'syntax-error', reason);
      else this.unmodelled(item, context, reason);
      const gap = { statement: this.statement(item, context), gap: reason };
      if (context.chain) context.chain.add(gap);
      else this.gaps.push(gap);
      return;
    }
    for (const file of files) {
      if (this.open.length >= INCLUDE_DEPTH || this.open.includes(file.uri)) {
        const message = 'files include each other more than 16 levels deep, so nft refuses this';
        this.problem(context, item.start, path, 'syntax-error', message);
        continue;
      }
      if (++this.files > FILE_LIMIT) return;
      this.open.push(file.uri);
      const kind: BlockKind = context.chain ? 'chain' : context.set ? 'set' : context.table ? 'table' : 'file';
      this.block(this.treeOf(file, kind).root, { ...context, uri: file.uri });
      this.open.pop();
    }
  }

  /** The files that a path names, or why there are none. A pattern may match none. */
  private resolve(path: string, uri: string): readonly Source[] | string {
    const candidates = includeCandidates(path, folderOf(uri), STANDARD_FOLDERS);
    if (isPattern(path)) {
      const listed = candidates.map((pattern) => this.sources.list(pattern)).find((uris) => uris.length > 0) ?? [];
      for (const file of listed) this.dependencies.add(file);
      const files = listed
        .map((file) => this.sources.read(file))
        .flatMap((file) => (typeof file === 'string' ? [] : [file]));
      const inside = candidates.some((pattern) => this.sources.roots.some((root) => pattern.startsWith(root)));
      return files.length > 0 || inside ? files : 'outside the workspace';
    }
    let reason = MISSING;
    for (const candidate of candidates) {
      this.dependencies.add(candidate);
      const file = this.sources.read(candidate);
      if (typeof file !== 'string') return [file];
      if (file === 'outside-workspace') reason = 'outside the workspace';
      if (file === 'unreadable' || file === 'too-large') reason = 'not readable';
    }
    return reason;
  }

  private treeOf({ uri, text }: Source, kind: BlockKind): NftTree {
    const key = `${kind} ${uri}`;
    const known = this.trees.get(key);
    if (known?.text === text) return known.tree;
    const tree = parseText(text, known?.tree, kind);
    this.trees.set(key, { text, tree });
    return tree;
  }

  // --- places

  private locate({ uri }: Context, start: number, span: Span): Location {
    return { uri, range: { start: start + span.start, end: start + span.end } };
  }

  private statement(item: Item, { uri }: Context): QuotedLine {
    return statementAt(item, uri);
  }

  private unmodelled(item: Item, context: Context, message: string): void {
    this.problem(context, item.start, { start: 0, end: item.node.text.length }, 'unmodelled-statement', message);
  }

  private problem(
    context: Context,
    start: number,
    span: Span,
    code: Problem['code'],
    message: string,
    related?: Problem['related'],
  ): void {
    const problem: Problem = { ...this.locate(context, start, span), code, message };
    this.problems.push(related ? { ...problem, related } : problem);
  }
}

/** The statement of an item. */
export function statementAt({ node, start }: Pick<Item, 'node' | 'start'>, uri: string): QuotedLine {
  return { uri, range: { start, end: start + node.text.length }, text: oneLine(node.text) };
}

function oneLine(text: string): string {
  return text.includes('\n') || text.includes('  ') || text.includes('\t')
    ? text.replace(/#.*/g, '').replace(/\\?\s+/g, ' ')
    : text;
}

function targetTable(content: Content): { readonly family: Family; readonly name: string } | undefined {
  if (content.kind !== 'rule' && content.kind !== 'element' && content.kind !== 'object') return undefined;
  const { family, table } = content.target ?? {};
  return family && table ? { family, name: table.text } : undefined;
}

function newSet(table: Table, name: string, isMap: boolean, definition: Location): NamedSet {
  return {
    table,
    name,
    definition,
    isMap,
    types: [],
    typeofKey: undefined,
    flags: new Set(),
    elements: [],
    changes: false,
  };
}

/** The elements of one expression without those of another, compared by what they say. */
function withoutElements(set: Expression, removed: Expression): Expression {
  if (set.kind !== 'set' || removed.kind !== 'set') return set;
  const keys = new Set(removed.elements.map(({ key }) => describeKey(key)));
  return { ...set, elements: set.elements.filter(({ key }) => !keys.has(describeKey(key))) } satisfies SetExpression;
}

function describeKey(key: Expression | '*'): string {
  if (key === '*') return '*';
  switch (key.kind) {
    case 'number':
    case 'word':
      return key.text;
    case 'prefix':
      return `${describeKey(key.base)}/${key.length}`;
    case 'range':
      return `${describeKey(key.low)}-${describeKey(key.high)}`;
    case 'concatenation':
      return key.parts.map(describeKey).join(' . ');
    default:
      return '';
  }
}
