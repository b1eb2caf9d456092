// The entry of the command line: tells the version, or loads the program.

import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { name, version } from '../../../package.json';
import { loadCompiled } from './code-cache.js';
import { setEngineFlags } from './engine-flags.js';

if (/^(?:--version|-V|version)$/.test(process.argv[2] ?? '')) {
  process.stdout.write(`${name} ${version}\n`);
} else {
  // Compiled code is kept between runs: by Node.js where it can do that (22.1 and later).
  const enable = 'enableCompileCache' in nodeModule ? nodeModule.enableCompileCache : undefined;
  const keepsCode = typeof enable === 'function';
  if (keepsCode) enable();
  setEngineFlags(
    // Functions are optimised long before that pays in a run of this length: the compiler took more than a small file.
    '--interrupt-budget=500000',
    // Memory grows to four times what is in use before it is looked through; twice costs a few hundredths of the time.
    '--heap-growing-percent=100',
    // Young objects get room eight times as large at once, not twice: half of the collections of a small file were for that.
    '--semi-space-growth-factor=8',
    // Compiled code that has not run for a while would be thrown away, before it can be kept.
    '--no-flush-bytecode',
  );
  const program = join(__dirname, 'cli-program.js');
  if (keepsCode) nodeModule.createRequire(__filename)(program);
  else {
    loadCompiled(program, process.argv[2] ?? '');
    // When all is done and written, nothing is left but to take the memory apart, which ends with the process anyway.
    process.on('beforeExit', () => process.exit());
  }
}
