// The Markdown texts that hover and completion show.
import { type Helper, helperReference, type ResultWord } from './words.js';

/** The summary of a helper function, with its signature and a link. */
export function helperMarkdown(helper: Helper): string {
  return [
    `\`\`\`js\n${helper.name}(${helper.parameters}): ${helper.returns}\n\`\`\``,
    helper.summary,
    ...(helper.microsoft ? ['Only Windows and compatible clients have this function.'] : []),
    ...(helper.dependsOn ? [DEPENDENCIES[helper.dependsOn]] : []),
    `[Reference](${helperReference(helper)})`,
  ].join('\n\n');
}

const DEPENDENCIES: Readonly<Record<NonNullable<Helper['dependsOn']>, string>> = {
  dns: 'The result depends on DNS, so Lintel follows every resolution that the documents allow.',
  client:
    'The result depends on the client, so Lintel follows every address that the clients of a requirement may have.',
  time: 'The result depends on the clock, so Lintel follows both outcomes.',
};

export function resultWordMarkdown({ form, summary }: ResultWord): string {
  return `\`${form}\`\n\n${summary}`;
}

export const ENTRY_MARKDOWN =
  'Clients call `FindProxyForURL(url, host)` for every URL. The result is a list of choices to try in order, separated by `;`: ' +
  '`DIRECT`, or `PROXY host:port` and the like. For `https` browsers remove path and query from the URL.';

/** A text of the file as a code span; it may contain backquotes. */
export function codeSpan(text: string): string {
  return text.includes('`') ? `\`\` ${text.replace(/`{2,}/g, '`')} \`\`` : `\`${text}\``;
}
