import { describe, expect, test } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { javascriptRegex, type Language } from '../../../server/src/model/text-language.js';

function language(source: string): Language {
  const reading = javascriptRegex(source, '');
  if (reading.kind !== 'language') throw new Error(source);
  return reading.language;
}

const LABELS = ['a', 'b', 'ab', 'ba'];
const NAMES = LABELS.flatMap((a) => [
  a,
  ...LABELS.flatMap((b) => [`${a}.${b}`, ...LABELS.map((c) => `${a}.${b}.${c}`)]),
]);

describe('sets that are made of many parts', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))('hold the names of their parts, %i', (seed) => {
    const sources = Array.from({ length: 14 }, (_, i) => {
      const k = (seed * 31 + i * 17) % 97;
      return (
        [
          `^${LABELS[k % 4]}`,
          `${LABELS[k % 4]}$`,
          `^[^.]*\\.${LABELS[k % 4]}`,
          `(\\.|^)${LABELS[k % 3]}\\.[^.]*$`,
          `^.{${k % 7}}$`,
        ][k % 5] ?? ''
      );
    });
    const united = HostSet.union(sources.map((source) => HostSet.all.where(language(source), true)));
    const cut = sources.reduce((set, source, i) => set.where(language(source), i % 3 === 0), HostSet.all);
    const outside = sources.reduce((set, source) => set.where(language(source), false), HostSet.all);
    const inAny = (name: string) => sources.some((source) => new RegExp(source).test(name));
    expect(NAMES.filter((name) => united.has(name) !== inAny(name))).toEqual([]);
    expect(NAMES.filter((name) => outside.has(name) === inAny(name))).toEqual([]);
    const inCut = (name: string) => sources.every((source, i) => new RegExp(source).test(name) === (i % 3 === 0));
    expect(NAMES.filter((name) => cut.has(name) !== inCut(name))).toEqual([]);
    if (NAMES.some(inCut)) expect(cut.isEmpty).toBe(false);
    expect(united.intersect(outside).isEmpty).toBe(true);
  });
});
