// Finds the edits that fix a finding, and proves each by a new analysis.

import type { Change, FilterDenial, ProxyChange } from '../../dialects/dialect.js';
import { addTo } from '../../kept/lists.js';
import { unlessSpent } from '../../model/budget.js';
import { FINDING_CODES } from '../../model/codes.js';
import { distinctStatements } from '../../model/evidence.js';
import { HostSet } from '../../model/hosts.js';
import type { Model } from '../../model/model.js';
import { PacketSet } from '../../model/packets.js';
import { failure, type Result, success } from '../../model/result.js';
import type { FileEdit } from '../../text/edit.js';
import { type Evaluation, type MissingTraffic, RANK, type Share, sharesOf } from '../evaluate/evaluation.js';
import type { NetworkContext } from '../evaluate/network-context.js';
import { mayIgnore } from '../findings/directives.js';
import { serviceTagOf, serviceTitleOf } from '../findings/services.js';
import type { Finding, Fix } from '../report.js';
import { deniesOnly, onlyNarrows, permitsBeyondChange } from './beyond-change.js';
import { type FixContext, reanalysis, textOf } from './edited-copy.js';
import type { InParts } from './in-parts.js';
import { withoutUseless } from './replaced-statements.js';
import { attemptsFor } from './shorter-change.js';
import { fixTitle, narrowingTitle } from './title.js';

/** What can be done about a finding. */
export interface Remedies {
  /** The proved fixes, best first. */
  readonly fixes: readonly Fix[];
  /** Why there is none, as the end of a sentence; only of findings about requirements. */
  readonly obstacle?: string;
}

/** The edits that the dialect knows for a problem, proved. */
export function* problemFixes(context: FixContext, finding: Finding): InParts<Fix[]> {
  const fixes: Fix[] = [];
  for (const problem of context.analysis.problems) {
    if (problem.code !== finding.code || problem.uri !== finding.uri || !problem.fix) continue;
    if (problem.range.start !== finding.range.start || problem.range.end !== finding.range.end) continue;
    const after = yield* reanalysis(context, problem.fix.edits);
    if (after && worsensNothing(context, after)) fixes.push({ ...problem.fix, requirements: [] });
  }
  return fixes;
}

/** One fix for each point of a filter that the finding is about, because an edit that serves one need not serve another. */
export function* requirementRemedies(context: FixContext, finding: Finding): InParts<Remedies> {
  const parts = byPoint(targetsOf(context, finding));
  const fixes: Fix[] = [];
  let obstacle = NO_EDIT;
  for (const [point, own] of parts) {
    const fix = yield* remedyFor(context, own);
    if (!fix.ok) obstacle = fix.reason;
    else if (parts.size === 1) fixes.push(fix.value);
    else fixes.push({ ...fix.value, title: `${fix.value.title} (${point})` });
  }
  return fixes.length > 0 ? { fixes } : { fixes, obstacle };
}

/** The title of a fix that may be proved: the same without the place; `undefined` where no edit can be described. */
export function openTitle(context: FixContext, finding: Finding): string | undefined {
  const [own] = byPoint(targetsOf(context, finding)).values();
  const change = own && changeFor(own, context.checks.network);
  return change && own[0] && `${fixTitle(own[0].requirement, change, '')} (still to be proved)`;
}

const NO_EDIT = 'no edit of this file alone can meet it';

/** The obstacle of a fix that may be one. */
export const TOO_MUCH = 'to prove one would be too much work for this file';

/** What is to be fixed, by the point of the filter that decides it; of a proxy, all together. */
function byPoint(targets: readonly Target[]): ReadonlyMap<string, readonly Target[]> {
  const parts = new Map<string, Target[]>();
  for (const target of targets) {
    const { missing } = target.share;
    const point = missing.kind === 'packets' ? missing.point : '';
    addTo(parts, point, target);
  }
  return parts;
}

