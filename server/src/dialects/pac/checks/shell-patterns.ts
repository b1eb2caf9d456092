// Reports shExpMatch patterns that are written as regular expressions, or as several patterns.
import type { Expression } from 'acorn';
import { nodesOf } from '../syntax/tree.js';
import { matchesNone } from './arriving-texts.js';
import type { CheckContext } from './context.js';
import { registeredDomain } from './registrable-domains.js';
import { PROOF_LIMIT, truthOf } from './regular-expressions.js';
import { patternOf, type TextTest, textTests } from './text-tests.js';
import { REGULAR, reportUnmatched } from './unmatchable.js';

/**
 * Chromium and Firefox turn a pattern into a regular expression, in which they replace `.`, `*` and `?` only, so that
 * `|` is an alternative and `\.` a backslash and any character (Chromium, pac_js_library.h; Mozilla, ascii_pac_utils.js).
 */
export function checkShellPatterns(context: CheckContext): void {
  if (nodesOf(context.tree, 'CallExpression').length === 0) return;
  let proofs = 0;
  for (const test of textTests(context)) {
    if (test.shape !== 'shell' || context.isClaimed(test.node)) continue;
    const text = context.constantOf(test.pattern);
    if (text === undefined) continue;
    if (text.includes('\\.')) reportBackslash(test, text, context);
    else if (REGULAR.test(text) && proofs++ < PROOF_LIMIT && isProvedUnmatched(test, text))
      reportUnmatched(test, text, context);
    else if (text.includes('|') && !/[()]/.test(text)) reportAlternatives(test, text, context);
  }
}

/** Whether no client finds a host or URL that matches: neither as a regular expression, nor with all characters as they stand. */
function isProvedUnmatched({ subject }: TextTest, text: string): boolean {
  if (!matchesNone(patternOf('shell', text), subject)) return false;
  const source = `^${text.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.')}$`;
  return truthOf({ source, flags: '' }, subject) === 'never';
}

function reportBackslash(test: TextTest, text: string, context: CheckContext): void {
  if (!context.claim(test.node)) return;
  const { pattern, subject } = test;
  const range = context.insideOf(pattern) ?? pattern;
  const corrected = text
    .replace(/\\/g, '')
    .replace(/^\^?\.\*/, '*')
    .replace(/\.\*\$?$/, '*')
    .replace(/\$$/, '');
  const fix =
    /^[\w.*?:/-]+$/.test(corrected) && pattern.type === 'Literal' ? writing(pattern, corrected, context) : undefined;
  const consequence =
    subject === 'host' ? 'no host contains one, so it matches none' : 'it matches URLs with a backslash only';
  const message = `A backslash is a character like others in shExpMatch: ${consequence}. A dot stands for itself.`;
  // In one of several alternatives it does not keep the others from matching.
  const code = isProvedUnmatched(test, text) ? 'pac-never-matches' : 'pac-invalid-argument';
  context.report(code, range, message, fix ? { fix } : {});
}

function writing(pattern: Expression, text: string, context: CheckContext) {
  const quoted = context.quotedLike(pattern, text);
  return { title: `Write ${quoted}`, edits: [context.edit(pattern, quoted)] };
}

/** `*.a.example|*.b.example`: two alternatives, of which the first is open at its end and the last at its start. */
function reportAlternatives(test: TextTest, text: string, context: CheckContext): void {
  if (!context.claim(test.node)) return;
  const { pattern, node, subject } = test;
  const parts = text.split('|').map((part) => part.trim());
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const message = `One pattern with "|" is not several: browsers match ${subject === 'host' ? 'hosts' : 'URLs'} that begin like "${first}" and go on as they like, or end like "${last}"; other clients match none.`;
  const before = context.text.slice(node.start, pattern.start);
  const after = context.text.slice(pattern.end, node.end);
  const calls = parts.map((part) => before + context.quotedLike(pattern, part) + after);
  const fix =
    subject === 'host' && losesForeignHostsOnly(parts)
      ? { title: `Write ${calls.join(' || ')}`, edits: [context.replaceByAlternatives(node, calls)] }
      : undefined;
  context.report('pac-loose-host-match', context.insideOf(pattern) ?? pattern, message, fix ? { fix } : {});
}

/** Whether what the parts match no longer when they stand alone belongs to others: each ends with a registered domain. */
function losesForeignHostsOnly(parts: readonly string[]): boolean {
  return parts.every((part, index) => {
    const name = part.replace(/^\*\.?/, '');
    return /^[a-z0-9.-]+$/.test(name) && registeredDomain(name) !== undefined && (index === 0 || part.startsWith('*'));
  });
}
