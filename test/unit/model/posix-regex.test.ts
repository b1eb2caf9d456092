import { describe, expect, test } from 'vitest';
import { acceptsText } from '../../../server/src/model/language.js';
import { posixRegexFault, readPosixRegex } from '../../../server/src/model/posix-regex.js';
import { beforeAny, beforeSome, between, unionOf } from '../../../server/src/model/quotients.js';

/** Expressions that POSIX and JavaScript read alike. */
const SHARED = [
  'teams',
  '^teams',
  'teams$',
  '^teams\\.microsoft\\.com$',
  '(^|\\.)microsoft\\.com$',
  '^[a-z]+[0-9]*\\.',
  '[^a-z]',
  'a{2}',
  'a{2,}b',
  '^(ab|cd){1,2}$',
  'x?y+z*',
  '(a|b|)c',
  '^$',
  'a|^b|c$',
  '(a*)*b',
  '[.]com',
  '[a-]x',
  'a.c',
];
const TEXTS = [
  '',
  'a',
  'aa',
  'aab',
  'ab',
  'abcd',
  'abab',
  'ababab',
  'b',
  'xb',
  'c',
  'bc',
  'ac',
  'abc',
  'a-x',
  '-x',
  'xyz',
  'yy',
  'teams',
  'steams',
  'teamsx',
  'teams.microsoft.com',
  'teamsxmicrosoft.com',
  'eu.teams.microsoft.com',
  'microsoft.com',
  'xmicrosoft.com',
  'cdn12.example.com',
  'CDN.example.com',
];

function automaton(source: string, ignoreCase = false) {
  const reading = readPosixRegex(source, ignoreCase);
  if (reading.kind !== 'automaton') throw new Error(`${source}: ${reading.reason}`);
  return reading.automaton;
}

describe('an expression is found where JavaScript finds it', () => {
  test.each(SHARED)('%s', (source) => {
    for (const ignoreCase of [false, true]) {
      const own = automaton(source, ignoreCase);
      const theirs = new RegExp(source, ignoreCase ? 'i' : '');
      for (const text of TEXTS) expect([text, acceptsText(own, text)]).toEqual([text, theirs.test(text)]);
    }
  });
});

describe('what only POSIX has', () => {
  test('character classes', () => {
    expect(acceptsText(automaton('^[[:alpha:][:digit:]_]+$'), 'a1_')).toBe(true);
    expect(acceptsText(automaton('^[[:alpha:][:digit:]_]+$'), 'a-1')).toBe(false);
    expect(acceptsText(automaton('^[^[:space:]]$'), ' ')).toBe(false);
  });

  test('a bracket first in its list, and a parenthesis that nothing opens', () => {
    expect(acceptsText(automaton('[]x]'), ']')).toBe(true);
    expect(acceptsText(automaton('^a)$'), 'a)')).toBe(true);
  });

  test.each(['[a', '(a', '*a', 'a{2', 'a{2,1}', '[[:foo:]]', 'a\\'])('%s is refused', (source) => {
    expect(readPosixRegex(source, false).kind).toBe('invalid');
  });

  test.each(['(a)\\1', 'a\\b', '(((a{200}){200}){200})'])('%s is not modelled', (source) => {
    expect(readPosixRegex(source, false).kind).toBe('unmodelled');
  });
});

describe('quotients', () => {
  const url = automaton('^http://www\\.[a-z]+\\.com/img');

  test('what stands between a prefix and a suffix', () => {
    const hosts = between(url, 'http://', '/img/logo.png');
    expect(acceptsText(hosts, 'www.example.com')).toBe(true);
    expect(acceptsText(hosts, 'example.com')).toBe(false);
    expect(acceptsText(between(url, 'http://', '/css'), 'www.example.com')).toBe(false);
  });

  test('what some or every path makes match', () => {
    expect(acceptsText(beforeSome(url, 'http://', '/'), 'www.example.com')).toBe(true);
    expect(acceptsText(beforeAny(url, 'http://', '/'), 'www.example.com')).toBe(false);
    expect(acceptsText(beforeAny(automaton('example'), 'http://', '/'), 'www.example.com')).toBe(true);
    expect(acceptsText(beforeSome(automaton('example\\.com/$'), 'http://', '/'), 'www.example.org')).toBe(true);
    expect(acceptsText(beforeSome(automaton('^ftp:'), 'http://', '/'), 'www.example.org')).toBe(false);
  });

  test('unions', () => {
    const both = unionOf([automaton('^a$'), automaton('^b$')]);
    expect(['a', 'b', 'c', 'ab'].map((text) => acceptsText(both, text))).toEqual([true, true, false, false]);
  });
});

test.each([
  ...SHARED,
  'www.example.com/a-b:80',
  'http://x.',
  '(a',
  'a)',
  '[a',
  'a{2',
  'a{3,2}',
  '*a',
  'a**',
  '\\',
  '[[:nothing:]]',
  '[b-a]',
  '',
])('the fault of %j is what reading it says', (source) => {
  const reading = readPosixRegex(source, false);
  expect(posixRegexFault(source)).toBe(reading.kind === 'invalid' ? reading.reason : undefined);
});
