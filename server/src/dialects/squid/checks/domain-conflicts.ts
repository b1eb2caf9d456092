import type { Problem } from '../../dialect.js';
import { type Acl, type AclLine, aclsOfType, type Guards, type Program } from '../program/program.js';
import { locate } from '../program/segments.js';
import { domainConflict, formatDomain, readDomain } from '../syntax/domains.js';
import type { Token } from '../syntax/parse.js';

interface PlacedValue {
  readonly line: AclLine;
  readonly token: Token;
}

/** Values of a domain acl that squid refuses or ignores because of an earlier value. */
export function domainConflicts(program: Program): Problem[] {
  return [...conflictingAcls(program)].flatMap((key) => {
    const acl = program.acls.get(key);
    return acl ? conflictsOf(acl).flatMap((conflict) => tell(program, acl, conflict)) : [];
  });
}

/** The acls with conflicts, and the acls that were looked at for it. */
const found = new WeakMap<Guards, { readonly acls: ReadonlyMap<string, Acl>; readonly keys: ReadonlySet<string> }>();

function conflictingAcls(program: Program): ReadonlySet<string> {
  const { acls, change, guards } = program;
  const known = found.get(guards);
  if (known?.acls === acls) return known.keys;
  const keys = known && change?.from === known.acls ? new Set(known.keys) : new Set<string>();
  const looked =
    known && change?.from === known.acls
      ? change.keys.flatMap((key) => acls.get(key) ?? [])
      : DOMAIN_TYPES.flatMap((type) => aclsOfType(program, type));
  for (const acl of looked) {
    if (acl.type.values === 'domains' && conflictsOf(acl).length > 0) keys.add(acl.key);
    else keys.delete(acl.key);
  }
  found.set(guards, { acls, keys });
  return keys;
}

const DOMAIN_TYPES = ['dstdomain', 'srcdomain', 'ssl::server_name'];

interface Conflict {
  readonly effect: 'refused' | 'ignored';
  readonly added: PlacedValue;
  readonly existing: PlacedValue;
}

const known = new WeakMap<Acl, readonly Conflict[]>();

/** The conflicts of an acl; they depend on its lines alone. */
function conflictsOf(acl: Acl): readonly Conflict[] {
  let conflicts = known.get(acl);
  if (!conflicts) {
    conflicts = acl.lines.length === 1 && acl.lines[0]?.entry.statement.values.length === 1 ? [] : findConflicts(acl);
    known.set(acl, conflicts);
  }
  return conflicts;
}

function findConflicts(acl: Acl): Conflict[] {
  const conflicts: Conflict[] = [];
  /** The first value with each name, and the first value below each name. */
  const names = new Map<string, PlacedValue>();
  const below = new Map<string, PlacedValue>();
  for (const line of acl.lines) {
    for (const token of line.entry.statement.values) {
      const added = { line, token };
      const value = readDomain(token.text);
      const existing = clashing(value.name, value.withSubdomains, names, below);
      if (existing) {
        const effect = domainConflict(readDomain(existing.token.text), value);
        if (effect) conflicts.push({ effect, added, existing });
        continue;
      }
      names.set(value.name, added);
      for (let dot = value.name.indexOf('.'); dot >= 0; dot = value.name.indexOf('.', dot + 1)) {
        const parent = value.name.slice(dot + 1);
        if (below.has(parent)) break;
        below.set(parent, added);
      }
    }
  }
  return conflicts;
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

function tell(program: Program, acl: Acl, { effect, added, existing }: Conflict): Problem[] {
  const segment = program.segments[added.line.segment];
  const other = program.segments[existing.line.segment];
  if (!segment || !other) return [];
  const [value, earlier] = [added, existing].map(({ token }) => formatDomain(readDomain(token.text)));
  const message =
    effect === 'refused'
      ? `squid refuses '${value}' in the acl '${acl.name}', which has '${earlier}' already: keep only the one with the dot`
      : `'${value}' has no effect, because the acl '${acl.name}' has '${earlier}' already`;
  return [
    {
      ...locate(segment, added.line.entry, added.token),
      code: effect === 'refused' ? 'syntax-error' : 'duplicate-name',
      message,
      related: [{ ...locate(other, existing.line.entry, existing.token), message: `'${earlier}' stands here` }],
    },
  ];
}
