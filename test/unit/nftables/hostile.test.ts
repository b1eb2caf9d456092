import { describe, expect, test } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { randomFrom } from '../../random.js';
import { contentOf } from '../filter-content.js';
import { fixturesIn, lowered, readFixture, sourcesOf, URI } from './helpers.js';

/** Every question that an editor asks of a document. */
function askEverything(text: string): void {
  const document = lowered(text);
  nftables.outline(document);
  nftables.foldingRanges(document);
  for (let offset = 0; offset <= text.length; offset += 401) {
    nftables.entityAt(document, offset);
    nftables.completionsAt(document, offset);
  }
  for (const { range } of [...document.problems, ...document.names, ...document.endpoints]) {
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.start).toBeLessThanOrEqual(range.end);
    expect(range.end).toBeLessThanOrEqual(text.length);
  }
}

const WHOLE = fixturesIn('kernel').map((name) => readFixture(`kernel/${name}`));

describe('a ruleset that somebody is still typing', () => {
  test('may end anywhere', () => {
    for (const text of WHOLE) for (let end = 0; end < text.length; end += 61) askEverything(text.slice(0, end));
  });

  test('may hold anything', () => {
    const random = randomFrom(1);
    const pieces = [
      '{',
      '}',
      ';',
      '"',
      '\n',
      '@',
      '$',
      '#',
      '\\',
      ' . ',
      '-',
      '/',
      ':',
      ',',
      'jump',
      'set',
      'vmap {',
      '\0',
      '0x',
      '(',
      '*',
    ];
    for (const text of WHOLE) {
      for (let round = 0; round < 12; round++) {
        let mutated = text;
        for (let change = 0; change < 3; change++) {
          const at = random(mutated.length);
          const piece = pieces[random(pieces.length)] ?? '';
          mutated = mutated.slice(0, at) + piece + mutated.slice(at + random(4));
        }
        askEverything(mutated);
      }
    }
  });

  test('reads the same whether it was typed or opened', () => {
    const random = randomFrom(2);
    for (const text of WHOLE.slice(0, 12)) {
      let current = text;
      let tree = nftables.parse({ uri: URI, text: current });
      for (let round = 0; round < 10; round++) {
        const at = random(current.length);
        current = current.slice(0, at) + ['x', '\n', '{', ';', ''][random(5)] + current.slice(at + random(3));
        tree = nftables.parse({ uri: URI, text: current }, tree);
        const source = { uri: URI, text: current };
        const typed = nftables.lower(source, tree, sourcesOf({ [URI]: current }));
        const opened = lowered(current);
        expect(contentOf(typed)).toEqual(contentOf(opened));
      }
    }
  });
});

