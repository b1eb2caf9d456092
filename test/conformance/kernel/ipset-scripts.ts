// Random scripts with ipsets: elements that nest and overlap, exceptions, ranges, commands that ipset refuses.
import type { Probe } from './harness.js';

type Random = (below: number) => number;

/** The types of sets, with what `create` needs for each. */
export const SET_TYPES: readonly (readonly [type: string, options: string])[] = [
  ['bitmap:ip', 'range 10.0.0.0-10.0.3.255'],
  ['bitmap:ip', 'range 10.0.0.0/14 netmask 22'],
  ['bitmap:ip,mac', 'range 10.0.0.0/22'],
  ['bitmap:port', 'range 18-40'],
  ['hash:ip', ''],
  ['hash:ip', 'netmask 23'],
  ['hash:ip', 'bitmask 255.254.255.5'],
  ['hash:ip,mac', ''],
  ['hash:ip,mark', ''],
  ['hash:ip,port', ''],
  ['hash:ip,port', 'netmask 30'],
  ['hash:ip,port,ip', ''],
  ['hash:ip,port,net', ''],
  ['hash:mac', ''],
  ['hash:net', ''],
  ['hash:net', 'maxelem 4'],
  ['hash:net', 'timeout 3000'],
  ['hash:net,iface', ''],
  ['hash:net,net', ''],
  ['hash:net,port', ''],
  ['hash:net,port,net', ''],
  ['list:set', ''],
];

export const INTERFACES: readonly string[] = ['lan0', 'lan1', 'wan0', 'dmz0'];

