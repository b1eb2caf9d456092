import { describe, expect, it } from 'vitest';
import {
  environmentFunction,
  environmentOperation as operationAt,
} from '../../../server/src/dialects/pac/meaning/environment/arithmetic.js';
import { Environment } from '../../../server/src/dialects/pac/meaning/environment/environment.js';
import { HELPERS } from '../../../server/src/dialects/pac/meaning/environment/helpers.js';
import { addressesUnder } from '../../../server/src/dialects/pac/meaning/environment/masks.js';
import { addressPhrase } from '../../../server/src/dialects/pac/meaning/environment/phrases.js';
import { RandomNumber } from '../../../server/src/dialects/pac/meaning/environment/random.js';
import type { Condition } from '../../../server/src/dialects/pac/meaning/question/condition.js';
import { Region } from '../../../server/src/dialects/pac/meaning/question/region.js';
import { HOST } from '../../../server/src/dialects/pac/meaning/question/variables.js';
import { binaryOperation } from '../../../server/src/dialects/pac/meaning/values/operations.js';
import { Text } from '../../../server/src/dialects/pac/meaning/values/text.js';
import {
  Choice,
  type OperationResult,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from '../../../server/src/dialects/pac/meaning/values/value.js';
import { Budget } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet, parseAddress } from '../../../server/src/model/ip.js';

const node = { type: 'EmptyStatement', start: 0, end: 0 } as const;
const environmentOperation = (operator: string, left: Value, right: Value) => operationAt(operator, left, right, node);
const host = new Text({ kind: 'variable', variable: HOST });

function world(clients = '10.0.0.0/8', hosts = HostSet.pattern('*.example.com')) {
  const environment = new Environment(IpSet.parse(...clients.split(' ')), undefined);
  const region = Region.of(hosts, environment.clients);
  const context = { node, budget: new Budget(1e9), region, environment };
  const call = (name: string, ...args: Value[]): OperationResult => {
    const helper = HELPERS.get(name);
    if (!helper) throw new Error(`no ${name}`);
    return helper(args, context);
  };
  return { environment, region, context, call };
}

function conditionOf(result: OperationResult): Condition {
  if (result === true || result === false) return { kind: result ? 'always' : 'never' };
  if (result instanceof TracedBoolean) return result.condition;
  throw new Error(`no condition: ${String(result)}`);
}

/** Whether a condition on the clock holds for values of its fields. */
function holdsAt(condition: Condition, fields: ReadonlyMap<string, number>): boolean {
  switch (condition.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'point-in':
      return condition.points.has(fields.get(condition.variable.id) ?? Number.NaN);
    case 'not':
      return !holdsAt(condition.of, fields);
    case 'and':
      return condition.of.every((one) => holdsAt(one, fields));
    case 'or':
      return condition.of.some((one) => holdsAt(one, fields));
    default:
      throw new Error(condition.kind);
  }
}

