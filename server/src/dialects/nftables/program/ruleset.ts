// The ruleset in the kernel after a file and its includes are loaded: tables with their chains, sets and objects.
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { Document, NameUse, Problem } from '../../dialect.js';
import { type Item, itemsOf } from '../syntax/blocks.js';
import type { NftTree } from '../syntax/parse.js';
import type { Expression, Family, PlacedItems, RuleBody, StatementNode } from '../syntax/tree.js';

export type NftDocument = Document<NftTree, Ruleset>;

export interface Ruleset {
  readonly tables: ReadonlyMap<string, Table>;
  /** The unknown rules of included files that cannot be read. */
  readonly missing: readonly MissingRules[];
  readonly effects: Effects;
  readonly problems: readonly Problem[];
  readonly names: readonly NameUse[];
  /** The URIs of the included files, including missing ones. */
  readonly dependencies: readonly string[];
}

/** Effects of rules on which the meaning of other rules depends. */
export interface Effects {
  /** Whether a rule excludes packets from conntrack. */
  readonly untracked: boolean;
  /** Whether what rules set, such as marks, can change a verdict. */
  readonly followsMarks: boolean;
  /** Whether rules test what a connection remembers of its first packet. */
  readonly remembers: boolean;
  /** Whether a rule translates sources. */
  readonly sourceChanges: boolean;
  /** Whether a rule translates sources or destinations. */
  readonly translated: boolean;
  /** Whether a rule changes the ports of packets. */
  readonly changesPackets: boolean;
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
  /** What the files added to it, in their order: the kernel numbers it. */
  readonly history: Addition[];
  /** Rules that the files add and remove again: nft checks these too. */
  readonly removed: { readonly rule: RuleEntry; readonly chain: Chain }[];
}

/** A chain, set or object that was added to a table, or rules. */
export interface Addition {
  /** Equal for all that one command adds, such as a `table` block. */
  readonly command: number;
  /** Absent for what is no rule. */
  readonly part?: ChainPart;
  /** The handle of the rule that it replaces. */
  readonly replaces?: number;
}

/** The key of a table in {@link Ruleset.tables}, and the prefix of the full names of its content. */
export function tableKey({ family, name }: Pick<Table, 'family' | 'name'>): string {
  return `${family} ${name}`;
}

/** A named set or map. */
export interface NamedSet {
  readonly table: Table;
  readonly name: string;
  readonly definition: Location;
  readonly isMap: boolean;
  /** The names of its types; absent where `typeof` specifies them. */
  types: readonly string[];
  typeofKey: Expression | undefined;
  /** Whether the values of a map are verdicts. */
  hasVerdicts: boolean;
  flags: Set<string>;
  /** The elements that the files add, with the offset to which their offsets are relative. */
  elements: { readonly set: Expression; readonly uri: string; readonly start: number }[];
  /** The line with its flags. */
  flagsLine: QuotedLine | undefined;
  /** Whether nft merges elements that overlap. */
  autoMerge: boolean;
  /** Whether it is declared dynamic, or its elements time out. */
  isDynamic: boolean;
}

/** Whether the elements of a set change at run time. */
export function changesAtRunTime(set: NamedSet, { updatedSets }: Effects): boolean {
  return set.isDynamic || updatedSets.has(set);
}

/** The hook and priority of a base chain. */
export interface BaseHook {
  readonly type: string;
  readonly hook: string;
  readonly devices: readonly string[];
  /** `undefined` where it is unknown. */
  readonly priority: number | undefined;
  readonly statement: QuotedLine;
}

/** A rule of a chain. */
export interface RuleEntry {
  readonly statement: QuotedLine;
  readonly body: RuleBody;
  /** Offsets of `body` and of its problems are relative to this offset. */
  readonly start: number;
  /** The node that it was read from; the same object while its text is unchanged. */
  readonly node: StatementNode;
  /** Variables were replaced, so the meaning of the rule does not follow from the node alone. */
  readonly substituted: boolean;
}

/** Unknown rules, at their position. */
export interface MissingRules {
  readonly statement: QuotedLine;
  /** What a verdict depends on: `the rules of the file x, which is not here`. */
  readonly reason: string;
}

/** Consecutive rules of a file that depend only on their text; see plain-rules.ts. */
export interface PlainRules extends PlacedItems {
  readonly uri: string;
}

/** What verdicts depend on where nft refuses a line. */
export const REFUSED_LINE = 'what the line with the syntax error is to be';

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

  /** The rules that depend on more than their text, or that others depend on. */
  get dependentRules(): readonly RuleEntry[] {
    return this.content.filter(isRule);
  }

  /** Adds rules at the end, by a command with a number. */
  add(part: ChainPart, command: number): void {
    this.table.history.push({ command, part });
    this.content.push(part);
    this.flat = undefined;
  }

  /** Adds a rule before the one with an index. */
  insert(index: number, rule: RuleEntry, command: number): void {
    this.table.history.push({ command, part: rule });
    this.splice(index, 0, [rule]);
  }

  /** Replaces the rule with an index, which has a handle. */
  replace(index: number, rule: RuleEntry, command: number, handle: number): void {
    this.table.history.push({ command, part: rule, replaces: handle });
    this.splice(index, 1, [rule]);
  }

  delete(index: number): void {
    this.splice(index, 1, []);
  }

  /** Every rule may be another one, or be gone. */
  becomeUnknown(reason: MissingRules, command: number): void {
    this.table.history.push({ command, part: reason });
    this.splice(0, 0, [reason]);
  }

  private splice(index: number, removed: number, added: readonly (RuleEntry | MissingRules)[]): void {
    this.remove(this.rules.slice(index, index + removed));
    this.content = [...this.rules.slice(0, index), ...added, ...this.rules.slice(index + removed)];
    this.flat = undefined;
  }

  private remove(rules: readonly (RuleEntry | MissingRules)[]): void {
    for (const rule of rules) if (isRule(rule)) this.table.removed.push({ rule, chain: this });
  }

  clear(): void {
    this.remove(this.rules);
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

/** A statement as findings quote it. */
export function quotedLine({ node, start }: Pick<Item, 'node' | 'start'>, uri: string): QuotedLine {
  return { uri, range: { start, end: start + node.text.length }, text: oneLine(node.text) };
}

function oneLine(text: string): string {
  return text.includes('\n') || text.includes('  ') || text.includes('\t')
    ? text.replace(/#.*/g, '').replace(/\\?\s+/g, ' ')
    : text;
}
