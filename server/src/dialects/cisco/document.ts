// A configuration with everything that follows from it: tree → program → model.
import { once } from '../../kept/once.js';
import type { Source } from '../dialect.js';
import { textOf } from '../source.js';
import { listProblems } from './checks/problems.js';
import { platformOf } from './detect.js';
import { writtenRules } from './meaning/list-rules.js';
import { buildModel } from './meaning/model.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import type { CiscoDocument } from './program/program.js';
import { readProgram } from './program/read-program.js';
import type { CiscoTree } from './syntax/tree.js';

/** Made on first use, the model too: who asks what a line names does not ask what the file does. */
export function lowerTree(source: Source, tree: CiscoTree): CiscoDocument {
  const program = readProgram(source, tree, platformOf(textOf(source)));
  const rules = once(() => writtenRules(program));
  const model = once(() => buildModel(program, rules()));
  const problems = once(() => listProblems(program, rules()));
  const names = once(() => namesOf(program));
  const endpoints = once(() => endpointsOf(program));
  return {
    source,
    tree,
    program,
    get model() {
      return model();
    },
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
