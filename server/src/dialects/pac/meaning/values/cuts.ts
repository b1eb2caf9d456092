// Cuts texts at places that are constant or traced: `substring`, `substr`, `slice`.
import { LatestMemo } from '../../../../kept/memo.js';
import { containing, startingWith } from '../../../../model/text-language.js';
import { ALWAYS, type Condition, not } from '../question/condition.js';
import {
  type AnyText,
  type Cut,
  concatenated,
  drop,
  dropLast,
  from,
  joined,
  lastItems,
  partsOf,
  take,
  takeLast,
  until,
} from './building.js';
import { identity } from './numbers.js';
import { matches } from './sources.js';
import { isSameText, keyOf, type Text, type TextForm } from './text.js';
import { Choice, type LinearForm, type NumberSource, type TracedNumber } from './value.js';

/** Where a text is cut: a number of characters, clamped to the text. */
export type Place = number | TracedNumber;

export interface ConditionalCut {
  readonly when: Condition;
  readonly cut: Cut;
}

/**
 * A text cut at a place, as `substring` cuts: what is negative is the start. The first cut whose condition holds; the last one holds
 * always. `undefined` where the place is not followed.
 */
export function cutsAt(text: AnyText, place: Place): readonly ConditionalCut[] | undefined {
  if (typeof place === 'number') return [{ when: ALWAYS, cut: constantCut(text, place) }];
  const { linear, sources } = place;
  if (!linear) return undefined;
  const [source] = sources;
  if (place.offset !== undefined && (source?.kind === 'first' || source?.kind === 'last')) {
    const cuts = searchedCuts(text, source, place.offset);
    if (cuts) return cuts;
    if (source.kind === 'last') return steppedCuts(text, source, place.offset);
  }
  const cut = lengthCut(text, sources, linear);
  return cut ? [{ when: ALWAYS, cut }] : nestedCuts(text, sources, linear);
}

/** How far behind one found text the search for the next may begin. */
const STEP_LIMIT = 16;

/** Cut where a text is found behind the place where another one is found: `indexOf(what, from)`. Only where both are found. */
function nestedCuts(
  text: AnyText,
  sources: readonly NumberSource[],
  { weights, constant }: LinearForm,
): readonly ConditionalCut[] | undefined {
  const searches = sources.filter((source): source is Search => source.kind === 'first');
  if (searches.length < sources.length || (sources.length > 1 && weights.some((weight) => weight !== 1)))
    return undefined;
  const cut = nestedCut(text, searches, constant);
  return cut && [{ when: ALWAYS, cut }];
}

/** A walk up the domains goes on and on, and asks only for what is behind it. */
function nestedCut(text: AnyText, searches: readonly Search[], constant: number): Cut | undefined {
  const heads: AnyText[] = [];
  let rest = text;
  let left = constant;
  for (const [index, source] of searches.entries()) {
    const next = searches[index + 1];
    if (!next) {
      const [last] = (index > 0 && searchedCuts(rest, source, left)) || (cutsBehind(rest, source, left) ?? []);
      return last && cutBehindTexts(heads, last.cut);
    }
    const outer = cutBefore(rest, source, next);
    if (!outer || left < outer.step) return undefined;
    heads.push(outer.cut.before);
    rest = outer.cut.after;
    left -= outer.step;
  }
  return undefined;
}

interface SearchCut {
  readonly source: Search;
  readonly cut: Cut;
  readonly step: number;
}

/** By the next search: each round of a walk goes through the same searches again. */
const cutsBefore = new LatestMemo<Search, TextForm, SearchCut | undefined>();

/** The cut behind which the next search begins. */
function cutBefore(text: AnyText, source: Search, next: Search): SearchCut | undefined {
  if (typeof text === 'string') return undefined;
  const known = cutsBefore.of(next, text.form, () => findCutBefore(text, source, next));
  return known?.source === source ? known : findCutBefore(text, source, next);
}

function findCutBefore(text: Text, source: Search, next: Search): SearchCut | undefined {
  const length = Math.min(source.what.length, STEP_LIMIT);
  const steps = [
    length,
    ...Array.from({ length: STEP_LIMIT + 1 }, (_, step) => step).filter((step) => step !== length),
  ];
  for (const step of steps) {
    const [outer] = searchedCuts(text, source, step) ?? [];
    if (!outer) return undefined;
    const { after } = outer.cut;
    if (typeof after !== 'string' && isSameText(after, next.text)) return { source, cut: outer.cut, step };
  }
  return undefined;
}

/** A cut of what follows some texts. */
function cutBehindTexts(heads: readonly AnyText[], cut: Cut): Cut {
  return {
    get before() {
      return concatenated([...heads, cut.before]);
    },
    after: cut.after,
  };
}

function constantCut(text: AnyText, count: number): Cut {
  return { before: take(text, count), after: drop(text, count) };
}

type Search = Extract<NumberSource, { kind: 'first' | 'last' }>;

