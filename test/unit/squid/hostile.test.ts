// No text, however broken, makes the squid dialect throw.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { Budget, BudgetSpent, paidBy } from '../../../server/src/model/budget.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ProxyRequest } from '../../../server/src/model/proxy.js';
import { randomFrom } from '../../random.js';
import { lowered, MAIN, workspace } from './helpers.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/squid/', import.meta.url));
const texts = ['ok', 'findings', 'conformance'].flatMap((folder) =>
  readdirSync(FIXTURES + folder).map((name) => readFileSync(`${FIXTURES}${folder}/${name}`, 'utf8')),
);

/** A client who asks for Teams. */
const TEAMS: ProxyRequest = {
  scheme: 'https',
  hosts: HostSet.exact('teams.microsoft.com'),
  port: 443,
  addresses: undefined,
  clients: IpSet.parse('192.168.1.1'),
  user: 'none',
};

/** Uses everything that an editor uses, at some places of the text. */
function exercise(text: string): void {
  const document = lowered(text);
  const { model } = document;
  expect(document.problems.every(({ range }) => 0 <= range.start && range.start <= range.end)).toBe(true);
  expect(document.problems.every(({ range }) => range.end <= text.length)).toBe(true);
  expect(document.names.length + document.endpoints.length).toBeGreaterThanOrEqual(0);
  squid.outline(document);
  squid.foldingRanges(document);
  for (let offset = 0; offset <= text.length; offset += 37) {
    squid.entityAt(document, offset);
    squid.completionsAt(document, offset);
  }
  if (model.kind !== 'server') return;
  for (const scheme of ['http', 'https'] as const) {
    const clients = IpSet.parse('10.0.0.0/8');
    const hosts = HostSet.pattern('*.teams.microsoft.com');
    model.decide({ scheme, hosts, port: 443, addresses: undefined, clients, user: 'none' });
  }
}

const PIECES = [
  '\\',
  '\n',
  '\r',
  '\0',
  '"',
  "'",
  '#',
  ' ',
  '!',
  '${',
  '[',
  '(',
  '{9',
  '*',
  '.',
  '/',
  '-',
  '￿',
  '\ud800',
];

