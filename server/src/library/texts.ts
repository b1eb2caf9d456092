// Files that are given as texts: their URIs, and how the service reads them.

import { URI } from 'vscode-uri';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalUri, folderOf, isInside, nameOf, pathWithin } from '../service/files/uris.js';
import { InputError } from './input-error.js';
import type { TextFile } from './types.js';

const ROOT = 'file:///';

/** The canonical URI of a path, or of a URI. A relative path starts from the root: the given files are all that there is. */
export function uriOfPath(path: string): string {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(path)) return canonicalUri(path);
  const isWindows = /^(?:[a-z]:[\\/]|\\\\)/i.test(path);
  const slashed = isWindows ? path.replaceAll('\\', '/') : path;
  const absolute = slashed.startsWith('/') ? slashed : `/${slashed}`;
  return canonicalUri(URI.from({ scheme: 'file', path: absolute.replace(/^\/{2,}/, '/') }).toString());
}

/** Some texts as the only files of a machine. */
export class Texts implements FileAccess {
  private readonly files = new Map<string, TextFile>();

  /** Throws an {@link InputError} where two have one path. */
  constructor(files: readonly TextFile[]) {
    for (const file of files) {
      const uri = uriOfPath(file.path);
      if (this.files.has(uri)) throw new InputError(`the file ${file.path} is given twice`);
      this.files.set(uri, file);
    }
  }

  get entries(): Iterable<readonly [uri: string, file: TextFile]> {
    return this.files;
  }

  /** The roots of the file systems that they are in. */
  get roots(): readonly string[] {
    const roots = [...this.files.keys()].map((uri) => URI.parse(uri).with({ path: '/' }).toString());
    return [...new Set([ROOT, ...roots])];
  }

  /** A file by the path that it was given under, or by another spelling of it. */
  uriOf(path: string): string {
    const uri = uriOfPath(path);
    if (!this.files.has(uri)) throw new InputError(`no file ${path} is given`);
    return uri;
  }

  /** The path under which a file was given. */
  pathOf(uri: string): string {
    return this.files.get(uri)?.path ?? uri;
  }

  async read(uri: string) {
    const file = this.files.get(canonicalUri(uri));
    return file ? ({ text: file.text, encoding: 'utf-8', byteOrderMark: false } as const) : ('missing' as const);
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.files.keys()]
      .filter((uri) => folderOf(uri) === folder)
      .map(nameOf)
      .sort();
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const below = [...this.files.keys()]
      .filter((uri) => isInside(uri, folder))
      .map((uri) => pathWithin(folder, uri).split('/'))
      .flatMap(([name, ...more]) => (name !== undefined && more.length > 0 ? [name] : []));
    return [...new Set(below)].sort();
  }
}
