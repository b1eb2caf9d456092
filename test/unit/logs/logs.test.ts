import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readLog } from '../../../server/src/logs/read.js';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.log'));

/** What is read of a log, one line of text for each thing: fixtures are read by people. */
function summary(text: string): string {
  const { entries, broken, foreign } = readLog(text);
  const lines = [
    ...entries.map(({ entry, line, count }) => ({
      line,
      text: `${JSON.stringify(entry)}${count > 1 ? ` × ${count}` : ''}`,
    })),
    ...broken.map(({ line, format, missing }) => ({ line, text: `${format}: ${missing} is missing` })),
    ...foreign.map((line) => ({ line, text: 'foreign' })),
  ];
  return `${lines
    .sort((a, b) => a.line - b.line)
    .map(({ line, text: said }) => `${line}: ${said}`)
    .join('\n')}\n`;
}

describe('logs of devices', () => {
  test.each(names)('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    await expect(summary(text)).toMatchFileSnapshot(`${folder}${name.replace('.log', '.txt')}`);
    expect(summary(text.replaceAll('\n', '\r\n'))).toBe(summary(text));
  });

  test('every cut of every line is read, told as damaged, or foreign, and never something else', () => {
    for (const name of names) {
      for (const line of readFileSync(folder + name, 'utf8').split('\n')) {
        const [whole] = readLog(line).entries;
        for (let length = 1; length < line.length; length += 3) {
          const { entries } = readLog(line.slice(0, length));
          // The port or address that a cut shortens is another one; protocol and kind are the same.
          for (const { entry } of entries) expect(entry.kind).toBe(whole?.entry.kind);
        }
      }
    }
  });
});
