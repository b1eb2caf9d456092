// Splits the text of a template into literal text and tags.
import type { TemplateLanguage } from './languages.js';

/** A piece of a template, in its order. The literal pieces have been trimmed where tags say so. */
export interface Token {
  readonly kind: 'text' | 'output' | 'statement' | 'comment';
  readonly start: number;
  readonly end: number;
  /** What stands between the delimiters of a tag; empty for text. */
  readonly content: string;
}

/** How many tags of a file are read; the rest of the file is text. */
const TAG_LIMIT = 20_000;

interface Delimiters {
  readonly opening: string;
  readonly closing: string;
  readonly kind: Token['kind'];
}

/** In the order in which they are tried. */
const DELIMITERS: Readonly<Record<TemplateLanguage, readonly Delimiters[]>> = {
  jinja: [
    { opening: '{#', closing: '#}', kind: 'comment' },
    { opening: '{%', closing: '%}', kind: 'statement' },
    { opening: '{{', closing: '}}', kind: 'output' },
  ],
  erb: [
    { opening: '<%#', closing: '%>', kind: 'comment' },
    { opening: '<%=', closing: '%>', kind: 'output' },
    { opening: '<%', closing: '%>', kind: 'statement' },
  ],
  epp: [
    { opening: '<%#', closing: '%>', kind: 'comment' },
    { opening: '<%=', closing: '%>', kind: 'output' },
    { opening: '<%', closing: '%>', kind: 'statement' },
  ],
  terraform: [
    { opening: '%{', closing: '}', kind: 'statement' },
    { opening: '${', closing: '}', kind: 'output' },
  ],
  go: [
    { opening: '{{/*', closing: '*/}}', kind: 'comment' },
    { opening: '{{- /*', closing: '}}', kind: 'comment' },
    { opening: '{{', closing: '}}', kind: 'output' },
  ],
};

/** A tag as written, before the text around it is trimmed. */
interface RawTag extends Token {
  readonly trimsBefore: boolean;
  readonly trimsAfter: boolean;
  /** Whether the line end right after it belongs to it. */
  readonly takesLineEnd: boolean;
}

/** The pieces of a template. Never throws; a tag that is not closed is text. */
export function tokenize(text: string, language: TemplateLanguage): Token[] {
  const tags = findTags(text, language);
  const tokens: Token[] = [];
  let at = 0;
  const literal = (from: number, to: number) => {
    if (from < to) tokens.push({ kind: 'text', start: from, end: to, content: '' });
  };
  for (const tag of tags) {
    let end = tag.start;
    if (tag.trimsBefore) while (end > at && isSpace(text[end - 1])) end--;
    literal(at, end);
    tokens.push({ kind: tag.kind, start: tag.start, end: tag.end, content: tag.content });
    at = tag.end;
    if (tag.trimsAfter) while (at < text.length && isSpace(text[at])) at++;
    else if (tag.takesLineEnd && text[at] === '\n') at++;
    else if (tag.takesLineEnd && text.startsWith('\r\n', at)) at += 2;
  }
  literal(at, text.length);
  return tokens;
}

function isSpace(unit: string | undefined): boolean {
  return unit === ' ' || unit === '\t' || unit === '\n' || unit === '\r';
}

function findTags(text: string, language: TemplateLanguage): RawTag[] {
  const header = language === 'jinja' ? ansibleHeader(text) : undefined;
  const tags: RawTag[] = header ? [header] : [];
  let at = header?.end ?? 0;
  while (tags.length < TAG_LIMIT) {
    const start = beginningOf(text, at, language);
    if (start < 0) break;
    const tag = tagAt(text, start, language);
    if (!tag) {
      at = start + (text.startsWith('<%%', start) ? 3 : 1);
      continue;
    }
    tags.push(tag);
    at = tag.end;
    const raw = language === 'jinja' && tag.kind === 'statement' && /^(?:raw|verbatim)$/.test(tag.content);
    if (raw) at = endOfRaw(text, at);
  }
  return tags;
}

/** The next place where a tag may begin; negative where there is none. */
function beginningOf(text: string, from: number, language: TemplateLanguage): number {
  if (language !== 'terraform') return text.indexOf(language === 'erb' || language === 'epp' ? '<%' : '{', from);
  const pattern = /[$%]{1,2}\{/g;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/**
 * The first line in which Ansible says how a template is read: no part of the file
 * (https://docs.ansible.com/ansible/latest/collections/ansible/builtin/template_module.html).
 */
function ansibleHeader(text: string): RawTag | undefined {
  const line = /^#jinja2:[^\n]{0,500}\n/.exec(text)?.[0];
  return line === undefined
    ? undefined
    : {
        kind: 'comment',
        start: 0,
        end: line.length,
        content: line,
        trimsBefore: false,
        trimsAfter: false,
        takesLineEnd: false,
      };
}

/** Terraform's `$${` and `%%{` print what would else begin a tag. */
function escapeAt(text: string, start: number): RawTag | undefined {
  const written = text.slice(start, start + 3);
  if (written !== '$${' && written !== '%%{') return undefined;
  const content = `'${written.slice(1)}'`;
  return { kind: 'output', start, end: start + 3, content, trimsBefore: false, trimsAfter: false, takesLineEnd: false };
}

/** The beginning of the tag that ends a raw block: what stands before it is text. */
function endOfRaw(text: string, from: number): number {
  const pattern = /\{%[-+]?[ \t]{0,20}end(?:raw|verbatim)\b/g;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

function tagAt(text: string, start: number, language: TemplateLanguage): RawTag | undefined {
  const escaped = language === 'terraform' ? escapeAt(text, start) : undefined;
  if (escaped) return escaped;
  const form = DELIMITERS[language].find(({ opening }) => text.startsWith(opening, start));
  if (!form || text.startsWith('<%%', start)) return undefined;
  const from = start + form.opening.length;
  const close =
    form.kind === 'comment' ? text.indexOf(form.closing, from) : closingOf(text, from, form.closing, language);
  if (close < 0) return undefined;
  const inside = text.slice(from, close);
  const isRuby = language === 'erb' || language === 'epp';
  const end = close + form.closing.length;
  const trim = language === 'terraform' ? '~' : '-';
  const trimsAfter = inside.endsWith(trim);
  return {
    kind: form.kind,
    start,
    end,
    content: inside
      .replace(/^[-+~]/, '')
      .replace(/[-+~]$/, '')
      .trim(),
    trimsBefore: !isRuby && inside.startsWith(trim),
    // ERB's -%> removes only the line end after it.
    trimsAfter: !isRuby && trimsAfter,
    takesLineEnd: isRuby ? trimsAfter : language === 'jinja' && form.kind !== 'output',
  };
}

/** The end of a tag: delimiters in quotes belong to the text in them, and closing braces to what opened them. */
function closingOf(text: string, from: number, closing: string, language: TemplateLanguage): number {
  let quote = '';
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const unit = text[i] as string;
    if (quote !== '') {
      if (unit === '\\' && quote !== '`') i++;
      else if (unit === quote) quote = '';
      else if (unit === '\n' && quote !== '`') return text.indexOf(closing, from);
    } else if (closing.startsWith('}') && unit === '{') depth++;
    else if (depth > 0 && unit === '}') depth--;
    else if (text.startsWith(closing, i)) return i;
    else if (unit === '"' || unit === "'" || (unit === '`' && language === 'go')) quote = unit;
  }
  return text.indexOf(closing, from);
}
