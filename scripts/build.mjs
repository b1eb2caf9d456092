// Bundles the client, the server and the command line into dist/. `--watch` rebuilds on change.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const production = process.argv.includes('--production');

const generated = spawnSync(process.execPath, ['scripts/generate.mjs'], { cwd: root, stdio: 'inherit' });
if (generated.status !== 0) process.exit(generated.status ?? 1);

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  target: 'es2022',
  sourcemap: !production,
  minify: production,
  external: ['vscode'],
  logLevel: 'warning',
};

const targets = [
  { entryPoints: { server: 'server/src/main-node.ts' }, platform: 'node' },
  { entryPoints: { cli: 'server/src/cli/main.ts' }, platform: 'node', banner: { js: '#!/usr/bin/env node' } },
  { entryPoints: { client: 'client/src/main-node.ts' }, platform: 'node' },
  { entryPoints: { 'server-browser': 'server/src/main-browser.ts' }, platform: 'browser', format: 'iife' },
  { entryPoints: { 'client-browser': 'client/src/main-browser.ts' }, platform: 'browser' },
];

for (const target of targets) {
  if (!existsSync(new URL(`../${Object.values(target.entryPoints)[0]}`, import.meta.url))) continue;
  await esbuild.build({ ...common, ...target, outdir: 'dist' });
}
