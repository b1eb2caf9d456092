// Packs the program and the library for npm: lintel-VERSION.tgz, with a package.json that says only what npm needs to know.
// @ts-check
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesOf } from './chunks.mjs';
import { libraryTypes } from './library-types.mjs';
import { readManifest } from './manifest.mjs';
import { standaloneReadme } from './readme.mjs';
import { npm } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What of dist/ the program and the library need. */
const BUNDLES = ['cli.js', 'server.js', 'mcp.js', 'library.js', 'THIRD-PARTY-NOTICES.txt'];
const BESIDE = ['schemas', 'LICENSE'];

/**
 * @param {{ dist?: string, to?: string }} [options] `dist` holds a production build; the package is put into the folder `to`
 * @returns {Promise<string>} the path of the package
 */
export async function packForNpm({ dist = join(root, 'dist'), to = root } = {}) {
  const manifest = readManifest();
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'npm-'));
  try {
    for (const name of [...BUNDLES, ...filesOf('cli-program', dist)])
      cpSync(join(dist, name), join(folder, 'dist', name));
    for (const [name, text] of await libraryTypes()) {
      mkdirSync(join(folder, 'types'), { recursive: true });
      writeFileSync(join(folder, 'types', name), text);
    }
    for (const name of BESIDE) cpSync(join(root, name), join(folder, name), { recursive: true });
    // The page of a package shows no pictures of its own files.
    writeFileSync(join(folder, 'README.md'), standaloneReadme());
    cpSync(join(root, 'docs/man/lintel.1'), join(folder, 'man/lintel.1'));
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(npmManifest(manifest), null, 2)}\n`);
    // What is packed is a build already: nothing of it is run, and its files have one time and one order.
    await npm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: folder, quiet: true });
    const name = `${manifest.name}-${manifest.version}.tgz`;
    renameSync(join(folder, name), join(to, name));
    return join(to, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Readonly<Record<string, any>>} manifest that of the extension */
function npmManifest({ name, version, description, license, keywords, engines }) {
  return {
    name,
    version,
    description,
    license,
    keywords,
    type: 'commonjs',
    engines: { node: engines.node },
    bin: { lintel: 'dist/cli.js' },
    man: './man/lintel.1',
    main: './dist/library.js',
    types: './types/index.d.ts',
    exports: {
      '.': { types: './types/index.d.ts', default: './dist/library.js' },
      './schemas/*': './schemas/*',
      './package.json': './package.json',
    },
  };
}
