// A firewall plan as text, CSV and JSON.

import { isRequired, type Opening, type OpeningEnd } from '../../analysis/plan/plan.js';
import type { RequirementSource } from '../../catalog/requirement.js';
import { largest } from '../../kept/lists.js';
import {
  countOpenings,
  FROM_UNDOCUMENTED,
  groundsOf,
  type NetworkPlan,
  OPTIONAL,
  planRows,
  portsOf,
  UNDOCUMENTED,
  waiting,
} from '../../service/plan.js';
import { csvText } from '../../text/csv.js';
import { wrap } from './wrap.js';

const PROTOCOL = 8;
const PORTS = 13;
const GAP = '  ';

/**
 * A plan as a table at most `width` characters wide, with the reason for each row below it. The addresses of the roles, and
 * the documents that rows refer to by number, are listed once.
 */
export function planText(plan: NetworkPlan, width: number): string {
  const { openings, fromUndocumented, undeclaredRoles, catalog } = plan;
  const all = [...openings, ...fromUndocumented];
  const documents: string[] = [];
  const cite = ({ document, section, url }: RequirementSource) => {
    const entry = `${document} ${url}`;
    if (!documents.includes(entry)) documents.push(entry);
    return `${section ? `${section} ` : ''}[${documents.indexOf(entry) + 1}]`;
  };
  const source = largest(
    all.map(({ from }) => from.role?.length ?? PREFIX_LENGTH),
    'SOURCE'.length,
  );
  const rest = Math.max(24, width - source - PROTOCOL - PORTS - 3 * GAP.length);
  const row = ([from, protocol, ports, to]: readonly [string, string, string, string]) =>
    [from.padEnd(source), protocol.padEnd(PROTOCOL), ports.padEnd(PORTS), to].join(GAP).trimEnd();
  const head = row(['SOURCE', 'PROTOCOL', 'PORTS', 'DESTINATION']);
  const rowOf = (opening: Opening) => {
    const from = endLines(opening.from, source);
    const ports = wrap(portsOf(opening).replaceAll(',', ', '), PORTS, '');
    const to = endLines(opening.to, rest);
    const lines = Array.from({ length: Math.max(from.length, ports.length, to.length) }, (_, i) =>
      row([from[i] ?? '', i === 0 ? opening.protocol : '', ports[i] ?? '', to[i] ?? '']),
    );
    const { reasons, sources } = groundsOf(opening);
    const mark = isRequired(opening) ? '' : `(${OPTIONAL}) `;
    return [...lines, ...wrap(`${mark}${reasons.join(' ')} See ${sources.map(cite).join('; ')}.`, width, '    '), ''];
  };
  const rows = openings.flatMap(rowOf);
  const undocumented = fromUndocumented.flatMap(rowOf);
  const roles = declaredRoles(all);
  const nameWidth = largest(
    [...roles.keys()].map((name) => name.length),
    0,
  );
  const undeclared = [...undeclaredRoles].map(
    ([role, { length }]) => `${role} (${catalog.roles.get(role) ?? ''}): ${waiting(length)}`,
  );
  return [
    ...[...roles].map(([role, prefixes]) => listed(role.padEnd(nameWidth), prefixes.join(', '), width)),
    ...(roles.size > 0 ? [''] : []),
    ...(openings.length > 0 ? [head, '', ...rows] : []),
    ...(undocumented.length > 0 ? [`${FROM_UNDOCUMENTED}:`, '', head, '', ...undocumented] : []),
    ...(documents.length > 0 ? [...documents.map((entry, i) => listed(`[${i + 1}]`, entry, width)), ''] : []),
    countOpenings(openings.length),
    ...(undeclared.length > 0 ? ['', 'Also needed, but not declared in lintel.yaml:'] : []),
    ...undeclared.map((text) => listed('', text, width)),
    '',
  ].join('\n');
}

/** The usual length of a prefix, in characters. */
const PREFIX_LENGTH = 18;

/** A word followed by a wrapped text, whose further lines are aligned with the first. */
function listed(word: string, text: string, width: number): string {
  const indent = ' '.repeat(word.length + GAP.length);
  return word + wrap(text, width, indent).join('\n').slice(word.length);
}

function declaredRoles(openings: readonly Opening[]): ReadonlyMap<string, readonly string[]> {
  const ends = openings.flatMap(({ from, to }) => [from, to]);
  return new Map(ends.flatMap(({ role, prefixes }) => (role === undefined ? [] : [[role, prefixes] as const])));
}

/** The role, or else what the document lists, as many to a line as fit. */
function endLines({ role, prefixes, hosts }: OpeningEnd, width: number): string[] {
  if (role !== undefined) return [role];
  const lines = wrap([...prefixes, ...hosts].join(', '), width, '');
  return lines.length > 0 ? lines : wrap(UNDOCUMENTED, width, '');
}

/** A plan as comma-separated values, one opening a row; several values of a cell are separated by spaces. */
export function planCsv(plan: NetworkPlan): string {
  return csvText(planRows(plan));
}

/** A plan as JSON, version 1. */
export function planJson({ openings, fromUndocumented, undeclaredRoles, catalog }: NetworkPlan): string {
  return `${JSON.stringify({
    version: 1,
    openings: openings.map(openingJson),
    fromUndocumented: fromUndocumented.map(openingJson),
    undeclaredRoles: [...undeclaredRoles].map(([role, requirements]) => ({
      role,
      description: catalog.roles.get(role) ?? '',
      requirements: requirements.map(({ id }) => id),
    })),
  })}\n`;
}

function openingJson(opening: Opening) {
  return {
    from: endJson(opening.from),
    to: endJson(opening.to),
    protocol: opening.protocol,
    ports: opening.ports,
    sourcePorts: opening.sourcePorts ?? null,
    required: isRequired(opening),
    requirements: opening.requirements.map(({ id, title, why, source }) => ({ id, title, why, source })),
  };
}

function endJson({ role, prefixes, hosts }: OpeningEnd) {
  return { role: role ?? null, prefixes, hosts };
}
