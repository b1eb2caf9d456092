// Bundles the client, the server, the command line and the library into dist/. `--production` minifies, `--watch` rebuilds on change.
// @ts-check
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { inChunks } from './chunks.mjs';
import { generate } from './generate.mjs';
import { noticesOf, packagesOf } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules for browsers become one scope; those for Node.js are some seventy functions, each of which is called at the start. */
const FLAT_YAML = { yaml: './node_modules/yaml/browser/index.js' };

/** @type {Readonly<Record<string, import('esbuild').BuildOptions>>} */
const BUNDLES = {
  // For Node.js and for browsers: two bundles would hold nearly the same. Of packages with a variant for each, it has the one
  // that runs in both.
  server: {
    entryPoints: ['server/src/main.ts'],
    platform: 'node',
    conditions: ['browser'],
    alias: FLAT_YAML,
  },
  cli: {
    entryPoints: ['server/src/cli/main.ts'],
    platform: 'node',
    banner: { js: '#!/usr/bin/env node' },
  },
  // What the command line loads, unless only its version is asked for. In chunks.
  'cli-program': { entryPoints: ['server/src/cli/program.ts'], platform: 'node', alias: FLAT_YAML },
  // What `lintel mcp` loads. The validator that the protocol's library brings along is for requests that are never made.
  mcp: {
    entryPoints: ['server/src/cli/mcp/serve.ts'],
    platform: 'node',
    alias: { ajv: './scripts/no-validator.mjs', 'ajv-formats': './scripts/no-validator.mjs' },
  },
  library: { entryPoints: ['server/src/library/index.ts'], platform: 'node' },
  client: { entryPoints: ['client/src/main-node.ts'], platform: 'node', external: ['vscode'] },
  'client-browser': { entryPoints: ['client/src/main-browser.ts'], platform: 'browser', external: ['vscode'] },
};

/** The program that loads a dialect when it needs it. The server and the library are one file each, which any host can load. */
const IN_CHUNKS = 'cli-program';

/**
 * @param {{ outdir?: string, production?: boolean, watch?: boolean, only?: readonly string[] }} [options]
 *   `only` names the bundles to make
 */
export async function build({ outdir = 'dist', production = false, watch = false, only } = {}) {
  await generate();
  const names = only?.includes('cli') ? [...only, 'cli-program', 'mcp'] : only;
  const wanted = Object.entries(BUNDLES).filter(([name]) => names === undefined || names.includes(name));
  const inputs = [];
  for (const [name, bundle] of wanted) {
    const context = await esbuild.context({
      absWorkingDir: root,
      bundle: true,
      target: 'es2022',
      sourcemap: !production,
      minify: production,
      metafile: true,
      logLevel: 'warning',
      ...(name === IN_CHUNKS
        ? inChunks(name, resolve(root, outdir))
        : { format: 'cjs', outfile: join(outdir, `${name}.js`) }),
      ...bundle,
    });
    const { metafile } = await context.rebuild();
    inputs.push(...Object.keys(metafile?.inputs ?? {}));
    if (watch) await context.watch();
    else await context.dispose();
  }
  if (production) writeFileSync(resolve(root, outdir, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packagesOf(inputs)));
  if (wanted.some(([name]) => name === 'cli')) chmodSync(resolve(root, outdir, 'cli.js'), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build({ production: process.argv.includes('--production'), watch: process.argv.includes('--watch') });
}
