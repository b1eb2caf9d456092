// What the colours of an editor say that a grammar cannot know: which words are names of the file, and which are addresses or ports.

import type { Dialect, Document, NameUse } from '../../dialects/dialect.js';
import type { TextRange } from '../../text/range.js';
import { numbersIn } from './named-places.js';

/** The types of tokens, in the words of the Language Server Protocol, so that every theme has colours for them. */
export const TOKEN_TYPES = ['function', 'variable', 'class', 'namespace', 'interface', 'number'] as const;

/** A definition, and what is only read. */
export const TOKEN_MODIFIERS = ['declaration'] as const;

export interface SemanticToken {
  readonly range: TextRange;
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly isDeclaration: boolean;
}

/** By a word of the kind of a name: what is called, what holds a value, what lists members, what contains others. */
const TYPES: ReadonlyMap<string, SemanticToken['type']> = new Map([
  ['chain', 'function'],
  ['function', 'function'],
  ['action', 'function'],
  ['local', 'variable'],
  ['variable', 'variable'],
  ['define', 'variable'],
  ['alias', 'variable'],
  ['table', 'namespace'],
  ['zone', 'namespace'],
  ['zone-pair', 'namespace'],
  ['cache_peer', 'interface'],
  ['interface', 'interface'],
]);

/** The names, addresses and ports on the lines of a range, in the order of the text; none overlaps another. */
export function semanticTokensIn(document: Document, dialect: Dialect, range: TextRange): readonly SemanticToken[] {
  const { uri } = document.source;
  const isShown = (use: NameUse) => use.uri === uri && use.range.start < range.end && range.start < use.range.end;
  const names = (document.namesWithin?.(range) ?? document.names).filter(isShown).map(
    (use): SemanticToken => ({
      range: use.range,
      type: tokenTypeOf(use),
      isDeclaration: use.role === 'definition',
    }),
  );
  const numbers = numbersIn(document, dialect, range).map(
    (endpoint): SemanticToken => ({ range: endpoint.range, type: 'number', isDeclaration: false }),
  );
  const ordered = [...names, ...numbers].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let past = 0;
  return ordered.filter(({ range: { start, end } }) => {
    if (start < past || start === end) return false;
    past = end;
    return true;
  });
}

/** What a name is, by the word of its kind that says so: the chain of `filter chain`. */
export function tokenTypeOf({ kind }: Pick<NameUse, 'kind'>): SemanticToken['type'] {
  for (const word of kind.split(' ')) {
    const type = TYPES.get(word);
    if (type) return type;
  }
  return 'class';
}