/** The best fix that is proved, or why there is none. */
function* remedyFor(context: FixContext, targets: readonly Target[]): InParts<Result<Fix>> {
  const change = changeFor(targets, context.checks.network);
  if (!change || !targets[0]) return failure(NO_EDIT);
  let obstacle = 'the statement that decides cannot be extended in its form';
  let first: Fix | undefined;
  for (const { place, edits, bound } of candidatesFor(context, change)) {
    yield;
    const proof = yield* provedEdits(context, edits, bound, targets);
    // Candidates come best first; more of them that meet the same requirements would not help.
    const requirements = [...new Set(targets.map(({ requirement }) => requirement.id))];
    if (!proof.ok) {
      obstacle = proof.reason;
      continue;
    }
    const title = fixTitle(targets[0].requirement, change, place);
    const fix: Fix = { title, edits: proof.value.edits, requirements };
    // One that leaves statements without effect is only better than none.
    if (proof.value.isTidy) return success(fix);
    first ??= fix;
  }
  if (first) return success(first);
  return failure(context.dialect.obstacleTo?.(context.document, change) ?? obstacle);
}

/** The edits that may make a change, best first. Those of a later attempt are looked for where no earlier one is proved. */
function* candidatesFor({ dialect, document, sources }: FixContext, change: Change) {
  for (const { change: asked, bound } of attemptsFor(change))
    for (const candidate of dialect.emit(document, asked, sources)) yield { ...candidate, bound };
}

/** Edits that do what they are for, and whether every statement has an effect after them that had one before. */
interface ProvedEdits {
  readonly edits: readonly FileEdit[];
  readonly isTidy: boolean;
}

/** The edits where they are proved; otherwise with the statements taken out that they leave without effect, if that is. */
function* provedEdits(
  context: FixContext,
  edits: readonly FileEdit[],
  change: Change,
  targets: readonly Target[],
): InParts<Result<ProvedEdits>> {
  const asked = isAskedMore(context) ? 'all' : 'verdicts';
  const after = yield* reanalysis(context, edits, asked);
  if (!after) return failure('a file that would have to be edited cannot be read');
  const obstacle = obstacleTo(context, after, change, targets);
  if (obstacle === undefined) return success({ edits, isTidy: uselessIn(after) <= uselessIn(context) });
  const whole = withoutUseless(edits, change.decidedBy, after.analysis.problems, (uri) => textOf(context, uri));
  const afterAll = whole && (yield* reanalysis(context, whole, asked));
  if (!afterAll) return failure(obstacle);
  const left = obstacleTo(context, afterAll, change, targets);
  if (left !== undefined) return failure(left);
  return success({ edits: whole, isTidy: uselessIn(afterAll) <= uselessIn(context) });
}

/** Whether a copy that proves a fix is asked for its findings: by one who goes on with it, or because a comment may ignore one. */
function isAskedMore({ latest, document }: FixContext): boolean {
  return latest !== undefined || mayIgnore(document);
}

/** Why an edited file is no fix; `undefined` where it is one. */
function obstacleTo(
  before: FixContext,
  after: FixContext,
  change: Change,
  targets: readonly Target[],
): string | undefined {
  if (!meets(after, targets)) return 'other statements prevent it as well';
  if (!worsensNothing(before, after)) return 'the edit would worsen another verdict or leave a rule without effect';
  return unlessSpent(
    () => obstacleBeyond(before.document.model, after.document.model, change),
    () => TOO_MUCH,
  );
}

/** What an edit would do beyond its change. */
function obstacleBeyond(before: Model, after: Model, change: Change): string | undefined {
  if (change.goal === 'deny-packets') {
    return deniesOnly(before, after, change) ? undefined : 'the edit would deny more than the document forbids';
  }
  return permitsBeyondChange(before, after, change) ? 'the edit would open more than the document lists' : undefined;
}

/** What is to be fixed: the part of an evaluation that a finding is about. */
interface Target {
  readonly requirement: Evaluation['requirement'];
  readonly share: Share;
  /** Whether other statements are responsible for other parts. */
  readonly isOneOfSeveral: boolean;
}

