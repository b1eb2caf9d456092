// The outline of a Sample filter: its rules.
import type { OutlineItem } from '../../../../server/src/dialects/dialect.js';
import { range } from '../../../../server/src/text/range.js';
import type { SampleDocument } from '../program/program.js';

export function outline({ program }: SampleDocument): readonly OutlineItem[] {
  return program.rules.map(({ rule, lineStart, text }) => {
    const whole = range(lineStart + rule.range.start, lineStart + rule.range.end);
    return { name: text, detail: '', kind: 'rule', range: whole, nameRange: whole, children: [] };
  });
}
