// The icons and words of verdicts in views.

import * as vscode from 'vscode';
import type { CoverageStatus, CoverageVerdict } from '../../../shared/coverage.js';

/** What needs work first. */
export const STATUSES: readonly CoverageStatus[] = ['blocked', 'partial', 'undecided', 'met', 'not-applicable'];

export const STATUS_WORDS: Readonly<Record<CoverageStatus, string>> = {
  blocked: 'blocked',
  partial: 'partly met',
  undecided: 'undecided',
  met: 'met',
  'not-applicable': 'not decided here',
};

const ICONS: Readonly<Record<CoverageStatus, readonly [icon: string, color: string]>> = {
  blocked: ['error', 'problemsErrorIcon.foreground'],
  partial: ['warning', 'problemsWarningIcon.foreground'],
  undecided: ['question', 'problemsInfoIcon.foreground'],
  met: ['pass', 'testing.iconPassed'],
  'not-applicable': ['circle-slash', 'disabledForeground'],
};

export function iconOf(status: CoverageStatus): vscode.ThemeIcon {
  const [icon, color] = ICONS[status];
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}

export function worstOf(verdicts: readonly CoverageVerdict[]): CoverageStatus {
  return STATUSES.find((status) => verdicts.some((verdict) => verdict.status === status)) ?? 'not-applicable';
}

/** `9/13 met, 1 blocked`. */
export function countsOf(statuses: readonly CoverageStatus[]): string {
  const count = (wanted: CoverageStatus) => statuses.filter((status) => status === wanted).length;
  const decided = statuses.length - count('not-applicable');
  const others = (['blocked', 'partial', 'undecided'] as const).filter((status) => count(status) > 0);
  return [`${count('met')}/${decided} met`, ...others.map((status) => `${count(status)} ${STATUS_WORDS[status]}`)].join(
    ', ',
  );
}
