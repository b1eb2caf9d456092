// Proposals that add rules to permit denied traffic.

import { numbersIn } from '../../../model/intervals.js';
import { type IpSet, PRIVATE_SPACE, shortPrefixes } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type PacketBox, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet, portTexts } from '../../../model/ports.js';
import { lineEndOf } from '../../../text/edit.js';
import { endOfLineText, startOfLine } from '../../../text/lines.js';
import type { Candidate, Change } from '../../dialect.js';
import type { WindowsDocument } from '../program/program.js';
import { isNetsh, parameterOf, type StoredRule } from '../program/rule.js';

/** A rule to add, independent of the tool. */
interface NewRule {
  readonly name: string;
  readonly protocol: string;
  readonly local: RuleEnd;
  readonly remote: RuleEnd;
}

interface RuleEnd {
  readonly addresses: readonly string[];
  readonly ports: string;
}

type Point = 'inbound' | 'outbound' | 'ipsec';

function isPoint(name: string): name is Point {
  return name === 'inbound' || name === 'outbound' || name === 'ipsec';
}

/** New rules after the last one of the same kind, in its language. Rules that block still take precedence. */
export function proposeRules({ source, program }: WindowsDocument, change: Change): readonly Candidate[] {
  if (change.goal !== 'permit-packets' || !isPoint(change.point)) return [];
  const { point } = change;
  const kind = point === 'ipsec' ? 'ipsec' : 'firewall';
  const own = program.rules.map(({ stored }) => stored).filter((stored) => stored.kind === kind);
  const plain = own.filter((rule) => rule.conditions.length === 0 && !isRepeated(rule, own));
  const last = plain.pop() ?? own[own.length - 1];
  if (!last) return [];
  const wanted: NewRule[] = [];
  for (const box of change.missing.boxes) {
    for (const rule of newRules(box, point === 'inbound', change.label)) addRule(wanted, rule);
  }
  if (wanted.length === 0) return [];
  const { text, uri } = source;
  const { at, indentation } = insertionAfter(last, own, text);
  const lines = wanted.map((rule) =>
    isNetsh(last.invocation) ? netshLine(rule, point) : cmdletLine(rule, point, last),
  );
  const newText = lines.map((line) => `${lineEndOf(text)}${indentation}${line}`).join('');
  const permission = `Add ${wanted.length === 1 ? 'a rule that allows' : 'rules that allow'} it`;
  const title = point === 'ipsec' ? 'Exempt it from IPsec' : permission;
  return [{ title, edits: [{ uri, range: { start: at, end: at }, newText }] }];
}

/** After the line of a rule; at the end of the file where all rules are inside of blocks. */
function insertionAfter(
  last: StoredRule,
  rules: readonly StoredRule[],
  text: string,
): { readonly at: number; readonly indentation: string } {
  if (last.conditions.length > 0 || isRepeated(last, rules)) return { at: text.trimEnd().length, indentation: '' };
  const before = text.slice(startOfLine(text, last.range.start), last.range.start);
  return { at: endOfLineText(text, last.range.end), indentation: /^[ \t]*/.exec(before)?.[0] ?? '' };
}

/** Whether a loop makes several rules of one command. */
function isRepeated({ range }: StoredRule, rules: readonly StoredRule[]): boolean {
  return rules.filter((other) => other.range.start === range.start).length > 1;
}

function newRules(box: PacketBox, inbound: boolean, label: string): NewRule[] {
  const source = { addresses: addressTexts(box.source), ports: 'Any' };
  const destination = { addresses: addressTexts(box.destination), ports: portText(box.destinationPorts) };
  const [local, remote] = inbound ? [destination, source] : [source, destination];
  return protocolTexts(box).map((protocol) => {
    const ports = destination.ports === 'Any' ? '' : ` ${destination.ports}`;
    const named = protocol === 'Any' ? label : `${label} ${protocol}${ports}`;
    return { name: named, protocol, local, remote };
  });
}

/** One rule may list addresses of both families. */
function addRule(rules: NewRule[], rule: NewRule): void {
  const keyOf = ({ name, protocol, local, remote }: NewRule) => JSON.stringify([name, protocol, local, remote.ports]);
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
  return shortPrefixes(set);
}

export function portText(ports: PortSet): string {
  return ports.equals(ALL_PORTS) ? 'Any' : portTexts(ports).join(',');
}

function cmdletLine({ name, protocol, local, remote }: NewRule, point: Point, last: StoredRule): string {
  const list = (texts: readonly string[]) => texts.map((text) => (text === 'Any' ? text : `'${text}'`)).join(',');
  const parts = [point === 'ipsec' ? 'New-NetIPsecRule' : 'New-NetFirewallRule', `-DisplayName '${name}'`];
  if (point === 'ipsec') parts.push('-InboundSecurity None', '-OutboundSecurity None');
  else parts.push(`-Direction ${point === 'inbound' ? 'Inbound' : 'Outbound'}`);
  if (protocol !== 'Any') parts.push(`-Protocol ${protocol}`);
  if (local.ports !== 'Any') parts.push(`-LocalPort ${local.ports}`);
  if (local.addresses[0] !== 'Any') parts.push(`-LocalAddress ${list(local.addresses)}`);
  if (remote.ports !== 'Any') parts.push(`-RemotePort ${remote.ports}`);
  if (remote.addresses[0] !== 'Any') parts.push(`-RemoteAddress ${list(remote.addresses)}`);
  if (point !== 'ipsec') parts.push('-Action Allow');
  // The preceding rule shows in which profiles the host listens.
  const profile = parameterOf(last, 'profile');
  const argument = last.parameters.get('profile');
  if (profile !== undefined && profile !== '?' && profile !== 'any' && argument?.value.kind === 'text') {
    parts.push(`-Profile ${argument.value.text}`);
  }
  return parts.join(' ');
}

function netshLine({ name, protocol, local, remote }: NewRule, point: Point): string {
  const ipsec = point === 'ipsec';
  const parts = [`netsh advfirewall ${ipsec ? 'consec' : 'firewall'} add rule name="${name}"`];
  const list = (texts: readonly string[]) => (texts[0] === 'Any' ? 'any' : texts.join(','));
  if (ipsec) {
    parts.push(`endpoint1=${list(local.addresses)}`, `endpoint2=${list(remote.addresses)}`, 'action=noauthentication');
    if (local.ports !== 'Any') parts.push(`port1=${local.ports}`);
    if (remote.ports !== 'Any') parts.push(`port2=${remote.ports}`);
  } else {
    parts.push(`dir=${point === 'inbound' ? 'in' : 'out'}`, 'action=allow');
    if (local.addresses[0] !== 'Any') parts.push(`localip=${list(local.addresses)}`);
    if (remote.addresses[0] !== 'Any') parts.push(`remoteip=${list(remote.addresses)}`);
  }
  if (protocol !== 'Any') parts.push(`protocol=${protocol.toLowerCase()}`);
  if (!ipsec && local.ports !== 'Any') parts.push(`localport=${local.ports}`);
  if (!ipsec && remote.ports !== 'Any') parts.push(`remoteport=${remote.ports}`);
  return parts.join(' ');
}
