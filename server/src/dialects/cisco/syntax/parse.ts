// Reads a text into lines, of which a new version reuses those that it still holds.
import { Lineage, readLineBlocks } from '../../../kept/line-blocks.js';
import { type CiscoTree, Line } from './tree.js';

export function parseText(text: string, previous?: CiscoTree): CiscoTree {
  return {
    lines: readLineBlocks<Line>(text, { line: (raw) => new Line(raw) }, previous?.lines),
    lineage: previous?.lineage ?? new Lineage(),
  };
}
