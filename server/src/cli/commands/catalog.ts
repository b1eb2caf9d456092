// `lintel catalog`: the documented requirements. Each action is in a file of its own.

import type { Command } from '../command.js';
import { Session } from '../session.js';
import { EXIT, UsageError } from '../terminal.js';
import { diff } from './catalog-diff.js';
import { find } from './catalog-find.js';
import { list, roles, show } from './catalog-list.js';
import { UPDATE_OPTIONS, update } from './catalog-update.js';

/** The actions that print a part of the catalog of the folder's workspace. */
const VIEWS = new Map([
  ['list', list],
  ['show', show],
  ['roles', roles],
]);

const FORMATS = ['text', 'json'] as const;

export const catalogCommand: Command = {
  name: 'catalog',
  summary: 'Show the documented requirements, look endpoints up, and keep them current.',
  usage: [
    'catalog list [SELECTOR…] [OPTION…]',
    'catalog show ID|SELECTOR… [OPTION…]',
    'catalog roles [OPTION…]',
    'catalog find HOST|ADDRESS|PORT|URL|-… [OPTION…]',
    'catalog diff FROM TO [PATH…]',
    'catalog update [PACK…] [OPTION…]',
  ],
  words: [...VIEWS.keys(), 'find', 'diff', 'update'],
  options: [{ name: 'format', value: 'FORMAT', choices: FORMATS, help: 'text (default) or json.' }, ...UPDATE_OPTIONS],
  async run(args, terminal) {
    const [action = '', ...others] = args.positionals;
    const format = args.choice('format', FORMATS);
    if (action === 'update') return update(args, format, terminal);
    if (action === 'diff') return diff(args, format, terminal);
    if (action === 'find') return find(args, format, terminal);
    const view = VIEWS.get(action);
    if (!view) {
      throw new UsageError(
        'catalog needs list, show, roles, find, diff with two versions, or update (see lintel catalog --help)',
      );
    }
    const session = await Session.at(terminal.folder, args, terminal);
    terminal.write(view(await session.catalogFor(), others, format, terminal));
    return (await session.reportDefects()) ? EXIT.findings : EXIT.clean;
  },
};
