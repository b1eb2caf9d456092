import { type Analysis, analyze } from '../analysis/analyze.js';
import { evaluateAll } from '../analysis/evaluate/evaluate.js';
import type { Evaluation } from '../analysis/evaluate/evaluation.js';
import { joinHalves } from '../analysis/evaluate/halves.js';
import type { FilterOnPath } from '../analysis/findings/bypass-blocked.js';
import { directivesOf, requiredBy } from '../analysis/findings/directives.js';
import { type FixContext, fixAll } from '../analysis/fixes/fixes.js';
import { type AffectedLocation, affectedLocations } from '../analysis/plan/affected.js';
import type { Finding, Fix, Report, Verdict } from '../analysis/report.js';
import { Catalog } from '../catalog/catalog.js';
import { entryDeltas } from '../catalog/diff.js';
import type { Pack } from '../catalog/requirement.js';
import type { Configuration } from '../configuration/configuration.js';
import { isConfiguration } from '../configuration/languages.js';
import type { Completions, Dialect, OutlineItem, Source } from '../dialects/dialect.js';
import { LineIndex } from '../text/lines.js';
import type { Location, TextRange } from '../text/range.js';
import { CheckSelection, type FileChecks, type Wishes } from './checks.js';
import { type FindingFixes, FixBench } from './code-actions.js';
import { areHalves, filtersOnTheWay, otherHalves } from './companions.js';
import { coverageMarkdown } from './coverage.js';
import { findingsByFile } from './diagnostics.js';
import { directiveCompletions, directiveEntity } from './directive-help.js';
import { Explainer } from './explain.js';
import type { FileAccess } from './file-access.js';
import { type Hover, hoverAt } from './hover.js';
import { definitionsAt, referencesAt } from './navigation.js';
import { type NetworkPlan, planFor } from './plan.js';
import type { Reading } from './reading.js';
import { type RenamableName, type Renaming, renamableAt, renameAt } from './rename.js';
import { folderOf, nameOf, pathWithin } from './uris.js';
import { Workspace } from './workspace.js';

/** How often an answer is given again because it took files that had not been loaded: each time brings more of them. */
const LATE_ROUND_LIMIT = 8;

/** How many packet filters one PAC file is compared with. */
const FILTER_LIMIT = 16;

/** A document with its verdicts and findings, and the catalog that they refer to. */
export interface Examined extends FixContext {
  readonly checks: FileChecks;
}

/** What can be done about some findings. */
export interface OfferedFixes {
  readonly fixes: readonly FindingFixes[];
  /** The comments that would ignore them. */
  readonly ignores: readonly FindingFixes[];
  readonly catalog: Catalog;
}

/**
 * All that an editor or a terminal can ask about configuration files. Knows offsets, not positions; files by canonical
 * URI; no protocol and no disk. Questions about a document that is not open have no answer.
 */
export class LanguageService {
  private readonly workspace: Workspace;
  private readonly analyses = new WeakMap<Reading, { readonly checks: FileChecks; readonly analysis: Analysis }>();
  /** Of files that others are judged together with. */
  private readonly evaluations = new WeakMap<
    Reading,
    { readonly checks: FileChecks; readonly evaluations: readonly Evaluation[] }
  >();
  /** Checks with the filters that were found for them last: the same object as long as both are the same. */
  private readonly joinedChecks = new WeakMap<Reading, { readonly checks: FileChecks; readonly joined: FileChecks }>();
  private readonly selection = new CheckSelection();
  private readonly lineIndexes = new WeakMap<Source, LineIndex>();
  private readonly bench = new FixBench();

  constructor(access: FileAccess) {
    this.workspace = new Workspace(access);
  }

  // Documents

  /**
   * Sets the folders that includes may reach into.
   * @param searchesAbove whether a document's workspace file may also lie above its folder, at any height
   */
  setFolders(folders: readonly string[], searchesAbove = false): void {
    this.workspace.setFolders(folders, searchesAbove);
  }

  setSizeLimit(bytes: number): void {
    this.workspace.setSizeLimit(bytes);
  }

  /**
   * Opens a document or replaces its text. Returns the other open documents whose findings may change with it.
   * @param dialect what it looks like; demanded, it also counts where the workspace file names another one
   */
  put(uri: string, dialect: Dialect | undefined, text: string, isDemanded = false): readonly string[] {
    return this.workspace.put(uri, dialect, text, isDemanded);
  }

