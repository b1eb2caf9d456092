// All problems of a configuration that do not depend on requirements.

import type { Problem } from '../../dialect.js';
import { locationOf, type Program } from '../program/program.js';
import { conflictingTypes, undefinedAcls, unusedAcls } from './acl-names.js';
import { mixedBumpStyles } from './bump-styles.js';
import { domainConflicts } from './domain-conflicts.js';
import { openProxy } from './open-proxy.js';
import { peerProblems } from './peers.js';
import { adaptationProblems, helperProblems, loginProblems } from './prerequisites.js';
import { shadowedRules } from './shadowed-rules.js';
import { slowAcls } from './slow-acls.js';
import { unmodelledStatements, unreadLists } from './unmodelled.js';
import { ofOtherVersions } from './versions.js';

/** The problems of a main file and of the files that it includes, by file and offset; of one version of squid where one is named. */
export function findProblems(program: Program, mainUri: string, version: string | undefined): Problem[] {
  const problems = [
    ...program.configuration.problems,
    ...lineProblems(program),
    ...ofOtherVersions(program, version),
    ...undefinedAcls(program, mainUri),
    ...conflictingTypes(program),
    ...domainConflicts(program),
    ...peerProblems(program),
    ...loginProblems(program),
    ...helperProblems(program),
    ...adaptationProblems(program),
    ...mixedBumpStyles(program),
    ...unusedAcls(program, mainUri),
    ...shadowedRules(program),
    ...slowAcls(program),
    ...openProxy(program),
    ...unmodelledStatements(program),
    ...unreadLists(program),
  ];
  return problems.sort((a, b) => (a.uri === b.uri ? a.range.start - b.range.start : a.uri < b.uri ? -1 : 1));
}

/** The problems of single lines. */
function lineProblems(program: Program): Problem[] {
  return program.segments.flatMap(({ statements }, segment) =>
    statements.defects.flatMap((line) =>
      line.statement.problems.map(({ code, start, end, message, replacement }) => {
        const location = locationOf(program, { segment, line }, { start, end });
        const problem = { ...location, code, message };
        if (replacement === undefined) return problem;
        return { ...problem, fix: { title: `Write '${replacement}'`, edits: [{ ...location, newText: replacement }] } };
      }),
    ),
  );
}
