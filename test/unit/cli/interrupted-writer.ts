// A program that replaces files without end, as `fix` does, for a test that interrupts it.
import { join } from 'node:path';
import { writableSystem } from '../../../server/src/cli/replace-file.js';

const [folder = '.', ...names] = process.argv.slice(2);

async function writeForever(): Promise<never> {
  for (let version = 0; ; version++) {
    for (const name of names) await writableSystem.files.replace(join(folder, name), contentOf(version));
    // From here on the files are those of this program.
    if (version === 0) process.stdout.write('writing\n');
  }
}

void writeForever();

/** A megabyte that is one version from beginning to end. */
function contentOf(version: number): string {
  const line = `version ${version}\n`;
  return line.repeat(Math.ceil(1_000_000 / line.length));
}
