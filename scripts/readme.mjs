// The README where no repository is beside it: on the page of the extension in VS Code, and on that of the package for npm.
// @ts-check
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** A link or a picture of Markdown to a file of the project. */
const RELATIVE = /(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)/g;

/**
 * The README without links that lead nowhere. Pictures are left out: both pages show only those with an address of the web, and no
 * picture inside of the text either.
 * @returns {string}
 */
export function standaloneReadme() {
  const text = readFileSync(new URL('README.md', root), 'utf8');
  return text.replace(RELATIVE, (_, mark, title) => (mark === '' ? title : '')).replaceAll(/\n{3,}/g, '\n\n');
}