export interface NamedSet {
  readonly name: string;
  readonly type: string;
  readonly family: 4 | 6;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;

function address(random: Random, family: 4 | 6): string {
  if (family === 4) return `10.${random(2)}.${random(3)}.${random(8)}`;
  return `2001:db8:${random(2)}::${random(3)}:${random(6)}`;
}

/** An address as it is, or with its first octet in octal. */
function written(random: Random, own: string): string {
  return random(12) === 0 ? own.replace(/^10\./, '012.') : own;
}

function single(random: Random, family: 4 | 6, single4: boolean): string {
  const own = written(random, address(random, family));
  if (family === 6 || single4) return own;
  switch (random(8)) {
    case 0:
      return `${own}/${pick(random, [29, 30, 31])}`;
    case 1:
      return `${own}-${address(random, 4).replace(/^\d+\.\d+\.\d+/, own.slice(0, own.lastIndexOf('.')))}`;
    case 2:
      return pick(random, ['10.1', '012.1', '167772163']);
    default:
      return own;
  }
}

function network(random: Random, family: 4 | 6): string {
  const own = written(random, address(random, family));
  if (random(5) === 0) return own;
  if (family === 6) return `${own}/${pick(random, [32, 47, 48, 64, 111, 112, 126, 127])}`;
  if (random(12) === 0) return `${own}-${own.slice(0, own.lastIndexOf('.'))}.${random(12)}`;
  return `${own}/${pick(random, [0, 7, 8, 14, 15, 16, 22, 23, 24, 29, 30, 31, 32])}`;
}

function service(random: Random, family: 4 | 6, onlyPort: boolean): string {
  const port = 20 + random(6);
  const range = random(4) === 0 ? `-${20 + random(6)}` : '';
  switch (onlyPort ? random(3) : random(10)) {
    case 0:
      return `udp:${port}${range}`;
    case 1:
      return 'ssh';
    case 2:
      return `${port}${range}`;
    case 3:
      return `sctp:${port}${range}`;
    case 4:
      return family === 4 ? pick(random, ['icmp:8/0', 'icmp:ping', 'icmp:3/1']) : 'icmpv6:128/0';
    case 5:
      return 'gre:0';
    case 6:
      return '50:0';
    case 7:
      return `udplite:${port}`;
    default:
      return `tcp:${port}${range}`;
  }
}

const MACS = ['02:00:00:00:00:01', '02:00:00:00:00:02', '00:00:00:00:00:00'];

export function elementOf(random: Random, { type, family }: NamedSet, names: readonly string[]): string {
  if (type === 'list:set') return pick(random, names);
  const parts = type.slice(type.indexOf(':') + 1).split(',');
  return parts
    .map((part, i) => {
      switch (part) {
        case 'ip':
          return single(random, family, i > 0 || type === 'bitmap:ip,mac');
        case 'net':
          return network(random, family);
        case 'port':
          return service(random, family, parts.length === 1);
        case 'iface':
          return pick(random, ['lan0', 'lan1', 'wan0', 'lan', 'nowhere0', 'lan+']);
        case 'mark':
          return pick(random, ['0', '0x5', '7']);
        default:
          return pick(random, MACS);
      }
    })
    .join(',');
}

/** Options that say what an element means. */
export function elementOptions(random: Random, { type }: NamedSet): string {
  const options: string[] = [];
  if (type.includes('net') && random(3) === 0) options.push(' nomatch');
  if (type === 'hash:net,iface' && random(3) === 0) options.push(' wildcard');
  return options.join('');
}

function optionsOf(random: Random, set: NamedSet): string {
  const options = [elementOptions(random, set).trim()].filter((option) => option !== '');
  if (random(25) === 0) options.push(pick(random, ['timeout 300', 'timeout 0', 'comment "some words"', 'unheard']));
  return options.length === 0 ? '' : ` ${options.join(' ')}`;
}

export function directions(random: Random, dimensions: number): string {
  const count = Math.max(1, dimensions + (random(12) === 0 ? -1 : random(10) === 0 ? 1 : 0));
  return Array.from({ length: count }, () => pick(random, ['src', 'dst'])).join();
}

const isOpen = ([type, options]: readonly [string, string]) => /ma[cr]/.test(type) || options.includes('timeout');

/** A script that fills sets and tests them in rules; `supported` are the types that the kernel has. */
export function randomScript(random: Random, supported: readonly (readonly [string, string])[]): string {
  const lines = ['#!/bin/sh'];
  const sets: NamedSet[] = [];
  const count = 3 + random(3);
  for (let i = 0; i < count; i++) {
    const chosen = pick(random, supported);
    // Sets whose content packets or time decide are rare: they leave verdicts undecided.
    const [type, options] =
      isOpen(chosen) && random(40) > 0
        ? pick(
            random,
            supported.filter((one) => !isOpen(one)),
          )
        : chosen;
    const hasFamily = type.startsWith('hash:') && type !== 'hash:mac' && !/mask/.test(options);
    const family = hasFamily && random(4) === 0 ? 6 : 4;
    const name = `s${i}`;
    sets.push({ name, type, family });
    lines.push(
      `ipset ${pick(random, ['create', '-N', 'n', 'cre'])} ${name} ${type} ${options}${family === 6 ? ' family inet6' : ''}`.trimEnd(),
    );
  }
  const names = sets.map(({ name }) => name);
  for (const set of sets) {
    const size = 4 + random(set.type === 'hash:ip' ? 20 : 40);
    for (let i = 0; i < size; i++)
      lines.push(
        `ipset ${pick(random, ['add', 'add', 'add', 'a', '-A', '-! add', 'add -exist'])} ${set.name} ${elementOf(random, set, names)}${optionsOf(random, set)}`,
      );
    for (let i = 0; i < random(6); i++)
      lines.push(`ipset ${pick(random, ['del', '-D', 'd'])} ${set.name} ${elementOf(random, set, names)}`);
    if (random(12) === 0) lines.push(`ipset ${pick(random, ['flush', '-F'])} ${set.name}`);
  }
  if (random(3) === 0)
    lines.push(`ipset ${pick(random, ['swap', '-W', 'sw', 'w'])} ${pick(random, names)} ${pick(random, names)}`);
  if (random(5) === 0) lines.push(`ipset ${pick(random, ['rename', 'ren', 'e'])} s0 s9`, 'ipset rename s9 s0');
  const gone = random(6) === 0 ? pick(random, names) : undefined;
  if (gone !== undefined) lines.push(`ipset destroy ${gone}`);
  // iptables rejects rules with a set that is not there.
  const left = sets.filter(({ name }) => name !== gone);
  for (const program of ['iptables', 'ip6tables']) {
    for (const chain of ['FORWARD', 'INPUT', 'OUTPUT']) {
      lines.push(`${program} -P ${chain} ${pick(random, ['ACCEPT', 'DROP'])}`);
      const rules = 2 + random(3);
      for (let i = 0; i < rules; i++) {
        const rule = ruleOf(random, left, program);
        if (rule !== undefined) lines.push(`${program} -A ${chain} ${rule}`);
      }
    }
  }
  // What is refused here and there is no failure of the script.
  return `${lines.join('\n')}\ntrue\n`;
}

function ruleOf(random: Random, sets: readonly NamedSet[], program: string): string | undefined {
  const family = program === 'iptables' ? 4 : 6;
  const usable = sets.filter((set) => set.family === family || set.type === 'bitmap:port' || set.type === 'list:set');
  if (usable.length === 0) return undefined;
  const set = pick(random, usable);
  const dimensions = set.type === 'list:set' ? 2 : set.type.split(',').length;
  const negation = random(5) === 0 ? '! ' : '';
  const extra = random(6) === 0 ? ' --return-nomatch' : random(12) === 0 ? ' ! --update-counters' : '';
  const protocol = random(6) === 0 ? '-p tcp ' : '';
  return `${protocol}-m set ${negation}--match-set ${set.name} ${directions(random, dimensions)}${extra} -j ${pick(random, ['ACCEPT', 'DROP'])}`;
}

/** Probes from the same few values as the elements. */
export function setProbes(random: Random, count: number): Probe[] {
  return Array.from({ length: count }, (): Probe => {
    const hook = pick(random, ['forward', 'forward', 'input', 'output'] as const);
    const family = random(4) === 0 ? 6 : 4;
    const protocol = pick(random, [6, 6, 17, 17, family === 4 ? 1 : 58, 132, 47, 136]);
    const isIcmp = protocol === 1 || protocol === 58;
    return {
      hook,
      in: hook === 'output' ? -1 : random(INTERFACES.length),
      out: hook === 'input' ? -1 : random(INTERFACES.length),
      family,
      protocol,
      source: address(random, family),
      destination: address(random, family),
      first: isIcmp ? pick(random, family === 4 ? [8, 3] : [128, 1]) : 19 + random(8),
      second: isIcmp ? random(2) : 19 + random(8),
    };
  });
}
