// Packs the extension: the same files give the same bytes, on every day and in every time zone.
// @ts-check
import { createVSIX } from '@vscode/vsce';

/** In seconds since 1970: the time of every file of a package, which is the one that npm gives them. */
const PACKED_AT = 499_162_500;

/**
 * @param {{ cwd: string, packagePath: string }} options `cwd` holds package.json and what its `files` name
 * @returns {Promise<void>}
 */
export async function packVsix({ cwd, packagePath }) {
  const { SOURCE_DATE_EPOCH, TZ } = process.env;
  // vsce takes the time from the environment; a ZIP file has it as local time.
  Object.assign(process.env, { SOURCE_DATE_EPOCH: String(PACKED_AT), TZ: 'UTC' });
  try {
    await createVSIX({
      cwd,
      packagePath,
      // Everything is bundled into dist/.
      dependencies: false,
      // The README's pictures are shown where the repository is, wherever that may be.
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
  } finally {
    restore('SOURCE_DATE_EPOCH', SOURCE_DATE_EPOCH);
    restore('TZ', TZ);
  }
}

/** @param {string} name @param {string | undefined} value */
function restore(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
