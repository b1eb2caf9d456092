import { valuesOf } from '../program/acl-content.js';
import { type Acl, isBuiltIn, type Program } from '../program/program.js';

/** How many values of an acl a hover shows. */
const VALUE_LIMIT = 40;

/** What an acl holds over all its lines, list files included. */
export function aclMarkdown(program: Program, acl: Acl): string {
  const options = [...new Set(acl.lines.flatMap(({ entry }) => entry.statement.options.map(({ text }) => text)))];
  const head = `\`acl ${acl.name} ${[acl.type.name, ...options].join(' ')}\`${isBuiltIn(acl) ? ' (defined by squid itself)' : ''}`;
  const values: string[] = [];
  const notes: string[] = [];
  for (const { entry } of acl.lines) {
    const { words, unreadable } = valuesOf(program, entry.statement);
    values.push(...words);
    if (unreadable !== undefined) notes.push(`Not known: ${unreadable}.`);
  }
  const shown = values.slice(0, VALUE_LIMIT).map((value) => `\`${value.replaceAll('`', "'")}\``);
  const rest = values.length > VALUE_LIMIT ? ` and ${values.length - VALUE_LIMIT} more` : '';
  const lines = acl.lines.length > 1 ? ` It has ${acl.lines.length} lines.` : '';
  const content = shown.length > 0 ? `${shown.join(', ')}${rest}` : 'No values.';
  return [head, `Matches ${acl.type.about}.${lines}`, content, ...notes].join('\n\n');
}
