// `lintel dump`: prints one stage of reading a file; hidden from the list of commands.

import type { Command } from '../command.js';
import { DIALECT_OPTION } from '../file-options.js';
import { dumpStage, STAGES } from '../formats/dump.js';
import { Session } from '../session.js';
import { EXIT, UsageError } from '../terminal.js';

export const dump: Command = {
  name: 'dump',
  summary: 'Print one stage of reading a file; for developers of Lintel.',
  usage: [`dump FILE --as ${STAGES.join('|')} [--dialect ID]`],
  options: [
    {
      name: 'as',
      value: 'STAGE',
      help: 'tree (default): the text as written; tokens; program: what the device holds; model: what it means for traffic.',
    },
    DIALECT_OPTION,
  ],
  async run(args, terminal) {
    const [path, ...others] = args.positionals;
    if (path === undefined || others.length > 0) throw new UsageError('dump needs one file (see lintel dump --help)');
    const stage = args.choice('as', STAGES);
    const session = await Session.open(args, terminal);
    const [file, another] = session.files;
    if (!file || another) throw new UsageError(session.errors[0] ?? `${path}: not one configuration file`);
    const { service } = session;
    const reading = await service.readAlone(file.uri);
    const text = reading && dumpStage(reading, stage, (uri) => service.linesOf(uri));
    if (text === undefined) throw new UsageError(`${path}: ${file.dialect.title} has no ${stage}; try --as tree`);
    terminal.write(text);
    return EXIT.clean;
  },
};
