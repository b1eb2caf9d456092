// Checks several files together: each is reported once, whichever of the others include it.

import type { NetworkContext } from '../analysis/evaluate/network-context.js';
import type { FixContext } from '../analysis/fixes/fixes.js';
import type { Finding, Verdict } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { FailOnByCode } from '../configuration/lintel-file.js';
import type { Model } from '../model/model.js';
import type { FileChecks } from './checks.js';
import { findingsByFile } from './findings-by-file.js';

/** A file with its findings. Included files have entries of their own, without verdicts. */
export interface CheckedFile {
  readonly uri: string;
  readonly dialect: string;
  readonly findings: readonly Finding[];
  readonly coverage: readonly Verdict[];
  /** Which findings make a run fail, by its workspace file. */
  readonly failOn: FailOnByCode;
  /** The catalog of the workspace file nearest to it. */
  readonly catalog: Catalog;
  /** What kind of model the file with these verdicts has, and what is known of the network around it. */
  readonly stage: Model['kind'];
  readonly network: NetworkContext;
}

/** What is known of a file that was examined. */
type Examined = FixContext & { readonly checks: FileChecks };

/**
 * The findings of some files and of those that they include.
 * @param examine examines one of them; `undefined` where it could not be
 */
export async function checkTogether(
  uris: readonly string[],
  examine: (uri: string) => Promise<Examined | undefined>,
): Promise<readonly CheckedFile[]> {
  const asked = new Set(uris);
  const checked = new Map<string, CheckedFile>();
  for (const own of asked) {
    const context = await examine(own);
    if (!context) continue;
    const { uri: root } = context.document.source;
    const isOwn = root === own;
    // The includer is among the files as well, and brings the findings of this one.
    if (!isOwn && asked.has(root)) continue;
    const { dialect, coverage } = context.analysis.report;
    const { catalog, failOn, network } = context.checks;
    const shared = { dialect, failOn, catalog, network, stage: context.document.model.kind };
    for (const [uri, findings] of findingsByFile(context.analysis)) {
      if (!isOwn && uri !== own) continue;
      const known = checked.get(uri);
      checked.set(uri, {
        ...shared,
        uri,
        findings: known ? merge(known.findings, findings) : findings,
        coverage: uri === own ? coverage : (known?.coverage ?? []),
      });
    }
    if (!isOwn && !checked.has(own)) checked.set(own, { ...shared, uri: own, findings: [], coverage });
  }
  return [...checked.values()];
}

/** Findings of a file that several others include, each once. */
function merge(known: readonly Finding[], more: readonly Finding[]): Finding[] {
  return [...new Map([...known, ...more].map((finding) => [keyOf(finding), finding])).values()];
}

/** A key that is equal for the same finding of different analyses. */
export function keyOf({ code, uri, range, message }: Finding): string {
  return `${uri} ${range.start} ${range.end} ${code} ${message}`;
}
