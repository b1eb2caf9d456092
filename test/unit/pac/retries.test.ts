// Programs that draw a random number again until it is one that they want.
import { describe, expect, test } from 'vitest';
import { decide } from './helpers.js';

const LIST = 'var list = ["PROXY a:1", "PROXY b:1"];';

const routesOf = (statements: string) =>
  new Set(
    decide(
      `${LIST}\nfunction FindProxyForURL(url, host) {\n${statements}\nreturn "PROXY " + list[i];\n}\n`,
      '*.example',
    ).map(({ outcome }) => (outcome.kind === 'selected' ? (outcome.result ?? outcome.route) : outcome.kind)),
  );

describe('a number that is drawn again', () => {
  test.each([
    'var i = -1; while (i < 0) i = Math.ceil(list.length * Math.random()) - 1;',
    'var i = 2; while (i >= 2) { i = Math.floor(Math.random() * 3); }',
    'var i = -1; while (i === -1) i = Math.round(Math.random() * 2) - 1;',
  ])('is one that ends the loop: %s', (statements) => {
    expect(routesOf(statements)).toEqual(new Set(['PROXY PROXY a:1', 'PROXY PROXY b:1']));
  });

  test.each([
    // Either it ends at once, or it never does.
    'var i = -1, r = Math.floor(Math.random() * 3) - 1; while (i < 0) i = r;',
    // Each round looks at the length, which counts.
    'var n = 0, a = { get length() { n++; return 2; } }; var i = -1; while (i < 0) i = Math.floor(Math.random() * a.length) - 1; i = n;',
    'var n = 0, a = { valueOf: function () { n++; return 3; } }; var i = -1; while (i < 0) i = Math.floor(Math.random() * a) - 1; i = n;',
    'Math.round = function () { return -1; }; var i = -1; while (i < 0) i = Math.round(Math.random());',
  ])('is not taken for one that is not: %s', (statements) => {
    expect(routesOf(statements)).toContain('undecided');
  });

  test('is followed round by round where a round changes anything else', () => {
    const statements = 'var i = -1, n = 0; while (i < 0) i = Math.floor(Math.random() * 3) - 1 + n++;';
    expect(routesOf(statements)).toContain('PROXY undefined');
  });
});
