import { HostSet } from '../../model/hosts.js';
import type { SelectionModel } from '../../model/proxy.js';
import type { Document, Problem, Source } from '../dialect.js';
import { PacModel, undecidedCase } from './decide.js';
import type { PacTree } from './parse.js';
import { resolveScopes } from './scopes.js';

export function lowerPac(source: Source, tree: PacTree): Document<PacTree> {
  if (tree.kind === 'failed') {
    const { message, range } = tree.failure;
    const problem: Problem = { code: 'syntax-error', message, uri: source.uri, range };
    return { source, tree, model: unreadable, problems: [problem], names: [], endpoints: [], dependencies: [] };
  }
  const scopes = resolveScopes(tree);
  return { source, tree, model: new PacModel(tree, scopes), problems: [], names: [], endpoints: [], dependencies: [] };
}

/** Clients ignore a file that they cannot read, each in its own way. */
const unreadable: SelectionModel = {
  kind: 'selection',
  decide: ({ hosts, clients }) =>
    hosts.isEmpty ? [] : [undecidedCase(HostSet.union([hosts]), clients, 'the file is not valid JavaScript')],
};
