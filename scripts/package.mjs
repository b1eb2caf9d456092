// Packs the extension as a user installs it: lintel.vsix.
// @ts-check
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** In bytes: what an extension that answers at once may weigh. */
const LARGEST_PACKAGE = 2_000_000;
const packagePath = join(root, 'lintel.vsix');

// Whatever an earlier build left in dist/ is not to be packed.
rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({ production: true });
await createVSIX({
  cwd: root,
  packagePath,
  // Everything is bundled into dist/.
  dependencies: false,
  // The README's pictures are shown where the repository is, wherever that may be.
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
const { size } = statSync(packagePath);
console.log(`lintel.vsix: ${Math.round(size / 1000)} kB`);
if (size > LARGEST_PACKAGE) throw new Error(`lintel.vsix is larger than ${LARGEST_PACKAGE / 1e6} MB`);
