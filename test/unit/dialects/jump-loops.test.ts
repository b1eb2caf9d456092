import { expect, it } from 'vitest';
import { type Jump, jumpLoops } from '../../../server/src/dialects/shared/jump-loops.js';

/** Chains as `a: b c`, one a line, with what each jumps to in order. */
function loopsOf(text: string, starts: readonly string[]): string[] {
  const graph = new Map(text.split('\n').map((line) => [line[0] ?? '', line.slice(3).split(' ').filter(Boolean)]));
  function* jumpsOf(chain: string): Generator<Jump<string>> {
    for (const target of graph.get(chain) ?? []) yield { target, uri: chain, range: { start: 0, end: 0 } };
  }
  return jumpLoops(starts, jumpsOf).map(({ from, target }) => `${from}→${target}`);
}

it.each([
  ['a: b\nb:', ['a'], []],
  ['a: b c\nb: d\nc: d\nd:', ['a'], []],
  ['a: b\nb: b', ['a'], ['b→b']],
  ['a: b\nb: c\nc: b a', ['a'], ['c→b', 'c→a']],
  ['a: b\nb: c\nc: b', ['a', 'c'], ['c→b']],
  ['a:\nb: b', ['a'], []],
] as const)('the jumps of %j from %j close the loops %j', (text, starts, expected) => {
  expect(loopsOf(text, starts)).toEqual(expected);
});

it('a long row of chains needs no stack', () => {
  const next = (chain: number) =>
    chain < 100_000 ? [{ target: chain + 1, uri: '', range: { start: 0, end: 0 } }] : [];
  expect(jumpLoops([0], next)).toEqual([]);
});
