import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dialect, FilterChange, Sources } from '../../../server/src/dialects/dialect.js';
import { dialectById } from '../../../server/src/dialects/registry.js';
import { PacketSet } from '../../../server/src/model/packets.js';
import { random } from '../cisco/generator.js';

const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };
const ROUNDS = 120;

const PIECES = [
  '\0',
  '\r',
  '\n',
  '`',
  '"',
  "'",
  '{',
  '}',
  '(',
  ')',
  '$',
  '@',
  '%',
  '^',
  '\n<<<<<<< HEAD\n',
  '\n=======\n',
  ' 99999999999999999999 ',
  'é',
  '\ud800',
  '/',
  '-',
  ',',
];

function damaged(text: string, pick: (bound: number) => number): string {
  const at = pick(text.length + 1);
  const piece = PIECES[pick(PIECES.length)] ?? '';
  switch (pick(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + pick(40));
    default: {
      const from = pick(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + pick(200)) + text.slice(at);
    }
  }
}

/** Everything that the service asks of a dialect, for one text. */
function askEverything(
  dialect: Dialect,
  uri: string,
  text: string,
  previous: unknown,
  pick: (bound: number) => number,
) {
  const source = { uri, text };
  const tree = dialect.parse(source, previous);
  const document = dialect.lower(source, tree, NO_SOURCES);
  const offset = pick(text.length + 1);
  dialect.outline(document);
  dialect.foldingRanges(document);
  dialect.entityAt(document, offset);
  dialect.completionsAt(document, offset);
  const { model } = document;
  const [point] = model.kind === 'filter' ? model.points : [];
  if (point) {
    const packets = PacketSet.all;
    const change: FilterChange = {
      goal: 'permit-packets',
      missing: packets,
      replies: packets,
      allowed: packets,
      needs: [packets],
      decidedBy: [],
      point: point.name,
      label: 'test',
    };
    dialect.emit(document, change, NO_SOURCES);
  }
  for (const { range } of [...document.problems, ...document.names, ...document.endpoints]) {
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeLessThanOrEqual(text.length);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
  }
  return { tree, problems: document.problems };
}

describe.each(['cisco', 'windows-firewall'])('%s', (id) => {
  const dialect = dialectById(id);
  const root = resolve(import.meta.dirname, '../../fixtures', id);
  const files = ['ok', 'findings'].flatMap((folder) =>
    readdirSync(resolve(root, folder)).map((name) => resolve(root, folder, name)),
  );

  it.each(files)('bears every damage to %s, and reads changes as it reads whole texts', (file) => {
    if (!dialect) throw new Error(`no dialect ${id}`);
    const pick = random(file.length);
    let text = readFileSync(file, 'utf8');
    let tree: unknown;
    for (let round = 0; round < ROUNDS; round++) {
      const next = askEverything(dialect, `file://${file}`, text, tree, pick);
      const whole = dialect.lower(
        { uri: `file://${file}`, text },
        dialect.parse({ uri: `file://${file}`, text }),
        NO_SOURCES,
      );
      expect(next.problems).toEqual(whole.problems);
      tree = next.tree;
      text = damaged(round % 20 === 19 ? readFileSync(file, 'utf8') : text, pick);
    }
  });

  it('bears deep nesting, long lines and empty texts', () => {
    if (!dialect) throw new Error(`no dialect ${id}`);
    const pick = random(1);
    const texts = [
      '',
      '\n',
      '('.repeat(50_000),
      '@{'.repeat(20_000),
      `foreach ($a in 1,2) {\n`.repeat(500),
      `access-list 101 permit tcp any any eq ${'1 '.repeat(50_000)}`,
      Array.from({ length: 20_000 }, (_, i) => `object-group network G${i}\n group-object G${(i + 1) % 20_000}\n`).join(
        '',
      ),
      `ip access-list extended A\n permit ip object-group G0 any\n${'x'.repeat(200_000)}`,
    ];
    for (const text of texts) askEverything(dialect, 'file:///x.ps1', text, undefined, pick);
  });
});
