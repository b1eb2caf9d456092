// Random zone-based policy firewalls, the same in every run.
import { randomFrom } from '../../../random.js';

export const INTERFACES = [
  'GigabitEthernet0/0',
  'GigabitEthernet0/1',
  'GigabitEthernet0/2',
  'Vlan10',
  'Tunnel1',
] as const;

const ZONES = ['LAN', 'WAN', 'DMZ'] as const;
const LISTS = ['L1', 'L2', 'L3'] as const;

export function generateFirewall(seed: number): string {
  const pick = randomFrom(seed);
  const of = <T>(...choices: readonly [T, ...T[]]): T => choices[pick(choices.length)] ?? choices[0];
  const octets = () => `${of(10, 10, 198)}.${pick(2)}.${of(0, 1, 128)}.${of(0, 1, 9, 255)}`;
  const address = () =>
    of('any', 'any', `host ${octets()}`, `${octets()} ${of('0.0.0.255', '0.0.255.255', '0.0.0.7')}`);
  const ports = () => of('', '', ' eq 443', ' eq domain', ' range 3478 3481', ` gt ${of(1024, 5000)}`);
  const entry = () => {
    const protocol = of('ip', 'tcp', 'tcp', 'udp', 'udp', 'icmp');
    const [near, far] = protocol === 'tcp' || protocol === 'udp' ? [of('', '', ports()), ports()] : ['', ''];
    const option = protocol === 'tcp' ? of('', '', '', ' established') : '';
    return ` ${of('permit', 'permit', 'deny')} ${protocol} ${address()}${near} ${address()}${far}${option}`;
  };
  const lines: string[] = ['hostname r1'];
  for (const list of LISTS) {
    lines.push(`ip access-list extended ${list}`);
    for (let i = 1 + pick(4); i > 0; i--) lines.push(entry());
  }
  if (pick(3) === 0) lines.push(`ip port-map http port tcp ${of(8080, 3128)}`, 'ip port-map user-media port udp 3478');

  const classes: string[] = [];
  const criterion = () => {
    const [nested] = classes.length > 0 && pick(3) === 0 ? [of('', ...classes)] : [''];
    if (nested) return ` match class-map ${nested}`;
    const list = pick(12) === 0 ? 'MISSING' : of(...LISTS);
    const protocol = of('tcp', 'udp', 'icmp', 'http', 'https', 'dns', 'ntp', 'sip', 'user-media', 'gnutella');
    return of(` match access-group name ${list}`, ` match protocol ${protocol}`);
  };
  for (let i = 1; i <= 5; i++) {
    const name = `C${i}`;
    lines.push(`class-map type inspect ${of('match-any ', 'match-all ', '')}${name}`);
    for (let n = pick(12) === 0 ? 0 : 1 + pick(3); n > 0; n--) lines.push(criterion());
    classes.push(name);
  }
  for (const policy of ['P1', 'P2', 'P3']) {
    lines.push(`policy-map type inspect ${policy}`);
    const used = new Set<string>();
    for (let n = 1 + pick(3); n > 0; n--) used.add(of('C1', ...classes));
    for (const name of used) {
      lines.push(
        ` class type inspect ${name}`,
        `  ${of('inspect', 'inspect', 'inspect PARAMETERS', 'pass', 'pass log', 'drop')}`,
      );
    }
    if (pick(3) > 0) lines.push(' class class-default', `  ${of('drop log', 'drop', 'pass', 'inspect')}`);
  }
  const hasDefault = pick(4) === 0;
  const zones = [...ZONES, ...(hasDefault ? ['default'] : [])];
  for (const zone of zones) lines.push(`zone security ${zone}`, ' description made up');
  for (const from of [...zones, 'self']) {
    for (const to of [...zones, 'self']) {
      if (pick(from === to ? 4 : 2) > 0) continue;
      lines.push(`zone-pair security ${from}-${to} source ${from} destination ${to}`);
      if (pick(6) > 0) lines.push(` service-policy type inspect ${of('P1', 'P2', 'P3')}`);
    }
  }
  for (const [i, name] of INTERFACES.entries()) {
    lines.push(`interface ${name}`, ` ip address 10.${100 + i}.0.1 255.255.255.0`);
    if (pick(6) > 0) lines.push(` zone-member security ${of(...ZONES)}`);
    if (pick(4) === 0) lines.push(` ip access-group ${of(...LISTS)} in`);
    if (pick(4) === 0) lines.push(` ip access-group ${of(...LISTS)} out`);
  }
  return `${lines.join('\n')}\n`;
}
