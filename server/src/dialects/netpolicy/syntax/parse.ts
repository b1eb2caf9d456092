import { validateNetpolicy } from '../../../../generated/validators.js';
import { type Path, schemaProblems, YamlText } from '../../../yaml/yaml-text.js';
import type { Problem, Source } from '../../dialect.js';

/** A policy's text with its value, and what its schema says of it. */
export interface NetpolicyTree {
  readonly text: string;
  readonly yaml: YamlText;
  /** What breaks the syntax or the schema. */
  readonly problems: readonly Problem[];
  /** Paths of values that the schema refuses. */
  readonly refused: ReadonlySet<string>;
  /** Paths of maps that lack a key, or have one that is not known. */
  readonly incomplete: ReadonlySet<string>;
}

/** Reads YAML, of which JSON is a part. */
export function parseText({ uri, text }: Source, previous?: NetpolicyTree): NetpolicyTree {
  if (previous?.text === text) return previous;
  const yaml = YamlText.parse(text);
  const problems = yaml.problems.map(({ range, message }): Problem => ({ uri, code: 'syntax-error', range, message }));
  const refused = new Set<string>();
  const incomplete = new Set<string>();
  const isEmpty = yaml.value === undefined || yaml.value === null;
  if (!isEmpty && !validateNetpolicy(yaml.value)) {
    for (const { path, keyword, range, message } of schemaProblems(validateNetpolicy.errors ?? [], yaml)) {
      problems.push({ uri, code: 'syntax-error', range, message });
      const isAboutKeys = keyword === 'additionalProperties' || keyword === 'required';
      (isAboutKeys ? incomplete : refused).add(pathKey(path));
    }
  }
  return { text, yaml, problems, refused, incomplete };
}

/** A path as one text, to find it in a set. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}
