// `lintel fix`: applies every proved fix, or prints the changes.

import type { Fix } from '../../analysis/report.js';
import { reasonOf } from '../../system/system.js';
import { encodeText } from '../../text/decode.js';
import type { Command } from '../command.js';
import { FILE_OPTIONS } from '../file-options.js';
import { bytesOf, type FixedFile, fixedFiles, patchOf } from '../fixed-files.js';
import { CLOUD_OPTION, REQUIRE_OPTION } from '../request-options.js';
import { Session } from '../session.js';
import { statusOf } from '../severity.js';
import { EXIT, type Terminal } from '../terminal.js';

export const fix: Command = {
  name: 'fix',
  summary: 'Apply every proved fix; the exit status reports the findings that remain.',
  usage: ['fix [PATH…] [OPTION…]'],
  options: [
    { name: 'dry-run', help: 'Print what would change as a unified diff, and change nothing.' },
    REQUIRE_OPTION,
    CLOUD_OPTION,
    ...FILE_OPTIONS,
  ],
  async run(args, terminal) {
    const session = await Session.open(args, terminal);
    if (args.has('dry-run')) await printPatches(session, terminal);
    else await applyFixes(session, terminal);
    const left = await session.check();
    return session.reportErrors() ? EXIT.unusable : statusOf(left, 'warning');
  },
};

async function printPatches(session: Session, terminal: Terminal): Promise<void> {
  // A file and a file that it includes may have the same fixes: each patch is printed once.
  const printed = new Set<string>();
  for (const file of session.files) {
    const proved = await session.fixAll(file);
    for (const fixed of proved ? await changedBy(proved, session) : []) {
      const patch = patchOf(fixed, terminal);
      const key = Buffer.from(patch).toString('latin1');
      if (!printed.has(key)) terminal.writeBytes(patch);
      printed.add(key);
    }
  }
}

async function applyFixes(session: Session, terminal: Terminal): Promise<void> {
  for (const file of session.files) {
    const input = session.standardInputOf(file.uri);
    const proved = await session.fixAll(file);
    const files = proved ? await changedBy(proved, session) : [];
    if (input) terminal.writeBytes(encodeText(files.find(({ uri }) => uri === file.uri)?.after ?? file.text, input));
    const failure = await replaceAll(
      files.filter(({ uri }) => !session.standardInputOf(uri)),
      session,
    );
    if (failure !== undefined) session.addError(failure);
    if (!proved || files.length === 0 || failure !== undefined) continue;
    // Later files may include these.
    session.replace(files.map(({ uri, after }) => ({ uri, text: after })));
    const changed = `${files.map(({ path }) => path).join(', ')}: fixed`;
    const met = proved.requirements.length > 0 ? `; now met: ${proved.requirements.join(', ')}` : '';
    if (input) terminal.writeError(`lintel: ${changed}${met}\n`);
    else terminal.write(`${changed}${met}\n`);
  }
}

/** The files that a fix changes, none where one of them has changed since it was read. */
async function changedBy(proved: Fix, session: Session): Promise<readonly FixedFile[]> {
  const files = await fixedFiles(proved, session);
  if (typeof files !== 'string') return files;
  session.addError(`${files}; nothing was written`);
  return [];
}

/**
 * Writes the files of one fix, all or none: the rest of a fix proves nothing.
 * @returns why they could not be written
 */
async function replaceAll(files: readonly FixedFile[], { folders, system }: Session): Promise<string | undefined> {
  for (const { uri, path } of files) {
    const absolute = system.pathOf(uri);
    const real = await system.realPathOf(absolute);
    if (real !== absolute && !system.isWithinAny(real, folders))
      return `${path}: not written, because it is a link to ${system.slashed(real)}, outside of the folders that are checked`;
  }
  const written: FixedFile[] = [];
  for (const file of files) {
    try {
      await system.files.replace(system.pathOf(file.uri), bytesOf(file));
      written.push(file);
    } catch (error) {
      for (const done of written)
        await system.files
          .replace(system.pathOf(done.uri), bytesOf({ ...done, after: done.before }))
          .catch(() => undefined);
      return `${file.path}: cannot be written (${reasonOf(error)})`;
    }
  }
  return undefined;
}
