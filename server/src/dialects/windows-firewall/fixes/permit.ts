// Proposals that add rules to permit denied traffic.

import { numbersIn } from '../../../model/intervals.js';
import { type Address, formatAddress, type IpSet, PRIVATE_SPACE, shortPrefixes } from '../../../model/ip.js';
import type { NameSet } from '../../../model/names.js';
import { ALL_PROTOCOLS, type PacketBox, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet, portTexts } from '../../../model/ports.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, Change, FilterChange, Source } from '../../dialect.js';
import { denialsFor } from '../../shared/denials.js';
import { readableName } from '../../shared/readable-name.js';
import { sourcePortsFor } from '../../shared/source-ports.js';
import type { WindowsDocument } from '../program/program.js';
import { PROFILES } from '../program/rule-filter.js';
import { commonArguments, type Neighbour, neighboursOf, placeAfter, profilesOf } from './neighbours.js';

/** A rule to add, independent of the tool. */
interface NewRule {
  readonly name: string;
  readonly protocol: string;
  readonly local: RuleEnd;
  readonly remote: RuleEnd;
  /** Empty for every profile. */
  readonly profiles: readonly string[];
  readonly blocks?: boolean;
}

interface RuleEnd {
  readonly addresses: readonly string[];
  readonly ports: string;
}

type Point = 'inbound' | 'outbound' | 'ipsec';

function isPoint(name: string): name is Point {
  return name === 'inbound' || name === 'outbound' || name === 'ipsec';
}

/**
 * New rules after one of the same store, in its language and for its profiles. Where a script writes several policies, they
 * are added to one of the stores, or to each. Rules that block still take precedence.
 */
export function proposeRules({ source, program }: WindowsDocument, change: Change): readonly Candidate[] {
  if (change.goal === 'deny-packets') {
    return denialsFor(change).flatMap((wanted) => proposalsFor({ source, program }, wanted, true));
  }
  return change.goal === 'permit-packets' ? proposalsFor({ source, program }, change, false) : [];
}

function proposalsFor(
  { source, program }: Pick<WindowsDocument, 'source' | 'program'>,
  change: FilterChange,
  blocks: boolean,
): readonly Candidate[] {
  const { point } = change;
  if (!isPoint(point)) return [];
  const wanted = rulesFor(change, point).map((rule) => (blocks ? { ...rule, blocks } : rule));
  const neighbours = neighboursOf(program, point === 'ipsec' ? 'ipsec' : 'firewall', change.decidedBy);
  if (wanted.length === 0 || neighbours.length === 0) return [];
  const how = wanted.length === 1 ? 'with a new rule' : `with ${wanted.length} new rules`;
  const places = neighbours.slice(0, PLACE_LIMIT).map((one) => [one]);
  if (neighbours.length > 1) places.push([...neighbours]);
  return places.flatMap((place) => {
    const edits = (ofNeighbour: boolean) =>
      place.map((neighbour) => additionTo(neighbour, wanted, { source, point, ofNeighbour }));
    return [true, false].map((ofNeighbour) => ({ place: how, edits: edits(ofNeighbour) }));
  });
}

/** In how many stores, one after another, a new rule is tried. */
const PLACE_LIMIT = 4;

interface Addition {
  readonly source: Source;
  readonly point: Point;
  /** Whether the rules are for the profiles of their neighbour, which may be fewer or more than those that lack it. */
  readonly ofNeighbour: boolean;
}

function additionTo(
  neighbour: Neighbour,
  rules: readonly NewRule[],
  { source, point, ofNeighbour }: Addition,
): FileEdit {
  const { text, uri } = source;
  const { at, indentation } = placeAfter(neighbour, text);
  const profiles = ofNeighbour ? profilesOf(neighbour, text) : undefined;
  const lines = rules.map((rule) => {
    const own = profiles ?? (rule.profiles.length > 0 ? rule.profiles.join(',') : undefined);
    if (neighbour.isNetsh) return netshLine(rule, point, own?.toLowerCase());
    return [cmdletLine(rule, point), ...commonArguments(neighbour, text), ...(own ? [`-Profile ${own}`] : [])].join(
      ' ',
    );
  });
  const newText = lines.map((line) => `${lineEndOf(text)}${indentation}${line}`).join('');
  return { uri, range: { start: at, end: at }, newText };
}

/** Whether some interfaces are of a profile: of its only policy, or of one of several. */
function isAmong(profile: string, interfaces: NameSet): boolean {
  const prefix = `${profile} of `;
  return interfaces.has(profile) || interfaces.mentioned().some((name) => name.startsWith(prefix));
}

/** One rule may be for several profiles, and list addresses of both families. */
function rulesFor(change: FilterChange, point: Point): readonly NewRule[] {
  const byProfile: NewRule[] = [];
  for (const box of change.missing.boxes) for (const rule of newRules(box, point, change)) addRule(byProfile, rule);
  const joined = new Map<string, NewRule>();
  for (const rule of byProfile) {
    const key = JSON.stringify({ ...rule, profiles: undefined });
    const known = joined.get(key);
    joined.set(key, known ? { ...known, profiles: [...new Set([...known.profiles, ...rule.profiles])] } : rule);
  }
  return [...joined.values()].map((rule) =>
    rule.profiles.length === PROFILES.length ? { ...rule, profiles: [] } : rule,
  );
}

