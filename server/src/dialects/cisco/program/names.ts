// The names that a file defines and uses.
import type { NameUse } from '../../dialect.js';
import type { NameKind, Token, ZoneLine } from '../syntax/tree.js';
import { type PlacedLine, referencesOf, type StatementLine } from './blocks.js';
import type { Program } from './program.js';
import { rangeIn } from './quoted-line.js';
import { SELF } from './zones.js';

/** Definitions and uses of lists, groups, objects and address names, in the order of the file. */
export function namesOf(program: Program): NameUse[] {
  const defined = new Set<string>();
  return program.blocks.flatMap(({ base, content }) =>
    content.lines.flatMap((own) => namesIn(program, { own, base }, defined)),
  );
}

function namesIn(program: Program, placed: PlacedLine, defined: Set<string>): NameUse[] {
  const uses: NameUse[] = [];
  const add = (token: Token, kind: NameKind, role: NameUse['role']) => {
    uses.push({ uri: program.uri, range: rangeIn(placed, token), name: token.text, kind, role });
  };
  const definition = definitionIn(placed.own);
  if (definition) {
    const { token, kind } = definition;
    const key = `${kind} ${token.text}`;
    // A numbered list is defined by its first line; further lines refer to it.
    add(token, kind, defined.has(key) ? 'reference' : 'definition');
    defined.add(key);
  }
  const { statement } = placed.own;
  if (statement.kind === 'bind') add(statement.list, 'access-list', 'reference');
  for (const { kind, name, token } of referencesOf(statement)) {
    if (kind === 'access-list' && !program.lists.has(name)) continue;
    if (kind === 'interface' || (kind === 'zone' && name === SELF)) continue;
    add(token, kind === 'object' ? 'object-group' : kind, 'reference');
  }
  return uses;
}

/** The name that a line defines. Objects and object groups share one kind: their names must differ. */
function definitionIn({ statement }: StatementLine): { readonly token: Token; readonly kind: NameKind } | undefined {
  switch (statement.kind) {
    case 'open-list':
      return { token: statement.token, kind: 'access-list' };
    case 'entry':
    case 'remark':
      return statement.list && { token: statement.list.token, kind: 'access-list' };
    case 'open-group':
      return { token: statement.token, kind: 'object-group' };
    case 'alias':
      return { token: statement.name, kind: 'alias' };
    case 'zones':
      return zoneNameIn(statement.line);
    default:
      return undefined;
  }
}

function zoneNameIn(line: ZoneLine): { readonly token: Token; readonly kind: NameKind } | undefined {
  switch (line.kind) {
    case 'zone':
    case 'class-map':
    case 'policy-map':
      return line.remove ? undefined : { token: line.name, kind: line.kind };
    case 'zone-pair':
      return { token: line.name, kind: line.kind };
    default:
      return undefined;
  }
}
