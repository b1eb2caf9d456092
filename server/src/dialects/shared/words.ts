// The table of words that every dialect keeps in vocabulary/words.ts: one place that its parser, its completion, its hover,
// its page in docs/dialects and the tests read.

/**
 * The effect of a word on verdicts. `modelled`: the analysis follows it. `no-effect`: it changes no verdict, whatever comes
 * after it. `opaque`: it is known and not modelled, so its effect is unknown, and the verdicts say so.
 */
export type Treatment = 'modelled' | 'no-effect' | 'opaque';

export interface Word {
  /** As usually written; in lower case where the language ignores case. */
  readonly name: string;
  /** Its syntactic position, in the field's terms: `directive`, `acl type`, `match`, `target`, `statement of a rule`. */
  readonly place: string;
  readonly treatment: Treatment;
  /** One or two sentences of our own for hover, completion and the dialect's page; absent where the name says it all. */
  readonly summary?: string;
}

export interface WordTable {
  /** What the table was written from. */
  readonly manual: { readonly title: string; readonly url: string };
  readonly words: readonly Word[];
}
