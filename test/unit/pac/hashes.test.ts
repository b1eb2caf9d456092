// Programs that compute a number from all characters of the host, and choose by it.
import { describe, expect, test } from 'vitest';
import { decide, describeCases } from './helpers.js';

const LIST = 'var list = ["PROXY a:1", "PROXY b:1", "PROXY c:1"];';

/** A file whose function computes `h`, and what it returns. */
const hashing = (compute: string, returned: string, list = LIST) =>
  `${list}\nfunction FindProxyForURL(url, host) {\n  if (host == "a.test") return "DIRECT";\n  ${compute}\n  ${returned}\n}\n`;

const routesOf = (text: string, pattern = '*.example') =>
  new Set(decide(text, pattern).map(({ outcome }) => (outcome.kind === 'selected' ? outcome.route : outcome.kind)));

const loop = (body: string) => `for (var i = 0; i < host.length; i++) ${body}`;

const HASHES = [
  ['a sum', `var h = 0; ${loop('{ h += host.charCodeAt(i); }')}`],
  ['a sum with a constant', `const K = 31; let h = 7; ${loop('h = (h * K + host.charCodeAt(i)) % 65536;')}`],
  ['a mask', `var h = 0, i; ${loop('h = (h * 31 + host.charCodeAt(i)) & 0xffff;').replace('var i', 'i')}`],
  ['its own code', `var h = 0; ${loop('{ var c = host.charCodeAt(i); h = (h ^ c) >>> 0; }')}`],
  ['a code by let', `let h = 5381; ${loop('{ const c = host.charCodeAt(i); h = (h * 33 + c * i) % 1009; }')}`],
  ['the shift of Java', `var h = 0; ${loop('h = ((h << 5) - h + host.charCodeAt(i)) | 0;')} h = Math.abs(h);`],
] as const;

describe('a server that is chosen by a hash', () => {
  test.each(HASHES)('%s among proxies is a proxy', (_, compute) => {
    const text = hashing(compute, 'return list[h % 3];');
    expect(routesOf(text)).toEqual(new Set(['proxy']));
    expect(routesOf(text, 'a.test')).toEqual(new Set(['direct']));
  });

  test.each(HASHES)('%s among other outcomes leaves open which', (_, compute) => {
    const cases = decide(hashing(compute, 'return h % 3 == 1 ? "DIRECT" : list[0];'), '*.example');
    expect(new Set(cases.map(({ outcome }) => outcome.kind === 'selected' && outcome.route))).toEqual(
      new Set(['direct', 'proxy']),
    );
    for (const one of describeCases(cases)) expect(one).toContain("the host's hash is");
  });

  test('one host has its own', () => {
    const text = hashing(HASHES[0][1], 'return list[h % 3];');
    expect(describeCases(decide(text, 'b.test'))).toEqual(['b.test: PROXY b:1 @ return list[h % 3]']);
  });
});

describe('what is not proved of a hash', () => {
  test.each([
    // Long names make it Infinity, whose remainder is NaN.
    ['no end', `var h = 0; ${loop('h = h * 31 + host.charCodeAt(i);')}`],
    ['no beginning', `var h; ${loop('h += host.charCodeAt(i);')}`],
    ['half a step', `var h = 0.5; ${loop('h += host.charCodeAt(i);')}`],
    [
      'another charCodeAt',
      `String.prototype.charCodeAt = function () { return 0.5; }; var h = 0; ${loop('h += host.charCodeAt(i);')}`,
    ],
  ])('%s', (_, compute) => {
    expect(routesOf(hashing(compute, 'return list[h % 3];'))).toContain('undecided');
  });

  // Clients connect directly where the result is no text.
  test.each([
    ['a remainder with a sign', `var h = 0; ${loop('h = ((h << 5) - h + host.charCodeAt(i)) | 0;')}`, 3],
    ['more remainders than there are items', HASHES[0][1], 4],
  ])('that %s is the place of an item', (_, compute, divisor) => {
    expect(routesOf(hashing(compute, `return list[h % ${divisor}];`))).toEqual(new Set(['proxy', 'direct']));
  });

  test('a constant that the loop assigns fails', () => {
    const text = hashing(`const h = 0; ${loop('h += host.charCodeAt(i);')}`, 'return list[h % 3];');
    expect(describeCases(decide(text, '*.example')).join()).toContain('TypeError');
  });
});

test('the index is behind the last character after the loop, and what is only read stays', () => {
  const text = hashing(
    `var k = 31, h = 0; ${loop('h = (h * k + host.charCodeAt(i)) & 255;')}`,
    'return i == 7 && k === 31 ? "DIRECT" : list[0];',
  );
  expect(decide(text, 'b.test').map(({ outcome }) => outcome)).toMatchObject([{ route: 'proxy' }]);
  const lengths = decide(text, '*.test').map(({ hosts, outcome }) => [
    hosts.has('bb.test'),
    hosts.has('b.test'),
    outcome,
  ]);
  expect(lengths).toEqual(
    expect.arrayContaining([
      [true, false, expect.objectContaining({ route: 'direct' })],
      [false, true, expect.objectContaining({ route: 'proxy' })],
    ]),
  );
});
