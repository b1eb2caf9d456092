import { describe, expect, test } from 'vitest';
import { words } from '../../../server/src/dialects/nftables/vocabulary/words.js';
import { lowered } from './helpers.js';
import { changedBehindWords, SAMPLES } from './word-samples.js';

/** Words of commands that only show something, and those that a file from nothing cannot have. */
const WITHOUT_SAMPLE: ReadonlySet<string> = new Set([
  ...'rename destroy replace list reset get monitor export import describe handle position rule meter include'.split(
    ' ',
  ),
  // Not in nft 1.0.6, and what needs hardware, a running program or a module.
  ...'persist owner last tunnel secmark flowtable flow offload not'.split(' '),
]);

const NO_PLACES: ReadonlySet<string> = new Set(['what commands show', 'field']);

function isTold(text: string): boolean {
  return lowered(text).problems.some(({ code }) => code === 'syntax-error' || code === 'undefined-name');
}

describe('what stands behind a word that is read, and a wrong spelling of it, never vanish', () => {
  test('every word that has an effect, or none, has a sample', () => {
    const seen = new Set(SAMPLES.flatMap((sample) => sample.match(/[a-z][\w-]*/g) ?? []));
    const without = words.words.filter(({ name, place, treatment }) => {
      if (treatment === 'opaque' || NO_PLACES.has(place)) return false;
      return !WITHOUT_SAMPLE.has(name) && !name.split(' ').every((part) => seen.has(part));
    });
    const fields = words.words.filter(({ name, place, treatment }) => {
      return place === 'field' && treatment === 'modelled' && !name.split(' ').every((part) => seen.has(part));
    });
    expect(without.map(({ name, place }) => `${place}: ${name}`)).toEqual([]);
    expect(fields.map(({ name }) => name)).toEqual(['fib check', 'rt2', 'srh seg-left']);
  });

  test.each(SAMPLES.map((sample) => [sample.trim().replaceAll(/\s+/g, ' '), sample]))('%s', (_, sample) => {
    expect(isTold(sample)).toBe(false);
    expect(changedBehindWords(sample).filter((changed) => !isTold(changed))).toEqual([]);
  });
});
