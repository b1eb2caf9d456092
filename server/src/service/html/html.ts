// Builds HTML in which every value is escaped: what stands in a file or a pack is shown, and never becomes markup.

/** Markup that is shown as it stands. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: markup, a text that is escaped, nothing, or a list of these. */
export type Part = Html | string | number | undefined | readonly Part[];

/** Markup from a template; its values are escaped, in attributes too, which therefore stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => text + markup(parts[i])).join(''));
}

export const NOTHING = html``;

/** A link to a page of the web; the plain text where the address is of another kind, such as `javascript:`. */
export function webLink(url: string, text: string): Html {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}">${text}</a>` : html`${text}`;
}

function markup(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(markup).join('');
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that change the order in which others are shown, and control characters: names may hold them to look like others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
