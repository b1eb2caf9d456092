// Installs the npm packages that a fresh clone lacks.
// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Brings node_modules to what package-lock.json lists. */
export async function installDependencies() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`Lintel needs Node.js 20 or later; this is ${process.versions.node}.`);
  if (isInstalled()) return;
  console.log('Installing npm packages …');
  await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, quiet: true });
}

/** npm keeps a list of what it installed beside the packages. */
function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(installed);
  // Optional packages are those for other kinds of machine as well.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