function newRules(box: PacketBox, point: Point, change: FilterChange): NewRule[] {
  const name = readableName(change);
  const inbound = point === 'inbound';
  const interfaces = inbound ? box.inInterface : box.outInterface;
  const profiles = point === 'ipsec' ? [] : PROFILES.filter((profile) => isAmong(profile, interfaces));
  const source = { addresses: addressTexts(box.source), ports: portText(sourcePortsFor(box, change)) };
  const destination = { addresses: addressTexts(box.destination), ports: portText(box.destinationPorts) };
  const [local, remote] = inbound ? [destination, source] : [source, destination];
  return protocolTexts(box).map((protocol) => {
    const ports = destination.ports === 'Any' ? '' : ` ${destination.ports}`;
    const named = protocol === 'Any' ? name : `${name} ${protocol}${ports}`;
    return { name: named, protocol, local, remote, profiles };
  });
}

function addRule(rules: NewRule[], rule: NewRule): void {
  const keyOf = ({ name, protocol, local, remote, profiles }: NewRule) =>
    JSON.stringify([name, protocol, local, remote.ports, profiles]);
  const index = rules.findIndex((other) => keyOf(other) === keyOf(rule));
  const known = rules[index];
  if (!known) {
    rules.push(rule);
    return;
  }
  const addresses = [...new Set([...known.remote.addresses, ...rule.remote.addresses])];
  const remote = { ...known.remote, addresses: addresses.includes('Any') ? ['Any'] : addresses };
  rules[index] = { ...known, remote };
}

function protocolTexts({ protocols }: PacketBox): string[] {
  if (protocols.equals(ALL_PROTOCOLS)) return ['Any'];
  return numbersIn(protocols).map((number) => (number === TCP ? 'TCP' : number === UDP ? 'UDP' : `${number}`));
}

function addressTexts(set: IpSet): string[] {
  const families = ([4, 6] as const).filter((family) => !set.ofFamily(family).isEmpty);
  if (families.every((family) => set.containsAll(PRIVATE_SPACE.ofFamily(family)))) return ['Any'];
  const [prefixes, ranges] = [shortPrefixes(set), rangesOf(set)];
  return ranges.length * 2 < prefixes.length ? ranges : prefixes;
}

/** First and last addresses, which are far fewer for all but some networks: rules take them as well (*New-NetFirewallRule*). */
function rangesOf({ v4, v6 }: IpSet): string[] {
  const text = (low: Address, high: Address) =>
    low.value === high.value ? formatAddress(low) : `${formatAddress(low)}-${formatAddress(high)}`;
  return [
    ...v4.intervals.map(([low, high]) => text({ family: 4, value: low }, { family: 4, value: high })),
    ...v6.intervals.map(([low, high]) => text({ family: 6, value: low }, { family: 6, value: high })),
  ];
}

export function portText(ports: PortSet): string {
  return ports.equals(ALL_PORTS) ? 'Any' : portTexts(ports).join(',');
}

function cmdletLine({ name, protocol, local, remote, blocks }: NewRule, point: Point): string {
  const list = (texts: readonly string[]) => texts.map((text) => (text === 'Any' ? text : `'${text}'`)).join(',');
  const parts = [point === 'ipsec' ? 'New-NetIPsecRule' : 'New-NetFirewallRule', `-DisplayName '${name}'`];
  if (point === 'ipsec') parts.push('-InboundSecurity None', '-OutboundSecurity None');
  else parts.push(`-Direction ${point === 'inbound' ? 'Inbound' : 'Outbound'}`);
  if (protocol !== 'Any') parts.push(`-Protocol ${protocol}`);
  if (local.ports !== 'Any') parts.push(`-LocalPort ${local.ports}`);
  if (local.addresses[0] !== 'Any') parts.push(`-LocalAddress ${list(local.addresses)}`);
  if (remote.ports !== 'Any') parts.push(`-RemotePort ${remote.ports}`);
  if (remote.addresses[0] !== 'Any') parts.push(`-RemoteAddress ${list(remote.addresses)}`);
  if (point !== 'ipsec') parts.push(`-Action ${blocks ? 'Block' : 'Allow'}`);
  return parts.join(' ');
}

function netshLine(
  { name, protocol, local, remote, blocks }: NewRule,
  point: Point,
  profiles: string | undefined,
): string {
  const ipsec = point === 'ipsec';
  const parts = [`netsh advfirewall ${ipsec ? 'consec' : 'firewall'} add rule name="${name}"`];
  const list = (texts: readonly string[]) => (texts[0] === 'Any' ? 'any' : texts.join(','));
  if (ipsec) {
    parts.push(`endpoint1=${list(local.addresses)}`, `endpoint2=${list(remote.addresses)}`, 'action=noauthentication');
    if (local.ports !== 'Any') parts.push(`port1=${local.ports}`);
    if (remote.ports !== 'Any') parts.push(`port2=${remote.ports}`);
  } else {
    parts.push(`dir=${point === 'inbound' ? 'in' : 'out'}`, `action=${blocks ? 'block' : 'allow'}`);
    if (local.addresses[0] !== 'Any') parts.push(`localip=${list(local.addresses)}`);
    if (remote.addresses[0] !== 'Any') parts.push(`remoteip=${list(remote.addresses)}`);
  }
  if (protocol !== 'Any') parts.push(`protocol=${protocol.toLowerCase()}`);
  if (!ipsec && local.ports !== 'Any') parts.push(`localport=${local.ports}`);
  if (!ipsec && remote.ports !== 'Any') parts.push(`remoteport=${remote.ports}`);
  if (profiles !== undefined) parts.push(`profile=${profiles}`);
  return parts.join(' ');
}
