// Sets of hosts by the number of labels, compared with the names that they should hold.
import { describe, expect, it } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { preimage } from '../../../server/src/model/preimages.js';
import { containing, type Language, languageHas, words } from '../../../server/src/model/text-language.js';
import { countOf, firstAt } from '../../../server/src/model/text-measures.js';
import { randomFrom } from '../../random.js';

const LABELS = ['a', 'b', 'com', 'lync'];
const NAMES = namesUpTo(4);

function namesUpTo(count: number): string[] {
  let last = [...LABELS];
  const all = [...last];
  for (let i = 1; i < count; i++) {
    last = last.flatMap((name) => LABELS.map((label) => `${label}.${name}`));
    all.push(...last);
  }
  return all;
}

/** Conditions as loops over the labels of a host make them. */
function someLanguage(next: (below: number) => number): Language {
  const behind = (language: Language) => preimage({ kind: 'behind', separator: '.', count: 1 + next(3) }, language);
  const kinds: (() => Language)[] = [
    () => containing(['.']),
    () => countOf('.', { values: new Set([next(4)]) }),
    () => countOf('.', { values: new Set(), from: next(5) }),
    () => countOf('.', { values: new Set([0, 2]) }),
    () => firstAt('.', { values: new Set(), from: 1 }),
    () => firstAt('.', { values: new Set([-1, 0]) }),
    () => words(['lync.com', 'com', 'a.lync.com'].slice(next(3))),
    () => preimage({ kind: 'item', separator: '.', index: -1 - next(3) }, words(LABELS.slice(next(4)))),
  ];
  const language = kinds[next(kinds.length)]?.() ?? containing(['.']);
  return next(2) === 0 ? behind(language) : language;
}

describe('sets of hosts by the number of labels', () => {
  it.each(Array.from({ length: 120 }, (_, seed) => seed))('hold the names that they should, %i', (seed) => {
    const next = randomFrom(seed);
    let set = next(2) === 0 ? HostSet.all : HostSet.union([HostSet.domain('lync.com'), HostSet.below('b')]);
    let expected = new Set(NAMES.filter((name) => set.has(name)));
    for (let i = 0; i < 6; i++) {
      const language = someLanguage(next);
      const inside = new Set(NAMES.filter((name) => languageHas(language, name)));
      const other = HostSet.all.where(language, true);
      const step = next(4);
      if (step === 0) {
        set = set.union(other);
        expected = new Set([...expected, ...inside]);
      } else {
        const holds = step === 1;
        set = next(2) === 0 ? set.where(language, holds) : holds ? set.intersect(other) : set.subtract(other);
        expected = new Set([...expected].filter((name) => inside.has(name) === holds));
      }
      expect(NAMES.filter((name) => set.has(name)).sort()).toEqual([...expected].sort());
      if (set.isEmpty) expect(expected.size).toBe(0);
      else expect(set.has(set.example ?? '')).toBe(true);
    }
  });

  it('are empty where no name has so many labels', () => {
    const many = (count: number) =>
      HostSet.below('lync.com').where(countOf('.', { values: new Set(), from: count }), true);
    expect(many(123).isEmpty).toBe(false);
    expect(many(124).isEmpty).toBe(true);
  });
});
