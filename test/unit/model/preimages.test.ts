import { describe, expect, test } from 'vitest';
import { splitConcatenation } from '../../../server/src/model/concatenations.js';
import { patternReplacement } from '../../../server/src/model/pattern-replacement.js';
import { between, insideBeginning, preimage } from '../../../server/src/model/preimages.js';
import {
  containing,
  EVERYTHING,
  endingWith,
  javascriptRegex,
  type Language,
  languageHas,
  shellPattern,
  startingWith,
  union,
  words,
} from '../../../server/src/model/text-language.js';
import { codeAt, countOf, firstAt, lastAt, ofLength } from '../../../server/src/model/text-measures.js';
import type { NumberSet, TextOperation } from '../../../server/src/model/text-operations.js';
import { allTexts } from './all-texts.js';

const TEXTS = allTexts('aB.', 6);

function regex(source: string): Language {
  const reading = javascriptRegex(source, '');
  if (reading.kind !== 'language') throw new Error(reading.reason);
  return reading.language;
}

const LANGUAGES: readonly [string, Language, (text: string) => boolean][] = [
  ['words', words(['', 'a', 'B.a', 'aa', '.a']), (text) => ['', 'a', 'B.a', 'aa', '.a'].includes(text)],
  ['containing', containing(['aB', '..']), (text) => text.includes('aB') || text.includes('..')],
  ['a regular expression', regex('^(?:a|B\\.)*$'), (text) => /^(?:a|B\.)*$/.test(text)],
  ['an ending', endingWith('.a'), (text) => text.endsWith('.a')],
  ['a beginning', startingWith('aB'), (text) => text.startsWith('aB')],
  ['a beginning that goes on as a pattern', shell('B.*a'), (text) => /^B\..*a$/.test(text)],
  ['a beginning and one character', shell('a.?'), (text) => /^a\..$/.test(text)],
  ['everything', EVERYTHING, () => true],
];

function shell(pattern: string): Language {
  const reading = shellPattern(pattern);
  if (reading.kind !== 'language') throw new Error(reading.reason);
  return reading.language;
}

function expectSame(language: Language, meaning: (text: string) => boolean): void {
  const differing = TEXTS.filter((text) => languageHas(language, text) !== meaning(text));
  expect(differing.slice(0, 5)).toEqual([]);
}

/** An operation, as JavaScript computes it; undefined where it is not possible. */
const OPERATIONS: readonly [TextOperation, (text: string) => string | undefined][] = [
  [{ kind: 'lower' }, (text) => text.toLowerCase()],
  [{ kind: 'upper' }, (text) => text.toUpperCase()],
  [{ kind: 'reverse' }, (text) => text.split('').reverse().join('')],
  ...[0, 1, 2, 3].flatMap((count): [TextOperation, (text: string) => string][] => [
    [{ kind: 'take', count }, (text) => text.slice(0, count)],
    [{ kind: 'drop', count }, (text) => text.slice(count)],
    [{ kind: 'take-last', count }, (text) => text.slice(Math.max(0, text.length - count))],
    [{ kind: 'drop-last', count }, (text) => text.slice(0, Math.max(0, text.length - count))],
  ]),
  ...['.', 'a', 'aa', 'aBa', '..', 'a.a', ''].flatMap(
    (what): [TextOperation, (text: string) => string | undefined][] => [
      [{ kind: 'until-first', what }, (text) => (text.includes(what) ? text.slice(0, text.indexOf(what)) : undefined)],
      [{ kind: 'from-first', what }, (text) => (text.includes(what) ? text.slice(text.indexOf(what)) : undefined)],
      [
        { kind: 'until-last', what },
        (text) => (text.includes(what) ? text.slice(0, text.lastIndexOf(what)) : undefined),
      ],
      [{ kind: 'from-last', what }, (text) => (text.includes(what) ? text.slice(text.lastIndexOf(what)) : undefined)],
      [{ kind: 'replace-first', what, by: 'B' }, (text) => text.replace(what, 'B')],
      [{ kind: 'replace-all', what, by: '' }, (text) => text.replaceAll(what, '')],
      [{ kind: 'replace-all', what, by: 'aa' }, (text) => text.replaceAll(what, 'aa')],
    ],
  ),
  ...['.', 'aa', 'a.a'].flatMap((separator) =>
    [0, 1, 2, -1, -2, -3].map((index): [TextOperation, (text: string) => string | undefined] => [
      { kind: 'item', separator, index },
      (text) => text.split(separator).at(index),
    ]),
  ),
  ...[1, 2, 3].map((count): [TextOperation, (text: string) => string | undefined] => [
    { kind: 'behind', separator: '.', count },
    (text) => (text.split('.').length <= count ? undefined : text.split('.').slice(count).join('.')),
  ]),
  ...[-1, -2, -3].flatMap((first) =>
    [-1, -2, -3]
      .filter((last) => last >= first)
      .map((last): [TextOperation, (text: string) => string | undefined] => [
        { kind: 'items', separator: '.', first, last },
        (text) => {
          const items = text.split('.');
          return items.length < -first ? undefined : items.slice(first, items.length + last + 1).join('.');
        },
      ]),
  ),
];

