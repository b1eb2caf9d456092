// `lintel completion`: prints a script that completes command lines in a shell.

import { FINDING_CODES } from '../../model/codes.js';
import type { Command } from '../command.js';
import { completionScript, SHELLS } from '../formats/completion.js';
import { EXIT, UsageError } from '../terminal.js';

/** @param commands the commands of the program, this one included */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'Print a script that completes command lines, for bash, zsh or fish.',
    usage: ['completion SHELL'],
    words: SHELLS,
    options: [],
    async run({ positionals: [name, ...others] }, terminal) {
      const shell = SHELLS.find((one) => one === name);
      if (!shell || others.length > 0) throw new UsageError(`completion needs one shell: ${SHELLS.join(', ')}`);
      const topics = Object.keys(FINDING_CODES);
      terminal.write(completionScript(shell, { commands: commands(), topics }));
      return EXIT.clean;
    },
  };
}
