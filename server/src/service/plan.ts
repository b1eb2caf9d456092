import { type Plan, planOpenings } from '../analysis/plan.js';
import type { Catalog } from '../catalog/catalog.js';
import type { RequirementSource } from '../catalog/requirement.js';
import type { Configuration } from '../configuration/configuration.js';
import type { Wishes } from './checks.js';
import { codeSpan, escapeMarkdown, sourceLink } from './markdown.js';

/** What the network of one workspace file needs to have opened. */
export interface NetworkPlan extends Plan {
  readonly configuration: Configuration;
  readonly catalog: Catalog;
}

/**
 * Plans for what is demanded; otherwise for all that the entries of the workspace file require, and for the wishes where
 * one of them requires nothing by itself.
 */
export function planFor(configuration: Configuration, wishes: Wishes): NetworkPlan {
  const { files, roles, tenantRestrictions } = configuration.file;
  const catalog = configuration.catalogFor(wishes.cloud);
  const entries = files.length > 0 ? files.flatMap(({ require }) => require ?? wishes.require) : wishes.require;
  const selectors = wishes.demanded ?? entries;
  const { requirements } = catalog.select(selectors, new Set(roles.keys()), tenantRestrictions);
  return { ...planOpenings(requirements, { roles }), configuration, catalog };
}

/** A plan as Markdown for reading. */
export function planMarkdown(name: string, { openings, undeclaredRoles, catalog }: NetworkPlan): string {
  const rows = openings.map(({ from, to, protocol, ports, requirements }) => {
    const cells = [
      endCell(from),
      endCell(to),
      protocol,
      ports,
      unique(requirements.map(({ why }) => escapeMarkdown(why))).join('<br>'),
      unique(requirements.map(({ source }) => sourceLink(source))).join('<br>'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const table = ['| source | destination | protocol | ports | why | document |', '|---|---|---|---|---|---|', ...rows];
  const undeclared = [...undeclaredRoles].map(
    ([role, requirements]) =>
      `- ${codeSpan(role)} (${escapeMarkdown(catalog.roles.get(role) ?? '')}): ${requirements.length} waiting`,
  );
  const count = openings.length === 1 ? '1 opening' : `${openings.length} openings`;
  return `${[
    `# Firewall plan of ${escapeMarkdown(name)}`,
    `${count} between the roles that lintel.yaml declares, and to documented addresses and hosts.`,
    ...(openings.length > 0 ? [table.join('\n')] : []),
    ...(undeclared.length > 0 ? [`## Roles without an address\n\n${undeclared.join('\n')}`] : []),
  ].join('\n\n')}\n`;
}

function endCell({ role, addresses }: NetworkPlan['openings'][number]['from']): string {
  return [...(role === undefined ? [] : [`**${role}**`]), ...addresses.map(codeSpan)].join(' ') || 'any';
}

/** The documents that ask for some openings, each once. */
export function documentsOf(plan: Plan): readonly RequirementSource[] {
  const sources = plan.openings.flatMap(({ requirements }) => requirements.map(({ source }) => source));
  return [...new Map(sources.map((source) => [`${source.url} ${source.section ?? ''}`, source])).values()];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
