// `lintel check`: reports the findings in files, in one of several formats.

import type { Command } from '../command.js';
import { githubReport } from '../formats/github.js';
import { jsonReport } from '../formats/json.js';
import { junitReport } from '../formats/junit.js';
import { sarifReport } from '../formats/sarif.js';
import { textReport } from '../formats/text.js';
import { CLOUD_OPTION, DIALECT_OPTION, REQUIRE_OPTION, Session } from '../session.js';
import { FAIL_ON_OPTION, failOnOf, statusOf } from '../severity.js';
import { EXIT } from '../terminal.js';

export const check: Command = {
  name: 'check',
  summary: 'Check files against documented requirements.',
  usage: ['check [PATH…] [OPTION…]'],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      help: 'The format of the report: text (default), json, sarif, junit or github.',
    },
    REQUIRE_OPTION,
    CLOUD_OPTION,
    FAIL_ON_OPTION,
    DIALECT_OPTION,
  ],
  async run(args, terminal) {
    const format = args.choice('format', ['text', 'json', 'sarif', 'junit', 'github']);
    const failOn = failOnOf(args);
    const session = await Session.open(args, terminal);
    const files = await session.check();
    switch (format) {
      case 'text':
        terminal.write(textReport(files, session, terminal));
        break;
      case 'json':
        terminal.write(await jsonReport(files, session));
        break;
      case 'sarif':
        terminal.write(sarifReport(files, session));
        break;
      case 'junit':
        terminal.write(junitReport(files, session, failOn));
        break;
      case 'github':
        terminal.write(githubReport(files, session));
        break;
    }
    session.reportErrors();
    if (session.errors.length > 0) return EXIT.unusable;
    return statusOf(
      files.flatMap(({ findings }) => findings),
      failOn,
    );
  },
};
