// The byte order marks of the files of open documents. VS Code takes a mark out of the text of a document and writes it back
// with it (microsoft/vscode#39558), so that only the file shows it.
import type { FileAccess } from '../service/files/file-access.js';

export class ByteOrderMarks {
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly files: FileAccess,
    /** Called for a document whose file turns out to have a mark, or to have it no more. */
    private readonly changed: (uri: string) => void,
  ) {}

  has(uri: string): boolean {
    return this.known.get(uri) === true;
  }

  /** Looks at the file of a document that is opened; later texts of it change nothing about the file. */
  opened(uri: string): void {
    if (this.known.has(uri)) return;
    this.known.set(uri, false);
    void this.look(uri);
  }

  /** Looks again at a file that may have been written. */
  written(uri: string): void {
    if (this.known.has(uri)) void this.look(uri);
  }

  closed(uri: string): void {
    this.known.delete(uri);
  }

  private async look(uri: string): Promise<void> {
    const has = (await this.files.hasByteOrderMark?.(uri)) === true;
    const known = this.known.get(uri);
    if (known === undefined || known === has) return;
    this.known.set(uri, has);
    this.changed(uri);
  }
}
