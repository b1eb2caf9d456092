// Random devices, the same in every run.

import { randomFrom } from '../../../random.js';
import { generatePolicies } from './policies.js';

export type DeviceStyle = 'asa' | 'asa-8.2' | 'router' | 'router with policies';
export const DEVICE_STYLES: readonly DeviceStyle[] = ['asa', 'asa-8.2', 'router', 'router with policies'];

type Of = <T>(...choices: readonly [T, ...T[]]) => T;

export function generateDevice(style: DeviceStyle, seed: number): string {
  const pick = randomFrom(seed);
  const of: Of = (...choices) => choices[pick(choices.length)] ?? choices[0];
  const lines = style.startsWith('asa') ? asa(of, pick, style) : router(of, pick, style === 'router with policies');
  return `${lines.join('\n')}\n`;
}

/** Addresses that translations give, and ones that they take. */
export const MAPPED = ['198.51.100.3', '198.51.100.4', '198.51.100.5', '198.51.100.2'] as const;
export const REAL = ['10.1.0.5', '10.1.0.6', '172.16.1.5', '10.1.0.200'] as const;

function entry(of: Of, head: string, form: 'asa' | 'router'): string {
  const network = form === 'asa' ? '255.255.255.0' : '0.0.0.255';
  const near = () =>
    of('any', 'any', `host ${of(...REAL)}`, `host ${of(...MAPPED)}`, `10.1.0.0 ${network}`, `172.16.1.0 ${network}`);
  const protocol = of('tcp', 'tcp', 'udp', 'ip');
  const ports = protocol === 'ip' ? '' : of('', ' eq 443', ' eq 8443', ' range 400 500');
  const answers = form === 'router' && protocol === 'tcp' ? of('', '', ' established') : '';
  return `${head}${of('permit', 'permit', 'deny')} ${protocol} ${near()} ${near()}${ports}${answers}`;
}

function asa(of: Of, pick: (bound: number) => number, style: DeviceStyle): string[] {
  const port = (name: string, level: number, address: string, mask: string) => [
    `interface ${name.toUpperCase()}`,
    ` nameif ${name}`,
    ` security-level ${level}`,
    ` ip address ${address} ${mask}`,
    ...(name === 'guest' && pick(3) === 0 ? [' shutdown'] : []),
  ];
  const lines = [
    `ASA Version ${style === 'asa' ? of('9.16', '8.4') : '8.2'}(1)`,
    ...port('outside', 0, '198.51.100.1', '255.255.255.248'),
    ...port('inside', 100, '10.1.0.1', '255.255.255.0'),
    ...port('dmz', 50, '172.16.1.1', '255.255.255.0'),
    ...port('guest', of(20, 50), '192.168.9.1', '255.255.255.0'),
    ...of([], ['same-security-traffic permit inter-interface'], ['same-security-traffic permit intra-interface']),
  ];
  for (const list of ['OUT-IN', 'IN-IN', 'DMZ-OUT', 'ALL']) {
    for (let i = 0; i < 1 + pick(4); i++) lines.push(entry(of, `access-list ${list} extended `, 'asa'));
  }
  lines.push(...(style === 'asa' ? translations(of, pick) : oldTranslations(of)));
  lines.push('access-group OUT-IN in interface outside');
  if (pick(2) === 0) lines.push('access-group IN-IN in interface inside');
  if (pick(2) === 0) lines.push('access-group DMZ-OUT out interface dmz');
  if (pick(3) === 0) lines.push('access-group ALL global');
  lines.push('route outside 0.0.0.0 0.0.0.0 198.51.100.6', 'route inside 10.0.0.0 255.0.0.0 10.1.0.254');
  if (pick(2) === 0) lines.push('route dmz 10.1.0.128 255.255.255.128 172.16.1.254');
  if (pick(2) === 0) lines.push('route guest 10.1.0.0 255.255.255.0 192.168.9.254');
  return lines;
}

function oldTranslations(of: Of): string[] {
  return [
    `static (inside,outside) ${of(...MAPPED)} 10.1.0.5`,
    ...of([], ['static (dmz,outside) 198.51.100.6 172.16.1.5']),
  ];
}

