// A Sample filter with everything that follows from it: tree → program → model, and its problems.
import type { Source } from '../../../server/src/dialects/dialect.js';
import { findProblems } from './checks/problems.js';
import { modelOf } from './meaning/model.js';
import { endpointsOf } from './program/endpoints.js';
import { programOf, type SampleDocument } from './program/program.js';
import type { SampleTree } from './syntax/tree.js';

export function lower(source: Source, tree: SampleTree): SampleDocument {
  const program = programOf(source.uri, tree);
  const model = modelOf(program);
  return {
    source,
    tree,
    program,
    model,
    problems: findProblems(source.uri, tree, model),
    // The language has no names: see NameUse for one that has.
    names: [],
    endpoints: endpointsOf(program),
    // The language includes no other files.
    dependencies: [],
  };
}
