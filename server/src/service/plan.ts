// The firewall plan of a network: every opening that it needs, as data and as Markdown.

import { isRequired, type Opening, type OpeningEnd, type Plan, planOpenings } from '../analysis/plan/plan.js';
import type { Catalog } from '../catalog/catalog.js';
import type { RequirementSource } from '../catalog/requirement.js';
import type { Configuration } from '../configuration/configuration.js';
import type { CheckRequest } from './checks.js';
import { codeSpan, escapeMarkdown, sourceLink } from './markdown.js';

/** The openings that the network of one workspace file needs. */
export interface NetworkPlan extends Plan {
  readonly configuration: Configuration;
  readonly catalog: Catalog;
}

export function planFor(configuration: Configuration, request: CheckRequest): NetworkPlan {
  const { catalog, requirements } = selectedFor(configuration, request);
  return { ...planOpenings(requirements, { roles: configuration.file.roles }), configuration, catalog };
}

/**
 * The requirements for the forced selectors; otherwise for the selectors of all entries of the workspace file, with those of
 * the request for entries that name none.
 */
export function selectedFor(configuration: Configuration, request: CheckRequest) {
  const { files, roles, tenantRestrictions } = configuration.file;
  const catalog = configuration.catalogFor(request.cloud);
  const entries = files.length > 0 ? files.flatMap(({ require }) => require ?? request.require) : request.require;
  const selectors = request.forced ?? entries;
  return { catalog, requirements: catalog.select(selectors, new Set(roles.keys()), tenantRestrictions).requirements };
}

/** A plan as Markdown for reading. */
export function planMarkdown(
  name: string,
  { openings, fromUndocumented, undeclaredRoles, catalog }: NetworkPlan,
): string {
  const undeclared = [...undeclaredRoles].map(
    ([role, requirements]) =>
      `- ${codeSpan(role)} (${escapeMarkdown(catalog.roles.get(role) ?? '')}): ${waiting(requirements.length)}`,
  );
  return `${[
    `# Firewall plan of ${escapeMarkdown(name)}`,
    `${countOpenings(openings.length)}, between the roles that lintel.yaml declares and to documented addresses and hosts.`,
    ...(openings.length > 0 ? [tableOf(openings)] : []),
    ...(fromUndocumented.length > 0 ? [`## ${FROM_UNDOCUMENTED}\n\n${tableOf(fromUndocumented)}`] : []),
    ...(undeclared.length > 0 ? [`## Roles without an address\n\n${undeclared.join('\n')}`] : []),
  ].join('\n\n')}\n`;
}

function tableOf(openings: readonly Opening[]): string {
  const rows = openings.map((opening) => {
    const { from, to, protocol } = opening;
    const { reasons, sources } = groundsOf(opening);
    const cells = [
      endCell(from),
      endCell(to),
      protocol,
      portsOf(opening),
      isRequired(opening) ? 'yes' : OPTIONAL,
      reasons.map(escapeMarkdown).join('<br>'),
      sources.map(sourceLink).join('<br>'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| source | destination | protocol | ports | required | why | document |';
  return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

/** The mark of an opening that only some networks need. */
export const OPTIONAL = 'optional';

/** What is said instead of a source that no document names: whoever plans has to decide it. */
export const UNDOCUMENTED = 'not documented';

/** The heading of the openings without a documented source. */
export const FROM_UNDOCUMENTED = 'Needed, but the documents do not say who connects';

export function countOpenings(count: number): string {
  return count === 1 ? '1 opening' : `${count} openings`;
}

/** How many requirements cannot be planned until a role has an address, as text. */
export function waiting(count: number): string {
  return count === 1 ? '1 requirement needs its address' : `${count} requirements need its address`;
}

/** The ports of an opening, for reading. */
export function portsOf({ ports, sourcePorts }: Opening): string {
  return sourcePorts === undefined ? ports : `${ports} from ${sourcePorts}`;
}

function endCell({ role, prefixes, hosts }: OpeningEnd): string {
  return (
    [...(role === undefined ? [] : [`**${role}**`]), ...[...prefixes, ...hosts].map(codeSpan)].join(' ') || UNDOCUMENTED
  );
}

/** The reasons and the documents of an opening, each once. */
export function groundsOf({ requirements }: Opening): {
  readonly reasons: readonly string[];
  readonly sources: readonly RequirementSource[];
} {
  const sources = requirements.map(({ source }) => source);
  return {
    reasons: unique(requirements.map(({ why }) => why)),
    sources: [...new Map(sources.map((source) => [`${source.url} ${source.section ?? ''}`, source])).values()],
  };
}

/** A plan as a table whose first row is its head, one opening a row; several values of a cell are separated by spaces. */
export function planRows({ openings, fromUndocumented }: NetworkPlan): readonly (readonly string[])[] {
  const head = [
    'source_role',
    'source',
    'destination_role',
    'destination',
    'protocol',
    'ports',
    'source_ports',
    'required',
    'why',
    'requirements',
    'documents',
  ];
  const rows = [...openings, ...fromUndocumented].map((opening) => {
    const { from, to, protocol, ports, sourcePorts = '', requirements } = opening;
    const { reasons, sources } = groundsOf(opening);
    return [
      from.role ?? '',
      valuesOf(from).join(' ') || UNDOCUMENTED,
      to.role ?? '',
      valuesOf(to).join(' ') || UNDOCUMENTED,
      protocol,
      ports,
      sourcePorts,
      isRequired(opening) ? 'yes' : 'no',
      reasons.join(' '),
      requirements.map(({ id }) => id).join(' '),
      sources.map(({ url }) => url).join(' '),
    ];
  });
  return [head, ...rows];
}

function valuesOf({ prefixes, hosts }: OpeningEnd): readonly string[] {
  return [...prefixes, ...hosts];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
