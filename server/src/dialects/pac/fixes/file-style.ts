// The style of the conditions of a PAC file, in which new ones are written.
import type { AnyNode, Expression, IfStatement } from 'acorn';
import { lineEndOf } from '../../../text/edit.js';
import { startOfLine } from '../../../text/lines.js';
import { textOf } from '../program/constants.js';
import { alternatives, type HostTest, readHostTest } from '../program/host-tests.js';
import type { PacProgram } from '../program/program.js';
import { isDirectFirst, readProxyList } from '../syntax/proxy-list.js';
import { nodesOf } from '../syntax/tree.js';
import { shellPattern } from './host-patterns.js';

/** The length of a line beyond which new conditions are put on separate lines. */
const LINE_WIDTH = 120;

/** How some conditions on hosts are written. */
export interface ConditionStyle {
  readonly helper: 'dnsDomainIs' | 'shExpMatch';
  readonly quote: string;
  /** The expression for the host. */
  readonly host: string;
  readonly equals: string;
}

export class FileStyle {
  private readonly text: string;
  private readonly lineEnd: string;

  constructor(private readonly program: PacProgram) {
    this.text = program.tree.source.text;
    this.lineEnd = lineEndOf(this.text);
  }

  /** Whether an `if` returns DIRECT, as a literal or a variable. */
  returnsDirect(statement: IfStatement): boolean {
    const { consequent } = statement;
    const only = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent;
    if (only?.type !== 'ReturnStatement') return false;
    const result = textOf(only.argument, this.program.scopes);
    return result !== undefined && readProxyList(result).length > 0 && isDirectFirst(result);
  }

  /** The operands of a condition that compare the host with a name. */
  hostTests(test: Expression): HostTest[] {
    return alternatives(test).flatMap((operand) => readHostTest(operand, this.program) ?? []);
  }

  /** The style of some conditions; without any, that of the rest of the file. */
  styleOf(tests: readonly HostTest[]): ConditionStyle {
    const count = (how: string) => tests.filter((test) => test.how === how).length;
    const model = tests.at(-1);
    const quoted = model && this.text.charAt(model.pattern.start);
    const quote = quoted === "'" || quoted === '"' ? quoted : this.text.charAt(this.firstQuote()) || '"';
    const comparison = nodesOf(this.program.tree, 'BinaryExpression').find((node) => /^===?$/.test(node.operator));
    return {
      helper: count('shExpMatch') > count('dnsDomainIs') ? 'shExpMatch' : 'dnsDomainIs',
      quote: quote === "'" ? "'" : '"',
      host: model ? this.hostOf(model) : 'host',
      equals: comparison?.operator ?? '==',
    };
  }

  /** Conditions for exactly the hosts of a documented pattern, without existing ones. */
  conditionsFor(pattern: string, style: ConditionStyle, present: readonly HostTest[]): string[] {
    const quoted = (text: string) => `${style.quote}${text}${style.quote}`;
    const name = pattern.replace(/^\*\./, '');
    const isBelow = pattern.startsWith('*.') && !name.includes('*');
    if (pattern.includes('*') && !isBelow) return [`shExpMatch(${style.host}, ${quoted(shellPattern(pattern))})`];
    const kind = isBelow ? 'below' : 'exact';
    if (present.some((test) => test.name === name && (test.kind === kind || test.kind === 'loose'))) return [];
    if (isBelow)
      return style.helper === 'shExpMatch'
        ? [`shExpMatch(${style.host}, ${quoted(pattern)})`]
        : [`dnsDomainIs(${style.host}, ${quoted(`.${name}`)})`];
    return style.helper === 'shExpMatch'
      ? [`shExpMatch(${style.host}, ${quoted(name)})`]
      : [`${style.host} ${style.equals} ${quoted(name)}`];
  }

  /** The text between the operands of a chain, including line breaks and indentation. */
  separatorOf(test: Expression, tests: readonly HostTest[], added: readonly string[]): string {
    const last = tests.at(-1);
    const previous = tests.at(-2);
    const between = last && previous ? this.text.slice(previous.node.end, last.node.start) : '';
    const lineStart = startOfLine(this.text, test.start);
    const width = test.end - lineStart + added.join(between).length;
    if (/^\s*\|\|\s*$/.test(between) && (between.includes('\n') || width <= LINE_WIDTH)) return between;
    const column = test.start - lineStart;
    const indent = /^[ \t]*/.exec(this.text.slice(lineStart))?.[0] ?? '';
    return ` ||${this.lineEnd}${indent}${' '.repeat(Math.max(0, column - indent.length))}`;
  }

