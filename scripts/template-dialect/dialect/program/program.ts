// The rules that are in force, in their order.
import type { Document } from '../../../../server/src/dialects/dialect.js';
import { linesOf, type RuleStatement, type SampleTree } from '../syntax/tree.js';

export type SampleDocument = Document<SampleTree, SampleProgram>;

export interface SampleProgram {
  readonly uri: string;
  readonly rules: readonly PlacedRule[];
}

/** A rule with the offset of its line in the file. */
export interface PlacedRule {
  readonly rule: RuleStatement;
  readonly lineStart: number;
  /** As written, for traces and findings. */
  readonly text: string;
}

export function programOf(uri: string, tree: SampleTree): SampleProgram {
  const rules: PlacedRule[] = [];
  for (const { line, start } of linesOf(tree)) {
    const { rule, raw } = line;
    if (rule) rules.push({ rule, lineStart: start, text: raw.slice(rule.range.start, rule.range.end) });
  }
  return { uri, rules };
}
