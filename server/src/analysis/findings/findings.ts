// Makes the findings that users see from evaluations and problems.
import type { Requirement, RequirementSource } from '../../catalog/requirement.js';
import type { Problem } from '../../dialects/dialect.js';
import { attempt } from '../../model/budget.js';
import { FINDING_CODES, type FindingCode, type Severity } from '../../model/codes.js';
import { NO_MATCH, type QuotedLine, statementKey } from '../../model/evidence.js';
import { IpSet } from '../../model/ip.js';
import type { PacketBox } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';
import type { TextRange } from '../../text/range.js';
import { sentence } from '../../text/sentence.js';
import { type Evaluation, sharesOf } from '../evaluate/evaluation.js';
import type { Finding, RelatedLocation, VerdictStatus } from '../report.js';
import { missesUsualHosts, onlyInventedHosts } from './invented-hosts.js';
import { asideMessage, type Member, messageWithin, networksOf, SHARE, shutMessage } from './message.js';
import { serviceOf } from './services.js';
import type { WideRule } from './wide-rules.js';

/** The codes of findings about requirements; the others are about the file alone. */
export const REQUIREMENT_CODES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'requirement-blocked',
  'requirement-partial',
  'requirement-undecided',
  'not-bypassed',
  'tls-inspected',
  'proxy-auth-required',
  'ipsec-not-exempt',
  'control-messages-denied',
  'forbidden-flow',
  'bypass-blocked',
  'retired-endpoint',
  'over-permissive-rule',
]);

/** The severity that a workspace gives to codes; `off` silences a code. */
export type SeverityOverrides = Readonly<Partial<Record<FindingCode, Severity | 'off'>>>;

/** A defect with the document that makes it one, where there is one. */
export type SourcedProblem = Problem & { readonly source?: RequirementSource };

/** Reports a defect of the file itself. */
export function findingOfProblem(problem: SourcedProblem, overrides: SeverityOverrides): Finding | undefined {
  const severity = overrides[problem.code] ?? FINDING_CODES[problem.code].severity;
  if (severity === 'off') return undefined;
  return {
    code: problem.code,
    severity,
    message: sentence(problem.message),
    uri: problem.uri,
    range: problem.range,
    requirements: [],
    related: (problem.related ?? []).map((place) => ({ ...place, message: sentence(place.message) })),
    ...(problem.source ? { source: problem.source } : {}),
  };
}

/** Reports a rule that is wider than the documents that it serves. */
export function findingOfWideRule(rule: WideRule, overrides: SeverityOverrides): Finding | undefined {
  const severity = overrides['over-permissive-rule'] ?? FINDING_CODES['over-permissive-rule'].severity;
  if (severity === 'off') return undefined;
  const { statement, served, message } = rule;
  const { uri, range } = statement;
  return { code: 'over-permissive-rule', severity, message, uri, range, requirements: served, related: [] };
}

/** How many locations of a trace a finding shows. */
const RELATED_LIMIT = 10;

/**
 * Reports the verdicts that are not met, each statement with what it is responsible for. What one statement decides for one
 * service makes one finding, so that a default-deny is reported once and not for every requirement. What it decides for clients
 * that need not be served makes one for all services.
 */
