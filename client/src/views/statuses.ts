// The icons and counts of verdicts in views.

import * as vscode from 'vscode';
import { type CoverageStatus, type CoverageVerdict, STATUS_ORDER, STATUS_WORDS } from '../../../shared/coverage.js';

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
  return STATUS_ORDER.find((status) => verdicts.some((verdict) => verdict.status === status)) ?? 'not-applicable';
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
