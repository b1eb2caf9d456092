// The evaluation of a requirement: its verdict with the data from which findings and fixes are made.
import type { Requirement } from '../../catalog/requirement.js';
import { attempt, type BudgetSpent } from '../../model/budget.js';
import { NO_STEPS, type QuotedLine, statementKey, type Trace } from '../../model/evidence.js';
import type { FilterPoint, FilterRule } from '../../model/filter.js';
import type { HostSet } from '../../model/hosts.js';
import type { IpSet } from '../../model/ip.js';
import type { PacketSet } from '../../model/packets.js';
import type { Verdict } from '../report.js';

/** What a requirement lists and a file denies, as sets. */
export type MissingTraffic =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'hosts';
      readonly hosts: HostSet;
      /** Hosts that are undecided: a change that is to meet the requirement has to cover them as well. */
      readonly undecided?: HostSet;
      readonly ports: readonly number[];
      /** Absent for TCP. */
      readonly protocol?: 'udp';
    }
  /**
   * `packets` are first packets of connections that fail, `replies` the replies to some of them where these are denied;
   * `allowed` is all that the requirement lists, `point` the name of the filter point that was evaluated.
   */
  | {
      readonly kind: 'packets';
      readonly packets: PacketSet;
      readonly replies: PacketSet;
      readonly allowed: PacketSet;
      readonly point: string;
    };

export const NOTHING_MISSING: MissingTraffic = { kind: 'none' };

/**
 * What one statement is responsible for, of all that is missing. Statements that decide for different clients, or under
 * different conditions of the environment, have shares of their own, even if these name the same hosts.
 */
export interface Share {
  /** The statement first; the others are those that decide where it leaves the verdict open. */
  readonly decidedBy: readonly QuotedLine[];
  /** Statements that may deny the same before it, on a condition: what permits it has to stand before them as well. */
  readonly ahead?: readonly QuotedLine[];
  readonly missing: MissingTraffic;
  /** Why it is undecided; absent where it is certainly missing. */
  readonly undecided?: string;
  /** Where it concerns only some requests: `for clients in 10.66.0.0/16`. */
  readonly only?: string;
  /**
   * Set where others may be all clients that the requirement is for: it is worth knowing and no fault, until somebody says
   * where clients are.
   */
  readonly aside?: ClientNetworks;
  /** Set where it is about an address family over which the filter lets no connection pass, as where IPv6 is not used. */
  readonly isOfShutFamily?: true;
  /** The steps that led to the decision. */
  readonly trace: Trace;
}

/** Networks of which a requirement is open for some. */
export interface ClientNetworks {
  readonly unserved: IpSet;
  readonly served: IpSet;
  /** All addresses of the networks that {@link unserved} is in, as far as the file shows them. */
  readonly within: IpSet;
  /** Whether some network is served, whose addresses need not be known. */
  readonly isServed: boolean;
}

/** A verdict with what findings and fixes need besides it. */
export interface Evaluation {
  readonly requirement: Requirement;
  readonly verdict: Verdict;
  readonly missing: MissingTraffic;
  /** What each statement is responsible for; absent where that is known only of all together, see {@link sharesOf}. */
  readonly shares?: readonly Share[];
  /** The steps that led to the decision, the deciding one last. */
  readonly trace: Trace;
  /** The rules of a packet filter that permit at least a part of the requirement. */
  readonly permittedBy?: PermittingRules;
  /** Set by a proxy where an evaluation of some of the hosts alone would say the same of these. */
  readonly isOfEachHost?: true;
}

/** The evaluation of a requirement that a file is not about. */
export function notApplicable(requirement: Requirement, reason: string): Evaluation {
  const verdict: Verdict = { requirement: requirement.id, status: 'not-applicable', decidedBy: [], reason };
  return { requirement, verdict, missing: NOTHING_MISSING, trace: NO_STEPS };
}

/** The evaluation of a requirement that would cost too much. `decidedBy` are the statements where it would. */
export function tooMuch(
  requirement: Requirement,
  { message }: BudgetSpent,
  decidedBy: readonly QuotedLine[],
): Evaluation {
  const reason = `the file ${message}`;
  const verdict: Verdict = { requirement: requirement.id, status: 'undecided', decidedBy, reason };
  return { requirement, verdict, missing: NOTHING_MISSING, trace: NO_STEPS };
}

/** A point of a packet filter, and the rules there that accept packets of a requirement. */
export interface PermittingRules {
  readonly point: FilterPoint;
  readonly rules: readonly FilterRule[];
}

/** Equal for shares that differ only in what they lack. */
export function shareKey({ decidedBy, undecided, only, aside, isOfShutFamily }: Share): string {
  const [statement] = decidedBy;
  return [
    statement ? statementKey(statement) : '',
    undecided ?? '',
    only ?? '',
    aside ? 'aside' : '',
    isOfShutFamily ? 'shut' : '',
  ].join('|');
}

/** What each statement is responsible for; where that is not known, the first one has all of it. */
export function sharesOf(evaluation: Evaluation): readonly Share[] {
  const { verdict, missing, shares, trace } = evaluation;
  if (shares) return shares;
  const { decidedBy, status, reason } = verdict;
  return [
    {
      decidedBy,
      missing,
      ...(status === 'undecided' ? { undecided: reason ?? 'the file does not decide it' } : {}),
      trace,
    },
  ];
}

/** What is missing as text: made when it is first asked for, as long as the work that is left suffices. */
export function lackText(make: () => string): () => string {
  let text: string | undefined;
  return () => {
    text ??= attempt(LACK_SHARE, make) ?? 'more than can be told';
    return text;
  };
}

/** What one text is worth of the work that is left. */
const LACK_SHARE = 1 / 4;

/** Better verdicts first. */
export const RANK: Readonly<Record<Verdict['status'], number>> = {
  met: 0,
  'not-applicable': 1,
  undecided: 2,
  partial: 3,
  blocked: 4,
};
