// Random Cisco configurations and packets, the same in every run.

import { randomFrom } from '../../random.js';
import { addressNumber, type Packet } from './reference.js';

export type Style = 'ios-named' | 'ios-numbered' | 'ios-standard' | 'nxos' | 'ipv6' | 'asa';
export const STYLES: readonly Style[] = ['ios-named', 'ios-numbered', 'ios-standard', 'nxos', 'ipv6', 'asa'];

export interface Generated {
  readonly text: string;
  readonly list: string;
  readonly v6: boolean;
}

export function generateList(style: Style, seed: number): Generated {
  const pick = randomFrom(seed);
  const of = <T>(...choices: readonly [T, ...T[]]): T => choices[pick(choices.length)] ?? choices[0];
  const v6 = style === 'ipv6';
  const asa = style === 'asa';
  const octets = () => `${of(10, 198, 203)}.${pick(3)}.${of(0, 1, 2, 127, 128, 255)}.${of(0, 1, 7, 8, 254, 255)}`;
  const hextets = () => `2001:db8:${pick(4).toString(16)}::${of('', '1', 'ff')}`;
  const wildcard = () =>
    of('0.0.0.255', '0.0.255.255', '0.0.0.7', '0.0.1.254', '0.255.0.3', '0.0.0.0', '0.0.128.1', '255.255.255.255');
  const netmask = () =>
    of('255.255.255.0', '255.255.0.0', '255.255.255.248', '255.255.255.255', '255.128.0.0', '0.0.0.0');
  const address = (): string => {
    if (v6) return of('any', `host ${hextets()}`, `${hextets()}/${of(32, 40, 48, 64, 127)}`);
    if (style === 'nxos')
      return of('any', `host ${octets()}`, `${octets()}/${of(8, 15, 24, 29, 31)}`, `${octets()} ${wildcard()}`);
    if (asa) return of('any', `host ${octets()}`, `${octets()} ${netmask()}`, 'object-group NETS', 'object SUBNET');
    return of('any', `host ${octets()}`, `${octets()} ${wildcard()}`, `${octets()} ${wildcard()}`);
  };
  const port = () => of('www', 'domain', 'ntp', '443', '3478', '3481', '50000', '1', '65534');
  const ports = (protocol: string): string => {
    if (protocol !== 'tcp' && protocol !== 'udp') return '';
    const low = pick(4000);
    const several = asa || style === 'nxos' ? port() : `${port()} ${port()}`;
    return of(
      '',
      '',
      ` eq ${port()}`,
      ` neq ${port()}`,
      ` lt ${port()}`,
      ` gt ${port()}`,
      ` range ${low} ${low + pick(3000)}`,
      ` eq ${several}`,
    );
  };
  const options = (protocol: string): string => {
    if (asa) return of('', '', ' log', ' inactive', ' log disable');
    if (protocol !== 'tcp') return of('', '', ' log', ' fragments');
    return of('', '', ' established', ' log', ' syn', ' ack', ' rst');
  };
  const entry = (): string => {
    const action = of('permit', 'permit', 'deny');
    if (style === 'ios-standard')
      return `${action} ${of('any', `host ${octets()}`, `${octets()} ${wildcard()}`, octets())}`;
    if (asa && pick(6) === 0) return `${action} object-group SERVICES ${address()} ${address()}`;
    const protocol = of('tcp', 'udp', 'tcp', 'udp', v6 ? 'ipv6' : 'ip', 'icmp', '47', ...(v6 ? [] : ['gre']));
    const noPorts = /fragments/;
    const tail = options(protocol);
    const [near, far] = noPorts.test(tail) ? ['', ''] : [ports(protocol), ports(protocol)];
    const group = asa && far !== '' && pick(3) === 0 ? ' object-group PORTS' : far;
    return `${action} ${protocol} ${address()}${near} ${address()}${group}${tail}`;
  };
  const count = 2 + pick(8);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) lines.push(entry());
  const list = style === 'ios-numbered' ? '150' : style === 'ios-standard' ? of('10', 'STD') : 'LIST';
  switch (style) {
    case 'ios-numbered':
      return { text: lines.map((line) => `access-list 150 ${line}`).join('\n'), list, v6 };
    case 'ios-standard':
      if (list === '10') return { text: lines.map((line) => `access-list 10 ${line}`).join('\n'), list, v6 };
      return { text: ['ip access-list standard STD', ...lines.map((line) => ` ${line}`)].join('\n'), list, v6 };
    case 'asa': {
      const groups = [
        'object network SUBNET',
        ` ${of(`subnet ${octets()} ${netmask()}`, `host ${octets()}`, 'range 10.0.0.5 10.0.1.9')}`,
        'object-group network INNER',
        ` network-object ${octets()} ${netmask()}`,
        'object-group network NETS',
        ' group-object INNER',
        ` network-object host ${octets()}`,
        'object-group service PORTS tcp-udp',
        ` port-object eq ${port()}`,
        ' port-object range 3478 3481',
        'object-group service SERVICES',
        ' service-object tcp destination eq https',
        ` service-object udp destination range 3478 ${3478 + pick(5)}`,
        ' service-object icmp',
      ];
      const placed = lines.map(
        (line, i) => `access-list LIST ${pick(5) === 0 ? `line ${1 + pick(i + 1)} ` : ''}extended ${line}`,
      );
      return { text: [...groups, ...placed].join('\n'), list, v6 };
    }
    default: {
      const head = v6
        ? 'ipv6 access-list LIST'
        : style === 'nxos'
          ? 'ip access-list LIST'
          : 'ip access-list extended LIST';
      const numbers = new Set<number>();
      const body = lines.map((line) => {
        const number = 1 + pick(200);
        if (v6 || pick(3) > 0 || numbers.size === 0 || [...numbers].some((other) => other >= number)) {
          const next = Math.max(0, ...numbers) + 10;
          numbers.add(next);
          return ` ${line}`;
        }
        numbers.add(number);
        return ` ${number} ${line}`;
      });
      // Numbers out of order: the last line goes before all others.
      if (!v6) body.push(` ${Math.max(1, pick(9))} ${entry()}`);
      return { text: [head, ...body].join('\n'), list, v6 };
    }
  }
}

