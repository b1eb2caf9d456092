// Hover: the findings at an offset, and what the dialect and the catalog know of the text there.

import { listedPackets } from '../analysis/evaluate/filter/ends.js';
import { serviceOf } from '../analysis/findings/services.js';
import type { FixContext } from '../analysis/fixes/edited-copy.js';
import type { Finding, VerdictStatus } from '../analysis/report.js';
import { type FormerListing, findEndpoint, formerlyListed } from '../catalog/find.js';
import { CLOUDS, type Requirement } from '../catalog/requirement.js';
import type { NamedEndpoint } from '../catalog/service-index.js';
import type { Entity } from '../dialects/dialect.js';
import { addTo } from '../kept/lists.js';
import { FINDING_CODES, type FindingCode } from '../model/codes.js';
import { IntervalSet } from '../model/intervals.js';
import { IpSet } from '../model/ip.js';
import type { Model } from '../model/model.js';
import { listed } from '../model/packet-text.js';
import { PacketSet } from '../model/packets.js';
import { contains, type TextRange } from '../text/range.js';
import type { FileChecks } from './checks.js';
import { codeSpan, escapeMarkdown, sourceLink } from './markdown.js';

export interface Hover {
  readonly range: TextRange;
  readonly markdown: string;
}

/** What a hover is made with. */
export interface HoverContext extends FixContext {
  readonly checks: FileChecks;
  /** Why a finding has no fix, where that is known without a proof. */
  obstacleOf(finding: Finding): string | undefined;
  /** The address of Lintel's own page of a code, where the editor can show it. */
  pageOf(code: FindingCode): string | undefined;
}

/** The hover at an offset: first what stands there, then the findings, once a code. */
export function hoverAt(
  context: HoverContext,
  entity: Entity | undefined,
  uri: string,
  offset: number,
): Hover | undefined {
  const findings = context.analysis.report.findings.filter(
    (finding) => finding.uri === uri && contains(finding.range, offset),
  );
  const byCode = new Map<FindingCode, Finding[]>();
  for (const finding of findings) addTo(byCode, finding.code, finding);
  const sections = byCode.size + (entity ? 1 : 0);
  const reasons = Math.max(1, REASON_LIMIT + 1 - sections);
  const parts = [
    ...(entity ? [describeEntity(entity, context, uri)] : []),
    ...[...byCode].map(([code, own]) => describeFindings(code, own, { isAlone: byCode.size === 1, reasons }, context)),
  ];
  const range = entity?.range ?? findings[0]?.range;
  return range && parts.length > 0 ? { range, markdown: parts.join('\n\n---\n\n') } : undefined;
}

/** How many services a hover has a line for. */
const SERVICE_LIMIT = 4;

/** How many ids of requirements a line names. */
const ID_LIMIT = 3;

/**
 * How many reasons are told in whole where the hover has one code and nothing else; one of each code where it has more.
 * VS Code shows 250 pixels of a hover, about thirteen lines, and its messages need some of them.
 */
const REASON_LIMIT = 2;

/**
 * What a code means, once for all its findings, and why the documents ask for what it is about. What that is stands in
 * the messages, which are shown beside the hover.
 */
