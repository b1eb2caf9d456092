// Regular sets of texts: lists of words, and automata.
import type { Automaton } from './language.js';

/** A regular set of ASCII texts. A list of words is kept as one, because it may be long and is looked up quickly. */
export type Language =
  | { readonly kind: 'words'; readonly words: ReadonlySet<string> }
  | { readonly kind: 'automaton'; readonly automaton: Automaton };