  /** An `if` statement that returns DIRECT, formatted for insertion before another statement. `tests`: by their places. */
  ifStatement(conditions: readonly string[], before: AnyNode, tests: readonly HostTest[]): string {
    const model = this.modelIf(tests);
    const space = model && /^if\(/.test(this.text.slice(model.start)) ? '' : ' ';
    const statement = `return ${this.directExpression()};`;
    const lineStart = startOfLine(this.text, before.start);
    const indent = this.text.slice(lineStart, before.start);
    // After other code on its line, it stays on that line.
    if (!/^[ \t]*$/.test(indent)) return `if${space}(${conditions.join(' || ')}) ${statement} `;
    const unit = this.indentUnit();
    const continuation = `${this.lineEnd}${indent}${unit}${unit}`;
    const test = conditions.join(conditions.length > 2 ? ` ||${continuation}` : ' || ');
    const brace = model ? this.braceAfter(model, indent) : ' {';
    const inner = `${this.lineEnd}${indent}${unit}${statement}${this.lineEnd}${indent}`;
    return `if${space}(${test})${brace === undefined ? inner : `${brace}${inner}}${this.lineEnd}${indent}`}`;
  }

  /** How a condition spells the host. */
  private hostOf({ node }: HostTest): string {
    const subject =
      node.type === 'CallExpression'
        ? node.arguments[0]
        : node.type === 'BinaryExpression'
          ? this.subjectSide(node)
          : undefined;
    return subject ? this.text.slice(subject.start, subject.end) : 'host';
  }

  private subjectSide(node: Extract<Expression, { type: 'BinaryExpression' }>): AnyNode {
    return this.program.subjects.of(node.left) ? node.left : node.right;
  }

  /** How the file opens the block of an `if`; `undefined` where it has none. */
  private braceAfter(model: IfStatement, indent: string): string | undefined {
    if (model.consequent.type !== 'BlockStatement') return undefined;
    const between = this.text.slice(model.test.end, model.consequent.start);
    if (between.includes('\n')) return `${this.lineEnd}${indent}{`;
    return between.trimEnd() === between ? '{' : ' {';
  }

  /** An `if` of the file whose style a new one follows. */
  private modelIf(tests: readonly HostTest[]): IfStatement | undefined {
    const all = nodesOf(this.program.tree, 'IfStatement');
    let first: IfStatement | undefined;
    for (const node of all) {
      if (!holdsOneOf(tests, node.test)) continue;
      if (this.returnsDirect(node)) return node;
      first ??= node;
    }
    return first ?? all[0];
  }

  private indentUnit(): string {
    const match = /\n([ \t]+)\S/.exec(this.text);
    const indent = match?.[1] ?? '  ';
    return indent.startsWith('\t') ? '\t' : indent.slice(0, Math.min(indent.length, 8));
  }

  /** The variable of the file for DIRECT, if it has one. */
  private directExpression(): string {
    for (const binding of this.program.scopes.globals.values()) {
      const [write] = binding.writes;
      if (binding.kind !== 'variable' || binding.writes.length !== 1) continue;
      if (textOf(write?.value, this.program.scopes)?.trim().toUpperCase() === 'DIRECT') return binding.name;
    }
    const direct = this.program.tree.nodes.find(
      (node) =>
        node.type === 'Literal' && typeof node.value === 'string' && node.value.trim().toUpperCase() === 'DIRECT',
    );
    const quote = this.text.charAt(direct?.start ?? this.firstQuote());
    return `${quote}DIRECT${quote}`;
  }

  private firstQuote(): number {
    return Math.max(0, this.text.search(/["']/));
  }
}

/** Whether one of some tests, which are in the order of their places, is within a node. */
function holdsOneOf(tests: readonly HostTest[], { start, end }: AnyNode): boolean {
  let [from, to] = [0, tests.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((tests[middle]?.node.start ?? start) < start) from = middle + 1;
    else to = middle;
  }
  for (let one = tests[from]; one && one.node.start <= end; one = tests[++from]) if (one.node.end <= end) return true;
  return false;
}
