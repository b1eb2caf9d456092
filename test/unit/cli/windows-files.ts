// A Windows machine in memory: backslashes, drives, and names in any case that lead to one file.
import { win32 } from 'node:path';
import { type FolderEntry, System, type WritableFiles } from '../../../server/src/system/system.js';

/** The files of a Windows machine by their absolute paths, in the case that the file system keeps. */
export class WindowsFiles implements WritableFiles {
  private readonly files = new Map<string, { path: string; content: Uint8Array }>();
  private readonly folders = new Map<string, string>();

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    for (const [path, content] of Object.entries(files)) this.put(path, content);
  }

  /** The content of a file, as text. */
  text(path: string): string | undefined {
    const found = this.files.get(keyOf(path));
    return found && new TextDecoder('utf-8', { ignoreBOM: true }).decode(found.content);
  }

  async status(path: string): Promise<{ kind: 'file' | 'folder'; size: number }> {
    const file = this.files.get(keyOf(path));
    if (file) return { kind: 'file', size: file.content.length };
    if (this.folders.has(keyOf(path))) return { kind: 'folder', size: 0 };
    throw missing(path);
  }

  async entries(folder: string): Promise<readonly FolderEntry[]> {
    if (!this.folders.has(keyOf(folder))) throw missing(folder);
    const isIn = (path: string) => keyOf(win32.dirname(path)) === keyOf(folder) && keyOf(path) !== keyOf(folder);
    const files = [...this.files.values()].map(({ path }) => path).filter(isIn);
    const folders = [...this.folders.values()].filter(isIn);
    return [
      ...files.map((path): FolderEntry => ({ name: win32.basename(path), kind: 'file' })),
      ...folders.map((path): FolderEntry => ({ name: win32.basename(path), kind: 'folder' })),
    ];
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.files.get(keyOf(path));
    if (!file) throw missing(path);
    return file.content;
  }

  async readStart(path: string, length: number): Promise<Uint8Array> {
    return (await this.read(path)).subarray(0, length);
  }

  async realPath(path: string): Promise<string> {
    const real = this.files.get(keyOf(path))?.path ?? this.folders.get(keyOf(path));
    if (real === undefined) throw missing(path);
    return real;
  }

  async replace(path: string, content: Uint8Array | string): Promise<void> {
    this.put(this.files.get(keyOf(path))?.path ?? path, content);
  }

  async makeFolder(path: string): Promise<void> {
    for (let folder = path; !this.folders.has(keyOf(folder)); folder = win32.dirname(folder))
      this.folders.set(keyOf(folder), win32.normalize(folder));
  }

  private put(path: string, content: Uint8Array | string): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.files.set(keyOf(path), { path: win32.normalize(path), content: bytes });
    void this.makeFolder(win32.dirname(path));
  }
}

/** What all spellings of a path have in common; throws for one that no Windows would take. */
function keyOf(path: string): string {
  if (!/^(?:[a-z]:|\\\\|\/\/)/i.test(path)) throw new Error(`"${path}" is no absolute path of Windows`);
  return win32
    .normalize(path)
    .replace(/(?<=.)\\$/, '')
    .toLowerCase();
}

function missing(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), { code: 'ENOENT' });
}

export function windowsSystem(files: WindowsFiles): System<WritableFiles> {
  return new System(files, win32);
}
