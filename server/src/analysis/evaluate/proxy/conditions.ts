// On what an undecided case depends.
import { attempt, spend } from '../../../model/budget.js';
import { type Assumption, phrasesOf, type QuotedLine } from '../../../model/evidence.js';
import type { JudgedCase } from './judgement.js';

/** What a case that is against a requirement depends on, while another case of the same hosts is not. */
export interface OpenCondition {
  /** The expression that asks; `undefined` where the file names none. */
  readonly statement: QuotedLine | undefined;
  /**
   * Why it is not known to be met, as a sentence without full stop and without the clients; `phrases` of a reason: when it is so, where the
   * same hosts are decided otherwise.
   */
  readonly because:
    | { readonly kind: 'reason'; readonly reason: string; readonly phrases: readonly string[] }
    | { readonly kind: 'if'; readonly phrases: readonly string[]; readonly ruledOutBy: string | undefined };
}

/** A case that may be other than one that is against a requirement, and what it assumes of each unknown value. */
interface Rival {
  readonly judged: JudgedCase;
  readonly phrases: ReadonlyMap<Assumption['unknown'], ReadonlySet<string>>;
}

/** Finds the conditions of cases, once for all cases that assume the same. */
export class OpenConditions {
  private readonly known = new Map<string, OpenCondition>();

  private readonly phrases = new Map<string, readonly string[]>();

  private readonly rivals: readonly Rival[];

  /** @param cases all cases of one request */
  constructor(cases: readonly JudgedCase[]) {
    this.rivals = cases.map((judged) => ({ judged, phrases: phrasesByUnknown(judged.assumptions) }));
  }

  of(against: JudgedCase): OpenCondition {
    const { judgement, assumptions, clientsBy } = against;
    if (judgement.kind === 'unknown') {
      const statement = judgement.decidedBy ?? assumptions.at(-1)?.statement ?? clientsBy;
      const { reason } = judgement;
      return { statement, because: { kind: 'reason', reason, phrases: this.phrasesOfUnknown(against) } };
    }
    const key = keyOf(against);
    const known = this.known.get(key) ?? this.find(against);
    this.known.set(key, known);
    return known;
  }

  /** When what is unknown is so: nothing where that is what the reason says itself. */
  private phrasesOfUnknown(against: JudgedCase): readonly string[] {
    const { assumptions } = against;
    if (assumptions.length === 0) return [];
    const key = keyOf(against);
    const known = this.phrases.get(key);
    if (known) return known;
    const last = attempt(SHARE, () => this.lastCrossroads(against)) ?? -1;
    const found = phrasesOf(assumptions.slice(0, last + 1).filter(({ isOfEarlier }) => !isOfEarlier));
    this.phrases.set(key, found);
    return found;
  }

  /** Of a path of conditions, the last from which another way leads to what is asked for; the later ones do not matter. */
  private lastCrossroads(against: JudgedCase): number {
    const { assumptions } = against;
    let last = -1;
    for (const { judged, phrases } of this.rivals) {
      if (!isRival(judged, against)) continue;
      spend(1 + assumptions.length);
      const left = assumptions.findIndex(({ unknown, phrase }) => {
        const others = phrases.get(unknown);
        return others !== undefined && (others.size > 1 || !others.has(phrase));
      });
      if (left > last && overlap(judged, against)) last = left;
    }
    return last;
  }

  private find(against: JudgedCase): OpenCondition {
    const { assumptions, clientsBy } = against;
    const last = attempt(SHARE, () => this.lastCrossroads(against)) ?? assumptions.length - 1;
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

/** What finding one condition is worth, of the work that is left. */
const SHARE = 1 / 8;

/** Whether a case is other than one that is against a requirement: what is unknown for another reason is so as well. */
function isRival({ judgement: other }: JudgedCase, { judgement: own }: JudgedCase): boolean {
  if (own.kind !== 'unknown') return other.kind !== 'bad';
  return other.kind !== 'unknown' || other.reason !== own.reason;
}

function keyOf({ judgement, clientsBy, assumptions }: JudgedCase): string {
  const reason = judgement.kind === 'unknown' ? judgement.reason : '';
  return JSON.stringify([reason, clientsBy?.range.start, assumptions.map(({ unknown, phrase }) => [unknown, phrase])]);
}

function overlap(one: JudgedCase, other: JudgedCase): boolean {
  return one.clients.overlaps(other.clients) && !one.hosts.intersect(other.hosts).isEmpty;
}

function phrasesByUnknown(assumptions: readonly Assumption[]): Map<Assumption['unknown'], Set<string>> {
  const phrases = new Map<Assumption['unknown'], Set<string>>();
  for (const { unknown, phrase } of assumptions) {
    const known = phrases.get(unknown);
    if (known) known.add(phrase);
    else phrases.set(unknown, new Set([phrase]));
  }
  return phrases;
}
