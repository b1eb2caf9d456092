// The context that the checks of one file share: its program, and the problems that they report.
import type { AnyNode } from 'acorn';
import type { FindingCode } from '../../../model/codes.js';
import type { FileEdit } from '../../../text/edit.js';
import type { TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import type { PacProgram } from '../program/program.js';
import type { Scopes } from '../program/scopes.js';
import type { Subjects } from '../program/subjects.js';
import type { ParsedPac } from '../syntax/tree.js';

export class CheckContext implements PacProgram {
  readonly tree: ParsedPac;
  readonly scopes: Scopes;
  readonly subjects: Subjects;
  readonly problems: Problem[] = [];

  constructor({ tree, scopes, subjects }: PacProgram) {
    this.tree = tree;
    this.scopes = scopes;
    this.subjects = subjects;
  }

  get text(): string {
    return this.tree.source.text;
  }

  textOf(node: TextRange): string {
    return this.text.slice(node.start, node.end);
  }

  report(code: FindingCode, range: TextRange, message: string, more: Pick<Problem, 'fix' | 'related'> = {}): void {
    const { start, end } = range;
    this.problems.push({ code, message, uri: this.tree.source.uri, range: { start, end }, ...more });
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
}