describe('a hostile ruleset', () => {
  const chain = (rules: string) =>
    `table inet t {\nchain in {\ntype filter hook input priority 0; policy drop;\n${rules}\n}\n}\n`;
  const verdict = (text: string, flow: string, files: Readonly<Record<string, string>> = {}) => {
    const { model } = lowered(text, files);
    const asked = parseFlow(flow);
    if (model.kind !== 'filter' || typeof asked === 'string') throw new Error('no question');
    return explainFlow(model, asked, {});
  };

  test('with a million elements in one set is decided', () => {
    const elements = Array.from(
      { length: 1_000_000 },
      (_, i) => `10.${(i >> 15) & 255}.${(i >> 7) & 255}.${(i & 127) * 2}`,
    );
    const text = `table inet t {\nset s {\ntype ipv4_addr\nelements = { ${elements.join(',\n')} }\n}\nchain in {\ntype filter hook input priority 0; policy drop;\nip saddr @s accept\n}\n}\n`;
    expect(lowered(text).problems).toEqual([]);
    expect(verdict(text, 'tcp 10.0.0.2:1 > 192.0.2.1:2').verdict).toBe('permit');
    expect(verdict(text, 'tcp 10.0.0.3:1 > 192.0.2.1:2').verdict).toBe('deny');
  });

  test('whose chains jump in circles is undecided, not endless', () => {
    const text = `${chain('jump a')}table inet t {\nchain a {\njump b\n}\nchain b {\njump a\n}\n}\n`;
    expect(verdict(text, 'tcp 10.0.0.2:1 > 192.0.2.1:2')).toMatchObject({ verdict: 'undecided' });
    expect(lowered(text).problems.map(({ code }) => code)).toContain('syntax-error');
  });

  test('whose variables double each other is decided, because what they share is in a set once', () => {
    const lines = ['define v0 = { 10.0.0.0/8, 192.168.0.0/16 }'];
    for (let i = 1; i < 40; i++) {
      lines.push(`define a${i} = { $v${i - 1}, { $v${i - 1} } }`, `define b${i} = { $v${i - 1} }`);
      lines.push(`define v${i} = { $a${i}, $b${i} }`);
    }
    const text = `${lines.join('\n')}\n${chain('ip saddr { $v39, 172.16.0.1 } accept')}`;
    expect(lowered(text).problems).toEqual([]);
    expect(verdict(text, 'tcp 10.0.0.2:1 > 192.0.2.1:2').verdict).toBe('permit');
    expect(verdict(text, 'tcp 172.16.0.1:1 > 192.0.2.1:2').verdict).toBe('permit');
    expect(verdict(text, 'tcp 172.16.0.2:1 > 192.0.2.1:2').verdict).toBe('deny');
  });

  test.each([
    ['a number', '1', '$v | $v', 'meta mark $v39 drop'],
    ['keys of a map', '{ 80, 81 }', '{ $v : accept, $v : drop }', 'tcp dport { $v39 } drop'],
    ['elements with a time', '{ 10.0.0.1 }', '{ $v timeout 1s, $v timeout 2s }', 'ip saddr $v39 drop'],
    ['a concatenation', '{ 80 . 81 }', '{ $v . 80, $v . 81 }', 'tcp dport . tcp sport $v39 drop'],
  ])('with %s that doubles is undecided there, and the rest is read', (_, first, next, rule) => {
    const lines = [`define v0 = ${first}`];
    for (let i = 1; i < 40; i++) lines.push(`define v${i} = ${next.replaceAll('$v', `$v${i - 1}`)}`);
    const text = `${lines.join('\n')}\n${chain(`udp dport 53 accept\n${rule}\naccept`)}`;
    expect(verdict(text, 'udp 10.0.0.1:1 > 192.0.2.1:53').verdict).toBe('permit');
    expect(verdict(text, 'tcp 10.0.0.1:81 > 192.0.2.1:80')).toMatchObject({
      verdict: 'undecided',
      decidedBy: { text: rule },
    });
  });

  test('with brackets nested deeply is refused', () => {
    const { problems } = lowered(chain(`meta mark ${'('.repeat(20_000)}1 accept`));
    expect(problems.some(({ code }) => code === 'syntax-error')).toBe(true);
    const sets = lowered(chain(`tcp dport ${'{'.repeat(20_000)} accept`));
    expect(sets.problems.some(({ code }) => code === 'syntax-error')).toBe(true);
  });

  test('with includes in a circle is refused', () => {
    const { problems } = lowered('include "./main.nft"\n');
    expect(problems.map(({ code }) => code)).toEqual(['syntax-error']);
  });

  test('that includes a file again and again has the rules behind it', () => {
    const files = { 'file:///net/rules.nft': 'udp dport 7 drop\n'.repeat(200) };
    const text = chain(`${'include "./rules.nft"\n'.repeat(20)}udp dport 53 accept`);
    expect(verdict(text, 'udp 10.0.0.2:1 > 192.0.2.1:53', files).verdict).toBe('permit');
  });

  test('that includes a file more often than it is read is undecided from there on', () => {
    const rules = 'udp dport 7 drop # a long line that is read again\n'.repeat(200);
    const text = chain(`udp dport 54 accept\n${'include "./rules.nft"\n'.repeat(400)}udp dport 53 accept`);
    const files = { 'file:///net/rules.nft': rules };
    expect(verdict(text, 'udp 10.0.0.2:1 > 192.0.2.1:54', files).verdict).toBe('permit');
    expect(verdict(text, 'udp 10.0.0.2:1 > 192.0.2.1:53', files)).toMatchObject({
      verdict: 'undecided',
      decidedBy: { text: 'include "./rules.nft"' },
    });
  });

  test('with a bracket that is never closed keeps the rest', () => {
    // What comes before the line is decided; what comes after it depends on what the line is to be.
    const text = chain('udp dport 54 accept\ntcp dport { 22, 80 accept\nudp dport 53 accept');
    expect(verdict(text, 'udp 10.0.0.2:1 > 192.0.2.1:54').verdict).toBe('permit');
    expect(verdict(text, 'udp 10.0.0.2:1 > 192.0.2.1:53').verdict).toBe('undecided');
    const open =
      'table inet t {\nchain a {\ndrop\nchain in {\ntype filter hook input priority 0; policy drop;\nudp dport 53 accept\n}\n}\n';
    expect(verdict(open, 'udp 10.0.0.2:1 > 192.0.2.1:53').verdict).toBe('permit');
  });
});