/** Cut before the place where a text was found, and some characters further on or back. */
function searchedCuts(text: AnyText, source: Search, offset: number): readonly ConditionalCut[] | undefined {
  if (typeof text === 'string' || !isSameText(text, source.text)) return undefined;
  const before = until(source.kind, text, source.what);
  const after = from(source.kind, text, source.what);
  const moved: Cut =
    offset >= 0
      ? { before: concatenated([before, take(after, offset)]), after: drop(after, offset) }
      : { before: dropLast(before, -offset), after: concatenated([takeLast(before, -offset), after]) };
  const within = offset >= 0 && offset <= source.what.length;
  const known: Cut = within ? { ...moved, before: concatenated([before, source.what.slice(0, offset)]) } : moved;
  return [
    { when: matches(source.text, containing([source.what])), cut: known },
    { when: not(matches(source.text, containing([source.what]))), cut: constantCut(text, offset - 1) },
  ];
}

/** How far the search goes on towards the start: as many dots as the longest name can have. */
const BACKWARD_LIMIT = 128;

/** Cut where a character is found by searching before the place where it was found last: `lastIndexOf(".", last - 1)`. */
function steppedCuts(text: AnyText, source: Search, offset: number): readonly ConditionalCut[] | undefined {
  const { what } = source;
  if (typeof text === 'string' || what.length !== 1) return undefined;
  const steps = stepsBetween(text, source.text, what);
  if (steps === undefined) return undefined;
  const before = until('last', source.text, what);
  const after = lastItems(text, what, steps + 1);
  const cut: Cut =
    offset >= 0
      ? { before: concatenated([before, take(after, offset)]), after: drop(after, offset) }
      : { before: dropLast(before, -offset), after: concatenated([takeLast(before, -offset), after]) };
  const found = matches(source.text, containing([what]));
  return [
    { when: found, cut },
    { when: not(found), cut: constantCut(text, offset - 1) },
  ];
}

/** How often a text was cut before its last occurrence of a character to get another one. */
function stepsBetween(text: Text, inner: Text, what: string): number | undefined {
  let { form } = inner;
  for (let steps = 0; steps <= BACKWARD_LIMIT; steps++) {
    if (form === text.form || keyOf(form) === keyOf(text.form)) return steps;
    if (form.kind !== 'applied' || form.operation.kind !== 'until-last' || form.operation.what !== what)
      return undefined;
    form = form.to;
  }
  return undefined;
}

/** `text.lastIndexOf(what, from)` for a place right before the one where it was found last. */
export function lastIndexBefore(text: AnyText, what: string, from: TracedNumber): Choice | undefined {
  const [source] = from.sources;
  if (from.offset !== -1 || source?.kind !== 'last' || source.what !== what || what.length !== 1) return undefined;
  if (typeof text === 'string' || stepsBetween(text, source.text, what) === undefined) return undefined;
  const rest = until('last', source.text, what);
  if (typeof rest === 'string') return undefined;
  return new Choice([
    { when: matches(source.text, containing([what])), value: identity({ kind: 'last', text: rest, what }) },
    // Before the start of the text it is searched at the start.
    { when: matches(text, startingWith(what)), value: 0 },
    { when: ALWAYS, value: -1 },
  ]);
}

/** Cut where a text is found that was searched from a constant place on: `indexOf(what, 2)`. Only where it is found. */
function cutsBehind(text: AnyText, source: Search, constant: number): readonly ConditionalCut[] | undefined {
  for (let start = 1; start <= Math.min(constant, STEP_LIMIT); start++) {
    const head = constantCut(text, start);
    if (typeof head.after === 'string' || !isSameText(head.after, source.text)) continue;
    const [inner] = searchedCuts(head.after, source, constant - start) ?? [];
    return inner && [{ when: ALWAYS, cut: cutBehindTexts([head.before], inner.cut) }];
  }
  return undefined;
}

/** Cut at a sum of the lengths of the first parts of the text, or some characters before its end. */
function lengthCut(
  text: AnyText,
  sources: readonly NumberSource[],
  { weights, constant }: LinearForm,
): Cut | undefined {
  const open = new Map<string, number>();
  for (const [index, source] of sources.entries()) {
    if (source.kind !== 'length') return undefined;
    if (typeof text !== 'string' && sources.length === 1 && weights[0] === 1 && isSameText(text, source.text)) {
      return constant >= 0 ? { before: text, after: '' } : fromEnd(text, -constant);
    }
    open.set(keyOf(source.text.form), weights[index] ?? 0);
  }
  const parts = partsOf(text);
  let count = constant;
  for (const [index, part] of parts.entries()) {
    if (open.size === 0 && count >= 0) return cutBehind(parts, index, count);
    if (typeof part === 'string') {
      count -= part.length;
    } else {
      const key = keyOf(part);
      const weight = open.get(key);
      if (weight === undefined || weight < 1) return undefined;
      if (weight === 1) open.delete(key);
      else open.set(key, weight - 1);
    }
    if (open.size === 0 && count <= 0) {
      const head = fromEnd(joined(parts.slice(0, index + 1)), -count);
      return { before: head.before, after: concatenated([head.after, joined(parts.slice(index + 1))]) };
    }
  }
  return open.size === 0 ? { before: text, after: '' } : undefined;
}

function cutBehind(parts: readonly (string | Text['form'])[], index: number, count: number): Cut {
  const rest = constantCut(joined(parts.slice(index)), count);
  return { before: concatenated([joined(parts.slice(0, index)), rest.before]), after: rest.after };
}

function fromEnd(text: AnyText, count: number): Cut {
  return { before: dropLast(text, count), after: takeLast(text, count) };
}
