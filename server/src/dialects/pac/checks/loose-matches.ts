// Reports conditions on hosts that also match names of other owners.
import type { CallExpression } from 'acorn';
import type { Problem } from '../../dialect.js';
import { calledHelper } from '../program/helper-calls.js';
import { type HostTest, readHostTest } from '../program/host-tests.js';
import { nodesOf } from '../syntax/tree.js';
import { isPlaceholder } from '../vocabulary/placeholders.js';
import type { CheckContext } from './context.js';
import { isRegistrable, registeredDomain } from './registrable-domains.js';
import { patternTest } from './regular-expressions.js';

export function checkLooseMatches(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const test = readHostTest(node, context);
    if (test?.kind === 'loose') reportLooseSuffix(test, context);
    else checkUrlPattern(node, context);
    checkRegularExpression(node, context);
  }
}

function reportLooseSuffix(test: HostTest, context: CheckContext): void {
  const { node, pattern, name, how } = test;
  // Before an address nothing can stand that makes another host.
  if (!name.includes('.') || !/^[a-z0-9]/i.test(name) || /^[\d.]+$/.test(name) || isPlaceholder(name)) return;
  if (!context.claim(node)) return;
  const shown = context.insideOf(pattern) ? context.textOf(pattern).slice(1, -1) : name;
  const other = `bad${name}`.toLowerCase();
  const message = `"${shown}" also matches ${other}${isRegistrable(other) ? ', which anyone can register' : ''}.`;
  const fix = exactFix(test, context);
  context.report('pac-loose-host-match', how === '==' ? pattern : node, message, fix ? { fix } : {});
}

/**
 * The edit that matches the name and its subdomains only: where the name is a registered domain, so that every host that
 * no longer matches has another owner.
 */
function exactFix({ node, pattern, name, how }: HostTest, context: CheckContext): Problem['fix'] {
  const [subject] = calledHelper(node, context.scopes)?.args ?? [];
  const inside = context.insideOf(pattern);
  if (!inside || !subject || registeredDomain(name) !== name) return undefined;
  const start = how === 'dnsDomainIs' ? inside.start : inside.start + 1;
  const exact = ` || ${context.textOf(subject)} == ${context.quotedLike(pattern, name)}`;
  const bare = context.standsAlone(node);
  const edits = [
    ...(bare ? [] : [context.edit({ start: node.start, end: node.start }, '(')]),
    context.edit({ start, end: start }, '.'),
    context.edit({ start: node.end, end: node.end }, bare ? exact : `${exact})`),
  ];
  return { title: `Match only ${name} and its subdomains`, edits };
}

/** Patterns that are matched against the URL have to delimit the host on both sides. */
function checkUrlPattern(node: CallExpression, context: CheckContext): void {
  const call = calledHelper(node, context.scopes);
  const [subject, argument] = call?.args ?? [];
  if (call?.name !== 'shExpMatch' || context.subjects.of(subject) !== 'url') return;
  const text = context.constantOf(argument);
  const match = text === undefined ? null : /^(.*?)((?:[a-z0-9-]+\.)+[a-z]{2,})(.?)/i.exec(text);
  if (!match || text === undefined) return;
  const [, before = '', host = '', after = ''] = match;
  const openLeft = before.endsWith('*') || before.endsWith('?');
  const openRight = after === '*' || after === '?';
  if (!openLeft && !openRight) return;
  if (!context.claim(node)) return;
  const example = openLeft ? `bad${host}` : `${host}.bad.example`;
  const message = `"${text}" does not delimit the host: it also matches URLs of ${example}.`;
  context.report('pac-loose-host-match', node, message);
}

/** A literal regular expression that is tested against the host. */
function checkRegularExpression(node: CallExpression, context: CheckContext): void {
  const test = patternTest(node, context);
  if (!test || context.subjects.of(test.subject) !== 'host') return;
  const { node: written, source, flags, isLiteral } = test;
  const dots = unescapedDots(source);
  const openLeft = /^[a-z0-9-]+\\?\.[a-z]/i.test(source);
  const openRight = /\\?\.[a-z]{2,}$/i.test(source);
  if ((dots.length === 0 && !openLeft && !openRight) || !context.claim(written)) return;
  const reasons = [
    ...(dots.length > 0 ? ['an unescaped dot matches any character'] : []),
    ...(openLeft ? ['without `^` or `\\.` before it, any text may precede'] : []),
    ...(openRight ? ['without `$`, any text may follow'] : []),
  ];
  const message = `The pattern matches more hosts than intended: ${reasons.join('; ')}.`;
  const isSafe =
    !openLeft && dots.every((dot) => losesForeignHosts(source, dot)) && (!openRight || endsWithDomain(source));
  const corrected = isSafe && isLiteral ? `/${escapeDots(source, dots)}${openRight ? '$' : ''}/${flags}` : undefined;
  const fix =
    corrected === undefined ? undefined : { title: `Write ${corrected}`, edits: [context.edit(written, corrected)] };
  context.report('pac-loose-host-match', written, message, fix ? { fix } : {});
}

/** The name in a pattern around an offset, as far as it is spelled out, with the offset in it. */
function nameAround(source: string, offset: number): { name: string; at: number } {
  const isPart = (index: number) =>
    /[a-z0-9.-]/i.test(source.charAt(index)) || (source.charAt(index) === '\\' && source.charAt(index + 1) === '.');
  let start = offset;
  while (start > 0 && isPart(start - 1)) start--;
  let end = offset;
  while (end < source.length && isPart(end)) end++;
  const before = source.slice(start, offset).replace(/\\/g, '').replace(/^\./, '');
  const after = source.slice(offset, end).replace(/\\/g, '');
  return { name: (before + after).toLowerCase(), at: before.length };
}

/** Whether every host with another character than a dot at an offset has another owner: the dot is one of its registered domain. */
function losesForeignHosts(source: string, dot: number): boolean {
  const { name, at } = nameAround(source, dot);
  const domain = registeredDomain(name);
  return domain !== undefined && at >= name.length - domain.length - 1;
}

function endsWithDomain(source: string): boolean {
  return registeredDomain(nameAround(source, source.length - 1).name) !== undefined;
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
