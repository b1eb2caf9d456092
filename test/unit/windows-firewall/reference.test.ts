import { describe, expect, it } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { random } from '../cisco/generator.js';
import { read } from './support.js';

/**
 * A second reading of scripts, written from the manual and sharing nothing with the dialect: rule by rule, packet by packet,
 * on text that holds one rule a line. "Explicit block rules take precedence over any conflicting allow rules"; by default
 * what comes in is blocked and what goes out is allowed (*Windows Firewall rules*).
 */
interface Packet {
  readonly inbound: boolean;
  readonly protocol: 'tcp' | 'udp' | 'gre';
  readonly local: { readonly address: number; readonly port: number };
  readonly remote: { readonly address: number; readonly port: number };
  readonly profile: string;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function addressMatches(list: string | undefined, address: number): boolean {
  if (list === undefined || /^any$/i.test(list)) return true;
  return list.split(',').some((part) => {
    const [low = '', high] = part.split('-');
    if (high !== undefined) return address >= numberOf(low) && address <= numberOf(high);
    const [base = '', length] = part.split('/');
    if (length === undefined) return address === numberOf(base);
    const size = length.includes('.') ? 2 ** 32 - numberOf(length) : 2 ** (32 - Number(length));
    return Math.floor(address / size) === Math.floor(numberOf(base) / size);
  });
}

function portMatches(list: string | undefined, port: number): boolean {
  if (list === undefined || /^any$/i.test(list)) return true;
  return list.split(',').some((part) => {
    const [low = '', high = low] = part.split('-');
    return port >= Number(low) && port <= Number(high);
  });
}

function decide(text: string, packet: Packet): 'permit' | 'deny' {
  let allowed = false;
  let blocked = false;
  let fallback = packet.inbound ? 'deny' : 'permit';
  for (const line of text.split('\n')) {
    const values = new Map<string, string>();
    for (const [, name = '', value = ''] of line.matchAll(/ -(\w+) ('[^']*'|[^\s]+)/g)) {
      values.set(name, value.replaceAll("'", ''));
    }
    for (const [, name = '', value = ''] of line.matchAll(/(\w+)=("[^"]*"|[^\s]+)/g)) {
      values.set(name, value.replaceAll('"', ''));
    }
    const profiles = values.get('Profile') ?? values.get('profile');
    const named =
      profiles === undefined ||
      /any/i.test(profiles) ||
      profiles.toLowerCase().split(',').includes(packet.profile.toLowerCase());
    if (!named) continue;
    if (line.startsWith('Set-NetFirewallProfile')) {
      const action = values.get(packet.inbound ? 'DefaultInboundAction' : 'DefaultOutboundAction');
      if (action) fallback = action === 'Allow' ? 'permit' : 'deny';
      continue;
    }
    if (!/^(?:New-NetFirewallRule|netsh)/.test(line)) continue;
    const get = (cmdlet: string, netsh: string) => values.get(cmdlet) ?? values.get(netsh);
    const direction = (get('Direction', 'dir') ?? 'in').toLowerCase();
    if (direction.startsWith('in') !== packet.inbound) continue;
    if (/^(?:false|no)$/i.test(get('Enabled', 'enable') ?? 'true')) continue;
    const protocol = (get('Protocol', 'protocol') ?? 'any').toLowerCase();
    const numbers = { tcp: '6', udp: '17', gre: '47' };
    if (protocol !== 'any' && protocol !== packet.protocol && protocol !== numbers[packet.protocol]) continue;
    if (!addressMatches(get('LocalAddress', 'localip'), packet.local.address)) continue;
    if (!addressMatches(get('RemoteAddress', 'remoteip'), packet.remote.address)) continue;
    if (!portMatches(get('LocalPort', 'localport'), packet.local.port)) continue;
    if (!portMatches(get('RemotePort', 'remoteport'), packet.remote.port)) continue;
    if (/block/i.test(get('Action', 'action') ?? 'Allow')) blocked = true;
    else allowed = true;
  }
  if (blocked) return 'deny';
  return allowed ? 'permit' : fallback === 'permit' ? 'permit' : 'deny';
}

function generateScript(seed: number): string {
  const pick = random(seed);
  const of = (...choices: readonly string[]) => choices[pick(choices.length)] ?? '';
  const address = () => `${of('10', '198', '203')}.${pick(2)}.${of('0', '1', '255')}.${of('0', '8', '255')}`;
  const addresses = () =>
    of(
      'Any',
      address(),
      `${address()}/${of('8', '15', '24', '31')}`,
      `${address()}/255.255.255.0`,
      `10.0.0.8-10.1.0.0`,
      `${address()}/24,${address()}`,
    );
  const port = () => of('80', '443', '3478', '5061', '50000');
  const ports = () => of('Any', port(), `${port()},${port()}`, '3478-3481', `80,${port()},50000-50019`);
  const lines: string[] = [];
  const count = 1 + pick(6);
  for (let i = 0; i < count; i++) {
    const protocol = of('TCP', 'UDP', 'TCP', 'UDP', 'Any', '47');
    const hasPorts = protocol === 'TCP' || protocol === 'UDP';
    const action = of('Allow', 'Allow', 'Block');
    if (pick(3) === 0) {
      const parts = [
        `netsh advfirewall firewall add rule name="Rule ${i}" dir=${of('in', 'out')} action=${action.toLowerCase()}`,
      ];
      parts.push(`protocol=${protocol.toLowerCase()}`);
      if (pick(2)) parts.push(`remoteip=${addresses()}`);
      if (pick(2)) parts.push(`localip=${addresses()}`);
      if (hasPorts && pick(2)) parts.push(`localport=${ports()}`);
      if (hasPorts && pick(2)) parts.push(`remoteport=${ports()}`);
      if (pick(4) === 0) parts.push(`profile=${of('domain', 'private,public', 'any')}`);
      if (pick(8) === 0) parts.push('enable=no');
      lines.push(parts.join(' '));
      continue;
    }
    const parts = [`-DisplayName 'Rule ${i}'`];
    if (pick(4)) parts.push(`-Direction ${of('Inbound', 'Outbound')}`);
    if (pick(4)) parts.push(`-Protocol ${protocol}`);
    const named = parts.some((part) => part.startsWith('-Protocol'));
    if (pick(2)) parts.push(`-RemoteAddress ${addresses()}`);
    if (pick(2)) parts.push(`-LocalAddress ${addresses()}`);
    if (named && hasPorts && pick(2)) parts.push(`-LocalPort ${ports()}`);
    if (named && hasPorts && pick(2)) parts.push(`-RemotePort ${ports()}`);
    if (pick(4) || action === 'Block') parts.push(`-Action ${action}`);
    if (pick(4) === 0) parts.push(`-Profile ${of('Domain', 'Private,Public', 'Any')}`);
    if (pick(8) === 0) parts.push('-Enabled False');
    // Parameters have no order.
    parts.sort(() => pick(3) - 1);
    lines.push(`New-NetFirewallRule ${parts.join(' ')}`);
  }
  if (pick(4) === 0)
    lines.push(
      `Set-NetFirewallProfile -Profile ${of('Domain', 'Private,Public')} -DefaultInboundAction ${of('Allow', 'Block')}`,
    );
  if (pick(4) === 0) lines.push(`Set-NetFirewallProfile -DefaultOutboundAction ${of('Allow', 'Block')}`);
  return `${lines.join('\n')}\n`;
}

function packetsFor(text: string, seed: number, count: number): Packet[] {
  const pick = random(seed);
  const addresses: number[] = [numberOf('10.0.0.1')];
  for (const [, base = '', length] of text.matchAll(/(\d+\.\d+\.\d+\.\d+)(?:\/(\d+)\b(?!\.))?/g)) {
    const low = numberOf(base);
    const size = length === undefined ? 256 : 2 ** (32 - Number(length));
    const network = Math.floor(low / size) * size;
    for (const value of [low, network, network + size - 1]) {
      for (const near of [value - 1, value, value + 1]) if (near >= 0 && near < 2 ** 32) addresses.push(near);
    }
  }
  const ports = [0, 65535, 79, 80, 81, 442, 443, 444, 3477, 3478, 3481, 3482, 5061, 49999, 50000, 50019, 50020];
  const one = <T>(list: readonly T[], fallback: T): T => list[pick(list.length)] ?? fallback;
  return Array.from({ length: count }, () => ({
    inbound: pick(2) === 0,
    protocol: one(['tcp', 'udp', 'tcp', 'udp', 'gre'] as const, 'tcp'),
    local: { address: one(addresses, 0), port: one(ports, 0) },
    remote: { address: one(addresses, 0), port: one(ports, 0) },
    profile: one(['Domain', 'Private', 'Public'], 'Domain'),
  }));
}

const SCRIPTS = 250;
const PACKETS = 48;

describe('scripts', () => {
  it('decide packets as a rule-by-rule reading does', () => {
    let compared = 0;
    for (let seed = 1; seed <= SCRIPTS; seed++) {
      const text = generateScript(seed);
      const { model, problems } = read(text);
      expect(
        problems.filter(({ code }) => code === 'syntax-error' || code === 'unmodelled-statement'),
        text,
      ).toEqual([]);
      if (model.kind !== 'filter') throw new Error('not a filter');
      for (const packet of packetsFor(text, seed, PACKETS)) {
        const { inbound, local, remote, profile } = packet;
        const end = ({ address, port }: Packet['local']) => `${textOf(address)}:${port}`;
        const protocol = packet.protocol === 'gre' ? '47' : packet.protocol;
        const [from, to] = inbound ? [remote, local] : [local, remote];
        const flow = parseFlow(`${protocol} ${end(from)} > ${end(to)}`);
        if (typeof flow === 'string') throw new Error(flow);
        const path = inbound
          ? ({ hook: 'input', inInterface: profile } as const)
          : ({ hook: 'output', outInterface: profile } as const);
        const context = `${text}${JSON.stringify(packet)}`;
        expect(explainFlow(model, flow, path).verdict, context).toBe(decide(text, packet));
        compared++;
      }
    }
    expect(compared).toBe(SCRIPTS * PACKETS);
  });
});
