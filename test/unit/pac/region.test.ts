import { describe, expect, it } from 'vitest';
import { addressesOf, languageOf } from '../../../server/src/dialects/pac/meaning/question/address-language.js';
import { allOf, anyOf, type Condition, not } from '../../../server/src/dialects/pac/meaning/question/condition.js';
import { Region } from '../../../server/src/dialects/pac/meaning/question/region.js';
import {
  type AddressVariable,
  HOST,
  PATH,
  type PointVariable,
  type TextVariable,
} from '../../../server/src/dialects/pac/meaning/question/variables.js';
import { Text } from '../../../server/src/dialects/pac/meaning/values/text.js';
import { Unknown } from '../../../server/src/dialects/pac/meaning/values/value.js';
import { Budget } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet, parseAddress } from '../../../server/src/model/ip.js';
import { acceptsText } from '../../../server/src/model/language.js';
import { readPosixRegex } from '../../../server/src/model/posix-regex.js';
import { containing, type Language } from '../../../server/src/model/text-language.js';
import { randomFrom } from '../../random.js';

const budget = () => new Budget(1e9);

function regular(expression: string): Language {
  const reading = readPosixRegex(expression, false);
  if (reading.kind !== 'automaton') throw new Error(expression);
  return { kind: 'automaton', automaton: reading.automaton };
}

function words(...all: string[]): Language {
  return { kind: 'words', words: new Set(all) };
}

function matches(variable: TextVariable, language: Language): Condition {
  return { kind: 'matches', text: new Text({ kind: 'variable', variable }), language };
}

const hostIn = (expression: string) => matches(HOST, regular(expression));
const hostIs = (...names: string[]) => matches(HOST, words(...names));

const CLIENT: AddressVariable = { kind: 'address', id: 'client', title: 'myIpAddress()' };
const SITE: AddressVariable = { kind: 'address', id: 'name site', title: 'the address of site' };
const HOUR: PointVariable = {
  kind: 'point',
  id: 'hour',
  points: Array.from({ length: 24 }, (_, hour) => hour),
  phrase: (points) => `the hour is ${[...points].join()}`,
};
const clientIn = (...prefixes: string[]): Condition => ({
  kind: 'address-in',
  variable: CLIENT,
  set: IpSet.parse(...prefixes),
});
const siteIn = (...prefixes: string[]): Condition => ({
  kind: 'address-in',
  variable: SITE,
  set: IpSet.parse(...prefixes),
});
const hourIn = (...points: number[]): Condition => ({ kind: 'point-in', variable: HOUR, points: new Set(points) });
const unknown = (reason: string) => new Unknown(reason, { type: 'EmptyStatement', start: 0, end: 0 });

const CLIENTS = IpSet.parse('10.0.0.0/8');
const start = Region.of(HostSet.pattern('*.example.com'), CLIENTS);

