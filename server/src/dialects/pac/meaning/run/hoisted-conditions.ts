// Evaluates conditions on host and URL outside of the sandbox, where possible.
import type { AnyNode, Expression } from 'acorn';
import type { TextRange } from '../../../../text/range.js';
import { listElementOf } from '../../program/constants.js';
import { calledHelper } from '../../program/helper-calls.js';
import type { Scopes } from '../../program/scopes.js';
import { type Subject, Subjects } from '../../program/subjects.js';
import { nodesOf, type ParsedPac } from '../../syntax/tree.js';
import { DNS_HELPERS } from '../../vocabulary/words.js';

/**
 * Conditions on the host or the URL with a constant pattern, taken out of the program: they are evaluated here, by index,
 * all at once, and the program looks the results up. Two requests with the same results have the same outcome, if the
 * program does not use host and URL otherwise.
 */
export interface HoistedConditions {
  /** Text ranges of the program, in order. */
  readonly ranges: readonly HoistedRange[];
  /** Whether the program does not use host and URL otherwise, except that it passes them to its environment. */
  readonly complete: boolean;
  /** The numbers of the conditions that hold, ascending. */
  holding(host: string, url: string): number[];
}

/** A condition, or several joined by `||`. */
export interface HoistedRange {
  readonly start: number;
  readonly end: number;
  /** The number of its result, or of the first where it tests an element of a list. */
  readonly number: number;
  /** Where it tests an element of a list: its index, and the number of elements. */
  readonly element?: { readonly index: TextRange; readonly count: number };
}

type Predicate =
  | { readonly kind: 'exact' | 'suffix'; readonly subject: Subject; readonly text: string }
  | { readonly kind: 'glob'; readonly subject: Subject; readonly text: string }
  | { readonly kind: 'host-or-domain'; readonly text: string }
  | { readonly kind: 'plain' };

export function hoistConditions(tree: ParsedPac, scopes: Scopes, subjects: Subjects): HoistedConditions {
  const index = new PredicateIndex();
  const ranges: HoistedRange[] = [];
  let count = 0;
  const tests = nodesOf(tree, 'CallExpression', 'BinaryExpression').flatMap((node) => {
    const test = readTest(node, tree, scopes, subjects);
    return test ? [{ node, test }] : [];
  });
  for (const { node, test } of tests.sort((a, b) => a.node.start - b.node.start)) {
    const { start, end } = node;
    const predicates = test.texts.map((text) => predicateOf(test, text));
    if (!predicates.every((predicate) => predicate !== undefined)) continue;
    const last = ranges.at(-1);
    if (test.index)
      ranges.push({ start, end, number: count, element: { index: test.index, count: predicates.length } });
    else if (last && !last.element && continuesChain(last, node, tree)) {
      ranges[ranges.length - 1] = { ...last, end };
      count--;
    } else ranges.push({ start, end, number: count });
    for (const predicate of predicates) index.add(predicate, count++);
  }
  const complete = isComplete(tree, scopes, subjects, ranges);
  return { ranges, complete, holding: (host, url) => index.holding(host, url) };
}

/** Whether a node is the next operand of the `||` chain that a range covers so far. */
function continuesChain(range: TextRange, node: AnyNode, tree: ParsedPac): boolean {
  const parent = tree.parents.get(node);
  if (parent?.type !== 'LogicalExpression' || parent.operator !== '||' || parent.right !== node) return false;
  return /^\s*\|\|\s*$/.test(tree.source.text.slice(range.end, node.start));
}

/** A condition on host or URL with a constant pattern, or with one of a constant list. */
interface Test {
  readonly how: string;
  readonly subject: Subject;
  readonly texts: readonly string[];
  readonly index?: Expression;
}

const HOISTED_HELPERS: ReadonlySet<string> = new Set(['dnsDomainIs', 'localHostOrDomainIs', 'shExpMatch']);

