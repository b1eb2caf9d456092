// All short patterns beside what regular expressions say of all short texts.
import { expect, test } from 'vitest';
import { insideWildcards, splitWildcards } from '../../../server/src/model/wildcards.js';
import { allTexts } from './all-texts.js';

const PATTERNS = allTexts('a/*?', 4);
const ALPHABET = new Set('ab');
const INSIDE = allTexts('ab', 3);

const expressions = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  let expression = expressions.get(pattern);
  if (!expression) {
    expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
    expressions.set(pattern, expression);
  }
  return expression.test(text);
}

test('what is between two texts', () => {
  const wrong: string[] = [];
  for (const pattern of PATTERNS) {
    for (const prefix of allTexts('a/', 2)) {
      for (const suffix of allTexts('a/', 2)) {
        const inside = [...insideWildcards(pattern, prefix, suffix, ALPHABET)];
        for (const text of INSIDE) {
          const found = inside.some((one) => matches(one, text));
          if (found !== matches(pattern, prefix + text + suffix)) wrong.push(`${pattern}: ${prefix}(${text})${suffix}`);
        }
      }
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('pairs of texts around a middle', () => {
  const wrong: string[] = [];
  const seconds = allTexts('ab/', 2);
  for (const pattern of PATTERNS) {
    for (const middle of ['', '/', 'a', '//']) {
      const pairs = splitWildcards(pattern, middle, ALPHABET);
      for (const first of INSIDE) {
        for (const second of seconds) {
          const found = pairs.some(
            (pair) => matches(pair.first, first) && pair.seconds.some((one) => matches(one, second)),
          );
          if (found !== matches(pattern, first + middle + second))
            wrong.push(`${pattern}: ${first}|${middle}|${second}`);
        }
      }
    }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('few patterns are left where the others say the same', () => {
  const hosts = new Set('abcdefghijklmnopqrstuvwxyz0123456789.-');
  expect([...insideWildcards('*://*.shop.example/*', 'https://', '/', hosts)]).toEqual(['*.shop.example']);
  expect(splitWildcards('*.shop.example/*', '/', hosts)).toEqual([
    { first: '*', seconds: ['*.shop.example/*'] },
    { first: '*.shop.example', seconds: ['*'] },
  ]);
});
