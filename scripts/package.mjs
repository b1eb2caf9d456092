// Packs the extension as a user installs it: lintel.vsix.
// @ts-check
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
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
console.log(`lintel.vsix: ${Math.round(statSync(packagePath).size / 1024)} kB`);
