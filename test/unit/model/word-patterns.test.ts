// Which of many words a name holds.
import { expect, test } from 'vitest';
import { WordPatterns } from '../../../server/src/model/word-patterns.js';
import { Random } from '../../random.js';

const LETTERS = 'abcdefgh.-0';

function textOf(random: Random, longest: number): string {
  return Array.from({ length: 1 + random.below(longest) }, () => LETTERS[random.below(LETTERS.length)]).join('');
}

test.each([3, 400, 511, 512, 513, 2_000])('%d words are found where they occur, and nowhere else', (count) => {
  const random = new Random(count);
  // Words of one or two letters are in most names.
  const words = Array.from({ length: count }, (_, i) => (i === 2 ? 'zz' : `${textOf(random, 4)}q${textOf(random, 4)}`));
  const first = WordPatterns.ofWords(words.slice(0, count - 1));
  const all = first.with([{ word: words[count - 1] ?? '', automaton: undefined }]);
  for (let i = 0; i < 2_000; i++) {
    const name = `${textOf(random, 8)}${random.below(2) === 0 ? random.pick(words) : 'q'}${textOf(random, 8)}`;
    for (const [patterns, own] of [
      [first, words.slice(0, -1)],
      [all, words],
    ] as const) {
      const found = patterns.patternOf(name)?.word;
      expect(found !== undefined).toBe(own.some((word) => name.includes(word)));
      if (found !== undefined) expect(name).toContain(found);
    }
  }
});
