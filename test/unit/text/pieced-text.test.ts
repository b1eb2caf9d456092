// A text in pieces says whatever the one string says that is edited in the same way.
import { describe, expect, it } from 'vitest';
import { PiecedText } from '../../../server/src/text/pieced-text.js';
import { Random } from '../../random.js';

const WORDS = ['a', 'rule', '\n', '\n', '\r\n', '\r', ' # lintel: ', 'é', '', 'one\ntwo\nthree\n'];

function someText(random: Random, words: number): string {
  return Array.from({ length: words }, () => random.pick(WORDS)).join('');
}

describe('a text in pieces', () => {
  it('is what the edits make of it, and shares with earlier texts only what both have', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      let text = someText(random, random.below(60));
      let pieced = PiecedText.of(text, 8);
      let earlier = pieced;
      for (let edit = 0; edit < 40; edit++) {
        const start = random.below(text.length + 1);
        const end = Math.min(text.length, start + (random.below(4) === 0 ? random.below(60) : random.below(3)));
        const typed = someText(random, random.below(6));
        text = text.slice(0, start) + typed + text.slice(end);
        pieced = pieced.replaced({ start, end }, typed);
        expect(pieced.length).toBe(text.length);
        const [from, to] = [random.below(text.length + 1), random.below(text.length + 2)];
        expect(pieced.slice(from, to)).toBe(text.slice(from, to));
        expect(pieced.pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieced.pieces.slice(0, -1).every((piece) => piece.text.endsWith('\n'))).toBe(true);
        const { front, back } = pieced.sharedWith(earlier);
        const old = String(earlier);
        expect(front + back).toBeLessThanOrEqual(Math.min(text.length, old.length));
        expect(text.slice(0, front)).toBe(old.slice(0, front));
        expect(text.slice(text.length - back)).toBe(old.slice(old.length - back));
        if (random.below(3) === 0) earlier = pieced;
      }
      expect(String(pieced)).toBe(text);
    }
  });

  it('makes one piece anew where a key is typed', () => {
    const before = PiecedText.of('line of a file\n'.repeat(10_000));
    const after = before.replaced({ start: 70_000, end: 70_000 }, ' ');
    const known = new Set(before.pieces);
    expect(before.pieces.length).toBeGreaterThan(5);
    expect(after.pieces.filter((piece) => !known.has(piece))).toHaveLength(1);
  });
});
