import type { Document, EndpointUse, Problem, Source, Sources } from '../dialect.js';
import { shadowedStatements } from '../shared/shadowed-rules.js';
import { jumpLoops } from './checks/jump-loops.js';
import { filterModel } from './meaning/model.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { nameProblems } from './program/names.js';
import { type Ruleset, readRuleset } from './program/ruleset.js';
import type { NftTree } from './syntax/parse.js';

const rulesets = new WeakMap<Document, Ruleset>();

/** The ruleset behind a document of this dialect. */
export function rulesetOf(document: Document): Ruleset | undefined {
  return rulesets.get(document);
}

export function lowerFile(source: Source, tree: NftTree, sources: Sources): Document<NftTree> {
  const ruleset = readRuleset(source, tree, sources);
  const problems: Problem[] = [...ruleset.problems];
  const model = filterModel(ruleset, (problem) => problems.push(problem));
  problems.push(
    ...shadowedStatements([...model.chains.values()]),
    ...nameProblems(ruleset, source.uri),
    ...jumpLoops(ruleset),
  );
  let endpoints: readonly EndpointUse[] | undefined;
  const document: Document<NftTree> = {
    source,
    tree,
    program: ruleset,
    model,
    problems,
    names: ruleset.names,
    get endpoints() {
      endpoints ??= endpointsOf(source, tree);
      return endpoints;
    },
    endpointsWhere: (condition) => endpointsWhere(source, tree, condition),
    dependencies: ruleset.dependencies,
  };
  rulesets.set(document, ruleset);
  return document;
}
