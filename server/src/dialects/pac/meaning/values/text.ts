// Texts that depend on what is asked.
import { Memo } from '../../../../kept/memo.js';
import type { TextOperation } from '../../../../model/text-operations.js';
import type { TextVariable } from '../question/variables.js';

/** A text as it comes from the variables; immutable. */
export type TextForm =
  | { readonly kind: 'variable'; readonly variable: TextVariable }
  | { readonly kind: 'joined'; readonly parts: readonly (string | TextForm)[] }
  | { readonly kind: 'applied'; readonly operation: TextOperation; readonly to: TextForm };

export class Text {
  constructor(readonly form: TextForm) {}
}

const keys = new Memo<TextForm, string>();

/** Equal for equal forms, which are always the same text. */
export function keyOf(form: TextForm): string {
  return keys.of(form, makeKey);
}

function makeKey(form: TextForm): string {
  switch (form.kind) {
    case 'variable':
      return form.variable.kind === 'address' ? `address(${form.variable.id})` : form.variable.kind;
    case 'joined':
      return `[${form.parts.map((part) => (typeof part === 'string' ? JSON.stringify(part) : keyOf(part))).join(',')}]`;
    case 'applied':
      return `${JSON.stringify(form.operation)}(${keyOf(form.to)})`;
  }
}

export function isSameText(a: Text, b: Text): boolean {
  return a.form === b.form || keyOf(a.form) === keyOf(b.form);
}

const HOST_SYMBOLS = 'abcdefghijklmnopqrstuvwxyz0123456789-_.';
const ADDRESS_SYMBOLS = '0123456789.';

const alphabets = new Memo<TextForm, ReadonlySet<string>>();

/** The characters of which a text is made, and perhaps some more. */
export function alphabetOf(form: TextForm): ReadonlySet<string> {
  return alphabets.of(form, makeAlphabet);
}

function makeAlphabet(form: TextForm): ReadonlySet<string> {
  switch (form.kind) {
    case 'variable':
      if (form.variable.kind === 'host') return new Set(HOST_SYMBOLS);
      if (form.variable.kind === 'address') return new Set(ADDRESS_SYMBOLS);
      return new Set(Array.from({ length: 94 }, (_, i) => String.fromCharCode(i + 33)));
    case 'joined':
      return new Set(form.parts.flatMap((part) => [...(typeof part === 'string' ? part : alphabetOf(part))]));
    case 'applied':
      return alphabetAfter(form.operation, alphabetOf(form.to));
  }
}

function alphabetAfter(operation: TextOperation, before: ReadonlySet<string>): ReadonlySet<string> {
  switch (operation.kind) {
    case 'lower':
      return new Set([...before].map((character) => character.toLowerCase()));
    case 'upper':
      return new Set([...before].map((character) => character.toUpperCase()));
    case 'replace-first':
    case 'replace-pattern':
      return new Set([...before, ...operation.by]);
    case 'replace-all': {
      const after = new Set(before);
      if (operation.what.length === 1) after.delete(operation.what);
      for (const character of operation.by) after.add(character);
      return after;
    }
    case 'item': {
      const after = new Set(before);
      if (operation.separator.length === 1) after.delete(operation.separator);
      return after;
    }
    case 'until-first': {
      const after = new Set(before);
      if (operation.what.length === 1) after.delete(operation.what);
      return after;
    }
    default:
      return before;
  }
}

/** Whether a text can have a character of another one. */
export function sharesCharacters(form: TextForm, other: string): boolean {
  const alphabet = alphabetOf(form);
  return [...other].some((character) => alphabet.has(character));
}
