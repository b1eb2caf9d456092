// `lintel check`: reports the findings in files, in one of several formats.

import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { withoutBaseline, writeBaseline } from '../baseline.js';
import type { Arguments, Command } from '../command.js';
import { reasonOf } from '../file-kinds.js';
import { FILE_OPTIONS } from '../file-options.js';
import { githubReport, githubSummary } from '../formats/github.js';
import { jsonReport } from '../formats/json.js';
import { junitReport } from '../formats/junit.js';
import { sarifReport } from '../formats/sarif.js';
import { textReport } from '../formats/text.js';
import { replaceFile } from '../replace-file.js';
import { type CheckedFile, CLOUD_OPTION, REQUIRE_OPTION, Session } from '../session.js';
import { FAIL_ON_OPTION, type FailOn, failOnOf, statusOf } from '../severity.js';
import { EXIT, type Terminal, UsageError } from '../terminal.js';

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
    { name: 'baseline', value: 'FILE', help: 'Leave out the findings that FILE has accepted.' },
    { name: 'write-baseline', value: 'FILE', help: 'Accept all findings that there are now: write them to FILE.' },
    { name: 'quiet', help: 'Report errors and warnings only.' },
    { name: 'output', value: 'FILE', help: 'Write the report to FILE instead of standard output.' },
    ...FILE_OPTIONS,
  ],
  async run(args, terminal) {
    const format = args.choice('format', FORMATS);
    const failOn = failOnOf(args);
    const session = await Session.open(args, terminal);
    const all = await session.check();
    const written = args.text('write-baseline');
    if (written !== undefined) {
      const count = await writeBaseline(all, session, terminal.folder, written);
      terminal.write(`${written}: ${count} ${count === 1 ? 'finding is' : 'findings are'} accepted\n`);
      return session.reportErrors() ? EXIT.unusable : EXIT.clean;
    }
    const files = await reported(all, session, args, terminal);
    const output = args.text('output');
    const report = await reportOf(format, files, {
      session,
      failOn,
      terminal: plainIf(output !== undefined, terminal),
    });
    if (output === undefined) terminal.write(report);
    else await writeReport(resolve(terminal.folder, output), output, report);
    const summary = process.env.GITHUB_STEP_SUMMARY;
    if (format === 'github' && summary) await appendFile(summary, githubSummary(files, session)).catch(() => undefined);
    if (session.reportErrors()) return EXIT.unusable;
    return statusOf(
      files.flatMap(({ findings }) => findings),
      failOn,
    );
  },
};

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github'] as const;

/** The files with the findings that the command line asks for. */
async function reported(
  all: readonly CheckedFile[],
  session: Session,
  args: Arguments,
  terminal: Terminal,
): Promise<readonly CheckedFile[]> {
  const baseline = args.text('baseline');
  const fresh = baseline === undefined ? all : await withoutBaseline(all, session, terminal.folder, baseline);
  if (!args.has('quiet')) return fresh;
  return fresh.map((file) => ({
    ...file,
    findings: file.findings.filter(({ severity }) => severity === 'error' || severity === 'warning'),
  }));
}

function reportOf(
  format: (typeof FORMATS)[number],
  files: readonly CheckedFile[],
  { session, failOn, terminal }: { session: Session; failOn: FailOn; terminal: Terminal },
): string | Promise<string> {
  switch (format) {
    case 'text':
      return textReport(files, session, terminal);
    case 'json':
      return jsonReport(files, session);
    case 'sarif':
      return sarifReport(files, session);
    case 'junit':
      return junitReport(files, session, failOn);
    case 'github':
      return githubReport(files, session);
  }
}

/** A file has no colours. */
function plainIf(isFile: boolean, terminal: Terminal): Terminal {
  return isFile ? { ...terminal, hasColours: false } : terminal;
}

async function writeReport(absolute: string, path: string, report: string): Promise<void> {
  try {
    await replaceFile(absolute, report);
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${reasonOf(error)})`);
  }
}
