// Packs the extension and the program as users install them: lintel.vsix, and lintel-VERSION.tgz for npm.
// @ts-check
import { rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { packForNpm } from './npm-package.mjs';
import { packVsix } from './vsix.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** In bytes: what an extension that answers at once may weigh. */
const LARGEST_PACKAGE = 2_000_000;
const packagePath = join(root, 'lintel.vsix');

// Whatever an earlier build left in dist/ is not to be packed.
rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({ production: true });
await packVsix({ cwd: root, packagePath });
const { size } = statSync(packagePath);
console.log(`lintel.vsix: ${Math.round(size / 1000)} kB`);
if (size > LARGEST_PACKAGE) throw new Error(`lintel.vsix is larger than ${LARGEST_PACKAGE / 1e6} MB`);

const tarball = await packForNpm();
console.log(`${basename(tarball)}: ${Math.round(statSync(tarball).size / 1000)} kB`);
