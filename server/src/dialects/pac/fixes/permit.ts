// Proposals for a change: what sends hosts past the proxy.

import type { AnyNode, Expression, IfStatement } from 'acorn';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, Change, ProxyChange } from '../../dialect.js';
import { textOf } from '../program/constants.js';
import { entryFunction } from '../program/entry-function.js';
import { alternatives, type HostTest, readHostTest } from '../program/host-tests.js';
import type { PacDocument, PacProgram } from '../program/program.js';
import type { Scopes } from '../program/scopes.js';
import type { Subjects } from '../program/subjects.js';
import { isDirectFirst, readProxyList } from '../syntax/proxy-list.js';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';

/**
 * Proposals that send hosts past the proxy in the file's own idiom, best first: another operand of a condition that returns DIRECT
 * already, more elements of a list of hosts, or a new condition before the one that decides otherwise.
 */
export function proposePermits({ program }: PacDocument, change: Change): Candidate[] {
  if (change.goal !== 'bypass' || !program || change.hosts.length === 0) return [];
  const writer = new BypassWriter(program, change);
  return [...writer.chains(), ...writer.lists(), ...writer.conditions()].slice(0, CANDIDATE_LIMIT);
}

const CANDIDATE_LIMIT = 6;

/** How long a line may become before added conditions get lines of their own. */
const LINE_WIDTH = 120;

/** How a file writes its conditions on hosts. */
interface Style {
  readonly helper: 'dnsDomainIs' | 'shExpMatch';
  readonly quote: string;
  /** The expression that holds the host. */
  readonly host: string;
  readonly equals: string;
}

class BypassWriter {
  private readonly tree: ParsedPac;
  private readonly scopes: Scopes;
  private readonly subjects: Subjects;
  private readonly text: string;
  private readonly lineEnd: string;
  private readonly decidedAt: readonly number[];
  private readonly label: string;

  constructor(
    private readonly program: PacProgram,
    private readonly change: ProxyChange,
  ) {
    ({ tree: this.tree, scopes: this.scopes, subjects: this.subjects } = program);
    this.text = this.tree.source.text;
    this.lineEnd = lineEndOf(this.text);
    this.decidedAt = change.decidedBy.map(({ range }) => range.start);
    this.label = change.hosts.length === 1 ? (change.hosts[0] ?? '') : `${change.hosts.length} hosts`;
  }

  /** Adds operands to conditions that return DIRECT, those before the deciding statement first. */
  *chains(): Generator<Candidate> {
    const before = Math.min(...this.decidedAt);
    const found = nodesOf(this.tree, 'IfStatement');
    const direct = found.filter((node) => this.returnsDirect(node) && node.start < before);
    // The longest list of hosts is where the file's author would look.
    const ranked = direct
      .map((node) => ({ node, tests: this.hostTests(node.test) }))
      .filter(({ tests }) => tests.length > 0)
      .sort((a, b) => b.tests.length - a.tests.length);
    for (const { node, tests } of ranked.slice(0, 2)) {
      const last = tests.at(-1);
      if (!last) continue;
      const style = this.styleOf(tests);
      const added = this.change.hosts.flatMap((host) => this.conditionsFor(host, style, tests));
      if (added.length === 0) continue;
      const separator = this.separatorOf(node.test, tests, added);
      const newText = added.map((condition) => separator + condition).join('');
      yield {
        title: `Send ${this.label} direct, with the hosts of line ${this.lineOf(node.start)}`,
        edits: [this.insert(last.node.end, newText)],
      };
    }
  }

  /** Adds elements to lists of hosts. Which of them lead to DIRECT is for the analysis of the result to say. */
  *lists(): Generator<Candidate> {
    const lists = nodesOf(this.tree, 'ArrayExpression');
    for (const list of lists) {
      const elements = list.elements.flatMap((element) => (element ? [element] : []));
      const texts = elements.map((element) =>
        element.type === 'Literal' && typeof element.value === 'string' ? element.value : undefined,
      );
      const last = elements.at(-1);
      if (!last || texts.some((text) => text === undefined || !/^[*.\w-]+\.[a-z]{2,}$/i.test(text))) continue;
      const added = this.change.hosts.flatMap((host) => elementsFor(host, texts.map(String)));
      const present = new Set(texts);
      const missing = added.filter((text) => !present.has(text));
      if (missing.length === 0) continue;
      const previous = elements.at(-2);
      const separator = previous ? this.text.slice(previous.end, last.start) : ', ';
      const quote = this.text.charAt(last.start);
      // A comment between the elements would be repeated.
      const between = /^[\s,]*$/.test(separator) ? separator : ', ';
      const newText = missing.map((text) => `${between}${quote}${text}${quote}`).join('');
      yield {
        title: `Send ${this.label} direct, with the list of line ${this.lineOf(list.start)}`,
        edits: [this.insert(last.end, newText)],
      };
    }
    yield* this.tables();
  }

