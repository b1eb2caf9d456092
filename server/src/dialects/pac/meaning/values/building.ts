// Makes texts from texts, in the simplest form.
import { spend } from '../../../../model/budget.js';
import type { TextOperation } from '../../../../model/text-operations.js';
import { alphabetOf, isSameText, sharesCharacters, Text, type TextForm } from './text.js';

/** A text that may be constant. */
export type AnyText = string | Text;
export type Part = string | TextForm;

export function partsOf(text: AnyText): readonly Part[] {
  if (typeof text === 'string') return text === '' ? [] : [text];
  return text.form.kind === 'joined' ? text.form.parts : [text.form];
}

/** What a part costs that is joined. */
const PART_COST = 10;

export function joined(parts: readonly Part[]): AnyText {
  if (parts.length > 2) spend(PART_COST * parts.length);
  const flat: Part[] = [];
  for (const part of parts.flatMap((one) => (typeof one !== 'string' && one.kind === 'joined' ? one.parts : [one]))) {
    const last = flat.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') flat[flat.length - 1] = last + part;
    else flat.push(part);
    joinItems(flat);
  }
  const [only = ''] = flat;
  if (flat.length > 1) return new Text({ kind: 'joined', parts: flat });
  return typeof only === 'string' ? only : new Text(only);
}

/** Neighbouring items of a text that was split, with the separator between them, are a piece of that text. */
function joinItems(parts: Part[]): void {
  const [first, between, second] = parts.slice(-3);
  if (typeof between !== 'string' || between.length !== 1) return;
  const [start, end] = [itemsOf(first), itemsOf(second)];
  if (!start || !end || start.separator !== between || end.separator !== between) return;
  if (start.last + 1 !== end.first || !isSameText(new Text(start.to), new Text(end.to))) return;
  parts.splice(-3, 3, {
    kind: 'applied',
    operation: { kind: 'items', separator: between, first: start.first, last: end.last },
    to: start.to,
  });
}

/** Which items, counted from the end, a part is. */
function itemsOf(part: Part | undefined): { separator: string; first: number; last: number; to: TextForm } | undefined {
  if (part === undefined || typeof part === 'string' || part.kind !== 'applied') return undefined;
  const { operation, to } = part;
  if (operation.kind === 'items') return { ...operation, to };
  if (operation.kind !== 'item' || operation.index >= 0) return undefined;
  return { separator: operation.separator, first: operation.index, last: operation.index, to };
}

export function concatenated(texts: readonly AnyText[]): AnyText {
  return joined(texts.flatMap((text) => partsOf(text)));
}

function applied(operation: TextOperation, text: AnyText): AnyText {
  return typeof text === 'string' ? text : new Text({ kind: 'applied', operation, to: text.form });
}

export function inCase(kind: 'lower' | 'upper', text: AnyText): AnyText {
  const change = (part: string) => (kind === 'lower' ? part.toLowerCase() : part.toUpperCase());
  return joined(
    partsOf(text).map((part): Part => {
      if (typeof part === 'string') return change(part);
      if ([...alphabetOf(part)].every((character) => change(character) === character)) return part;
      if (part.kind === 'applied' && (part.operation.kind === 'lower' || part.operation.kind === 'upper')) {
        return { kind: 'applied', operation: { kind }, to: part.to };
      }
      return { kind: 'applied', operation: { kind }, to: part };
    }),
  );
}

/** The characters from the last to the first. */
export function reversed(text: AnyText): AnyText {
  const ofPart = (part: Part): Part => {
    if (typeof part === 'string') return part.split('').reverse().join('');
    const isReversed = part.kind === 'applied' && part.operation.kind === 'reverse';
    return isReversed ? part.to : { kind: 'applied', operation: { kind: 'reverse' }, to: part };
  };
  return joined(partsOf(text).map(ofPart).reverse());
}

/** The first characters, at most `count`. */
export function take(text: AnyText, count: number): AnyText {
  if (count <= 0) return '';
  if (typeof text === 'string') return text.slice(0, count);
  const [first = '', ...rest] = partsOf(text);
  if (typeof first === 'string')
    return joined([first.slice(0, count), ...partsOf(take(joined(rest), count - first.length))]);
  if (text.form.kind === 'applied' && text.form.operation.kind === 'take') {
    return take(new Text(text.form.to), Math.min(count, text.form.operation.count));
  }
  return applied({ kind: 'take', count }, text);
}

/** What is behind the first `count` characters. */
export function drop(text: AnyText, count: number): AnyText {
  if (count <= 0) return text;
  if (typeof text === 'string') return text.slice(count);
  const [first = '', ...rest] = partsOf(text);
  if (typeof first === 'string') return drop(joined([first.slice(count), ...rest]), count - first.length);
  if (text.form.kind !== 'applied') return applied({ kind: 'drop', count }, text);
  const { operation, to } = text.form;
  if (operation.kind === 'drop') return drop(new Text(to), count + operation.count);
  if (operation.kind === 'from-first' && operation.what.length === 1)
    return drop(behind(new Text(to), operation.what), count - 1);
  return applied({ kind: 'drop', count }, text);
}

/** What comes behind the first separator, of one character. Only where there is one. */
function behind(text: Text, separator: string): Text {
  const { form } = text;
  const isWalk = form.kind === 'applied' && form.operation.kind === 'behind' && form.operation.separator === separator;
  const [count, to] = isWalk && form.operation.kind === 'behind' ? [form.operation.count + 1, form.to] : [1, form];
  return new Text({ kind: 'applied', operation: { kind: 'behind', separator, count }, to });
}

