// Recognises the conditions that compare the host or the URL with a text.
import type { AnyNode, CallExpression, Expression } from 'acorn';
import { Memo } from '../../../kept/memo.js';
import { calledHelper } from '../program/helper-calls.js';
import type { Binding } from '../program/scopes.js';
import type { Subject } from '../program/subjects.js';
import { isFunction, nodesOf, type ParsedPac } from '../syntax/tree.js';
import type { TextPattern } from './arriving-texts.js';
import type { CheckContext } from './context.js';

/** How the text has to stand in the subject; `shell` is a pattern of shExpMatch, `local` a name or its first labels. */
export type TestShape = 'whole' | 'shell' | 'start' | 'end' | 'within' | 'local';

export interface TextTest {
  /** The whole condition; for a `switch` the text of the `case`. */
  readonly node: Expression;
  readonly subject: Subject;
  readonly subjectNode: Expression;
  readonly pattern: Expression;
  /** The operator, helper or method. */
  readonly how: string;
  readonly shape: TestShape;
  /** Whether it holds for what is different. */
  readonly negated: boolean;
  /** How many characters of the subject are compared, where these are cut off first: `url.substring(0, 5)`. */
  readonly cut?: number;
}

const found = new Memo<ParsedPac, readonly TextTest[]>();

/** Found once for the checks of a file. */
export function textTests(context: CheckContext): readonly TextTest[] {
  return found.of(context.tree, () => findTests(context));
}

function findTests(context: CheckContext): TextTest[] {
  return nodesOf(context.tree, 'BinaryExpression', 'CallExpression', 'SwitchStatement').flatMap((node): TextTest[] => {
    if (node.type === 'SwitchStatement') {
      const subject = context.subjects.of(node.discriminant);
      if (!subject) return [];
      return node.cases.flatMap(({ test }) =>
        test ? [{ ...EQUALITY, node: test, subject, subjectNode: node.discriminant, pattern: test, how: 'case' }] : [],
      );
    }
    const test = node.type === 'BinaryExpression' ? comparison(node, context) : callTest(node, context);
    return test ? [test] : [];
  });
}

const EQUALITY = { shape: 'whole', negated: false } as const;

function comparison(node: Expression, context: CheckContext): TextTest | undefined {
  const { subjects } = context;
  if (node.type !== 'BinaryExpression' || !/^[!=]==?$/.test(node.operator)) return undefined;
  const { left, right, operator } = node;
  if (left.type === 'PrivateIdentifier') return undefined;
  const cut = cutOf(left, context);
  if (cut) return { node, ...cut, pattern: right, how: operator, negated: operator.startsWith('!') };
  const [subjectNode, pattern] = subjects.of(left) ? [left, right] : [right, left];
  const subject = subjects.of(subjectNode);
  if (!subject || subjects.of(pattern)) return undefined;
  return { node, subject, subjectNode, pattern, how: operator, shape: 'whole', negated: operator.startsWith('!') };
}

/** Reads `url.substring(0, 5)`, `host.slice(-4)` and the like: the start or the end of a subject. */
function cutOf(
  node: AnyNode,
  { subjects }: CheckContext,
): Pick<TextTest, 'subject' | 'subjectNode' | 'shape' | 'cut'> | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const method = calledMethod(node);
  const subject = method && subjects.of(method.object);
  if (!subject || !/^(?:substring|substr|slice)$/.test(method.name)) return undefined;
  const [from, to] = node.arguments.map((argument) => integer(argument));
  const subjectNode = method.object;
  if (node.arguments.length === 2 && from === 0 && to !== undefined && to > 0)
    return { subject, subjectNode, shape: 'start', cut: to };
  if (node.arguments.length === 1 && from !== undefined && from < 0 && method.name !== 'substring')
    return { subject, subjectNode, shape: 'end', cut: -from };
  return undefined;
}

