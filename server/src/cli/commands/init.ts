// `lintel init`: writes the first lintel.yaml of a folder, for the files that are there.

import { LINTEL_FILE_NAMES } from '../../configuration/lintel-config.js';
import { newWorkspaceFile } from '../../configuration/new-file.js';
import type { Command } from '../command.js';
import { FILE_OPTIONS } from '../file-options.js';
import { replaceNamed } from '../replace-file.js';
import { CLOUD_OPTION, cloudOf } from '../request-options.js';
import { Session } from '../session.js';
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
    const { system } = terminal;
    const folder = system.path.resolve(terminal.folder, named);
    if (others.length > 0 || (await system.kindOf(folder)) !== 'folder')
      throw new UsageError('init needs one folder (see lintel init --help)');
    for (const name of LINTEL_FILE_NAMES) {
      const path = system.path.resolve(folder, name);
      if ((await system.kindOf(path)) !== 'missing')
        throw new UsageError(`${system.shownFrom(terminal.folder, path)} is there already`);
    }
    const session = await Session.open(args, terminal);
    const files = await Promise.all(
      session.files.map(({ uri }) => session.service.knownFile(uri, system.shownFrom(folder, system.pathOf(uri)))),
    );
    const text = newWorkspaceFile(files, cloudOf(args));
    for (const error of session.errors) terminal.writeError(`lintel: ${error}\n`);
    if (args.has('dry-run')) {
      terminal.write(text);
      return EXIT.clean;
    }
    const path = system.shownFrom(terminal.folder, system.path.resolve(folder, LINTEL_FILE_NAMES[0]));
    await replaceNamed(path, terminal, text);
    const found = files.length === 1 ? '1 file' : `${files.length} files`;
    terminal.write(`${path}: written for ${found}; next, declare your networks in it and run lintel check\n`);
    return EXIT.clean;
  },
};
