// How the reasons of what is not followed name a text.
import type { TextForm } from './text.js';
import { Text } from './text.js';
import { TracedBoolean, TracedNumber, Unknown, type Value } from './value.js';

/** The variables that a text comes from, as a phrase: `the host`. */
export function subjectOf(form: TextForm): string {
  const titles = new Set<string>();
  collect(form, titles);
  return titles.has('the URL') ? 'the URL' : [...titles].join(' and ') || 'a text';
}

function collect(form: TextForm, titles: Set<string>): void {
  switch (form.kind) {
    case 'variable':
      titles.add(
        form.variable.kind === 'host' ? 'the host' : form.variable.kind === 'path' ? 'the URL' : form.variable.title,
      );
      break;
    case 'applied':
      collect(form.to, titles);
      break;
    case 'joined':
      for (const part of form.parts) if (typeof part !== 'string') collect(part, titles);
  }
}

/** The reason of an unknown value among some, or a new one. */
export function unknownReason(values: readonly Value[], made: (subject: string) => string): string {
  for (const value of values) if (value instanceof Unknown) return value.reason;
  for (const value of values) {
    if (value instanceof Text) return made(subjectOf(value.form));
    if (value instanceof TracedNumber) {
      for (const source of value.sources) if ('text' in source) return made(subjectOf(source.text.form));
      const [source] = value.sources;
      if (source?.kind === 'point') return made(source.variable.id);
    }
    if (value instanceof TracedBoolean) return made('a condition');
  }
  return made('a value');
}