  /** Returns the open documents whose findings may change with it. */
  close(uri: string): readonly string[] {
    return this.workspace.close(uri);
  }

  /** Returns the open documents whose findings may change with files on disk. */
  filesChanged(uris: readonly string[]): readonly string[] {
    return this.workspace.filesChanged(uris);
  }

  get watchedFolders(): ReadonlySet<string> {
    return this.workspace.watchedFolders;
  }

  // Configuration

  /** What the nearest workspace file says of a file, open or not. */
  configurationFor(uri: string): Promise<Configuration> {
    return this.workspace.configurationFor(uri);
  }

  /** The language that the workspace file says a file is written in. */
  declaredDialect(uri: string): Promise<Dialect | undefined> {
    return this.workspace.declaredDialect(uri);
  }

  /** What a network needs to have opened, by the nearest workspace file of a file, open or not. */
  async plan(uri: string, wishes: Wishes): Promise<NetworkPlan> {
    return planFor(await this.configurationFor(uri), wishes);
  }

  // Findings

  /** Reads a document and its includes, the part of the work that every other answer needs. */
  async prepare(uri: string): Promise<void> {
    await this.workspace.readInContext(uri);
  }

  /** A document, alone or in the file that includes it, with its verdicts and findings. */
  examine(uri: string, wishes: Wishes): Promise<Examined | undefined> {
    return this.askExamined(uri, wishes, (examined) => examined);
  }

  /** Asks what a document does with flows or URLs, alone or in the file that includes it. */
  askExplainer<Answer>(
    uri: string,
    wishes: Wishes,
    question: (explainer: Explainer) => Answer,
  ): Promise<Answer | undefined> {
    return this.ask(uri, async (reading) => {
      const { catalog, network } = await this.checksFor(reading, wishes);
      const { hook, point } = network;
      const usualPath = { ...(hook === undefined ? {} : { hook }), ...(point === undefined ? {} : { point }) };
      return question(new Explainer(reading.document.model, catalog, usualPath));
    });
  }

  /**
   * The findings of an examined document and of the files that it includes, by file; only its own for a document that
   * another file includes.
   */
  findings(uri: string, { analysis, document }: Examined): ReadonlyMap<string, readonly Finding[]> {
    const files = findingsByFile(analysis);
    return document.source.uri === uri ? files : new Map([[uri, files.get(uri) ?? []]]);
  }

  /**
   * What a change of a pack means for a document, alone or in the file that includes it; with the URI of that file.
   * Nothing where the document is not checked with that pack.
   */
  affected(
    uri: string,
    wishes: Wishes,
    before: Pack,
    after: Pack,
  ): Promise<{ readonly root: string; readonly places: readonly AffectedLocation[] } | undefined> {
    return this.ask(uri, async (reading) => {
      const { document, dialect } = reading;
      const older = await this.examined(reading, { ...wishes, version: before });
      const newer = await this.examined(reading, { ...wishes, version: after });
      const places =
        older.checks.catalog === newer.checks.catalog
          ? []
          : affectedLocations(document, dialect, entryDeltas(before, after), older.analysis, newer.analysis);
      return { root: document.source.uri, places };
    });
  }

  async coverage(uri: string, wishes: Wishes): Promise<string | undefined> {
    const context = await this.examine(uri, wishes);
    if (!context) return undefined;
    const lineOf = (file: string, offset: number) => {
      const lines = this.linesOf(file);
      return lines && lines.lineAt(offset) + 1;
    };
    const { report } = context.analysis;
    return coverageMarkdown(nameOf(report.uri), report.coverage, context.checks.catalog, lineOf);
  }

  // Fixes

  /** The proved fixes of some findings of a document, or of the file that includes it. */
  async fixes(
    uri: string,
    wishes: Wishes,
    isWanted: (finding: Finding, index: number) => boolean,
  ): Promise<readonly FindingFixes[]> {
    const fixes = await this.askExamined(uri, wishes, (examined) => this.bench.fixes(examined, isWanted));
    return fixes ?? [];
  }

