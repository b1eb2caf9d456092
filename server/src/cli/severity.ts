// Which findings make a run fail.

import type { Finding } from '../analysis/report.js';
import type { FailOn, FailOnByCode } from '../configuration/lintel-file.js';
import type { Severity } from '../model/codes.js';
import type { Arguments, Option } from './command.js';
import { EXIT, type ExitStatus, UsageError } from './terminal.js';

const LEVELS = ['warning', 'error', 'info', 'never'] as const;

export const FAIL_ON_OPTION: Option = {
  name: 'fail-on',
  value: 'SEVERITY',
  choices: LEVELS,
  help: 'The lowest severity that makes the exit status 1: error, warning (default), info or never. What fail-on of lintel.yaml says of a code takes precedence, except over never.',
};

export const MAX_FINDINGS_OPTION: Option = {
  name: 'max-findings',
  value: 'COUNT',
  help: 'How many findings that count for --fail-on a run may have and succeed. Default: 0.',
};

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** The findings of a file, and what its workspace says of the codes that make a run fail. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly failOn: FailOnByCode;
}

export function failOnOf(args: Arguments): FailOn {
  return args.choice('fail-on', LEVELS);
}

/** The number of findings with which a run still succeeds. */
export function maxFindingsOf(args: Arguments): number {
  const text = args.text('max-findings') ?? '0';
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--max-findings must be a number, not "${text}"`);
  return Number(text);
}

/**
 * Whether a finding makes a run fail. A hint never does.
 * @param failOn the lowest severity that does, of the command line
 * @param byCode the same for single codes, of the workspace of the file
 */
export function fails({ severity, code }: Finding, failOn: FailOn, byCode: FailOnByCode): boolean {
  const lowest = failOn === 'never' ? failOn : (byCode[code] ?? failOn);
  if (lowest === 'never' || severity === 'hint') return false;
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(lowest);
}

export function statusOf(files: readonly Judged[], failOn: FailOn, maxFindings = 0): ExitStatus {
  const failing = files.flatMap(({ findings, failOn: byCode }) =>
    findings.filter((finding) => fails(finding, failOn, byCode)),
  );
  return failing.length > maxFindings ? EXIT.findings : EXIT.clean;
}
