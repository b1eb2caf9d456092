// The entry of the command line: tells the version, or loads the program.

import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { name, version } from '../../../package.json';
import { loadCompiled } from './code-cache.js';

if (/^(?:--version|-V|version)$/.test(process.argv[2] ?? '')) {
  process.stdout.write(`${name} ${version}\n`);
} else {
  // Compiled code is kept between runs: by Node.js where it can do that (22.1 and later).
  const enable = 'enableCompileCache' in nodeModule ? nodeModule.enableCompileCache : undefined;
  const keepsCode = typeof enable === 'function';
  if (keepsCode) enable();
  // The V8 of Node.js 20 optimises functions long before that pays in a run of this length: the compiler took more than a small
  // file. Later ones count calls, and refuse the flag.
  // It also lets memory grow to four times what is in use before it looks through it; twice costs a few hundredths of the time.
  if (process.versions.v8.startsWith('11.')) {
    setFlagsFromString('--interrupt-budget=500000');
    setFlagsFromString('--heap-growing-percent=100');
    // Young objects get room eight times as large at once, not twice: half of the collections of a small file were for that.
    setFlagsFromString('--semi-space-growth-factor=8');
    // Compiled code that has not run for a while would be thrown away, before it can be kept.
    setFlagsFromString('--no-flush-bytecode');
  }
  const program = join(__dirname, 'cli-program.js');
  if (keepsCode) nodeModule.createRequire(__filename)(program);
  else loadCompiled(program, process.argv[2] ?? '');
}