  /** The proved fixes of the findings that touch a range of a document, and the comments that would ignore these. */
  async fixesAt(uri: string, { start, end }: TextRange, wishes: Wishes): Promise<OfferedFixes> {
    const touches = (finding: Finding) =>
      finding.uri === uri && finding.range.start <= end && start <= finding.range.end;
    const found = await this.askExamined(uri, wishes, (examined) => ({
      fixes: this.bench.fixes(examined, touches),
      ignores: this.bench.ignores(examined, touches),
      catalog: examined.checks.catalog,
    }));
    return found ?? { fixes: [], ignores: [], catalog: Catalog.builtIn(wishes.cloud) };
  }

  /** One edit that applies every proved fix; `undefined` where there is none. */
  fixAll(uri: string, wishes: Wishes): Promise<Fix | undefined> {
    return this.askExamined(uri, wishes, fixAll);
  }

  // Reading and writing

  async hover(uri: string, offset: number, wishes: Wishes): Promise<Hover | undefined> {
    const context = await this.examine(uri, wishes);
    const own = await this.workspace.read(uri);
    if (!own || !context) return undefined;
    const { catalog } = context.checks;
    const { document, dialect } = own;
    const entity = directiveEntity(document.source, offset, catalog) ?? dialect.entityAt(document, offset, catalog);
    return hoverAt(context, entity, uri, offset);
  }

  async completions(uri: string, offset: number, wishes: Wishes): Promise<Completions | undefined> {
    const own = await this.workspace.read(uri);
    if (!own) return undefined;
    const { document, dialect } = own;
    const { catalog } = await this.checksFor(own, wishes);
    return directiveCompletions(document.source, offset, catalog) ?? dialect.completionsAt(document, offset, catalog);
  }

  async outline(uri: string): Promise<readonly OutlineItem[]> {
    const own = await this.workspace.read(uri);
    return own ? own.dialect.outline(own.document) : [];
  }

  async foldingRanges(uri: string): Promise<readonly TextRange[]> {
    const own = await this.workspace.read(uri);
    return own ? own.dialect.foldingRanges(own.document) : [];
  }

  async definitions(uri: string, offset: number): Promise<readonly Location[]> {
    const reading = await this.workspace.readInContext(uri);
    return reading ? definitionsAt(reading.document.names, uri, offset) : [];
  }

  /** The name at an offset, where it can be changed. */
  renamable(uri: string, offset: number, wishes: Wishes): Promise<RenamableName | undefined> {
    return this.askExamined(uri, wishes, (examined) => renamableAt(examined, uri, offset));
  }

  rename(uri: string, offset: number, newName: string, wishes: Wishes): Promise<Renaming | undefined> {
    return this.askExamined(uri, wishes, (examined) => renameAt(examined, uri, offset, newName));
  }

  async references(uri: string, offset: number, includeDefinitions: boolean): Promise<readonly Location[]> {
    const reading = await this.workspace.readInContext(uri);
    return reading ? referencesAt(reading.document.names, uri, offset, includeDefinitions) : [];
  }

  // Texts

  /** The text of an open document or of a file that one includes. */
  textOf(uri: string): string | undefined {
    return this.workspace.sourceOf(uri)?.text;
  }

  /** Its lines, for translating offsets at the edge. */
  linesOf(uri: string): LineIndex | undefined {
    const source = this.workspace.sourceOf(uri);
    if (!source) return undefined;
    const known = this.lineIndexes.get(source);
    if (known) return known;
    const lines = new LineIndex(source.text);
    this.lineIndexes.set(source, lines);
    return lines;
  }

  /** Answers from a reading; once more where the answer took files that had not been loaded. */
  private async ask<Answer>(
    uri: string,
    question: (reading: Reading) => Answer | Promise<Answer>,
  ): Promise<Answer | undefined> {
    for (let round = 0; ; round++) {
      const reading = await this.workspace.readInContext(uri);
      if (!reading) return undefined;
      const answer = await question(reading);
      if (round === LATE_ROUND_LIMIT || !(await this.workspace.loadLate(reading))) return answer;
    }
  }

  private askExamined<Answer>(
    uri: string,
    wishes: Wishes,
    question: (examined: Examined) => Answer,
  ): Promise<Answer | undefined> {
    return this.ask(uri, async (reading) => question(await this.examined(reading, wishes)));
  }

  private async examined(reading: Reading, wishes: Wishes): Promise<Examined> {
    const { document, dialect, sources } = reading;
    const checks = await this.withFiltersOnTheWay(await this.checksFor(reading, wishes), reading, wishes);
    const known = this.analyses.get(reading);
    const analysis = known?.checks === checks ? known.analysis : analyze(document, dialect, checks, sources);
    if (known?.checks !== checks) this.analyses.set(reading, { checks, analysis });
    return { document, dialect, sources, checks, analysis: await this.withOtherHalf(analysis, reading, checks) };
  }

