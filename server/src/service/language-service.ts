// All that an editor or a terminal can ask about configuration files: the table of contents of the service.

import type { CoverageFile } from '../../../shared/coverage.js';
import type { Overview } from '../../../shared/overview.js';
import type { Pause } from '../analysis/fixes/proofs.js';
import { type AffectedLocation, affectedLocations } from '../analysis/plan/affected.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import { entryDeltas } from '../catalog/diff.js';
import type { Pack } from '../catalog/requirement.js';
import type { Configuration } from '../configuration/configuration.js';
import { lintelPack } from '../configuration/lintel-pack.js';
import type { KnownFile } from '../configuration/new-file.js';
import type {
  Completions,
  ContentHint,
  Document,
  Language,
  NameUse,
  OutlineItem,
  Signature,
  Source,
} from '../dialects/dialect.js';
import { Memo } from '../kept/memo.js';
import { statementKey } from '../model/evidence.js';
import type { TextEdit } from '../text/edit.js';
import { LineIndex } from '../text/lines.js';
import type { PiecedText } from '../text/pieced-text.js';
import type { Location, TextRange } from '../text/range.js';
import { toldVerdicts } from './checked-files.js';
import type { CheckRequest } from './checks.js';
import { directiveCompletions, directiveEntity } from './directive-help.js';
import { catalogCompletionsAt, joinCompletions } from './editing/catalog-completions.js';
import { type CodeLens, codeLensesFor } from './editing/code-lenses.js';
import { isComplete } from './editing/finished-words.js';
import { type InlayHint, inlayHintsIn } from './editing/inlay-hints.js';
import { type FileLink, fileLinksIn, filesNamedAt } from './editing/links.js';
import { pathCompletions } from './editing/path-completions.js';
import { outlineRangesAt, selectionRangesAt } from './editing/selection.js';
import { type SemanticToken, semanticTokensIn } from './editing/semantic-tokens.js';
import { Examination, type Examined } from './examination.js';
import { Explainer } from './explain/answer.js';
import type { FileAccess } from './files/file-access.js';
import type { Reading } from './files/reading.js';
import { NO_TRACE, type Trace } from './files/trace.js';
import { Workspace } from './files/workspace.js';
import { findingsByFile } from './findings-by-file.js';
import { type FindingFixes, FixProver } from './fixes.js';
import { type Hover, type HoverContext, hoverAt } from './hover.js';
import { type MenuEntry, menuFor, reasonsFor, scopeOf } from './menu.js';
import { definitionsAt, definitionsNamed, highlightsAt, referencesAt } from './navigation.js';
import { overviewOf } from './overview.js';
import { type NetworkPlan, planFor, selectedFor } from './plan.js';
import { type RenamableName, type Renaming, renamableAt, renameAt } from './rename.js';
import { coverageOf, type Places } from './reports/coverage-data.js';
import {
  type FileEdits,
  type FileStatus,
  type SelectionOffer,
  selectionEdits,
  selectionOffer,
  statusOf,
} from './selection.js';

/** What can be done about the findings at a place. */
export interface Menu {
  readonly entries: readonly MenuEntry[];
  readonly catalog: Catalog;
}

/** An entry for several findings that somebody has chosen. */
export interface ChosenEntry {
  readonly does: 'fix-line' | 'fix-code';
  readonly title: string;
  isMeant(finding: Finding): boolean;
}

function findingsIn({ analysis }: Examined, uri: string, { start, end }: TextRange): readonly Finding[] {
  return analysis.report.findings.filter((one) => one.uri === uri && one.range.start <= end && start <= one.range.end);
}

/**
 * Takes and returns offsets, not positions, and canonical URIs; knows no protocol and no disk. Results for a document that
 * is not open are `undefined` or empty.
 */
export class LanguageService {
  private readonly workspace: Workspace;
  private readonly examination: Examination;
  private readonly lineIndexes = new Memo<Source, LineIndex>();
  private readonly outlines = new Memo<Document, readonly OutlineItem[]>();
  private readonly fixProver = new FixProver();

