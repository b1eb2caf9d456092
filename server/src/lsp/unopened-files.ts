// Files that are not open: the one way to read them, for all who ask what is in them.

import { detectLanguage, isConfiguration } from '../configuration/languages.js';
import type { Language } from '../dialects/dialect.js';
import type { FileAccess } from '../service/files/file-access.js';
import { pathOf } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import type { OpenDocument } from './open-documents.js';
import type { Settings } from './settings.js';

const BYTES_PER_MEGABYTE = 1_000_000;

/** How many files stay read that were read only to see what they include. */
const READ_AHEAD_LIMIT = 100;

/** A file that can be asked about, or why it cannot: it configures Lintel, is too large, or in no language that is checked. */
export type Loaded =
  | { readonly kind: 'loaded'; readonly text: string }
  | { readonly kind: 'configuration'; readonly dialect: Language }
  | { readonly kind: 'too-large' | 'unchecked' };

/**
 * They have a service of their own, so that no text that was read for a survey is taken for one that somebody edits. It knows what
 * is open, because that changes what the others mean.
 */
export class UnopenedFiles {
  readonly service: LanguageService;
  /** The text that the service has of each file. */
  private readonly texts = new Map<string, string>();
  private readonly open = new Set<string>();
  private readonly listeners: ((uris: readonly string[]) => void)[] = [];

  constructor(
    private readonly files: FileAccess,
    yieldToEvents: () => Promise<void>,
  ) {
    this.service = new LanguageService(files, undefined, yieldToEvents);
    this.service.setReadAheadLimit(READ_AHEAD_LIMIT);
  }

  /** @param listener is told which files may mean something else than before */
  onChange(listener: (uris: readonly string[]) => void): void {
    this.listeners.push(listener);
  }

  setFolders(folders: readonly string[]): void {
    this.service.setFolders(folders);
    this.tell([...this.texts.keys()]);
  }

  opened({ uri, dialect, document }: OpenDocument): void {
    this.open.add(uri);
    this.texts.delete(uri);
    this.tell([uri, ...this.service.put(uri, dialect, document.text)]);
  }

  closed(uri: string): void {
    this.open.delete(uri);
    this.tell([uri, ...this.service.close(uri)]);
  }

  filesChanged(uris: readonly string[]): void {
    this.tell([...uris, ...this.service.filesChanged(uris)]);
  }

  /** Reads a file that is not open, so that the service can be asked about it; to be released afterwards. */
  async load(uri: string, { maxFileSize }: Settings): Promise<Loaded> {
    const file = await this.files.read(uri, maxFileSize * BYTES_PER_MEGABYTE);
    const text = typeof file === 'string' ? undefined : file.text;
    const dialect =
      text === undefined ? undefined : ((await this.service.declaredDialect(uri)) ?? detectLanguage(pathOf(uri), text));
    // It was opened meanwhile: what is typed counts.
    if (this.open.has(uri)) return { kind: 'unchecked' };
    if (text === undefined || dialect === undefined || isConfiguration(dialect)) {
      if (this.texts.delete(uri)) this.tell(this.service.close(uri));
      if (dialect) return { kind: 'configuration', dialect };
      return { kind: file === 'too-large' ? file : 'unchecked' };
    }
    if (this.texts.get(uri) !== text) {
      this.texts.set(uri, text);
      this.tell(this.service.put(uri, dialect, text));
    }
    return { kind: 'loaded', text };
  }

  private tell(uris: readonly string[]): void {
    if (uris.length > 0) for (const listener of this.listeners) listener(uris);
  }
}
