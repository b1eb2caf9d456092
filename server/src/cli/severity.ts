// Which severities make a run fail.

import type { Finding } from '../analysis/report.js';
import type { Severity } from '../model/codes.js';
import type { Arguments, Option } from './command.js';
import { EXIT, type ExitStatus } from './terminal.js';

export const FAIL_ON_OPTION: Option = {
  name: 'fail-on',
  value: 'SEVERITY',
  help: 'The lowest severity that makes the exit status 1: error, warning (default), info or never.',
};

/** The lowest severity that makes a run fail. */
export type FailOn = 'error' | 'warning' | 'info' | 'never';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

export function failOnOf(args: Arguments): FailOn {
  return args.choice('fail-on', ['warning', 'error', 'info', 'never']);
}

/** Whether a finding makes a run fail. A hint never does. */
export function fails({ severity }: Finding, failOn: FailOn): boolean {
  if (failOn === 'never' || severity === 'hint') return false;
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}

export function statusOf(findings: readonly Finding[], failOn: FailOn): ExitStatus {
  return findings.some((finding) => fails(finding, failOn)) ? EXIT.findings : EXIT.clean;
}
