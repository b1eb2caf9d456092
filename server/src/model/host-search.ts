// Looks for a host name in a set, or shows that there is none.
import { spend } from './budget.js';
import { type Formula, type HostFormulas, NEVER } from './host-formulas.js';

export type Search = { readonly kind: 'found'; readonly name: string } | { readonly kind: 'none' | 'gave-up' };

/** A longest name and label (RFC 1035, section 2.3.4, without the dot of the root). */
export const NAME_LENGTH = 253;
const LABEL_LENGTH = 63;

const DOT_UNIT = '.'.charCodeAt(0);

/** The characters of host names, in the order in which examples prefer them. */
export const NAME_UNITS: readonly number[] = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.'].map((character) =>
  character.charCodeAt(0),
);

export const NAME_SYMBOLS: ReadonlySet<number> = new Set(NAME_UNITS);

/** Those of labels. */
const LABEL_UNITS = NAME_UNITS.filter((unit) => unit !== DOT_UNIT);

const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** Whether a text can be the name of a host. */
export function isHostName(text: string): boolean {
  return text.length <= NAME_LENGTH && NAME.test(text) && !hasLongLabel(text);
}

/** Asked for every name of long lists, where an expression that counts characters would take most of the time. */
function hasLongLabel(text: string): boolean {
  let from = 0;
  while (text.length - from > LABEL_LENGTH) {
    const dot = text.indexOf('.', from);
    if ((dot < 0 ? text.length : dot) - from > LABEL_LENGTH) return true;
    from = dot + 1;
  }
  return false;
}

/** What it costs to look at the symbols that may come next, where what they lead to is known, and to visit that. */
const LOOK_COST = 4;
const LOOKS_AT_ONCE = 4;
const VISIT_COST = 5;

/** Where a reader is: at the end of a chain of symbols read from the end of a name. */
interface Visit {
  /** What the rest of the name has to fulfil. */
  readonly formula: Formula;
  /** The length of the label that is being read; 0 right before a dot, or at the end of the name. */
  readonly label: number;
  readonly symbol: number;
  readonly previous: Visit | undefined;
}

/**
 * Reads all names at once from their last character on, shortest first. `none` is a proof; it says that no name of a length that names
 * can have is in the set.
 */
export function searchNames(formulas: HostFormulas, wanted: Formula): Search {
  const seen = new ShortestLabels();
  seen.improves(wanted, 0);
  let frontier: Visit[] = wanted === NEVER ? [] : [{ formula: wanted, label: 0, symbol: 0, previous: undefined }];
  for (let length = 0; length <= NAME_LENGTH && frontier.length > 0; length++) {
    const next: Visit[] = [];
    for (const visit of frontier) {
      if (visit.label > 0 && formulas.accepts(visit.formula)) return { kind: 'found', name: nameOf(visit) };
      const symbols = formulas.symbolsFor(visit.formula, LABEL_UNITS);
      spend(LOOK_COST + symbols.length / LOOKS_AT_ONCE);
      for (let i = 0; i <= symbols.length; i++) {
        const symbol = symbols[i] ?? DOT_UNIT;
        const label = symbol === DOT_UNIT ? 0 : visit.label + 1;
        if (label > LABEL_LENGTH || (label === 0 && visit.label === 0)) continue;
        const formula = formulas.next(visit.formula, symbol);
        if (formula === NEVER || !seen.improves(formula, label)) continue;
        spend(VISIT_COST);
        next.push({ formula, label, symbol, previous: visit });
      }
    }
    frontier = next;
  }
  return { kind: 'none' };
}

function nameOf(last: Visit): string {
  let name = '';
  for (let visit = last; visit.previous; visit = visit.previous) name += String.fromCharCode(visit.symbol);
  return name;
}

/**
 * For each formula, the shortest labels in which it was reached. A later visit with a label that is no shorter can be continued in
 * no way in which the earlier one could not.
 */
class ShortestLabels {
  private readonly labels = new Map<Formula, number>();
  private readonly starts = new Set<Formula>();

  improves(formula: Formula, label: number): boolean {
    // Right behind a dot is not a shorter label: a dot cannot follow.
    if (label === 0) {
      if (this.starts.has(formula)) return false;
      this.starts.add(formula);
    } else {
      if ((this.labels.get(formula) ?? LABEL_LENGTH + 1) <= label) return false;
      this.labels.set(formula, label);
    }
    return true;
  }
}

/** The words that can be in a name at all. */
export function possibleWords(words: Iterable<string>): readonly string[] {
  return [...words].filter(
    (word) => word.length <= NAME_LENGTH && /^[a-z0-9_.-]+$/.test(word) && !word.includes('..') && !hasLongLabel(word),
  );
}
