// What an edit leaves of the lines of a text: a large file is read again at each key and for each proof of a fix.
import { describe, expect, test } from 'vitest';
import { type LineBlocks, type LineReader, linesIn, readLineBlocks } from '../../../server/src/kept/line-blocks.js';
import { Random } from '../../random.js';

interface Line {
  readonly raw: string;
}

const PHYSICAL: LineReader<Line> = { line: (raw) => ({ raw }) };

/** Lines that go on behind a backslash, as in many languages. */
const CONTINUED: LineReader<Line> = {
  line: (raw) => ({ raw }),
  lineEnd: (text, start, limit) => {
    for (let at = start; ; ) {
      const lineFeed = text.indexOf('\n', at);
      if (lineFeed < 0 || lineFeed >= limit) return text.length > limit ? -1 : limit;
      at = lineFeed + 1;
      if (text[lineFeed - 1] !== '\\') return at;
      if (at >= limit) return -1;
    }
  },
};

function rawLines(blocks: LineBlocks<Line>): string[] {
  return [...linesIn(blocks)].map(({ line, start }) => `${start} ${line.raw}`);
}

function numbered(count: number): string {
  return Array.from({ length: count }, (_, i) => `line ${i}\n`).join('');
}

test('edits at both ends leave the blocks between them', () => {
  const text = numbered(5_000);
  const before = readLineBlocks(text, PHYSICAL);
  const after = readLineBlocks(`first\n${text}last\n`, PHYSICAL, before);
  expect(rawLines(after)).toEqual(rawLines(readLineBlocks(`first\n${text}last\n`, PHYSICAL)));
  expect(before.blocks.filter((block) => !after.blocks.includes(block)).length).toBeLessThanOrEqual(2);
  const lines = new Set([...linesIn(before)].map(({ line }) => line));
  expect([...linesIn(after)].filter(({ line }) => !lines.has(line)).map(({ line }) => line.raw)).toEqual([
    'first\n',
    'last\n',
  ]);
});

describe.each([
  ['lines', PHYSICAL],
  ['lines that go on', CONTINUED],
])('%s', (_, reader) => {
  test('are those of the text after any edits', () => {
    const random = new Random(1);
    const some = ['a\n', 'b\n', 'a\n', '\n', 'c \\\n', '\\\n', 'd', 'e\r\n'];
    for (let round = 0; round < 60; round++) {
      let text = Array.from({ length: random.below(3_000) }, () => random.pick(some)).join('');
      let blocks = readLineBlocks(text, reader);
      for (let edit = 0; edit < 4; edit++) {
        for (let part = random.below(4); part >= 0; part--) {
          const start = random.below(text.length + 1);
          const end = Math.min(text.length, start + random.below(random.below(10) === 0 ? 2_000 : 4));
          const news = Array.from({ length: random.below(3) }, () => random.pick(some)).join('');
          text = text.slice(0, start) + news + text.slice(end);
        }
        blocks = readLineBlocks(text, reader, blocks);
        expect(rawLines(blocks)).toEqual(rawLines(readLineBlocks(text, reader)));
      }
    }
  });
});

test('a line that goes on at the end of a text has what is written behind it', () => {
  const before = readLineBlocks('a\n\\\n', CONTINUED);
  expect(rawLines(readLineBlocks('a\n\\\nb\n', CONTINUED, before))).toEqual(['0 a\n', '2 \\\nb\n']);
});
