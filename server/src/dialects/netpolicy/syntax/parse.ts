// Parses a policy: YAML, which includes JSON, validated against its schema.
import { validateNetpolicy } from '../../../../generated/validators.js';
import { schemaProblems, YamlText } from '../../../yaml/yaml-text.js';
import type { Problem, Source } from '../../dialect.js';
import { type NetpolicyTree, pathKey } from './tree.js';

export function parsePolicy({ uri, text }: Source, previous?: NetpolicyTree): NetpolicyTree {
  if (previous?.text === text) return previous;
  const yaml = YamlText.parse(text);
  const problems = yaml.problems.map(({ range, message }): Problem => ({ uri, code: 'syntax-error', range, message }));
  const refused = new Set(yaml.doubtful.map(pathKey));
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
