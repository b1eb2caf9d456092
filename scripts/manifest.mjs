// The manifest of the extension in a language: package.json names its texts by keys, as %key%, which package.nls.json has.
// @ts-check
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** A text that stands in a file of its own, as VS Code recognises it. */
const KEY = /^%(.+)%$/;

/** The files with the texts, by language. */
export const TEXTS = { en: 'package.nls.json', de: 'package.nls.de.json' };

/** The key of a text, where it is one. @param {unknown} value */
export function keyOf(value) {
  return typeof value === 'string' ? KEY.exec(value)?.[1] : undefined;
}

/** @param {string} name @returns {any} */
export function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, root), 'utf8'));
}

/**
 * The manifest with its texts, as VS Code shows it.
 * @param {keyof typeof TEXTS} [language]
 * @returns {any} what package.json contains
 */
export function readManifest(language = 'en') {
  const texts = readJson(TEXTS[language]);
  return JSON.parse(readFileSync(new URL('package.json', root), 'utf8'), (_, value) => {
    const key = keyOf(value);
    return key === undefined ? value : (texts[key] ?? value);
  });
}