function translations(of: Of, pick: (bound: number) => number): string[] {
  const objects = [
    ['HOST-A', 'host 10.1.0.5'],
    ['HOST-B', 'host 172.16.1.5'],
    ['LAN', 'subnet 10.1.0.0 255.255.255.0'],
    ['FEW', 'subnet 10.1.0.4 255.255.255.252'],
    ['FEW-OUT', 'subnet 198.51.100.4 255.255.255.252'],
    ['OUT-A', 'host 198.51.100.3'],
    ['OUT-B', 'host 198.51.100.5'],
    ['FAR', 'subnet 203.0.113.0 255.255.255.0'],
    ['FAR-IN', 'host 203.0.113.7'],
    ['FAR-REAL', 'host 192.0.2.7'],
  ].flatMap(([name, content]) => [`object network ${name}`, ` ${content}`]);
  const services = ['WEB', 'ALT'].flatMap((name, i) => [
    `object service ${name}-SOURCE`,
    ` service tcp source eq ${i === 0 ? 443 : 8443}`,
    `object service ${name}-TO`,
    ` service tcp destination eq ${i === 0 ? 443 : 8443}`,
  ]);
  const outer = () => of('outside', 'outside', 'any', 'dmz');
  const after = () => of('', '', 'after-auto ');
  const twice = (): string =>
    of(
      `nat (inside,${outer()}) ${after()}source static HOST-A OUT-A`,
      `nat (inside,${outer()}) ${after()}source static FEW FEW-OUT`,
      `nat (dmz,outside) ${after()}source static HOST-B OUT-B destination static FAR FAR`,
      `nat (inside,outside) ${after()}source static LAN LAN destination static FAR-IN FAR-REAL`,
      `nat (inside,outside) ${after()}source static HOST-A OUT-B service WEB-SOURCE ALT-SOURCE`,
      `nat (inside,outside) ${after()}source dynamic LAN interface destination static FAR-IN FAR-REAL service WEB-TO ALT-TO`,
      `nat (inside,outside) ${after()}source dynamic LAN OUT-A`,
      `nat (inside,outside) ${after()}source dynamic LAN interface`,
      `nat (inside,outside) ${after()}source static HOST-A OUT-A unidirectional`,
      `nat (any,outside) ${after()}source static HOST-B OUT-A`,
      `nat (inside,outside) ${after()}source static HOST-A HOST-A destination static FAR FAR`,
      `nat (outside,inside) ${after()}source static any any destination static OUT-B HOST-A service WEB-TO ALT-TO`,
    );
  const object = (name: string, content: string): string[] => {
    const to = of(
      `(inside,outside) static ${of(...MAPPED)}`,
      '(inside,outside) static interface service tcp 443 8443',
      '(inside,outside) static 198.51.100.5 service tcp 8443 443',
      `(dmz,outside) static ${of(...MAPPED)} service tcp 443 443`,
      '(inside,outside) dynamic interface',
      '(inside,outside) dynamic 198.51.100.6',
    );
    return [`object network ${name}`, ` ${content}`, ` nat ${to}`];
  };
  const lines = [...objects, ...services];
  for (let i = 0; i < 1 + pick(3); i++) lines.push(twice());
  if (pick(4) > 0) lines.push(...object('S1', 'host 10.1.0.6'));
  if (pick(2) > 0) lines.push(...object('S2', 'host 172.16.1.5'));
  return lines;
}

/** Static translations of a router, no two of them of the same address. */
function statics(of: Of): string[] {
  return [
    of([], [`ip nat inside source static 10.1.0.5 ${of('198.51.100.3', '198.51.100.2 extendable')}`]),
    of(
      [],
      [`ip nat inside source static tcp 172.16.1.5 ${of('443 198.51.100.4 443', '8443 198.51.100.4 443 extendable')}`],
    ),
    of([], ['ip nat inside source static tcp 10.1.0.6 443 interface Gi0/0 8443']),
    of([], ['ip nat inside source static udp 10.1.0.5 443 198.51.100.5 450']),
    of([], ['ip nat inside source static network 10.1.0.200 198.51.100.4 /30']),
  ].flat();
}

function router(of: Of, pick: (bound: number) => number, hasPolicies: boolean): string[] {
  const isTranslating = pick(2) === 0;
  const lines = ['hostname r1'];
  const port = (name: string, addresses: readonly string[], nat: string, more: readonly string[] = []) => {
    lines.push(`interface ${name}`, ...more);
    for (const [i, address] of addresses.entries()) lines.push(` ip address ${address}${i > 0 ? ' secondary' : ''}`);
    if (isTranslating) lines.push(` ip nat ${nat}`);
    for (const direction of ['in', 'out'])
      if (name === 'Gi0/0' || pick(3) === 0) lines.push(` ip access-group ${of(101, 102, 103)} ${direction}`);
    for (const direction of hasPolicies ? ['input', 'output'] : [])
      if (pick(2) === 0) lines.push(` service-policy ${direction} ${of('P1', 'P2')}`);
  };
  port('Gi0/0', ['198.51.100.1 255.255.255.248'], 'outside');
  port('Vlan10', ['10.1.0.1 255.255.255.0', ...of([], ['172.16.1.1 255.255.255.0'])], 'inside');
  port('Vlan20', [of('10.1.0.1 255.255.255.0', '10.2.0.1 255.255.0.0')], 'inside', of([], [' shutdown']));
  port('Vlan30', ['10.1.0.129 255.255.255.128'], 'inside', of([], [' vrf forwarding MGMT']));
  for (const list of ['101', '102', '103']) {
    for (let i = 0; i < 1 + pick(4); i++) lines.push(entry(of, `access-list ${list} `, 'router'));
  }
  if (hasPolicies) lines.push(...generatePolicies(pick));
  if (isTranslating) lines.push(...statics(of));
  if (isTranslating && pick(3) > 0) {
    lines.push(
      'access-list 7 permit 10.1.0.0 0.0.0.127',
      ...of([], ['access-list 7 permit 172.16.1.0 0.0.0.255']),
      'ip nat inside source list 7 interface Gi0/0 overload',
    );
  }
  lines.push(`ip route 0.0.0.0 0.0.0.0 ${of('198.51.100.6', 'Gi0/0')}`, 'ip route 10.0.0.0 255.0.0.0 10.1.0.254');
  if (pick(2) === 0) lines.push('ip route vrf MGMT 0.0.0.0 0.0.0.0 10.1.0.254');
  if (pick(2) === 0) lines.push('ip route 192.0.2.0 255.255.255.0 Vlan10');
  return lines;
}
