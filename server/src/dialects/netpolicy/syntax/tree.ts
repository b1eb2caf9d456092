// The text of a policy with its value, and what its schema says of it.
import type { Path, YamlText } from '../../../yaml/yaml-text.js';
import type { Problem } from '../../dialect.js';

export interface NetpolicyTree {
  readonly text: string;
  readonly yaml: YamlText;
  /** What breaks the syntax or the schema. */
  readonly problems: readonly Problem[];
  /** Paths of values that the schema refuses, as {@link pathKey} writes them. */
  readonly refused: ReadonlySet<string>;
  /** Paths of maps that lack a key or have an unknown one, likewise. */
  readonly incomplete: ReadonlySet<string>;
}

/** A path as one text, to find it in a set. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** The end of what is written before an offset; blocks go on to what follows them. */
export function writtenEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}
