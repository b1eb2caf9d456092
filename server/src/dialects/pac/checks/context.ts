// The context that the checks of one file share: its program, and the problems that they report.
import type { AnyNode, Expression, ReturnStatement } from 'acorn';
import { addTo } from '../../../kept/lists.js';
import type { FindingCode } from '../../../model/codes.js';
import type { FileEdit } from '../../../text/edit.js';
import type { TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { textOf } from '../program/constants.js';
import type { PacProgram } from '../program/program.js';
import type { Scopes } from '../program/scopes.js';
import type { Subjects } from '../program/subjects.js';
import { FunctionsAround } from '../syntax/functions-around.js';
import { type ProxyListEntry, readProxyList } from '../syntax/proxy-list.js';
import { type FunctionNode, nodesOf, type ParsedPac } from '../syntax/tree.js';
import { isPlaceholder } from '../vocabulary/placeholders.js';

export class CheckContext implements PacProgram {
  readonly tree: ParsedPac;
  readonly scopes: Scopes;
  readonly subjects: Subjects;
  readonly problems: Problem[] = [];
  private readonly claimed = new Set<AnyNode>();
  private readonly around: FunctionsAround;
  private readonly proxyLists = new Map<string, readonly ProxyListEntry[]>();
  private returns: Map<FunctionNode, ReturnStatement[]> | undefined;

  constructor(
    { tree, scopes, subjects }: PacProgram,
    /** Whether some request ends without a result; `undefined` where that is not known. */
    readonly endsWithoutResult: () => boolean | undefined,
  ) {
    this.tree = tree;
    this.scopes = scopes;
    this.subjects = subjects;
    this.around = new FunctionsAround(tree);
  }

  get text(): string {
    return this.tree.source.text;
  }

  textOf(node: TextRange): string {
    return this.text.slice(node.start, node.end);
  }

  /**
   * Takes a condition or literal for one finding: `false` where an earlier check has said something about it. What is most
   * telling is checked first, so that no two findings speak of the same thing, perhaps in contradiction.
   */
  claim(...nodes: readonly AnyNode[]): boolean {
    if (nodes.some((node) => this.isClaimed(node))) return false;
    for (const node of nodes) this.claimed.add(node);
    return true;
  }

  isClaimed(node: AnyNode): boolean {
    return this.claimed.size > 0 && this.claimed.has(node);
  }

  /** The text that an expression always is; `undefined` also for one that is filled in later. */
  constantOf(expression: AnyNode | null | undefined): string | undefined {
    const text = textOf(expression, this.scopes);
    return text === undefined || isPlaceholder(text) ? undefined : text;
  }

  report(code: FindingCode, range: TextRange, message: string, more: Pick<Problem, 'fix' | 'related'> = {}): void {
    const { start, end } = range;
    this.problems.push({ code, message, uri: this.tree.source.uri, range: { start, end }, ...more });
  }

  /** Reports a text, inside its quotes where it is a literal, with a corrected one if any. */
  reportText(code: FindingCode, node: AnyNode, message: string, corrected: string | undefined): void {
    const inside = this.insideOf(node);
    const fix =
      inside && corrected !== undefined
        ? { title: `Write "${corrected}"`, edits: [this.edit(inside, corrected)] }
        : undefined;
    this.report(code, inside ?? node, message, fix ? { fix } : {});
  }

  edit({ start, end }: TextRange, newText: string): FileEdit {
    return { uri: this.tree.source.uri, range: { start, end }, newText };
  }

  /** The inside of a string literal that is spelled without escapes, so that its offsets are those of its value. */
  insideOf(node: AnyNode): TextRange | undefined {
    if (node.type !== 'Literal' || typeof node.value !== 'string') return undefined;
    const inside = { start: node.start + 1, end: node.end - 1 };
    return this.textOf(inside) === node.value ? inside : undefined;
  }

  /** Quotes a text like another string literal. */
  quotedLike(node: AnyNode, text: string): string {
    const quote = this.text.charAt(node.start) === "'" ? "'" : '"';
    return `${quote}${text}${quote}`;
  }

  /** A result as a list of proxies: many conditions return the same one. */
  proxyListOf(result: string): readonly ProxyListEntry[] {
    const list = this.proxyLists.get(result) ?? readProxyList(result);
    this.proxyLists.set(result, list);
    return list;
  }

  /** The innermost function that holds a node. */
  functionAround(node: AnyNode): FunctionNode | undefined {
    return this.around.of(node);
  }

  /** The `return` statements of a function itself. */
  returnsOf(owner: FunctionNode): readonly ReturnStatement[] {
    if (!this.returns) {
      this.returns = new Map();
      for (const node of nodesOf(this.tree, 'ReturnStatement')) {
        const around = this.functionAround(node);
        if (around) addTo(this.returns, around, node);
      }
    }
    return this.returns.get(owner) ?? [];
  }

  /** Replaces a condition by alternatives, in parentheses where it is an operand of something else than `||`. */
  replaceByAlternatives(node: Expression, alternatives: readonly string[]): FileEdit {
    const joined = alternatives.join(' || ');
    return this.edit(node, alternatives.length === 1 || this.standsAlone(node) ? joined : `(${joined})`);
  }

  /** Whether `|| …` can be added after an expression without parentheses. */
  standsAlone(node: AnyNode): boolean {
    const parent = this.tree.parents.get(node);
    if (parent?.type === 'LogicalExpression') return parent.operator === '||';
    return parent?.type === 'IfStatement' || parent?.type === 'ReturnStatement';
  }
}
