import { expect, it } from 'vitest';
import { LineIndex } from '../../../server/src/text/lines.js';
import { fixture, read } from './fixture.js';

/** Comment lines with `^^^` under what the line above has, and the code. */
function expectedFindings(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const match = /^#( *)(<?)(\^+) ([a-z-]+)$/.exec(line);
    if (!match) return [];
    const [, gap = '', first = '', carets = '', code = ''] = match;
    // `<` stands for a mark that begins in the first column, where the comment sign is.
    const from = first === '' ? gap.length + 1 : 0;
    const end = gap.length + 1 + first.length + carets.length;
    return [`${i}: ${code} '${(lines[i - 1] ?? '').slice(from, end)}'`];
  });
}

it.each(['findings/save.v4', 'findings/script.sh', 'findings/states.v4'])(
  'reports exactly what is marked in %s',
  (name) => {
    const text = fixture(name);
    const index = new LineIndex(text);
    const found = read(name, text).problems.map(
      ({ code, range }) => `${index.lineAt(range.start) + 1}: ${code} '${text.slice(range.start, range.end)}'`,
    );
    expect(found.sort(byLine)).toEqual(expectedFindings(text).sort(byLine));
  },
);

function byLine(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}

it.each(['ok/host.v4', 'ok/gateway.sh', 'ok/states.v4'])('reports nothing in %s', (name) => {
  expect(read(name, fixture(name)).problems).toEqual([]);
});
