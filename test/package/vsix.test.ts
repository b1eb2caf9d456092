// The package of the extension: the same bytes from the same files, and no larger than it may be.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { build } from '../../scripts/build.mjs';
import { packVsix } from '../../scripts/vsix.mjs';
import { elsewhere, root } from './support.js';

const folder = elsewhere();

/** Builds and packs a copy of what is shipped. */
async function packed(): Promise<Buffer> {
  const cwd = folder();
  for (const path of ['package.json', ...manifest.files.filter((one) => !one.startsWith('dist/'))]) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    cpSync(join(root, path), join(cwd, path), { recursive: true });
  }
  await build({ outdir: join(cwd, 'dist'), production: true, only: ['client', 'client-browser', 'server', 'mcp'] });
  const packagePath = join(cwd, 'lintel.vsix');
  await packVsix({ cwd, packagePath });
  return readFileSync(packagePath);
}

it('is made of the same bytes again, at another time and in another time zone', async () => {
  const first = await packed();
  const { TZ } = process.env;
  process.env.TZ = 'Pacific/Auckland';
  try {
    expect((await packed()).equals(first)).toBe(true);
  } finally {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  }
  expect(first.length).toBeLessThan(2_000_000);
});