  /** Adds properties to objects whose names are hosts. */
  private *tables(): Generator<Candidate> {
    for (const node of nodesOf(this.tree, 'ObjectExpression')) {
      const last = node.properties.at(-1);
      const keys = node.properties.map((property) =>
        property.type === 'Property' && property.key.type === 'Literal' && typeof property.key.value === 'string'
          ? property.key.value
          : undefined,
      );
      if (last?.type !== 'Property' || keys.some((key) => key === undefined || !/^[*.\w-]+\.[a-z]{2,}$/i.test(key)))
        continue;
      const added = this.change.hosts.flatMap((host) => elementsFor(host, keys.map(String)));
      const previous = node.properties.at(-2);
      const separator = previous ? this.text.slice(previous.end, last.start) : ', ';
      const quote = this.text.charAt(last.key.start);
      const value = this.text.slice(last.key.end, last.end);
      const newText = added
        .map((text) => `${/^[\s,]*$/.test(separator) ? separator : ', '}${quote}${text}${quote}${value}`)
        .join('');
      yield {
        title: `Send ${this.label} direct, with the table of line ${this.lineOf(node.start)}`,
        edits: [this.insert(last.end, newText)],
      };
    }
  }

  /** Adds a new condition: before the statement that decides otherwise, then at the beginning. */
  *conditions(): Generator<Candidate> {
    const entry = entryFunction(this.tree, this.scopes);
    if (entry?.body.type !== 'BlockStatement') return;
    const { body } = entry.body;
    const tests = nodesOf(this.tree, 'CallExpression', 'BinaryExpression').flatMap(
      (node) => readHostTest(node, this.program) ?? [],
    );
    tests.sort((a, b) => a.node.start - b.node.start);
    const inEntry = tests.filter(({ node }) => entry.start < node.start && node.end < entry.end);
    const hostParameter = entry.params[1];
    const host = hostParameter?.type === 'Identifier' ? hostParameter.name : 'host';
    const style = { ...this.styleOf(inEntry), host };
    const conditions = this.change.hosts.flatMap((pattern) => this.conditionsFor(pattern, style, []));
    const deciding = body.find((statement) =>
      this.decidedAt.some((offset) => statement.start <= offset && offset <= statement.end),
    );
    const first = body.find((statement) => !this.isPreparation(statement));
    for (const statement of new Set([deciding, first])) {
      if (!statement) continue;
      const newText = this.ifStatement(conditions, statement, tests);
      yield {
        title: `Send ${this.label} direct, before line ${this.lineOf(statement.start)}`,
        edits: [this.insert(statement.start, newText)],
      };
    }
  }

  /** Declarations, and the lower-casing of the host, stay before it. */
  private isPreparation(statement: AnyNode): boolean {
    if (statement.type === 'VariableDeclaration' || statement.type === 'FunctionDeclaration') return true;
    if (statement.type !== 'ExpressionStatement') return false;
    if ('directive' in statement && statement.directive !== undefined) return true;
    return (
      statement.expression.type === 'AssignmentExpression' && this.subjects.of(statement.expression.left) !== undefined
    );
  }

