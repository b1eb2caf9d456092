// Reports values of a domain acl that squid rejects or ignores because of an earlier value.

import { LatestMemo, Memo } from '../../../kept/memo.js';
import type { Problem } from '../../dialect.js';
import type { Acl } from '../program/acls.js';
import { sameItems } from '../program/carried-over.js';
import { domainValuesOf } from '../program/domain-values.js';
import { locationOf, type Placed, type Program } from '../program/program.js';
import type { StatementLine, Statements } from '../program/segments.js';
import { DomainHashes } from '../syntax/domain-hashes.js';
import { domainConflict, formatDomain, readDomain } from '../syntax/domains.js';
import type { AclStatement, Token } from '../syntax/tree.js';

export function domainConflicts(program: Program): Problem[] {
  return candidates(program).flatMap((acl) =>
    conflicts
      .of(acl, ({ lines }) => findConflicts(lines.map(({ line }) => line.statement)))
      .flatMap((conflict) => {
        const [added, existing] = [acl.lines[conflict.added.line], acl.lines[conflict.existing.line]];
        return added && existing ? [conflictProblem(program, acl, { ...conflict, placed: { added, existing } })] : [];
      }),
  );
}

const conflicts = new Memo<Acl, readonly Conflict[]>();
const ownConflicts = new Memo<Statements, readonly string[]>();

/** The domain acls that may have a conflict: between lines of one segment, or because they have lines in several. */
function candidates({ segments, definitions, acls }: Program): Acl[] {
  const own = segments.flatMap(({ statements }) => ownConflicts.of(statements, conflictingKeys));
  return [...new Set([...own, ...definitions.spanning])].flatMap((key) => {
    const acl = acls.get(key);
    return acl?.type.values === 'domains' ? [acl] : [];
  });
}

function conflictingKeys(statements: Statements): string[] {
  const found: string[] = [];
  const hashes = new DomainHashes();
  const { texts, acls } = domainValuesOf(statements);
  for (const { key, from, to } of acls) {
    if (hashes.mayClash(texts, from, to) && hasConflicts(statements.acls.get(key) ?? [])) found.push(key);
  }
  return found;
}

function hasConflicts(lines: readonly StatementLine<AclStatement>[]): boolean {
  const [first] = lines;
  if (first?.statement.type.values !== 'domains') return false;
  const statements = lines.map(({ statement }) => statement);
  const { found } = conflictsFrom.of(first.statement, lines, (before) =>
    before && sameItems(before.statements, statements) ? before : { statements, found: findConflicts(statements) },
  );
  return found.length > 0;
}

/** The conflicts of the lines of an acl in a segment, by the first of them: an edit beside them leaves all their statements. */
const conflictsFrom = new LatestMemo<
  AclStatement,
  unknown,
  { readonly statements: readonly AclStatement[]; readonly found: readonly Conflict[] }
>();

/** A value of an acl, with the index of its line. */
interface PlacedValue {
  readonly line: number;
  readonly token: Token;
}

interface Conflict {
  readonly effect: 'refused' | 'ignored';
  readonly added: PlacedValue;
  readonly existing: PlacedValue;
}

const NO_CONFLICTS: readonly Conflict[] = [];

function findConflicts(lines: readonly AclStatement[]): readonly Conflict[] {
  const texts = lines.flatMap(({ words }) => words.map((word) => word.toLowerCase()));
  if (!new DomainHashes().mayClash(texts)) return NO_CONFLICTS;
  const found: Conflict[] = [];
  /** The first value with each name, and the first value below each name. */
  const names = new Map<string, PlacedValue>();
  const below = new Map<string, PlacedValue>();
  lines.forEach(({ values }, line) => {
    for (const token of values) {
      const added = { line, token };
      const value = readDomain(token.text);
      const existing = clashing(value.name, value.withSubdomains, names, below);
      if (existing) {
        const effect = domainConflict(readDomain(existing.token.text), value);
        if (effect) found.push({ effect, added, existing });
        continue;
      }
      names.set(value.name, added);
      for (let dot = value.name.indexOf('.'); dot >= 0; dot = value.name.indexOf('.', dot + 1)) {
        const parent = value.name.slice(dot + 1);
        if (below.has(parent)) break;
        below.set(parent, added);
      }
    }
  });
  return found;
}

function clashing(
  name: string,
  withSubdomains: boolean,
  names: ReadonlyMap<string, PlacedValue>,
  below: ReadonlyMap<string, PlacedValue>,
): PlacedValue | undefined {
  const same = names.get(name);
  if (same) return same;
  if (withSubdomains && below.has(name)) return below.get(name);
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const parent = names.get(name.slice(dot + 1));
    if (parent && readDomain(parent.token.text).withSubdomains) return parent;
  }
  return undefined;
}

interface PlacedConflict extends Conflict {
  readonly placed: { readonly added: Placed; readonly existing: Placed };
}

function conflictProblem(program: Program, acl: Acl, { effect, added, existing, placed }: PlacedConflict): Problem {
  const [value, earlier] = [added, existing].map(({ token }) => formatDomain(readDomain(token.text)));
  const refused = effect === 'refused';
  return {
    ...locationOf(program, placed.added, added.token),
    code: refused ? 'syntax-error' : 'duplicate-name',
    message: refused
      ? `squid rejects '${value}' in the acl '${acl.name}', which already has '${earlier}': keep only the one with the dot`
      : `'${value}' has no effect, because the acl '${acl.name}' already has '${earlier}'`,
    related: [{ ...locationOf(program, placed.existing, existing.token), message: `'${earlier}' is listed here` }],
  };
}
