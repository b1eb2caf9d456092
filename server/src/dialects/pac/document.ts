import type { SelectionModel } from '../../model/proxy.js';
import type { TextRange } from '../../text/range.js';
import type { Document, NameUse, Problem, Source } from '../dialect.js';
import { checkPac } from './checks/index.js';
import { PacModel, undecidedCase } from './meaning/decide.js';
import { endpointsOf } from './program/endpoints.js';
import type { PacTree } from './syntax/parse.js';
import { resolveScopes, type Scopes } from './syntax/scopes.js';

export function lowerPac(source: Source, tree: PacTree): Document<PacTree> {
  if (tree.kind === 'failed') {
    const { kind, message, range } = tree.failure;
    const code = kind === 'invalid' ? 'syntax-error' : 'unmodelled-statement';
    const problem: Problem = { code, message, uri: source.uri, range };
    return {
      source,
      tree,
      program: undefined,
      model: kind === 'invalid' ? INVALID : UNREAD,
      problems: [problem],
      names: [],
      endpoints: [],
      dependencies: [],
    };
  }
  const scopes = resolveScopes(tree);
  return {
    source,
    tree,
    program: scopes,
    model: new PacModel(tree, scopes),
    problems: checkPac(tree, scopes),
    names: namesOf(scopes, source.uri),
    endpoints: endpointsOf(tree, scopes),
    dependencies: [],
  };
}

/** Clients ignore a file that they cannot read, each in its own way. */
const INVALID = undecidedModel('the file is not valid JavaScript');
const UNREAD = undecidedModel('the file is more than Lintel reads');

function undecidedModel(reason: string): SelectionModel {
  return {
    kind: 'selection',
    decide: ({ hosts, clients }) => (hosts.isEmpty ? [] : [undecidedCase(hosts, clients, reason)]),
  };
}

function namesOf({ bindings }: Scopes, uri: string): NameUse[] {
  const uses = bindings.flatMap((binding) => {
    const kind = binding.kind === 'function' ? 'function' : 'variable';
    // Names of different scopes are different names.
    const scoped = binding.scope.type === 'Program' ? kind : `${kind} ${binding.scope.start}`;
    const use = ({ start, end }: TextRange, role: NameUse['role']): NameUse => ({
      uri,
      range: { start, end },
      name: binding.name,
      kind: scoped,
      role,
    });
    const definitions = new Set<TextRange>(binding.definitions);
    const assignments = binding.writes.map(({ identifier }) => identifier).filter((write) => !definitions.has(write));
    return [
      ...binding.definitions.map((identifier) => use(identifier, 'definition')),
      ...[...new Set([...assignments, ...binding.reads])].map((identifier) => use(identifier, 'reference')),
    ];
  });
  return uses.sort((a, b) => a.range.start - b.range.start);
}
