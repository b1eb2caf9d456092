// The user's settings, and how they are read from the client's data.

import type { SeverityOverrides } from '../analysis/findings/findings.js';
import { DEFAULT_SELECTORS } from '../catalog/catalog.js';
import { CLOUDS, type Cloud } from '../catalog/requirement.js';
import { FINDING_CODES, type FindingCode } from '../model/codes.js';

/** The user's settings below `lintel.`, as the server reads them. `package.json` declares the same keys and defaults. */
export interface Settings {
  /** Selectors of the requirements that files are checked against. */
  readonly require: readonly string[];
  /** The severities that override the defaults, by code. */
  readonly severity: SeverityOverrides;
  /** The Microsoft cloud for workspaces that name none. */
  readonly cloud: Cloud;
  /** The largest file that is checked, in megabytes (10⁶ characters). */
  readonly maxFileSize: number;
  /** Whether the services that use an address or a port stand beside it. */
  readonly inlayHints: boolean;
  /** Whether what a file covers stands above the parts that decide it. */
  readonly codeLens: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  require: DEFAULT_SELECTORS,
  severity: {},
  cloud: 'worldwide',
  maxFileSize: 20,
  inlayHints: true,
  codeLens: true,
};

/** The section that {@link Settings} are kept under. */
export const SETTINGS_SECTION = 'lintel';

/** Reads the client's data. A value of the wrong type is treated as not set. */
export function readSettings(value: unknown): Settings {
  if (!isRecord(value)) return DEFAULT_SETTINGS;
  const { require, severity, cloud, maxFileSize, inlayHints, codeLens } = value;
  return {
    require: isStrings(require) ? require : DEFAULT_SETTINGS.require,
    severity: isRecord(severity) ? readSeverity(severity) : DEFAULT_SETTINGS.severity,
    cloud: CLOUDS.find((known) => known === cloud) ?? DEFAULT_SETTINGS.cloud,
    maxFileSize: typeof maxFileSize === 'number' && maxFileSize > 0 ? maxFileSize : DEFAULT_SETTINGS.maxFileSize,
    inlayHints: typeof inlayHints === 'boolean' ? inlayHints : DEFAULT_SETTINGS.inlayHints,
    codeLens: typeof codeLens === 'boolean' ? codeLens : DEFAULT_SETTINGS.codeLens,
  };
}

const SEVERITIES = ['error', 'warning', 'info', 'hint', 'off'] as const;

function readSeverity(value: Readonly<Record<string, unknown>>): SeverityOverrides {
  const overrides: Partial<Record<FindingCode, (typeof SEVERITIES)[number]>> = {};
  for (const [code, wanted] of Object.entries(value)) {
    const severity = SEVERITIES.find((known) => known === wanted);
    if (isFindingCode(code) && severity) overrides[code] = severity;
  }
  return overrides;
}

function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDING_CODES, text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
