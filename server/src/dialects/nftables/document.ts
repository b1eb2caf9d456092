// A file with everything that follows from it: tree → ruleset → model, problems, names and endpoints.
import { once } from '../../kept/once.js';
import type { Source, Sources } from '../dialect.js';
import { findProblems } from './checks/problems.js';
import { filterModel } from './meaning/model.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { readRuleset } from './program/read-ruleset.js';
import type { NftDocument } from './program/ruleset.js';
import type { NftTree } from './syntax/parse.js';

export function lower(source: Source, tree: NftTree, sources: Sources): NftDocument {
  const program = readRuleset(source, tree, sources);
  const meaning = filterModel(program);
  const problems = once(() => findProblems(source.uri, program, meaning));
  const endpoints = once(() => endpointsOf(source, tree));
  return {
    source,
    tree,
    program,
    model: meaning.model,
    get problems() {
      return problems();
    },
    names: program.names,
    // Computed on demand: few uses need all of them.
    get endpoints() {
      return endpoints();
    },
    endpointsWhere: (condition, within) => endpointsWhere(source, tree, condition, within),
    dependencies: program.dependencies,
  };
}
