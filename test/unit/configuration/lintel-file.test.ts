import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { readLintelFile } from '../../../server/src/configuration/lintel-file.js';
import { FINDING_CODES } from '../../../server/src/model/codes.js';
import { LineIndex } from '../../../server/src/text/lines.js';

const FIXTURES = new URL('../../fixtures/configuration/', import.meta.url);
const catalog = Catalog.builtIn();

/**
 * The problems that the comments of a fixture expect: carets span the range in the line above and begin the message;
 * `<-` stands for the first word of that line.
 */
function expectedProblems(text: string): { line: number; start: number; end: number; message: string }[] {
  const expected: ReturnType<typeof expectedProblems> = [];
  let above = 0;
  text.split('\n').forEach((line, number) => {
    const match = /^(\s*#\s*)(\^+|<-) (.*)$/.exec(line);
    if (!match) {
      above = number;
      return;
    }
    const [, before = '', mark = '', message = ''] = match;
    const aboveText = text.split('\n')[above] ?? '';
    const word = /[\w-]+/.exec(aboveText.replace(/^(\s*)- /, '$1  '));
    const start = mark === '<-' ? (word?.index ?? 0) : before.length;
    const end = mark === '<-' ? start + (word?.[0].length ?? 0) : start + mark.length;
    expected.push({ line: above, start, end, message });
  });
  return expected;
}

function readFixture(name: string) {
  return readLintelFile(readFileSync(new URL(name, FIXTURES), 'utf8'), 'file:///lintel.yaml').body(() => catalog);
}

describe('lintel.yaml', () => {
  it.each([
    ['severity', 'hint'],
    ['fail-on', 'never'],
  ])('takes a %s for every finding', (key, value) => {
    const codes = Object.keys(FINDING_CODES);
    const text = `${key}:\n${codes.map((code) => `  ${code}: ${value}\n`).join('')}`;
    const { problems } = readLintelFile(text, 'file:///lintel.yaml').body(() => catalog);
    expect(problems.map(({ message }) => message)).toEqual([]);
  });

  for (const name of readdirSync(new URL('findings/', FIXTURES))) {
    it(`reports what is wrong in ${name}, on the exact value and with what is allowed`, () => {
      const text = readFileSync(new URL(`findings/${name}`, FIXTURES), 'utf8');
      const lines = new LineIndex(text);
      const { problems } = readLintelFile(text, 'file:///lintel.yaml').body(() => catalog);
      const found = problems.map(({ range, message }) => {
        const [start, end] = [lines.positionAt(range.start), lines.positionAt(range.end)];
        return { line: start.line, start: start.character, end: end.character, message };
      });
      const byPlace = (a: { line: number; start: number }, b: typeof a) => a.line - b.line || a.start - b.start;
      const expected = expectedProblems(text).sort(byPlace);
      expect(found.sort(byPlace).map(({ message, ...place }) => place)).toEqual(
        expected.map(({ message, ...place }) => place),
      );
      found.forEach(({ message }, i) => {
        expect(message).toContain(expected[i]?.message);
      });
    });
  }

  for (const name of readdirSync(new URL('ok/', FIXTURES))) {
    it(`has nothing to say of ${name}`, () => {
      expect(readFixture(`ok/${name}`).problems).toEqual([]);
    });
  }

  it('reads what a file requires', () => {
    const { file } = readFixture('ok/lintel.yaml');
    expect(file.roles.get('clients')?.toPrefixes()).toEqual(['10.20.0.0/16', '2001:db8:20::/48']);
    expect(file.files.map(({ match, hook }) => [match, hook])).toEqual([
      ['edge/*.nft', 'forward'],
      ['proxy/*', undefined],
    ]);
    expect(file.resolvesExternalNames).toBe(true);
    expect(file.severity).toEqual({ 'over-permissive-rule': 'off', 'tls-inspected': 'error' });
  });

  it('reads what is behind interfaces, and profiles', () => {
    const { file } = readFixture('ok/networks.yaml');
    const shown = (one: typeof file.interfaces) =>
      [...(one ?? [])].map(([name, behind]) => [name, behind === 'internet' ? behind : behind.toPrefixes()]);
    expect(shown(file.interfaces)).toEqual([
      ['lan0', ['10.20.0.0/16', '2001:db8:20::/48']],
      ['wan0', 'internet'],
    ]);
    expect(file.profiles).toEqual(['domain']);
    expect(file.files.map((entry) => [shown(entry.interfaces), entry.profiles])).toEqual([
      [
        [
          ['lan0', ['10.30.0.0/16']],
          ['wan0', 'internet'],
        ],
        undefined,
      ],
      [[], ['domain', 'private', 'public']],
    ]);
  });

  it('leaves out an interface that is not understood, and keeps the others', () => {
    const { file } = readFixture('findings/interfaces.yaml');
    expect([...(file.interfaces ?? [])].map(([name]) => name)).toEqual(['lan0', 'lan1']);
    expect(file.profiles).toEqual(['domain']);
    expect(file.files).toMatchObject([
      { match: 'edge/*.nft', interfaces: undefined, hook: 'forward' },
      { match: 'hosts/*.ps1', profiles: undefined },
    ]);
  });

  it('takes a default route for the internet, and leaves out what repeats itself without end', () => {
    const { file } = readFixture('findings/endless-alias.yaml');
    expect([...(file.interfaces ?? [])].map(([name]) => name)).toEqual(['lan0', 'wan0']);
    expect(file.interfaces?.get('wan0')).toBe('internet');
  });

  it('still uses what is sound in a file with faults', () => {
    const text = readFileSync(new URL('findings/values.yaml', FIXTURES), 'utf8');
    const { file } = readLintelFile(text, 'file:///lintel.yaml').body(() => catalog);
    expect(file.cloud).toBeUndefined();
    expect(file.resolvesExternalNames).toBe(false);
    expect(file.roles.get('clients')?.toPrefixes()).toEqual(['10.20.0.0/16']);
    expect(file.files[0]).toMatchObject({ match: 'edge/*.nft', require: ['teems', 'm365+optimize'], hook: undefined });
    expect(file.severity).toEqual({});
  });

  it('still uses what stands beside a key that is not known', () => {
    const text = readFileSync(new URL('findings/keys.yaml', FIXTURES), 'utf8');
    const { file } = readLintelFile(text, 'file:///lintel.yaml').body(() => catalog);
    expect(file.files).toMatchObject([{ match: 'edge/*.nft', require: undefined, hook: 'forward' }]);
    expect(file.severity).toEqual({ 'tls-inspected': 'error' });
  });

  const ENTRY = '  - match: edge/*.nft\n    hook: forward\n';
  it.each([
    ['a key', readFileSync(new URL('findings/half-typed-key.yaml', FIXTURES), 'utf8')],
    ['a pattern', readFileSync(new URL('findings/unquoted-pattern.yaml', FIXTURES), 'utf8')],
    ['values', readFileSync(new URL('findings/wrong-kinds.yaml', FIXTURES), 'utf8')],
    ['a list', `files:\n${ENTRY}  - match: proxy/*\n    require: [teams\nroles:\n  clients: [10.20.0.0/16]\n`],
    ['an indentation', `roles:\n  clients: [10.20.0.0/16]\nfiles:\n${ENTRY}\tpoint: x\n`],
  ])('still uses all but %s that cannot be read', (_, text) => {
    const { file, problems } = readLintelFile(text, 'file:///lintel.yaml').body(() => catalog);
    expect(problems).not.toEqual([]);
    expect(file.roles.get('clients')?.toPrefixes()).toEqual(['10.20.0.0/16']);
    expect(file.files).toContainEqual(expect.objectContaining({ match: 'edge/*.nft', hook: 'forward' }));
  });

  it('uses nothing of a file with a merge conflict', () => {
    const sides = ['<<<<<<< ours', 'dns: external', '=======', 'cloud: china', '>>>>>>> theirs', ''].join('\n');
    const { file } = readLintelFile(sides, 'file:///lintel.yaml').body(() => catalog);
    expect([file.cloud, file.resolvesExternalNames]).toEqual([undefined, false]);
  });

  it.each(['', '\0', '- a', 'cloud: [', 'x: &x [*x, *x]', '{', 'roles: 7', 'files: [7, {match: 7}]', 'files: {a: b}'])(
    'reads %j without failing',
    (text) => {
      const { file } = readLintelFile(text, 'file:///lintel.yaml').body(() => catalog);
      expect(file.cloud).toBeUndefined();
    },
  );
});
