import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import { Random } from '../../random.js';
import { checksFor, NO_SOURCES, read, requirement } from './support.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/netpolicy/', import.meta.url));
const SAMPLES = ['ok', 'findings'].flatMap((folder) =>
  readdirSync(FIXTURES + folder).map((name) => readFileSync(`${FIXTURES}${folder}/${name}`, 'utf8')),
);

const CHECKS = checksFor(
  requirement('reach', { to: { prefixes: ['198.51.100.0/24'], hosts: ['a.example'] }, ports: '443' }),
  requirement('bypass-proxy', { to: { hosts: ['*.teams.example'] } }),
  requirement('no-decrypt', { to: { hosts: ['*.teams.example'] } }),
  requirement('no-proxy-auth', { to: { hosts: ['*.teams.example'] } }),
  requirement('no-ipsec', { protocol: 'udp' }),
);

/** Asks everything that can be asked of a text; all of it has to stay within the text. */
function exercise(text: string): void {
  const document = read(text);
  const analysis = analyze(document, netpolicy, CHECKS);
  const inside = ({ start, end }: { start: number; end: number }) => 0 <= start && start <= end && end <= text.length;
  for (const { range } of [...analysis.report.findings, ...document.names, ...document.endpoints]) {
    expect(inside(range)).toBe(true);
  }
  for (const range of netpolicy.foldingRanges(document)) expect(inside(range)).toBe(true);
  for (const { range } of netpolicy.outline(document)) expect(inside(range)).toBe(true);
  for (const offset of [0, text.length >> 2, text.length >> 1, text.length]) {
    const entity = netpolicy.entityAt(document, offset);
    if (entity) expect(inside(entity.range)).toBe(true);
    const completions = netpolicy.completionsAt(document, offset);
    if (completions) expect(inside(completions.range)).toBe(true);
  }
  const context = { document, dialect: netpolicy, sources: NO_SOURCES, checks: CHECKS, analysis };
  for (const finding of analysis.report.findings) {
    for (const { edits } of fixesFor(context, finding)) for (const { range } of edits) expect(inside(range)).toBe(true);
  }
}

describe('any text is read', () => {
  it('cut off anywhere', () => {
    for (const sample of SAMPLES) {
      for (let end = 0; end < sample.length; end += 61) exercise(sample.slice(0, end));
    }
  });

  it('with pieces changed', () => {
    const random = new Random(4);
    const pieces = [
      '[',
      ']',
      '{',
      '}',
      ':',
      '- ',
      '\n',
      '"',
      "'",
      '*',
      '&a ',
      '*a',
      '!!set ',
      '? ',
      '|',
      '#',
      '\t',
      '\0',
      '<<',
      '__proto__: 1',
      'null',
      '1e9',
      '~',
    ];
    for (let round = 0; round < 250; round++) {
      let text = random.pick(SAMPLES);
      for (let change = 0; change <= random.below(4); change++) {
        const at = random.below(text.length + 1);
        text = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(6));
      }
      exercise(text);
    }
  });

  it.each([
    ['deep brackets', '['.repeat(50_000)],
    ['deep blocks', Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['nested dashes', '- '.repeat(5_000)],
    ['a bomb of aliases', `a: &a [x]\n${Array.from({ length: 300 }, () => 'b: [*a, *a]').join('\n')}`],
    [
      'a chain of groups',
      `groups:\n  ports:\n    p0: [1]\n${Array.from({ length: 3_000 }, (_, i) => `    p${i + 1}: [p${i}, p${i}]`)
        .reverse()
        .join('\n')}`,
    ],
    ['binary', '\u0000\u0001\ufffd\ud800'],
    [
      'keys of every object',
      'groups: { addresses: { constructor: [10.0.0.0/8], toString: [10.0.0.0/8] } }\nfirewall: { rules: [{ action: permit, from: [constructor, hasOwnProperty] }] }',
    ],
    ['values of no use', '[1, 2]'],
    ['another value of no use', '"firewall"'],
  ])('%s', (_, text) => {
    exercise(text);
  });

  it('with a thousand rules and hosts', () => {
    const rules = Array.from(
      { length: 1_000 },
      (_, i) => `    - { action: ${i % 2 ? 'permit' : 'deny'}, to: 198.51.${i % 256}.${i % 64}/32, ports: ${i} }`,
    );
    const hosts = Array.from({ length: 1_000 }, (_, i) => `    - h${i}.example`);
    exercise(`firewall:\n  rules:\n${rules.join('\n')}\nproxy:\n  bypass:\n${hosts.join('\n')}\n`);
  });
});

describe('damage is reported where it is', () => {
  it.each([
    [
      'firewall:\n<<<<<<< HEAD\n  default: deny\n=======\n  default: permit\n>>>>>>> other\n',
      ['<<<<<<< HEAD: a merge conflict has not been resolved here'],
    ],
    ['{"firewall": {"rules": [{"action": "permit', [': Missing closing "quote']],
    ['firewall: {}\n---\nproxy: {}\n', [': a second document begins here; a file has only one']],
    ['firewall:\n\tdefault: deny\n', ['\t: Tabs are not allowed as indentation']],
  ])('%j', (text, expected) => {
    const { problems, model } = read(text);
    expect(problems.map(({ range, message }) => `${text.slice(range.start, range.end)}: ${message}`)).toEqual(expected);
    expect(model).toMatchObject({ parts: [] });
  });

  it('and means the same with other line ends', () => {
    for (const sample of SAMPLES) {
      const problemsOf = (text: string) => {
        const { findings } = analyze(read(text), netpolicy, CHECKS).report;
        return findings.map(({ code, message, range }) => `${code} ${message} ${text.slice(range.start, range.end)}`);
      };
      expect(problemsOf(sample.replace(/\n/g, '\r\n'))).toEqual(problemsOf(sample));
    }
  });
});

describe('what cannot be read leaves verdicts open', () => {
  const status = (text: string, i: number) => analyze(read(text), netpolicy, CHECKS).report.coverage[i]?.status;

  it.each([
    'firewall: { rules: [{ action: permit, from: nobody, to: 198.51.100.0/24 }] }',
    'firewall: { rules: [{ action: allow }] }',
    'firewall: { rules: [{ action: deny, port: 443 }], default: permit }',
    'firewall: { rules: soon }',
    'firewall: { default: perhaps }',
    'firewall: { rules: [{ action: permit, hook: postrouting }, { action: deny, to: any }] }',
  ])('%s', (text) => {
    expect(status(text, 0)).toBe('undecided');
  });

  it('but not those that do not depend on it', () => {
    expect(status('firewall: { rules: [{ action: permit, to: 198.51.100.0/24 }, { action: allow }] }', 0)).toBe('met');
    expect(status('firewall: { rules: [{ action: permit, from: nobody, ports: 25 }] }', 0)).toBe('blocked');
  });

  it('in the proxy and IPsec sections too', () => {
    expect(status('proxy: { bypass: [nobody] }', 1)).toBe('undecided');
    expect(status('proxy: { default: somewhere }', 1)).toBe('undecided');
    expect(status('proxy: { inspection: { exceptions: [nobody] } }', 2)).toBe('undecided');
    expect(status('proxy: { inspection: { default: some } }', 2)).toBe('undecided');
    expect(status('proxy: { login: { exemptions: { clients: [nobody] } } }', 3)).toBe('undecided');
    expect(status('proxy: { login: { required: perhaps } }', 3)).toBe('undecided');
    expect(status('ipsec: { exempt: [{ peers: nobody }] }', 4)).toBe('undecided');
    expect(status('ipsec: { required: perhaps }', 4)).toBe('undecided');
  });
});
