// The user's settings, and how they are read from the client's data.

import type { SeverityOverrides } from '../analysis/findings/findings.js';
import { DEFAULT_SELECTORS } from '../catalog/catalog.js';
import { CLOUDS, type Cloud } from '../catalog/requirement.js';
import { FINDING_CODES, type FindingCode } from '../model/codes.js';
import { isRecord } from '../text/json.js';
import { shortened } from '../text/lines.js';

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
  /** Whether what is in a set, group or acl stands behind its use. */
  readonly contentHints: boolean;
  /** Whether what happens at the end of a list stands there where the file does not say it. */
  readonly defaultHints: boolean;
  /** Whether what a file covers stands above the parts that decide it. */
  readonly codeLens: boolean;
  /** Whether the requirements that a statement meets stand above it. */
  readonly ruleCodeLens: boolean;
  /** Whether files that are not open are checked as well: the client then names them. */
  readonly workspaceDiagnostics: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  require: DEFAULT_SELECTORS,
  severity: {},
  cloud: 'worldwide',
  maxFileSize: 20,
  inlayHints: true,
  contentHints: true,
  defaultHints: true,
  codeLens: true,
  ruleCodeLens: true,
  workspaceDiagnostics: false,
};

/** The section that {@link Settings} are kept under. */
export const SETTINGS_SECTION = 'lintel';

/** The settings of a client, with what of them is not used, as sentences for the user. */
export interface ReadSettings extends Settings {
  readonly faults: readonly string[];
}

/** Reads the client's data. A value that cannot be is treated as not set, and told. */
export function readSettings(value: unknown): ReadSettings {
  if (!isRecord(value)) return { ...DEFAULT_SETTINGS, faults: [] };
  const faults: string[] = [];
  const read = <Value>(
    key: keyof Settings,
    wanted: string,
    isValid: (given: unknown) => given is Value,
    fallback: Value,
  ) => {
    const given = value[key];
    if (given === undefined || given === null) return fallback;
    if (isValid(given)) return given;
    faults.push(`${SETTINGS_SECTION}.${key}: ${shown(given)} is not ${wanted}, so the default applies.`);
    return fallback;
  };
  const {
    require,
    severity,
    cloud,
    maxFileSize,
    inlayHints,
    contentHints,
    defaultHints,
    codeLens,
    ruleCodeLens,
    workspaceDiagnostics,
  } = DEFAULT_SETTINGS;
  return {
    require: read('require', 'a list of selectors such as ["teams"]', isStrings, require),
    severity: readSeverity(read('severity', 'a map of codes to severities', isRecord, severity), faults),
    cloud: read('cloud', `one of ${CLOUDS.join(', ')}`, isCloud, cloud),
    maxFileSize: read('maxFileSize', 'a number of megabytes', isSize, maxFileSize),
    inlayHints: read('inlayHints', 'true or false', isBoolean, inlayHints),
    contentHints: read('contentHints', 'true or false', isBoolean, contentHints),
    defaultHints: read('defaultHints', 'true or false', isBoolean, defaultHints),
    codeLens: read('codeLens', 'true or false', isBoolean, codeLens),
    ruleCodeLens: read('ruleCodeLens', 'true or false', isBoolean, ruleCodeLens),
    workspaceDiagnostics: read('workspaceDiagnostics', 'true or false', isBoolean, workspaceDiagnostics),
    faults,
  };
}

/** The longest value that a message repeats, in characters. */
const SHOWN_LENGTH = 60;

function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? String(value), SHOWN_LENGTH);
}

const SEVERITIES = ['error', 'warning', 'info', 'hint', 'off'] as const;

function readSeverity(value: Readonly<Record<string, unknown>>, faults: string[]): SeverityOverrides {
  const overrides: Partial<Record<FindingCode, (typeof SEVERITIES)[number]>> = {};
  for (const [code, wanted] of Object.entries(value)) {
    const severity = SEVERITIES.find((known) => known === wanted);
    const key = `${SETTINGS_SECTION}.severity`;
    if (!isFindingCode(code)) faults.push(`${key}: ${shown(code)} is not the code of a finding.`);
    else if (!severity) faults.push(`${key}: ${shown(wanted)} is not one of ${SEVERITIES.join(', ')} (${code}).`);
    else overrides[code] = severity;
  }
  return overrides;
}

function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDING_CODES, text);
}

function isCloud(value: unknown): value is Cloud {
  return CLOUDS.some((known) => known === value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
