// Reports names of a zone-based policy firewall that are used and not defined, or defined and not used.
import type { Problem } from '../../dialect.js';
import { type PlacedLine, referencesOf } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { rangeIn } from '../program/quoted-line.js';
import { DEFAULT_ZONE, SELF } from '../program/zones.js';
import type { NameReference, Token } from '../syntax/tree.js';

const KINDS: Readonly<Partial<Record<NameReference['kind'], string>>> = {
  zone: 'security zone',
  'class-map': 'class map of type inspect',
  'policy-map': 'policy map of type inspect',
  'access-list': 'access list',
};

/** Names in lines of the firewall; those of lists as well, which decide nothing where they do not exist. */
export function undefinedZoneNames(program: Program): Problem[] {
  return zoneReferences(program).flatMap(({ reference, placed }): Problem[] => {
    const { kind, name, token } = reference;
    const what = KINDS[kind];
    if (what === undefined || isDefined(program, reference)) return [];
    const effect = kind === 'access-list' ? 'what it matches is unknown' : 'the device rejects the line';
    const message = `this file defines no ${what} '${name}': ${effect}`;
    return [{ code: 'undefined-name', message, uri: program.uri, range: rangeIn(placed, token) }];
  });
}

function isDefined({ zones, lists }: Program, { kind, name }: NameReference): boolean {
  switch (kind) {
    case 'zone':
      return zones.zones.has(name) || name === SELF || name === DEFAULT_ZONE;
    case 'class-map':
      return zones.classes.has(name);
    case 'policy-map':
      return zones.policies.has(name);
    default:
      return lists.has(name);
  }
}

/** In a complete configuration. */
export function unusedZoneNames(program: Program): Problem[] {
  if (program.interfaces.length === 0) return [];
  const { zones, classes, policies } = program.zones;
  const used = new Set(zoneReferences(program).map(({ reference: { kind, name } }) => `${kind} ${name}`));
  const unused = (kind: NameReference['kind'], name: string, header: PlacedLine): Problem[] => {
    const token = definedName(header);
    if (!token || used.has(`${kind} ${name}`)) return [];
    const message = `nothing uses the ${KINDS[kind]} '${name}'`;
    return [{ code: 'unused-name', message, uri: program.uri, range: rangeIn(header, token) }];
  };
  return [
    ...[...zones].flatMap(([name, header]) => (name === DEFAULT_ZONE ? [] : unused('zone', name, header))),
    ...[...classes.values()].flatMap(({ name, header }) => unused('class-map', name, header)),
    ...[...policies.values()].flatMap(({ name, header }) => unused('policy-map', name, header)),
  ];
}

function definedName({ own: { statement } }: PlacedLine): Token | undefined {
  return statement.kind === 'zones' && 'name' in statement.line && typeof statement.line.name === 'object'
    ? statement.line.name
    : undefined;
}

interface PlacedReference {
  readonly reference: NameReference;
  readonly placed: PlacedLine;
}

function zoneReferences({ blocks }: Program): PlacedReference[] {
  return blocks.flatMap(({ base, content }) =>
    content.referring.flatMap((own) => {
      if (own.statement.kind !== 'zones') return [];
      return referencesOf(own.statement).map((reference) => ({ reference, placed: { own, base } }));
    }),
  );
}
