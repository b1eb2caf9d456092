// Reads PAC files in tests, and describes their decisions as text.
import type { Source, Sources } from '../../../server/src/dialects/dialect.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import type { PacDocument } from '../../../server/src/dialects/pac/program/program.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet, PRIVATE_SPACE } from '../../../server/src/model/ip.js';
import type { Case, ProxyRequest, SelectionOutcome } from '../../../server/src/model/proxy.js';

/** A PAC file includes nothing. */
export const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

export function readPac(text: string, uri = 'file:///proxy.pac'): PacDocument {
  const source: Source = { uri, text };
  return pac.lower(source, pac.parse(source), NO_SOURCES);
}

export function requestFor(hosts: HostSet, changes: Partial<ProxyRequest> = {}): ProxyRequest {
  return { scheme: 'https', hosts, port: 443, addresses: undefined, clients: PRIVATE_SPACE, user: 'any', ...changes };
}

export function decide(
  text: string,
  pattern: string,
  changes: Partial<ProxyRequest> = {},
): readonly Case<SelectionOutcome>[] {
  const { model } = readPac(text);
  if (model.kind !== 'selection') throw new Error('not a PAC model');
  const hosts = pattern === '*' ? HostSet.all : HostSet.pattern(pattern);
  return model.decide(requestFor(hosts, changes));
}

/** Cases as short texts: `hosts: result [if assumptions] @ statement`. */
export function describeCases(cases: readonly Case<SelectionOutcome>[]): string[] {
  return cases.map(({ hosts, outcome, assumptions, decidedBy }) => {
    const what = outcome.kind === 'selected' ? outcome.result : `undecided: ${outcome.reason}`;
    const condition = assumptions.map(({ phrase }) => phrase).join(' and ');
    return `${hosts.describe()}: ${what}${condition === '' ? '' : ` if ${condition}`} @ ${decidedBy?.text ?? 'nothing'}`;
  });
}

export const prefixes = (...texts: string[]): IpSet => IpSet.parse(...texts);
