// Lists of expressions: the words among them are compared apart, and hosts are divided as each expression alone would.
import { describe, expect, it } from 'vitest';
import { Patterns } from '../../../server/src/dialects/squid/program/patterns.js';
import { HostSet } from '../../../server/src/model/hosts.js';

const HOSTS = ['a.example', 'games.example', 'my-games.net', 'xbad.org', 'x.bad.org', 'b_d.example', 'casino.bad.org'];

function patternsOf(expressions: readonly string[], ignoreCase: boolean): Patterns {
  const patterns = new Patterns();
  for (const expression of expressions) patterns.add(expression, ignoreCase);
  return patterns;
}

function hostsOf(patterns: Patterns): HostSet {
  const { languages, automata } = patterns.names();
  return HostSet.union([...languages, ...automata].map((part) => HostSet.all.where(part, true)));
}

describe('expressions of an acl', () => {
  it.each([
    [['games', 'casino'], true],
    [['GAMES', 'x\\.bad'], true],
    [['GAMES', 'bad'], false],
    [['x.bad', '^a', 'b_d'], true],
    [['-games', '(^|\\.)bad\\.org$'], false],
    [['(^|\\.)BAD', '^(.*\\.)?games\\.example$', '\\.net$', '^casino'], true],
    [['bad\\.org$', '^a\\.example$', '\\.ex', '^b', '(^|\\.)games'], false],
    [['(^|\\.)BAD\\.org$', 'A', '^B'], false],
    [['\\.bad\\.org$', '^(.*\\.)?casino', '(^|.)ad'], true],
  ])('%j match the hosts that each of them matches (any case: %s)', (expressions, ignoreCase) => {
    const patterns = patternsOf(expressions, ignoreCase);
    const hosts = hostsOf(patterns);
    for (const host of HOSTS) {
      const expected = expressions.some((one) => patternsOf([one], ignoreCase).matches(host));
      expect([host, hosts.has(host)]).toEqual([host, expected]);
      expect([host, patterns.matches(host)]).toEqual([host, expected]);
    }
  });

  it('that are skipped or not modelled are none', () => {
    const patterns = new Patterns();
    expect(patterns.add('(', false)).toBeUndefined();
    expect(patterns.add('(a)\\1', false)).toBeDefined();
    expect(patterns.isEmpty).toBe(true);
  });

  it('divide hosts into parts that are the whole together, and nothing in common', () => {
    const words = patternsOf(['games', 'casino', 'bad'], true).words();
    const others = patternsOf(['play'], true).words();
    if (!words || !others) throw new Error('there are words');
    for (const base of [HostSet.below('example'), HostSet.domain('bad.org'), HostSet.all.where(others, true)]) {
      const [yes, no] = [base.where(words, true), base.where(words, false)];
      expect(yes.intersect(no).isEmpty).toBe(true);
      expect(yes.subtract(no).subtract(yes).isEmpty).toBe(true);
      expect(no.subtract(no.where(others, true)).where(others, true).isEmpty).toBe(true);
      const whole = yes.union(no);
      expect([whole.subtract(base).isEmpty, base.subtract(whole).isEmpty]).toEqual([true, true]);
      const half = no.union(yes.where(others, true));
      expect(base.subtract(half).subtract(yes).isEmpty).toBe(true);
      expect(half.intersect(yes).subtract(base.where(others, true)).isEmpty).toBe(true);
    }
  });
});
