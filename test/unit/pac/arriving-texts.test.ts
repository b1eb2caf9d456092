// The proofs that no host or URL, or every one, matches a pattern: compared with hosts and URLs that do arrive.
import { describe, expect, test } from 'vitest';
import { matchesNone } from '../../../server/src/dialects/pac/checks/arriving-texts.js';
import { acceptsAll, acceptsNone } from '../../../server/src/dialects/pac/checks/language-proofs.js';
import { readJavascriptRegex } from '../../../server/src/model/javascript-regex.js';
import { randomFrom } from '../../random.js';

const HOSTS = [
  'localhost',
  'a.b',
  'x-1.a.test',
  'a.b.',
  '10.0.0.1',
  '::1',
  'fe80::a',
  '[2001:db8::1]',
  'a_b.test',
  'xn--a.b',
];
const URLS = [
  ...HOSTS.filter((host) => !host.includes(':')).flatMap((host) => [
    `http://${host}:8443/a/B.gif?c=\\`,
    // Without a path, as browsers pass it.
    `https://${host}/`,
  ]),
  ...['https://a.test:8443/', 'wss://a.test/', 'ftp://[::1]:2121/x', 'http://a.b/', 'svn+ssh://a.test/'],
];

/** Patterns made from texts that arrive, with wildcards, upper case, dots and other marks put in. */
function patterns(texts: readonly string[], seed: number, count: number): string[] {
  const below = randomFrom(seed);
  return Array.from({ length: count }, () => {
    let text = texts[below(texts.length)] ?? '';
    for (let change = below(3); change >= 0; change--) {
      const at = below(text.length + 1);
      const mark = ['*', '?', '.', 'A', '/', ':', ' ', '', '*.'][below(9)] ?? '';
      text = text.slice(0, at) + mark + text.slice(at + below(4));
    }
    return text;
  });
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.*+?^$()|[\]{}\\]/g, (mark) =>
    mark === '*' ? '[^]*' : mark === '?' ? '[^]' : `\\${mark}`,
  );
  return new RegExp(`^${source}$`).test(text);
}

describe.each([
  ['host', HOSTS],
  ['url', URLS],
] as const)('%s', (subject, texts) => {
  const shell = (text: string) => ({ text, wildcards: true, openStart: false, openEnd: false });

  test('what is said to match nothing matches nothing that arrives', () => {
    const none = patterns(texts, 7, 4_000).filter((pattern) => matchesNone(shell(pattern), subject));
    expect(none.length).toBeGreaterThan(100);
    expect(none.filter((pattern) => texts.some((text) => matches(pattern, text)))).toEqual([]);
  });

  test('every text that arrives matches itself, its start, its end and any part', () => {
    for (const text of texts) {
      expect(matchesNone(shell(text), subject), text).toBe(false);
      const part = { text: text.slice(1, -1), wildcards: false, openStart: true, openEnd: true };
      expect(matchesNone(part, subject), text).toBe(false);
    }
  });

  test.each([
    ['https://a.test/b', 'url', true],
    ['https://a.test/*', 'url', false],
    ['https://a.test/?*', 'url', true],
    ['https://*/b*', 'url', true],
    ['http*://a.test/b', 'url', false],
    ['wss://a.test/b', 'url', true],
    ['http://a.test', 'url', true],
    ['https://*.test', 'url', true],
    ['*://a.test', 'url', false],
    ['https://a.test:443/', 'url', true],
    ['https://*:443/*', 'url', true],
    ['https://a.test:4433/', 'url', false],
    ['http://a.test:80/*', 'url', true],
    ['http://*:80/*', 'url', false],
    ['http://a.test:443/*', 'url', false],
  ] as const)('%s', (pattern, of, none) => {
    if (of === subject) expect(matchesNone(shell(pattern), subject)).toBe(none);
  });

  test.each([
    ['a', false, false],
    ['.', false, true],
    ['', false, true],
    ['^\\.', true, false],
    ['[A-Z]{2}$', subject === 'host', false],
    ['^[^A-Z ]+$', false, subject === 'host'],
    ['\\s', true, false],
    ['^[a-z]+:\\/\\/', subject === 'host', false],
    ['(x|)', false, true],
  ])('/%s/', (source, none, all) => {
    const reading = readJavascriptRegex(source, '');
    if (reading.kind !== 'automaton') throw new Error(source);
    expect(acceptsNone(reading.automaton, subject)).toBe(none);
    expect(acceptsAll(reading.automaton, subject)).toBe(all);
  });
});
