// Random rule sets that set, save, restore and test marks of packets and connections, beside the kernel.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { FilterModel } from '../../../server/src/model/filter.js';
import { randomFrom } from '../../random.js';
import { askKernel, type Boundaries, compare, kernelUnavailable, newConnections, probesFor } from './harness.js';

const INTERFACES = ['lan0', 'wan0'];
const RULESETS = 55;
const PROBES = 250;

const BOUNDARIES: Boundaries = {
  addresses4: ['10.1.2.3', '10.2.0.1', '192.0.2.77', '198.51.100.9'],
  addresses6: ['fd00:1::3', '2001:db8:77::7'],
  ports: [22, 53, 443, 3478],
  protocols: [6, 17],
  types: [8],
};

type Pick = <T>(list: readonly T[]) => T;

function pickFrom(random: (below: number) => number): Pick {
  return (list) => list[random(list.length)] as (typeof list)[number];
}

/** Numbers that meet often enough to decide something. */
const NUMBERS = ['0', '0x1', '2', '0x3', '0x10', '0xf0', '0x100', '0xffffffff'];

function iptablesMarks(seed: number): string {
  const random = randomFrom(seed);
  const pick = pickFrom(random);
  const number = () => pick(NUMBERS);
  const maybeMask = () => (random(2) === 0 ? `/${pick(['0xf', '0xff', '0x3', '0xffffffff', '0x110'])}` : '');
  const packets = () =>
    pick([
      '',
      '-p tcp --dport 443 ',
      '-p udp --dport 53 ',
      '-s 10.1.0.0/16 ',
      '-d 192.0.2.0/24 ',
      '-p tcp ',
      '-s 10.2.0.0/16 ',
    ]);
  const test = () => `-m ${pick(['mark', 'mark', 'connmark'])} ${pick(['', '! '])}--mark ${number()}${maybeMask()} `;
  const masks = () => pick(['', ' --mask 0xf', ' --nfmask 0xff --ctmask 0xf0', ' --nfmask 0xf']);
  const target = () =>
    pick([
      () => `MARK --set-mark ${number()}${maybeMask()}`,
      () => `MARK --set-xmark ${number()}${maybeMask()}`,
      () => `MARK --${pick(['and', 'or', 'xor'])}-mark ${number()}`,
      () => `CONNMARK --set-mark ${number()}${maybeMask()}`,
      () => `CONNMARK --${pick(['and', 'or', 'xor'])}-mark ${number()}`,
      () => `CONNMARK --save-mark${masks()}`,
      () => `CONNMARK --restore-mark${masks()}`,
    ])();
  const conditions = () => `${packets()}${random(3) === 0 ? test() : ''}`;
  const marking = (chain: string, count: number) =>
    Array.from({ length: count }, () => `-A ${chain} ${conditions()}-j ${random(8) === 0 ? 'RETURN' : target()}`);
  const deciding = (chain: string) =>
    Array.from(
      { length: 5 },
      () => `-A ${chain} ${packets()}${test()}-j ${pick(['ACCEPT', 'DROP', 'RETURN', target()])}`,
    );
  return [
    '*mangle',
    ':PREROUTING ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':OWN - [0:0]',
    ...marking('PREROUTING', 4),
    `-A PREROUTING ${conditions()}-${pick(['j', 'g'])} OWN`,
    ...marking('PREROUTING', 2),
    ...marking('OWN', 3),
    ...marking('FORWARD', 2),
    ...marking('OUTPUT', 2),
    'COMMIT',
    '*filter',
    `:INPUT ${pick(['ACCEPT', 'DROP'])} [0:0]`,
    `:FORWARD ${pick(['ACCEPT', 'DROP'])} [0:0]`,
    `:OUTPUT ${pick(['ACCEPT', 'DROP'])} [0:0]`,
    ...['INPUT', 'FORWARD', 'OUTPUT'].flatMap(deciding),
    'COMMIT',
    '',
  ].join('\n');
}

