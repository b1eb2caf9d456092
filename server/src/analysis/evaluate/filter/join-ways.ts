// One evaluation of a requirement from what comes of each of its ways.
import { distinctStatements, NO_STEPS } from '../../../model/evidence.js';
import { IpSet } from '../../../model/ip.js';
import { listed, prefixesOf } from '../../../model/packet-text.js';
import { PacketSet } from '../../../model/packets.js';
import { type ClientNetworks, type Evaluation, lackText, RANK, type Share, shareKey } from '../evaluation.js';
import { describeMissing } from './describe-missing.js';
import { lackOf, mergeShares } from './merge-shares.js';
import type { FilterQuestion } from './question.js';
import { type DecidedStatus, permittingRules, type WayVerdict } from './verdict.js';
import type { Way } from './ways.js';

/** A way with what came of it. */
export interface JudgedWay {
  readonly way: Way;
  readonly verdict: WayVerdict;
}

/** The evaluation of a requirement whose packets take some ways, at least one. */
export function joinWays(
  { requirement, model, point }: Pick<FilterQuestion, 'requirement' | 'model' | 'point'>,
  ways: readonly JudgedWay[],
): Evaluation {
  const outcome = outcomeOf(ways);
  const { status, shares } = outcome;
  const decided = ways.filter(({ verdict }) => (status === 'met') === (verdict.status === 'met'));
  const decidedBy = distinctStatements(
    status === 'met' ? decided.flatMap(({ verdict }) => verdict.decidedBy) : shares.flatMap((share) => share.decidedBy),
  );
  const accepted = ways.flatMap(({ verdict }) => verdict.accepted);
  const { told, missing } = lackOf(shares);
  const certain = shares.filter(({ undecided }) => undecided === undefined);
  const reason = outcome.reason ?? (lacksRepliesOnly(certain) ? 'the replies to it are denied' : undefined);
  return {
    requirement,
    verdict: {
      requirement: requirement.id,
      status,
      decidedBy,
      ...(status === 'partial' || status === 'blocked' ? { missing: lackText(() => describeMissing(told)) } : {}),
      ...(reason === undefined ? {} : { reason }),
    },
    missing,
    shares,
    trace: shares[0]?.trace ?? NO_STEPS,
    permittedBy: permittingRules(model, point, accepted),
  };
}

/**
 * The status of the same, without what each statement is responsible for; `undefined` where only that tells, as of networks of
 * which some are served.
 */
export function statusOfWays(ways: readonly JudgedWay[]): DecidedStatus | undefined {
  const status = statusOfAll(ways);
  if (ways.some(({ way }) => way.weight === 'either')) return isSureOf(ways) ? status : 'undecided';
  if (ways.every(({ way }) => way.weight === 'every')) return status;
  const asked = askedOf(ways);
  return asked.some(({ verdict }) => verdict.status === 'met') ? undefined : statusOfAll(asked);
}

function lacksRepliesOnly(certain: readonly Share[]): boolean {
  return certain.length > 0 && certain.every(({ missing }) => missing.kind === 'packets' && missing.packets.isEmpty);
}

interface Outcome {
  readonly status: DecidedStatus;
  readonly shares: readonly Share[];
  readonly reason?: string;
}

function outcomeOf(ways: readonly JudgedWay[]): Outcome {
  if (ways.some(({ way }) => way.weight === 'either')) return outcomeOfAlternatives(ways);
  if (ways.every(({ way }) => way.weight === 'every')) return outcomeOfAll(ways);
  return outcomeOfNetworks(ways);
}

/** The worst status of several ways that all have to be open: of some that are blocked, in part. */
function statusOfAll(ways: readonly JudgedWay[]): DecidedStatus {
  const worst = worstOf(ways);
  return worst === 'blocked' && ways.some(({ verdict }) => verdict.status !== 'blocked') ? 'partial' : worst;
}

function worstOf(ways: readonly JudgedWay[]): DecidedStatus {
  return ways.map(({ verdict }) => verdict.status).reduce((a, b) => (RANK[a] >= RANK[b] ? a : b));
}

