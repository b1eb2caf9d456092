// Texts that depend on what is asked.
import type { TextVariable } from '../question/variables.js';

/** An operation that makes one text from another, whose pre-images of regular languages are regular. */
export type TextOperation =
  | { readonly kind: 'lower' | 'upper' }
  /** The first or last `count` characters, or all but these. */
  | { readonly kind: 'take' | 'drop' | 'take-last' | 'drop-last'; readonly count: number }
  /** What comes before the first (last) occurrence of a text, or from it on. Only used where it occurs. */
  | { readonly kind: 'until-first' | 'from-first' | 'until-last' | 'from-last'; readonly what: string }
  /** `split(separator)[index]`; counted from the end where negative. Only used where there is one. */
  | { readonly kind: 'item'; readonly separator: string; readonly index: number }
  | { readonly kind: 'replace-first' | 'replace-all'; readonly what: string; readonly by: string };

/** A text as it comes from the variables; immutable. */
export type TextForm =
  | { readonly kind: 'variable'; readonly variable: TextVariable }
  | { readonly kind: 'joined'; readonly parts: readonly (string | TextForm)[] }
  | { readonly kind: 'applied'; readonly operation: TextOperation; readonly to: TextForm };

export class Text {
  constructor(readonly form: TextForm) {}
}
