// Which files a document was evaluated together with, besides those that it includes: a change of one concerns both.

/** The companion files of one document. */
export interface CompanionNote {
  /** Canonical URIs, whether the files exist or not: one that is created concerns the document too. */
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

export class CompanionNotes {
  private readonly notes = new Map<string, { readonly files: Set<string>; readonly folders: Set<string> }>();

  /** By the document that asked. */
  get entries(): Iterable<readonly [document: string, note: CompanionNote]> {
    return this.notes;
  }

  get all(): readonly CompanionNote[] {
    return [...this.notes.values()];
  }

  noteFile(of: string, uri: string): void {
    this.noteOf(of).files.add(uri);
  }

  noteFolder(of: string, folder: string): void {
    this.noteOf(of).folders.add(folder);
  }

  forget(document: string): void {
    this.notes.delete(document);
  }

  /** Drops what was noted for documents that nothing needs any more. */
  retain(isNeeded: (document: string) => boolean): void {
    for (const document of this.notes.keys()) if (!isNeeded(document)) this.notes.delete(document);
  }

  private noteOf(of: string) {
    const known = this.notes.get(of) ?? { files: new Set(), folders: new Set() };
    this.notes.set(of, known);
    return known;
  }
}