/** Packets at and beside every address and port that a text names. */
export function boundaryPackets({ text, v6 }: Generated, seed: number, count: number): Packet[] {
  const pick = randomFrom(seed);
  const addresses: bigint[] = [];
  const limit = v6 ? 2n ** 128n : 2n ** 32n;
  const near = (value: bigint) => {
    for (const candidate of [value - 1n, value, value + 1n])
      if (candidate >= 0n && candidate < limit) addresses.push(candidate);
  };
  if (v6) {
    for (const [, base = '', length] of text.matchAll(/(2001:[0-9a-f:]+)(?:\/(\d+))?/g)) {
      const low = addressNumber(base);
      near(low);
      if (length !== undefined) near(low | ((1n << BigInt(128 - Number(length))) - 1n));
    }
  } else {
    for (const [, base = '', , mask, length] of text.matchAll(/(\d+(\.\d+){3})(?: (\d+\.\d+\.\d+\.\d+)|\/(\d+))?/g)) {
      const low = addressNumber(base);
      near(low);
      if (mask !== undefined) {
        const bits = addressNumber(mask);
        for (const free of [bits, ~bits & 0xffff_ffffn]) {
          near(low | free);
          near(low & ~free & 0xffff_ffffn);
          // A single free bit, and one that is not free, changed.
          near(low ^ (1n << BigInt(pick(32))));
        }
      }
      if (length !== undefined) near(low | ((1n << BigInt(32 - Number(length))) - 1n));
    }
  }
  if (addresses.length === 0) addresses.push(v6 ? addressNumber('2001:db8::1') : addressNumber('10.0.0.1'));
  const ports = [0, 65535, 79, 80, 81, 53, 123, 443, 3477, 3478, 3481, 3482];
  for (const [number] of text.matchAll(/\b\d{1,5}\b/g)) {
    const port = Number(number);
    for (const candidate of [port - 1, port, port + 1]) if (candidate >= 0 && candidate <= 65535) ports.push(candidate);
  }
  const one = <T>(list: readonly T[], fallback: T): T => list[pick(list.length)] ?? fallback;
  return Array.from({ length: count }, () => {
    const protocol = one([6, 17, 6, 17, v6 ? 58 : 1, 47], 6);
    return {
      protocol,
      source: one(addresses, 0n),
      destination: one(addresses, 0n),
      v6,
      sourcePort: one(ports, 0),
      destinationPort: one(ports, 0),
      flags: ['syn'],
    };
  });
}
