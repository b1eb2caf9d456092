// Checks several files together: each is reported once, whichever of the others include it.

import type { NetworkContext } from '../analysis/evaluate/network-context.js';
import type { FixContext } from '../analysis/fixes/edited-copy.js';
import type { Finding, ToldVerdict, Verdict } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { FailOnByCode } from '../configuration/lintel-file.js';
import { Budget, paidBy } from '../model/budget.js';
import type { Model } from '../model/model.js';
import type { FileChecks } from './checks.js';
import { findingsByFile } from './findings-by-file.js';

/** A file with its findings. Included files have entries of their own, without verdicts. */
export interface CheckedFile {
  readonly uri: string;
  readonly dialect: string;
  readonly findings: readonly Finding[];
  readonly coverage: readonly ToldVerdict[];
  /** Which findings make a run fail, by its workspace file. */
  readonly failOn: FailOnByCode;
  /** The catalog of the workspace file nearest to it. */
  readonly catalog: Catalog;
  /** What kind of model the file with these verdicts has, and what is known of the network around it. */
  readonly stage: Model['kind'];
  readonly network: NetworkContext;
}

/** What is known of a file that was examined. */
export type Examined = FixContext & { readonly checks: FileChecks };

/** What the check of one file tells, of itself and of what it includes, or is included by. */
export interface Told<Common, Kind = ToldVerdict> {
  /** The file that was analysed: itself, or the one that includes it. */
  readonly root: string;
  readonly findings: Iterable<readonly [uri: string, findings: readonly Finding[]]>;
  readonly coverage: readonly Kind[];
  /** What holds for all of these files. */
  readonly common: Common;
}

/** A file with what is told of it. */
export type ToldFile<Common> = Common & Pick<CheckedFile, 'uri' | 'findings' | 'coverage'>;

/**
 * The findings of some files and of those that they include.
 * @param examine examines one of them; `undefined` where it could not be
 */
export function checkTogether(
  uris: readonly string[],
  examine: (uri: string) => Promise<Examined | undefined>,
): Promise<readonly CheckedFile[]> {
  return joinTold(uris, async (uri) => {
    const examined = await examine(uri);
    return examined && withTexts(toldOf(examined));
  });
}

/** What holds for a file, and for those that it includes. */
export type OfFile = Omit<CheckedFile, keyof ToldFile<unknown>>;

export function toldOf({ document, analysis, checks }: Examined): Told<OfFile, Verdict> {
  const { dialect, coverage } = analysis.report;
  const { catalog, failOn, network } = checks;
  const common = { dialect, failOn, catalog, network, stage: document.model.kind };
  return { root: document.source.uri, findings: findingsByFile(analysis), coverage, common };
}

/** The same with the texts of its verdicts. */
export function withTexts<Common>({ root, findings, coverage, common }: Told<Common, Verdict>): Told<Common> {
  return { root, findings, coverage: toldVerdicts(coverage), common };
}

/** Verdicts with their texts, for which one budget pays. */
export function toldVerdicts(verdicts: readonly Verdict[]): ToldVerdict[] {
  return paidBy(new Budget(), () =>
    verdicts.map(({ missing, ...verdict }) => (missing ? { missing: missing(), ...verdict } : verdict)),
  );
}

/**
 * Joins what the checks of some files tell, so that each file is told of once.
 * @param tell what the check of one of them tells; `undefined` where it could not be made
 */
export async function joinTold<Common extends object>(
  uris: readonly string[],
  tell: (uri: string) => Promise<Told<Common> | undefined>,
): Promise<readonly ToldFile<Common>[]> {
  const asked = new Set(uris);
  const checked = new Map<string, ToldFile<Common>>();
  for (const own of asked) {
    const told = await tell(own);
    if (!told) continue;
    const { root, coverage, common } = told;
    const isOwn = root === own;
    // The includer is among the files as well, and brings the findings of this one.
    if (!isOwn && asked.has(root)) continue;
    for (const [uri, findings] of told.findings) {
      if (!isOwn && uri !== own) continue;
      const known = checked.get(uri);
      checked.set(uri, {
        ...common,
        uri,
        findings: known ? merge(known.findings, findings) : findings,
        coverage: uri === own ? coverage : (known?.coverage ?? []),
      });
    }
    if (!isOwn && !checked.has(own)) checked.set(own, { ...common, uri: own, findings: [], coverage });
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