/** Every way has to be open. */
function outcomeOfAll(ways: readonly JudgedWay[]): Outcome {
  const worst = worstOf(ways);
  const status = statusOfAll(ways);
  const reason =
    worst === 'met'
      ? choicesText(ways)
      : ways.find(({ verdict }) => verdict.status === worst && verdict.reason !== undefined)?.verdict.reason;
  return {
    status,
    shares: sharesOfWays(ways, ({ verdict }) => verdict.shares),
    ...(reason === undefined || status === 'partial' || status === 'blocked' ? {} : { reason }),
  };
}

/** How the ways are open: `10.20.0.0/16 in on lan0; 10.30.0.0/16 in on lan1`. */
function choicesText(ways: readonly JudgedWay[]): string | undefined {
  const reasons = ways.flatMap(({ way, verdict: { reason } }) => (reason === undefined ? [] : [{ way, reason }]));
  const [first] = reasons;
  if (!first || reasons.every(({ reason }) => reason === first.reason)) return first?.reason;
  const texts = reasons.map(({ way, reason }) => `${way.label ?? prefixesOf(sourcesOf(way))} ${reason}`);
  const more = texts.length > WAYS_SHOWN ? [`${texts.length - WAYS_SHOWN} more`] : [];
  return [...texts.slice(0, WAYS_SHOWN), ...more].join('; ');
}

function sourcesOf({ packets }: Way): IpSet {
  return IpSet.join(packets.boxes.map(({ source }) => source));
}

/** Whether the same comes of each of several ways, so that it does not matter which one is taken. */
function isSureOf(ways: readonly JudgedWay[]): boolean {
  return ['met', 'blocked'].some((sure) => ways.every(({ verdict }) => verdict.status === sure));
}

/** One of the ways is taken, and which one is not known. */
function outcomeOfAlternatives(ways: readonly JudgedWay[]): Outcome {
  const all = outcomeOfAll(ways);
  if (isSureOf(ways) || all.status === 'undecided') return all;
  const names = [...new Set(ways.flatMap(({ way }) => way.assumed ?? []))];
  const place =
    names.length > 1 ? `which of ${listed(names, 4)} they are behind` : `whether they are behind ${names[0]}`;
  const reason = `it depends on where the addresses are, and nothing says ${place}`;
  return { status: 'undecided', reason, shares: all.shares.map((share) => ({ ...share, undecided: reason })) };
}

/** The ways of the networks inside; of all where there are none. */
function askedOf(ways: readonly JudgedWay[]): readonly JudgedWay[] {
  const inside = ways.filter(({ way }) => way.weight === 'network');
  return inside.length > 0 ? inside : ways;
}

/**
 * Each network inside may be that of the clients. Where one of them is served the others may be shut on purpose; where none
 * is, all are told.
 */
