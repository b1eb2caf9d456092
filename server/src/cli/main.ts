// The entry of the command line: tells the version, or loads the program.

import * as nodeModule from 'node:module';
import { name, version } from '../../../package.json';

if (process.argv[2] === '--version') {
  process.stdout.write(`${name} ${version}\n`);
} else {
  // Compiled code is kept between runs where Node.js can do that (22.1 and later).
  if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function')
    nodeModule.enableCompileCache();
  // A bundle of its own, whose modules are flat: loaded one by one, each of them would be compiled twice.
  nodeModule.createRequire(__filename)('./cli-program.js');
}
