// Decides whether a permitted request goes to its server directly or through another proxy.

import { addAll } from '../../../kept/lists.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { Nowhere, Undecided } from '../../../model/proxy.js';
import { peerName } from '../program/names.js';
import { linesOf, type PlainLine, type Program, quoteAt } from '../program/program.js';
import { evaluateList, type ListResult } from './access-list.js';
import type { Facts } from './facts.js';
import type { Region } from './regions.js';

/** How a part of a request is forwarded, and the statement that decided. */
export interface RouteResult {
  readonly region: Region;
  readonly route: 'direct' | 'parent' | Nowhere | Undecided;
  readonly decidedBy: QuotedLine | undefined;
  /** The cache_peer that is used. */
  readonly parent?: PlainLine;
}

/** Chooses the route of a permitted request as `PeerSelector::selectMore` of squid 5.7 does. */
export function decideRoute(facts: Facts, region: Region): RouteResult[] {
  const always = evaluateYesNo(facts, 'always_direct', [region]);
  const results: RouteResult[] = [
    ...always.undecided,
    ...always.yes.map((part) => ({ ...part, route: 'direct' as const })),
  ];
  const parents = linesOf(facts.program, 'cache_peer').filter(isParent);
  const never = evaluateYesNo(facts, 'never_direct', always.no);
  addAll(results, never.undecided);
  for (const { region: part, decidedBy } of never.yes) {
    const { used, left } = tryParents(facts, parents, part);
    addAll(results, used);
    for (const { region: stuck, refusal } of left) {
      const reason = `never_direct forbids the direct way, and ${refusal ?? NO_PARENT}`;
      results.push(stranded(stuck, reason, decidedBy));
    }
  }
  for (const part of never.no) addAll(results, byPreference(facts, parents, part));
  return results;
}

/** A connection to the server, with the statement that chose its way. */
export interface Connection {
  readonly route: 'direct' | 'parent';
  readonly decidedBy: QuotedLine | undefined;
  readonly parent?: PlainLine;
}

/** A decrypted request keeps the connection of its CONNECT, and fails where it must not (`PeerSelector::selectPinned`). */
export function keepRoute(facts: Facts, region: Region, { route, decidedBy, parent }: Connection): RouteResult[] {
  if (parent) {
    const { used, left } = askParent(facts, parent, [region]);
    return [
      ...used,
      ...left.map(({ region: stuck, refusal }) => stranded(stuck, `${refusal}, ${CONNECTED}`, decidedBy)),
    ];
  }
  const keep = (part: Region): RouteResult => ({ region: part, route, decidedBy });
  const always = evaluateYesNo(facts, 'always_direct', [region]);
  const never = evaluateYesNo(facts, 'never_direct', always.no);
  return [
    ...[...always.yes.map((part) => part.region), ...never.no].map(keep),
    ...[...always.undecided, ...never.undecided],
    ...never.yes.map((part) =>
      stranded(part.region, `never_direct forbids the direct way, ${CONNECTED}`, part.decidedBy),
    ),
  ];
}

const CONNECTED = 'by which squid has connected for the CONNECT';

function stranded(region: Region, reason: string, decidedBy: QuotedLine | undefined): RouteResult {
  return { region, route: { kind: 'nowhere', reason }, decidedBy };
}

interface YesNo {
  readonly yes: readonly { readonly region: Region; readonly decidedBy: QuotedLine | undefined }[];
  readonly no: readonly Region[];
  readonly undecided: readonly RouteResult[];
}

function evaluateYesNo(facts: Facts, list: string, regions: readonly Region[]): YesNo {
  const yes: { region: Region; decidedBy: QuotedLine | undefined }[] = [];
  const no: Region[] = [];
  const undecided: RouteResult[] = [];
  for (const result of evaluateList(facts, list, regions)) {
    const verdict = allows(result);
    const { region } = result;
    if (verdict === 'unknown') {
      undecided.push({ region, route: { kind: 'undecided', reason: reasonOf(result) }, decidedBy: undefined });
    } else if (verdict === 'yes') {
      const rule = result.kind === 'rule' ? result.rule : result.kind === 'none' ? result.last : undefined;
      yes.push({ region, decidedBy: rule && quoteAt(facts.program, rule) });
    } else {
      no.push(region);
    }
  }
  return { yes, no, undecided };
}

