// All problems of a Sample filter that do not depend on requirements.
import type { Problem } from '../../../../server/src/dialects/dialect.js';
import { shadowedRules } from '../../../../server/src/dialects/shared/shadowed-rules.js';
import type { FilterModel } from '../../../../server/src/model/filter.js';
import { range } from '../../../../server/src/text/range.js';
import { linesOf, type SampleTree } from '../syntax/tree.js';

export function findProblems(uri: string, tree: SampleTree, { points }: FilterModel): Problem[] {
  const problems: Problem[] = [];
  for (const { line, start } of linesOf(tree)) {
    const { problem } = line;
    if (!problem) continue;
    const at = range(start + problem.range.start, start + problem.range.end);
    problems.push({ code: 'syntax-error', uri, range: at, message: problem.message });
  }
  // The check is shared; a dialect that does not call it reports no shadowed rules.
  return [...problems, ...shadowedRules(points.flatMap(({ chains }) => chains.map(({ rules }) => rules)))];
}
