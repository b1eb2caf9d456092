// The edit that writes into a comment of a file what it is checked against.
import type { Source } from '../../dialects/dialect.js';
import { lineEndOf, type TextEdit } from '../../text/edit.js';
import { directivesOf, isRequire, WORD_LIMIT } from './directives.js';

/**
 * Makes the comments of a file require these selectors and no others; `undefined` where comments cannot hold so many.
 * @param sign what begins a comment on a line alone in the file
 */
export function requireComment(source: Source, sign: string, selectors: readonly string[]): TextEdit[] | undefined {
  if (selectors.length === 0 || selectors.length > WORD_LIMIT) return undefined;
  const named = selectors.join(' ');
  const [first, ...others] = directivesOf(source).filter(isRequire);
  if (first) {
    const { start } = first.words[0]?.range ?? { start: first.verb.range.end };
    const { end } = (first.words.at(-1) ?? first.verb).range;
    const removed = others.map(({ removal }) => ({ range: removal, newText: '' }));
    return [{ range: { start, end }, newText: first.words.length > 0 ? named : ` ${named}` }, ...removed];
  }
  const { text } = source;
  const eol = lineEndOf(text);
  // The line that names the program of a script has to stay the first one.
  const shebang = /^#!.*(?:\r\n|\n|\r|$)/.exec(text)?.[0] ?? '';
  const start = shebang === '' || /[\r\n]$/.test(shebang) ? '' : eol;
  const at = shebang.length;
  return [{ range: { start: at, end: at }, newText: `${start}${sign} lintel: require ${named}${eol}` }];
}