/** A list without rules allows nothing here; one without a matching rule gives the opposite of its last rule. */
function allows(result: ListResult): 'yes' | 'no' | 'unknown' {
  switch (result.kind) {
    case 'rule':
      return result.action === 'allow' ? 'yes' : 'no';
    case 'none':
      return result.last?.line.statement.action.text === 'deny' ? 'yes' : 'no';
    case 'login':
      return 'no';
    case 'gap':
    case 'too-many':
      return 'unknown';
  }
}

function reasonOf(result: ListResult): string {
  return result.kind === 'gap' ? result.gap.reason : 'the rules fall into too many cases';
}

/** Where both routes are allowed: only plain requests go through a parent, unless the file says otherwise. */
function byPreference(facts: Facts, parents: readonly PlainLine[], region: Region): RouteResult[] {
  const preferDirect = switchedOn(facts.program, 'prefer_direct', false);
  const direct = (decidedBy: QuotedLine | undefined): RouteResult[] => [{ region, route: 'direct', decidedBy }];
  if (preferDirect.on || parents.length === 0) return direct(preferDirect.decidedBy);
  const nonhierarchical = switchedOn(facts.program, 'nonhierarchical_direct', true);
  // An intercepted request counts like another where its host resolves to the address that the client connected to.
  const hierarchical = facts.form !== 'connect';
  if (!hierarchical && nonhierarchical.on) return direct(nonhierarchical.decidedBy);
  const { used, left } = tryParents(facts, parents, region);
  return [
    ...used,
    ...left.flatMap((part) => ({ region: part.region, route: 'direct' as const, decidedBy: undefined })),
  ];
}

function switchedOn(program: Program, directive: string, byDefault: boolean) {
  const placed = linesOf(program, directive).at(-1);
  if (!placed) return { on: byDefault, decidedBy: undefined };
  const on = /^(on|enable)$/.test(placed.line.statement.arguments[0]?.text ?? '');
  return { on, decidedBy: quoteAt(program, placed) };
}

function isParent({ line }: PlainLine): boolean {
  return line.statement.arguments[1]?.text.toLowerCase() === 'parent';
}

const NO_PARENT = 'there is no cache_peer of type parent';

/** What parents make of a request. */
interface Tried {
  readonly used: readonly RouteResult[];
  /** The parts that no parent takes, each with what the last one has against it. */
  readonly left: readonly { readonly region: Region; readonly refusal: string | undefined }[];
}

/** Tries the parents in order; the first that its cache_peer_access permits is used. */
function tryParents(facts: Facts, parents: readonly PlainLine[], region: Region): Tried {
  const used: RouteResult[] = [];
  let left: Tried['left'] = [{ region, refusal: undefined }];
  for (const parent of parents) {
    const tried = askParent(
      facts,
      parent,
      left.map((part) => part.region),
    );
    addAll(used, tried.used);
    left = tried.left;
  }
  return { used, left };
}

function askParent(facts: Facts, parent: PlainLine, regions: readonly Region[]): Tried {
  const name = peerName(parent.line.statement)?.text ?? '';
  if (takesNoTunnel(parent, facts)) {
    const refusal = `the cache_peer '${name}' is an origin server on another port`;
    return { used: [], left: regions.map((region) => ({ region, refusal })) };
  }
  const used: RouteResult[] = [];
  const left: { region: Region; refusal: string }[] = [];
  const fast: Facts = { ...facts, fastOnly: true };
  for (const result of evaluateList(fast, 'cache_peer_access', regions, ({ peer }) => peer?.text === name)) {
    const { region } = result;
    const verdict = result.kind === 'none' && !result.last ? 'yes' : allows(result);
    if (verdict === 'no') left.push({ region, refusal: refusalOf(result, name) });
    else if (verdict === 'unknown') {
      used.push({ region, route: { kind: 'undecided', reason: reasonOf(result) }, decidedBy: undefined });
    } else used.push({ region, route: 'parent', decidedBy: quoteAt(facts.program, parent), parent });
  }
  return { used, left };
}

/** An origin server is not a proxy: it cannot connect elsewhere (`peerAllowedToUse`). */
function takesNoTunnel({ line }: PlainLine, facts: Facts): boolean {
  const [, , port, , ...options] = line.statement.arguments.map(({ text }) => text);
  return facts.form === 'connect' && options.includes('originserver') && Number(port) !== facts.request.port;
}

function refusalOf(result: ListResult, peer: string): string {
  return result.kind === 'login'
    ? `cache_peer_access cannot wait for the answer of a slow acl before it uses '${peer}'`
    : `cache_peer_access denies '${peer}'`;
}