function describeFindings(
  code: FindingCode,
  findings: readonly Finding[],
  { isAlone, reasons: reasonLimit }: { readonly isAlone: boolean; readonly reasons: number },
  context: HoverContext,
): string {
  const { requirements: asked, catalog } = context.checks;
  // Under tenant restrictions the checked requirement differs from that of the catalog.
  const requirements = [...new Set(findings.flatMap((finding) => finding.requirements))].flatMap(
    (id) => asked.find((requirement) => requirement.id === id) ?? catalog.byId(id) ?? [],
  );
  const { title, why } = FINDING_CODES[code];
  const page = context.pageOf(code);
  const name = page === undefined ? codeSpan(code) : `[${codeSpan(code)}](${page})`;
  const obstacles = [...new Set(findings.flatMap((finding) => context.obstacleOf(finding) ?? []))];
  const sources = new Map(findings.flatMap(({ source }) => (source ? [[source.url, source] as const] : [])));
  const reasons = reasonsOf(requirements, reasonLimit);
  const parts = [
    // Beside other codes what a document says is enough: the page of the code has the rest.
    `**${title}** (${name})${isAlone || reasons === '' ? `  \n${why}` : ''}`,
    ...obstacles.slice(0, 1).map((obstacle) => `No quick fix: ${obstacle}.`),
    ...[...sources.values()].slice(0, 1).map(sourceLink),
    reasons,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** Why the first requirement of each service asks for it: the first reasons in whole, of the others a link to the document. */
function reasonsOf(requirements: readonly Requirement[], limit: number): string {
  const reasons = new Map<string, Requirements>();
  for (const [first] of byService(requirements).values()) {
    const reason = `${first.why} ${sourceLink(first.source)}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), first]);
  }
  const groups = [...reasons];
  const whole = groups.slice(0, limit).map(([reason, own]) => `- ${servicesOf(own)}: ${reason}`);
  const others = groups.slice(limit).map(([, own]) => `[${servicesOf(own)}](${own[0].source.url})`);
  return [...whole, ...(others.length > 0 ? [`- Documents of others: ${listed(others, SERVICE_LIMIT)}`] : [])].join(
    '\n',
  );
}

function servicesOf(own: Requirements): string {
  const names = own.map((one) => `**${escapeMarkdown(serviceOf(one))}**`);
  return listed(names, SERVICE_LIMIT);
}

type Requirements = readonly [Requirement, ...Requirement[]];

function byService(requirements: readonly Requirement[]): ReadonlyMap<string, Requirements> {
  const services = new Map<string, Requirements>();
  for (const one of requirements) {
    const known = services.get(serviceOf(one));
    services.set(serviceOf(one), known ? [...known, one] : [one]);
  }
  return services;
}

/** One line for each service, with a link to the document of its first requirement. */
function linesOf(requirements: readonly Requirement[], textOf: (own: Requirements) => string): string {
  const lines = [...byService(requirements)].map(
    ([service, own]) => `- **${escapeMarkdown(service)}** ${textOf(own)} ${sourceLink(own[0].source)}`,
  );
  const rest = lines.length - SERVICE_LIMIT;
  return [...lines.slice(0, SERVICE_LIMIT), ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}

/** Which requirements of one service the file meets and which it misses, by their ids. */
function verdictsOf(own: Requirements, { analysis }: HoverContext): string {
  const ids = new Map<string, string[]>();
  const verdicts = new Map(analysis.evaluations.map(({ requirement, verdict }) => [requirement.id, verdict.status]));
  // What a file of this kind cannot decide is told only where it is all that there is.
  const decided = own.filter(({ id }) => (verdicts.get(id) ?? 'not-applicable') !== 'not-applicable');
  for (const { id } of decided.length > 0 ? decided : own) {
    const word = STATUS_WORDS[verdicts.get(id) ?? 'not-applicable'];
    addTo(ids, word, codeSpan(id));
  }
  return [...ids].map(([word, named]) => `${word} ${listed(named, ID_LIMIT)}`).join(', ');
}

const STATUS_WORDS: Readonly<Record<VerdictStatus, string>> = {
  met: 'has',
  partial: 'misses part of',
  blocked: 'misses',
  undecided: 'may have',
  'not-applicable': 'lists',
};

function describeEntity(entity: Entity, context: HoverContext, uri: string): string {
  switch (entity.kind) {
    case 'keyword':
    case 'name':
      return entity.markdown;
    case 'host':
      return describeEndpoint(`Host ${codeSpan(entity.host)}`, { host: entity.host }, context);
    case 'address':
      return describeEndpoint(`Address ${codeSpan(entity.prefix)}`, { prefix: entity.prefix }, context);
    case 'port':
      return describeEndpoint(
        `Port ${codeSpan(String(entity.port))}`,
        { ports: IntervalSet.of([entity.port, entity.port]) },
        context,
        packetsAt(context.document.model, uri, entity.range.start),
      );
  }
}

/** What lists an endpoint; where nothing does, what lists it for other clouds, once did, or is nearest. */
function describeEndpoint(
  what: string,
  endpoint: NamedEndpoint,
  context: HoverContext,
  /** What the rule matches that names it; absent where no rule of a packet filter does. */
  matched?: PacketSet,
): string {
  const { catalog, cloud, catalogOf, requirements: selected, network } = context.checks;
  // Hosts without documented addresses may be anywhere.
  const isAnywhere = matched?.boxes.some(({ destination }) => destination.equals(IpSet.all)) ?? true;
  const served = catalog.servedBy(endpoint).filter((requirement) => {
    const packets = matched && listedPackets(requirement, network);
    return packets ? !matched.intersect(PacketSet.of(packets)).isEmpty : isAnywhere;
  });
  const own = served.filter(({ id }) => selected.some((one) => one.id === id));
  const former = formerlyListed(endpoint, new Map([[cloud, catalog]])).map(formerText);
  if (own.length > 0)
    return [`${what} is listed by:`, linesOf(own, (one) => verdictsOf(one, context)), ...former].join('\n\n');
  if (served.length > 0 && !matched) {
    const lines = linesOf(
      served,
      (one) =>
        `lists ${listed(
          one.map(({ id }) => codeSpan(id)),
          ID_LIMIT,
        )}`,
    );
    return [`${what} is listed by:`, lines, 'None of them is required here.', ...former].join('\n\n');
  }
  if (matched && catalog.servedBy(endpoint).length > 0) {
    return `${what}: no requirement that is checked here lists it with the addresses and the protocol of this rule.`;
  }
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
      ? [`For other clouds it is listed by:\n\n${elsewhere.slice(0, SERVICE_LIMIT).join('\n')}`]
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

/** What the rule matches that holds an offset; `undefined` where none of a packet filter does. */
function packetsAt(model: Model, uri: string, offset: number): PacketSet | undefined {
  const parts = model.kind === 'policy' ? model.parts : [model];
  const filters = parts.flatMap((part) => (part.kind === 'filter' ? [part] : []));
  for (const { chains, points } of filters) {
    for (const { rules } of [...points.flatMap((point) => point.chains), ...chains.values()]) {
      const rule = rules.find(({ statement }) => statement.uri === uri && contains(statement.range, offset));
      if (rule) return PacketSet.from(rule.match);
    }
  }
  return undefined;
}
