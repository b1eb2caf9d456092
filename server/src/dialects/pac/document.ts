// Reads a PAC file from its tree to its model.
import type { Problem, Source } from '../dialect.js';
import { findProblems } from './checks/problems.js';
import { PacModel, undecidedModel } from './meaning/model.js';
import { endpointsOf } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import { type PacDocument, programOf } from './program/program.js';
import type { PacTree, ParseFailure } from './syntax/tree.js';

export function lower(source: Source, tree: PacTree): PacDocument {
  if (tree.kind === 'failed') return unreadDocument(source, tree, tree.failure);
  const program = programOf(tree);
  return {
    source,
    tree,
    program,
    model: new PacModel(program),
    problems: findProblems(program),
    names: namesOf(program),
    endpoints: endpointsOf(program),
    dependencies: [],
  };
}

/** Clients differ in the treatment of a file that is not valid JavaScript, so its verdicts are undecided. */
function unreadDocument(source: Source, tree: PacTree, { kind, message, range }: ParseFailure): PacDocument {
  const isInvalid = kind === 'invalid';
  const code = isInvalid ? 'syntax-error' : 'unmodelled-statement';
  const problem: Problem = { code, message, uri: source.uri, range };
  return {
    source,
    tree,
    program: undefined,
    model: undecidedModel(isInvalid ? 'the file is not valid JavaScript' : 'the file exceeds the limits of Lintel'),
    problems: [problem],
    names: [],
    endpoints: [],
    dependencies: [],
  };
}
