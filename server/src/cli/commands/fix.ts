// `lintel fix`: applies every proved fix, or prints the changes.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { decodeText, encodeText } from '../../text/decode.js';
import type { Command } from '../command.js';
import { type FixedFile, fixedFiles, patchOf } from '../fixed-files.js';
import { CLOUD_OPTION, DIALECT_OPTION, REQUIRE_OPTION, Session } from '../session.js';
import { statusOf } from '../severity.js';
import { EXIT, UsageError } from '../terminal.js';

export const fix: Command = {
  name: 'fix',
  summary: 'Apply every proved fix; the exit status reports the findings that remain.',
  usage: ['fix [PATH…] [OPTION…]'],
  options: [
    { name: 'dry-run', help: 'Print what would change as a unified diff, and change nothing.' },
    REQUIRE_OPTION,
    CLOUD_OPTION,
    DIALECT_OPTION,
  ],
  async run(args, terminal) {
    const session = await Session.open(args, terminal);
    const dryRun = args.has('dry-run');
    // A file and a file that it includes may have the same fixes: each patch is printed once.
    const patches = new Set<string>();
    for (const file of session.files) {
      const proved = await session.fixAll(file);
      if (!proved) continue;
      const files = fixedFiles(proved, session);
      if (dryRun) {
        for (const fixed of files) patches.add(patchOf(fixed));
        continue;
      }
      for (const fixed of files) await write(fixed);
      // Later files may include these.
      session.replace(files.map(({ uri: changed, after }) => ({ uri: changed, text: after })));
      const changed = files.map(({ path }) => path).join(', ');
      terminal.write(
        `${changed}: fixed${proved.requirements.length > 0 ? `; now met: ${proved.requirements.join(', ')}` : ''}\n`,
      );
    }
    for (const patch of patches) terminal.write(patch);
    const left = (await session.check()).flatMap(({ findings }) => findings);
    session.reportErrors();
    if (session.errors.length > 0) return EXIT.unusable;
    return statusOf(left, 'warning');
  },
};

/** Writes a file in the encoding that it had. */
async function write({ uri, path, before, after }: FixedFile): Promise<void> {
  const target = fileURLToPath(uri);
  const decoded = decodeText(await readFile(target));
  if (decoded?.text !== before) throw new UsageError(`${path}: changed while it was being fixed; nothing was written`);
  await writeFile(target, encodeText(after, decoded));
}
