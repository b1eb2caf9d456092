// `lintel check`: reports the findings in files, in one of several formats.

import { appendFileSync } from 'node:fs';
import type { FailOn } from '../../configuration/lintel-file.js';
import { findingsSince, readBaseline, withoutKnown, writeBaseline } from '../baseline.js';
import { FINDINGS_ALONE, type Tells } from '../check-job.js';
import { JOBS_OPTION, jobsOf } from '../check-threads.js';
import type { Arguments, Command } from '../command.js';
import { FILE_OPTIONS } from '../file-options.js';
import { checkstyleReport } from '../formats/checkstyle.js';
import { githubReport, githubSummary } from '../formats/github.js';
import { gitlabReport } from '../formats/gitlab.js';
import { jsonReport } from '../formats/json.js';
import { junitReport } from '../formats/junit.js';
import { onelineReport } from '../formats/oneline.js';
import { sarifReport } from '../formats/sarif.js';
import { textReport } from '../formats/text.js';
import { replaceNamed } from '../replace-file.js';
import { CLOUD_OPTION, REQUIRE_OPTION } from '../request-options.js';
import { checkOut } from '../revisions.js';
import { type CheckedFile, Session } from '../session.js';
import { FAIL_ON_OPTION, failOnOf, MAX_FINDINGS_OPTION, maxFindingsOf, statusOf } from '../severity.js';
import { EXIT, type ExitStatus, type Terminal } from '../terminal.js';

const FORMATS = ['text', 'oneline', 'json', 'sarif', 'junit', 'checkstyle', 'github', 'gitlab'] as const;

/** What formats tell beside findings and the status of each requirement. */
const TELLS: Readonly<Partial<Record<(typeof FORMATS)[number], Tells>>> = {
  json: { fixes: true, decisions: true },
  sarif: { fixes: true, decisions: false },
};

export const check: Command = {
  name: 'check',
  summary: 'Check files against documented requirements.',
  usage: ['check [PATH…] [OPTION…]'],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: FORMATS,
      help: 'The format of the report: text (default), oneline, json, sarif, junit, checkstyle, github or gitlab.',
    },
    REQUIRE_OPTION,
    CLOUD_OPTION,
    FAIL_ON_OPTION,
    MAX_FINDINGS_OPTION,
    { name: 'baseline', value: 'FILE', help: 'Leave out the findings that FILE has accepted.' },
    { name: 'write-baseline', value: 'FILE', help: 'Accept all findings that there are now: write them to FILE.' },
    { name: 'since', value: 'REVISION', help: 'Report only what changes since a revision of Git have caused.' },
    { name: 'staged', help: 'Check what is staged in Git, and report only what committing it would cause.' },
    JOBS_OPTION,
    { name: 'quiet', help: 'Report errors and warnings only.' },
    { name: 'output', value: 'FILE', help: 'Write the report to FILE instead of standard output.' },
    ...FILE_OPTIONS,
  ],
  async run(args, terminal) {
    const format = args.choice('format', FORMATS);
    const failOn = failOnOf(args);
    const maxFindings = maxFindingsOf(args);
    if (!args.has('staged')) return checkAll(args, terminal, { format, failOn, maxFindings });
    // What will be committed, which may differ from the working files.
    const staged = await checkOut('staged', terminal.folder);
    try {
      return await checkAll(args, terminal, { format, failOn, maxFindings, folder: staged.folder });
    } finally {
      await staged.remove();
    }
  },
};

interface Wanted {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
  readonly maxFindings: number;
  /** Where the files are read instead of the folder of the run. */
  readonly folder?: string;
}

async function checkAll(
  args: Arguments,
  terminal: Terminal,
  { format, failOn, maxFindings, folder = terminal.folder }: Wanted,
): Promise<ExitStatus> {
  const session = await Session.open(args, { ...terminal, folder });
  const all = await session.checkInThreads(TELLS[format] ?? FINDINGS_ALONE, jobsOf(args));
  const written = args.text('write-baseline');
  if (written !== undefined) {
    const count = await writeBaseline(all, session, terminal, written);
    terminal.write(`${written}: ${count} ${count === 1 ? 'finding is' : 'findings are'} accepted\n`);
    return session.reportErrors() ? EXIT.unusable : EXIT.clean;
  }
  const files = await reported(all, session, args, terminal);
  const output = args.text('output');
  // A file has no colours.
  const reader = output === undefined ? terminal : { ...terminal, hasColours: false };
  const report = await reportOf(format, files, { session, failOn, terminal: reader });
  if (output !== undefined) await replaceNamed(output, terminal, [...report].join(''));
  else for (const part of report) terminal.write(part);
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (format === 'github' && summary) appendTo(summary, githubSummary(files, session));
  if (session.reportErrors()) return EXIT.unusable;
  return statusOf(files, failOn, maxFindings);
}

/** Adds to the summary of a job, where that can be written. */
function appendTo(summary: string, text: string): void {
  try {
    appendFileSync(summary, text);
  } catch {
    // The report has told everything.
  }
}

/** The files with the findings that the command line asks for. */
async function reported(
  all: readonly CheckedFile[],
  session: Session,
  args: Arguments,
  terminal: Terminal,
): Promise<readonly CheckedFile[]> {
  let files = all;
  const baseline = args.text('baseline');
  if (baseline !== undefined) files = await withoutKnown(files, session, await readBaseline(terminal, baseline));
  const revision = args.text('since') ?? (args.has('staged') ? 'HEAD' : undefined);
  if (revision !== undefined) files = await withoutKnown(files, session, await findingsSince(revision, args, terminal));
  if (!args.has('quiet')) return files;
  return files.map((file) => ({
    ...file,
    findings: file.findings.filter(({ severity }) => severity === 'error' || severity === 'warning'),
  }));
}

/** A report, in one or several parts. */
async function reportOf(
  format: (typeof FORMATS)[number],
  files: readonly CheckedFile[],
  { session, failOn, terminal }: { session: Session; failOn: FailOn; terminal: Terminal },
): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return textReport(files, session, terminal);
    case 'json':
      return [jsonReport(files, session)];
    case 'sarif':
      return [await sarifReport(files, session)];
    case 'junit':
      return [junitReport(files, session, failOn)];
    case 'github':
      return [githubReport(files, session)];
    case 'gitlab':
      return [await gitlabReport(files, session)];
    case 'checkstyle':
      return [checkstyleReport(files, session)];
    case 'oneline':
      return [onelineReport(files, session)];
  }
}