function targetsOf({ analysis }: FixContext, finding: Finding): Target[] {
  const wanted = new Set(finding.requirements);
  return analysis.evaluations
    .filter(({ requirement }) => wanted.has(requirement.id))
    .flatMap((evaluation) => targetsAt(finding, evaluation));
}

function targetsAt(finding: Finding, evaluation: Evaluation): Target[] {
  const { requirement, shares } = evaluation;
  return sharesOf(evaluation).flatMap((share) => {
    const [statement] = share.decidedBy;
    // What is told of networks that need not be served is no part of the finding about the others.
    if (Boolean(share.aside) !== Boolean(finding.networks)) return [];
    // A family that is not used is not opened for one service.
    if (share.isOfShutFamily) return [];
    const isHere = statement
      ? statement.uri === finding.uri && statement.range.start === finding.range.start
      : finding.range.end === 0;
    const isOfKind = (share.undecided !== undefined) === (finding.code === 'requirement-undecided');
    return isHere && isOfKind ? [{ requirement, share, isOneOfSeveral: shares !== undefined }] : [];
  });
}

/** Edits after which a rule still permits its requirements and nothing that no document lists. */
export function* narrowingFixes(context: FixContext, finding: Finding): InParts<Fix[]> {
  const { dialect, document, sources, analysis } = context;
  const rule = analysis.wideRules.find(
    ({ statement }) => statement.uri === finding.uri && statement.range.start === finding.range.start,
  );
  const { model } = document;
  if (!rule || model.kind !== 'filter') return [];
  for (const { edits } of dialect.narrow?.(document, rule.narrowing, sources) ?? []) {
    const after = yield* reanalysis(context, edits);
    const edited = after?.document.model;
    if (!after || edited?.kind !== 'filter' || !worsensNothing(context, after)) continue;
    const isNarrower = unlessSpent(
      () => onlyNarrows(model, edited, rule),
      () => false,
    );
    if (!isNarrower) continue;
    return [{ title: narrowingTitle(rule.narrowing, rule.point), edits, requirements: rule.served }];
  }
  return [];
}

function packetsOfOthers({ requirement, share: { missing } }: Target): PacketSet[] {
  return missing.kind === 'packets' && requirement.flow.from.role !== 'clients' ? [missing.packets] : [];
}

/** The change that meets some requirements of one kind, at one point of a filter; `undefined` where none can be described. */
function changeFor(targets: readonly Target[], { roles }: NetworkContext): Change | undefined {
  const first = targets[0];
  if (!first) return undefined;
  const decidedBy = distinctStatements(targets.flatMap(({ share }) => [...(share.ahead ?? []), ...share.decidedBy]));
  const label = serviceTagOf(first.requirement);
  const title = serviceTitleOf(first.requirement);
  const firstMissing = first.share.missing;
  if (first.requirement.kind === 'forbid') return denialFor(targets, { decidedBy, label, title });
  if (firstMissing.kind === 'packets') {
    const { point } = firstMissing;
    const parts = targets.flatMap(({ share: { missing } }) => (missing.kind === 'packets' ? [missing] : []));
    const union = (sets: readonly PacketSet[]) => sets.reduce((all, set) => all.union(set), PacketSet.none);
    const needs = parts.map(({ allowed }) => allowed);
    return {
      goal: 'permit-packets',
      missing: union(parts.map(({ packets }) => packets)),
      replies: union(parts.map(({ replies }) => replies)),
      allowed: union(needs),
      needs,
      fromOthers: union(targets.flatMap(packetsOfOthers)),
      decidedBy,
      point,
      label,
      title,
    };
  }
  const goal = GOALS[first.requirement.kind];
  if (!goal) return undefined;
  const hosts: string[] = [];
  const ports = new Set<number>();
  for (const { requirement, share } of targets) {
    const { missing } = share;
    if (missing.kind !== 'hosts') continue;
    for (const port of missing.ports) ports.add(port);
    const concerned = missing.undecided ? missing.hosts.union(missing.undecided) : missing.hosts;
    for (const pattern of requirement.flow.to.hosts ?? []) {
      if (!hosts.includes(pattern) && !concerned.intersect(HostSet.pattern(pattern)).isEmpty) hosts.push(pattern);
    }
  }
  if (hosts.length === 0) return undefined;
  const hostSet = HostSet.union(hosts.map((pattern) => HostSet.pattern(pattern)));
  const transport = firstMissing.kind === 'hosts' && firstMissing.protocol ? { protocol: 'udp' as const } : {};
  const sorted = [...ports].sort((x, y) => x - y);
  const areOfClients = targets.every(({ requirement: { flow } }) => flow.from.role === 'clients');
  const clients = areOfClients ? roles.get('clients') : undefined;
  return { goal, hosts, hostSet, ports: sorted, ...transport, clients, decidedBy, label, title };
}

