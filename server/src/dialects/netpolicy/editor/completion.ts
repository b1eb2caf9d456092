// Completion in a policy.
import { suggestionsAt, withKeys } from '../../../yaml/schema-help.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { CompletionItem, Completions, Vocabulary } from '../../dialect.js';
import type { NetpolicyDocument, Policy } from '../program/policy.js';
import { ANY, groupKindAt, PROTOCOLS, SCHEMA } from '../vocabulary/words.js';

const NO_VOCABULARY: Vocabulary = { roles: new Map() };

/** Keys and values of the schema, groups, roles as names of groups, and protocols. */
export function completionsAt(
  document: NetpolicyDocument,
  offset: number,
  { roles }: Vocabulary = NO_VOCABULARY,
): Completions | undefined {
  const { text } = document.source;
  const found = suggestionsAt(text, offset, withKeys(SCHEMA, ['groups', 'addresses'], roles), (path) =>
    valuesAt(document.program, path),
  );
  if (!found) return undefined;
  const isJson = /^\s*\{/.test(text);
  const isQuoted = /["']/.test(text[found.range.start - 1] ?? '');
  const hasColon = /^["']?\s*:/.test(text.slice(found.range.end, found.range.end + 20));
  const items = found.suggestions.map(({ text: label, role, description }): CompletionItem => {
    const isLiteral = role === 'value' && /^(?:true|false|\d+)$/.test(label);
    const written = isJson && !isQuoted && !isLiteral ? `"${label}"` : label;
    return {
      label,
      kind: role === 'key' ? 'keyword' : groupKindAt(found.path) ? 'name' : 'value',
      detail: role === 'key' ? 'key' : 'value',
      insertText: role === 'key' && !hasColon && !isQuoted ? `${written}: ` : written,
      ...(description === '' ? {} : { documentation: description }),
    };
  });
  return { range: found.range, items };
}

/** The values that depend on the file, or that the schema does not list. */
function valuesAt(policy: Policy, path: Path): readonly string[] {
  const kind = groupKindAt(path);
  if (kind) return [...policy[kind].keys(), ...(kind === 'ports' ? [] : [ANY])];
  return path.includes('protocol') ? [ANY, ...PROTOCOLS.keys()] : [];
}
