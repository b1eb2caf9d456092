import type { Document, EndpointUse, Problem, Source, Sources } from '../dialect.js';
import { shadowedStatements } from '../filter-rules.js';
import { endpointsOf, endpointsWhere } from './endpoints.js';
import { filterModel } from './filter-model.js';
import { jumpLoops } from './loops.js';
import { nameProblems } from './names.js';
import type { NftTree } from './parse.js';
import { type Ruleset, readRuleset } from './ruleset.js';

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
