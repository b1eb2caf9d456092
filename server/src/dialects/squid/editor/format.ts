// The form of a squid.conf: what is within `if` is indented, acls and rules have one blank between words. Comments, and directives
// whose blanks are part of a value such as a log format, stay as they are.

import type { TextEdit } from '../../../text/edit.js';
import type { FormatStyle } from '../../dialect.js';
import { formatLines, withSingleBlanks } from '../../shared/format-lines.js';
import type { SquidDocument } from '../program/program.js';
import { type ArgumentShape, DIRECTIVES } from '../vocabulary/directives.js';

/** The directives that are made of words alone. */
const WORDS_ONLY: ReadonlySet<ArgumentShape> = new Set([
  'acl',
  'access',
  'ssl-bump',
  'peer-access',
  'pool-access',
  'service-access',
]);

export function format({ source: { text } }: SquidDocument, style: FormatStyle): readonly TextEdit[] {
  let depth = 0;
  let isContinued = false;
  return formatLines(text, style, (line, isWanted) => {
    // Most lines change nothing for those behind them.
    if (!isWanted && !isContinued && !line.endsWith('\\') && !/^\s*(?:if|else|endif)/.test(line)) return undefined;
    const wasContinued = isContinued;
    isContinued = line.endsWith('\\');
    // The blanks of a line that is continued are those of one long line.
    if (wasContinued || isContinued || /^\s*#|\\[ \t]+$/.test(line)) return undefined;
    const words = line.trim();
    const [first = ''] = words.split(/[ \t]/, 1);
    if (first === 'else' || first === 'endif') depth = Math.max(0, depth - 1);
    const own = depth;
    if (first === 'if' || first === 'else') depth++;
    const shape = DIRECTIVES.get(first)?.shape;
    // What stands behind a `#` may be a comment or, in older versions, part of the line.
    const isWords = shape !== undefined && WORDS_ONLY.has(shape) && !words.includes('#');
    return { depth: own, text: isWords ? withSingleBlanks(words) : words };
  });
}
