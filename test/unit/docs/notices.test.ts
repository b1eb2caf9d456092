// What is shipped names the licences of what it contains.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { build } from '../../../scripts/build.mjs';

const outdir = '.cache/notices';
const folder = new URL(`../../../${outdir}/`, import.meta.url);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has the licence of each bundled package beside the bundles', async () => {
  await build({ outdir, production: true, only: ['cli'] });
  const text = readFileSync(new URL('THIRD-PARTY-NOTICES.txt', folder), 'utf8');
  const shipped = readFileSync(new URL('cli-program-pac.js', folder), 'utf8');
  // A name that the parser of PAC files alone has, as evidence that it is inside.
  expect(shipped, fileURLToPath(folder)).toContain('onInsertedSemicolon');
  for (const name of ['acorn', 'yaml', 'tldts', 'picomatch', 'write-file-atomic'])
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\\n\\n.*(?:Licen[cs]e|Copyright)`, 'm'));
  expect(text).toContain('Mozilla Public License 2.0');
  expect(text).not.toMatch(/^vitest \d/m);
});
