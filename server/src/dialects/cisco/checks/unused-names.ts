// Reports names that nothing in a complete configuration uses. The lists of a file without interfaces are used elsewhere.
import type { Problem } from '../../dialect.js';
import { type PlacedLine, referencesOf } from '../program/blocks.js';
import { bindingsOf, type Program } from '../program/program.js';
import { quotedLine, rangeIn } from '../program/quoted-line.js';
import type { Token } from '../syntax/tree.js';
import { unusedZoneNames } from './zone-names.js';

export function unusedNames(program: Program): Problem[] {
  const used = usedNames(program);
  const unused = (what: string, name: string, header: PlacedLine): Problem[] => {
    if (used.has(name)) return [];
    const token = nameIn(header);
    const range = token ? rangeIn(header, token) : quotedLine(program.uri, header).range;
    return [{ code: 'unused-name', message: `nothing uses the ${what} '${name}'`, uri: program.uri, range }];
  };
  const lists = program.interfaces.length > 0 ? [...program.lists.values()] : [];
  const groups = program.lists.size > 0 ? [...program.groups] : [];
  return [
    ...lists.flatMap(({ name, header }) => unused('access list', name, header)),
    ...groups.flatMap(([name, header]) => unused('group', name, header)),
    ...unusedZoneNames(program),
  ];
}

function usedNames(program: Program): ReadonlySet<string> {
  const used = new Set(bindingsOf(program).map(({ list }) => list));
  // The addresses of an object are translated by a rule of its own.
  for (const { object } of program.nat.rules.object) if (object !== undefined) used.add(object);
  for (const { content } of program.blocks) {
    for (const { statement } of content.referring) for (const { name } of referencesOf(statement)) used.add(name);
  }
  return used;
}

/** The name in a header line, or in the first line of a list that has no header. */
function nameIn({ own: { statement } }: PlacedLine): Token | undefined {
  if (statement.kind === 'open-list' || statement.kind === 'open-group') return statement.token;
  return statement.kind === 'entry' ? statement.list?.token : undefined;
}