/** The change that denies what must not pass, at one point of a filter. */
function denialFor(
  targets: readonly Target[],
  names: Pick<FilterDenial, 'decidedBy' | 'label' | 'title'>,
): FilterDenial | undefined {
  // What may be let pass on purpose is denied by nobody but its owner.
  const certain = targets.filter(({ share }) => share.undecided === undefined);
  const parts = certain.flatMap(({ share: { missing } }) => (missing.kind === 'packets' ? [missing] : []));
  const [first] = parts;
  if (!first) return undefined;
  return {
    goal: 'deny-packets',
    passing: PacketSet.join(parts.map(({ packets }) => packets)),
    deniable: PacketSet.join(parts.map(({ allowed }) => allowed)),
    point: first.point,
    ...names,
  };
}

const GOALS: Readonly<Partial<Record<Evaluation['requirement']['kind'], ProxyChange['goal']>>> = {
  reach: 'permit',
  'bypass-proxy': 'bypass',
  'no-decrypt': 'no-decrypt',
  'no-proxy-auth': 'no-login',
};

/** Whether requirements are met, or at least what the targets were responsible for. */
function meets(context: FixContext, targets: readonly Target[]): boolean {
  return targets.every(({ requirement: { id }, share: { missing }, isOneOfSeveral }) => {
    const after = context.analysis.evaluations.find(({ requirement }) => requirement.id === id);
    if (!after || after.verdict.status === 'met') return true;
    if (!isOneOfSeveral || !after.shares) return false;
    return after.shares.every((share) => isApart(share.missing, missing));
  });
}

/** Whether two parts of what is missing have nothing in common. */
function isApart(one: MissingTraffic, other: MissingTraffic): boolean {
  if (one.kind === 'hosts' && other.kind === 'hosts') return one.hosts.intersect(other.hosts).isEmpty;
  if (one.kind !== 'packets' || other.kind !== 'packets') return false;
  return one.packets.intersect(other.packets).isEmpty && one.replies.intersect(other.replies).isEmpty;
}

/** Whether no verdict is worse after an edit and the file has no more defects. */
export function worsensNothing(before: FixContext, after: FixContext): boolean {
  const earlier = new Map(
    before.analysis.evaluations.map(({ requirement, verdict }) => [requirement.id, verdict.status]),
  );
  const worse = after.analysis.evaluations.some(
    ({ requirement, verdict }) => RANK[verdict.status] > RANK[earlier.get(requirement.id) ?? 'blocked'],
  );
  return !worse && defects(after) <= defects(before);
}

/** How many statements have no effect. */
function uselessIn({ analysis }: FixContext): number {
  return analysis.problems.filter(({ code }) => code === 'redundant-rule').length;
}

function defects(context: FixContext): number {
  return context.analysis.problems.filter(({ code }) => {
    const { severity } = FINDING_CODES[code];
    return severity === 'error' || severity === 'warning';
  }).length;
}
