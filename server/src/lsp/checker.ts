// Checks open documents and publishes diagnostics.

import { type Connection, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Finding } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { UnknownSelector } from '../catalog/unknown-selectors.js';
import { isConfiguration } from '../configuration/languages.js';
import type { Examined } from '../service/examination.js';
import type { LanguageService } from '../service/language-service.js';
import type { PageUriOf } from './convert.js';
import { atStart, failure, NOT_CHECKED, toDiagnostics } from './diagnostics.js';
import type { OpenDocument, OpenDocuments } from './open-documents.js';
import type { PublishedDiagnostics } from './published-diagnostics.js';
import type { ReadSettings, Settings } from './settings.js';
import type { SettingsStore } from './settings-store.js';

const CHARACTERS_PER_MEGABYTE = 1_000_000;

/** What the checker depends on. */
export interface CheckerContext {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  readonly pageUriOf: PageUriOf;
  readonly published: PublishedDiagnostics;
  readonly settings: SettingsStore;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
}

type Found = readonly (readonly [uri: string, diagnostics: Diagnostic[]])[];

/** Checks open documents and publishes their diagnostics, never for an outdated version. */
export class Checker {
  /** For each checked document, the files that diagnostics were published for. */
  private readonly published = new Map<string, ReadonlySet<string>>();
  /** For each checked document, the workspace file that is not open and whose diagnostics were published with it. */
  private readonly governing = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly context: CheckerContext,
  ) {}

  /**
   * Checks one document. An exception becomes a diagnostic of that document, and the server goes on. Returns the id of the
   * dialect that it was checked in; `undefined` where it was not checked.
   */
  async check(uri: string, isCurrent: () => boolean): Promise<string | undefined> {
    const { service, documents } = this.context;
    const open = documents.get(uri);
    if (!open) return undefined;
    try {
      const settings = await this.context.settings.settingsFor(open.document.uri);
      if (!isCurrent()) return undefined;
      if (isTooLarge(open, settings)) {
        if (open.dialect) await this.publish(uri, [[uri, [tooLarge(open, settings)]]]);
        return undefined;
      }
      await service.prepare(uri);
      await this.context.yieldToEvents();
      if (!isCurrent()) return undefined;
      const examined = await service.examine(uri, settings);
      if (!isCurrent()) return undefined;
      await this.publishExamined(uri, examined, settings);
      const configuration = examined && (await service.examineConfigurationOf(uri, settings));
      if (isCurrent()) await this.publishConfiguration(uri, configuration);
      return examined?.dialect.id;
    } catch (error) {
      const failed = this.failed(uri, error);
      if (isCurrent()) await this.publish(uri, [[uri, [failed]]]);
      return undefined;
    }
  }

  /** What is wrong in an open document itself. */
  async own(uri: string): Promise<Diagnostic[]> {
    const { service, documents } = this.context;
    const open = documents.get(uri);
    if (!open) return [];
    try {
      const settings = await this.context.settings.settingsFor(open.document.uri);
      if (isTooLarge(open, settings)) return open.dialect ? [tooLarge(open, settings)] : [];
      const examined = await service.examine(uri, settings);
      const found = examined ? this.found(uri, examined, settings) : [];
      return found.find(([file]) => file === uri)?.[1] ?? [];
    } catch (error) {
      return [this.failed(uri, error)];
    }
  }

  /** Clears the diagnostics that were published for a document; its own stay where others will follow. */
  async clear(uri: string, clientUri: string, isFollowed: boolean): Promise<void> {
    const files = this.published.get(uri) ?? [];
    this.published.delete(uri);
    await this.context.published.closed(uri, clientUri, isFollowed);
    for (const file of files) {
      if (file !== uri && !this.context.documents.get(file)) await this.context.published.byOpen(file, []);
    }
    await this.publishConfiguration(uri, undefined);
  }

  /** Publishes what is wrong in the workspace file of a document, as long as it applies to an open one. */
  private async publishConfiguration(of: string, examined: Examined | undefined): Promise<void> {
    const earlier = this.governing.get(of);
    const uri = examined?.document.source.uri;
    if (examined && uri !== undefined) {
      this.governing.set(of, uri);
      const findings = this.context.service.findings(uri, examined).get(uri) ?? [];
      await this.context.published.byOpen(uri, this.toDiagnostics(findings, examined.checks.catalog));
    } else this.governing.delete(of);
    if (earlier !== undefined && ![...this.governing.values()].includes(earlier))
      await this.context.published.byOpen(earlier, []);
  }

  private async publishExamined(uri: string, examined: Examined | undefined, settings: ReadSettings): Promise<void> {
    if (!examined) {
      // Clears the diagnostics of a file whose workspace file no longer gives it a known language.
      const isShown = this.published.has(uri) || this.context.published.shows(uri);
      if (isShown) await this.publish(uri, [[uri, []]]);
      return;
    }
    await this.publish(uri, this.found(uri, examined, settings));
  }

  /** What an examination has found in each file, and what is wrong with the question itself in that which is examined. */
  private found(uri: string, examined: Examined, settings: ReadSettings): Found {
    const { checks } = examined;
    const { catalog, unknownInRequest } = checks;
    const diagnostics = [...this.context.service.findings(uri, examined)].map(
      ([file, findings]) => [file, this.toDiagnostics(findings, catalog)] as const,
    );
    const own = diagnostics.find(([file]) => file === uri)?.[1];
    for (const fault of [...settings.faults, ...unknownInRequest.map(unknownSelectorMessage)].reverse())
      own?.unshift(withPage(atStart(INVALID, DiagnosticSeverity.Error, fault), this.context.pageUriOf(INVALID)));
    if (settings.require.length === 0 && checks.requirements.length === 0 && !isConfiguration(examined.dialect)) {
      own?.push(atStart(NOT_CHECKED, DiagnosticSeverity.Information, NOTHING_REQUIRED));
    }
    return diagnostics;
  }

  private failed(uri: string, error: unknown): Diagnostic {
    this.connection.console.error(`Checking ${uri} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return failure(error);
  }

  private async publish(root: string, files: Found) {
    const earlier = this.published.get(root) ?? new Set();
    // An included document that is open publishes its own diagnostics, with its own version.
    const own = files.filter(([file]) => file === root || !this.context.documents.get(file));
    this.published.set(root, new Set(own.map(([file]) => file)));
    for (const [file, diagnostics] of own) await this.context.published.byOpen(file, diagnostics);
    for (const file of earlier) {
      if (!this.context.documents.get(file) && !own.some(([other]) => other === file))
        await this.context.published.byOpen(file, []);
    }
  }

  private toDiagnostics(findings: readonly Finding[], catalog: Catalog): Diagnostic[] {
    const { documents, pageUriOf } = this.context;
    return toDiagnostics(findings, catalog, documents.places, pageUriOf);
  }
}

function withPage(diagnostic: Diagnostic, href: string | undefined): Diagnostic {
  return href === undefined ? diagnostic : { ...diagnostic, codeDescription: { href } };
}

function unknownSelectorMessage({ selector, similar }: UnknownSelector): string {
  const hint = similar.length > 0 ? ` Similar: ${similar.join(', ')}.` : '';
  return `lintel.require: no requirement matches ${selector}.${hint}`;
}

/** Whether a document is larger than its settings allow to check. */
export function isTooLarge({ document }: OpenDocument, { maxFileSize }: Settings): boolean {
  return document.text.length > maxFileSize * CHARACTERS_PER_MEGABYTE;
}

function tooLarge({ document }: OpenDocument, { maxFileSize }: Settings): Diagnostic {
  const size = (document.text.length / CHARACTERS_PER_MEGABYTE).toFixed(1);
  const message = `The file is not checked: with ${size} million characters it is larger than lintel.maxFileSize (${maxFileSize}).`;
  return atStart(NOT_CHECKED, DiagnosticSeverity.Warning, message);
}

/** The code of what is wrong in settings. */
const INVALID = 'invalid-configuration';

const NOTHING_REQUIRED =
  'Nothing is required of this file: lintel.require is empty, so that only defects of the file itself are told.';
