// Splits a text into lines; a new version reuses the unchanged lines of the previous one.
import { Lineage, readLineBlocks } from '../../../kept/line-blocks.js';
import type { PiecedText } from '../../../text/pieced-text.js';
import { type CiscoTree, Line } from './tree.js';

export function parseText(text: string | PiecedText, previous?: CiscoTree): CiscoTree {
  return {
    lines: readLineBlocks<Line>(text, { line: (raw) => new Line(raw) }, previous?.lines),
    lineage: previous?.lineage ?? new Lineage(),
  };
}
