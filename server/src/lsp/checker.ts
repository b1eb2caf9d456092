// Checks open documents and publishes diagnostics.

import { type Connection, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { DIAGNOSTIC_SOURCE } from '../../../shared/protocol.js';
import type { Finding } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { UnknownSelector } from '../catalog/unknown-selectors.js';
import { isConfiguration } from '../configuration/languages.js';
import type { Examined } from '../service/examination.js';
import type { LanguageService } from '../service/language-service.js';
import { type PageUriOf, toDiagnostic } from './convert.js';
import type { OpenDocument, OpenDocuments } from './open-documents.js';
import type { ReadSettings, Settings } from './settings.js';
import type { SettingsStore } from './settings-store.js';

/** How many diagnostics of one file are sent: few enough to send at every keystroke. */
const DIAGNOSTIC_LIMIT = 1_000;

const CHARACTERS_PER_MEGABYTE = 1_000_000;

/** What the checker depends on. */
export interface CheckerContext {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  readonly pageUriOf: PageUriOf;
  readonly settings: SettingsStore;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
}

/** Checks open documents and publishes their diagnostics, never for an outdated version. */
export class Checker {
  /** For each checked document, the files that diagnostics were published for. */
  private readonly published = new Map<string, ReadonlySet<string>>();
  /** For each checked document, the workspace file that is not open and whose diagnostics were published with it. */
  private readonly governing = new Map<string, string>();
  /** What was published of each of these last, so that it is not sent again at every keystroke. */
  private readonly told = new Map<string, string>();

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
      this.connection.console.error(`Checking ${uri} failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (isCurrent()) await this.publish(uri, [[uri, [failure(error)]]]);
      return undefined;
    }
  }

  /** Clears the diagnostics that were published for a document. */
  async clear(uri: string, clientUri: string): Promise<void> {
    const files = this.published.get(uri) ?? [];
    this.published.delete(uri);
    this.told.delete(uri);
    await this.connection.sendDiagnostics({ uri: clientUri, diagnostics: [] });
    for (const file of files) if (file !== uri) await this.publishFile(file, []);
    await this.publishConfiguration(uri, undefined);
  }

  /** Publishes what is wrong in the workspace file of a document, as long as it applies to an open one. */
  private async publishConfiguration(of: string, examined: Examined | undefined): Promise<void> {
    const earlier = this.governing.get(of);
    const uri = examined?.document.source.uri;
    if (examined && uri !== undefined) {
      this.governing.set(of, uri);
      const findings = this.context.service.findings(uri, examined).get(uri) ?? [];
      await this.tell(uri, this.toDiagnostics(findings, examined.checks.catalog));
    } else this.governing.delete(of);
    if (earlier !== undefined && ![...this.governing.values()].includes(earlier)) await this.tell(earlier, []);
  }

  /** An open workspace file publishes its own diagnostics, with its own version. */
  private async tell(uri: string, diagnostics: Diagnostic[]): Promise<void> {
    const text = JSON.stringify(diagnostics);
    if (this.context.documents.get(uri) || (this.told.get(uri) ?? '[]') === text) return;
    this.told.set(uri, text);
    await this.publishFile(uri, diagnostics);
  }

  private async publishExamined(uri: string, examined: Examined | undefined, settings: ReadSettings): Promise<void> {
    if (!examined) {
      // Clears the diagnostics of a file whose workspace file no longer gives it a known language.
      if (this.published.has(uri)) await this.publish(uri, [[uri, []]]);
      return;
    }
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
    await this.publish(uri, diagnostics);
  }

  private async publish(root: string, files: readonly (readonly [uri: string, diagnostics: Diagnostic[]])[]) {
    const earlier = this.published.get(root) ?? new Set();
    // An included document that is open publishes its own diagnostics, with its own version.
    const own = files.filter(([file]) => file === root || !this.context.documents.get(file));
    this.published.set(root, new Set(own.map(([file]) => file)));
    for (const [file, diagnostics] of own) await this.publishFile(file, diagnostics);
    for (const file of earlier) {
      if (!this.context.documents.get(file) && !own.some(([other]) => other === file)) await this.publishFile(file, []);
    }
  }

  private publishFile(file: string, diagnostics: Diagnostic[]): Promise<void> {
    const { uri, version } = this.context.documents.places(file);
    return this.connection.sendDiagnostics({ uri, diagnostics, ...(version === null ? {} : { version }) });
  }

  private toDiagnostics(findings: readonly Finding[], catalog: Catalog): Diagnostic[] {
    const { documents, pageUriOf } = this.context;
    const shown = mostSevere(findings).map((finding) => toDiagnostic(finding, catalog, documents.places, pageUriOf));
    const rest = findings.length - shown.length;
    if (rest === 0) return shown;
    const message = `${rest} more findings of this file are not shown here: 'lintel check' lists them all.`;
    return [atStart(NOT_SHOWN, DiagnosticSeverity.Information, message), ...shown];
  }
}

function withPage(diagnostic: Diagnostic, href: string | undefined): Diagnostic {
  return href === undefined ? diagnostic : { ...diagnostic, codeDescription: { href } };
}

function unknownSelectorMessage({ selector, similar }: UnknownSelector): string {
  const hint = similar.length > 0 ? ` Similar: ${similar.join(', ')}.` : '';
  return `lintel.require: no requirement matches ${selector}.${hint}`;
}

const RANKS = { error: 0, warning: 1, info: 2, hint: 3 } as const;

function mostSevere(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= DIAGNOSTIC_LIMIT) return findings;
  return [...findings].sort((a, b) => RANKS[a.severity] - RANKS[b.severity]).slice(0, DIAGNOSTIC_LIMIT);
}

/** Whether a document is larger than its settings allow to check. */
export function isTooLarge({ document }: OpenDocument, { maxFileSize }: Settings): boolean {
  return document.getText().length > maxFileSize * CHARACTERS_PER_MEGABYTE;
}

function tooLarge({ document }: OpenDocument, { maxFileSize }: Settings): Diagnostic {
  const size = (document.getText().length / CHARACTERS_PER_MEGABYTE).toFixed(1);
  const message = `The file is not checked: with ${size} million characters it is larger than lintel.maxFileSize (${maxFileSize}).`;
  return atStart(NOT_CHECKED, DiagnosticSeverity.Warning, message);
}

function failure(error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The file could not be checked, because of an error in Lintel itself: ${reason}`;
  return atStart(NOT_CHECKED, DiagnosticSeverity.Warning, message);
}

/** The code of what is wrong in settings. */
const INVALID = 'invalid-configuration';

/** What says that a file, or all that others require of it, is not checked: no finding about the file. */
const NOT_CHECKED = 'not-checked';

/** What counts the findings beyond {@link DIAGNOSTIC_LIMIT}. */
const NOT_SHOWN = 'not-shown';

const NOTHING_REQUIRED =
  'Nothing is required of this file: lintel.require is empty, so that only defects of the file itself are told.';

function atStart(code: string, severity: DiagnosticSeverity, message: string): Diagnostic {
  const start = { line: 0, character: 0 };
  return { range: { start, end: start }, severity, code, source: DIAGNOSTIC_SOURCE, message };
}
