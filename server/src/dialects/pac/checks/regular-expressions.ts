// Reports regular expressions whose backslashes are written as in a string.
import type { AnyNode, CallExpression, Literal } from 'acorn';
import { constantValue } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';
import { calledMethod } from './text-tests.js';

/** A regular expression in a file, and the expression that it is matched with. */
export interface PatternTest {
  readonly literal: Literal & { readonly regex: { readonly pattern: string; readonly flags: string } };
  readonly subject: AnyNode;
  readonly call: CallExpression;
}

/** `/…/.test(text)` and the like. */
export function patternTest(call: CallExpression, context: CheckContext): PatternTest | undefined {
  const method = calledMethod(call);
  const [argument] = call.arguments;
  if (!method || !argument) return undefined;
  const onPattern = method.name === 'test' || method.name === 'exec';
  if (!onPattern && method.name !== 'match' && method.name !== 'search') return undefined;
  const [pattern, subject] = onPattern ? [method.object, argument] : [argument, method.object];
  const literal = constantValue(pattern, context.scopes);
  return literal && isPattern(literal) ? { literal, subject, call } : undefined;
}

function isPattern(node: AnyNode): node is PatternTest['literal'] {
  return node.type === 'Literal' && 'regex' in node && node.regex !== undefined && node.regex !== null;
}

export function checkRegularExpressions(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const test = patternTest(node, context);
    if (!test || !/\\\\[.dwsDWS/-]/.test(test.literal.regex.pattern)) continue;
    const what = subjectWord(test.subject, context);
    if (what && context.claim(test.literal)) reportBackslashes(test, what, context);
  }
}

/** What a pattern is matched with, where that never holds a backslash. */
function subjectWord(subject: AnyNode, context: CheckContext): string | undefined {
  if (context.subjects.of(subject) === 'host') return 'host';
  const value = constantValue(subject, context.scopes) ?? subject;
  const call = calledHelper(value, context.scopes);
  return call && /^(?:dnsResolve|myIpAddress)(?:Ex)?$/.test(call.name) ? 'address' : undefined;
}

function reportBackslashes({ literal }: PatternTest, what: string, context: CheckContext): void {
  const { pattern, flags } = literal.regex;
  const corrected = `/${pattern.replace(/\\\\(?=[.dwsDWS/-])/g, '\\')}/${flags}`;
  const message = `\`\\\\\` stands for one backslash here, which no ${what} contains; in a pattern between slashes it is written once.`;
  const fix = { title: `Write ${corrected}`, edits: [context.edit(literal, corrected)] };
  // One way to match may be without it.
  const code = isNeeded(pattern) ? 'pac-never-matches' : 'pac-invalid-argument';
  context.report(code, literal, message, { fix });
}

/** Whether every alternative of a pattern needs a backslash; groups are looked into one level deep. */
function isNeeded(pattern: string): boolean {
  if (/[[{?*]/.test(pattern.replace(/\\\\/g, ''))) return false;
  const group = /^\^?\(([^()]*)\)([^()|]*)$/.exec(pattern);
  if (group) {
    const [, inner = '', rest = ''] = group;
    return rest.includes('\\\\') || inner.split('|').every((one) => one.includes('\\\\'));
  }
  return !/[()]/.test(pattern) && pattern.split('|').every((one) => one.includes('\\\\'));
}