function fieldsAt(time: Date): ReadonlyMap<string, number> {
  const fields = {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth(),
    date: time.getUTCDate(),
    day: time.getUTCDay(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
    second: time.getUTCSeconds(),
  };
  return new Map(Object.entries(fields));
}

const date = (year: number, month: number, day: number, hour = 12, minute = 0, second = 0) =>
  new Date(Date.UTC(year, month - 1, day, hour, minute, second));

/** Whether a helper holds at a time, in a client whose zone is GMT. */
function at(name: string, args: Value[], time: Date): boolean {
  const { call } = world();
  return holdsAt(conditionOf(call(name, ...args)), fieldsAt(time));
}

describe('addresses of the client', () => {
  it('are split by networks', () => {
    const { call, region, environment, context } = world();
    const condition = conditionOf(call('isInNet', call('myIpAddress') as Value, '10.66.0.0', '255.255.0.0'));
    const { holds, fails } = region.split(condition, context.budget);
    const client = environment.client(node);
    expect(holds[0]?.addressesOf(client).set.toPrefixes()).toEqual(['10.66.0.0/16']);
    expect(fails[0]?.addressesOf(client).set.has({ family: 4, value: 0x0a420001 })).toBe(false);
    const before = region.addressesOf(client);
    expect(holds.map((part) => addressPhrase(client, part.addressesOf(client), before))).toEqual([
      'myIpAddress() is in 10.66.0.0/16',
    ]);
    expect(fails.map((part) => addressPhrase(client, part.addressesOf(client), before))).toEqual([
      'myIpAddress() is not in 10.66.0.0/16',
    ]);
  });

  it('are a constant where there is one only, and unknown where they are IPv6', () => {
    expect(world('10.1.2.3/32').call('myIpAddress')).toBe('10.1.2.3');
    expect(world('2001:db8::7').call('myIpAddress')).toBe('2001:db8::7');
    expect(world('2001:db8::/32').call('myIpAddress')).toBeInstanceOf(Unknown);
    expect(world('10.0.0.0/8 fc00::/7').call('myIpAddressEx')).toBeInstanceOf(Unknown);
    expect(world('10.0.0.0/8').call('myIpAddressEx')).toBeInstanceOf(Text);
  });
});

describe('masks', () => {
  const networks = ['10.66.0.0', '10.66.3.4', '192.168.1.255', '0.0.0.0', '255.255.255.255'];
  const masks = [
    '255.255.0.0',
    '255.255.255.255',
    '0.0.0.0',
    '255.0.255.0',
    '0.0.0.255',
    '255.255.254.0',
    '255.240.0.0',
  ];

  it.each(masks)('%s', (mask) => {
    const bits = parseAddress(mask)?.value as number;
    for (const network of networks) {
      const value = parseAddress(network)?.value as number;
      const set = addressesUnder(value, bits);
      if (mask === '0.0.0.255') {
        expect(set).toBeUndefined();
        continue;
      }
      for (let i = 0; i < 500; i++) {
        const other = i < 250 ? Math.floor((i / 250) * 2 ** 32) : (value ^ Math.floor(2 ** ((i - 250) / 8))) >>> 0;
        expect(set?.v4.has(other)).toBe((other & bits) >>> 0 === (value & bits) >>> 0);
      }
    }
  });
});

describe('DNS', () => {
  it('has an address for a host, or none', () => {
    const { call, region, context, environment } = world();
    const answer = call('dnsResolve', host);
    if (!(answer instanceof Choice)) throw new Error('no choice');
    const alternatives = [...answer.alternatives];
    expect(alternatives.map(({ value }) => value === null)).toEqual([false, false, true]);
    const variable = environment.addressOf(undefined, node);
    const { holds, fails } = region.split(conditionOf(call('isResolvable', host)), context.budget);
    const before = region.addressesOf(variable);
    expect([...holds, ...fails].map((part) => addressPhrase(variable, part.addressesOf(variable), before))).toEqual([
      'DNS has an address for the host',
      'DNS has no address for the host',
    ]);
    const inNet = region.split(conditionOf(call('isInNet', host, '10.0.0.0', '255.0.0.0')), context.budget);
    expect(
      [...inNet.holds, ...inNet.fails].map((part) => addressPhrase(variable, part.addressesOf(variable), before)),
    ).toEqual(['the host resolves into 10.0.0.0/8', 'the host does not resolve into 10.0.0.0/8']);
  });

  it('is not asked for addresses', () => {
    const { call } = world();
    expect(call('dnsResolve', '10.1.2.3')).toBe('10.1.2.3');
    expect(call('dnsResolve', '::1')).toBe(null);
    expect(call('dnsResolve', undefined)).toBe(null);
    expect(call('isInNet', '10.1.2.3', '10.0.0.0', '255.0.0.0')).toBe(true);
    expect(call('isInNet', '11.1.2.3', '10.0.0.0', '255.0.0.0')).toBe(false);
    expect(call('isInNet', 'site', '10.0.0.0/8', '255.0.0.0')).toBe(false);
    expect(call('isInNet', null, '10.0.0.0', '255.0.0.0')).toBe(false);
    expect(call('isInNetEx', '10.1.2.3', '10.0.0.0/8')).toBe(true);
    expect(call('isInNetEx', '10.1.2.3', '::ffff:10.0.0.0/104')).toBe(true);
    expect(call('isInNetEx', '2001:db8::1', '2001:db8::/32')).toBe(true);
    expect(call('isInNetEx', 'site', '10.0.0.0/8')).toBe(false);
    expect(call('isInNetEx', host, '10.0.0.0/8')).toBe(false);
    expect(call('sortIpAddressList', '10.2.0.1; 10.1.9.1;::2;::1')).toBe('::1;::2;10.1.9.1;10.2.0.1');
    expect(call('sortIpAddressList', 'site')).toBe(false);
  });

  it('may be an address of the host itself', () => {
    const { call, region, context } = world('10.0.0.0/8', HostSet.all);
    const { holds, fails } = region.split(conditionOf(call('isInNet', host, '10.0.0.0', '255.0.0.0')), context.budget);
    const has = (parts: readonly Region[], name: string) => parts.some(({ hosts }) => hosts.has(name));
    expect([has(holds, '10.1.2.3'), has(fails, '10.1.2.3')]).toEqual([true, false]);
    expect([has(holds, '11.1.2.3'), has(fails, '11.1.2.3')]).toEqual([false, true]);
    expect([has(holds, 'site.example'), has(fails, 'site.example')]).toEqual([true, true]);
  });

  it('answers the same for the same name', () => {
    const { environment } = world();
    expect(environment.addressOf('Site.example', node)).toBe(environment.addressOf('site.example', node));
    const own = new Environment(IpSet.empty, 'site.example');
    expect(own.addressOf('site.example', node).id).toBe('host');
  });
});

describe('the clock', () => {
  it('gives its fields', () => {
    const { call } = world();
    const hour = call('Date.getHours');
    if (!(hour instanceof TracedNumber)) throw new Error('no number');
    expect(hour.valueOf([7])).toBe(7);
    expect(call('Date.getTime')).toBeInstanceOf(Unknown);
    expect(call('Date.getDay')).toBeInstanceOf(TracedNumber);
  });

  it.each([
    'getFullYear',
    'getYear',
    'getMonth',
    'getDate',
    'getDay',
    'getHours',
    'getMinutes',
    'getSeconds',
    'getUTCFullYear',
    'getUTCMonth',
    'getUTCDate',
    'getUTCDay',
    'getUTCHours',
    'getUTCMinutes',
    'getUTCSeconds',
  ] as const)('%s gives at each time what the engine gives', (method) => {
    const value = world().call(`Date.${method}`);
    const source = value instanceof TracedNumber ? value.sources[0] : undefined;
    if (!(value instanceof TracedNumber) || source?.kind !== 'point') throw new Error('no field of the clock');
    // All fields differ, at the ends of their ranges as well; local fields are those of a client in GMT.
    for (const time of [
      date(2027, 12, 31, 23, 59, 58),
      date(2028, 2, 29, 0, 1, 2),
      date(2030, 11, 5, 17, 30, 45),
      date(2025, 1, 1, 0, 0, 0),
      date(2099, 8, 8, 9, 10, 11),
    ]) {
      const point = fieldsAt(time).get(source.variable.id.replace('GMT ', '')) ?? Number.NaN;
      expect(source.variable.points).toContain(point);
      const local = new Date(time.getTime() + time.getTimezoneOffset() * 60_000);
      const engine = method === 'getYear' ? local.getFullYear() - 1900 : (/UTC/.test(method) ? time : local)[method]();
      expect(value.valueOf([point])).toBe(engine);
      expect(source.variable.id.startsWith('GMT ')).toBe(/UTC/.test(method));
    }
  });

  it('says what is assumed of it', () => {
    const { call } = world();
    const phrase = (method: string, ...points: number[]) => {
      const value = call(method);
      const source = value instanceof TracedNumber ? value.sources[0] : undefined;
      return source?.kind === 'point' ? source.variable.phrase(new Set(points)) : undefined;
    };
    expect(phrase('Date.getHours', 8, 9, 10)).toBe('the hour is 8 to 10');
    expect(phrase('Date.getDay', 5)).toBe('it is Friday');
    expect(phrase('Date.getDay', 0, 1, 2, 3, 4, 6)).toBe('it is not Friday');
    expect(phrase('Date.getUTCDay', 1, 2, 3, 4, 5)).toBe('in GMT it is Monday to Friday');
    expect(phrase('Date.getUTCHours', 0, 23)).toBe('the hour in GMT is 23 to 0');
    expect(phrase('Date.getMonth', 11)).toBe('the month is December');
  });

  it.each([
    [['MON'], [1]],
    [
      ['MON', 'WED'],
      [1, 2, 3],
    ],
    [
      ['FRI', 'MON'],
      [0, 1, 5, 6],
    ],
    [['SAT', 'SAT'], [6]],
    [['mon'], []],
    [['MON', 'XXX'], []],
    [['MON', 'TUE', 'WED'], [1]],
  ])('weekdayRange(%s)', (args, days) => {
    const held = [0, 1, 2, 3, 4, 5, 6].filter((day) => at('weekdayRange', args, date(2026, 2, 1 + day)));
    expect(held).toEqual(days);
  });

  it('knows the weekday in GMT', () => {
    const condition = conditionOf(world().call('weekdayRange', 'MON', 'GMT'));
    expect(holdsAt(condition, new Map([['GMT day', 1]]))).toBe(true);
    expect(condition).toMatchObject({ kind: 'point-in', variable: { id: 'GMT day' } });
  });

  it.each<[Value[], [Date, boolean][]]>([
    [
      [12],
      [
        [date(2026, 1, 1, 12, 59), true],
        [date(2026, 1, 1, 13), false],
      ],
    ],
    [['12'], [[date(2026, 1, 1, 12), true]]],
    // Two hours are compared as they are: no range goes around midnight.
    [
      [22, 3],
      [
        [date(2026, 1, 1, 23), false],
        [date(2026, 1, 1, 2), false],
      ],
    ],
    [
      [9, 17],
      [
        [date(2026, 1, 1, 17, 59), true],
        [date(2026, 1, 1, 8, 59), false],
      ],
    ],
    [
      [8, 30, 17, 15],
      [
        [date(2026, 1, 1, 8, 29, 59), false],
        [date(2026, 1, 1, 8, 30), true],
        [date(2026, 1, 1, 17, 15, 59), true],
        [date(2026, 1, 1, 17, 16), false],
      ],
    ],
    [
      [22, 30, 6, 0],
      [
        [date(2026, 1, 1, 23), true],
        [date(2026, 1, 1, 5), true],
        [date(2026, 1, 1, 6, 1), false],
      ],
    ],
    [
      [0, 0, 0, 0, 0, 30],
      [
        [date(2026, 1, 1, 0, 0, 30), true],
        [date(2026, 1, 1, 0, 0, 31), false],
      ],
    ],
    [
      [9, 0, 24, 0],
      [
        [date(2026, 1, 1, 23, 59), true],
        [date(2026, 1, 1, 8, 59), false],
      ],
    ],
  ])('timeRange(%s)', (args, times) => {
    for (const [time, holds] of times) expect(at('timeRange', args, time), String(time)).toBe(holds);
  });

  it.each<[Value[], [Date, boolean][]]>([
    [
      [1],
      [
        [date(2026, 5, 1), true],
        [date(2026, 5, 2), false],
      ],
    ],
    [
      ['DEC'],
      [
        [date(2026, 12, 31), true],
        [date(2026, 11, 30), false],
      ],
    ],
    [
      [2026],
      [
        [date(2026, 12, 31), true],
        [date(2027, 1, 1), false],
      ],
    ],
    [
      [1, 15],
      [
        [date(2026, 12, 15), true],
        [date(2026, 12, 16), false],
      ],
    ],
    [
      [24, 'DEC', 26, 'DEC'],
      [
        [date(2026, 12, 24, 0), true],
        [date(2026, 12, 26, 23, 59), true],
        [date(2026, 12, 27), false],
      ],
    ],
    [
      [20, 'DEC', 5, 'JAN'],
      [
        [date(2026, 12, 24), true],
        [date(2026, 1, 5), true],
        [date(2026, 1, 6), false],
      ],
    ],
    [
      ['JUN', 2026, 'AUG', 2026],
      [
        [date(2026, 7, 1), true],
        [date(2027, 7, 1), false],
      ],
    ],
    [
      [1, 'JUN', 2026, 15, 'AUG', 2027],
      [
        [date(2027, 1, 1), true],
        [date(2027, 8, 16), false],
      ],
    ],
    // The end begins as 31 December; as 31 February it is the 3rd of March.
    [
      ['JAN', 'FEB'],
      [
        [date(2026, 3, 3), true],
        [date(2026, 3, 4), false],
      ],
    ],
  ])('dateRange(%s)', (args, times) => {
    for (const [time, holds] of times) expect(at('dateRange', args, time), String(time)).toBe(holds);
  });

  it('is not constant where the arguments are not', () => {
    expect(world().call('weekdayRange', host)).toBeInstanceOf(Unknown);
    expect(world().call('weekdayRange')).toBe(false);
  });
});

describe('random numbers', () => {
  const random = () => world().call('Math.random') as Value;
  const pointsOf = (value: Value) => {
    const source = value instanceof TracedNumber ? value.sources[0] : undefined;
    return value instanceof TracedNumber && source?.kind === 'point'
      ? source.variable.points.map((point) => value.valueOf([point]))
      : value;
  };

  it('are one of few where they are rounded', () => {
    const scaled = environmentOperation('*', random(), 3);
    expect(pointsOf(environmentFunction('Math.floor', [scaled]))).toEqual([0, 1, 2]);
    expect(pointsOf(environmentFunction('Math.round', [scaled]))).toEqual([0, 1, 2, 3]);
    expect(pointsOf(environmentOperation('|', environmentOperation('*', 3, random()), 0))).toEqual([0, 1, 2]);
    expect(pointsOf(environmentFunction('parseInt', [environmentOperation('+', scaled, 1)]))).toEqual([1, 2, 3]);
    expect(environmentFunction('Math.floor', [random()])).toBe(0);
  });

  it('are one of few where only a remainder is used', () => {
    const large = environmentFunction('Math.floor', [environmentOperation('*', random(), 1e6)]);
    expect(large).toBeInstanceOf(RandomNumber);
    expect(pointsOf(environmentOperation('%', large, 2))).toEqual([0, 1]);
  });

  it('are unknown otherwise', () => {
    expect(environmentOperation('<', random(), 0.5)).toBeUndefined();
    expect(environmentFunction('Math.floor', [environmentOperation('*', random(), -3)])).toBeUndefined();
  });
});

describe('addresses as numbers', () => {
  const { environment, call } = world();
  const number = call('convert_addr', new Text({ kind: 'variable', variable: environment.client(node) })) as Value;
  const where = (value: Value) => {
    if (!(value instanceof TracedBoolean)) return value;
    return value.condition.kind === 'address-in' ? value.condition.set.toPrefixes() : value.condition.kind;
  };

  it('are compared under masks', () => {
    const masked = environmentOperation('&', number, call('convert_addr', '255.255.0.0') as Value);
    expect(where(environmentOperation('==', masked, call('convert_addr', '10.66.0.0') as Value))).toEqual([
      '10.66.0.0/16',
    ]);
    expect(where(environmentOperation('===', call('convert_addr', '192.168.0.0') as Value, masked))).toEqual([
      '192.168.0.0/16',
    ]);
    expect(where(environmentOperation('==', masked, 1))).toBe(false);
    expect(where(environmentOperation('==', environmentOperation('>>>', number, 16), 0x0a42))).toEqual([
      '10.66.0.0/16',
    ]);
    expect(where(environmentOperation('==', environmentOperation('>>>', number, 16), 0xc0a8))).toEqual([
      '192.168.0.0/16',
    ]);
    expect(where(environmentOperation('==', environmentOperation('>>', number, 16), 0xc0a8))).toBe(false);
    expect(where(environmentOperation('==', environmentOperation('>>', number, 16), 0xc0a8 - 2 ** 16))).toEqual([
      '192.168.0.0/16',
    ]);
  });

  it('are compared by their order', () => {
    const unsigned = environmentOperation('>>>', number, 0);
    expect(where(environmentOperation('<', unsigned, 2 ** 24))).toEqual(['0.0.0.0/8']);
    expect(where(environmentOperation('>', 2 ** 24, unsigned))).toEqual(['0.0.0.0/8']);
    expect(where(environmentOperation('<', number, -(2 ** 30)))).toEqual(['128.0.0.0/2']);
    expect(where(environmentOperation('<=', environmentOperation('>>>', number, 16), 1.5))).toEqual(['0.0.0.0/15']);
    expect(where(environmentOperation('<', unsigned, 0))).toBe(false);
  });

  it('are unknown otherwise', () => {
    const holes = environmentOperation('&', number, 0x00ff_00ff);
    expect(environmentOperation('<', holes, 5)).toBeUndefined();
    expect(environmentOperation('%', number, 3011)).toBeUndefined();
    expect(environmentOperation('>>>', environmentOperation('-', number, 5), 8)).toBeUndefined();
  });

  it('are compared with a network that they are moved by', () => {
    const unsigned = environmentOperation('>>>', number, 8);
    const moved = environmentOperation('-', unsigned, 0x0a_0000);
    expect(where(environmentOperation('===', environmentOperation('>>', moved, 16), 0))).toEqual(['10.0.0.0/8']);
    expect(where(environmentOperation('<', moved, -0x0900_00))).toEqual(['0.0.0.0/8']);
    expect(where(environmentOperation('===', moved, 0.5))).toBe(false);
  });

  it('are put together from octets', () => {
    const octet = (index: number) => {
      const text = new Text({
        kind: 'applied',
        operation: { kind: 'item', separator: '.', index },
        to: { kind: 'variable', variable: environment.client(node) },
      });
      return new TracedNumber([{ kind: 'decimal', text, leading: false }], ([point]) => point, 0);
    };
    const of = (operator: string, a: Value, b: Value) => binaryOperation(operator, a, b, world().context) as Value;
    const first = of('|', of('<<', octet(0), 24), of('<<', octet(1), 16));
    const all = of('|', of('|', first, of('<<', octet(2), 8)), octet(-1));
    expect(where(of('==', of('&', all, 0xffff_0000), 0x0a42_0000))).toEqual(['10.66.0.0/16']);
    expect(where(of('<', all, -(2 ** 30)))).toEqual(['128.0.0.0/2']);
    expect(where(of('<', of('>>>', all, 0), 2 ** 24))).toEqual(['0.0.0.0/8']);
    const product = of('+', of('*', octet(0), 65536), of('+', of('*', octet(1), 256), octet(2)));
    expect(where(of('==', product, 0x0a_42_03))).toEqual(['10.66.3.0/24']);
    // In another order they are no address: each value would have to be followed.
    const swapped = of('|', of('|', of('<<', octet(1), 24), of('<<', octet(0), 16)), octet(2));
    expect(where(of('==', swapped, 1))).toBe('unknown');
  });
});
