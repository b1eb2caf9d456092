// The evidence for a verdict: the lines that decided, the decision trace, and the assumptions.
import { addTo } from '../kept/lists.js';
import type { Location } from '../text/range.js';

/** A statement that contributed to a decision: its location, and its text on one line. */
export interface QuotedLine extends Location {
  readonly text: string;
}

/** Equal for quotes of the same statement; two statements never begin at the same offset of one file. */
export function statementKey({ uri, range }: Location): string {
  return `${uri}#${range.start}`;
}

/** Each statement once, in the order in which they first appear. */
export function distinctStatements(statements: readonly QuotedLine[]): QuotedLine[] {
  const seen = new Set<string>();
  return statements.filter((statement) => {
    const key = statementKey(statement);
    return !seen.has(key) && seen.add(key);
  });
}

/** The effect of a step whose condition did not hold: explanations show it, findings do not. */
export const NO_MATCH = 'does not match';

/** One step of a decision trace, in the order in which it was taken. */
export interface TraceStep {
  readonly statement: QuotedLine;
  /** What the statement did there, as a short phrase: `matches`, `does not match`, `denies`, `asks for a login`. */
  readonly effect: string;
}

/**
 * The steps of a decision, found when they are asked for: they may follow all rules once more. A function and no getter: an object
 * that is copied does not ask for them, and objects with getters of their own are slow to make and to read.
 */
export type Trace = () => readonly TraceStep[];

/** The trace of what took no step, or whose steps are not told. */
export const NO_STEPS: Trace = () => [];

/** Something that the file leaves to its environment (a DNS answer, the time, a helper program) and one of its outcomes. */
export interface Assumption {
  /** Identifies the unknown, so that two cases can be seen to differ in it. */
  readonly unknown: string;
  /** The outcome, as a phrase that reads after "if": `myIpAddress() is in 10.0.0.0/8`. */
  readonly phrase: string;
  /** The same phrase in the plural, around a name: where several unknowns have the same outcome they are told as one. */
  readonly plural?: { readonly before: string; readonly name: string; readonly after: string };
  readonly statement: QuotedLine;
  /** The line of `lintel.yaml` that rules this outcome out, where there is one: `dns: external`. */
  readonly ruledOutBy?: string;
  /** Set where it is no matter of the environment: it says which of the files is meant that a template may become. */
  readonly isBranch?: true;
  /** Set where it is no matter of the environment: it says which of the requests that are asked about are meant, and some are. */
  readonly isOfRequest?: true;
  /** Set where it is so when a client makes its first request, as each of them does. */
  readonly isAtFirst?: true;
  /** Set where it says whether earlier requests changed what is read; where they did, the reason of what is unknown says so itself. */
  readonly isOfEarlier?: true;
}

/** Whether a case with these assumptions is certain, of all requests or of some that are asked about. */
export function areOfRequest(assumptions: readonly Assumption[]): boolean {
  return assumptions.every(({ isOfRequest, isAtFirst }) => isOfRequest || isAtFirst);
}

/** How many names of unknowns with the same outcome are told: fewer of long ones, such as expressions. */
const NAMES_SHOWN = 3;
const LONG_NAME = 30;

/** The assumptions as phrases, each once: those with the same outcome as one. */
export function phrasesOf(assumptions: readonly Assumption[]): string[] {
  const groups = new Map<string, Assumption[]>();
  for (const assumption of assumptions) {
    const { phrase, plural } = assumption;
    const key = plural ? `${plural.before} … ${plural.after}` : phrase;
    addTo(groups, key, assumption);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const names = [...new Set(group.flatMap(({ plural }) => plural?.name ?? []))];
    if (!first?.plural || names.length < 2) return first?.phrase ?? '';
    const most = names.some((name) => name.length > LONG_NAME) ? 1 : NAMES_SHOWN;
    const shown = names.slice(0, names.length > most ? most : -1);
    const last = names.length > most ? `${names.length - most} more` : names.at(-1);
    const { before, after } = first.plural;
    return `${before}${shown.join(', ')} and ${last}${after}`;
  });
}
