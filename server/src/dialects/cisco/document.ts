// A configuration with everything that follows from it: tree → program → model.
import type { EndpointUse, NameUse, Source } from '../dialect.js';
import { listProblems } from './checks/problems.js';
import { platformOf } from './detect.js';
import { writtenRules } from './meaning/list-rules.js';
import { buildModel } from './meaning/model.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import type { CiscoDocument } from './program/program.js';
import { readProgram } from './program/read-program.js';
import type { CiscoTree } from './syntax/tree.js';

/** Names and endpoints are collected on first use. */
export function lowerTree(source: Source, tree: CiscoTree): CiscoDocument {
  const program = readProgram(source, tree, platformOf(source.text));
  const rules = writtenRules(program);
  let names: readonly NameUse[] | undefined;
  let endpoints: readonly EndpointUse[] | undefined;
  return {
    source,
    tree,
    program,
    model: buildModel(program, rules),
    problems: listProblems(program, rules),
    get names() {
      names ??= namesOf(program);
      return names;
    },
    get endpoints() {
      endpoints ??= endpointsOf(program);
      return endpoints;
    },
    endpointsWhere: (condition) => endpointsWhere(program, condition),
    dependencies: [],
  };
}
