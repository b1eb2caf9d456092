import { type Analysis, analyze, type Checks } from '../analysis/analyze.js';
import { type FixContext, fixAll } from '../analysis/fixes.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Completions, Dialect, OutlineItem, Source } from '../dialects/dialect.js';
import type { Model } from '../model/model.js';
import { LineIndex } from '../text/lines.js';
import type { Location, TextRange } from '../text/range.js';
import { type FindingFixes, FixBench } from './code-actions.js';
import { coverageMarkdown } from './coverage.js';
import { findingsByFile } from './diagnostics.js';
import type { FileAccess } from './file-access.js';
import { type Hover, hoverAt } from './hover.js';
import { definitionsAt, referencesAt } from './navigation.js';
import type { Reading } from './reading.js';
import { nameOf } from './uris.js';
import { Workspace } from './workspace.js';

/** How often an answer is given again because it took files that had not been loaded: each time brings more of them. */
const LATE_ROUND_LIMIT = 8;

/**
 * All that an editor or a terminal can ask about configuration files. Knows offsets, not positions; files by canonical
 * URI; no protocol and no disk. Questions about a document that is not open have no answer.
 */
export class LanguageService {
  private readonly workspace: Workspace;
  private readonly analyses = new WeakMap<Reading, { readonly checks: Checks; readonly analysis: Analysis }>();
  private readonly lineIndexes = new WeakMap<Source, LineIndex>();
  private readonly bench = new FixBench();

  constructor(
    access: FileAccess,
    private readonly catalog: Catalog,
  ) {
    this.workspace = new Workspace(access);
  }

  // Documents

  setFolders(folders: readonly string[]): void {
    this.workspace.setFolders(folders);
  }

  setSizeLimit(bytes: number): void {
    this.workspace.setSizeLimit(bytes);
  }

  /** Opens a document or replaces its text. Returns the other open documents whose findings may change with it. */
  put(uri: string, dialect: Dialect, text: string): readonly string[] {
    return this.workspace.put(uri, dialect, text);
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

  // Findings

  /** Reads a document and its includes, the part of the work that every other answer needs. */
  async prepare(uri: string): Promise<void> {
    await this.workspace.readInContext(uri);
  }

  /** A document, alone or in the file that includes it, with its verdicts and findings. */
  examine(uri: string, checks: Checks): Promise<FixContext | undefined> {
    return this.ask(uri, (reading) => this.examined(reading, checks));
  }

  /** Asks something of what a document means, alone or in the file that includes it. */
  askModel<Answer>(uri: string, question: (model: Model) => Answer): Promise<Answer | undefined> {
    return this.ask(uri, ({ document }) => question(document.model));
  }

  /**
   * The findings of a document and of the files that it includes, by file; only its own for a document that another
   * file includes.
   */
  async findings(uri: string, checks: Checks): Promise<ReadonlyMap<string, readonly Finding[]>> {
    const context = await this.examine(uri, checks);
    if (!context) return new Map();
    const files = findingsByFile(context.analysis);
    return context.document.source.uri === uri ? files : new Map([[uri, files.get(uri) ?? []]]);
  }

  async coverage(uri: string, checks: Checks): Promise<string | undefined> {
    const context = await this.examine(uri, checks);
    if (!context) return undefined;
    const lineOf = (file: string, offset: number) => {
      const lines = this.linesOf(file);
      return lines && lines.lineAt(offset) + 1;
    };
    const { report } = context.analysis;
    return coverageMarkdown(nameOf(report.uri), report.coverage, this.catalog, lineOf);
  }

  // Fixes

  /** The proved fixes of some findings of a document, or of the file that includes it. */
  async fixes(
    uri: string,
    checks: Checks,
    isWanted: (finding: Finding, index: number) => boolean,
  ): Promise<readonly FindingFixes[]> {
    const fixes = await this.ask(uri, (reading) => this.bench.fixes(this.examined(reading, checks), isWanted));
    return fixes ?? [];
  }

  /** The proved fixes of the findings that touch a range of a document. */
  fixesAt(uri: string, { start, end }: TextRange, checks: Checks): Promise<readonly FindingFixes[]> {
    return this.fixes(
      uri,
      checks,
      (finding) => finding.uri === uri && finding.range.start <= end && start <= finding.range.end,
    );
  }

  /** One edit that applies every proved fix; `undefined` where there is none. */
  fixAll(uri: string, checks: Checks): Promise<Fix | undefined> {
    return this.ask(uri, (reading) => fixAll(this.examined(reading, checks)));
  }

  // Reading and writing

  async hover(uri: string, offset: number, checks: Checks): Promise<Hover | undefined> {
    const context = await this.examine(uri, checks);
    const own = await this.workspace.read(uri);
    if (!own || !context) return undefined;
    return hoverAt(context, own.dialect.entityAt(own.document, offset), this.catalog, uri, offset);
  }

  async completions(uri: string, offset: number): Promise<Completions | undefined> {
    const own = await this.workspace.read(uri);
    return own?.dialect.completionsAt(own.document, offset);
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
  private async ask<Answer>(uri: string, question: (reading: Reading) => Answer): Promise<Answer | undefined> {
    for (let round = 0; ; round++) {
      const reading = await this.workspace.readInContext(uri);
      if (!reading) return undefined;
      const answer = question(reading);
      if (round === LATE_ROUND_LIMIT || !(await this.workspace.loadLate(reading))) return answer;
    }
  }

  private examined(reading: Reading, checks: Checks): FixContext {
    const { document, dialect, sources } = reading;
    const known = this.analyses.get(reading);
    const analysis = known?.checks === checks ? known.analysis : analyze(document, dialect, checks);
    if (known?.checks !== checks) this.analyses.set(reading, { checks, analysis });
    return { document, dialect, sources, checks, analysis };
  }
}