  // Files that are judged together

  /** The checks of a PAC file, with the packet filters that what it sends past the proxy goes through. */
  private async withFiltersOnTheWay(checks: FileChecks, reading: Reading, wishes: Wishes): Promise<FileChecks> {
    const { model, source } = reading.document;
    if (model.kind !== 'selection') return checks;
    const listed = filtersOnTheWay(await this.configurationFor(source.uri), source.uri);
    const filters: FilterOnPath[] = [];
    for (const uri of await this.workspace.filesListed(source.uri, listed)) {
      if (filters.length === FILTER_LIMIT) break;
      const evaluations = await this.evaluateCompanion(source.uri, uri, async (other) =>
        other.document.model.kind === 'filter' ? this.checksFor(other, wishes) : undefined,
      );
      if (evaluations) filters.push({ name: nameOf(uri), evaluations });
    }
    if (filters.length === 0) return checks;
    const known = this.joinedChecks.get(reading);
    if (known?.checks === checks && isSame(known.joined.filtersOnPath ?? [], filters)) return known.joined;
    const joined = { ...checks, filtersOnPath: filters };
    this.joinedChecks.set(reading, { checks, joined });
    return joined;
  }

  /** An analysis whose verdicts are those of the whole firewall, where another file holds its other address family. */
  private async withOtherHalf(analysis: Analysis, { document }: Reading, checks: FileChecks): Promise<Analysis> {
    const { model, source } = document;
    if (model.kind !== 'filter' || model.families.length !== 1) return analysis;
    for (const uri of otherHalves(source.uri)) {
      const other = await this.evaluateCompanion(source.uri, uri, async (reading) =>
        areHalves(model, reading.document.model) ? checks : undefined,
      );
      if (other)
        return { ...analysis, report: withCoverage(analysis.report, () => joinHalves(analysis.evaluations, other)) };
    }
    return analysis;
  }

  /**
   * Evaluates a file that a document is judged together with.
   * @param checksOf what it is checked against; `undefined` where it is none to be judged with
   */
  private async evaluateCompanion(
    of: string,
    uri: string,
    checksOf: (reading: Reading) => Promise<FileChecks | undefined>,
  ): Promise<readonly Evaluation[] | undefined> {
    for (let round = 0; ; round++) {
      const reading = await this.workspace.readCompanion(of, uri);
      const checks = reading && (await checksOf(reading));
      if (!reading || !checks) return undefined;
      const evaluations = this.evaluated(reading, checks);
      if (round === LATE_ROUND_LIMIT || !(await this.workspace.loadLate(reading))) return evaluations;
    }
  }

  private evaluated(reading: Reading, checks: FileChecks): readonly Evaluation[] {
    const analysed = this.analyses.get(reading);
    if (analysed?.checks === checks) return analysed.analysis.evaluations;
    const known = this.evaluations.get(reading);
    if (known?.checks === checks) return known.evaluations;
    const evaluations = evaluateAll(reading.document.model, checks.requirements, checks.network);
    this.evaluations.set(reading, { checks, evaluations });
    return evaluations;
  }

  private async checksFor({ document: { source }, dialect }: Reading, wishes: Wishes): Promise<FileChecks> {
    const configuration = await this.configurationFor(source.uri);
    if (isConfiguration(dialect)) return this.selection.checksOfConfiguration(configuration, wishes);
    const path = pathWithin(folderOf(configuration.uri), source.uri);
    return this.selection.checksFor(configuration, path, requiredBy(directivesOf(source)), wishes);
  }
}

/** A report whose coverage is made when it is asked for: an editor that only shows findings never does. */
function withCoverage(report: Report, make: () => readonly Verdict[]): Report {
  let made: readonly Verdict[] | undefined;
  return {
    ...report,
    get coverage() {
      made ??= make();
      return made;
    },
  };
}

function isSame(known: readonly FilterOnPath[], filters: readonly FilterOnPath[]): boolean {
  return (
    known.length === filters.length &&
    known.every(({ name, evaluations }, i) => name === filters[i]?.name && evaluations === filters[i].evaluations)
  );
}
