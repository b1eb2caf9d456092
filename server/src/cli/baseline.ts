// The findings that a team has accepted for now: a file of them, so that only new ones are reported.

import { reasonOf } from '../system/system.js';
import { FINDINGS_ALONE } from './check-job.js';
import { jobsOf } from './check-threads.js';
import type { Arguments } from './command.js';
import { fingerprintsOf } from './fingerprint.js';
import { replaceNamed } from './replace-file.js';
import { checkOut } from './revisions.js';
import { type CheckedFile, Session } from './session.js';
import { type Terminal, UsageError } from './terminal.js';

/** Version 1 of a baseline file; `path`, `code` and `requirements` are for its readers, the fingerprint counts. */
interface Baseline {
  readonly version: 1;
  readonly findings: readonly {
    readonly path: string;
    readonly code: string;
    readonly requirements: readonly string[];
    readonly fingerprint: string;
  }[];
}

/** The fingerprints that a baseline accepts. Throws a UsageError where it cannot be read. */
export async function readBaseline({ folder, system }: Terminal, path: string): Promise<ReadonlySet<string>> {
  let text: string;
  try {
    text = await system.utf8Of(system.path.resolve(folder, path));
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${reasonOf(error)})`);
  }
  const fingerprints = fingerprintsIn(text);
  if (!fingerprints) throw new UsageError(`${path}: not a baseline of Lintel`);
  return fingerprints;
}

/** The fingerprints of the findings at a revision: what is not among them has been caused by a change since. */
export async function findingsSince(
  revision: string,
  args: Arguments,
  terminal: Terminal,
): Promise<ReadonlySet<string>> {
  const checkout = await checkOut({ revision }, terminal.folder);
  try {
    const session = await Session.open(args, { ...terminal, folder: checkout.folder });
    const files = await session.checkInThreads(FINDINGS_ALONE, jobsOf(args));
    return new Set((await fingerprintsOf(files, session)).values());
  } finally {
    await checkout.remove();
  }
}

/** The files without the findings that are known. */
export async function withoutKnown(
  files: readonly CheckedFile[],
  session: Session,
  known: ReadonlySet<string>,
): Promise<readonly CheckedFile[]> {
  const fingerprints = await fingerprintsOf(files, session);
  return files.map((file) => ({
    ...file,
    findings: file.findings.filter((finding) => !known.has(fingerprints.get(finding) ?? '')),
  }));
}

/** Writes a baseline of all findings but hints. Returns how many; throws a UsageError where it cannot be written. */
export async function writeBaseline(
  files: readonly CheckedFile[],
  session: Session,
  terminal: Terminal,
  path: string,
): Promise<number> {
  const fingerprints = await fingerprintsOf(files, session);
  const findings = files.flatMap((file) =>
    file.findings
      .filter(({ severity }) => severity !== 'hint')
      .map((finding) => ({
        path: file.path,
        code: finding.code,
        requirements: finding.requirements,
        fingerprint: fingerprints.get(finding) ?? '',
      })),
  );
  const baseline: Baseline = { version: 1, findings };
  await replaceNamed(path, terminal, `${JSON.stringify(baseline, undefined, 2)}\n`);
  return findings.length;
}

function fingerprintsIn(text: string): ReadonlySet<string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isBaseline(value)) return undefined;
  return new Set(value.findings.map(({ fingerprint }) => fingerprint));
}

function isBaseline(value: unknown): value is Baseline {
  if (typeof value !== 'object' || value === null || !('version' in value && 'findings' in value)) return false;
  if (value.version !== 1 || !Array.isArray(value.findings)) return false;
  return value.findings.every(
    (one: unknown) =>
      typeof one === 'object' && one !== null && 'fingerprint' in one && typeof one.fingerprint === 'string',
  );
}
