import { expect, it } from 'vitest';
import { sampleDialect } from '../dialect/index.js';
import { read } from './support.js';

const TEXT = '# web\n# of the office\npermit tcp 10.0.0.0/8 to any port 443\n';

it('the outline lists the rules, and comments fold', () => {
  const document = read(TEXT);
  expect(sampleDialect.outline(document).map(({ name }) => name)).toEqual(['permit tcp 10.0.0.0/8 to any port 443']);
  expect(sampleDialect.foldingRanges(document)).toEqual([{ start: 0, end: '# web\n# of the office'.length }]);
});

it.each([
  ['permit', { kind: 'keyword' }],
  ['10.0.0.0/8', { kind: 'address', prefix: '10.0.0.0/8' }],
  ['443', { kind: 'port', port: 443 }],
])('hover on %s', (word, expected) => {
  expect(sampleDialect.entityAt(read(TEXT), TEXT.indexOf(word))).toMatchObject(expected);
});

it.each([
  ['', ['permit', 'deny']],
  ['permit ', ['tcp', 'udp', 'any']],
  ['permit tcp any t', ['to']],
  ['permit tcp any to any ', ['port']],
  ['# permit ', []],
])('completion after "%s"', (text, labels) => {
  const items = sampleDialect.completionsAt(read(text), text.length)?.items ?? [];
  expect(items.map(({ label }) => label)).toEqual(labels);
});
