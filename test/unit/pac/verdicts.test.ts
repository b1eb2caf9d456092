import { describe, expect, test } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { decide, describeCases, prefixes, readPac, requestFor } from './helpers.js';

/** A file around the statements of its function. */
const file = (...statements: string[]) => `function FindProxyForURL(url, host) {\n${statements.join('\n')}\n}\n`;
const END = 'return "PROXY end:1";';

describe('hosts', () => {
  test('a longer name that is sent elsewhere is distinguished from its wildcard', () => {
    const text = file('if (shExpMatch(host, "*.us.teams.microsoft.com")) return "PROXY us:1";', 'return "DIRECT";');
    expect(describeCases(decide(text, '*.teams.microsoft.com'))).toEqual([
      '*.us.teams.microsoft.com: PROXY us:1 @ return "PROXY us:1"',
      '*.teams.microsoft.com (except us.teams.microsoft.com), us.teams.microsoft.com: DIRECT @ return "DIRECT"',
    ]);
  });

  test.each([
    ['dnsDomainIs(host, "eu.example.com")', 'xeu.example.com'],
    ['shExpMatch(host, "cdn*.example.com")', 'cdn7.example.com'],
    ['/^(a|b)[0-9]+\\.example\\.com$/.test(host)', 'b12.example.com'],
    ['host.indexOf("edge") == 0', 'edge.example.com'],
    ['shExpMatch(url, "https://*-live.example.com/*")', 'x-live.example.com'],
    ['listed[host]', 'listed.example.com'],
  ])('%s cuts a wildcard', (condition, member) => {
    const text = `var listed = { "listed.example.com": true };\n${file(`if (${condition}) return "PROXY some:1";`, 'return "DIRECT";')}`;
    const cases = decide(text, '*.example.com');
    const outcomesOf = (host: string) => cases.filter(({ hosts }) => hosts.has(host)).map(({ outcome }) => outcome);
    expect(outcomesOf(member)).toEqual([{ kind: 'selected', route: 'proxy', result: 'PROXY some:1' }]);
    expect(outcomesOf('other.example.com')).toEqual([{ kind: 'selected', route: 'direct', result: 'DIRECT' }]);
  });

  test('the cases cover the question, each host once', () => {
    const text = file(
      'if (isPlainHostName(host)) return "DIRECT";',
      'if (dnsDomainIs(host, "example.com") && host != "www.example.com") return "PROXY a:1";',
      'if (shExpMatch(host, "*mail*.example.org")) return "PROXY b:1";',
      END,
    );
    const cases = decide(text, '*');
    for (const host of [
      'a',
      'example.com',
      'badexample.com',
      'www.example.com',
      'x.www.example.com',
      'mymail7.example.org',
      'b.test',
    ]) {
      expect(cases.filter(({ hosts }) => hosts.has(host)).length, host).toBe(1);
    }
  });

  test('thousands of conditions give thousands of cases, not thousands of runs without end', () => {
    const conditions = Array.from(
      { length: 3000 },
      (_, i) => `if (dnsDomainIs(host, ".d${i}.example")) return "PROXY p${i}:1";`,
    );
    expect(decide(file(...conditions, END), '*.d77.example')).toHaveLength(1);
    expect(decide(file(...conditions, END), '*')).toHaveLength(3001);
  });
});

describe('the deciding statement', () => {
  test('is the return in the function that computed the result', () => {
    const text = `function pick(host) {\n  if (isPlainHostName(host)) return "DIRECT";\n  return "PROXY pick:1";\n}\n${file('return pick(host);')}`;
    expect(describeCases(decide(text, 'a.test'))).toEqual(['a.test: PROXY pick:1 @ return "PROXY pick:1"']);
  });

  test('is the last assignment to a collected result', () => {
    const text = file('var way = "PROXY a:1";', 'if (dnsDomainIs(host, ".test")) way = "DIRECT";', 'return way;');
    expect(describeCases(decide(text, 'a.test'))).toEqual(['a.test: DIRECT @ way = "DIRECT"']);
    expect(describeCases(decide(text, 'a.example'))).toEqual(['a.example: PROXY a:1 @ var way = "PROXY a:1"']);
  });

  test('is reached by the conditions of its trace', () => {
    const text = file(
      'if (isPlainHostName(host)) return "DIRECT";',
      'if (dnsDomainIs(host, ".test")) {',
      'return "PROXY a:1";',
      '}',
      END,
    );
    const [only] = decide(text, 'a.test');
    expect(only?.trace().map(({ statement, effect }) => `${statement.text} ${effect}`)).toEqual([
      'isPlainHostName(host) does not match',
      'dnsDomainIs(host, ".test") matches',
      'return "PROXY a:1" returns PROXY a:1',
    ]);
  });
});

describe('what clients do not have', () => {
  test('a file that calls console.log fails there', () => {
    const text = file('console.log(host);', 'if (host == "a.test") return "DIRECT";', END);
    expect(describeCases(decide(text, '*.test'))).toEqual([
      expect.stringContaining('undecided: line 2 throws ReferenceError: console is not defined'),
    ]);
  });

  test.each(['try { console.log(host); } catch (error) {}', 'if (typeof console == "object") console.log(host);'])(
    '%s does no harm',
    (statement) => {
      expect(describeCases(decide(file(statement, END), '*.test'))).toEqual([
        '*.test: PROXY end:1 @ return "PROXY end:1"',
      ]);
    },
  );
});

