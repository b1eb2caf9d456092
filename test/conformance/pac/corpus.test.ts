import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { decide, readPac } from '../../unit/pac/helpers.js';
import { askPactester, missingPactester } from './pactester.js';

const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/pac/', import.meta.url));
const present = existsSync(CORPUS);
if (!present) console.warn('Skipped: PAC files of the corpus, which is not beside the repository.');

/** Files that are not followed for every host; what is left open names its line. */
const OPEN: ReadonlySet<string> = new Set([
  // Cuts URLs with long regular expressions.
  'essandess__easylist-pac-privoxy__proxy.pac',
  // Adds numbers of all characters of the host up, to choose one of two proxies.
  'phax__ph-web__brz-proxy.pac',
]);

describe.skipIf(!present)('files of public repositories', () => {
  const files = present ? readdirSync(CORPUS) : [];

  test.each(files)('%s is recognised, read and decided', (name) => {
    const text = readFileSync(CORPUS + name, 'utf8');
    expect(pac.detect(name.replaceAll('~', '/'), text)).toBeGreaterThan(0.5);
    const cases = decide(text, '*.teams.microsoft.com');
    expect(cases.length).toBeGreaterThan(0);
    const reasons = cases.flatMap(({ outcome }) => (outcome.kind === 'undecided' ? [outcome.reason] : []));
    for (const reason of reasons) expect(reason).toMatch(/^line \d+ /);
    if (!OPEN.has(name)) expect(reasons).toEqual([]);
  });

  test.skipIf(missingPactester() !== undefined).each(files)('%s is refused only where pactester refuses it', (name) => {
    const text = readFileSync(CORPUS + name, 'utf8');
    const refused = readPac(text).problems.some(({ code }) => code === 'syntax-error');
    expect(refused).toBe(askPactester(text, ['http://localhost/'], '10.1.2.3') === undefined);
  });
});

describe.skipIf(missingPactester() !== undefined)('what pactester refuses is a syntax-error', () => {
  test.each([
    'function FindProxyForURL(url, host) { return "DIRECT" ',
    'function FindProxyForURL(url, host) { if (host == "a") retrun "DIRECT"; }',
    'function FindProxyForURL(url, host) { return "DIRECT; }',
    'function FindProxyForURL(url, host) { if host == "a" return "DIRECT"; }',
    'function FindProxyForURL(url, host) { return "DIRECT"; } }',
    'function FindProxyForUrl(url, host) { return "DIRECT"; }',
    'return "DIRECT";',
    '',
    '\u0000\u0001\u0002',
  ])('%j', (text) => {
    expect(readPac(text).problems.map(({ code }) => code)).toContain('syntax-error');
    expect(askPactester(text, ['http://localhost/'], '10.1.2.3')).toBeUndefined();
  });
});
