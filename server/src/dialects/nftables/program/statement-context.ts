// The context of one statement while a ruleset is read: collects its problems and names.
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { NameUse, Problem } from '../../dialect.js';
import type { Item } from '../syntax/blocks.js';
import type { Span, StatementNode } from '../syntax/tree.js';
import { type Chain, type NamedSet, quotedLine, type Table } from './ruleset.js';
import type { Scope } from './scope.js';

/** The context in which the statements of a block are read. */
export interface BlockContext {
  readonly uri: string;
  readonly scope: Scope;
  /** The number of the command of the file that the statement is, or is in. */
  readonly command: number;
  readonly table?: Table | undefined;
  readonly chain?: Chain | undefined;
  readonly set?: NamedSet | undefined;
}

/** The problems and names that are found while a ruleset is read. */
export interface Findings {
  readonly problems: Problem[];
  readonly names: NameUse[];
}

export class StatementContext {
  constructor(
    readonly item: Item,
    readonly block: BlockContext,
    private readonly found: Findings,
  ) {}

  get node(): StatementNode {
    return this.item.node;
  }

  get quoted(): QuotedLine {
    return quotedLine(this.item, this.block.uri);
  }

  /** A span of the statement as a location in its file. */
  location({ start, end }: Span): Location {
    return { uri: this.block.uri, range: { start: this.item.start + start, end: this.item.start + end } };
  }

  /** Reports something that nft rejects. */
  problem(span: Span, message: string, related?: Problem['related']): void {
    const problem: Problem = { ...this.location(span), code: 'syntax-error', message };
    this.found.problems.push(related ? { ...problem, related } : problem);
  }

  /** Reports a name that nothing defines. */
  undefinedName(span: Span, message: string): void {
    this.found.problems.push({ ...this.location(span), code: 'undefined-name', message });
  }

  /** Reports that the statement is valid, but not modelled. */
  unmodelled(message: string): void {
    const whole = { start: 0, end: this.node.text.length };
    this.found.problems.push({ ...this.location(whole), code: 'unmodelled-statement', message });
  }

  define(kind: string, name: string, span: Span): void {
    this.found.names.push({ kind, name, role: 'definition', ...this.location(span) });
  }

  refer(kind: string, name: string, span: Span): void {
    this.found.names.push({ kind, name, role: 'reference', ...this.location(span) });
  }
}
