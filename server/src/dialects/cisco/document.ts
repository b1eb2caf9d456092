// A configuration with everything that follows from it: tree → program → model.
import { once } from '../../kept/once.js';
import type { Source } from '../dialect.js';
import { listProblems } from './checks/problems.js';
import { platformOf } from './detect.js';
import { writtenRules } from './meaning/list-rules.js';
import { buildModel } from './meaning/model.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import type { CiscoDocument } from './program/program.js';
import { readProgram } from './program/read-program.js';
import type { CiscoTree } from './syntax/tree.js';

/** Problems, names and endpoints are collected on first use. */
export function lowerTree(source: Source, tree: CiscoTree): CiscoDocument {
  const program = readProgram(source, tree, platformOf(source.text));
  const rules = writtenRules(program);
  const problems = once(() => listProblems(program, rules));
  const names = once(() => namesOf(program));
  const endpoints = once(() => endpointsOf(program));
  return {
    source,
    tree,
    program,
    model: buildModel(program, rules),
    get problems() {
      return problems();
    },
    get names() {
      return names();
    },
    get endpoints() {
      return endpoints();
    },
    endpointsWhere: (condition, within) => endpointsWhere(program, condition, within),
    dependencies: [],
  };
}
