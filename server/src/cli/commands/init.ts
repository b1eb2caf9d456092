// `lintel init`: writes the first lintel.yaml of a folder, for the files that are there.

import { access } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LINTEL_FILE_NAMES } from '../../configuration/lintel-config.js';
import { lintelPack } from '../../configuration/lintel-pack.js';
import { type KnownFile, newWorkspaceFile } from '../../configuration/new-file.js';
import type { Command } from '../command.js';
import { kindOf } from '../file-kinds.js';
import { FILE_OPTIONS } from '../file-options.js';
import { replaceNamed } from '../replace-file.js';
import { CLOUD_OPTION, cloudOf, Session } from '../session.js';
import { EXIT, UsageError } from '../terminal.js';

export const init: Command = {
  name: 'init',
  summary: 'Write a commented lintel.yaml for the files of a folder.',
  usage: ['init [FOLDER] [OPTION…]'],
  options: [
    { name: 'dry-run', help: 'Print the file instead of writing it.' },
    CLOUD_OPTION,
    ...FILE_OPTIONS.filter(({ name }) => name === 'exclude'),
  ],
  async run(args, terminal) {
    const [named = '.', ...others] = args.positionals;
    const folder = resolve(terminal.folder, named);
    if (others.length > 0 || (await kindOf(folder)) !== 'folder')
      throw new UsageError('init needs one folder (see lintel init --help)');
    for (const name of LINTEL_FILE_NAMES) {
      const isThere = await access(resolve(folder, name)).then(
        () => true,
        () => false,
      );
      if (isThere) throw new UsageError(`${relative(terminal.folder, resolve(folder, name))} is there already`);
    }
    const session = await Session.open(args, terminal);
    const files = await Promise.all(session.files.map((file) => knownFile(file.uri, session, folder)));
    const text = newWorkspaceFile(files, cloudOf(args));
    for (const error of session.errors) terminal.writeError(`lintel: ${error}\n`);
    if (args.has('dry-run')) {
      terminal.write(text);
      return EXIT.clean;
    }
    const path = relative(terminal.folder, resolve(folder, LINTEL_FILE_NAMES[0]));
    await replaceNamed(path, terminal.folder, text);
    const found = files.length === 1 ? '1 file' : `${files.length} files`;
    terminal.write(`${path}: written for ${found}; next, declare your networks in it and run lintel check\n`);
    return EXIT.clean;
  },
};

async function knownFile(uri: string, session: Session, folder: string): Promise<KnownFile> {
  const reading = await session.service.readAlone(uri);
  return {
    path: relative(folder, fileURLToPath(uri)).split(sep).join('/'),
    dialect: reading?.dialect.title ?? '',
    model: reading?.dialect === lintelPack ? undefined : reading?.document.model,
  };
}
