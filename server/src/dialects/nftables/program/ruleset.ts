// What the kernel would hold after reading a file and its includes: tables with their chains, sets and objects.
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { Document, NameUse, Problem } from '../../dialect.js';
import { type Item, itemsOf } from '../syntax/blocks.js';
import type { NftTree } from '../syntax/parse.js';
import type { Expression, Family, PlacedItems, RuleBody, StatementNode } from '../syntax/tree.js';

export type NftDocument = Document<NftTree, Ruleset>;

export interface Ruleset {
  readonly tables: ReadonlyMap<string, Table>;
  /** What stands in place of included files that cannot be read. */
  readonly missing: readonly MissingRules[];
  readonly effects: Effects;
  readonly problems: readonly Problem[];
  readonly names: readonly NameUse[];
  /** The URIs of the included files, those that are missing too. */
  readonly dependencies: readonly string[];
}

/** What rules do that decides how other rules are read. */
export interface Effects {
  /** A rule keeps packets from conntrack. */
  readonly untracked: boolean;
  /** A rule translates sources. */
  readonly sourceChanges: boolean;
  /** The sets to which rules add elements. */
  readonly updatedSets: ReadonlySet<NamedSet>;
}

export interface Table {
  readonly family: Family;
  readonly name: string;
  dormant: boolean;
  readonly chains: Map<string, Chain>;
  readonly sets: Map<string, NamedSet>;
  readonly objects: Map<string, Location>;
}

/** The key of a table in {@link Ruleset.tables}, and the beginning of the full names of what it holds. */
export function tableKey({ family, name }: Pick<Table, 'family' | 'name'>): string {
  return `${family} ${name}`;
}

/** A named set or map. */
export interface NamedSet {
  readonly table: Table;
  readonly name: string;
  readonly definition: Location;
  readonly isMap: boolean;
  /** The names of its types; absent where `typeof` gives them. */
  types: readonly string[];
  typeofKey: Expression | undefined;
  flags: Set<string>;
  /** The elements that the files add, with the offset that their own offsets count from. */
  elements: { readonly set: Expression; readonly uri: string; readonly start: number }[];
  /** It is declared dynamic, or its elements time out. */
  isDynamic: boolean;
}

/** Whether rules or time change what a set holds. */
export function changesAtRunTime(set: NamedSet, { updatedSets }: Effects): boolean {
  return set.isDynamic || updatedSets.has(set);
}

/** Where packets enter a base chain by themselves. */
export interface BaseHook {
  readonly type: string;
  readonly hook: string;
  readonly devices: readonly string[];
  /** `undefined` where it depends on something that is not known. */
  readonly priority: number | undefined;
  readonly statement: QuotedLine;
}

/** A rule of a chain. */
export interface RuleEntry {
  readonly statement: QuotedLine;
  readonly body: RuleBody;
  /** Offsets of `body` and of problems found in it count from here. */
  readonly start: number;
  /** The node that it was read from; the same for as long as its text is the same. */
  readonly node: StatementNode;
  /** Variables were replaced, so the meaning of the rule does not follow from the node alone. */
  readonly substituted: boolean;
}

/** Rules that are not known, in the position where they would stand. */
export interface MissingRules {
  readonly statement: QuotedLine;
  readonly reason: string;
}

/** Successive rules of a file that depend on nothing but their own text; see plain-rules.ts. */
export interface PlainRules extends PlacedItems {
  readonly uri: string;
}

export type ChainPart = RuleEntry | MissingRules | PlainRules;

export class Chain {
  base: BaseHook | undefined;
  policy: 'accept' | 'drop' = 'accept';
  policyStatement: QuotedLine | undefined;
  private content: ChainPart[] = [];
  private flat: readonly (RuleEntry | MissingRules)[] | undefined;

  constructor(
    readonly table: Table,
    readonly name: string,
    readonly definition: Location,
  ) {}

  /** The chain with its table, as models and messages name it. */
  get fullName(): string {
    return `${tableKey(this.table)} ${this.name}`;
  }

  /** The rules in their order, plain ones in groups. */
  get parts(): readonly ChainPart[] {
    return this.content;
  }

  /** The rules in their order, one by one. */
  get rules(): readonly (RuleEntry | MissingRules)[] {
    this.flat ??= this.content.flatMap((part) => ('run' in part ? rulesOf(part) : [part]));
    return this.flat;
  }

  /** The rules that depend on more than their own text, or that others depend on. */
  get dependentRules(): readonly RuleEntry[] {
    return this.content.filter(isRule);
  }

  add(part: ChainPart): void {
    this.content.push(part);
    this.flat = undefined;
  }

  /** Adds a rule before the one with an index. */
  insert(index: number, rule: RuleEntry): void {
    this.content = [...this.rules.slice(0, index), rule, ...this.rules.slice(index)];
    this.flat = undefined;
  }

  clear(): void {
    this.content = [];
    this.flat = undefined;
  }
}

export function isRule(part: ChainPart): part is RuleEntry {
  return 'body' in part;
}

const NO_BODY: RuleBody = { statements: [], start: 0, end: 0 };

/** Plain rules one by one. */
export function rulesOf(part: PlainRules): RuleEntry[] {
  return itemsOf(part).map(({ node, start }) => {
    const body = node.content.kind === 'rule' ? node.content.body : NO_BODY;
    return { statement: quotedLine({ node, start }, part.uri), body, start, node, substituted: false };
  });
}

/** A statement as reports quote it. */
export function quotedLine({ node, start }: Pick<Item, 'node' | 'start'>, uri: string): QuotedLine {
  return { uri, range: { start, end: start + node.text.length }, text: oneLine(node.text) };
}

function oneLine(text: string): string {
  return text.includes('\n') || text.includes('  ') || text.includes('\t')
    ? text.replace(/#.*/g, '').replace(/\\?\s+/g, ' ')
    : text;
}
