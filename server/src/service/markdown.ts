// Escapes text for Markdown.

import type { RequirementSource } from '../catalog/requirement.js';

import { largest } from '../kept/lists.js';

/** Text as inline code, whatever backticks it holds. */
export function codeSpan(text: string): string {
  const longest = largest(
    (text.match(/`+/g) ?? []).map((run) => run.length),
    0,
  );
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** Plain text with all markup characters escaped, on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, '\\$&').replace(/\s+/g, ' ');
}

/** A link to the source document of a requirement, named by its title and section. */
export function sourceLink({ document, section, url, revision }: RequirementSource): string {
  const name = section ? `${document}, ${section}` : document;
  return `[${escapeMarkdown(name)}](${url})${revision ? ` (${escapeMarkdown(revision)})` : ''}`;
}
