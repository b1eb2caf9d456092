// Reports regular expressions that no host or URL matches, or every one, and those written as in a string.
import type { AnyNode, CallExpression } from 'acorn';
import { Interned } from '../../../kept/memo.js';
import { readJavascriptRegex } from '../../../model/javascript-regex.js';
import { parseJavascriptRegex } from '../../../model/javascript-regex-parser.js';
import { constantValue } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import type { Subject } from '../program/subjects.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';
import { acceptsAll, acceptsNone } from './language-proofs.js';
import { calledMethod } from './text-tests.js';

/** A regular expression, and the expression that it is matched with. */
export interface PatternTest {
  /** Where it is written. */
  readonly node: AnyNode;
  readonly source: string;
  readonly flags: string;
  /** Whether it stands between slashes. */
  readonly isLiteral: boolean;
  readonly subject: AnyNode;
}

/** `/…/.test(text)`, `text.match(new RegExp("…"))` and the like. */
export function patternTest(call: CallExpression, context: CheckContext): PatternTest | undefined {
  const method = calledMethod(call);
  const [argument] = call.arguments;
  if (!method || !argument) return undefined;
  const onPattern = method.name === 'test' || method.name === 'exec';
  if (!onPattern && method.name !== 'match' && method.name !== 'search') return undefined;
  const [pattern, subject] = onPattern ? [method.object, argument] : [argument, method.object];
  const node = constantValue(pattern, context.scopes);
  // A text is taken as an expression by `match` and `search`.
  const text = onPattern ? undefined : context.constantOf(node);
  const read = text !== undefined ? { source: text, flags: '', isLiteral: false } : node && readPattern(node, context);
  return node && read && { ...read, node, subject };
}

function readPattern(
  node: AnyNode,
  context: CheckContext,
): Pick<PatternTest, 'source' | 'flags' | 'isLiteral'> | undefined {
  if (node.type === 'Literal' && 'regex' in node && node.regex)
    return { source: node.regex.pattern, flags: node.regex.flags, isLiteral: true };
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return undefined;
  const { callee, arguments: args } = node;
  if (callee.type !== 'Identifier' || callee.name !== 'RegExp' || context.scopes.bindingOf.has(callee))
    return undefined;
  const [source, flags] = args.map((argument) => context.constantOf(argument));
  if (source === undefined || (args.length > 1 && flags === undefined)) return undefined;
  return { source, flags: flags ?? '', isLiteral: false };
}

/** How many expressions of a file are proved, and how long each may be: they are few in real files. */
export const PROOF_LIMIT = 100;
const LENGTH_LIMIT = 1_000;

export function checkRegularExpressions(context: CheckContext): void {
  let proofs = 0;
  for (const call of nodesOf(context.tree, 'CallExpression')) {
    const test = patternTest(call, context);
    if (!test || context.isClaimed(test.node)) continue;
    const subject = context.subjects.of(test.subject);
    const truth = subject && proofs++ < PROOF_LIMIT ? truthOf(test, subject) : 'unproved';
    if (!test.isLiteral && isRefused(test)) reportRefused(test, context);
    else if (test.isLiteral && DOUBLED.test(test.source) && (subject === 'host' || isAddress(test.subject, context)))
      reportBackslashes(test, truth === 'never', subject === 'host' ? 'host' : 'address', context);
    else if (subject && truth !== 'unproved') reportTruth(test, subject, truth, context);
  }
}

/** Whether a text is no regular expression, which shows when it is used: between slashes it is an error of the file's syntax. */
function isRefused({ source, flags }: PatternTest): boolean {
  return parseJavascriptRegex(source, flags).kind === 'invalid';
}

function reportRefused({ node, source }: PatternTest, context: CheckContext): void {
  if (!context.claim(node)) return;
  const wildcards = /^\*/.test(source) ? ' Wildcards are for `shExpMatch`.' : '';
  const message = `"${source}" is no regular expression: the file fails here at run time.${wildcards}`;
  context.report('pac-invalid-argument', node, message);
}

/** A backslash that is doubled, as in a string, before what it was to escape. */
const DOUBLED = /\\\\[.dwsDWS/-]/;

