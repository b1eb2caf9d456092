// What clients that call different functions of a file get.

import type { QuotedLine } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import type { OpenCase } from './cases.js';

/**
 * The cases of `FindProxyForURL` and `FindProxyForURLEx` together: where WinHTTP, which prefers the second, gets something else, both
 * under an assumption.
 */
export function casesOfBoth(cases: readonly OpenCase[], extended: readonly OpenCase[], by: QuotedLine): OpenCase[] {
  const differing = HostSet.union(
    cases.flatMap((one) => extended.flatMap((other) => (differ(one, other) ? one.hosts.intersect(other.hosts) : []))),
  );
  if (differing.isEmpty) return [...cases];
  const assumed = (one: OpenCase, phrase: string): OpenCase => ({
    ...one,
    hosts: one.hosts.intersect(differing),
    assumptions: [{ unknown: 'entry function', phrase, statement: by }, ...one.assumptions],
  });
  const all = [
    ...cases.map((one) => ({ ...one, hosts: one.hosts.subtract(differing) })),
    ...cases.map((one) => assumed(one, 'the client is a browser, which calls FindProxyForURL')),
    ...extended.map((one) => assumed(one, 'the client is WinHTTP, which calls FindProxyForURLEx')),
  ];
  return all.filter(({ hosts }) => !hosts.isEmpty);
}

/** Whether one request can have both cases, with different outcomes. */
function differ(one: OpenCase, other: OpenCase): boolean {
  if (one.outcome.kind === 'selected' && other.outcome.kind === 'selected' && one.outcome.route === other.outcome.route)
    return false;
  if (one.outcome.kind === 'undecided' && other.outcome.kind === 'undecided') return false;
  if (!one.clients.overlaps(other.clients)) return false;
  return !one.assumptions.some((own) =>
    other.assumptions.some(({ unknown, phrase }) => unknown === own.unknown && phrase !== own.phrase),
  );
}
