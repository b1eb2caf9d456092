// Hover: the findings at an offset, and what the dialect and the catalog know of the text there.

import type { FixContext } from '../analysis/fixes/fixes.js';
import type { Finding } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import { KIND_PREDICATES } from '../catalog/kinds.js';
import type { Requirement } from '../catalog/requirement.js';
import type { Entity } from '../dialects/dialect.js';
import { FINDING_CODES } from '../model/codes.js';
import { IntervalSet } from '../model/intervals.js';
import { contains, type TextRange } from '../text/range.js';
import type { FileChecks } from './checks.js';
import { codeSpan, sourceLink } from './markdown.js';

export interface Hover {
  readonly range: TextRange;
  readonly markdown: string;
}

/** The hover at an offset: the findings there with the documents that they cite, and what the dialect knows of the text. */
export function hoverAt(
  context: FixContext & { readonly checks: FileChecks },
  entity: Entity | undefined,
  uri: string,
  offset: number,
  obstacleOf: (finding: Finding) => string | undefined,
): Hover | undefined {
  const { catalog } = context.checks;
  const findings = context.analysis.report.findings.filter(
    (finding) => finding.uri === uri && contains(finding.range, offset),
  );
  const parts = [...findings.map((finding) => describeFinding(finding, context.checks, obstacleOf(finding)))];
  if (entity) parts.push(describeEntity(entity, catalog));
  const range = entity?.range ?? findings[0]?.range;
  return range && parts.length > 0 ? { range, markdown: parts.join('\n\n---\n\n') } : undefined;
}

/** How many requirements a hover spells out. */
const REQUIREMENT_LIMIT = 6;

/** Why a finding matters and where that is documented. Its message is not repeated: editors show it beside the hover. */
function describeFinding(
  finding: Finding,
  { requirements: asked, catalog }: FileChecks,
  obstacle: string | undefined,
): string {
  // Under tenant restrictions the checked requirement differs from that of the catalog.
  const requirements = finding.requirements.flatMap(
    (id) => asked.find((requirement) => requirement.id === id) ?? catalog.byId(id) ?? [],
  );
  const { title, why } = FINDING_CODES[finding.code];
  const source = finding.source ? sourceLink(finding.source) : '';
  const noFix = obstacle === undefined ? '' : `No quick fix: ${obstacle}.`;
  const parts = [`**${title}** (${codeSpan(finding.code)})`, why, noFix, source, listRequirements(requirements)];
  return parts.filter(Boolean).join('\n\n');
}

function describeEntity(entity: Entity, catalog: Catalog): string {
  switch (entity.kind) {
    case 'keyword':
    case 'name':
      return entity.markdown;
    case 'host':
      return describeServed(`Host ${codeSpan(entity.host)}`, catalog.servedBy({ host: entity.host }));
    case 'address':
      return describeServed(`Address ${codeSpan(entity.prefix)}`, catalog.servedBy({ prefix: entity.prefix }));
    case 'port':
      return describeServed(
        `Port ${codeSpan(String(entity.port))}`,
        catalog.servedBy({ ports: IntervalSet.of([entity.port, entity.port]) }),
      );
  }
}

function describeServed(what: string, requirements: readonly Requirement[]): string {
  if (requirements.length === 0) return `${what}: no requirement of the catalog lists it.`;
  return `${what} is listed by:\n\n${listRequirements(requirements)}`;
}

function listRequirements(requirements: readonly Requirement[]): string {
  const items = requirements.slice(0, REQUIREMENT_LIMIT).map((requirement) => {
    const category = requirement.category ? `, *${requirement.category}*` : '';
    const { title, id, kind, why, source } = requirement;
    return `- **${title}** (${codeSpan(id)}, ${KIND_PREDICATES[kind]}${category}): ${why} ${sourceLink(source)}`;
  });
  const rest = requirements.length - REQUIREMENT_LIMIT;
  return [...items, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}
