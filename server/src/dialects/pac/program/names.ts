// The functions, variables and parameters of a file, with where they are used.
import type { TextRange } from '../../../text/range.js';
import type { NameUse } from '../../dialect.js';
import type { PacProgram } from './program.js';

/** In the order of the text. */
export function namesOf({ scopes, tree }: PacProgram): NameUse[] {
  const uses = scopes.bindings.flatMap((binding) => {
    const kind = binding.kind === 'function' ? 'function' : 'variable';
    // Names of different scopes are different names.
    const scoped = binding.scope.type === 'Program' ? kind : `${kind} ${binding.scope.start}`;
    const use = ({ start, end }: TextRange, role: NameUse['role']): NameUse => ({
      uri: tree.source.uri,
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