/** What makes large automata: looking around, word boundaries, references, and repeating often. */
const LARGE = /\(\?[=!<]|\\[bB1-9k]|\{\d{2}/;

type Truth = 'always' | 'never' | 'unproved';

/** Proofs of the patterns that were read last: an edit elsewhere leaves most of them as they are. */
const proofsKnown = new Interned<string, Truth>(500);

/** What is proved of a test: that it is true for everything, or for nothing, that can arrive. */
export function truthOf({ source, flags }: Pick<PatternTest, 'source' | 'flags'>, subject: Subject): Truth {
  if (source.length > LENGTH_LIMIT || LARGE.test(source) || isOrdinary(source)) return 'unproved';
  return proofsKnown.of(`${subject} ${flags} ${source}`, () => prove(source, flags, subject));
}

function prove(source: string, flags: string, subject: Subject): Truth {
  // What is spelled without letters, as `.*` or `^$`, is meant to match everything or nothing.
  const reading = /[a-z0-9]/i.test(source) ? readJavascriptRegex(source, flags) : undefined;
  if (reading?.kind !== 'automaton') return 'unproved';
  if (acceptsNone(reading.automaton, subject)) return 'never';
  // With `g` and `y` an expression goes on where it was before.
  if (/[gy]/.test(flags)) return 'unproved';
  return acceptsAll(reading.automaton, subject) ? 'always' : 'unproved';
}

/**
 * Whether a pattern is a name in lower case, as in `/(^|\.)example\.com$/`. Some host and URL always has one, and not every
 * one, so the proofs, which are slower, need not be tried.
 */
function isOrdinary(source: string): boolean {
  return /^(?:\(\^\|\\\.\)|\(\\\.\|\^\)|\\\.)?(?:[a-z0-9-]{1,63}(?:\\\.|\.)){1,20}(?:[a-z0-9-]{1,63}\$?)?$/.test(
    source,
  );
}

function isAddress(subject: AnyNode, context: CheckContext): boolean {
  const value = constantValue(subject, context.scopes) ?? subject;
  const name = calledHelper(value, context.scopes)?.name;
  return name !== undefined && /^(?:dnsResolve|myIpAddress)(?:Ex)?$/.test(name);
}

function reportBackslashes(test: PatternTest, isProved: boolean, what: string, context: CheckContext): void {
  const { node, source, flags } = test;
  if (!context.claim(node)) return;
  const corrected = `/${source.replace(/\\\\(?=[.dwsDWS/-])/g, '\\')}/${flags}`;
  const message = `\`\\\\\` stands for one backslash here, which no ${what} contains; in a pattern between slashes it is written once.`;
  const fix = { title: `Write ${corrected}`, edits: [context.edit(node, corrected)] };
  // Without the proof, one way to match may be without it.
  context.report(isProved ? 'pac-never-matches' : 'pac-invalid-argument', node, message, { fix });
}

function reportTruth(test: PatternTest, subject: Subject, truth: Truth, context: CheckContext): void {
  const { node, source, flags } = test;
  if (!context.claim(node)) return;
  const what = subject === 'host' ? 'host' : 'URL';
  if (truth === 'always') {
    context.report('pac-always-matches', node, `Every ${what} matches this pattern.`);
    return;
  }
  const isUpper = /(?<!\\)[A-Z]/.test(source) && !flags.includes('i');
  const lowered = { ...test, source: source.replace(/(?<!\\)[A-Z]/g, (letter) => letter.toLowerCase()) };
  const isCause = isUpper && truthOf(lowered, subject) !== 'never';
  const message = isCause
    ? `Clients pass hosts in lower case: no ${what} matches this pattern.`
    : source.startsWith('^\\.') && subject === 'host'
      ? 'A host does not begin with a dot: none matches this pattern.'
      : `No ${what} that clients pass matches this pattern.`;
  const corrected = `/${lowered.source}/${flags}`;
  const fix =
    isCause && test.isLiteral ? { title: `Write ${corrected}`, edits: [context.edit(node, corrected)] } : undefined;
  context.report('pac-never-matches', node, message, fix ? { fix } : {});
}