function integer(node: AnyNode): number | undefined {
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const positive = integer(node.argument);
    return positive === undefined ? undefined : -positive;
  }
  return node.type === 'Literal' && Number.isInteger(node.value) ? Number(node.value) : undefined;
}

const HELPER_SHAPES: ReadonlyMap<string, TestShape> = new Map([
  ['dnsDomainIs', 'end'],
  ['localHostOrDomainIs', 'local'],
  ['shExpMatch', 'shell'],
]);

export const METHOD_SHAPES: ReadonlyMap<string, TestShape> = new Map([
  ['startsWith', 'start'],
  ['endsWith', 'end'],
  ['includes', 'within'],
  ['indexOf', 'within'],
  ['lastIndexOf', 'within'],
]);

function callTest(node: CallExpression, context: CheckContext): TextTest | undefined {
  const { subjects, scopes } = context;
  const call = calledHelper(node, scopes);
  if (call) {
    const [subjectNode, pattern] = call.args;
    const shape = HELPER_SHAPES.get(call.name);
    const subject = subjects.of(subjectNode);
    if (!shape || !subject || !subjectNode || !pattern) return undefined;
    return { node, subject, subjectNode, pattern, how: call.name, shape, negated: false };
  }
  const method = calledMethod(node);
  const named = METHOD_SHAPES.get(method?.name ?? '');
  const shape = named === 'within' && isAtStart(node, context) ? 'start' : named;
  const subject = method && subjects.of(method.object);
  const [pattern] = node.arguments;
  if (!shape || !subject || !pattern || pattern.type === 'SpreadElement') return undefined;
  return { node, subject, subjectNode: method.object, pattern, how: method.name, shape, negated: false };
}

/** Whether a position is compared with 0: `url.indexOf("http:") == 0`. */
function isAtStart(call: CallExpression, { tree }: CheckContext): boolean {
  const parent = tree.parents.get(call);
  return parent?.type === 'BinaryExpression' && /^===?$/.test(parent.operator) && integer(parent.right) === 0;
}

/** The object and method of `object.method(…)`. */
export function calledMethod({ callee }: CallExpression): { object: Expression; name: string } | undefined {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return undefined;
  return callee.object.type === 'Super' ? undefined : { object: callee.object, name: callee.property.name };
}

/** A text in the place of a test's pattern, as a sequence to compare with all hosts and URLs. */
export function patternOf(shape: TestShape, text: string): TextPattern {
  const pattern = { text, wildcards: shape === 'shell', openStart: false, openEnd: false };
  if (shape === 'within') return { ...pattern, openStart: true, openEnd: true };
  return { ...pattern, openStart: shape === 'end', openEnd: shape === 'start' };
}

/** The methods of lists whose callbacks get the elements one by one. */
export const GOES_THROUGH: ReadonlySet<string> = new Set(['some', 'every', 'forEach', 'find', 'filter']);

/** The list whose elements an expression goes through: `list[i]`, the variable of `for…of`, the parameter of a callback. */
export function listBehind(expression: AnyNode, { scopes, tree }: CheckContext): Binding | undefined {
  if (expression.type === 'MemberExpression' && expression.computed) return bindingOfName(expression.object);
  const binding = bindingOfName(expression);
  const [write] = binding?.writes ?? [];
  if (binding?.writes.length === 1 && write?.node.type === 'ForOfStatement') return bindingOfName(write.node.right);
  const owner = binding?.scope;
  if (binding?.kind !== 'parameter' || !owner || !isFunction(owner)) return undefined;
  const call = tree.parents.get(owner);
  if (owner.params[0] !== binding.definitions[0] || call?.type !== 'CallExpression') return undefined;
  const method = calledMethod(call);
  return method && GOES_THROUGH.has(method.name) ? bindingOfName(method.object) : undefined;

  function bindingOfName(node: AnyNode): Binding | undefined {
    return node.type === 'Identifier' ? scopes.bindingOf.get(node) : undefined;
  }
}