export function findingsOfEvaluations(
  uri: string,
  evaluations: readonly Evaluation[],
  overrides: SeverityOverrides,
): Finding[] {
  const groups = new Map<string, { code: FindingCode; statement: QuotedLine | undefined; members: Member[] }>();
  for (const { code, member } of evaluations.flatMap(membersOf)) {
    const { requirement, share } = member;
    const [statement] = share.decidedBy;
    const place = statement ? statementKey(statement) : '';
    const together = share.aside ? 'aside' : share.isOfShutFamily ? 'shut' : undefined;
    const key = together
      ? [together, place, share.only, share.undecided === undefined].join('|')
      : [
          code,
          OPPOSITES.has(requirement.kind) ? requirement.kind : '',
          place,
          fixKey(member),
          serviceOf(requirement),
          share.undecided,
          share.only,
        ].join('|');
    const group = groups.get(key) ?? { code, statement, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  const findings: Finding[] = [];
  for (const { code, statement, members } of groups.values()) {
    const isAside = members.every(({ share }) => share.aside);
    const isShut = members.every(({ share }) => share.isOfShutFamily);
    const severity =
      overrides[code] === 'off' ? 'off' : isAside || isShut ? 'info' : (overrides[code] ?? severityOf(code, members));
    if (severity === 'off') continue;
    findings.push({
      code,
      severity,
      message: isAside ? asideMessage(members) : isShut ? shutMessage(members) : messageWithin(code, members),
      ...(isAside ? { networks: networksOf(members) } : {}),
      uri: statement?.uri ?? uri,
      range: statement?.range ?? START_OF_FILE,
      requirements: [...new Set(members.map(({ requirement }) => requirement.id))],
      related: relatedOf(members, statement),
    });
  }
  return findings;
}

/**
 * Equal for evaluations that one edit can fix together: packets are permitted by address, hosts by name and protocol. An
 * exemption for an undeclared role would exempt all addresses; it is reported by itself, so that the others can be fixed.
 */
function fixKey({ requirement, share: { missing } }: Member): string {
  if (missing.kind === 'hosts') return `hosts ${missing.protocol ?? 'tcp'}`;
  // No edit permits what has no documented address.
  if (missing.kind === 'packets' && missing.allowed.isEmpty) return 'any address';
  const isForAllAddresses =
    requirement.kind === 'no-ipsec' && missing.kind === 'packets' && missing.allowed.boxes.every(isBetweenAll);
  return isForAllAddresses ? 'all addresses' : missing.kind;
}

function isBetweenAll({ source, destination, sourcePorts, destinationPorts }: PacketBox): boolean {
  const isAll = (set: IpSet) =>
    ([4, 6] as const).some((family) => set.ofFamily(family).equals(IpSet.all.ofFamily(family)));
  return (
    [sourcePorts, destinationPorts].every((ports) => ports.equals(ALL_PORTS)) && isAll(source) && isAll(destination)
  );
}

/** Where a decision that no statement made is shown. */
const START_OF_FILE: TextRange = { start: 0, end: 0 };

function membersOf(evaluation: Evaluation): { readonly code: FindingCode; readonly member: Member }[] {
  const { requirement, verdict } = evaluation;
  const shares = sharesOf(evaluation);
  // Of a template it may be undecided how much is missing, and certain that something is.
  const isCertain = verdict.status === 'undecided' && shares.some(({ undecided }) => undecided === undefined);
  const code = codeOf(requirement, isCertain ? 'partial' : verdict.status);
  if (!code) return [];
  return shares.map((share) => ({
    code: share.undecided === undefined ? code : 'requirement-undecided',
    member: { requirement, verdict, share, isOneOfSeveral: shares.length > 1 },
  }));
}

function codeOf(requirement: Requirement, status: VerdictStatus): FindingCode | undefined {
  switch (status) {
    case 'met':
    case 'not-applicable':
      return undefined;
    case 'undecided':
      // What may well be let pass is no fault, and nobody asked for it.
      return requirement.kind === 'control-messages' ? undefined : 'requirement-undecided';
    case 'partial':
    case 'blocked':
      switch (requirement.kind) {
        case 'bypass-proxy':
          return 'not-bypassed';
        case 'no-decrypt':
          return 'tls-inspected';
        case 'no-proxy-auth':
          return 'proxy-auth-required';
        case 'no-ipsec':
          return 'ipsec-not-exempt';
        case 'control-messages':
          return 'control-messages-denied';
        case 'reach':
        case 'use-proxy':
        case 'must-decrypt':
          return status === 'partial' ? 'requirement-partial' : 'requirement-blocked';
        case 'forbid':
          return 'forbidden-flow';
        case 'advice':
          return undefined;
      }
  }
}

/** A finding that is only about optional requirements has a lower severity. */
function severityOf(code: FindingCode, members: readonly Member[]): Severity {
  const severity = FINDING_CODES[code].severity;
  if (code === 'requirement-partial' && areInvented(members)) return 'info';
  if (members.some(({ requirement }) => requirement.required)) return severity;
  return severity === 'error' || severity === 'warning' ? 'info' : severity;
}

/** Whether only invented hosts are missing; where it takes too long to be sure, the usual names tell. */
function areInvented(members: readonly Member[]): boolean {
  const areUsual = attempt(SHARE, () => members.some((member) => missesUsualHosts(member, member.share)));
  if (areUsual !== false) return false;
  return attempt(SHARE, () => members.every((member) => onlyInventedHosts(member, member.share))) ?? true;
}

/** The kinds that ask for the opposite of what others do, in words of their own. */
const OPPOSITES: ReadonlySet<Requirement['kind']> = new Set<Requirement['kind']>([
  'use-proxy',
  'must-decrypt',
  'forbid',
]);

function relatedOf(members: readonly Member[], statement: QuotedLine | undefined): RelatedLocation[] {
  const seen = new Set(statement ? [statementKey(statement)] : []);
  const related: RelatedLocation[] = [];
  const add = (other: QuotedLine, message: string) => {
    const key = statementKey(other);
    if (seen.has(key) || related.length >= RELATED_LIMIT) return;
    seen.add(key);
    related.push({ uri: other.uri, range: other.range, message: sentence(message) });
  };
  for (const { share } of members) for (const other of share.decidedBy.slice(1)) add(other, 'decides part of it');
  for (const { share } of members) for (const other of share.ahead ?? []) add(other, 'may deny it before');
  const steps = members[0]?.share.trace().filter(({ effect }) => effect !== NO_MATCH) ?? [];
  // Of a long trace, the steps nearest to the decision.
  for (const { statement: step, effect } of steps.slice(-RELATED_LIMIT)) add(step, effect);
  return related;
}
