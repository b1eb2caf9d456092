// A policy with everything that follows from it: tree → policy → model, and its problems.
import type { Source } from '../dialect.js';
import { findProblems } from './checks/problems.js';
import { modelOf } from './meaning/model.js';
import { endpointsOf } from './program/endpoints.js';
import { type NetpolicyDocument, readPolicy } from './program/policy.js';
import type { NetpolicyTree } from './syntax/tree.js';

export function lower(source: Source, tree: NetpolicyTree): NetpolicyDocument {
  const program = readPolicy(source.uri, tree);
  return {
    source,
    tree,
    program,
    model: modelOf(program),
    problems: findProblems(program),
    names: program.names,
    endpoints: endpointsOf(source.uri, tree, program),
    dependencies: [],
  };
}