  private ifStatement(conditions: readonly string[], before: AnyNode, tests: readonly HostTest[]): string {
    const model = this.modelIf(tests);
    const space = model && /^if\(/.test(this.text.slice(model.start)) ? '' : ' ';
    const statement = `return ${this.directExpression()};`;
    const lineStart = this.text.lastIndexOf('\n', before.start - 1) + 1;
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

  /** How the file opens the block of an `if`; `undefined` where it has none. */
  private braceAfter(model: IfStatement, indent: string): string | undefined {
    if (model.consequent.type !== 'BlockStatement') return undefined;
    const between = this.text.slice(model.test.end, model.consequent.start);
    if (between.includes('\n')) return `${this.lineEnd}${indent}{`;
    return between.trimEnd() === between ? '{' : ' {';
  }

  /** An `if` of the file to write another one like. */
  private modelIf(tests: readonly HostTest[]): IfStatement | undefined {
    const all = nodesOf(this.tree, 'IfStatement');
    const withTest = all.filter((node) =>
      tests.some(({ node: test }) => node.test.start <= test.start && test.end <= node.test.end),
    );
    return withTest.find((node) => this.returnsDirect(node)) ?? withTest[0] ?? all[0];
  }

  private indentUnit(): string {
    const match = /\n([ \t]+)\S/.exec(this.text);
    const indent = match?.[1] ?? '  ';
    return indent.startsWith('\t') ? '\t' : indent.slice(0, Math.min(indent.length, 8));
  }

  /** The file's own name for DIRECT, if it has one. */
  private directExpression(): string {
    for (const binding of this.scopes.globals.values()) {
      const [write] = binding.writes;
      if (binding.kind !== 'variable' || binding.writes.length !== 1) continue;
      if (textOf(write?.value, this.scopes)?.trim().toUpperCase() === 'DIRECT') return binding.name;
    }
    const direct = this.tree.nodes.find(
      (node) =>
        node.type === 'Literal' && typeof node.value === 'string' && node.value.trim().toUpperCase() === 'DIRECT',
    );
    const quote = this.text.charAt(direct?.start ?? this.firstQuote());
    return `${quote}DIRECT${quote}`;
  }

  private firstQuote(): number {
    return Math.max(0, this.text.search(/["']/));
  }

  private returnsDirect(statement: IfStatement): boolean {
    const { consequent } = statement;
    const only = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent;
    if (only?.type !== 'ReturnStatement') return false;
    const result = textOf(only.argument, this.scopes);
    return result !== undefined && readProxyList(result).length > 0 && isDirectFirst(result);
  }

  private hostTests(test: Expression): HostTest[] {
    return alternatives(test).flatMap((operand) => readHostTest(operand, this.program) ?? []);
  }

  private styleOf(tests: readonly HostTest[]): Style {
    const count = (how: string) => tests.filter((test) => test.how === how).length;
    const model = tests.at(-1);
    const quoted = model && this.text.charAt(model.pattern.start);
    const quote = quoted === "'" || quoted === '"' ? quoted : this.text.charAt(this.firstQuote()) || '"';
    const comparison = nodesOf(this.tree, 'BinaryExpression').find((node) => /^===?$/.test(node.operator));
    return {
      helper: count('shExpMatch') > count('dnsDomainIs') ? 'shExpMatch' : 'dnsDomainIs',
      quote: quote === "'" ? "'" : '"',
      host: model ? this.hostOf(model) : 'host',
      equals: comparison?.operator ?? '==',
    };
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
    return this.subjects.of(node.left) ? node.left : node.right;
  }

  /** What stands between the operands of a chain, so that added ones are laid out alike. */
  private separatorOf(test: Expression, tests: readonly HostTest[], added: readonly string[]): string {
    const last = tests.at(-1);
    const previous = tests.at(-2);
    const between = last && previous ? this.text.slice(previous.node.end, last.node.start) : '';
    const lineStart = this.text.lastIndexOf('\n', test.start) + 1;
    const width = test.end - lineStart + added.join(between).length;
    if (/^\s*\|\|\s*$/.test(between) && (between.includes('\n') || width <= LINE_WIDTH)) return between;
    const column = test.start - lineStart;
    const indent = /^[ \t]*/.exec(this.text.slice(lineStart))?.[0] ?? '';
    return ` ||${this.lineEnd}${indent}${' '.repeat(Math.max(0, column - indent.length))}`;
  }

  /** Conditions for exactly the hosts of a documented pattern, without those that are there already. */
  private conditionsFor(pattern: string, style: Style, present: readonly HostTest[]): string[] {
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

  private insert(offset: number, newText: string): FileEdit {
    return { uri: this.tree.source.uri, range: { start: offset, end: offset }, newText };
  }

  private lineOf(offset: number): number {
    return this.text.slice(0, offset).split('\n').length;
  }
}

/** In Microsoft's documents a `*` inside a pattern is at least one character; in shExpMatch it may be none. */
function shellPattern(pattern: string): string {
  return pattern.replace(/(^|[^.])\*|\*(?=[^.])/g, (star, before: string | undefined) =>
    before === undefined ? '?*' : `${star.slice(0, -1)}?*`,
  );
}

/** A host as the other elements of a list are written. */
function elementsFor(host: string, others: readonly string[]): string[] {
  const name = host.replace(/^\*\./, '');
  if (name.includes('*')) return [shellPattern(host)];
  if (host === name) return [name];
  if (others.some((text) => text.startsWith('*.'))) return [`*.${name}`];
  return others.some((text) => text.startsWith('.')) ? [`.${name}`] : [name];
}
