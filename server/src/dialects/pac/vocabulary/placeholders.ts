// Recognises what a file leaves open for whoever distributes it to fill in.
import { OPEN_SOURCE, openNameIn } from '../../shared/open-values.js';

/** `${GATEWAY}` (Zscaler), `{{ network }}` (templates), `<%= net %>`, `%PROXY%`, `@PROXY@` and `__PROXY__`. */
const WRITTEN =
  /\$\{[^{}]{1,100}\}|\{\{[^{}]{1,100}\}\}|<%[^<>%]{1,100}%>|%(?![0-9A-Fa-f]{2}%)[A-Za-z][A-Za-z0-9_-]{1,99}%|@[A-Z][A-Z0-9_]{1,99}@|__[A-Z][A-Z0-9]{0,49}(?:_[A-Z0-9]{1,49}){0,9}__/;

/** The same, and what the template that the file is made from leaves open. */
const MARKED = new RegExp(`${OPEN_SOURCE}|${WRITTEN.source}`);

/** Whether a text holds a mark that is replaced before the file reaches a client, so that its value is open. */
export function isPlaceholder(text: string): boolean {
  return MARKED.test(text);
}

/** The first placeholder of a text. */
export function placeholderIn(text: string): string {
  const name = openNameIn(text);
  if (name !== undefined) return `\`${name}\` in the template`;
  return MARKED.exec(text)?.[0] ?? text;
}

/** The constant beginning of a text with a placeholder. */
export function beforePlaceholder(text: string): string {
  return text.slice(0, Math.max(0, text.search(MARKED)));
}

/** Whether a text in the place of an address is a word such as `PAC_NETWORK`, to be replaced by one. */
export function isAddressPlaceholder(text: string): boolean {
  return isPlaceholder(text) || /^[A-Z][A-Z0-9_]{2,99}$/.test(text);
}

/** Whether a text in the place of a host is a word such as `PROXY_HOST`. One without underscore may be a host in upper case. */
export function isHostPlaceholder(text: string): boolean {
  return isPlaceholder(text) || /^[A-Z][A-Z0-9]{0,49}(?:_[A-Z0-9]{1,49}){1,9}$/.test(text);
}
