// What the files of a folder cover, whether they are open or not.

import type { CancellationToken } from 'vscode-languageserver';
import type { CoverageFile } from '../../../shared/coverage.js';
import { isConfiguration } from '../configuration/languages.js';
import { lintelConfig } from '../configuration/lintel-config.js';
import type { KnownFile } from '../configuration/new-file.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalFolder, canonicalUri, isInside, nameOf, pathWithin } from '../service/files/uris.js';
import type { LanguageService } from '../service/language-service.js';
import type { Places } from '../service/reports/coverage-data.js';
import type { OpenDocuments } from './open-documents.js';
import type { Settings } from './settings.js';
import type { UnopenedFiles } from './unopened-files.js';
import { chooseFiles } from './workspace-files.js';

/** What a survey depends on. */
export interface SurveyContext {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  readonly files: FileAccess;
  readonly unopened: UnopenedFiles;
  yieldToEvents(): Promise<void>;
}

/** What is known of a file that is not open. */
interface Surveyed {
  readonly text: string;
  readonly settings: Settings;
  readonly result: { readonly root: string; readonly file: CoverageFile } | undefined;
}

/** Does no work unless a survey is asked for. */
export class Survey {
  private readonly known = new Map<string, Surveyed>();

  constructor(private readonly context: SurveyContext) {
    context.unopened.onChange((uris) => {
      for (const uri of uris) this.known.delete(uri);
    });
  }

  /**
   * The same of the files that somebody looks at as a whole: without those that are ignored.
   * @param uris as the client spells them
   */
  async ofFolder(folder: string, uris: readonly string[], settings: Settings, token: CancellationToken) {
    const { files, leftOut } = await chooseFiles(folder, uris, this.context.files);
    return { files: await this.of(folder, [...files.values()], settings, token), leftOut };
  }

  /**
   * @param folder paths are shown from there
   * @param uris as the client spells them
   */
  async of(folder: string, uris: readonly string[], settings: Settings, token: CancellationToken) {
    const asked = new Map(uris.map((uri) => [canonicalUri(uri), uri]));
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
    const { unopened } = this.context;
    const loaded = await unopened.load(uri, settings);
    if (loaded.kind !== 'loaded') return undefined;
    const { text } = loaded;
    const known = this.known.get(uri);
    if (known?.text === text && known.settings === settings) return known.result;
    const result = await unopened.service.coverage(uri, settings, places);
    // What was read of it is not kept: there may be many.
    unopened.service.release(uri);
    this.known.set(uri, { text, settings, result });
    return result;
  }

  /**
   * What the files of a folder are, for its first workspace file. Other workspace files are left out.
   * @param uris as the client spells them
   */
  async knownFiles(folder: string, uris: readonly string[], settings: Settings, token: CancellationToken) {
    const known: KnownFile[] = [];
    const { files } = await chooseFiles(folder, uris, this.context.files);
    for (const uri of files.keys()) {
      if (token.isCancellationRequested) return [];
      const file = await this.knownFile(uri, pathWithin(canonicalFolder(folder), uri), settings);
      if (file) known.push(file);
      await this.context.yieldToEvents();
    }
    return known;
  }

  private async knownFile(uri: string, path: string, settings: Settings): Promise<KnownFile | undefined> {
    const { service, documents, unopened } = this.context;
    const open = documents.get(uri);
    const loaded = open ? undefined : await unopened.load(uri, settings);
    const dialect = loaded?.kind === 'configuration' ? loaded.dialect : open?.dialect;
    if (dialect === lintelConfig) return undefined;
    if (dialect && isConfiguration(dialect)) return { path, dialect: dialect.title, model: undefined };
    if (open) return dialect && service.knownFile(uri, path);
    if (loaded?.kind !== 'loaded') return undefined;
    const known = await unopened.service.knownFile(uri, path);
    unopened.service.release(uri);
    return known;
  }

  /** Paths from the folder; URIs as the client spells them. */
  private places(folder: string, asked: ReadonlyMap<string, string>): Places {
    const { service, documents, unopened } = this.context;
    return {
      nameOf: (uri) => ({
        uri: documents.get(uri)?.document.uri ?? asked.get(uri) ?? uri,
        path: isInside(uri, folder) ? pathWithin(folder, uri) : nameOf(uri),
      }),
      lineOf: ({ uri, range }) => {
        const lines = service.linesOf(uri) ?? unopened.service.linesOf(uri);
        return lines && lines.lineAt(range.start) + 1;
      },
    };
  }
}
