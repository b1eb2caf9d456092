// Reports conditions on hosts that also match names of other owners.
import type { AnyNode, Expression } from 'acorn';
import { constantValue, textOf } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import { readHostTest } from '../program/host-tests.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';

export function checkLooseMatches(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const test = readHostTest(node, context);
    if (test?.kind === 'loose') reportLooseSuffix(test, context);
    else checkUrlPattern(node, context);
    checkRegularExpression(node, context);
  }
}

function reportLooseSuffix(test: NonNullable<ReturnType<typeof readHostTest>>, context: CheckContext): void {
  const { node, pattern, name, how } = test;
  if (!name.includes('.') || !/^[a-z0-9]/i.test(name)) return;
  const message = `"${context.insideOf(pattern) ? context.textOf(pattern).slice(1, -1) : name}" also matches bad${name}, which anyone can register.`;
  const call = calledHelper(node, context.scopes);
  const [subject] = call?.args ?? [];
  const inside = context.insideOf(pattern);
  if (!inside || !subject) {
    context.report('pac-loose-host-match', node, message);
    return;
  }
  const start = how === 'dnsDomainIs' ? inside.start : inside.start + 1;
  const exact = ` || ${context.textOf(subject)} == ${context.quotedLike(pattern, name)}`;
  const bare = standsAlone(node, context);
  const edits = [
    ...(bare ? [] : [context.edit({ start: node.start, end: node.start }, '(')]),
    context.edit({ start, end: start }, '.'),
    context.edit({ start: node.end, end: node.end }, bare ? exact : `${exact})`),
  ];
  const title = `Match only ${name} and its subdomains`;
  context.report('pac-loose-host-match', node, message, { fix: { title, edits } });
}

/** Whether `|| …` can be added after an expression without parentheses. */
function standsAlone(node: AnyNode, { tree }: CheckContext): boolean {
  const parent = tree.parents.get(node);
  if (parent?.type === 'LogicalExpression') return parent.operator === '||';
  return parent?.type === 'IfStatement' || parent?.type === 'ReturnStatement';
}

/** Patterns that are matched against the URL have to delimit the host on both sides. */
function checkUrlPattern(node: Expression, context: CheckContext): void {
  const call = calledHelper(node, context.scopes);
  const [subject, argument] = call?.args ?? [];
  if (call?.name !== 'shExpMatch' || context.subjects.of(subject) !== 'url') return;
  const text = textOf(argument, context.scopes);
  const match = text === undefined ? null : /^(.*?)((?:[a-z0-9-]+\.)+[a-z]{2,})(.?)/i.exec(text);
  if (!match || text === undefined) return;
  const [, before = '', host = '', after = ''] = match;
  const openLeft = before.endsWith('*') || before.endsWith('?');
  const openRight = after === '*' || after === '?';
  if (!openLeft && !openRight) return;
  const example = openLeft ? `bad${host}` : `${host}.bad.example`;
  const message = `"${text}" does not delimit the host: it also matches URLs of ${example}.`;
  context.report('pac-loose-host-match', node, message);
}

/** A literal regular expression that is tested against the host. */
function checkRegularExpression(node: Expression, context: CheckContext): void {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
  const { object, property } = node.callee;
  const method = property.type === 'Identifier' ? property.name : '';
  const [argument] = node.arguments;
  const onPattern = method === 'test' || method === 'exec';
  const onText = method === 'match' || method === 'search';
  if ((!onPattern && !onText) || !argument) return;
  const [pattern, subject] = onPattern ? [object, argument] : [argument, object];
  if (context.subjects.of(subject) !== 'host') return;
  const literal = constantValue(pattern, context.scopes);
  if (literal?.type !== 'Literal' || !('regex' in literal) || !literal.regex) return;
  const source = literal.regex.pattern;
  const dots = unescapedDots(source);
  const openLeft = /^[a-z0-9-]+\\?\.[a-z]/i.test(source);
  const openRight = /\\?\.[a-z]{2,}$/i.test(source);
  if (dots.length === 0 && !openLeft && !openRight) return;
  const reasons = [
    ...(dots.length > 0 ? ['an unescaped dot matches any character'] : []),
    ...(openLeft ? ['without `^` or `\\.` before it, any text may precede'] : []),
    ...(openRight ? ['without `$`, any text may follow'] : []),
  ];
  const corrected = openLeft ? undefined : `/${escapeDots(source, dots)}${openRight ? '$' : ''}/${literal.regex.flags}`;
  context.report(
    'pac-loose-host-match',
    literal,
    `The pattern matches more hosts than intended: ${reasons.join('; ')}.`,
    corrected === undefined ? {} : { fix: { title: `Write ${corrected}`, edits: [context.edit(literal, corrected)] } },
  );
}

/** Offsets of unescaped dots between letters or digits. */
function unescapedDots(source: string): number[] {
  const offsets: number[] = [];
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charAt(i);
    if (unit === '\\') i++;
    else if (unit === '[') inClass = true;
    else if (unit === ']') inClass = false;
    else if (unit === '.' && !inClass) {
      const before = source.charAt(i - 1);
      const after = source.charAt(i + 1);
      if (/[a-z0-9]/i.test(before) && source.charAt(i - 2) !== '\\' && /[a-z0-9]/i.test(after)) offsets.push(i);
    }
  }
  return offsets;
}

function escapeDots(source: string, dots: readonly number[]): string {
  let result = '';
  for (let i = 0; i < source.length; i++) result += dots.includes(i) ? '\\.' : source.charAt(i);
  return result;
}
