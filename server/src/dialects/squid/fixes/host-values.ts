// Writes host patterns as the values of acls.

import { type DomainValue, domainConflict, formatDomain, readDomain } from '../syntax/domains.js';

/** Documented host patterns in the two forms that squid has: domain values and regular expressions. */
export interface HostValues {
  readonly domains: readonly string[];
  readonly expressions: readonly string[];
}

/**
 * The values for some patterns, best first. A value with a dot matches a domain and its subdomains; where only
 * `*.x` is wanted and not `x`, a regular expression is exact, and is offered as the second choice.
 */
export function hostValues(patterns: readonly string[]): HostValues[] {
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  const names = new Set(lower.filter((pattern) => !pattern.includes('*')));
  const below = lower.filter((pattern) => /^\*\.[^*]+$/.test(pattern)).map((pattern) => pattern.slice(2));
  const irregular = lower.filter((pattern) => pattern.includes('*') && !/^\*\.[^*]+$/.test(pattern)).map(expressionFor);
  const wide: HostValues = {
    domains: withoutCovered([...below.map((name) => `.${name}`), ...names]),
    expressions: irregular,
  };
  const lone = below.filter((name) => !names.has(name) && !isCovered(name, below));
  if (lone.length === 0) return [wide];
  const rest = below.filter((name) => !lone.includes(name));
  const exact: HostValues = {
    domains: withoutCovered([...rest.map((name) => `.${name}`), ...names]),
    expressions: [...lone.map((name) => `\\.${escapeDots(name)}$`), ...irregular],
  };
  return [wide, exact];
}

/** Whether `x` itself is below another name of which all subdomains are wanted. */
function isCovered(name: string, below: readonly string[]): boolean {
  return below.some((other) => name.endsWith(`.${other}`));
}

/** Removes values that another one covers, which squid ignores or even rejects. */
export function withoutCovered(values: readonly string[]): string[] {
  const kept: DomainValue[] = [];
  for (const text of values) {
    const value = readDomain(text);
    if (kept.some((other) => covers(other, value))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (covers(value, kept[i] ?? value)) kept.splice(i, 1);
    kept.push(value);
  }
  return kept.map(formatDomain);
}

/** Whether every host of `inner` is one of `outer`. */
export function covers(outer: DomainValue, inner: DomainValue): boolean {
  if (outer.name === inner.name) return outer.withSubdomains || !inner.withSubdomains;
  return domainConflict(outer, inner) === 'ignored';
}

/** The regular expression for a documented pattern, where `*` is one or more characters. */
function expressionFor(pattern: string): string {
  return `^${pattern.split('*').map(escapeDots).join('.+')}$`;
}

function escapeDots(text: string): string {
  return text.replaceAll('.', '\\.');
}
