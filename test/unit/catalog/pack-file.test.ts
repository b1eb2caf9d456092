import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { loadPack } from '../../../server/src/catalog/pack-file.js';
import { LineIndex } from '../../../server/src/text/lines.js';

const FIXTURES = new URL('../../fixtures/catalog/packs/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, FIXTURES), 'utf8');
const URI = 'file:///network/requirements/acme-voice.yaml';

describe('a good pack', () => {
  const { pack, problems } = loadPack(read('ok/acme-voice.yaml'), URI);

  test('has no problems', () => {
    expect(problems).toEqual([]);
  });

  test('is read with its documents and defaults filled in', () => {
    const [sip, portal] = pack?.requirements ?? [];
    expect(pack?.version).toBe('3');
    expect(sip).toMatchObject({
      id: 'acme-voice/sbc/5061-tcp',
      required: true,
      flow: { from: { prefixes: ['192.0.2.0/24', '2001:db8::/32'] }, ports: '5061', direction: 'inbound' },
      source: {
        document: 'Voice policy',
        section: '4.1 Carrier',
        url: 'https://wiki.example/voice',
        revision: '2026-02-01',
      },
    });
    expect(portal).toMatchObject({
      required: false,
      tags: [],
      flow: {
        from: { role: 'clients' },
        to: { hosts: ['portal.example.com', '*.portal.example.com'] },
        direction: 'outbound',
      },
    });
  });

  test('stands in a catalog beside the built-in ones, selectable by its tags, its id and its entries', () => {
    const catalog = Catalog.of([...Catalog.builtIn().packs, ...(pack ? [pack] : [])]);
    const ids = (selector: string) => catalog.select([selector]).requirements.map(({ id }) => id);
    expect(ids('voice')).toEqual(['acme-voice/sbc/5061-tcp']);
    expect(ids('acme-voice')).toHaveLength(2);
    expect(ids('acme-voice/*/no-decrypt')).toEqual(['acme-voice/portal/no-decrypt']);
    expect(catalog.roles.get('sbc')).toBe('Session border controllers');
    expect(catalog.servedBy({ host: 'a.portal.example.com' })[0]?.id).toBe('acme-voice/portal/no-decrypt');
  });

  test('may be JSON', () => {
    const json = {
      id: 'a',
      title: 'A',
      version: '1',
      documents: { d: { title: 'D', url: 'https://example.com' } },
      requirements: [],
    };
    expect(loadPack(JSON.stringify(json), URI)).toMatchObject({ problems: [], pack: { id: 'a' } });
  });
});

describe('an endpoint list', () => {
  test('as `catalog update` stores it takes the place of the built-in pack', () => {
    const list = JSON.stringify({
      instance: 'Worldwide',
      version: '2026090100',
      endpoints: [
        {
          id: 12,
          serviceArea: 'Skype',
          urls: ['teams.microsoft.com'],
          tcpPorts: '443',
          category: 'Allow',
          required: true,
        },
      ],
    });
    const { pack, problems } = loadPack(list, URI);
    expect(problems).toEqual([]);
    const catalog = Catalog.of([...Catalog.builtIn().packs, ...(pack ? [pack] : [])]);
    expect(catalog.packs.filter(({ id }) => id === 'm365-worldwide').map(({ version }) => version)).toEqual([
      '2026090100',
    ]);
    expect(catalog.byId('m365-worldwide/12/tcp')?.flow.ports).toBe('443');
    expect(catalog.byId('m365-worldwide/1/tcp')).toBeUndefined();
  });
});

/** The problems that a fixture expects: `^^^ message` under the characters that they stand at. */
function expectedProblems(text: string): { line: number; start: number; end: number; message: string }[] {
  const expected = [];
  let line = -1;
  for (const content of text.split('\n')) {
    const marker = /^#? *(\^+) (.+)$/.exec(content);
    if (!marker?.[1] || !marker[2]) line++;
    else {
      const start = content.indexOf('^');
      expected.push({ line, start, end: start + marker[1].length, message: marker[2] });
    }
  }
  return expected;
}

function withoutMarkers(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^#? *\^+ /.test(line))
    .join('\n');
}

describe('a pack with mistakes', () => {
  test.each(readdirSync(new URL('refused/', FIXTURES)))('%s: each is reported where it stands', (name) => {
    const fixture = read(`refused/${name}`);
    const text = withoutMarkers(fixture);
    const lines = new LineIndex(text);
    const expected = expectedProblems(fixture);
    const found = loadPack(text, URI).problems.map(({ range, message, uri }) => {
      expect(uri).toBe(URI);
      const { line, character } = lines.positionAt(range.start);
      return { line, start: character, end: character + range.end - range.start, message };
    });
    const byPlace = (a: { line: number; start: number }, b: { line: number; start: number }) =>
      a.line - b.line || a.start - b.start;
    expect(found.sort(byPlace)).toEqual(
      expected.sort(byPlace).map(({ message, ...place }) => ({ ...place, message: expect.stringContaining(message) })),
    );
  });

  test('keeps the requirements that are good', () => {
    const { pack } = loadPack(withoutMarkers(read('refused/requirements.yaml')), URI);
    expect(pack?.requirements.map(({ id }) => id)).toEqual(['acme-voice/good']);
    expect(pack?.retired).toEqual([]);
  });

  test('is not a pack when the file as a whole is invalid', () => {
    expect(loadPack(withoutMarkers(read('refused/schema.yaml')), URI).pack).toBeUndefined();
    expect(loadPack(withoutMarkers(read('refused/unreadable.yaml')), URI).pack).toBeUndefined();
  });
});

describe('hostile texts', () => {
  test.each([
    ['an empty file', ''],
    ['a single word', 'hello'],
    ['a null byte', '\0\0\0'],
    ['deep nesting', '['.repeat(200_000)],
    ['deep block nesting', Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    [
      'an alias bomb',
      Array.from({ length: 40 }, (_, i) => `a${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}, *a${i - 1}` : 'x'}]`).join(
        '\n',
      ),
    ],
    ['a map of very many keys', Array.from({ length: 100_000 }, (_, i) => `k${i}: v`).join('\n')],
    ['a text beyond every size', 'a'.repeat(5_000_000)],
  ])('%s is refused with a problem', (_, text) => {
    const { pack, problems } = loadPack(text, URI);
    expect(pack).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });

  test('a pack cut off anywhere is read without failing', () => {
    const text = read('ok/acme-voice.yaml');
    for (let length = 0; length < text.length; length += 7) {
      const { pack, problems } = loadPack(text.slice(0, length), URI);
      expect(pack !== undefined || problems.length > 0).toBe(true);
    }
  });
});