function readTest(node: AnyNode, tree: ParsedPac, scopes: Scopes, subjects: Subjects): Test | undefined {
  if (node.type === 'BinaryExpression' && (node.operator === '==' || node.operator === '===')) {
    if (node.left.type === 'PrivateIdentifier') return undefined;
    const left = subjects.of(node.left);
    const subject = left ?? subjects.of(node.right);
    return subject && withPattern('==', subject, left ? node.right : node.left, scopes, tree);
  }
  const call = calledHelper(node, scopes);
  const subject = subjects.of(call?.args[0]);
  if (!call || !subject) return undefined;
  if (call.name === 'isPlainHostName' && call.args.length === 1) return { how: call.name, subject, texts: [''] };
  const [, pattern] = call.args;
  if (!pattern || call.args.length !== 2 || !HOISTED_HELPERS.has(call.name)) return undefined;
  return withPattern(call.name, subject, pattern, scopes, tree);
}

function withPattern(
  how: string,
  subject: Subject,
  pattern: Expression,
  scopes: Scopes,
  tree: ParsedPac,
): Test | undefined {
  // A variable could be read before it is set; only a literal in the condition is certain.
  if (pattern.type === 'Literal')
    return typeof pattern.value === 'string' ? { how, subject, texts: [pattern.value] } : undefined;
  const element = listElementOf(pattern, scopes, tree);
  return element && { how, subject, texts: element.texts, index: element.index };
}

function predicateOf({ how, subject }: Test, text: string): Predicate | undefined {
  switch (how) {
    case '==':
      return { kind: 'exact', subject, text };
    case 'dnsDomainIs':
      return { kind: 'suffix', subject, text };
    case 'localHostOrDomainIs':
      return subject === 'host' ? { kind: 'host-or-domain', text } : undefined;
    case 'isPlainHostName':
      return subject === 'host' ? { kind: 'plain' } : undefined;
    default:
      return readPattern(subject, text);
  }
}

