// `lintel plan`: lists the firewall openings that a network needs.

import { folderOf, nameOf } from '../../service/files/uris.js';
import { planMarkdown } from '../../service/plan.js';
import { planPage } from '../../service/reports/plan-page.js';
import type { Command } from '../command.js';
import { planCsv, planJson, planText } from '../formats/plan.js';
import { planPolicy } from '../formats/plan-policy.js';
import { CLOUD_OPTION, REQUIRE_OPTION } from '../request-options.js';
import { Session } from '../session.js';
import { EXIT, UsageError } from '../terminal.js';

const FORMATS = ['text', 'csv', 'netpolicy', 'json', 'markdown', 'html'] as const;

export const plan: Command = {
  name: 'plan',
  summary: 'List every firewall opening that the roles of lintel.yaml need.',
  usage: ['plan [PATH] [OPTION…]'],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: FORMATS,
      help: 'text (default), csv, netpolicy, json, markdown or html (one file to hand on).',
    },
    REQUIRE_OPTION,
    CLOUD_OPTION,
  ],
  async run(args, terminal) {
    const [path = '.', ...others] = args.positionals;
    if (others.length > 0) throw new UsageError('plan needs one file or folder at most (see lintel plan --help)');
    const format = args.choice('format', FORMATS);
    const { system } = terminal;
    const absolute = system.path.resolve(terminal.folder, path);
    const kind = await system.kindOf(absolute);
    if (kind !== 'file' && kind !== 'folder') throw new UsageError(`${path}: no such file or folder`);
    const session = await Session.at(kind === 'file' ? system.path.dirname(absolute) : absolute, args, terminal);
    const network = await session.plan();
    const name = nameOf(folderOf(network.configuration.uri));
    switch (format) {
      case 'text':
        terminal.write(planText(network, terminal.width));
        break;
      case 'csv':
        terminal.write(planCsv(network));
        break;
      case 'netpolicy':
        terminal.write(planPolicy(name, network));
        break;
      case 'json':
        terminal.write(planJson(network));
        break;
      case 'markdown':
        terminal.write(planMarkdown(name, network));
        break;
      case 'html':
        terminal.write(planPage(name, network));
        break;
    }
    return (await session.reportDefects()) ? EXIT.findings : EXIT.clean;
  },
};
