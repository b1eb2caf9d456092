// Operations that make one text from another.

/** An operation whose pre-images of regular languages are regular. */
export type TextOperation =
  | { readonly kind: 'lower' | 'upper' }
  /** The characters from the last to the first: `split('').reverse().join('')`. */
  | { readonly kind: 'reverse' }
  /** The first or last `count` characters, or all but these. */
  | { readonly kind: 'take' | 'drop' | 'take-last' | 'drop-last'; readonly count: number }
  /** What comes before the first (last) occurrence of a text, or from it on. Only used where it occurs. */
  | { readonly kind: 'until-first' | 'from-first' | 'until-last' | 'from-last'; readonly what: string }
  /** `split(separator)[index]`; counted from the end where negative. Only used where there is one. */
  | { readonly kind: 'item'; readonly separator: string; readonly index: number }
  /**
   * The items of `split(separator)` from `first` to `last`, both counted from the end (-1 is the last one), with the separators between
   * them. The separator is one character. Only used where there are so many.
   */
  | { readonly kind: 'items'; readonly separator: string; readonly first: number; readonly last: number }
  /** What comes behind the first `count` separators, of one character each. Only used where there are so many. */
  | { readonly kind: 'behind'; readonly separator: string; readonly count: number }
  | { readonly kind: 'replace-first' | 'replace-all'; readonly what: string; readonly by: string }
  /** `replace(new RegExp(source, flags), by)`; made by `patternReplacement` and `groupReplacement` only. */
  | { readonly kind: 'replace-pattern'; readonly source: string; readonly flags: string; readonly by: string };

/** Some of the numbers from -1 on: these, and with `from` all from there on. */
export interface NumberSet {
  readonly values: ReadonlySet<number>;
  readonly from?: number;
}
