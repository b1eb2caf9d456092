// The two halves of one firewall: a file for IPv4 and, beside it, one for IPv6.

import type { Analysis } from '../../analysis/analyze.js';
import type { Evaluation } from '../../analysis/evaluate/evaluation.js';
import { joinHalves } from '../../analysis/evaluate/halves.js';
import type { Report, Verdict } from '../../analysis/report.js';
import type { Model } from '../../model/model.js';
import { folderOf, inFolder, nameOf } from '../files/uris.js';

/** How the names of the two halves of a firewall differ: `rules.v4` and `rules.v6`, `iptables-save` and `ip6tables-save`. */
const HALVES: readonly (readonly [of: RegExp, other: string])[] = [
  [/(?<![a-z\d])v4(?!\d)/gi, 'v6'],
  [/(?<![a-z\d])v6(?!\d)/gi, 'v4'],
  [/ipv4/gi, 'ipv6'],
  [/ipv6/gi, 'ipv4'],
  [/iptables/gi, 'ip6tables'],
  [/ip6tables/gi, 'iptables'],
];

/** The files beside one that may hold the other address family of the same firewall. */
export function otherHalves(uri: string): readonly string[] {
  const name = nameOf(uri);
  const single = HALVES.map(([of, other]) => name.replace(of, other));
  // `iptables.v4` has both.
  const both = name.replace(/ip6?tables|v[46]/gi, (token) => {
    const [, other = token] = HALVES.find(([of]) => new RegExp(`^(?:${of.source})$`, 'i').test(token)) ?? [];
    return other;
  });
  return [...new Set([...single, both])]
    .filter((other) => other !== name)
    .map((other) => inFolder(folderOf(uri), other));
}

/** Whether two files are the halves of one firewall: each filters one address family, and not the same. */
export function areHalves(own: Model, other: Model): boolean {
  if (own.kind !== 'filter' || other.kind !== 'filter') return false;
  const [family, ...more] = own.families;
  const [otherFamily, ...others] = other.families;
  return more.length === 0 && others.length === 0 && family !== otherFamily;
}

/** An analysis whose coverage is that of the whole firewall; computed on first use, because findings do not need it. */
export function withOtherHalf(analysis: Analysis, other: readonly Evaluation[]): Analysis {
  let made: readonly Verdict[] | undefined;
  const report: Report = {
    ...analysis.report,
    get coverage() {
      made ??= joinHalves(analysis.evaluations, other);
      return made;
    },
  };
  return { ...analysis, report };
}
