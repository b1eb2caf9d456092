// All problems of a configuration that do not depend on requirements.
import type { Problem } from '../../dialect.js';
import { problemInFile } from '../../shared/line-problem.js';
import { shadowedInRuns } from '../../shared/shadowed-rules.js';
import type { WrittenRules } from '../meaning/list-rules.js';
import { ownProblems } from '../program/blocks.js';
import type { AccessList } from '../program/lists.js';
import type { Program } from '../program/program.js';
import { unknownProtocols } from './class-protocols.js';
import { mappedAddresses } from './mapped-addresses.js';
import { mappedSources } from './mapped-sources.js';
import { repeatedNumbers } from './repeated-numbers.js';
import { undefinedNames } from './undefined-names.js';
import { unusedNames } from './unused-names.js';

export function listProblems(program: Program, rules: ReadonlyMap<AccessList, WrittenRules>): Problem[] {
  return [
    ...lineProblems(program),
    ...undefinedNames(program),
    ...unusedNames(program),
    ...repeatedNumbers(program),
    ...mappedAddresses(program),
    ...mappedSources(program),
    ...unknownProtocols(program),
    // An entry that is partly unknown is reported as one or not at all.
    ...shadowedInRuns([...rules.values()].map(({ entries }) => entries)),
  ];
}

/** Problems of single lines. */
function lineProblems({ uri, blocks }: Program): Problem[] {
  return blocks.flatMap(({ base, content }) =>
    content.defects.flatMap(({ statement, offset }) =>
      ownProblems(statement).map((problem) => problemInFile(uri, base + offset, problem)),
    ),
  );
}
