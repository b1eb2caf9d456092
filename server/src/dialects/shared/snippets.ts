// The usual forms of a language, to be filled in: what stands for a rule before anybody has typed one.

import type { CompletionItem } from '../dialect.js';

/** A title that begins with the first word of the form, what it is for, and the form in the syntax of the Language Server Protocol. */
export type SnippetForm = readonly [label: string, detail: string, form: string];

export function snippetItems(forms: readonly SnippetForm[]): readonly CompletionItem[] {
  return forms.map(([label, detail, form]) => ({
    label,
    kind: 'snippet',
    detail,
    documentation: `\`\`\`\n${withoutStops(form)}\n\`\`\``,
    insertText: form,
  }));
}

/** The text of a form with what stands there by itself: `${1:any}` is `any`, `${1|in,out|}` is `in`. */
export function withoutStops(form: string): string {
  return form
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\d+|\$\{\d+\}/g, '')
    .replace(/\\([$}\\])/g, '$1');
}
