// The form of a ruleset: indented by its blocks, one blank between words, as `nft list ruleset` prints it. Comments stay as they are.

import type { TextEdit } from '../../../text/edit.js';
import type { FormatStyle } from '../../dialect.js';
import { formatLines, withSingleBlanks } from '../../shared/format-lines.js';
import type { NftDocument } from '../program/ruleset.js';

export function format({ source: { text } }: NftDocument, style: FormatStyle): readonly TextEdit[] {
  let depth = 0;
  let isContinued = false;
  return formatLines(text, style, (line, isWanted) => {
    // Most lines of a long chain change nothing for those behind them.
    if (!isWanted && !isContinued && !/[{}\\]/.test(line)) return undefined;
    const { code, comment } = parts(line);
    const wasContinued = isContinued;
    isContinued = comment === '' && code.endsWith('\\');
    const outside = code.includes('"') ? code.replace(/"[^"]*"?/g, '') : code;
    const closing = /^[\s}]*/.exec(outside)?.[0].match(/\}/g)?.length ?? 0;
    const own = Math.max(0, depth - closing);
    for (const mark of outside.match(/[{}]/g) ?? []) depth = Math.max(0, depth + (mark === '{' ? 1 : -1));
    // Only at the very end of a line a backslash joins it with the next one.
    if (/\\[ \t]+$/.test(code)) return undefined;
    const words = withSingleBlanks(code.trim());
    // A comment behind a statement may stand in a column with others.
    const gap = comment !== '' && words !== '' ? (/[ \t]*$/.exec(code)?.[0] ?? '') : '';
    return { depth: wasContinued ? undefined : own, text: `${words}${gap}${comment}`.trimEnd() };
  });
}

/** A line without its comment, and the comment. */
function parts(line: string): { readonly code: string; readonly comment: string } {
  if (!line.includes('#')) return { code: line, comment: '' };
  const [code = ''] = /^(?:[^"#]|"[^"]*(?:"|$))*/.exec(line) ?? [];
  return { code, comment: line.slice(code.length) };
}
