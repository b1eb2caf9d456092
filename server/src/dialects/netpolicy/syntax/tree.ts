// The text of a policy with its value, and the result of the validation.
import type { Path, YamlText } from '../../../yaml/yaml-text.js';
import type { Problem } from '../../dialect.js';

export interface NetpolicyTree {
  readonly text: string;
  readonly yaml: YamlText;
  /** Violations of the syntax or the schema. */
  readonly problems: readonly Problem[];
  /** Paths of values that the schema rejects or that may be another, as {@link pathKey} writes them. */
  readonly refused: ReadonlySet<string>;
  /** Paths of maps that lack a key or have an unknown one, likewise. */
  readonly incomplete: ReadonlySet<string>;
}

/** A path as one text, to find it in a set. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** The end of the text before an offset, without white space: ranges of blocks extend to the next node. */
export function writtenEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}
