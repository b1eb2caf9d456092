import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../../server/src/dialects/dialect.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { FINDING_CODES } from '../../../server/src/model/codes.js';
import { missingParser } from './harness.js';

const LINES = readFileSync(new URL('../../fixtures/squid/lines.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const missing = missingParser();
if (missing) console.warn(`skipped: squid -k parse. ${missing}`);

describe.skipIf(missing !== undefined && process.env.LINTEL_REQUIRE_ENGINES !== '1')('squid -k parse', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-parse-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('refuses exactly the configurations that are reported as refused', () => {
    expect(missing).toBeUndefined();
    const disagreements: string[] = [];
    for (const line of LINES) {
      const text = `${line.replaceAll('\\n', '\n')}\n`;
      const path = join(folder, 'squid.conf');
      writeFileSync(path, `pid_filename none\n${text}`);
      const { status, stderr } = spawnSync('squid', ['-k', 'parse', '-f', path], { encoding: 'utf8' });
      const reported = problemsOf(text).filter(meansRefusal);
      if ((status !== 0) === reported.length > 0) continue;
      const squids = /(?:FATAL|ERROR|error)[^\n]*/.exec(stderr)?.[0] ?? 'accepts it';
      disagreements.push(
        `${line}: squid ${squids}; reported: ${reported.map(({ message }) => message).join(', ') || 'nothing'}`,
      );
    }
    expect(disagreements).toEqual([]);
  });
});

function problemsOf(text: string): readonly Problem[] {
  const source = { uri: 'file:///work/squid.conf', text };
  return squid.lower(source, squid.parse(source), { read: () => 'missing', list: () => [], roots: [] }).problems;
}

/** Some errors only make squid pass over a line or a value; the message says so. */
function meansRefusal({ code, message }: Problem): boolean {
  if (code === 'duplicate-name') return /rejects/.test(message);
  return FINDING_CODES[code].severity === 'error' && !/squid (ignores|skips)/.test(message);
}