function nftMarks(seed: number): string {
  const random = randomFrom(seed);
  const pick = pickFrom(random);
  const number = () => pick(NUMBERS);
  const mark = () => pick(['meta mark', 'ct mark']);
  const packets = () =>
    pick([
      '',
      'tcp dport 443 ',
      'udp dport 53 ',
      'ip saddr 10.1.0.0/16 ',
      'ip daddr 192.0.2.0/24 ',
      'meta l4proto tcp ',
    ]);
  const tests = [
    () => `${mark()} ${pick(['', '!= '])}${number()} `,
    () => `${mark()} & ${pick(['0xf', '0xff', '0x110'])} ${pick(['==', '!='])} ${number()} `,
    () => `${mark()} ${pick(['<', '>', '<=', '>='])} ${pick(['1', '0x10', '0xf0'])} `,
    () => `${mark()} ${pick(['', '!= '])}{ ${number()}, 0x40-0x60, 5 } `,
  ];
  const test = () => pick(tests)();
  const setting = () =>
    pick([
      () => `${mark()} set ${number()} `,
      () => `${mark()} set ${mark()} `,
      () => `${mark()} set ${mark()} and ${number()} `,
      () => `${mark()} set ${mark()} or ${number()} `,
      () => `${mark()} set ${mark()} xor ${number()} `,
      () => `${mark()} set ${mark()} and 0xf0 xor ${number()} `,
      () => `${mark()} set th dport map { 22 : 1, 443 : ${number()} } `,
      () => `${mark()} set ip saddr map { 10.1.0.0/16 : 2, 10.2.0.0/16 : ${number()} } `,
    ])();
  const maybe = (make: () => string, often: number) => (random(often) === 0 ? make() : '');
  const verdict = () => pick(['', '', 'accept', 'return', 'continue']);
  const marking = (count: number, verdictOf: () => string) =>
    Array.from(
      { length: count },
      () => `    ${packets()}${maybe(test, 3)}${setting()}${maybe(test, 4)}${maybe(setting, 4)}${verdictOf()}`,
    );
  const deciding = (hook: string) => [
    `  chain ${hook} {`,
    `    type filter hook ${hook} priority filter; policy ${pick(['accept', 'drop'])}`,
    ...Array.from({ length: 3 }, () => `    ${packets()}${test()}${pick(['accept', 'drop', 'return', setting()])}`),
    `    ${mark()} vmap { 0-1 : ${pick(['accept', 'drop', 'continue'])}, ${pick(['2', '0x10', '0xf0'])} : drop }`,
    `    ${packets()}${test()}${setting()}${test()}${pick(['accept', 'drop'])}`,
    '  }',
  ];
  return [
    'table inet marks {',
    '  chain own {',
    ...marking(2, verdict),
    '  }',
    '  chain before {',
    '    type filter hook prerouting priority mangle',
    ...marking(3, verdict),
    `    ${packets()}${pick(['jump', 'goto'])} own`,
    ...marking(2, () => pick(['', 'accept'])),
    '  }',
    ...['input', 'forward', 'output'].flatMap(deciding),
    '}',
    '',
  ].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'lintel-marks-'));
afterAll(() => rmSync(folder, { recursive: true }));

function modelOf(dialect: Dialect, path: string, text: string): FilterModel {
  const source = { uri: `file://${path}`, text };
  const { model, problems } = dialect.lower(source, dialect.parse(source), {
    roots: [],
    list: () => [],
    read: () => 'missing',
  });
  expect(problems.filter(({ code }) => code === 'syntax-error')).toEqual([]);
  if (model.kind !== 'filter') throw new Error('it is a filter');
  return model;
}

interface Kind {
  readonly name: string;
  readonly dialect: Dialect;
  readonly text: (seed: number) => string;
  readonly loader: (path: string) => readonly string[];
  readonly families: readonly number[];
}

const KINDS: readonly Kind[] = [
  {
    name: 'marks.v4',
    dialect: iptables,
    text: iptablesMarks,
    loader: (path) => ['iptables-legacy-restore', path],
    families: [4],
  },
  {
    name: 'marks.nft',
    dialect: nftables,
    text: nftMarks,
    loader: (path) => ['nft', '-f', path],
    families: [4, 6],
  },
];

describe.skipIf(kernelUnavailable() !== undefined)('random marks', () => {
  it.each(KINDS)('are followed as in the kernel: $name', ({ name, dialect, text, loader, families }) => {
    const wrong: string[] = [];
    let [compared, permitted, undecided] = [0, 0, 0];
    for (let seed = 1; seed <= RULESETS; seed++) {
      const path = join(folder, name);
      const own = text(seed);
      writeFileSync(path, own);
      const probes = newConnections(probesFor(BOUNDARIES, INTERFACES.length, PROBES, seed)).filter(({ family }) =>
        families.includes(family),
      );
      const answer = askKernel(INTERFACES, [[...loader(path)]], probes, folder);
      if ('error' in answer) throw new Error(`${answer.error}\n${own}`);
      const result = compare(modelOf(dialect, path, own), probes, answer.passed, INTERFACES);
      compared += result.compared;
      permitted += result.permitted;
      undecided += result.undecided;
      if (result.wrong.length > 0) wrong.push(`seed ${seed}: ${result.wrong[0]}\n${own}`);
    }
    console.log(
      `${name}: ${compared} packets over ${RULESETS} rule sets, ${permitted} permitted, ${undecided} undecided`,
    );
    expect(wrong).toEqual([]);
    expect(undecided).toBe(0);
    expect(permitted).toBeGreaterThan(compared / 20);
    expect(compared - permitted).toBeGreaterThan(compared / 20);
  });
});