function outcomeOfNetworks(ways: readonly JudgedWay[]): Outcome {
  const asked = askedOf(ways);
  const asides = sharesOfWays(ways, ({ way, verdict }) => [
    ...verdict.others,
    ...(asked.some((one) => one.way === way) ? [] : verdict.shares),
  ]);
  const own = sharesOfWays(asked, ({ verdict }) => verdict.shares);
  const isServed = asked.some(({ verdict }) => verdict.status === 'met');
  const served = IpSet.join(asked.flatMap(({ way, verdict }) => (verdict.status === 'met' ? (way.network ?? []) : [])));
  const networks = ways.flatMap(({ way }) => way.network ?? []);
  const aside = (share: Share): Share => asideOf(share, { served, isServed, networks });
  if (isServed) {
    const shares = mergeShares([...own, ...asides].map(aside));
    return { status: shares.length > 0 ? 'partial' : 'met', shares };
  }
  const worst = outcomeOfAll(asked);
  const open = asked.some(({ verdict }) => verdict.status === 'undecided');
  if (!open) return { status: worst.status, shares: [...own, ...asides.map(aside)] };
  const reason = own.find(({ undecided }) => undecided !== undefined)?.undecided;
  const counted = own.map((share) => (share.undecided === undefined ? aside(share) : share));
  return {
    status: 'undecided',
    shares: [...counted, ...asides.map(aside)],
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The networks that are asked, and what is served of them. */
interface AskedNetworks extends Pick<ClientNetworks, 'served' | 'isServed'> {
  readonly networks: readonly IpSet[];
}

function asideOf(share: Share, { served, isServed, networks }: AskedNetworks): Share {
  const { missing } = share;
  const packets = missing.kind === 'packets' ? missing.packets.union(missing.replies.replies()) : PacketSet.none;
  const unserved = IpSet.join(packets.boxes.map(({ source }) => source));
  const within = IpSet.join(networks.filter((network) => network.overlaps(unserved)));
  return { ...share, aside: { unserved, served: served.subtract(unserved), within, isServed } };
}

/** The shares of several ways, each statement with those of them that it decides for, unless these are all. */
function sharesOfWays(ways: readonly JudgedWay[], sharesOf: (one: JudgedWay) => readonly Share[]): Share[] {
  const found = new Map<string, { readonly shares: Share[]; readonly ways: Way[] }>();
  for (const one of ways) {
    for (const share of sharesOf(one)) {
      const key = shareKey(share);
      const known = found.get(key) ?? { shares: [], ways: [] };
      known.shares.push(share);
      if (!known.ways.includes(one.way)) known.ways.push(one.way);
      found.set(key, known);
    }
  }
  return [...found.values()].flatMap(({ shares, ways: own }) => {
    const isAll = own.length === ways.length && (own.length > 1 || own[0]?.weight === 'every');
    const only = isAll ? undefined : phraseOf(own, ways);
    return mergeShares(only === undefined ? shares : shares.map((share) => ({ ...share, only })));
  });
}

/** How many ways a message names. */
const WAYS_SHOWN = 3;

/** Some of all ways as the end of a sentence: `for clients behind inside (10.20.0.0/16)`, `in the Domain and Private profiles`. */
function phraseOf(ways: readonly Way[], all: readonly JudgedWay[]): string | undefined {
  const labels = ways.flatMap(({ label }) => label ?? []);
  const who = ways[0]?.who;
  if (labels.length === 0) return undefined;
  if (who === undefined) {
    const profiles = all.flatMap(({ way }) => way.label ?? []);
    return profilesPhrase(labels, profiles);
  }
  const [unnamed, named] = [true, false].map((is) =>
    ways.flatMap(({ label, isUnnamed = false }) => (label !== undefined && isUnnamed === is ? label : [])),
  );
  const places = [placesText('behind', named ?? []), placesText('in', unnamed ?? [])].filter((text) => text !== '');
  return `for ${who} ${joinedWords(places)}`;
}

function placesText(preposition: string, labels: readonly string[]): string {
  if (labels.length === 0) return '';
  return `${preposition} ${labels.length > WAYS_SHOWN ? listed(labels, WAYS_SHOWN) : joinedWords(labels)}`;
}

/** `in the Domain profile and in every profile of corp.example\\Kiosks`: profiles by the policy that they are of. */
function profilesPhrase(labels: readonly string[], all: readonly string[]): string {
  const policies = new Set(labels.map((label) => partsOf(label).policy));
  const phrases = [...policies].map((policy) => {
    const within = (some: readonly string[]) => some.filter((label) => partsOf(label).policy === policy);
    const own = within(labels);
    const of = policy === undefined ? '' : ` of ${policy}`;
    if (policy !== undefined && own.length > 1 && own.length === within(all).length) return `in every profile${of}`;
    const names = own.map((label) => partsOf(label).profile);
    return `in the ${joinedWords(names)} profile${names.length > 1 ? 's' : ''}${of}`;
  });
  return joinedWords(phrases);
}

/** A profile and, where a script writes several policies, the one that it is of. */
function partsOf(label: string): { readonly profile: string; readonly policy: string | undefined } {
  const [profile = label, ...rest] = label.split(' of ');
  return { profile, policy: rest.length > 0 ? rest.join(' of ') : undefined };
}

function joinedWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
