// Makes the findings that users see from evaluations and problems.
import type { Requirement, RequirementSource } from '../../catalog/requirement.js';
import type { Problem } from '../../dialects/dialect.js';
import { attempt } from '../../model/budget.js';
import { FINDING_CODES, type FindingCode, type Severity } from '../../model/codes.js';
import { NO_MATCH, type QuotedLine, statementKey } from '../../model/evidence.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet, shortPrefixes } from '../../model/ip.js';
import { listed } from '../../model/packet-text.js';
import type { PacketBox } from '../../model/packets.js';
import { ALL_PORTS, formatPorts } from '../../model/ports.js';
import type { TextRange } from '../../text/range.js';
import { sentence } from '../../text/sentence.js';
import { type ClientNetworks, type Evaluation, type Share, sharesOf } from '../evaluate/evaluation.js';
import { describeSenders, describeTraffic } from '../evaluate/filter/describe-missing.js';
import { joinNetworks } from '../evaluate/filter/merge-shares.js';
import type { Finding, RelatedLocation, VerdictStatus } from '../report.js';
import { forbiddenMessage, titlesOf } from './forbidden.js';
import { onlyInventedHosts } from './invented-hosts.js';
import { isOrAre, serviceOf } from './services.js';
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

/** A verdict that is not met, as far as one statement is responsible for it. */
interface Member {
  readonly requirement: Requirement;
  readonly verdict: Evaluation['verdict'];
  readonly share: Share;
  /** Whether other statements are responsible for other parts. */
  readonly isOneOfSeveral: boolean;
}

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
    const key = share.aside
      ? ['aside', place, share.only, share.undecided === undefined].join('|')
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
    const severity =
      overrides[code] === 'off' ? 'off' : isAside ? 'info' : (overrides[code] ?? severityOf(code, members));
    if (severity === 'off') continue;
    findings.push({
      code,
      severity,
      message: isAside ? asideMessage(members) : messageWithin(code, members),
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
  const areInvented = () => members.every((member) => onlyInventedHosts(member, member.share));
  if (code === 'requirement-partial' && attempt(SHARE, areInvented)) return 'info';
  if (members.some(({ requirement }) => requirement.required)) return severity;
  return severity === 'error' || severity === 'warning' ? 'info' : severity;
}

/** The kinds that ask for the opposite of what others do, in words of their own. */
const OPPOSITES: ReadonlySet<Requirement['kind']> = new Set<Requirement['kind']>([
  'use-proxy',
  'must-decrypt',
  'forbid',
]);

/** How many host patterns a message spells out. */
const HOSTS_IN_MESSAGE = 3;

/** What one message, and one severity, are worth of the work that is left. */
const SHARE = 1 / 4;

function messageWithin(code: FindingCode, members: readonly Member[]): string {
  const message = attempt(SHARE, () => messageOf(code, members));
  if (message !== undefined) return message;
  const services = new Set(members.map(({ requirement }) => serviceOf(requirement)));
  return `${[...services].join(', ')}: ${FINDING_CODES[code].title} (${summariseIds(members)}).`;
}

function messageOf(code: FindingCode, members: readonly Member[]): string {
  const first = members[0];
  if (!first) return FINDING_CODES[code].title;
  const service = serviceOf(first.requirement);
  const is = isOrAre(service);
  const hosts = members.some(({ share }) => share.missing.kind === 'packets') ? '' : summariseHosts(members);
  const about = hosts === '' ? summariseRoles(members) : hosts;
  const only = first.share.only === undefined ? '' : ` ${first.share.only}`;
  const documents = summariseIds(members);
  if (first.requirement.kind === 'use-proxy' && code !== 'requirement-undecided') {
    return `${service} must go through the proxy, but this sends ${hosts} past it${only} (${documents}).`;
  }
  if (first.requirement.kind === 'must-decrypt' && code !== 'requirement-undecided') {
    return `${service} must be decrypted by the proxy, but ${hosts} ${hosts.includes(',') ? 'are' : 'is'} not${only} (${documents}).`;
  }
  switch (code) {
    case 'not-bypassed':
      return `${service} should bypass the proxy, but this sends ${hosts} to it${only} (${documents}).`;
    case 'tls-inspected':
      return `${service} must not be decrypted, but this decrypts ${hosts}${only} (${documents}).`;
    case 'proxy-auth-required':
      return `${service} must be reachable without a login, but this asks for one: ${hosts}${only} (${documents}).`;
    case 'forbidden-flow':
      return forbiddenMessage(members, documents);
    case 'ipsec-not-exempt':
      return `${service} should be exempt from IPsec, but this requires it${only || (about === '' ? '' : ` for ${about}`)}: ${describeTraffic(members.map(({ share }) => share.missing))}${sendersIn(members)} (${documents}).`;
    case 'control-messages-denied': {
      const titles = members.map(({ requirement }) => requirement.title);
      const reasons = new Set(members.map(({ requirement }) => requirement.why));
      return `This denies what the network itself needs: ${[...new Set(titles)].join('; ')} (${documents}). ${[...reasons].join(' ')}`;
    }
    case 'requirement-undecided':
      if (first.requirement.kind === 'forbid') {
        return `Whether this lets pass what must not is undecided (${titlesOf(members)}): ${first.share.undecided} (${documents}).`;
      }
      return `${service} ${is} undecided${only || (about === '' ? '' : ` for ${about}`)}: ${first.share.undecided ?? 'the file does not decide it'} (${documents}).`;
    case 'requirement-partial':
      return `${service} ${is} only partly permitted${only}; missing: ${missingOfAll(members)} (${documents}).`;
    default:
      return `${service} ${is} denied here${only}: ${deniedOf(members, hosts)} (${documents}).`;
  }
}

/** How many services a message names. */
const SERVICES_IN_MESSAGE = 4;

/** Who is not served, where others may be all clients. */
function asideMessage(members: readonly Member[]): string {
  const services = [...new Set(members.map(({ requirement }) => serviceOf(requirement)))];
  const { only, undecided } = members[0]?.share ?? {};
  const what = undecided === undefined ? 'denied' : 'undecided';
  const who = asideClients(only ?? 'for some addresses', networksOf(members));
  const areReplies = members.every(({ share }) => share.missing.kind === 'packets' && share.missing.packets.isEmpty);
  const is = areReplies || services.length > 1 ? 'are' : isOrAre(services[0] ?? '');
  return `${areReplies ? 'Replies from ' : ''}${listed(services, SERVICES_IN_MESSAGE)} ${is} ${what} ${who} need ${areReplies ? 'them' : 'it'}, declare where clients are in lintel.yaml (${summariseIds(members)}).`;
}

/** The clients of whole networks, or of those parts that are not served, and the condition under which that is a fault. */
function asideClients(who: string, { unserved, within, isServed }: ClientNetworks): string {
  const others = shortPrefixes(within.subtract(unserved));
  if (others.length === 0) return `${who}${isServed ? ', while another network is served' : ''}; if its clients`;
  const own = shortPrefixes(unserved.intersect(within));
  const phrase =
    isServed && others.length < own.length
      ? ` except those in ${listed(others, PREFIXES_IN_MESSAGE)}, which are served`
      : `, as far as they are in ${listed(own, PREFIXES_IN_MESSAGE)}${isServed ? ', while others there are served' : ''}`;
  return `${who}${phrase}; if they`;
}

/** How many prefixes a message names. */
const PREFIXES_IN_MESSAGE = 3;

/** The networks that some members are about. */
function networksOf(members: readonly Member[]): ClientNetworks {
  const { unserved, served, ...others } = members.flatMap(({ share: { aside } }) => aside ?? []).reduce(joinNetworks);
  return { ...others, unserved, served: served.subtract(unserved) };
}

/** What is denied: hosts for a proxy, packets with their ports for a packet filter. */
function deniedOf(members: readonly Member[], hosts: string): string {
  const packets = members.map(({ share: { missing } }) => missing).filter(({ kind }) => kind === 'packets');
  if (packets.length === members.length) return describeTraffic(packets) + sendersIn(members);
  if (members.length === 1 || hosts === '') return missingOfAll(members);
  const [reason, ...others] = new Set(members.map(({ verdict }) => verdict.reason));
  return reason === undefined || others.length > 0 ? hosts : `${hosts} (${reason})`;
}

/** What several requirements lack, each thing once. */
function missingOfAll(members: readonly Member[]): string {
  return [...new Set(members.map(missingOf))].join('; ') + sendersIn(members);
}

/** The senders that packets are missing for, unless the message says for whom anyway. */
function sendersIn(members: readonly Member[]): string {
  return members.some(({ share }) => share.only !== undefined)
    ? ''
    : describeSenders(members.map(({ share }) => share.missing));
}

function missingOf({ verdict, share: { missing }, isOneOfSeveral }: Member): string {
  if (missing.kind === 'packets') return describeTraffic([missing]);
  if (isOneOfSeveral && missing.kind === 'hosts') {
    const ports = IntervalSet.from(missing.ports.map((port) => [port, port] as const));
    return `${missing.protocol === 'udp' ? 'UDP' : 'TCP'} ${formatPorts(ports)} to ${missing.hosts.describe()}`;
  }
  return verdict.reason === undefined ? `${verdict.missing}` : `${verdict.missing} (${verdict.reason})`;
}

function summariseHosts(members: readonly Member[]): string {
  const concerned = new Map<string, HostSet[]>();
  for (const { requirement, share } of members) {
    for (const pattern of requirement.flow.to.hosts ?? []) {
      const all = HostSet.pattern(pattern);
      const own = share.missing.kind === 'hosts' ? share.missing.hosts.intersect(all) : all;
      if (!own.isEmpty) concerned.set(pattern, [...(concerned.get(pattern) ?? []), own]);
    }
  }
  const whole: string[] = [];
  const partly: HostSet[] = [];
  for (const [pattern, parts] of concerned) {
    const own = HostSet.union(parts);
    if (HostSet.pattern(pattern).subtract(own).isEmpty) whole.push(pattern);
    else partly.push(own);
  }
  return listHosts([...whole, ...(partly.length > 0 ? [HostSet.union(partly).describe()] : [])]);
}

/** Host patterns in a message, the first few spelled out. */
export function listHosts(patterns: readonly string[]): string {
  return listed(patterns, HOSTS_IN_MESSAGE);
}

/** The roles that requirements are about. */
function summariseRoles(members: readonly Member[]): string {
  return [...new Set(members.flatMap(({ requirement: { flow } }) => flow.to.role ?? flow.from.role ?? []))].join(', ');
}

function summariseIds(members: readonly Member[]): string {
  return listIds(members.map(({ requirement }) => requirement));
}

/** Requirements in a message, the first two by id. */
export function listIds(requirements: readonly Requirement[]): string {
  return listed([...new Set(requirements.map(({ id }) => id))], 2);
}

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
  const steps = members[0]?.share.trace.filter(({ effect }) => effect !== NO_MATCH) ?? [];
  // Of a long trace, the steps nearest to the decision.
  for (const { statement: step, effect } of steps.slice(-RELATED_LIMIT)) add(step, effect);
  return related;
}
