// A script with everything that follows from it: tree → program → model, and its problems.

import type { Source } from '../dialect.js';
import { problemsOf } from './checks/problems.js';
import { buildModel } from './meaning/model.js';
import { endpointsOf } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import { programOf, type WindowsDocument } from './program/program.js';
import type { Tree } from './syntax/tree.js';

export function lower(source: Source, tree: Tree): WindowsDocument {
  const program = programOf(tree);
  const model = buildModel(source, program);
  return {
    source,
    tree,
    program,
    model,
    problems: problemsOf(source, program, model),
    names: namesOf(source.uri, tree),
    endpoints: endpointsOf(source, program.rules),
    dependencies: [],
  };
}
