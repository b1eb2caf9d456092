// What findings say about requirements, in the reader's words and no longer than can be read at a glance.

import type { Requirement } from '../../catalog/requirement.js';
import { addTo } from '../../kept/lists.js';
import { attempt } from '../../model/budget.js';
import { FINDING_CODES, type FindingCode } from '../../model/codes.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { shortPrefixes } from '../../model/ip.js';
import { listed, listedParts, type Spelled } from '../../model/packet-text.js';
import { formatPorts } from '../../model/ports.js';
import type { ClientNetworks, Evaluation, Share } from '../evaluate/evaluation.js';
import { describeSenders, describeTraffic } from '../evaluate/filter/describe-missing.js';
import { joinNetworks } from '../evaluate/filter/merge-shares.js';
import { forbiddenMessage, titlesOf } from './forbidden.js';
import { isOrAre, serviceOf } from './services.js';

/** A verdict that is not met, as far as one statement is responsible for it. */
export interface Member {
  readonly requirement: Requirement;
  readonly verdict: Evaluation['verdict'];
  readonly share: Share;
  /** Whether other statements are responsible for other parts. */
  readonly isOneOfSeveral: boolean;
}

/** How many host patterns a message spells out. */
const HOSTS_IN_MESSAGE = 3;

/** What one message, and one severity, are worth of the work that is left. */
export const SHARE = 1 / 4;

/** What a finding says about some verdicts; only about what, where the work that is left does not suffice for more. */
export function messageWithin(code: FindingCode, members: readonly Member[]): string {
  const message = attempt(SHARE, () => messageOf(code, members));
  if (message !== undefined) return message;
  const services = new Set(members.map(({ requirement }) => serviceOf(requirement)));
  return `${[...services].join(', ')}: ${FINDING_CODES[code].title} (${summariseIds(members)}).`;
}

/** How long a message may be, so that a line of the Problems panel still tells what, where and how much; hover and coverage tell all. */
const LENGTH = 420;

/** What a message spells out, from all that it can to the least; of reasons as many as of lists. */
const DETAILS: readonly Spelled[] = [
  { names: 6, lists: Number.POSITIVE_INFINITY },
  { names: 3, lists: Number.POSITIVE_INFINITY },
  { names: 2, lists: 4 },
  { names: 1, lists: 3 },
  { names: 1, lists: 1 },
];

/** A message with as much detail as its length allows. */
function messageOf(code: FindingCode, members: readonly Member[]): string {
  let message = '';
  for (const detail of DETAILS) {
    message = messageWith(code, members, detail);
    if (message.length <= LENGTH) break;
  }
  return message;
}

function messageWith(code: FindingCode, members: readonly Member[], detail: Spelled): string {
  const first = members[0];
  if (!first) return FINDING_CODES[code].title;
  const service = serviceOf(first.requirement);
  const is = isOrAre(service);
  const hosts = members.some(({ share }) => share.missing.kind === 'packets') ? '' : summariseHosts(members);
  const about = hosts === '' ? summariseRoles(members) : hosts;
  const only = first.share.only === undefined ? '' : ` ${first.share.only}`;
  const documents = summariseIds(members, Math.min(detail.names, IDS_IN_MESSAGE));
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
      return `${service} should be exempt from IPsec, but this requires it${only || (about === '' ? '' : ` for ${about}`)}: ${describeTraffic(
        members.map(({ share }) => share.missing),
        detail,
      )}${sendersIn(members)} (${documents}).`;
    case 'control-messages-denied': {
      const titles = members.map(({ requirement }) => requirement.title);
      const reasons = new Set(members.map(({ requirement }) => requirement.why));
      return `This denies what the network itself needs: ${[...new Set(titles)].join('; ')} (${documents}). ${[...reasons].slice(0, detail.lists).join(' ')}`;
    }
    case 'requirement-undecided':
      if (first.requirement.kind === 'forbid') {
        return `Whether this lets pass what must not is undecided (${titlesOf(members)}): ${first.share.undecided} (${documents}).`;
      }
      return `${service} ${is} undecided${only || (about === '' ? '' : ` for ${about}`)}: ${first.share.undecided ?? 'the file does not decide it'} (${documents}).`;
    case 'requirement-partial':
      return `${service} ${is} only partly permitted${only}; missing: ${missingOfAll(members, detail)} (${documents}).`;
    default:
      return `${service} ${is} denied here${only}: ${deniedOf(members, hosts, detail)} (${documents}).`;
  }
}

