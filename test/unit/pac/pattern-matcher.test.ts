// The matcher of regular expressions, compared with the engine that the tests run in.
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../server/src/dialects/pac/meaning/machine/builtins/pattern-code.js';
import { findMatch } from '../../../server/src/dialects/pac/meaning/machine/builtins/pattern-matcher.js';
import { Budget, BudgetSpent } from '../../../server/src/model/budget.js';
import { parseJavascriptRegex } from '../../../server/src/model/javascript-regex-parser.js';
import { randomFrom } from '../../random.js';

/** What a match is, in a form to compare: its index and its captures. */
function ours(source: string, flags: string, text: string, from: number, work = 2_000_000): unknown {
  const reading = parseJavascriptRegex(source, flags);
  if (reading.kind !== 'pattern') return reading.kind;
  const captures = findMatch(compilePattern(reading.pattern), text, from, new Budget(work));
  if (!captures) return null;
  const groups = Array.from({ length: captures.length / 2 }, (_, group) => {
    const [start = -1, end = -1] = captures.slice(2 * group, 2 * group + 2);
    return start < 0 ? undefined : text.slice(start, end);
  });
  return [captures[0], ...groups];
}

function theirs(source: string, flags: string, text: string, from: number): unknown {
  const expression = new RegExp(source, flags.replace(/[gy]/g, '') + (flags.includes('y') ? 'y' : 'g'));
  expression.lastIndex = from;
  const match = expression.exec(text);
  return match && [match.index, ...match];
}

const CASES: readonly (readonly [source: string, flags: string, text: string])[] = [
  ['(a*)*', '', 'b'],
  ['(?:a?)*?$', '', 'aab'],
  ['(z)((a+)?(b+)?(c))*', '', 'zaacbbbcac'],
  ['(a*)b\\1+', '', 'baaaac'],
  ['(?=(a+))a*b\\1', '', 'baaabac'],
  ['(.*?)a(?!(a+)b\\2c)\\2(.*)', '', 'baaabaac'],
  ['(?<=(\\d+)(\\d+))$', '', '1053'],
  ['(?<=\\1(\\d+))x', '', '11x'],
  ['(?<=^|\\.)(\\w+)$', '', 'www.example'],
  ['(?<!a)b', '', 'abcb'],
  ['(?<=([abc]+)).\\1', '', 'abcdbc'],
  ['\\k<x>(?<x>a)', '', 'a'],
  ['(?<year>\\d{4})-(?<month>\\d\\d)', '', 'on 2024-05-06'],
  ['^.', 'u', '\u{1f600}x'],
  ['^.', '', '\u{1f600}x'],
  ['[^x]$', 'u', 'a\u{1f600}'],
  ['(?<=.)$', 'u', '\u{1f600}'],
  ['\\u{1f600}+', 'u', '\u{1f600}\u{1f600}\ude00'],
  ['.*\\ude00', '', '\u{1f600}'],
  ['\\ude00', 'u', '\u{1f600}'],
  ['ſ', 'i', 's'],
  ['ſ', 'iu', 's'],
  ['(\\w)\\1', 'iu', 'sſ'],
  ['(ß)\\1', 'i', 'ßẞ'],
  ['(k)\\1', 'i', 'kK'],
  ['a$', 'm', 'a\nb'],
  ['^b', 'm', 'a\u2028b'],
  ['.', 's', '\n'],
  ['()*', '', 'a'],
  ['(?:){3}', '', 'a'],
  ['(a?){3}', '', 'aa'],
  ['(a?){2,}?b', '', 'aab'],
  ['(?:a|ab)(?:c|bcd)(d*)', '', 'abcd'],
  ['((a)|b)*', '', 'ab'],
  ['(a\\1)', '', 'aa'],
  ['(?:(a)|b)*\\1c', '', 'abac'],
  ['x{0}y', '', 'xy'],
  ['a{2', '', 'a{2'],
  [']', '', ']'],
  ['\\bfoo\\b', '', 'a foo.b'],
  ['\\Boo', '', 'foo'],
  ['[\\s\\S]{2,3}?b', '', 'aaab'],
  ['\\p{Lu}+', 'u', 'abÄÖ'],
  ['\\8', '', '8'],
  ['\\101', '', 'A'],
  ['\\cA\\c', '', '\u0001\\c'],
];

const PIECES = [
  ...[
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '\\W',
    '\\b',
    '\\B',
    '^',
    '$',
    '(a)',
    '(b|a)',
    '(?:ab|a)',
    '\\1',
    '\\2',
  ],
  ...[
    '(?=a)',
    '(?!b)',
    '(?<=a)',
    '(?<!b)',
    '(?=(a|b))',
    '(?<=(a)(b)?)',
    '(?:a|b(a))',
    '((a)|b)',
    '()',
    '(?:)',
    '1',
    'ä',
    '\\u{1f600}',
  ],
];
const QUANTIFIERS = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}'];
const FLAGS = ['', '', 'i', 'm', 's', 'u', 'iu', 'y', 'g', 'imsu'];
const LETTERS = ['a', 'b', 'A', 'B', '1', '.', '\n', 'ä', 'Ä', '\u{1f600}', '\ud83d', 'ab', 'ba', ' '];

describe('the matcher of regular expressions', () => {
  it.each(CASES)('matches /%s/%s with %j as an engine does', (source, flags, text) => {
    for (let from = 0; from <= text.length; from++)
      expect(ours(source, flags, text, from)).toEqual(theirs(source, flags, text, from));
  });

  it('agrees with an engine on generated expressions', () => {
    const below = randomFrom(8);
    const pick = (list: readonly string[]) => list[below(list.length)] ?? '';
    const piece = (): string =>
      below(4) === 0 ? `(${Array.from({ length: 1 + below(3) }, part).join(below(2) ? '|' : '')})` : pick(PIECES);
    const part = (): string => piece() + pick(QUANTIFIERS);
    let compared = 0;
    for (let round = 0; round < 10_000; round++) {
      const source = Array.from({ length: 1 + below(5) }, part).join('');
      const flags = pick(FLAGS);
      const text = Array.from({ length: below(9) }, () => pick(LETTERS)).join('');
      const from = below(3) ? 0 : below(text.length + 1);
      const result = ours(source, flags, text, from, 100_000_000);
      if (typeof result === 'string') continue;
      compared++;
      expect([source, flags, text, from, result]).toEqual([
        source,
        flags,
        text,
        from,
        theirs(source, flags, text, from),
      ]);
    }
    expect(compared).toBeGreaterThan(4000);
  });

  it('stops where an engine would run for ever', () => {
    expect(() => ours('^(a+)+$', '', `${'a'.repeat(60)}b`, 0)).toThrow(BudgetSpent);
    expect(() => ours('(?:a|a)*b', '', 'a'.repeat(100_000), 0)).toThrow(BudgetSpent);
  });

  it('matches long texts', () => {
    const text = `${'a'.repeat(200_000)}b`;
    expect(ours('^(.*)b$', '', text, 0)).toEqual([0, text, text.slice(0, -1)]);
    expect(ours('^(?:a|b)*$', '', text, 0, 20_000_000)).toEqual([0, text]);
  });
});
