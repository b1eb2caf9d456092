import { describe, expect, it } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { FilterModel } from '../../../server/src/model/filter.js';
import { randomFrom } from '../../random.js';
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

/** A line of a script: where it writes to, what it does, and its named values in lower case. */
interface Line {
  readonly store: string;
  readonly command: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The other computer of the scripts, whose local rules are its own. */
const REMOTE = '$srv';

function linesOf(text: string): Line[] {
  let netshStore = '';
  const lines: Line[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    const values = new Map<string, string>();
    for (const [, name = '', value = ''] of line.matchAll(/ -(\w+) ('[^']*'|[^\s]+)/g)) {
      values.set(name.toLowerCase(), value.replaceAll("'", '').toLowerCase());
    }
    for (const [, name = '', value = ''] of line.matchAll(/(\w+)=("[^"]*"|[^\s]+)/g)) {
      values.set(name.toLowerCase(), value.replaceAll('"', '').toLowerCase());
    }
    if (line.startsWith('netsh')) {
      const [, chosen] = /set store (?:gpo=)?(\S+)/.exec(line) ?? [];
      if (chosen !== undefined) netshStore = chosen === 'local' ? '' : chosen.toLowerCase();
      else lines.push({ store: netshStore, command: line, values });
      continue;
    }
    const named = values.get('policystore') ?? values.get('gposession') ?? '';
    const isLocal = named === '' || named === 'persistentstore' || named === 'activestore';
    lines.push({ store: isLocal ? (values.get('cimsession') ?? '') : named, command: line, values });
  }
  return lines;
}

/** The lists of stores that computers have, the strongest first. */
function computersOf(lines: readonly Line[]): string[][] {
  const used = [...new Set(lines.map(({ store }) => store))];
  const domain = used.filter((store) => store.includes('\\'));
  const computers: string[][] = [];
  const locals = ['', REMOTE].filter((store) => used.includes(store));
  for (const local of locals.length > 0 ? locals : ['']) {
    const own = local === '' && used.includes('localhost') ? ['localhost', local] : [local];
    if (domain.length === 0 || used.includes(local) || own.length > 1) computers.push(own);
    for (const policy of domain) computers.push([policy, ...own]);
  }
  return computers;
}

/** A setting of a profile: of the store that takes precedence, the last that sets it. */
function settingOf(
  lines: readonly Line[],
  stores: readonly string[],
  profile: string,
  name: string,
): string | undefined {
  for (const store of stores) {
    let found: string | undefined;
    for (const line of lines) {
      if (line.store !== store || isRule(line) || !isFor(line, profile)) continue;
      const value = line.values.get(name) ?? netshSetting(line, profile, name);
      if (value !== undefined) found = value;
    }
    if (found !== undefined && found !== 'notconfigured') return found;
  }
  return undefined;
}

function isRule({ command }: Line): boolean {
  return /New-NetFirewallRule|firewall add rule/.test(command);
}

function isFor({ values }: Line, profile: string): boolean {
  const profiles = values.get('profile');
  return profiles === undefined || profiles.split(',').some((one) => one === 'any' || one === profile);
}

function netshSetting({ command }: Line, profile: string, name: string): string | undefined {
  const [, which, what, value = ''] = /netsh advfirewall set (\w+)profiles? (\w+) (.*)/.exec(command) ?? [];
  if (which !== 'all' && which !== profile) return undefined;
  const [first = '', second = ''] = value.split(',');
  switch (`${what} ${name}`) {
    case 'firewallpolicy defaultinboundaction':
      return first.startsWith('block') ? 'block' : first.startsWith('allow') ? 'allow' : first;
    case 'firewallpolicy defaultoutboundaction':
      return second.startsWith('block') ? 'block' : second.startsWith('allow') ? 'allow' : second;
    case 'firewallpolicy allowinboundrules':
      return first === 'blockinboundalways' ? 'false' : first === 'notconfigured' ? first : 'true';
    case 'state enabled':
      return value === 'off' ? 'false' : value === 'on' ? 'true' : value;
    case 'settings allowlocalfirewallrules':
      return value === 'localfirewallrules disable' ? 'false' : 'true';
    default:
      return undefined;
  }
}

/** What one computer does with a packet. */
function passes(lines: readonly Line[], stores: readonly string[], packet: Packet): boolean {
  const profile = packet.profile.toLowerCase();
  const setting = (name: string, of = stores) => settingOf(lines, of, profile, name);
  if (setting('enabled') === 'false') return true;
  if (packet.inbound && stores.some((store) => setting('allowinboundrules', [store]) === 'false')) return false;
  const groups = stores.slice(0, -1);
  const rulesOf = groups.length > 0 && setting('allowlocalfirewallrules', groups) === 'false' ? groups : stores;
  const applying = lines.filter(isRule);
  const deciding = applying.filter((line) => {
    const rank = rulesOf.indexOf(line.store);
    if (rank < 0 || !isFor(line, profile) || !matchesPacket(line, packet)) return false;
    // A rule of the same name in a stronger store replaces it, whatever that one matches.
    const name = line.values.get('id');
    return (
      name === undefined ||
      !applying.some((one) => {
        const other = rulesOf.indexOf(one.store);
        return one.values.get('id') === name && other >= 0 && other < rank;
      })
    );
  });
  const blocks = ({ values }: Line) => values.get('action') === 'block';
  if (deciding.some(blocks)) return false;
  if (deciding.length > 0) return true;
  return packet.inbound ? setting('defaultinboundaction') === 'allow' : setting('defaultoutboundaction') !== 'block';
}

function matchesPacket({ values }: Line, packet: Packet): boolean {
  const get = (cmdlet: string, netsh: string) => values.get(cmdlet) ?? values.get(netsh);
  const direction = get('direction', 'dir') ?? 'in';
  if (direction.startsWith('in') !== packet.inbound) return false;
  if (/^(?:false|no)$/.test(get('enabled', 'enable') ?? 'true')) return false;
  const protocol = get('protocol', 'protocol') ?? 'any';
  const numbers = { tcp: '6', udp: '17', gre: '47' };
  return (
    (protocol === 'any' || protocol === packet.protocol || protocol === numbers[packet.protocol]) &&
    addressMatches(get('localaddress', 'localip'), packet.local.address) &&
    addressMatches(get('remoteaddress', 'remoteip'), packet.remote.address) &&
    portMatches(get('localport', 'localport'), packet.local.port) &&
    portMatches(get('remoteport', 'remoteport'), packet.remote.port)
  );
}

/** Every computer that the script is for has to permit it. */
function decide(text: string, packet: Packet): 'permit' | 'deny' {
  const lines = linesOf(text);
  return computersOf(lines).every((stores) => passes(lines, stores, packet)) ? 'permit' : 'deny';
}

/** Where the lines of a script write to: one store in every other script, several in the others. */
const STORES = [
  '',
  " -PolicyStore 'corp.example\\Clients'",
  " -PolicyStore 'corp.example\\Kiosks'",
  ' -GPOSession corp.example\\Clients',
  ' -PolicyStore localhost',
  ' -PolicyStore PersistentStore',
  ` -CimSession ${REMOTE}`,
] as const;
const NETSH_STORES = ['local', 'gpo=corp.example\\Clients', 'gpo=corp.example\\Kiosks', 'gpo=localhost'] as const;

function generateScript(seed: number): string {
  const pick = randomFrom(seed);
  const several = seed % 2 === 0;
  const store = () => (several ? (STORES[pick(STORES.length)] ?? '') : '');
  const netshStore = () => {
    if (several && pick(3) === 0) lines.push(`netsh advfirewall set store ${NETSH_STORES[pick(NETSH_STORES.length)]}`);
  };
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
      netshStore();
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
    if (several && pick(4) === 0) parts.push(`-ID ${of('A', 'B')}`);
    // Parameters have no order.
    parts.sort(() => pick(3) - 1);
    lines.push(`New-NetFirewallRule ${parts.join(' ')}${store()}`);
  }
  for (let i = pick(several ? 5 : 3); i > 0; i--) lines.push(...settingLines());
  return `${lines.join('\n')}\n`;

  function settingLines(): string[] {
    const where = store();
    // Only a group policy can leave something unset, or turn local rules off.
    const isGroup = /\\|localhost/.test(where);
    const unset = isGroup ? ['NotConfigured'] : [];
    const profiles = of('', ' -Profile Domain', ' -Profile Private,Public');
    const command = `Set-NetFirewallProfile${profiles}${where}`;
    const kind = pick(isGroup ? 6 : 4);
    if (kind === 0) return [`${command} -DefaultInboundAction ${of('Allow', 'Block', ...unset)}`];
    if (kind === 1) return [`${command} -DefaultOutboundAction ${of('Allow', 'Block', ...unset)}`];
    if (kind === 2) {
      netshStore();
      const policy = of('blockinbound,blockoutbound', 'allowinbound,allowoutbound', 'blockinboundalways,allowoutbound');
      return [`netsh advfirewall set ${of('allprofiles', 'domainprofile')} firewallpolicy ${policy}`];
    }
    if (kind === 3) return [`${command} -Enabled ${of('True', 'True', 'False', ...unset)}`];
    if (kind === 4) return [`${command} -AllowLocalFirewallRules ${of('True', 'False', 'False', ...unset)}`];
    return [`${command} -AllowInboundRules ${of('True', 'False', ...unset)}`];
  }
}

function packetsFor(text: string, seed: number, count: number): Packet[] {
  const pick = randomFrom(seed);
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

/** The profiles that hosts may be in, each of one policy. */
function profilesOf({ points }: FilterModel): readonly string[] {
  const surroundings = points[0]?.surroundings;
  return surroundings?.kind === 'profiles' ? surroundings.names : [];
}

const SCRIPTS = 420;
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
        const ways = profilesOf(model)
          .filter((name) => name === profile || name.startsWith(`${profile} of `))
          .map((name) =>
            inbound
              ? ({ hook: 'input', inInterface: name } as const)
              : ({ hook: 'output', outInterface: name } as const),
          );
        const context = `${text}${JSON.stringify(packet)}`;
        const verdicts = new Set(ways.map((path) => explainFlow(model, flow, path).verdict));
        expect(verdicts.has('deny') ? 'deny' : [...verdicts].join(' '), context).toBe(decide(text, packet));
        compared++;
      }
    }
    expect(compared).toBe(SCRIPTS * PACKETS);
  });
});
