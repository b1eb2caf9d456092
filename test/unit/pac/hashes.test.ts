// Programs that compute a number from all characters of the host, and choose by it.
import { describe, expect, test } from 'vitest';
import { decide, describeCases } from './helpers.js';

const LIST = `var list = ["PROXY a:1", "PROXY b:1", "PROXY c:1"];
var LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789", TABLE = { a: 1, b: 5, ".": 9 };
function code(c) { for (var k = 0; k < LETTERS.length; k++) if (LETTERS.charAt(k) == c) return k + 1; return 0; }`;

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
  ['a function', `var h = 0; ${loop('{ var c = code(host.substring(i, i + 1)); h = h + c; }')}`],
  ['a place in an alphabet', `var h = 0; ${loop('h = (h * 7 + LETTERS.indexOf(host[i]) + 1) % 1009;')}`],
  ['a table', `var h = 0; ${loop('{ var c = host.charAt(i); h += (TABLE[c] || 0) * 2 + c.charCodeAt(0); }')}`],
  ['a name of its own', `var h = 0, i; for (i = 0; i < host.length; i++) { c = host.slice(i, i + 1); h += code(c); }`],
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
    // Each time it gives something else.
    [
      'a function that counts',
      `var n = 0; function f(c) { return ++n; } var h = 0; ${loop('h += f(host.charAt(i));')}`,
    ],
    ['a function that reads the sum', `function f(c) { return -h; } var h = 1; ${loop('h += f(host.charAt(i));')}`],
    [
      'a function that catches what it reads',
      `function f(c) { try { return h > 5 ? 0.5 : 1; } catch (e) { return 1; } } var h = 1; ${loop('h += f(host.charAt(i));')}`,
    ],
    [
      'a function that reads the index',
      `function f(c) { return i / 2; } var h = 0; ${loop('h += f(host.charAt(i));')}`,
    ],
    [
      'a function of the name',
      `function f(c) { return host.length / 2; } var h = 0; ${loop('h += f(host.charAt(i));')}`,
    ],
    ['a table without all characters', `var h = 0; ${loop('h += TABLE[host.charAt(i)];')}`],
    ['random numbers', `function f(c) { return Math.random(); } var h = 0; ${loop('h += f(host.charAt(i));')}`],
    ['the character of the last round', `var c = "z", h = 0; ${loop('{ h += code(c) / 2; c = host.charAt(i); }')}`],
    [
      'another substring',
      `String.prototype.substring = function () { return this.length / 2; }; var h = 0; ${loop('h += +host.substring(i, i + 1);')}`,
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

test('what a function of a character changes stays as it was', () => {
  const text = hashing(
    `var seen = []; function f(c) { var own = [c]; own.push(c); return own.length; } var h = 0; ${loop('h += f(host[i]);')}`,
    'return seen.length == 0 && h % 2 == 0 ? list[0] : "PROXY odd:1";',
  );
  expect(routesOf(text)).toEqual(new Set(['proxy']));
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