describe('hostile input', () => {
  test.each([
    ['dstdomain', (i: number) => `.d${i}.example`],
    ['src', (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`],
    ['port', (i: number) => `${i % 65_536}`],
  ])('a list of more values of %s than a call can have arguments', (type, value) => {
    const list = Array.from({ length: 200_000 }, (_, i) => value(i)).join('\n');
    const text = `http_port 3128\nacl long ${type} "long.txt"\nhttp_access deny long\nhttp_access allow all\n`;
    const document = lowered(text, { 'long.txt': list });
    expect(document.problems.map(({ code }) => code)).not.toContain('unmodelled-statement');
    expect(squid.entityAt(document, text.indexOf('long'))).toBeDefined();
    if (document.model.kind !== 'server') throw new Error('a squid.conf is a server');
    const cases = document.model.decide(TEAMS);
    expect(cases.map(({ outcome }) => outcome.kind === 'served' && outcome.access)).toEqual([
      type === 'port' ? 'deny' : 'permit',
    ]);
  });

  test('a list of more expressions than one file may cost', () => {
    const list = Array.from({ length: 100_000 }, (_, i) => `(^|\\.)ads${i}[a-z]*\\.example$`).join('\n');
    const text = 'http_port 3128\nacl long dstdom_regex "long.txt"\nhttp_access deny long\nhttp_access allow all\n';
    const { problems, model } = lowered(text, { 'long.txt': list });
    expect(problems.map(({ code }) => code)).not.toContain('open-proxy');
    if (model.kind !== 'server') throw new Error('a squid.conf is a server');
    expect(() => paidBy(new Budget(), () => model.decide(TEAMS))).toThrow(BudgetSpent);
  });

  test('ports of every kind and number', () => {
    const modes = ['', 'accel', 'intercept', 'tproxy', 'ssl-bump', 'name=', 'name=x ssl-bump intercept'];
    const places = ['0', '3128', '[::1]:3128', '[', ':', '127.0.0.1:', 'x'.repeat(5_000), '99999999999'];
    for (const directive of ['http_port', 'https_port'])
      for (const place of places)
        for (const mode of modes) exercise(`${directive} ${place} ${mode}\nhttp_port 3128\nhttp_access allow all\n`);
  });

  test('cut anywhere', () => {
    for (const text of texts) {
      for (let length = 0; length < text.length; length += 61) exercise(text.slice(0, length));
    }
  });

  test('with pieces changed', () => {
    const below = randomFrom(7);
    for (const text of texts) {
      for (let round = 0; round < 12; round++) {
        let changed = text;
        for (let i = 0; i < 6; i++) {
          const at = below(changed.length);
          const piece = PIECES[below(PIECES.length)] ?? '';
          changed = changed.slice(0, at) + piece + changed.slice(at + below(3));
        }
        exercise(changed);
      }
    }
  });

  test('binary, empty, byte order mark, UTF-16 read as UTF-8', () => {
    const text = texts[0] ?? '';
    exercise('');
    exercise('\ufeff');
    exercise(String.fromCharCode(...Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)));
    exercise([...text].join('\0'));
    exercise(text.replaceAll('\n', '\r\n'));
    exercise(text.replaceAll('\n', '\r'));
  });

  test('very long lines, deep expressions, many values', () => {
    exercise(`acl a dstdom_regex ${'('.repeat(5000)}\nhttp_access allow a\n`);
    exercise(`acl a dstdom_regex ${'(a|b)*'.repeat(500)}\nhttp_access allow a\n`);
    exercise(`acl a dstdom_regex ${'((((a{9}){9}){9}){9})'}\nhttp_access allow a\n`);
    exercise(`acl a dstdomain ${'x.'.repeat(20_000)}example\nhttp_access allow a\n`);
    exercise(`http_access allow ${'all '.repeat(5000)}\n`);
    exercise(`${'if true\n'.repeat(2000)}http_access allow all\n`);
    exercise('acl a all-of b\nacl b all-of a\nhttp_access allow a\n');
  });

  test('a byte order mark makes squid refuse the first line', () => {
    const [problem] = lowered('\ufeffhttp_port 3128\n').problems;
    expect(problem).toMatchObject({ code: 'syntax-error', range: { start: 0 } });
  });

  test('what follows a carriage return is not read, as squid does not read it', () => {
    expect(lowered('http_port 3128\r nonsense\n').problems).toEqual([]);
  });
});

describe('a new version is read like a new file', () => {
  test('after any edit', () => {
    const below = randomFrom(11);
    let text = texts.join('\n');
    let source = { uri: MAIN, text };
    let tree = squid.parse(source);
    squid.lower(source, tree, workspace());
    for (let round = 0; round < 150; round++) {
      const at = below(text.length);
      const piece = round % 3 === 0 ? 'acl x src 10.0.0.1\n' : (PIECES[below(PIECES.length)] ?? '');
      text = text.slice(0, at) + piece + text.slice(at + below(40));
      source = { uri: MAIN, text };
      tree = squid.parse(source, tree);
      const again = squid.lower(source, tree, workspace());
      const anew = lowered(text);
      expect(again.problems).toEqual(anew.problems);
      expect(again.names).toEqual(anew.names);
      expect(again.endpoints.map(({ range, endpoint }) => ({ range, endpoint }))).toEqual(
        anew.endpoints.map(({ range, endpoint }) => ({ range, endpoint })),
      );
    }
  });
});

describe('what takes too long to compare is open', () => {
  const decided = (lines: string[]) => {
    const { model } = lowered(
      ['acl clients src 10.0.0.0/8', ...lines, 'http_access allow clients', 'http_access deny all', ''].join('\n'),
    );
    if (model.kind !== 'server') throw new Error('no server');
    const clients = IpSet.parse('10.0.0.0/8');
    const hosts = HostSet.pattern('teams.microsoft.com');
    const request = { scheme: 'https', hosts, port: 443, addresses: undefined, clients, user: 'none' } as const;
    return new Set(model.decide(request).map(({ outcome }) => (outcome.kind === 'served' ? outcome.access : 'open')));
  };

  test('groups whose groups name the same acls', () => {
    const groups = Array.from({ length: 30 }, (_, i) => [
      `acl a${i + 1} any-of a${i} b${i}`,
      `acl b${i + 1} all-of b${i} a${i}`,
    ]);
    const lines = ['acl a0 time 01:00-02:00', 'acl b0 browser x', ...groups.flat(), 'http_access deny a30'];
    expect(decided(lines)).toEqual(new Set(['permit', 'deny']));
    // squid rejects groups that name each other.
    expect(decided(['acl a any-of b', 'acl b any-of a', 'http_access deny a']).size).toBeGreaterThan(0);
  });
});