describe('results', () => {
  test.each([
    ['"DIRECT"', 'direct'],
    ['"direct"', 'direct'],
    ['"PROXY a:1; DIRECT"', 'proxy'],
    ['"DIRECT; PROXY a:1"', 'direct'],
    ['" ; SOCKS5 a:1"', 'proxy'],
    ['""', 'direct'],
    ['null', 'direct'],
    ['undefined', 'direct'],
    ['"nonsense"', 'direct'],
    ['"nonsense; PROXY a:1"', 'proxy'],
  ])('%s is %s', (result, route) => {
    const [only] = decide(file(`return ${result};`), 'a.test');
    expect(only?.outcome).toMatchObject({ kind: 'selected', route });
  });

  test.each([
    ['return 5;', 'returns a number'],
    ['return missing(host);', 'ReferenceError: missing is not defined'],
    ['throw "no";', 'throws no'],
    ['if (dnsDomainIs(host)) return "DIRECT"; return "DIRECT";', 'TypeError'],
    ['if (shExpMatch(host, "(")) return "DIRECT"; return "DIRECT";', 'SyntaxError'],
  ])('%s is undecided', (statement, reason) => {
    const [only] = decide(file(statement), 'a.test');
    expect(only?.outcome).toMatchObject({ kind: 'undecided', reason: expect.stringContaining(reason) });
  });
});

describe('DNS', () => {
  const inside = 'if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";';

  test('a public name does not resolve to private addresses', () => {
    expect(describeCases(decide(file(inside, END), 'a.test'))).toEqual(['a.test: PROXY end:1 @ return "PROXY end:1"']);
  });

  test('documented addresses decide', () => {
    const text = file('if (isInNet(dnsResolve(host), "192.0.2.0", "255.255.255.0")) return "DIRECT";', END);
    const resolving = (...addresses: string[]) =>
      describeCases(decide(text, 'a.test', { addresses: prefixes(...addresses), resolution: 'always' }));
    expect(resolving('192.0.2.16/28')).toEqual(['a.test: DIRECT @ return "DIRECT"']);
    expect(resolving('192.0.2.0/25', '198.51.100.0/24')).toEqual([
      'a.test: DIRECT if the host resolves into 192.0.2.0/25 @ return "DIRECT"',
      'a.test: PROXY end:1 if the host resolves into 198.51.100.0/24 @ return "PROXY end:1"',
    ]);
  });

  test('a name resolves for all clients only where the workspace says so', () => {
    const text = file('if (isResolvable(host)) return "DIRECT";', END);
    const request = { addresses: prefixes('192.0.2.16/28') };
    expect(describeCases(decide(text, 'a.test', { ...request, resolution: 'always' }))).toEqual([
      'a.test: DIRECT @ return "DIRECT"',
    ]);
    expect(describeCases(decide(text, 'a.test', request))).toContain(
      'a.test: PROXY end:1 if DNS has no address for the host @ return "PROXY end:1"',
    );
    expect(decide(text, 'a.test', request).flatMap(({ assumptions }) => assumptions[0]?.ruledOutBy ?? [])).toEqual([
      'dns: external',
    ]);
  });

  test('whether an undocumented name resolves is open', () => {
    expect(describeCases(decide(file('if (isResolvable(host)) return "DIRECT";', END), 'a.test'))).toEqual([
      'a.test: DIRECT if DNS has an address for the host @ return "DIRECT"',
      'a.test: PROXY end:1 if DNS has no address for the host @ return "PROXY end:1"',
    ]);
  });

  test('the same question has the same answer', () => {
    const text = file('if (isResolvable(host) && !isResolvable(host)) return "PROXY never:1";', END);
    expect(describeCases(decide(text, 'a.test'))).toEqual(['a.test: PROXY end:1 @ return "PROXY end:1"']);
  });

  test('an address is its own answer', () => {
    expect(describeCases(decide(file(inside, END), '10.1.2.3'))).toEqual(['10.1.2.3: DIRECT @ return "DIRECT"']);
    expect(describeCases(decide(file(inside, END), '11.1.2.3'))).toEqual([
      '11.1.2.3: PROXY end:1 @ return "PROXY end:1"',
    ]);
  });

  test('an address says nothing of the names that meet the same conditions', () => {
    const model = readPac(file('if (isInNet(host, "13.107.64.0", "255.255.192.0")) return "DIRECT";', END)).model;
    const ask = (hosts: string) =>
      describeCases(model.kind === 'selection' ? model.decide(requestFor(HostSet.pattern(hosts))) : []);
    const before = ask('www.example.com');
    expect(before.length).toBeGreaterThan(1);
    ask('192.0.2.1');
    expect(ask('www.example.com')).toEqual(before);
  });

  test('the call that looks up is named', () => {
    const [first] = decide(file('if (isResolvable(host)) return "DIRECT";', END), 'a.test');
    expect(first?.assumptions.map(({ statement }) => statement.text)).toEqual(['isResolvable(host)']);
  });
});

