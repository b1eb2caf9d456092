// The texts of hovers and of the documentation of completions.

import { listed } from '../../../model/packet-text.js';
import type { Acl } from '../program/acls.js';
import { valuesOf } from '../program/list-files.js';
import type { Program } from '../program/program.js';
import type { AclType } from '../vocabulary/acl-types.js';
import { actionSummary } from '../vocabulary/actions.js';
import { DIRECTIVES, directiveSummary, FORMS } from '../vocabulary/directives.js';

const MANUAL = 'http://www.squid-cache.org/Doc/config';

/** The text for the name of a directive; `undefined` for an unknown one. */
export function directiveMarkdown(name: string): string | undefined {
  const directive = DIRECTIVES.get(name);
  if (!directive) return undefined;
  const { shape, status } = directive;
  const form = status === 'current' ? `${name} ${FORMS[shape]}`.trim() : name;
  // The manual has no page for conditions.
  const link =
    shape === 'condition' || shape === 'none'
      ? undefined
      : `[${directive.name} in the manual of squid](${MANUAL}/${directive.name}/)`;
  return [`\`${form}\``, directiveSummary(name, directive) ?? '', link]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

export function aclTypeMarkdown({ name, about, options }: AclType): string {
  const taken = options.length > 0 ? `\n\nOptions: ${options.map((option) => `\`${option}\``).join(', ')}` : '';
  return `\`acl NAME ${name} …\`\n\nMatches ${about}.${taken}\n\n[acl in the manual of squid](${MANUAL}/acl/)`;
}

export function actionMarkdown(action: string): string | undefined {
  const text = actionSummary(action);
  return text && `\`${action}\`\n\n${text}`;
}

/** How many values of an acl a hover shows. */
const VALUE_LIMIT = 40;

/** The values of an acl on all its lines, including list files. */
export function aclMarkdown(program: Program, acl: Acl): string {
  const options = [...new Set(acl.lines.flatMap(({ line }) => line.statement.options.map(({ text }) => text)))];
  const head = `\`acl ${acl.name} ${[acl.type.name, ...options].join(' ')}\`${acl.isBuiltIn ? ' (built in)' : ''}`;
  const values: string[] = [];
  const notes: string[] = [];
  for (const { line } of acl.lines) {
    const { words, unreadable } = valuesOf(program, line.statement);
    for (const word of words) values.push(word);
    if (unreadable !== undefined) notes.push(`Unknown values: ${unreadable}.`);
  }
  const quoted = values.map((value) => `\`${value.replaceAll('`', "'")}\``);
  const lines = acl.lines.length > 1 ? ` It has ${acl.lines.length} lines.` : '';
  const content = quoted.length > 0 ? listed(quoted, VALUE_LIMIT) : 'No values.';
  return [head, `Matches ${acl.type.about}.${lines}`, content, ...notes].join('\n\n');
}
