// What the files of a folder cover, whether they are open or not.

import type { CancellationToken } from 'vscode-languageserver';
import type { CoverageFile } from '../../../shared/coverage.js';
import { detectLanguage, isConfiguration } from '../configuration/languages.js';
import { lintelConfig } from '../configuration/lintel-config.js';
import type { KnownFile } from '../configuration/new-file.js';
import type { Dialect } from '../dialects/dialect.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalFolder, canonicalUri, isInside, nameOf, pathOf, pathWithin } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import type { Places } from '../service/reports/coverage-data.js';
import type { OpenDocument, OpenDocuments } from './open-documents.js';
import type { Settings } from './settings.js';

/** How many files one survey reads: the others stay unread. */
const FILE_LIMIT = 500;

const BYTES_PER_MEGABYTE = 1_000_000;

/** What a survey depends on. */
export interface SurveyContext {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  readonly files: FileAccess;
  yieldToEvents(): Promise<void>;
}

/** What is known of a file that is not open. */
interface Surveyed {
  readonly text: string;
  readonly settings: Settings;
  readonly result: { readonly root: string; readonly file: CoverageFile } | undefined;
}

/**
 * Files that are not open have a service of their own, so that nothing that was read for a survey is taken for what somebody edits.
 * It knows what is open, because that changes what the others mean; and it does no work unless a survey is asked for.
 */
export class Survey {
  private readonly unopened: LanguageService;
  private readonly known = new Map<string, Surveyed>();
  /** The text that the service has of each file. */
  private readonly texts = new Map<string, string>();

  constructor(private readonly context: SurveyContext) {
    this.unopened = new LanguageService(context.files, undefined, context.yieldToEvents);
  }

  setFolders(folders: readonly string[]): void {
    this.unopened.setFolders(folders);
    this.known.clear();
  }

  opened({ uri, dialect, document }: OpenDocument): void {
    this.texts.delete(uri);
    this.forget([uri, ...this.unopened.put(uri, dialect, document.getText())]);
  }

  closed(uri: string): void {
    this.texts.delete(uri);
    this.forget([uri, ...this.unopened.close(uri)]);
  }

  filesChanged(uris: readonly string[]): void {
    this.forget([...uris, ...this.unopened.filesChanged(uris)]);
  }

  /**
   * @param folder paths are shown from there
   * @param uris as the client spells them
   */
  async of(folder: string, uris: readonly string[], settings: Settings, token: CancellationToken) {
    const asked = new Map(uris.slice(0, FILE_LIMIT).map((uri) => [canonicalUri(uri), uri]));
    const places = this.places(canonicalFolder(folder), asked);
    const covered: CoverageFile[] = [];
    for (const uri of asked.keys()) {
      if (token.isCancellationRequested) return [];
      const result = await this.one(uri, settings, places);
      // Another of the files includes it, and brings its verdicts.
      const isIncluded = result !== undefined && result.root !== uri && asked.has(result.root);
      if (result && !isIncluded && result.file.verdicts.length > 0) covered.push(result.file);
      await this.context.yieldToEvents();
    }
    return covered;
  }

  private async one(uri: string, settings: Settings, places: Places): Promise<Surveyed['result']> {
    const open = this.context.documents.get(uri);
    if (open) {
      const isOwn = open.dialect !== undefined && isConfiguration(open.dialect);
      return isOwn ? undefined : this.context.service.coverage(uri, settings, places);
    }
    const text = await this.textOf(uri, settings);
    if (text === undefined) return undefined;
    const known = this.known.get(uri);
    if (known?.text === text && known.settings === settings) return known.result;
    const dialect = await this.dialectOf(uri, text);
    const result =
      dialect && !isConfiguration(dialect)
        ? await this.reading(uri, dialect, text, () => this.unopened.coverage(uri, settings, places))
        : undefined;
    this.known.set(uri, { text, settings, result });
    return result;
  }

  /**
   * What the files of a folder are, for its first workspace file. Other workspace files are left out.
   * @param uris as the client spells them
   */
  async knownFiles(folder: string, uris: readonly string[], settings: Settings, token: CancellationToken) {
    const known: KnownFile[] = [];
    for (const uri of new Set(uris.slice(0, FILE_LIMIT).map(canonicalUri))) {
      if (token.isCancellationRequested) return [];
      const path = pathWithin(canonicalFolder(folder), uri);
      const open = this.context.documents.get(uri);
      const text = open?.document.getText() ?? (await this.textOf(uri, settings));
      const dialect = open ? open.dialect : text === undefined ? undefined : await this.dialectOf(uri, text);
      if (text === undefined || !dialect || dialect === lintelConfig) continue;
      if (isConfiguration(dialect)) known.push({ path, dialect: dialect.title, model: undefined });
      else if (open) known.push(await this.context.service.knownFile(uri, path));
      else known.push(await this.reading(uri, dialect, text, () => this.unopened.knownFile(uri, path)));
      await this.context.yieldToEvents();
    }
    return known;
  }

  private async textOf(uri: string, { maxFileSize }: Settings): Promise<string | undefined> {
    const { text } = Object(await this.context.files.read(uri, maxFileSize * BYTES_PER_MEGABYTE));
    return typeof text === 'string' ? text : undefined;
  }

  private async dialectOf(uri: string, text: string): Promise<Dialect | undefined> {
    return (await this.unopened.declaredDialect(uri)) ?? detectLanguage(pathOf(uri), text);
  }

  /** Asks about a file that is not open. */
  private async reading<Answer>(
    uri: string,
    dialect: Dialect,
    text: string,
    question: () => Promise<Answer>,
  ): Promise<Answer> {
    if (this.texts.get(uri) !== text) {
      this.texts.set(uri, text);
      this.forget(this.unopened.put(uri, dialect, text));
    }
    const answer = await question();
    // What was read of it is not kept: there may be many.
    this.unopened.release(uri);
    return answer;
  }

  private forget(uris: readonly string[]): void {
    for (const uri of uris) this.known.delete(uri);
  }

  /** Paths from the folder; URIs as the client spells them. */
  private places(folder: string, asked: ReadonlyMap<string, string>): Places {
    const { service, documents } = this.context;
    return {
      nameOf: (uri) => ({
        uri: documents.get(uri)?.document.uri ?? asked.get(uri) ?? uri,
        path: isInside(uri, folder) ? pathWithin(folder, uri) : nameOf(uri),
      }),
      lineOf: ({ uri, range }) => {
        const lines = service.linesOf(uri) ?? this.unopened.linesOf(uri);
        return lines && lines.lineAt(range.start) + 1;
      },
    };
  }
}