describe('the pre-image of a language', () => {
  test.each(OPERATIONS.map((one) => [JSON.stringify(one[0]), ...one] as const))('under %s', (_, operation, compute) => {
    for (const [name, language, has] of LANGUAGES) {
      const own = preimage(operation, language);
      const differing = TEXTS.filter((text) => {
        const result = compute(text);
        return languageHas(own, text) !== (result !== undefined && has(result));
      });
      expect([name, differing.slice(0, 5)]).toEqual([name, []]);
    }
  });

  test.each([
    ['\\.$', ''],
    ['^a\\.', ''],
    ['^(?:a|B)\\.', ''],
    ['\\.a*$', ''],
    ['a$', ''],
    ['\\.?$', ''],
    ['^\\.+a', ''],
    ['[aB]', ''],
    ['[aB]', 'g'],
    ['\\.+', 'g'],
    ['[^a]+', ''],
    ['\\W', 'g'],
    ['b', 'gi'],
    ['^a.a$', ''],
    ['^a*$', 'g'],
    ['(?:aB|\\.)+$', ''],
    ['^[^.]*\\.', 'g'],
    ['^', ''],
    ['$', ''],
    ['[aB]+\\.?a*$', ''],
  ])('under the replacement of %s with flags "%s"', (source, flags) => {
    for (const by of ['', 'B', '.a']) {
      const operation = patternReplacement(source, flags, by);
      if (!operation) throw new Error('not modelled');
      for (const [name, language, has] of LANGUAGES) {
        const own = preimage(operation, language);
        const expression = () => new RegExp(source, flags);
        const differing = TEXTS.filter((text) => languageHas(own, text) !== has(text.replace(expression(), by)));
        expect([name, by, differing.slice(0, 5)]).toEqual([name, by, []]);
      }
    }
  });

  test.each([
    ['^a*', ''],
    ['^.*\\.', ''],
    ['a+b', 'g'],
    ['^a', 'm'],
    ['a', 'y'],
    ['\\b$', ''],
    ['a*$', 'g'],
    ['^(a)\\1', ''],
  ])('is not known for the replacement of %s with flags "%s"', (source, flags) => {
    expect(patternReplacement(source, flags, '')).toBeUndefined();
  });

  test('of a text between two constants', () => {
    for (const [, language, has] of LANGUAGES) {
      for (const [prefix, suffix] of [
        ['', ''],
        ['a', ''],
        ['', '.a'],
        ['B', 'a'],
        ['.', '.'],
      ] as const) {
        const own = between(language, prefix, suffix);
        expectSame(own, (text) => has(prefix + text + suffix));
        if (language.kind === 'words') expect(own.kind).toBe('words');
      }
    }
  });
});

