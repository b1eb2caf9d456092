import { describe, expect, it } from 'vitest';
import { HELPERS } from '../../../server/src/dialects/pac/meaning/environment/helpers.js';
import { Evaluation, type Paths } from '../../../server/src/dialects/pac/meaning/evaluation.js';
import type { Leaf, Question } from '../../../server/src/dialects/pac/meaning/machine/follow.js';
import { PacModel } from '../../../server/src/dialects/pac/meaning/model.js';
import type { Condition } from '../../../server/src/dialects/pac/meaning/question/condition.js';
import { HOST, PATH } from '../../../server/src/dialects/pac/meaning/question/variables.js';
import { Text } from '../../../server/src/dialects/pac/meaning/values/text.js';
import { TracedBoolean, Unknown, type Value } from '../../../server/src/dialects/pac/meaning/values/value.js';
import { Budget, paidBy } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { startingWith } from '../../../server/src/model/text-language.js';
import { describeCases, prefixes, readPac, requestFor } from './helpers.js';

const host = new Text({ kind: 'variable', variable: HOST });
const path = new Text({ kind: 'variable', variable: PATH });

/** The ends of `if (condition) return then; return otherwise;`, whose statements are those of a file. */
function modelOf(conditionFor: (question: Question) => Condition, then: Value = 'DIRECT', both = false) {
  const { program } = readPac('function FindProxyForURL(url, host) {\nif (url) return 1;\nreturn 2;\n}');
  if (!program) throw new Error('no program');
  const returns = program.tree.byType.get('ReturnStatement') ?? [];
  const paths: Paths = {
    failure: undefined,
    missingEntry: '',
    entries: both ? ['FindProxyForURL', 'FindProxyForURLEx'] : ['FindProxyForURL'],
    follow: (question) => {
      const { region, budget, entry } = question;
      const { holds, fails } = region.split(conditionFor(question), budget);
      const end = (one: typeof region, value: Value, index: number): Leaf => ({
        region: one,
        outcome: { kind: 'returned', value, typeName: 'string' },
        decision: returns[index],
      });
      const otherwise = entry === 'FindProxyForURLEx' ? 'DIRECT' : 'PROXY end:1';
      return [...holds.map((one) => end(one, then, 0)), ...fails.map((one) => end(one, otherwise, 1))];
    },
  };
  return new PacModel(program, Evaluation.of(program, paths));
}

/** The condition of a call of a helper at the `if` of the file. */
function call(name: string, ...args: Value[]) {
  return ({ region, environment, budget }: Question): Condition => {
    const node = { type: 'EmptyStatement', start: 36, end: 39 } as const;
    const given = args.map((arg) =>
      arg === 'CLIENT' ? new Text({ kind: 'variable', variable: environment.client(node) }) : arg,
    );
    const result = HELPERS.get(name)?.(given, { region, environment, budget, node });
    if (result instanceof TracedBoolean) return result.condition;
    if (result instanceof Unknown) return { kind: 'unknown', unknown: result };
    return { kind: result === true ? 'always' : 'never' };
  };
}

const some = HostSet.pattern('*.example.com');

describe('cases', () => {
  it('name what is assumed of DNS', () => {
    const model = modelOf(call('isInNet', host, '192.0.2.0', '255.255.255.0'));
    expect(describeCases(model.decide(requestFor(some)))).toEqual(['*.example.com: PROXY end:1 @ return 2']);
    const documented = { addresses: prefixes('192.0.2.0/25') };
    expect(describeCases(model.decide(requestFor(some, documented)))).toEqual([
      '*.example.com: DIRECT if DNS has an address for the host @ return 1',
      '*.example.com: PROXY end:1 if DNS has no address for the host @ return 2',
    ]);
    expect(model.decide(requestFor(some, documented)).map(({ assumptions }) => assumptions[0]?.ruledOutBy)).toEqual([
      undefined,
      'dns: external',
    ]);
    expect(describeCases(model.decide(requestFor(some, { ...documented, resolution: 'always' })))).toEqual([
      '*.example.com: DIRECT @ return 1',
    ]);
  });

  it('narrow the clients', () => {
    const model = modelOf(call('isInNet', 'CLIENT', '10.66.0.0', '255.255.0.0'));
    const cases = model.decide(requestFor(some, { clients: prefixes('10.64.0.0/14') }));
    expect(cases.map(({ clients, assumptions }) => [clients.toPrefixes(), assumptions])).toEqual([
      [['10.66.0.0/16'], []],
      [['10.64.0.0/15', '10.67.0.0/16'], []],
    ]);
    expect(cases.every(({ clientsBy }) => clientsBy !== undefined)).toBe(true);
  });

  it('name what cannot be followed', () => {
    const model = modelOf(call('weekdayRange', host));
    expect(describeCases(model.decide(requestFor(some)))).toEqual([
      expect.stringContaining('which depends on weekdayRange with arguments that are not constant, counts as true'),
      expect.stringContaining('counts as false'),
    ]);
  });

  it('name the clock', () => {
    expect(describeCases(modelOf(call('weekdayRange', 'MON', 'FRI')).decide(requestFor(some)))).toEqual([
      '*.example.com: DIRECT if it is Monday to Friday @ return 1',
      '*.example.com: PROXY end:1 if it is Saturday to Sunday @ return 2',
    ]);
  });

  it('are about paths where these are shown', () => {
    const model = modelOf(() => ({ kind: 'matches', text: path, language: startingWith('meet') }));
    expect(describeCases(model.decide(requestFor(some, { scheme: 'http', port: 80 })))).toEqual([
      '*.example.com: DIRECT if the path of the URL is one like /meet @ return 1',
      '*.example.com: PROXY end:1 if the path of the URL is one like / @ return 2',
    ]);
  });

  it('have the outcomes of results that are made from the host', () => {
    const result = new Text({ kind: 'joined', parts: ['PROXY ', host.form, ':8080; DIRECT'] });
    expect(describeCases(modelOf(() => ({ kind: 'always' }), result).decide(requestFor(some)))).toEqual([
      '*.example.com: PROXY …:8080; DIRECT @ return 1',
    ]);
  });

  it('tell what WinHTTP does otherwise', () => {
    const isMeet = { kind: 'matches', text: host, language: startingWith('meet.') } as const;
    const cases = describeCases(modelOf(() => isMeet, 'DIRECT', true).decide(requestFor(some)));
    expect(cases).toHaveLength(3);
    expect(cases[1]).toContain('PROXY end:1 if the client is a browser, which calls FindProxyForURL @ return 2');
    expect(cases[2]).toContain('DIRECT if the client is WinHTTP, which calls FindProxyForURLEx @ return 2');
  });

  it('are found once for all hosts that are asked about', () => {
    let runs = 0;
    const model = modelOf(() => {
      runs++;
      return { kind: 'always' };
    });
    const among = HostSet.union([some, HostSet.pattern('*.example.org')]);
    const expectOneCase = (pattern: string) =>
      expect(model.decide(requestFor(HostSet.pattern(pattern), { among }))).toHaveLength(1);
    paidBy(new Budget(), () => {
      for (const pattern of ['*.example.com', 'www.example.org', '*.example.org']) expectOneCase(pattern);
      expect(runs).toBe(1);
      expectOneCase('*.example.net');
      expect(runs).toBe(2);
    });
  });
});
