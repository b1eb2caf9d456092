import type { QuotedLine } from '../../../model/evidence.js';
import type { Undecided } from '../../../model/proxy.js';
import { type PlacedStatement, type Program, statementsOf } from '../program/program.js';
import { placeOf } from '../program/segments.js';
import { type Answer, askList, ruleStatement } from './access-list.js';
import type { Facts } from './match-acl.js';
import type { Region } from './regions.js';

/** Which way a part of a question goes, and the statement that decided. */
export interface RouteAnswer {
  readonly region: Region;
  readonly route: 'direct' | 'parent' | Undecided;
  readonly decidedBy: QuotedLine | undefined;
}

/** Chooses the way of a permitted request as `PeerSelector::selectMore` of squid 5.7 does. */
export function decideRoute(facts: Facts, region: Region): RouteAnswer[] {
  const always = askYesNo(facts, 'always_direct', [region]);
  const answers: RouteAnswer[] = [...always.open, ...always.yes.map((part) => ({ ...part, route: 'direct' as const }))];
  const parents = statementsOf(facts.program, 'cache_peer').filter(isParent);
  const never = askYesNo(facts, 'never_direct', always.no);
  answers.push(...never.open);
  for (const { region: part, decidedBy } of never.yes) {
    for (const tried of tryParents(facts, parents, part)) {
      if (tried.route === 'parent') answers.push(tried);
      else {
        const reason = 'never_direct forbids the direct way, and no cache_peer may be used';
        answers.push({ region: tried.region, route: { kind: 'undecided', reason }, decidedBy });
      }
    }
  }
  for (const part of never.no) answers.push(...byPreference(facts, parents, part));
  return answers;
}

interface YesNo {
  readonly yes: readonly { readonly region: Region; readonly decidedBy: QuotedLine | undefined }[];
  readonly no: readonly Region[];
  readonly open: readonly RouteAnswer[];
}

function askYesNo(facts: Facts, list: string, regions: readonly Region[]): YesNo {
  const yes: { region: Region; decidedBy: QuotedLine | undefined }[] = [];
  const no: Region[] = [];
  const open: RouteAnswer[] = [];
  for (const answer of askList(facts, list, regions)) {
    const verdict = allows(answer);
    const { region } = answer;
    if (verdict === 'unknown') {
      open.push({ region, route: { kind: 'undecided', reason: reasonOf(answer) }, decidedBy: undefined });
    } else if (verdict === 'yes') {
      const rule = answer.kind === 'rule' ? answer.rule : answer.kind === 'none' ? answer.last : undefined;
      yes.push({ region, decidedBy: rule && ruleStatement(facts, rule) });
    } else {
      no.push(region);
    }
  }
  return { yes, no, open };
}

/** A list without rules allows nothing here; one whose rules do not match says the opposite of its last rule. */
function allows(answer: Answer): 'yes' | 'no' | 'unknown' {
  switch (answer.kind) {
    case 'rule':
      return answer.action === 'allow' ? 'yes' : 'no';
    case 'none':
      return answer.last?.entry.statement.action.text === 'deny' ? 'yes' : 'no';
    case 'login':
      return 'no';
    case 'gap':
    case 'too-many':
      return 'unknown';
  }
}

function reasonOf(answer: Answer): string {
  return answer.kind === 'gap' ? answer.gap.reason : 'the rules fall into too many cases';
}

/** Where both ways are allowed: only plain requests are worth a detour, unless the file says otherwise. */
function byPreference(facts: Facts, parents: readonly PlacedStatement[], region: Region): RouteAnswer[] {
  const preferDirect = switchedOn(facts.program, 'prefer_direct', false);
  const direct = (decidedBy: QuotedLine | undefined): RouteAnswer[] => [{ region, route: 'direct', decidedBy }];
  if (preferDirect.on || parents.length === 0) return direct(preferDirect.decidedBy);
  const nonhierarchical = switchedOn(facts.program, 'nonhierarchical_direct', true);
  const hierarchical = facts.form !== 'connect' && region.listeners.every(({ mode }) => mode !== 'intercept');
  if (!hierarchical && nonhierarchical.on) return direct(nonhierarchical.decidedBy);
  return tryParents(facts, parents, region);
}

function switchedOn(program: Program, directive: string, byDefault: boolean) {
  const placed = statementsOf(program, directive).at(-1);
  if (!placed) return { on: byDefault, decidedBy: undefined };
  const on = /^(on|enable)$/.test(placed.entry.statement.arguments[0]?.text ?? '');
  return { on, decidedBy: placeOf(placed.segment, placed.entry) };
}

function isParent({ entry }: PlacedStatement): boolean {
  return entry.statement.arguments[1]?.text.toLowerCase() === 'parent';
}

/** Goes through the parents in order; the first that its cache_peer_access permits is used. */
function tryParents(facts: Facts, parents: readonly PlacedStatement[], region: Region): RouteAnswer[] {
  const answers: RouteAnswer[] = [];
  let pending: readonly Region[] = [region];
  for (const parent of parents) {
    const [host, , port, , ...options] = parent.entry.statement.arguments.map(({ text }) => text);
    // An origin server is no proxy: it is not asked to connect elsewhere (`peerAllowedToUse`).
    const own = options.includes('originserver') && facts.form === 'connect' && Number(port) !== facts.request.port;
    if (own) continue;
    const name = options.find((option) => option.startsWith('name='))?.slice(5) || host;
    const next: Region[] = [];
    for (const answer of askList(facts, 'cache_peer_access', pending, ({ peer }) => peer?.text === name)) {
      const verdict = answer.kind === 'none' && !answer.last ? 'yes' : allows(answer);
      if (verdict === 'no') next.push(answer.region);
      else if (verdict === 'unknown') {
        const route = { kind: 'undecided', reason: reasonOf(answer) } as const;
        answers.push({ region: answer.region, route, decidedBy: undefined });
      } else {
        answers.push({ region: answer.region, route: 'parent', decidedBy: placeOf(parent.segment, parent.entry) });
      }
    }
    pending = next;
  }
  for (const part of pending) answers.push({ region: part, route: 'direct', decidedBy: undefined });
  return answers;
}