describe('clients', () => {
  test('are distinguished by the networks of the file', () => {
    const text = file('if (isInNet(myIpAddress(), "10.1.0.0", "255.255.0.0")) return "DIRECT";', END);
    const cases = decide(text, 'a.test', { clients: prefixes('10.0.0.0/14') });
    expect(
      cases.map(({ clients, outcome, assumptions }) => [
        clients.toPrefixes(),
        outcome.kind === 'selected' && outcome.route,
        assumptions,
      ]),
    ).toEqual([
      [['10.1.0.0/16'], 'direct', []],
      [['10.0.0.0/16', '10.2.0.0/15'], 'proxy', []],
    ]);
  });

  test('are distinguished by the beginning of the address as well', () => {
    const text = file('if (myIpAddress().substring(0, 5) == "10.2.") return "DIRECT";', END);
    const cases = decide(text, 'a.test', { clients: prefixes('10.0.0.0/8') });
    expect(
      cases.find(({ outcome }) => outcome.kind === 'selected' && outcome.route === 'direct')?.clients.toPrefixes(),
    ).toEqual(['10.2.0.0/16']);
  });
});

describe('time and chance', () => {
  test.each([
    ['weekdayRange("SAT", "SUN")', 'it is Saturday to Sunday'],
    ['new Date().getDay() == 6', 'it is Saturday'],
    ['new Date().getHours() > 7 && new Date().getHours() < 11', 'the hour is 8 to 10'],
    ['Math.random() < 0.5', '`Math.random() < 0.5`, which depends on a random number, counts as true'],
  ])('%s is followed with both outcomes', (condition, phrase) => {
    expect(describeCases(decide(file(`if (${condition}) return "DIRECT";`, END), 'a.test'))).toContain(
      `a.test: DIRECT if ${phrase} @ return "DIRECT"`,
    );
    expect(decide(file(`if (${condition}) return "DIRECT";`, END), 'a.test')).toHaveLength(2);
  });

  test('what makes no difference is not reported', () => {
    const text = file('var shown = weekdayRange("SAT") ? "weekend" : "work"; return "DIRECT";');
    expect(decide(text, 'a.test').map(({ assumptions }) => assumptions)).toEqual([[]]);
  });

  test('too many unknowns are undecided', () => {
    const rolls = Array.from({ length: 9 }, () => 'sum += Math.random();').join(' ');
    const [only] = decide(file(`var sum = 0; ${rolls} return "PROXY p" + Math.round(sum * 100) + ":1";`), 'a.test');
    expect(only?.outcome).toMatchObject({ kind: 'undecided', reason: expect.stringContaining('random') });
  });
});

describe('URLs', () => {
  const returned = 'return "PROXY " + url.replace(/[^a-z0-9.]/g, "-") + ":1";';

  test('are written as browsers do', () => {
    const result = (changes: Parameters<typeof decide>[2]) =>
      describeCases(decide(file(returned), 'a.test', changes))[0]?.split(' ')[2];
    expect(result({})).toBe('https---a.test-:1');
    expect(result({ scheme: 'http', port: 80, path: '/' })).toBe('http---a.test-:1');
    expect(result({ scheme: 'http', port: 8080, path: '/' })).toBe('http---a.test-8080-:1');
    expect(result({ path: '/x?y=Z' })).toBe('https---a.test-:1');
    expect(result({ scheme: 'wss', path: '/x' })).toBe('wss---a.test-:1');
    expect(result({ scheme: 'http', port: 80, path: '/x?y=Z' })).toBe('http---a.test-x-y--:1');
  });
});

describe('state', () => {
  test.each([
    ['a counter', 'var calls = 0;', 'calls++; return calls == 1 ? "DIRECT" : "PROXY again:1";'],
    ['a cache', 'var cache = {};', 'if (cache.seen) return "PROXY again:1"; cache.seen = 1; return "DIRECT";'],
    ['a list', 'var seen = [];', 'seen.push(host); return seen.length == 1 ? "DIRECT" : "PROXY again:1";'],
    ['an undeclared name', '', 'if (typeof seen != "undefined") return "PROXY again:1"; seen = 1; return "DIRECT";'],
    ['strict mode', "'use strict'; var calls = 0;", 'calls += 1; return calls == 1 ? "DIRECT" : "PROXY again:1";'],
  ])('of %s is undecided, as the next call finds it changed', (_, top, body) => {
    const text = `${top}\n${file(body)}`;
    const { model } = readPac(text);
    if (model.kind !== 'selection') throw new Error('not a PAC model');
    for (const host of ['a.test', 'b.test', 'a.test']) {
      const outcomes = model.decide(requestFor(HostSet.exact(host))).map(({ outcome }) => outcome);
      expect(outcomes).toEqual([
        { kind: 'selected', route: 'direct', result: 'DIRECT' },
        { kind: 'undecided', reason: expect.stringContaining('it depends on earlier requests') },
      ]);
    }
  });
});