/** The last characters, at most `count`. */
export function takeLast(text: AnyText, count: number): AnyText {
  if (count <= 0) return '';
  if (typeof text === 'string') return text.slice(-count);
  const last = partsOf(text).at(-1) ?? '';
  if (typeof last === 'string') {
    const before = takeLast(joined(partsOf(text).slice(0, -1)), count - last.length);
    return joined([...partsOf(before), last.slice(-count)]);
  }
  return applied({ kind: 'take-last', count }, text);
}

/** What is before the last `count` characters. */
export function dropLast(text: AnyText, count: number): AnyText {
  if (count <= 0) return text;
  if (typeof text === 'string') return text.slice(0, -count);
  const last = partsOf(text).at(-1) ?? '';
  if (typeof last === 'string') {
    return dropLast(joined([...partsOf(text).slice(0, -1), last.slice(0, -count)]), count - last.length);
  }
  return applied({ kind: 'drop-last', count }, text);
}

/** A text in two pieces. */
export interface Cut {
  readonly before: AnyText;
  readonly after: AnyText;
}

/**
 * A text cut before the first (last) occurrence of another one: there is none, or it is where the pieces tell, or nothing simpler is
 * known than that it may be anywhere.
 */
export function cutAt(which: 'first' | 'last', text: AnyText, what: string): Cut | 'absent' | 'anywhere' {
  const parts = partsOf(text);
  const order = which === 'first' ? [...parts.keys()] : [...parts.keys()].reverse();
  for (const index of order) {
    const part = parts[index] ?? '';
    if (typeof part !== 'string') {
      // An occurrence that touches a part has a character of it; the empty part is between its neighbours.
      if (sharesCharacters(part, what) || mayStraddle(parts, index, what)) return 'anywhere';
      continue;
    }
    const at = which === 'first' ? part.indexOf(what) : part.lastIndexOf(what);
    if (at < 0) continue;
    return {
      before: joined([...parts.slice(0, index), part.slice(0, at)]),
      after: joined([part.slice(at), ...parts.slice(index + 1)]),
    };
  }
  return 'absent';
}

/** Whether a text could begin before a part that shares no character with it, and end behind it, because the part may be empty. */
function mayStraddle(parts: readonly Part[], index: number, what: string): boolean {
  const part = parts[index];
  if (typeof part !== 'string' && part?.kind === 'variable' && part.variable.kind !== 'path') return false;
  return what.length > 1 && index > 0 && index < parts.length - 1;
}

/** What comes before the first or last occurrence of a text. Only where it occurs. */
export function until(which: 'first' | 'last', text: AnyText, what: string): AnyText {
  const cut = cutAt(which, text, what);
  if (typeof cut !== 'string') return cut.before;
  return applied({ kind: `until-${which}`, what }, text);
}

/** The first or last occurrence of a text and what follows it. Only where it occurs. */
export function from(which: 'first' | 'last', text: AnyText, what: string): AnyText {
  const cut = cutAt(which, text, what);
  if (typeof cut !== 'string') return cut.after;
  return applied({ kind: `from-${which}`, what }, text);
}

/** `split(separator)[index]`, counted from the end where negative. Only where there is one. */
export function item(text: AnyText, separator: string, index: number): AnyText {
  if (typeof text === 'string') return text.split(separator).at(index) ?? '';
  const which = index < 0 ? 'last' : 'first';
  const cut = cutAt(which, text, separator);
  // Occurrences that overlap are counted from the front.
  if (cut === 'anywhere' || (index < 0 && separator.length > 1))
    return applied({ kind: 'item', separator, index }, text);
  if (cut === 'absent') return text;
  const behind = drop(cut.after, separator.length);
  if (index < 0) return index === -1 ? behind : item(cut.before, separator, index + 1);
  return index === 0 ? cut.before : item(behind, separator, index - 1);
}

/** The last items of `split(separator)`, each with the separator, of one character, before it. Only where there are more than these. */
export function lastItems(text: Text, separator: string, count: number): AnyText {
  if (count > 1 && cutAt('last', text, separator) === 'anywhere')
    return concatenated([separator, applied({ kind: 'items', separator, first: -count, last: -1 }, text)]);
  return concatenated(Array.from({ length: count }, (_, at) => [separator, item(text, separator, at - count)]).flat());
}

/** `replace(what, by)` or `replaceAll(what, by)`, where `by` is taken as it is. */
export function replaced(which: 'first' | 'all', text: AnyText, what: string, by: string): AnyText {
  if (what === by) return text;
  if (typeof text === 'string')
    return which === 'first' ? text.replace(what, () => by) : text.replaceAll(what, () => by);
  const cut = cutAt('first', text, what);
  if (cut === 'absent') return text;
  if (cut === 'anywhere') return applied({ kind: which === 'first' ? 'replace-first' : 'replace-all', what, by }, text);
  const behind = drop(cut.after, what.length);
  return concatenated([cut.before, by, which === 'first' ? behind : replaced('all', behind, what, by)]);
}

/** `replace` of a regular expression, as `patternReplacement` reads it. */
export function replacedPattern(text: Text, operation: TextOperation & { readonly kind: 'replace-pattern' }): AnyText {
  return applied(operation, text);
}