test('what is left of a beginning between two constants', () => {
  for (const [prefix, rest] of [
    ['aB', EVERYTHING],
    ['B.a', shell('*.a')],
    ['a.', shell('B?')],
  ] as const) {
    for (const [before, after] of ['', 'a', 'aB', 'B.aB', 'a.B'].flatMap((one) =>
      ['', '.', 'a', '.a', 'B.a'].map((two) => [one, two]),
    )) {
      for (const alphabet of [undefined, new Set('aB')]) {
        const own = union(insideBeginning({ prefix, rest }, before ?? '', after ?? '', alphabet));
        const possible = TEXTS.filter((text) => !alphabet || [...text].every((unit) => alphabet.has(unit)));
        const differing = possible.filter((text) => {
          const whole = `${before}${text}${after}`;
          const held = whole.startsWith(prefix) && languageHas(rest, whole.slice(prefix.length));
          return languageHas(own, text) !== held;
        });
        expect([prefix, before, after, differing.slice(0, 5)]).toEqual([prefix, before, after, []]);
      }
    }
  }
});

describe('two texts that are joined', () => {
  const PARTS = allTexts('aB.', 3);

  test.each(LANGUAGES)('%s', (_, language, has) => {
    for (const middle of ['', '.', 'aB', '..']) {
      for (const firstUnits of ['aB.', 'aB']) {
        const firstSymbols = new Set([...firstUnits].map((unit) => unit.charCodeAt(0)));
        const split = splitConcatenation(language, { middle, firstSymbols });
        if (!split) throw new Error('too many pairs');
        const { pairs, isPartition } = split;
        for (const first of PARTS.filter((text) => [...text].every((unit) => firstUnits.includes(unit)))) {
          const own = pairs.filter((pair) => languageHas(pair.first, first));
          expect([first, isPartition ? own.length === 1 : own.length <= 1]).toEqual([first, true]);
          for (const second of PARTS) {
            const held = own.some((pair) => languageHas(pair.second, second));
            expect([first, middle, second, held]).toEqual([first, middle, second, has(first + middle + second)]);
          }
        }
      }
    }
  });
});

describe('texts with a number', () => {
  const SETS: readonly NumberSet[] = [
    { values: new Set([0]) },
    { values: new Set([-1]) },
    { values: new Set([-1, 2, 4]) },
    { values: new Set(), from: 0 },
    { values: new Set([1]), from: 3 },
    { values: new Set() },
  ];
  const has = ({ values, from }: NumberSet, value: number) =>
    values.has(value) || (from !== undefined && value >= from);

  test('length', () => {
    for (const set of SETS) expectSame(ofLength(set), (text) => has(set, text.length));
  });

  test.each(['a', '.', 'aa', 'a.a', 'aBa', ''])('positions and number of "%s"', (what) => {
    for (const set of SETS) {
      expectSame(firstAt(what, set), (text) => has(set, text.indexOf(what)));
      expectSame(lastAt(what, set), (text) => has(set, text.lastIndexOf(what)));
      expectSame(countOf(what, set), (text) => has(set, text.split(what).length - 1));
    }
  });

  test('code units', () => {
    for (const position of [-1, 0, 1, 3]) {
      for (const codes of [new Set([97]), new Set([Number.NaN]), new Set([46, Number.NaN]), new Set<number>()]) {
        expectSame(codeAt(position, codes), (text) => codes.has(text.charCodeAt(position)));
      }
    }
  });
});

describe('languages', () => {
  test.each(['*a*', 'a*', '*.a', '?B*', 'a|B', '[aB]*', '*', '', 'a.B', '(a|B)*.?', 'a+', '*B.*a', '??', '*a*B*'])(
    'shExpMatch with %s',
    (pattern) => {
      const reading = shellPattern(pattern);
      const source = pattern.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
      if (reading.kind !== 'language') throw new Error(reading.reason);
      expectSame(reading.language, (text) => new RegExp(`^${source}$`).test(text));
    },
  );

  test('a pattern that is no regular expression', () => {
    expect(shellPattern('a)').kind).toBe('invalid');
    expect(shellPattern('[').kind).toBe('invalid');
  });

  test('unions', () => {
    for (const [, a, inA] of LANGUAGES) {
      for (const [, b, inB] of LANGUAGES) expectSame(union([a, b]), (text) => inA(text) || inB(text));
    }
  });
});
