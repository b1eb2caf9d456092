// On what an undecided case depends.
import { type Assumption, phrasesOf, type QuotedLine } from '../../../model/evidence.js';
import type { JudgedCase } from './judgement.js';

/** What a case that is against a requirement depends on, while another case of the same hosts is not. */
export interface OpenCondition {
  /** The expression that asks; `undefined` where the file names none. */
  readonly statement: QuotedLine | undefined;
  /** Why it is not known to be met, as a sentence without full stop and without the clients. */
  readonly because:
    | { readonly kind: 'reason'; readonly reason: string }
    | { readonly kind: 'if'; readonly phrases: readonly string[]; readonly ruledOutBy: string | undefined };
}

/** Finds the conditions of cases, once for all cases that assume the same. */
export class OpenConditions {
  private readonly known = new Map<string, OpenCondition>();

  /** @param cases all cases of one request */
  constructor(private readonly cases: readonly JudgedCase[]) {}

  of(against: JudgedCase): OpenCondition {
    const { judgement, assumptions, clientsBy } = against;
    if (judgement.kind === 'unknown') {
      const statement = judgement.decidedBy ?? assumptions.at(-1)?.statement ?? clientsBy;
      return { statement, because: { kind: 'reason', reason: judgement.reason } };
    }
    const key = JSON.stringify([clientsBy?.range.start, assumptions.map(({ unknown, phrase }) => [unknown, phrase])]);
    const known = this.known.get(key) ?? this.find(against);
    this.known.set(key, known);
    return known;
  }

  private find(against: JudgedCase): OpenCondition {
    const { assumptions, clientsBy } = against;
    // Of a path of conditions, the last from which another way leads to what is asked for; the later ones do not matter.
    const isCrossroads = (index: number) =>
      this.cases.some(
        (rival) =>
          rival.judgement.kind !== 'bad' &&
          branchesAt(assumptions, index, rival.assumptions) &&
          overlap(rival, against),
      );
    let last = assumptions.length - 1;
    while (last >= 0 && !isCrossroads(last)) last--;
    if (last < 0 && clientsBy)
      return { statement: clientsBy, because: { kind: 'if', phrases: [], ruledOutBy: undefined } };
    const needed = last < 0 ? assumptions : assumptions.slice(0, last + 1);
    return {
      statement: needed.at(-1)?.statement ?? clientsBy ?? against.judgement.decidedBy,
      because: {
        kind: 'if',
        phrases: phrasesOf(needed),
        ruledOutBy: needed.find(({ ruledOutBy }) => ruledOutBy !== undefined)?.ruledOutBy,
      },
    };
  }
}

function overlap(one: JudgedCase, other: JudgedCase): boolean {
  return one.clients.overlaps(other.clients) && !one.hosts.intersect(other.hosts).isEmpty;
}

/** Whether a case that assumes `others` leaves the path of `assumptions` at an index, and not before. */
function branchesAt(assumptions: readonly Assumption[], index: number, others: readonly Assumption[]): boolean {
  const differs = ({ unknown, phrase }: Assumption) =>
    others.some((other) => other.unknown === unknown && other.phrase !== phrase);
  const own = assumptions[index];
  return own !== undefined && differs(own) && !assumptions.slice(0, index).some(differs);
}