describe('a region', () => {
  it('is split by hosts', () => {
    const { holds, fails } = start.split(hostIn('^api\\.'), budget());
    expect(holds).toHaveLength(1);
    expect(fails).toHaveLength(1);
    expect(holds[0]?.hosts.has('api.x.example.com')).toBe(true);
    expect(fails[0]?.hosts.has('api.x.example.com')).toBe(false);
    expect(fails[0]?.hosts.has('x.example.com')).toBe(true);
  });

  it('stays itself where a condition always holds or never', () => {
    expect(start.split(hostIn('example\\.com$'), budget())).toEqual({ holds: [start], fails: [] });
    expect(start.split(hostIn('example\\.org$'), budget())).toEqual({ holds: [], fails: [start] });
    expect(start.split({ kind: 'always' }, budget())).toEqual({ holds: [start], fails: [] });
  });

  it('splits by thousands of alternatives once', () => {
    const many = anyOf(Array.from({ length: 5000 }, (_, i) => hostIs(`h${i}.example.com`)));
    const { holds, fails } = start.split(many, budget());
    expect(holds).toHaveLength(1);
    expect(fails).toHaveLength(1);
    expect(holds[0]?.hosts.has('h4999.example.com')).toBe(true);
    expect(fails[0]?.hosts.has('h4999.example.com')).toBe(false);
  });

  it('gives one answer for one unknown value', () => {
    const value: Condition = { kind: 'unknown', unknown: unknown('is unknown') };
    const { holds, fails } = start.split(value, budget());
    expect([holds.length, fails.length]).toEqual([1, 1]);
    expect(holds[0]?.split(value, budget())).toEqual({ holds: [holds[0]], fails: [] });
    expect(fails[0]?.split(value, budget())).toEqual({ holds: [], fails: [fails[0]] });
    expect(fails[0]?.split(not(value), budget())).toEqual({ holds: [fails[0]], fails: [] });
    expect(holds[0]?.split({ kind: 'unknown', unknown: unknown('is another') }, budget()).fails).toHaveLength(1);
  });

  it('assumes as little as possible', () => {
    const value: Condition = { kind: 'unknown', unknown: unknown('is unknown') };
    const { holds, fails } = start.split(allOf([value, hostIs('a.example.com')]), budget());
    expect(holds.map(({ assumed }) => assumed.size)).toEqual([1]);
    expect(fails.map(({ assumed, hosts }) => [assumed.size, hosts.has('a.example.com')])).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  it('joins parts that differ in one dimension only', () => {
    const same = anyOf([
      allOf([hostIs('a.example.com'), hourIn(1, 2)]),
      allOf([hostIs('b.example.com'), hourIn(1, 2)]),
    ]);
    const { holds } = start.split(same, budget());
    expect(holds.map(({ points }) => points.get('hour')?.points.size)).toEqual([2]);
    expect(holds[0]?.hosts.has('a.example.com') && holds[0].hosts.has('b.example.com')).toBe(true);
  });

  it('knows the addresses of the clients', () => {
    const { holds, fails } = start.split(clientIn('10.66.0.0/16'), budget());
    expect(holds[0]?.addressesOf(CLIENT).set.toPrefixes()).toEqual(['10.66.0.0/16']);
    expect(fails[0]?.addressesOf(CLIENT).mayFail).toBe(false);
    expect(start.split(clientIn('192.168.0.0/16'), budget())).toEqual({ holds: [], fails: [start] });
    expect(start.split({ kind: 'resolves', variable: CLIENT }, budget()).fails).toEqual([]);
  });

  it('has no address in a network where DNS does not answer', () => {
    const { fails } = start.split(siteIn('10.0.0.0/8'), budget());
    expect(fails[0]?.addressesOf(SITE).mayFail).toBe(true);
    const answered = start.split({ kind: 'resolves', variable: SITE }, budget());
    expect(answered.fails[0]?.addressesOf(SITE).set.isEmpty).toBe(true);
    expect(answered.holds[0]?.addressesOf(SITE).mayFail).toBe(false);
  });

  it('splits by paths', () => {
    const { holds, fails } = start.split(matches(PATH, regular('^meet/')), budget());
    expect(holds[0]?.paths.has('meet/x')).toBe(true);
    expect(fails[0]?.paths.has('meet/x')).toBe(false);
    expect(fails[0]?.split(matches(PATH, words('meet/a', 'meet/b')), budget()).holds).toEqual([]);
    expect(holds[0]?.split(matches(PATH, regular('^meet')), budget()).fails).toEqual([]);
  });

  it('cannot look at single digits of an address', () => {
    expect(start.where(CLIENT, regular('[02468]$'), true, budget())).toBe('beyond');
    const { holds, fails } = start.split(matches(CLIENT, regular('[02468]$')), budget());
    expect([holds[0]?.assumed.size, fails[0]?.assumed.size]).toEqual([1, 1]);
  });
});

describe('the addresses of a language', () => {
  it.each([
    ['^10\\.66\\.', ['10.66.0.0/16']],
    ['^10\\.(6[4-7])\\.', ['10.64.0.0/14']],
    ['^172\\.(1[6-9]|2[0-9]|3[01])\\.', ['172.16.0.0/12']],
    ['^10\\.1\\.2\\.3$', ['10.1.2.3/32']],
    ['^192\\.168\\.[0-9]+\\.1$', undefined],
  ])('%s', (expression, prefixes) => {
    const set = addressesOf(regular(expression));
    if (set === 'beyond') throw new Error('beyond');
    if (prefixes) expect(set.toPrefixes()).toEqual(prefixes);
    else expect(set.size).toBe(256n);
  });

  it('reads words as dotted quads', () => {
    const set = addressesOf(words('10.0.0.1', '010.0.0.1', 'x', '::1'));
    expect(set !== 'beyond' && set.toPrefixes()).toEqual(['10.0.0.1/32']);
  });

  it('is the language of the addresses', () => {
    for (const prefixes of [['10.0.0.0/8'], ['172.16.0.0/12', '9.9.9.9/32'], ['0.0.0.0/0'], ['10.255.255.192/26']]) {
      const set = IpSet.parse(...prefixes);
      const language = languageOf(set);
      const back = addressesOf(language);
      expect(back !== 'beyond' && back.equals(set), prefixes.join()).toBe(true);
    }
    const range = IpSet.range({ family: 4, value: 0x0a01ff03 }, { family: 4, value: 0x0c000305 });
    const back = addressesOf(languageOf(range));
    expect(back !== 'beyond' && back.equals(range)).toBe(true);
  });
});

describe('a text that is made of variables', () => {
  const host = { kind: 'variable', variable: HOST } as const;
  const path = { kind: 'variable', variable: PATH } as const;
  const url = new Text({ kind: 'joined', parts: ['http://', host, ':8080/', path] });
  const hosts = ['a.example.com', 'cdn7.example.com', 'x.cdn.example.com', 'meet.example.com'];
  const paths = ['', 'meet/1', 'a.example.com', 'index.php?x=cdn', 'cdn/meet'];

  it.each([
    '^http://a\\.',
    'meet',
    'cdn.*meet',
    '^http://[^/]*cdn[^/]*/',
    'example\\.com$',
    ':8080/meet',
    '^https:',
    'm/.*\\.php',
  ])('is split by what each of them is: %s', (expression) => {
    const { holds, fails } = start.split({ kind: 'matches', text: url, language: regular(expression) }, budget());
    for (const name of hosts) {
      for (const one of paths) {
        const has = (parts: readonly Region[]) =>
          parts.filter((part) => part.hosts.has(name) && part.paths.has(one)).length;
        const expected = new RegExp(expression).test(`http://${name}:8080/${one}`);
        expect([has(holds), has(fails)], `${name} ${one}`).toEqual(expected ? [1, 0] : [0, 1]);
      }
    }
  });

  it('is split by words', () => {
    const language = words('http://a.example.com:8080/', 'http://cdn7.example.com:8080/meet/1', 'http://other:8080/');
    const { holds } = start.split({ kind: 'matches', text: url, language }, budget());
    expect(holds.map((part) => [part.hosts.describe(), part.paths.example])).toEqual([
      ['a.example.com', ''],
      ['cdn7.example.com', 'meet/1'],
    ]);
  });

  it('is split by words that occur anywhere', () => {
    const https = new Text({ kind: 'joined', parts: ['https://', host, '/'] });
    for (const what of [
      'cdn',
      '/cdn',
      'com/',
      '://meet.example.com/',
      '//x',
      'http',
      'a.e',
      'm/x',
      's://a.example.c',
    ]) {
      const language = containing([what, 'zzz']);
      const { holds } = start.split({ kind: 'matches', text: https, language }, budget());
      for (const name of hosts) {
        expect(
          holds.some((part) => part.hosts.has(name)),
          `${what} ${name}`,
        ).toBe(`https://${name}/`.includes(what));
      }
    }
  });

  it('is split through operations', () => {
    const first = new Text({ kind: 'applied', operation: { kind: 'until-first', what: '.' }, to: host });
    const { holds } = start.split({ kind: 'matches', text: first, language: words('api', 'www') }, budget());
    expect(holds.map((part) => part.hosts.has('api.example.com') && !part.hosts.has('x.api.example.com'))).toEqual([
      true,
    ]);
  });
});

// Every mixture of conditions against what it means for single points.
describe('splits of random conditions', () => {
  const hosts = ['a.example.com', 'b.example.com', 'api.a.example.com', 'x1.example.com', 'x12.b.example.com'];
  const addresses = ['10.0.0.1', '10.66.3.4', '10.66.200.1', '10.200.0.9'];
  const answers = [undefined, '10.1.1.1', '8.8.8.8'];
  const hours = [0, 7, 8, 12, 23];
  const unknowns = [unknown('one'), unknown('two')];
  const paths = ['', 'meet/1', 'x?y'];

  interface Point {
    readonly host: string;
    readonly client: string;
    readonly site: string | undefined;
    readonly hour: number;
    readonly answers: readonly boolean[];
    readonly path: string;
  }
  const points: Point[] = hosts.flatMap((host) =>
    addresses.flatMap((client) =>
      answers.flatMap((site) =>
        hours.flatMap((hour) =>
          paths.flatMap((path) =>
            [0, 1, 2, 3].map((bits) => ({
              host,
              client,
              site,
              hour,
              path,
              answers: [(bits & 1) === 1, (bits & 2) === 2],
            })),
          ),
        ),
      ),
    ),
  );

  const atoms: { condition: Condition; test: (point: Point) => boolean }[] = [
    { condition: hostIs('a.example.com', 'x1.example.com'), test: ({ host }) => /^(a|x1)\.example\.com$/.test(host) },
    { condition: hostIn('x[0-9]+\\.'), test: ({ host }) => /x[0-9]+\./.test(host) },
    { condition: hostIn('b\\.example\\.com$'), test: ({ host }) => /b\.example\.com$/.test(host) },
    { condition: clientIn('10.66.0.0/16'), test: ({ client }) => client.startsWith('10.66.') },
    { condition: matches(CLIENT, regular('^10\\.2')), test: ({ client }) => client.startsWith('10.2') },
    { condition: siteIn('10.0.0.0/8'), test: ({ site }) => site?.startsWith('10.') ?? false },
    { condition: { kind: 'resolves', variable: SITE }, test: ({ site }) => site !== undefined },
    { condition: hourIn(7, 8, 9), test: ({ hour }) => hour >= 7 && hour <= 9 },
    { condition: hourIn(0, 23), test: ({ hour }) => hour === 0 || hour === 23 },
    { condition: matches(PATH, regular('^meet')), test: ({ path }) => path.startsWith('meet') },
    { condition: matches(PATH, words('', 'meet/1')), test: ({ path }) => path === '' || path === 'meet/1' },
    ...unknowns.map((one, index) => ({
      condition: { kind: 'unknown', unknown: one } as const,
      test: (point: Point) => point.answers[index] ?? false,
    })),
  ];

  const random = randomFrom(7);
  function make(depth: number): { condition: Condition; test: (point: Point) => boolean } {
    const atom = atoms[random(atoms.length)];
    if (!atom) throw new Error('no atom');
    if (depth === 0) return atom;
    const parts = Array.from({ length: 2 + random(2) }, () => make(depth - 1 - random(depth)));
    const conditions = parts.map(({ condition }) => condition);
    switch (random(3)) {
      case 0:
        return { condition: allOf(conditions), test: (point) => parts.every(({ test }) => test(point)) };
      case 1:
        return { condition: anyOf(conditions), test: (point) => parts.some(({ test }) => test(point)) };
      default: {
        const [part] = parts;
        if (!part) return atom;
        return { condition: not(part.condition), test: (point) => !part.test(point) };
      }
    }
  }

  function holdsPoint(region: Region, point: Point): boolean {
    const client = parseAddress(point.client);
    const site = point.site === undefined ? undefined : parseAddress(point.site);
    const domain = region.addressesOf(SITE);
    return (
      region.hosts.has(point.host) &&
      client !== undefined &&
      region.addressesOf(CLIENT).set.has(client) &&
      (site ? domain.set.has(site) : domain.mayFail) &&
      region.pointsOf(HOUR).has(point.hour) &&
      region.paths.has(point.path) &&
      unknowns.every((one, index) => (region.assumed.get(one) ?? point.answers[index]) === point.answers[index])
    );
  }

  it('hold exactly the points for which the condition holds', () => {
    for (let round = 0; round < 60; round++) {
      const first = make(3);
      const second = make(2);
      const { holds, fails } = start.split(first.condition, budget());
      // Splitting the parts again keeps the partition.
      const parts = [
        ...holds.map((region) => ({ region, first: true })),
        ...fails.map((region) => ({ region, first: false })),
      ].flatMap(({ region, first: held }) => {
        const again = region.split(second.condition, budget());
        return [
          ...again.holds.map((one) => ({ region: one, first: held, second: true })),
          ...again.fails.map((one) => ({ region: one, first: held, second: false })),
        ];
      });
      for (const point of points) {
        if (random(10) > 0) continue;
        const own = parts.filter(({ region }) => holdsPoint(region, point));
        expect(own.map((part) => [part.first, part.second])).toEqual([[first.test(point), second.test(point)]]);
      }
    }
  });

  it('accepts the same as the automaton', () => {
    const language = languageOf(IpSet.parse('10.64.0.0/14'));
    if (language.kind !== 'automaton') throw new Error('words');
    expect(acceptsText(language.automaton, '10.67.255.255')).toBe(true);
    expect(acceptsText(language.automaton, '10.68.0.0')).toBe(false);
    expect(acceptsText(language.automaton, '10.64.00.1')).toBe(false);
  });
});
