// Traced texts that are looked for in constant ones: `"lync.com,teams.com".indexOf(host)`.
import { words } from '../../../../model/text-language.js';
import { type Condition, NEVER } from '../question/condition.js';
import { partsOf } from './building.js';
import type { OperationContext } from './context.js';
import { identity } from './numbers.js';
import { matches, maximumLength } from './sources.js';
import { alphabetOf, type Text } from './text.js';
import type { TracedNumber } from './value.js';

/** How many characters the texts that can be found may have together. */
const SIZE_LIMIT = 400_000;

/** Where a traced text is in a constant one, first or last: a table of what can be found. `undefined` where that is too much. */
export function indexIn(
  constant: string,
  what: Text,
  which: 'first' | 'last',
  context: OperationContext,
): TracedNumber | number | undefined {
  const numbers = new Map<string, number>();
  const [first = ''] = partsOf(what);
  const last = partsOf(what).at(-1) ?? '';
  const prefix = typeof first === 'string' ? first : '';
  const suffix = typeof last === 'string' ? last : '';
  const alphabet = alphabetOf(what.form);
  const longest = maximumLength(what.form);
  let size = 0;
  for (let start = constant.indexOf(prefix); start >= 0; start = constant.indexOf(prefix, start + 1)) {
    const most = Math.min(constant.length, start + longest);
    for (let end = start; end <= most; end++) {
      if (end >= start + prefix.length + suffix.length && constant.startsWith(suffix, end - suffix.length)) {
        const found = constant.slice(start, end);
        if (which === 'last' || !numbers.has(found)) numbers.set(found, start);
        size += found.length + 1;
        if (size > SIZE_LIMIT) return undefined;
      }
      if (!alphabet.has(constant[end] ?? '')) break;
    }
    context.budget.spend(most - start + 1);
    if (start >= constant.length) break;
  }
  if (numbers.size === 0) return -1;
  return identity({ kind: 'table', text: what, numbers, otherwise: -1 });
}

const LENGTH_LIMIT = 1_000;

/** Where a traced text is a beginning, or an end, of a constant one. */
export function whereEndOf(
  constant: string,
  what: Text,
  which: 'start' | 'end',
  context: OperationContext,
): Condition | undefined {
  const most = Math.min(constant.length, maximumLength(what.form));
  if (most > LENGTH_LIMIT) return undefined;
  context.budget.spend(most * most);
  const ends = Array.from({ length: most + 1 }, (_, length) =>
    which === 'start' ? constant.slice(0, length) : constant.slice(constant.length - length),
  );
  const alphabet = alphabetOf(what.form);
  const possible = ends.filter((end) => [...end].every((character) => alphabet.has(character)));
  return possible.length === 0 ? NEVER : matches(what, words(possible));
}
