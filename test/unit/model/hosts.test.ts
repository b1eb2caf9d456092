import { describe, expect, it } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { endingWithSome, words } from '../../../server/src/model/text-language.js';

/** Every name of up to three labels over a small alphabet: large enough for the operations to differ on. */
const LABELS = ['a', 'b', 'ab', 'cdn', 'xcdn'];
const UNIVERSE = [
  ...LABELS,
  ...LABELS.flatMap((x) => LABELS.map((y) => `${x}.${y}`)),
  ...LABELS.flatMap((x) => LABELS.flatMap((y) => LABELS.map((z) => `${x}.${y}.${z}`))),
];

/** What a pattern means, said a second time in the plainest way there is. */
const BASE_SETS: readonly [string, HostSet, (name: string) => boolean][] = [
  ['exact a', HostSet.exact('a'), (name) => name === 'a'],
  ['exact a.b', HostSet.exact('a.b'), (name) => name === 'a.b'],
  ['below b', HostSet.below('b'), (name) => name.endsWith('.b')],
  ['domain b', HostSet.domain('b'), (name) => name === 'b' || name.endsWith('.b')],
  ['domain a.b', HostSet.domain('a.b'), (name) => name === 'a.b' || name.endsWith('.a.b')],
  ['below ab.b', HostSet.below('ab.b'), (name) => name.endsWith('.ab.b')],
  ['*cdn.b', HostSet.pattern('*cdn.b'), (name) => name.endsWith('cdn.b') && name.length > 'cdn.b'.length],
  ['a.*.b', HostSet.pattern('a.*.b'), (name) => /^a\..+\.b$/.test(name)],
  ['all', HostSet.all, () => true],
  ['none', HostSet.none, () => false],
];

function expectSame(set: HostSet, meaning: (name: string) => boolean): void {
  const wanted = UNIVERSE.filter(meaning);
  expect(UNIVERSE.filter((name) => set.has(name))).toEqual(wanted);
  if (wanted.length > 0) expect(set.isEmpty).toBe(false);
  if (set.isEmpty) expect(set.example).toBeUndefined();
  else expect(set.has(set.example ?? '')).toBe(true);
}

describe('host sets', () => {
  it.each(BASE_SETS)('%s holds exactly the names it stands for', (_, set, meaning) => expectSame(set, meaning));

  for (const [nameA, a, inA] of BASE_SETS) {
    for (const [nameB, b, inB] of BASE_SETS) {
      it(`combines ${nameA} with ${nameB} exactly`, () => {
        expectSame(a.union(b), (name) => inA(name) || inB(name));
        expectSame(a.intersect(b), (name) => inA(name) && inB(name));
        expectSame(a.subtract(b), (name) => inA(name) && !inB(name));
        expectSame(a.subtract(b).union(a.intersect(b)), inA);
        expect(a.intersect(b).subtract(a).isEmpty).toBe(true);
      });
      for (const [nameC, c, inC] of BASE_SETS) {
        it(`combines ${nameA} without ${nameB} with ${nameC} exactly`, () => {
          expectSame(a.subtract(b).intersect(c), (name) => inA(name) && !inB(name) && inC(name));
          expectSame(a.intersect(b).subtract(c), (name) => inA(name) && inB(name) && !inC(name));
          expectSame(a.subtract(b.subtract(c)), (name) => inA(name) && !(inB(name) && !inC(name)));
        });
      }
    }
  }

  it.each(BASE_SETS)('%s under words and endings holds exactly those that fit', (_, set, meaning) => {
    for (const texts of [['a'], ['cdn.b', 'a.b.ab'], ['.b'], ['.cdn.b', 'b.b'], ['n.ab'], ['b'], ['x.y'], ['.']]) {
      const isOne = (name: string) => texts.includes(name);
      const endsWithOne = (name: string) => texts.some((text) => name.endsWith(text));
      for (const holds of [true, false]) {
        expectSame(set.where(words(texts), holds), (name) => meaning(name) && isOne(name) === holds);
        expectSame(set.where(endingWithSome(texts), holds), (name) => meaning(name) && endsWithOne(name) === holds);
      }
    }
  });

  it('sees that a wildcard is covered by the union of its parts', () => {
    const parts = HostSet.union([
      HostSet.domain('x.example'),
      HostSet.below('example').subtract(HostSet.domain('x.example')),
    ]);
    expect(HostSet.below('example').subtract(parts).isEmpty).toBe(true);
  });

  it('ignores case, as DNS does', () => {
    expect(HostSet.pattern('*.Teams.Microsoft.com').has('EU.teams.microsoft.COM')).toBe(true);
  });

  it('describes what is left in the form that documents use', () => {
    expect(HostSet.pattern('*.lync.com').union(HostSet.exact('lync.com')).describe()).toBe('lync.com, *.lync.com');
    expect(HostSet.below('lync.com').subtract(HostSet.domain('sip.lync.com')).describe()).toBe(
      '*.lync.com (except sip.lync.com)',
    );
  });
});