/** How many services a message names. */
const SERVICES_IN_MESSAGE = 4;

/** Who is not served, where others may be all clients. */
export function asideMessage(members: readonly Member[]): string {
  const services = [...new Set(members.map(({ requirement }) => serviceOf(requirement)))];
  const { only, undecided } = members[0]?.share ?? {};
  const what = undecided === undefined ? 'denied' : 'undecided';
  const who = asideClients(only ?? 'for some addresses', networksOf(members));
  const areReplies = members.every(({ share }) => share.missing.kind === 'packets' && share.missing.packets.isEmpty);
  const is = areReplies || services.length > 1 ? 'are' : isOrAre(services[0] ?? '');
  return `${areReplies ? 'Replies from ' : ''}${listed(services, SERVICES_IN_MESSAGE)} ${is} ${what} ${who} need ${areReplies ? 'them' : 'it'}, declare where clients are in lintel.yaml (${summariseIds(members)}).`;
}

/** That IPv6 is not used, as far as the file shows: one sentence for all services. */
export function shutMessage(members: readonly Member[]): string {
  const services = [...new Set(members.map(({ requirement }) => serviceOf(requirement)))];
  const { only } = members[0]?.share ?? {};
  return `No connection passes here over IPv6${only === undefined ? '' : ` ${only}`}, and so none of ${listed(services, SERVICES_IN_MESSAGE)} (${summariseIds(members)}): if clients have IPv6 addresses, permit it as well.`;
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
export function networksOf(members: readonly Member[]): ClientNetworks {
  const { unserved, served, ...others } = members.flatMap(({ share: { aside } }) => aside ?? []).reduce(joinNetworks);
  return { ...others, unserved, served: served.subtract(unserved) };
}

/** What is denied: hosts for a proxy, packets with their ports for a packet filter. */
function deniedOf(members: readonly Member[], hosts: string, detail: Spelled): string {
  const packets = members.map(({ share: { missing } }) => missing).filter(({ kind }) => kind === 'packets');
  if (packets.length === members.length) return describeTraffic(packets, detail) + sendersIn(members);
  if (members.length === 1 || hosts === '') return missingOfAll(members, detail);
  const [reason, ...others] = new Set(members.map(({ verdict }) => verdict.reason));
  return reason === undefined || others.length > 0 ? hosts : `${hosts} (${reason})`;
}

/** What several requirements lack, each thing once. */
function missingOfAll(members: readonly Member[], detail: Spelled): string {
  return (
    listedParts([...new Set(members.map((member) => missingOf(member, detail)))], detail.lists) + sendersIn(members)
  );
}

/** The senders that packets are missing for, unless the message says for whom anyway. */
function sendersIn(members: readonly Member[]): string {
  return members.some(({ share }) => share.only !== undefined)
    ? ''
    : describeSenders(members.map(({ share }) => share.missing));
}

function missingOf({ verdict, share: { missing }, isOneOfSeveral }: Member, detail: Spelled): string {
  if (missing.kind === 'packets') return describeTraffic([missing], detail);
  if (isOneOfSeveral && missing.kind === 'hosts') {
    const ports = IntervalSet.from(missing.ports.map((port) => [port, port] as const));
    return `${missing.protocol === 'udp' ? 'UDP' : 'TCP'} ${formatPorts(ports)} to ${missing.hosts.describe(detail.names)}`;
  }
  const text = verdict.missing?.() ?? '';
  return verdict.reason === undefined ? text : `${text} (${verdict.reason})`;
}

function summariseHosts(members: readonly Member[]): string {
  const concerned = new Map<string, HostSet[]>();
  for (const { requirement, share } of members) {
    for (const pattern of requirement.flow.to.hosts ?? []) {
      const all = HostSet.pattern(pattern);
      const own = share.missing.kind === 'hosts' ? share.missing.hosts.intersect(all) : all;
      if (!own.isEmpty) addTo(concerned, pattern, own);
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

/** How many ids of requirements a message names. */
const IDS_IN_MESSAGE = 2;

function summariseIds(members: readonly Member[], most?: number): string {
  return listIds(
    members.map(({ requirement }) => requirement),
    most,
  );
}

/** Requirements in a message, the first by id. */
export function listIds(requirements: readonly Requirement[], most = IDS_IN_MESSAGE): string {
  return listed([...new Set(requirements.map(({ id }) => id))], most);
}