  /**
   * @param trace is notified of the work on each file
   * @param yieldToEvents resolves after the requests that have arrived are answered
   */
  constructor(access: FileAccess, trace: Trace = NO_TRACE, yieldToEvents = async () => {}) {
    this.workspace = new Workspace(access, trace);
    this.examination = new Examination(this.workspace, trace, yieldToEvents);
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

  /** Sets how many documents that were read only to see what they include stay read. */
  setReadAheadLimit(count: number): void {
    this.workspace.setReadAheadLimit(count);
  }

  /**
   * Opens a document or replaces its text. Returns the other open documents whose findings may change with it.
   * @param detected what it looks like; forced, it applies even where the workspace file names another one
   */
  put(
    uri: string,
    detected: Language | undefined,
    text: string | PiecedText,
    isForced = false,
    byteOrderMark = false,
  ): readonly string[] {
    return this.workspace.put(uri, detected, text, isForced, byteOrderMark);
  }

  /** Returns the open documents whose findings may change with it. */
  close(uri: string): readonly string[] {
    return this.workspace.close(uri);
  }

  /** Drops what was read of a document that nothing more is expected to be asked of. Its text stays. */
  release(uri: string): void {
    this.workspace.release(uri);
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
  declaredDialect(uri: string): Promise<Language | undefined> {
    return this.workspace.declaredDialect(uri);
  }

  /** The openings that a network needs, by the nearest workspace file of a file, open or not. */
  async plan(uri: string, request: CheckRequest): Promise<NetworkPlan> {
    return planFor(await this.configurationFor(uri), request);
  }

  /** The network and the catalog of the nearest workspace file of a file, open or not. */
  async overview(uri: string, request: CheckRequest): Promise<Overview> {
    const configuration = await this.configurationFor(uri);
    const { catalog, requirements } = selectedFor(configuration, request);
    return overviewOf(configuration, catalog, requirements);
  }

  /** What a file is, for the first workspace file of its folder. */
  async knownFile(uri: string, path: string): Promise<KnownFile> {
    const reading = await this.readAlone(uri);
    return {
      path,
      dialect: reading?.dialect.title ?? '',
      model: reading?.dialect === lintelPack ? undefined : reading?.document.model,
    };
  }

  /** What a document is checked against, alone or in the file that includes it, and how it does. */
  status(uri: string, request: CheckRequest): Promise<FileStatus | undefined> {
    return this.answerExamined(uri, request, statusOf);
  }

  /** What can be selected for a document, alone or in the file that includes it. */
  async selection(uri: string, request: CheckRequest): Promise<SelectionOffer | undefined> {
    const configuration = await this.configurationFor(uri);
    return this.answerExamined(uri, request, (examined) => selectionOffer(examined, configuration));
  }

  /** The edits that select requirements for a document, or for the file that includes it. */
  async select(
    uri: string,
    request: CheckRequest,
    selectors: readonly string[],
    place: 'comment' | 'configuration',
  ): Promise<FileEdits | undefined> {
    const configuration = await this.configurationFor(uri);
    return this.answerExamined(uri, request, (examined) => selectionEdits(examined, configuration, selectors, place));
  }

  // Findings

  /** Reads a document and its includes, the part of the work that every other answer needs. */
  async prepare(uri: string): Promise<void> {
    await this.workspace.readInContext(uri);
  }

  /** What is wrong in a document itself, whatever files there are beside it. */
  async defects(uri: string, request: CheckRequest): Promise<readonly Finding[]> {
    const reading = await this.workspace.read(uri);
    return reading ? this.examination.defectsOf(reading, request) : [];
  }

  /** A document by itself, with everything that it includes, at every stage of its reading. */
  readAlone(uri: string): Promise<Reading | undefined> {
    return this.workspace.read(uri);
  }

  /** A document, alone or in the file that includes it, with its verdicts and findings. */
  examine(uri: string, request: CheckRequest): Promise<Examined | undefined> {
    return this.answerExamined(uri, request, (examined) => examined);
  }

  /**
   * The workspace file that applies to a document, with what is wrong in it and where it does not fit its files; `undefined`
   * where there is none or it is open, so that it is examined by itself.
   */
  async examineConfigurationOf(uri: string, request: CheckRequest): Promise<Examined | undefined> {
    const reading = await this.workspace.unopenedConfiguration(uri);
    return reading && this.examination.examine(reading, request);
  }

  /** The answer to questions about flows or URLs to a document, alone or in the file that includes it. */
  askExplainer<Answer>(
    uri: string,
    request: CheckRequest,
    question: (explainer: Explainer, reading: Reading) => Answer,
  ): Promise<Answer | undefined> {
    return this.workspace.answer(uri, async (reading) => {
      const { catalog, network } = await this.examination.checksFor(reading, request);
      return question(new Explainer(reading.document.model, catalog, network), reading);
    });
  }

  /** The packs that a document is checked against, alone or in the file that includes it. */
  packsFor(uri: string, request: CheckRequest): Promise<readonly Pack[] | undefined> {
    return this.workspace.answer(uri, async (reading) => {
      const { catalog, requirements } = await this.examination.checksFor(reading, request);
      return [...new Set(requirements.flatMap((requirement) => catalog.packOf(requirement) ?? []))];
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
   * The locations that a change of a pack affects in a document, alone or in the file that includes it; `root` is the URI of
   * the file that was analysed. Empty where the document is not checked with that pack.
   */
  affected(
    uri: string,
    request: CheckRequest,
    before: Pack,
    after: Pack,
  ): Promise<{ readonly root: string; readonly locations: readonly AffectedLocation[] } | undefined> {
    return this.workspace.answer(uri, async (reading) => {
      const { document, dialect } = reading;
      const older = await this.examination.examine(reading, { ...request, version: before });
      const newer = await this.examination.examine(reading, { ...request, version: after });
      const locations =
        older.checks.catalog === newer.checks.catalog
          ? []
          : affectedLocations(document, dialect, entryDeltas(before, after), older.analysis, newer.analysis);
      return { root: document.source.uri, locations };
    });
  }

  /**
   * What a document covers, alone or in the file that includes it, which is the root; with the fixes that are offered, as far
   * as these are known without another proof.
   */
  coverage(
    uri: string,
    request: CheckRequest,
    places: Places,
  ): Promise<{ readonly root: string; readonly file: CoverageFile } | undefined> {
    return this.answerExamined(uri, request, (examined) => {
      const { analysis, checks, document } = examined;
      const { dialect, coverage, findings } = analysis.report;
      const { catalog, network } = checks;
      const covered = {
        uri,
        dialect,
        coverage: toldVerdicts(coverage),
        findings,
        catalog,
        network,
        stage: document.model.kind,
      };
      return {
        root: document.source.uri,
        file: coverageOf(covered, places, (finding) => this.fixProver.shown(examined, finding)),
      };
    });
  }

  // Fixes

  /** The proved fixes of some findings of a document, or of the file that includes it. */
  async fixes(
    uri: string,
    request: CheckRequest,
    isWanted: (finding: Finding, index: number) => boolean,
  ): Promise<readonly FindingFixes[]> {
    const fixes = await this.answerExamined(uri, request, (examined) => this.fixProver.fixes(examined, isWanted));
    return fixes ?? [];
  }

  /**
   * What can be done about the findings that touch a range, as far as it is known without another proof.
   * @param isAsked which of them the question is about
   */
  async menuAt(
    uri: string,
    range: TextRange,
    request: CheckRequest,
    isAsked: (finding: Finding) => boolean = () => true,
  ): Promise<Menu | undefined> {
    const configuration = await this.configurationFor(uri);
    return this.answerExamined(uri, request, (examined) => {
      const here = findingsIn(examined, uri, range);
      const asked = here.filter(isAsked);
      const entries = menuFor(examined, this.fixProver, configuration, { here, asked });
      return { entries, catalog: examined.checks.catalog };
    });
  }

  /** Proves the fixes of the findings that touch a range. */
  async proveAt(uri: string, range: TextRange, request: CheckRequest): Promise<void> {
    await this.answerExamined(uri, request, (examined) => {
      const here = new Set(findingsIn(examined, uri, range));
      this.fixProver.fixes(examined, (finding) => here.has(finding));
    });
  }

  /** The edit of an entry that fixes several findings; `undefined` where none of them has a proved fix. */
  fixSeveral(uri: string, request: CheckRequest, entry: ChosenEntry): Promise<Fix | undefined> {
    return this.answerExamined(uri, request, (examined) => {
      const findings = examined.analysis.report.findings.filter(entry.isMeant);
      return this.fixProver.proofs(examined).fixOf(scopeOf(examined, { ...entry, findings }));
    });
  }

  /** Why some findings have no fix. */
  reasons(uri: string, request: CheckRequest, isMeant: (finding: Finding) => boolean): Promise<string | undefined> {
    return this.answerExamined(uri, request, (examined) => {
      const proofs = this.fixProver.proofs(examined);
      const findings = examined.analysis.report.findings.filter(isMeant);
      return reasonsFor(examined, findings, (finding) => proofs.known(finding)?.obstacle);
    });
  }

  /** The fixes of one finding, or why there is none; `undefined` where it is gone, or nobody waits for the proof any longer. */
  async prove(uri: string, request: CheckRequest, isMeant: (finding: Finding) => boolean, pause: Pause) {
    const found = await this.findingOf(uri, request, isMeant);
    return found?.proofs.withPauses(found.finding, pause);
  }

  /** The comment that ignores one finding; `undefined` where none can. */
  async ignoring(uri: string, request: CheckRequest, isMeant: (finding: Finding) => boolean): Promise<Fix | undefined> {
    const found = await this.findingOf(uri, request, isMeant);
    return found?.proofs.ignore(found.finding);
  }

  private findingOf(uri: string, request: CheckRequest, isMeant: (finding: Finding) => boolean) {
    return this.answerExamined(uri, request, (examined) => {
      const finding = examined.analysis.report.findings.find(isMeant);
      return finding && { finding, proofs: this.fixProver.proofs(examined) };
    });
  }

  /** One edit that applies every proved fix; `undefined` where there is none. */
  fixAll(uri: string, request: CheckRequest): Promise<Fix | undefined> {
    return this.answerExamined(uri, request, (examined) => this.fixProver.proofs(examined).fixAll);
  }

  // Reading and writing

  /** @param pageOf the address of Lintel's page of a code, where the editor can show it */
  async hover(
    uri: string,
    offset: number,
    request: CheckRequest,
    pageOf: HoverContext['pageOf'] = () => undefined,
  ): Promise<Hover | undefined> {
    const context = await this.examine(uri, request);
    const own = await this.workspace.read(uri);
    if (!own || !context) return undefined;
    const { catalog } = context.checks;
    const { document, dialect } = own;
    const entity = directiveEntity(document.source, offset, catalog) ?? dialect.entityAt(document, offset, catalog);
    const proofs = this.fixProver.proofs(context);
    // A proof analyses the file again, which takes longer than a hover may.
    const obstacleOf = (finding: Finding) => proofs.known(finding)?.obstacle;
    return hoverAt({ ...context, obstacleOf, pageOf }, entity, uri, offset);
  }

  /** @param mostItems nothing is offered, nor worked out, where there would be more */
  async completions(
    uri: string,
    offset: number,
    request: CheckRequest,
    mostItems = Number.POSITIVE_INFINITY,
  ): Promise<Completions | undefined> {
    const isTooLong = (list: Completions | undefined) => (list?.items.length ?? 0) > mostItems;
    const own = await this.workspace.read(uri);
    if (!own) return undefined;
    const { document, dialect } = own;
    const { catalog } = await this.examination.checksFor(own, request);
    const directives = directiveCompletions(document.source, offset, catalog);
    if (directives) return isTooLong(directives) ? undefined : directives;
    const fitting = await this.examination.namesFor(own, offset, request);
    const found = dialect.completionsAt(document, offset, { roles: catalog.roles, fitting });
    if (found?.path) return this.withPaths(document.source, offset, found);
    // What documents list is found by reading the file again: only for a list that is shown.
    if (isTooLong(found)) return undefined;
    const listed = found?.closed ? undefined : await this.catalogCompletions(own, offset, request);
    const all = joinCompletions(found, listed);
    return all && !isTooLong(all) && !isComplete(all, document.source.text, offset) ? all : undefined;
  }

  /** What a language offers where a path stands, with the files of the workspace. */
  private async withPaths({ uri, text }: Source, offset: number, found: Completions): Promise<Completions | undefined> {
    const typed = text.slice(found.range.start, offset);
    const paths = await pathCompletions(uri, typed, (folder) => this.workspace.contentOf(uri, folder));
    const all = { ...found, items: [...paths, ...found.items] };
    return all.items.length > 0 && !isComplete(all, text, offset) ? all : undefined;
  }

  /** What documents list that fits at an offset. */
  private async catalogCompletions(
    own: Reading,
    offset: number,
    request: CheckRequest,
  ): Promise<Completions | undefined> {
    const examined = await this.examine(own.document.source.uri, request);
    return examined && catalogCompletionsAt(own, offset, examined.checks, examined.analysis.report.coverage);
  }

  /** The edits that give the lines of a range their usual form; of the whole document without one. */
  async formatting(uri: string, indent: string, range?: TextRange): Promise<readonly TextEdit[]> {
    const own = await this.workspace.read(uri);
    const edits = own?.dialect.format?.(own.document, { indent, range }) ?? [];
    return range ? edits.filter((edit) => range.start <= edit.range.start && edit.range.end <= range.end) : edits;
  }

  /** The form of the command or call that is being written at an offset. */
  async signature(uri: string, offset: number): Promise<Signature | undefined> {
    const own = await this.workspace.read(uri);
    return own?.dialect.signatureAt?.(own.document, offset);
  }

  async outline(uri: string): Promise<readonly OutlineItem[]> {
    const own = await this.workspace.read(uri);
    return own ? this.outlineOf(own) : [];
  }

  async foldingRanges(uri: string): Promise<readonly TextRange[]> {
    const own = await this.workspace.read(uri);
    return own ? own.dialect.foldingRanges(own.document) : [];
  }

  async definitions(uri: string, offset: number): Promise<readonly Location[]> {
    const reading = await this.workspace.readInContext(uri);
    const named = reading ? definitionsAt(reading.document, uri, offset) : [];
    if (named.length > 0) return named;
    const own = await this.workspace.read(uri);
    const files = own ? filesNamedAt(own.document, offset) : [];
    return files.map((file) => ({ uri: file, range: { start: 0, end: 0 } }));
  }

  /** The words that name files which a document includes. */
  async fileLinks(uri: string): Promise<readonly FileLink[]> {
    const own = await this.workspace.read(uri);
    return own ? fileLinksIn(own.document) : [];
  }

  /** The name at an offset, where it can be changed. */
  renamable(uri: string, offset: number, request: CheckRequest): Promise<RenamableName | undefined> {
    return this.answerExamined(uri, request, (examined) => renamableAt(examined, uri, offset));
  }

  rename(uri: string, offset: number, newName: string, request: CheckRequest): Promise<Renaming | undefined> {
    return this.answerExamined(uri, request, (examined) => renameAt(examined, uri, offset, newName));
  }

  async references(uri: string, offset: number, includeDefinitions: boolean): Promise<readonly Location[]> {
    const reading = await this.workspace.readInContext(uri);
    return reading ? referencesAt(reading.document, uri, offset, includeDefinitions) : [];
  }

  /** The uses of the name at an offset in this file. */
  async highlights(uri: string, offset: number): Promise<readonly NameUse[]> {
    const reading = await this.workspace.readInContext(uri);
    return reading ? highlightsAt(reading.document, uri, offset) : [];
  }

  /** The names that the open documents define, with what they include, as far as they match a query. */
  async definitionsNamed(query: string): Promise<readonly NameUse[]> {
    const found = new Map<string, NameUse>();
    for (const { document } of await this.workspace.readAllOpen()) {
      for (const use of definitionsNamed(document.names, query)) found.set(statementKey(use), use);
    }
    return [...found.values()];
  }

  /** What a selection at an offset grows to, each range within the next. */
  async selectionRanges(uri: string, offset: number): Promise<readonly TextRange[]> {
    const own = await this.workspace.read(uri);
    if (!own) return [];
    const { document, dialect } = own;
    const entity = dialect.entityAt(document, offset);
    const structure = [
      ...(entity ? [entity.range] : []),
      ...dialect.foldingRanges(document),
      ...outlineRangesAt(this.outlineOf(own), offset),
    ];
    return selectionRangesAt(document.source.text, offset, structure);
  }

  /** The names, addresses and ports on the lines of a range, for colours. */
  async semanticTokens(uri: string, range: TextRange): Promise<readonly SemanticToken[]> {
    const own = await this.workspace.read(uri);
    return own ? semanticTokensIn(own.document, own.dialect, range) : [];
  }

  /** The services beside the addresses and ports on the lines of a range. */
  async inlayHints(uri: string, range: TextRange, request: CheckRequest): Promise<readonly InlayHint[]> {
    const own = await this.workspace.read(uri);
    if (!own) return [];
    return inlayHintsIn(own.document, own.dialect, await this.examination.checksFor(own, request), range);
  }

  /** What is in the lists that are named in a range, and what happens where nothing is written. */
  async contentHints(uri: string, range: TextRange): Promise<readonly ContentHint[]> {
    const own = await this.workspace.read(uri);
    return own?.dialect.hintsIn?.(own.document, range) ?? [];
  }

  /** What a document covers, above each of its parts that decides. */
  async codeLenses(uri: string, request: CheckRequest): Promise<readonly CodeLens[]> {
    const examined = await this.examine(uri, request);
    const own = await this.workspace.read(uri);
    return own && examined ? codeLensesFor(examined, uri, this.outlineOf(own)) : [];
  }

  // Texts

  /** The text of an open document or of a file that one includes. */
  textOf(uri: string): string | undefined {
    return this.workspace.sourceOf(uri)?.text;
  }

  /** The lines of that text, to convert offsets to positions. */
  linesOf(uri: string): LineIndex | undefined {
    const source = this.workspace.sourceOf(uri);
    return source && this.lineIndexes.of(source, ({ text }) => new LineIndex(text));
  }

  private outlineOf({ dialect, document }: Reading): readonly OutlineItem[] {
    return this.outlines.of(document, () => dialect.outline(document));
  }

  private answerExamined<Answer>(
    uri: string,
    request: CheckRequest,
    question: (examined: Examined) => Answer,
  ): Promise<Answer | undefined> {
    return this.workspace.answer(uri, async (reading) => question(await this.examination.examine(reading, request)));
  }
}
