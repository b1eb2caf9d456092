// Completion and hover inside directive comments: `lintel: require …`, `lintel: ignore …`.

import { DIRECTIVE_VERBS, directiveAt } from '../analysis/findings/directives.js';
import type { Catalog } from '../catalog/catalog.js';
import { describeSelection } from '../configuration/lintel-config.js';
import type { CompletionItem, Completions, Entity, Source } from '../dialects/dialect.js';
import { FINDING_CODES } from '../model/codes.js';
import { range } from '../text/range.js';

/** What can be written at an offset in a directive comment; `undefined` elsewhere. */
export function directiveCompletions(source: Source, offset: number, catalog: Catalog): Completions | undefined {
  const directive = directiveAt(source, offset);
  if (!directive) return undefined;
  const { verb, word } = directive;
  // A tag of its own follows a +.
  const plus = verb === 'require' ? source.text.slice(word.range.start, offset).lastIndexOf('+') : -1;
  if (plus < 0) return { range: word.range, items: itemsFor(verb, catalog) };
  const items = catalog.tags.map((tag) => item(tag, 'value', ''));
  return { range: range(word.range.start + plus + 1, word.range.end), items };
}

/** What the word at an offset means in a directive comment; `undefined` elsewhere. */
export function directiveEntity(source: Source, offset: number, catalog: Catalog): Entity | undefined {
  const directive = directiveAt(source, offset);
  if (!directive || directive.word.text === '') return undefined;
  const markdown = meaningOf(directive.verb, directive.word.text, catalog);
  return markdown === undefined ? undefined : { kind: 'keyword', range: directive.word.range, markdown };
}

function itemsFor(verb: string | undefined, catalog: Catalog): readonly CompletionItem[] {
  switch (verb) {
    case undefined:
      return Object.entries(DIRECTIVE_VERBS).map(([word, help]) => item(word, 'keyword', '', help));
    case 'require':
      return [
        ...catalog.tags.map((tag) => item(tag, 'value', '')),
        ...catalog.requirements.map(({ id, title }) => item(id, 'value', title)),
      ];
    case 'ignore':
      return Object.entries(FINDING_CODES).map(([code, { title, what }]) => item(code, 'value', title, what));
    default:
      return [];
  }
}

function meaningOf(verb: string | undefined, word: string, catalog: Catalog): string | undefined {
  if (verb === undefined) return Object.hasOwn(DIRECTIVE_VERBS, word) ? DIRECTIVE_VERBS[word] : undefined;
  if (verb === 'require') return describeSelection(catalog.select([word]).requirements);
  const codes: Readonly<Record<string, { readonly title: string; readonly what: string }>> = FINDING_CODES;
  const code = verb === 'ignore' && Object.hasOwn(codes, word) ? codes[word] : undefined;
  return code && `**${code.title}**\n\n${code.what}`;
}

function item(label: string, kind: CompletionItem['kind'], detail: string, documentation?: string): CompletionItem {
  return { label, kind, detail, insertText: label, ...(documentation === undefined ? {} : { documentation }) };
}
