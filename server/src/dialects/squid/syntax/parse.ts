// Parses a squid.conf, reusing the unchanged lines of an earlier version.

import { Lineage, type LineReader, readLineBlocks } from '../../../kept/line-blocks.js';
import type { PiecedText } from '../../../text/pieced-text.js';
import { BACKSLASH, HASH, logicalLineEnd, NO_JOINTS, readLogicalLine } from './lines.js';
import { PlainAcls } from './plain-acl.js';
import { PlainRules } from './plain-rule.js';
import { readStatement } from './statement.js';
import type { Line, SquidTree } from './tree.js';

export function parseText(text: string | PiecedText, previous?: SquidTree): SquidTree {
  return { ...readLineBlocks(text, new LogicalLines(), previous), lineage: previous?.lineage ?? new Lineage() };
}

class LogicalLines implements LineReader<Line> {
  private readonly acls = new PlainAcls();
  private readonly rules = new PlainRules();
  /** The text that lines are looked for in, and whether a line of it may end before its line end. */
  private text = '';
  private hasReturns = false;

  readonly lineEnd = (text: string, start: number, limit: number): number => {
    if (text !== this.text) {
      this.text = text;
      this.hasReturns = text.includes('\r');
    }
    const end = this.hasReturns ? -1 : text.indexOf('\n', start);
    const isWhole = end >= 0 && end < limit && text.charCodeAt(end - 1) !== BACKSLASH;
    return isWhole ? end + 1 : logicalLineEnd(text, start, limit);
  };

  readonly line = readWrittenLine;
  readonly lineIn = (text: string, start: number, end: number): Line | undefined =>
    this.acls.read(text, start, end) ?? this.rules.read(text, start, end);
}

function readWrittenLine(raw: string): Line {
  if (raw === '\n') return { raw, form: 'blank', text: '', start: 0, joints: NO_JOINTS, statement: undefined };
  if (raw.charCodeAt(0) === HASH) {
    return { raw, form: 'comment', text: '', start: 0, joints: NO_JOINTS, statement: undefined };
  }
  const line = readLogicalLine(raw);
  const statement = line.form === 'statement' ? readStatement(line) : undefined;
  // Lines are very many, and a literal is made much faster than a spread.
  const { form, text, start, joints } = line;
  return { raw, form, text, start, joints, statement };
}
