// Joins what is decided for the ports of a proxy: clients use each of them.
import { addTo } from '../../../kept/lists.js';
import { distinctStatements } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import type { ProxyEntry } from '../../../model/proxy.js';
import type { Verdict } from '../../report.js';
import { type Evaluation, lackText, type MissingTraffic, RANK, type Share, shareKey, sharesOf } from '../evaluation.js';

/** The evaluation of a requirement for one port; of a proxy with a single port that is all. */
export interface EntryEvaluation {
  readonly entry: ProxyEntry | undefined;
  readonly evaluation: Evaluation;
}

/** Met where every port meets it; otherwise each port that does not is named, with its share. */
export function atEveryEntry(all: readonly EntryEvaluation[]): Evaluation {
  // A port of plain HTTP does not decide how TLS is treated.
  const concerned = all.filter(({ evaluation }) => evaluation.verdict.status !== 'not-applicable');
  const [first = all[0]] = concerned;
  if (!first) throw new RangeError('no port was asked');
  const bad = concerned.filter(({ evaluation }) => evaluation.verdict.status !== 'met');
  if (bad.length === 0 || concerned.length === 1) return all.length === 1 ? first.evaluation : named(first, bad);
  return joined(first.evaluation, concerned, bad);
}

/** The evaluation of the only port that is concerned. */
function named({ entry, evaluation }: EntryEvaluation, bad: readonly EntryEvaluation[]): Evaluation {
  const [only] = bad;
  return only && entry ? joined(evaluation, [only], bad) : evaluation;
}

function joined(first: Evaluation, concerned: readonly EntryEvaluation[], bad: readonly EntryEvaluation[]): Evaluation {
  const worst = worstOf(bad);
  const certain = bad.filter(({ evaluation }) => RANK[evaluation.verdict.status] > RANK.undecided);
  const isBlocked = concerned.every(({ evaluation }) => evaluation.verdict.status === 'blocked');
  const status = certain.length === 0 ? 'undecided' : isBlocked ? 'blocked' : 'partial';
  const shares = sharesByStatement(bad, concerned.length);
  const verdict: Verdict = {
    requirement: first.verdict.requirement,
    status,
    decidedBy: distinctStatements(shares.flatMap(({ decidedBy }) => decidedBy)),
    ...(certain.length > 0 ? { missing: missingText(certain, concerned.length) } : {}),
    ...reasonOf(worst, shares),
  };
  return {
    requirement: first.requirement,
    verdict,
    missing: allMissing(bad),
    shares,
    trace: worst.trace,
  };
}

function worstOf(bad: readonly EntryEvaluation[]): Evaluation {
  const ranked = bad.map(({ evaluation }) => evaluation);
  ranked.sort((a, b) => RANK[b.verdict.status] - RANK[a.verdict.status]);
  const [worst] = ranked;
  if (!worst) throw new RangeError('every port meets the requirement');
  return worst;
}

function reasonOf({ verdict }: Evaluation, shares: readonly Share[]): { readonly reason?: string } {
  const reason = verdict.status === 'undecided' ? shares[0]?.undecided : verdict.reason;
  return reason === undefined ? {} : { reason };
}

/** `at http_port 3128 and https_port 3130 intercept`; undefined where that is every port that is concerned. */
function placeOf(names: readonly (string | undefined)[], count: number): string | undefined {
  return names.length === count && count > 1 ? undefined : `at ${names.join(' and ')}`;
}

/** What is missing at each port; ports at which the same is missing are named together. */
function missingText(certain: readonly EntryEvaluation[], count: number): () => string {
  const lacking = certain.map(({ entry, evaluation }) => ({ name: entry?.name, lack: evaluation.verdict.missing }));
  return lackText(() => {
    const byText = new Map<string, (string | undefined)[]>();
    for (const { name, lack } of lacking) addTo(byText, `${lack?.()}`, name);
    return [...byText]
      .map(([text, names]) => [text, placeOf(names, count)].filter((part) => part !== undefined).join(' '))
      .join('; ');
  });
}

function allMissing(bad: readonly EntryEvaluation[]): MissingTraffic {
  return bad.map(({ evaluation }) => evaluation.missing).reduce(union);
}

function union(one: MissingTraffic, other: MissingTraffic): MissingTraffic {
  if (one.kind !== 'hosts' || other.kind !== 'hosts') return one.kind === 'hosts' ? one : other;
  const undecided = [one.undecided, other.undecided].filter((hosts) => hosts !== undefined);
  return {
    ...one,
    hosts: one.hosts.union(other.hosts),
    ...(undecided.length > 0 ? { undecided: HostSet.union(undecided) } : {}),
    ports: [...new Set([...one.ports, ...other.ports])].sort((a, b) => a - b),
  };
}

/** The shares of all ports of the proxy; what one statement does in the same way at several is one share. */
function sharesByStatement(bad: readonly EntryEvaluation[], count: number): Share[] {
  const groups = new Map<string, { readonly share: Share; readonly entries: (ProxyEntry | undefined)[] }>();
  for (const { entry, evaluation } of bad) {
    for (const share of sharesOf(evaluation)) {
      const ports = share.missing.kind === 'hosts' ? share.missing.ports : [];
      const key = [shareKey(share), ...ports].join(' ');
      const group = groups.get(key);
      const missing = group ? union(group.share.missing, share.missing) : share.missing;
      groups.set(key, { share: { ...share, missing }, entries: [...(group?.entries ?? []), entry] });
    }
  }
  return [...groups.values()].map(({ share, entries }) => {
    const place = placeOf(
      [...new Set(entries)].map((entry) => entry?.name),
      count,
    );
    if (place === undefined) return share;
    return share.undecided === undefined
      ? { ...share, only: [share.only, place].filter((part) => part !== undefined).join(' ') }
      : { ...share, undecided: `${share.undecided} ${place}` };
  });
}
