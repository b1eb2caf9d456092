// What people type, cut, paste and merge, for every dialect: whatever the text, everything that an editor asks is answered,
// every range lies within the text, and a version that was typed means the same as one that was opened.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Dialect, Document, FilterChange, Sources } from '../../../server/src/dialects/dialect.js';
import { allDialects } from '../../../server/src/dialects/registry.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { PacketSet } from '../../../server/src/model/packets.js';
import { randomFrom } from '../../random.js';
import { contentOf } from '../filter-content.js';

const DIALECTS = await allDialects();

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const FOLDERS = ['ok', 'findings', 'kernel', 'conformance'];

/** How many characters of one file are looked at with every damage: enough for all that the fixtures hold. */
const LENGTH = 4_000;

const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

/** What does not belong where it is put: brackets, quotes, comments, line ends, halves of characters, conflict markers. */
const PIECES = [
  ...['\0', '\r', '\n', '\r\n', '\\', '`', '"', "'", '{', '}', '(', ')', '[', '$', '${', '$(', '@', '%', '^', '#', '!'],
  ...[' . ', '-', '/', ':', ',', ';', ';;', '*', '|', '<<<', '\n<<<<<<< HEAD\n', '\n=======\n', '\n>>>>>>> other\n'],
  ...[
    ' 99999999999999999999 ',
    '0x',
    'é',
    '￿',
    '\ud800',
    '\ufeff',
    'jump',
    'set',
    'done',
    'EOF',
    'vmap {',
    'if true\n',
  ],
];

function damaged(text: string, pick: (bound: number) => number): string {
  const at = pick(text.length + 1);
  const piece = PIECES[pick(PIECES.length)] ?? '';
  switch (pick(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + pick(40));
    case 2: {
      const from = pick(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + pick(200)) + text.slice(at);
    }
    default:
      return text.slice(0, at) + piece + text.slice(at + pick(4));
  }
}

/** The texts of a dialect's fixtures, by file. */
function fixturesOf({ id }: Dialect): [name: string, text: string][] {
  return FOLDERS.flatMap((folder) => {
    const path = join(FIXTURES, id, folder);
    if (!existsSync(path)) return [];
    const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ name }): [string, string] => [
      `${folder}/${name}`,
      readFileSync(join(path, name), 'utf8').slice(0, LENGTH),
    ]);
  });
}

function open(dialect: Dialect, uri: string, text: string, previous?: unknown): Document {
  const source = { uri, text };
  return dialect.lower(source, dialect.parse(source, previous), NO_SOURCES);
}

/** Everything that the service asks of a document. */
function askEverything(dialect: Dialect, document: Document, pick: (bound: number) => number): void {
  const { text } = document.source;
  const tokens = dialect.tokens?.(document.source) ?? [];
  expect(tokens.filter(({ start, end }) => start > end || end > text.length)).toEqual([]);
  dialect.outline(document);
  dialect.foldingRanges(document);
  for (const offset of [0, pick(text.length + 1), pick(text.length + 1), text.length]) {
    dialect.entityAt(document, offset);
    dialect.completionsAt(document, offset);
  }
  askModel(dialect, document);
  const own = ({ uri }: { readonly uri: string }) => uri === document.source.uri;
  for (const { range } of [...document.problems, ...document.names, ...document.endpoints].filter(own)) {
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    expect(range.end).toBeLessThanOrEqual(text.length);
  }
}

function askModel(dialect: Dialect, document: Document): void {
  const { model } = document;
  if (model.kind === 'server') {
    const [clients, hosts] = [IpSet.parse('10.0.0.0/8'), HostSet.pattern('*.teams.microsoft.com')];
    model.decide({ scheme: 'https', hosts, port: 443, addresses: undefined, clients, user: 'none' });
  }
  const [point] = model.kind === 'filter' ? model.points : [];
  if (!point) return;
  const packets = PacketSet.all;
  const change: FilterChange = {
    goal: 'permit-packets',
    missing: packets,
    replies: packets,
    allowed: packets,
    needs: [packets],
    fromOthers: PacketSet.none,
    decidedBy: [],
    point: point.name,
    label: 'test',
  };
  dialect.emit(document, change, NO_SOURCES);
}

/** What a document says, in a form that can be compared. */
function meaningOf(document: Document): unknown {
  if (document.model.kind === 'filter') return contentOf(document);
  const { problems, names, endpoints } = document;
  return { problems, names, endpoints: endpoints.map(({ range, endpoint }) => ({ range, endpoint })) };
}

describe.each(DIALECTS)('$id', (dialect) => {
  const fixtures = fixturesOf(dialect);

  test.each(fixtures)('%s may end anywhere', (name, text) => {
    const pick = randomFrom(name.length);
    const step = Math.max(1, Math.floor(text.length / 24));
    for (let end = 0; end < text.length; end += step) {
      askEverything(dialect, open(dialect, `file:///${name}`, text.slice(0, end)), pick);
    }
  });

  test.each(fixtures)('%s may hold anything, and is read the same whether it was typed or opened', (name, original) => {
    const pick = randomFrom(original.length);
    const uri = `file:///${name}`;
    let text = original;
    let tree: unknown;
    for (let round = 0; round < 24; round++) {
      const typed = open(dialect, uri, text, tree);
      askEverything(dialect, typed, pick);
      expect(meaningOf(typed)).toEqual(meaningOf(open(dialect, uri, text)));
      tree = typed.tree;
      text = damaged(round % 8 === 7 ? original : text, pick);
    }
  });

  test.each([
    ['nothing', ''],
    ['a line end', '\n'],
    ['a byte order mark', '\ufeff'],
    ['binary', String.fromCharCode(...Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256))],
    ['UTF-16 read as UTF-8', [...(fixtures[0]?.[1] ?? '')].join('\0')],
    ['lines that end as on a Mac of old', (fixtures[0]?.[1] ?? '').replaceAll('\n', '\r')],
    ['lines that end as on Windows', (fixtures[0]?.[1] ?? '').replaceAll('\n', '\r\n')],
    ['brackets nested deeply', '('.repeat(50_000)],
    ['blocks nested deeply', '@{'.repeat(20_000)],
    ['one long line', 'x'.repeat(200_000)],
    ['one long list', `permit ${'1 '.repeat(50_000)}`],
  ])('%s is read', (_, text) => {
    const [name = 'findings/file'] = fixtures[0] ?? [];
    askEverything(dialect, open(dialect, `file:///${name}`, text), randomFrom(1));
  });
});
