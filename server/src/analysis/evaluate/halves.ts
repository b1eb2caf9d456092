// Joins the verdicts of an IPv4 and an IPv6 half of one firewall.
import type { Verdict } from '../report.js';
import type { Evaluation } from './evaluation.js';
import { joinFamilies } from './filter/join-families.js';

/**
 * The verdicts of a firewall that is written in two files, one for each address family. A requirement that applies to only
 * one of them is decided by that one.
 * @param other the evaluations of the other half for the same requirements, in the same order
 */
export function joinHalves(own: readonly Evaluation[], other: readonly Evaluation[]): Verdict[] {
  return own.map((evaluation, i) => {
    const halves = [evaluation, ...other.slice(i, i + 1)];
    const deciding = halves.filter(({ verdict }) => verdict.status !== 'not-applicable');
    return (joinFamilies(deciding) ?? evaluation).verdict;
  });
}
