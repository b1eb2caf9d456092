// Hover: the findings at an offset, and what the dialect and the catalog know of the text there.

import type { FixContext } from '../analysis/fixes/fixes.js';
import type { Finding } from '../analysis/report.js';
import { type FormerListing, findEndpoint, formerlyListed } from '../catalog/find.js';
import { KIND_PREDICATES } from '../catalog/kinds.js';
import { CLOUDS, type Requirement } from '../catalog/requirement.js';
import type { NamedEndpoint } from '../catalog/service-index.js';
import type { Entity } from '../dialects/dialect.js';
import { FINDING_CODES } from '../model/codes.js';
import { IntervalSet } from '../model/intervals.js';
import { contains, type TextRange } from '../text/range.js';
import type { FileChecks } from './checks.js';
import { codeSpan, escapeMarkdown, sourceLink } from './markdown.js';

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
  const findings = context.analysis.report.findings.filter(
    (finding) => finding.uri === uri && contains(finding.range, offset),
  );
  const parts = [...findings.map((finding) => describeFinding(finding, context.checks, obstacleOf(finding)))];
  if (entity) parts.push(describeEntity(entity, context.checks));
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

function describeEntity(entity: Entity, checks: FileChecks): string {
  switch (entity.kind) {
    case 'keyword':
    case 'name':
      return entity.markdown;
    case 'host':
      return describeEndpoint(`Host ${codeSpan(entity.host)}`, { host: entity.host }, checks);
    case 'address':
      return describeEndpoint(`Address ${codeSpan(entity.prefix)}`, { prefix: entity.prefix }, checks);
    case 'port':
      return describeEndpoint(
        `Port ${codeSpan(String(entity.port))}`,
        { ports: IntervalSet.of([entity.port, entity.port]) },
        checks,
      );
  }
}

/** What lists an endpoint; where nothing does, what lists it for other clouds, once did, or is nearest. */
function describeEndpoint(what: string, endpoint: NamedEndpoint, { catalog, cloud, catalogOf }: FileChecks): string {
  const own = catalog.servedBy(endpoint);
  const former = formerlyListed(endpoint, new Map([[cloud, catalog]])).map(formerText);
  if (own.length > 0) return [`${what} is listed by:\n\n${listRequirements(own)}`, ...former].join('\n\n');
  const catalogs = new Map(CLOUDS.map((one) => [one, one === cloud ? catalog : catalogOf(one)]));
  const { listings, nearest } = findEndpoint(endpoint, catalogs);
  const elsewhere = listings.map(({ clouds, requirements }) => {
    const [main] = requirements;
    return main ? `- **${escapeMarkdown(main.title)}** (${codeSpan(main.id)}, ${clouds.join(', ')})` : '';
  });
  const near = nearest.map(({ listed, requirement }) => `${codeSpan(listed)} (${codeSpan(requirement.id)})`);
  const parts = [
    `${what}: no requirement of the catalog lists it.`,
    ...(elsewhere.length > 0
      ? [`For other clouds it is listed by:\n\n${elsewhere.slice(0, REQUIREMENT_LIMIT).join('\n')}`]
      : []),
    ...former,
    ...(near.length > 0 && former.length === 0 ? [`Nearest: ${near.join(', ')}.`] : []),
  ];
  return parts.join('\n\n');
}

function formerText({ prefix, host, was, lastSeen, replacedBy, source }: FormerListing): string {
  const now = replacedBy ? ` It was replaced by ${replacedBy.map(codeSpan).join(', ')}.` : '';
  return `${codeSpan(prefix ?? host ?? '')} was listed as ${was}, last seen ${lastSeen}.${now} ${sourceLink(source)}`;
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
