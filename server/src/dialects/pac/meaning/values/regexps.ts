// Regular expressions on traced texts.
import { javascriptRegex } from '../../../../model/text-language.js';
import type { OperationContext } from './context.js';
import { booleanOf } from './numbers.js';
import { matches } from './sources.js';
import { subjectOf } from './subject.js';
import type { Text } from './text.js';
import { type OperationResult, Unknown, type Value } from './value.js';

export interface PatternText {
  readonly source: string;
  readonly flags: string;
}

export type RegExpMethod = 'test' | 'exec' | 'match' | 'matchAll' | 'search' | 'replace' | 'split';

export function callRegExp(
  method: RegExpMethod,
  { source, flags }: PatternText,
  text: Text,
  _args: readonly Value[],
  context: OperationContext,
): OperationResult {
  const reading = javascriptRegex(source, flags);
  if (reading.kind === 'language' && method === 'test') return booleanOf(matches(text, reading.language));
  return new Unknown(`looks at ${subjectOf(text.form)} through ${method}`, context.node);
}
