// Which conditions of a template can change a verdict: only for these all branches have to be followed one by one.
import type { Model } from '../model/model.js';
import type { Template } from './alternatives.js';
import { signatureOf } from './filter-signature.js';
import type { Effect } from './line-effects.js';
import { linesOf, textOfLine } from './lines.js';
import { type Piece, type Rendering, render } from './rendering.js';

/** For how many conditions it is tried whether they change anything. */
const TRIED_LIMIT = 40;

/**
 * The conditions that change nothing of what a packet filter does, whichever branch is taken: neither where the first branches
 * of all others are, nor where the last are.
 */
export function conditionsWithoutEffect(
  { text, tree, scope }: Template,
  isRulesOnly: (key: string) => boolean,
  read: (rendering: Rendering) => Model | undefined,
): ReadonlySet<string> {
  const without = new Map<string, boolean>();
  for (const isFirst of [true, false]) {
    const choose = (turned: string | undefined) =>
      render(text, tree, scope, (key, _tag, count) => {
        if (isRulesOnly(key)) return 'all';
        return isFirst === (key === turned) ? count - 1 : 0;
      });
    const base = choose(undefined);
    const before = signature(read(base));
    for (const [key, { count }] of [...base.asked].slice(0, TRIED_LIMIT)) {
      if (without.get(key) === false) continue;
      const isSame = before !== undefined && count === 2 && signature(read(choose(key))) === before;
      without.set(key, isSame);
    }
  }
  return new Set([...without].flatMap(([key, isWithout]) => (isWithout ? [key] : [])));
}

function signature(model: Model | undefined): string | undefined {
  return model && signatureOf(model);
}

/**
 * The conditions whose first branch stands for all: of lines that change no verdict, and of lines with open values, which may
 * be such that they do nothing, like the empty branch.
 */
export function conditionsCovered(
  { text, tree, scope }: Template,
  fill: (pieces: readonly Piece[]) => readonly Piece[],
  effectOf: (line: string) => Effect,
): ReadonlySet<string> {
  const whole = render(text, tree, scope, () => 'all');
  const uncovered = new Set<string>();
  const found = new Map<string, Set<number>>();
  for (const line of linesOf(fill(whole.pieces))) {
    const lineText = textOfLine(line).trim();
    const inside = line.find(({ text: own }) => own.trim() !== '');
    if (lineText === '' || !inside) continue;
    const effect = effectOf(lineText);
    const isInline = line.some((piece) => piece.text.trim() !== '' && piece.path.length !== inside.path.length);
    for (const piece of line) {
      for (const { key, option } of piece.path) {
        if (piece.text.trim() === '') continue;
        if (isInline) uncovered.add(key);
        else if (effect === 'none') continue;
        else if (effect === 'open') found.set(key, (found.get(key) ?? new Set()).add(option));
        else uncovered.add(key);
      }
    }
  }
  // Where several branches do something, it makes a difference which.
  const covered = [...conditionsIn(whole)].filter((key) => !uncovered.has(key));
  return new Set(covered.filter((key) => [...(found.get(key) ?? [])].every((option) => option === 0)));
}

function conditionsIn({ pieces }: Rendering): Set<string> {
  return new Set(pieces.flatMap(({ path }) => path.map(({ key }) => key)));
}