function readPattern(subject: Subject, text: string): Predicate | undefined {
  // Other characters are special in the regular expression that shExpMatch builds from its pattern.
  if (!/^[\w.*?:/@&=%,;~#-]*$/.test(text)) return undefined;
  if (!/[*?]/.test(text)) return { kind: 'exact', subject, text };
  if (text.startsWith('*') && !/[*?]/.test(text.slice(1))) return { kind: 'suffix', subject, text: text.slice(1) };
  return { kind: 'glob', subject, text };
}

/** Whether the program uses host and URL only in hoisted conditions, and as arguments of queries to its environment. */
function isComplete(
  tree: ParsedPac,
  scopes: Scopes,
  subjects: Subjects,
  ranges: readonly { readonly start: number; readonly end: number }[],
): boolean {
  const original = new Subjects(tree, scopes, true);
  let position = 0;
  for (const node of nodesOf(tree, 'Identifier')) {
    if (node.name === 'arguments') return false;
    if (subjects.of(node) === undefined) {
      // A parameter with changed values may still contain host or URL.
      if (original.of(node) !== undefined) return false;
      continue;
    }
    while ((ranges[position]?.end ?? Number.POSITIVE_INFINITY) <= node.start) position++;
    if ((ranges[position]?.start ?? Number.POSITIVE_INFINITY) <= node.start) continue;
    if (!isHarmless(node, tree, scopes, subjects)) return false;
  }
  return true;
}

/** Whether a mention of host or URL only passes it on, or passes it to the environment. */
function isHarmless(node: AnyNode, tree: ParsedPac, scopes: Scopes, subjects: Subjects): boolean {
  const parent = tree.parents.get(node);
  if (!parent) return false;
  switch (parent.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return true;
    case 'VariableDeclarator':
      return subjects.of(parent.id) !== undefined;
    case 'AssignmentExpression':
      return parent.operator === '=' && subjects.of(parent.left) !== undefined;
    case 'MemberExpression': {
      const call = tree.parents.get(parent);
      return call !== undefined && subjects.of(call) !== undefined && isHarmless(call, tree, scopes, subjects);
    }
    case 'CallExpression': {
      const helper = calledHelper(parent, scopes);
      if (helper) return DNS_HELPERS.has(helper.name) && helper.args[0] === node;
      // A function of the file: harmless where the parameter is known to be host or URL as well.
      const callee = parent.callee.type === 'Identifier' ? scopes.bindingOf.get(parent.callee) : undefined;
      const position = parent.arguments.findIndex(({ start }) => start === node.start);
      const [definition] = callee?.definitions ?? [];
      const owner = definition && tree.parents.get(definition);
      const callable = owner?.type === 'VariableDeclarator' ? owner.init : owner;
      const parameter = callable && 'params' in callable ? callable.params[position] : undefined;
      return parameter !== undefined && subjects.of(parameter) !== undefined;
    }
    default:
      return false;
  }
}

/** An index of all predicates, to evaluate them for one request without testing each. */
class PredicateIndex {
  private readonly exact = new Map<string, number[]>();
  private readonly hostSuffixes = new Map<string, number[]>();
  private readonly urlSuffixes = new Map<string, number[]>();
  private readonly fullNames = new Map<string, number[]>();
  private readonly globs: { subject: Subject; text: string; literal: string; range: number }[] = [];
  private readonly plain: number[] = [];

  add(predicate: Predicate, range: number): void {
    switch (predicate.kind) {
      case 'exact':
        push(this.exact, `${predicate.subject} ${predicate.text}`, range);
        break;
      case 'suffix':
        push(predicate.subject === 'host' ? this.hostSuffixes : this.urlSuffixes, predicate.text, range);
        break;
      case 'host-or-domain':
        // The host is the name itself or its first labels.
        push(this.fullNames, predicate.text, range);
        for (let dot = predicate.text.indexOf('.'); dot >= 0; dot = predicate.text.indexOf('.', dot + 1))
          push(this.fullNames, predicate.text.slice(0, dot), range);
        break;
      case 'glob': {
        const literal = predicate.text.split(/[*?]/).reduce((a, b) => (b.length > a.length ? b : a), '');
        this.globs.push({ subject: predicate.subject, text: predicate.text, literal, range });
        break;
      }
      case 'plain':
        this.plain.push(range);
        break;
    }
  }

  holding(host: string, url: string): number[] {
    const holding = new Set<number>();
    const note = (ranges: readonly number[] | undefined) => {
      for (const range of ranges ?? []) holding.add(range);
    };
    note(this.exact.get(`host ${host}`));
    note(this.exact.get(`url ${url}`));
    note(this.fullNames.get(host));
    if (!host.includes('.') && !host.includes(':')) note(this.plain);
    for (let i = 0; i <= host.length; i++) note(this.hostSuffixes.get(host.slice(i)));
    if (this.urlSuffixes.size > 0) for (let i = 0; i <= url.length; i++) note(this.urlSuffixes.get(url.slice(i)));
    for (const { subject, text, literal, range } of this.globs) {
      const value = subject === 'host' ? host : url;
      if (value.includes(literal) && matchesGlob(value, text)) holding.add(range);
    }
    return [...holding].sort((a, b) => a - b);
  }
}

function push(map: Map<string, number[]>, key: string, range: number): void {
  const list = map.get(key);
  if (list) list.push(range);
  else map.set(key, [range]);
}

/** Shell matching: `*` is any text, `?` any one character. At most the product of both lengths in steps. */
export function matchesGlob(text: string, pattern: string): boolean {
  let position = 0;
  let at = 0;
  let star = -1;
  let starPosition = 0;
  while (position < text.length) {
    const unit = pattern.charAt(at);
    if (unit === '*') {
      star = at++;
      starPosition = position;
    } else if (at < pattern.length && (unit === '?' || unit === text.charAt(position))) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++starPosition;
    } else return false;
  }
  while (pattern.charAt(at) === '*') at++;
  return at === pattern.length;
}
