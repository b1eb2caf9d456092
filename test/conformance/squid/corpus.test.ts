import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { missingParser } from './harness.js';

const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/squid/', import.meta.url));
const missing = existsSync(CORPUS) ? missingParser() : `there is no corpus beside the repository (${CORPUS})`;
if (missing) console.warn(`skipped: real squid.conf files. ${missing}`);

/** Squid refuses these for what they need on the machine, not for what they say. */
const NEEDS = /No valid signing certificate configured|Unable to find configuration file|No such file or directory/;

describe.skipIf(missing !== undefined)('real files', () => {
  test.each(missing ? [] : readdirSync(CORPUS))('%s', (name) => {
    const text = readFileSync(CORPUS + name, 'utf8');
    const source = { uri: 'file:///work/squid.conf', text };
    const document = squid.lower(source, squid.parse(source), { read: () => 'missing', list: () => [], roots: [] });
    const errors = document.problems.filter(({ code }) => code === 'syntax-error').map(({ message }) => message);
    const { status, stderr } = spawnSync('squid', ['-k', 'parse', '-f', CORPUS + name], { encoding: 'utf8' });
    if (status === 0 || NEEDS.test(stderr)) expect(errors).toEqual([]);
    else expect(errors.length).toBeGreaterThan(0);
  });
});
