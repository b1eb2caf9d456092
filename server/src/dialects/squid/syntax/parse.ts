// Parses a squid.conf, reusing the unchanged lines of an earlier version.

import { Lineage, type LineReader, readLineBlocks } from '../../../kept/line-blocks.js';
import type { PiecedText } from '../../../text/pieced-text.js';
import { logicalLineEnd, readLogicalLine } from './lines.js';
import { readStatement } from './statement.js';
import type { Line, SquidTree } from './tree.js';

export function parseText(text: string | PiecedText, previous?: SquidTree): SquidTree {
  return { ...readLineBlocks(text, LOGICAL_LINES, previous), lineage: previous?.lineage ?? new Lineage() };
}

const LOGICAL_LINES: LineReader<Line> = { line: readLine, lineEnd: logicalLineEnd };

function readLine(raw: string): Line {
  const line = readLogicalLine(raw);
  const statement = line.kind === 'statement' ? readStatement(line) : undefined;
  // Lines are very many, and a literal is made much faster than a spread.
  const { kind, text, start, joints } = line;
  return { raw, kind, text, start, joints, statement };
}
