// Packs the extension: the same files give the same bytes, on every day and in every time zone.
// @ts-check
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { standaloneReadme } from './readme.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In seconds since 1970: the time of every file of a package, which is the one that npm gives them. */
const PACKED_AT = 499_162_500;

/**
 * @param {{ cwd: string, packagePath: string }} options `cwd` holds package.json and what its `files` name
 * @returns {Promise<void>}
 */
export async function packVsix({ cwd, packagePath }) {
  const folder = staged(cwd);
  const { SOURCE_DATE_EPOCH, TZ } = process.env;
  // vsce takes the time from the environment; a ZIP file has it as local time.
  Object.assign(process.env, { SOURCE_DATE_EPOCH: String(PACKED_AT), TZ: 'UTC' });
  try {
    await createVSIX({
      cwd: folder,
      packagePath,
      // Everything is bundled into dist/.
      dependencies: false,
      // The README needs none.
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
  } finally {
    restore('SOURCE_DATE_EPOCH', SOURCE_DATE_EPOCH);
    restore('TZ', TZ);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder with what is packed, and a README that VS Code can show whole. @param {string} cwd */
function staged(cwd) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'vsix-'));
  /** @type {{ files: readonly string[] }} */
  const { files } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  for (const path of ['package.json', 'dist', ...files.filter((one) => !one.startsWith('dist/'))]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(cwd, path), join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'README.md'), standaloneReadme());
  return folder;
}

/** @param {string} name @param {string | undefined} value */
function restore(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
