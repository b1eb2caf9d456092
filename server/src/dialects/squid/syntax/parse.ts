// Parses a squid.conf, reusing the unchanged lines of an earlier version.

import { Lineage, type LineReader, readLineBlocks } from '../../../kept/line-blocks.js';
import type { PiecedText } from '../../../text/pieced-text.js';
import { logicalLineEnd, readLogicalLine } from './lines.js';
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
  readonly lineEnd = logicalLineEnd;
  readonly line = (raw: string): Line => this.acls.read(raw) ?? this.rules.read(raw) ?? readWrittenLine(raw);
}

function readWrittenLine(raw: string): Line {
  const line = readLogicalLine(raw);
  const statement = line.form === 'statement' ? readStatement(line) : undefined;
  // Lines are very many, and a literal is made much faster than a spread.
  const { form, text, start, joints } = line;
  return { raw, form, text, start, joints, statement };
}
