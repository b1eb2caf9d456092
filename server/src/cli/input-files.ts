// Reads the files that a command line names.

import picomatch from 'picomatch';
import { DETECTION_WINDOW, detectionWindow } from '../../../shared/detection.js';
import type { Language } from '../dialects/dialect.js';
import { pathWithin } from '../service/files/uris.js';
import { reasonOf, type System } from '../system/system.js';
import { type DecodedText, decodeText, type StoredAs } from '../text/decode.js';
import { FileFinder, type Found } from './find-files.js';

/** A file to work on. */
export interface InputFile {
  /** The path as given on the command line, or below the folder that was given; with forward slashes. */
  readonly path: string;
  readonly uri: string;
  readonly text: string;
  readonly byteOrderMark: boolean;
  readonly dialect: Language;
  /** How the text from standard input was encoded; absent for files. */
  readonly standardInput?: StoredAs;
}

/** The files that the paths of a command line name. */
export interface Input {
  readonly files: readonly InputFile[];
  /** What could not be read, one sentence each. */
  readonly errors: readonly string[];
  /** What was passed over, one sentence each. */
  readonly notes: readonly string[];
}

/** What a command line says about the files to read. */
export interface InputRequest {
  readonly system: System;
  readonly paths: readonly string[];
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** The dialect of files that are named, that match a pattern of `paths`, or one of `patterns` in a folder. */
  readonly dialect?: Language | undefined;
  /** Which files of a folder are read as `dialect`: globs of their names, or of their paths where they have a slash. */
  readonly patterns: readonly string[];
  /** The real paths of the folders that are gone through, and of those of the named files. */
  readonly folders: readonly string[];
  /** What is passed over, in the syntax of gitignore(5). */
  readonly exclude: readonly string[];
  /** What the path `-` stands for, and the name that it is read under. */
  readonly standardInput?: { readonly name: string; readonly bytes: Uint8Array };
}

/** A file that can be worked on, or the sentence that says why it cannot. */
type FoundFile =
  | { readonly kind: 'file'; readonly file: InputFile }
  | { readonly kind: 'unusable'; readonly message: string };

/** The largest file that is read, in bytes. */
export const SIZE_LIMIT = 20_000_000;

/** Finds the language of a file by its URI and the beginning of its text; `undefined` where it is unknown. */
export type LanguageOf = (uri: string, text: string) => Promise<Language | undefined>;

/** The folders that includes may reach into, as URIs: the named folders and those of the named files. */
export async function foldersOf(paths: readonly string[], folder: string, system: System): Promise<readonly string[]> {
  const { dirname, resolve } = system.path;
  const folders = new Set([system.uriOf(folder)]);
  for (const path of paths) {
    const absolute = resolve(folder, path);
    const kind = await system.kindOf(absolute);
    if (kind === 'file' || kind === 'folder') folders.add(system.uriOf(kind === 'file' ? dirname(absolute) : absolute));
  }
  return [...folders];
}

/**
 * Reads the files that paths, folders and glob patterns name, each once. Of folders and patterns only files of a known
 * language are taken; a file that is named itself must be one.
 */
export async function readInput(request: InputRequest, languageOf: LanguageOf): Promise<Input> {
  const reader = new InputReader(request, languageOf);
  for (const path of request.paths) await reader.read(path);
  return reader.finish();
}

/** The real paths of the folders that a command line names, and of those of the named files. */
export async function realFoldersOf(
  paths: readonly string[],
  folder: string,
  system: System,
): Promise<readonly string[]> {
  const { dirname, resolve } = system.path;
  return Promise.all(
    paths.map(async (path) => {
      const { base, isGlob } = picomatch.scan(system.slashed(path));
      const absolute = resolve(folder, isGlob ? base : path);
      return system.realPathOf((await system.kindOf(absolute)) === 'folder' ? absolute : dirname(absolute));
    }),
  );
}

class InputReader {
  private readonly finder: FileFinder;
  /** By real path. */
  private readonly files = new Map<string, InputFile>();
  private readonly realFolders = new Map<string, string>();
  private readonly links: { readonly path: string; readonly languageOf: LanguageOf }[] = [];
  private readonly errors: string[] = [];
  private readonly notes: string[] = [];

  constructor(
    private readonly request: InputRequest,
    private readonly languageOf: LanguageOf,
  ) {
    this.finder = new FileFinder(request.system, request.folder, request.folders, request.exclude);
  }

  async read(path: string): Promise<void> {
    const { standardInput } = this.request;
    if (path === '-' && standardInput) {
      const { name, bytes } = standardInput;
      const absolute = this.absolute(name);
      const decoded = decodeText(bytes);
      const found = await this.usable(name, decoded, this.named);
      const { file } = found.kind === 'file' ? found : {};
      this.add(absolute, file && decoded ? { kind: 'file', file: { ...file, standardInput: decoded } } : found);
      return;
    }
    if (this.finder.excludes(path)) return;
    const { system } = this.request;
    const absolute = this.absolute(path);
    const kind = await system.kindOf(absolute);
    if (kind === 'file' || kind === 'unreachable') {
      this.add(await system.realPathOf(absolute), await this.readNamed(path, this.named));
    } else if (kind === 'folder') {
      for await (const found of this.finder.below(path)) await this.take(found, this.languageIn(path));
    } else if (kind === 'missing' && picomatch.scan(system.slashed(path)).isGlob) {
      let isMatched = false;
      for await (const found of this.finder.matching(path)) {
        isMatched = true;
        await this.take(found, this.named);
      }
      if (!isMatched) this.errors.push(`${path}: no file matches`);
    } else {
      this.errors.push(`${path}: ${kind === 'missing' ? 'no such file or folder' : NO_FILE}`);
    }
  }

  /** Reads the links, whose files may have been read under their own names. */
  async finish(): Promise<Input> {
    for (const { path, languageOf } of this.links) {
      const { system, folders } = this.request;
      const real = await system.realPathOf(this.absolute(path));
      if (this.files.has(real)) continue;
      const found = await this.readFound(path, languageOf);
      if (found && !system.isWithinAny(real, folders))
        this.errors.push(
          `${path}: a link to ${system.slashed(real)}, outside of the folders that are checked; name that file itself`,
        );
      else this.add(real, found);
    }
    return { files: [...this.files.values()], errors: this.errors, notes: this.notes };
  }

  private async take({ kind, path, reason }: Found, languageOf: LanguageOf): Promise<void> {
    const { system } = this.request;
    const absolute = this.absolute(path);
    const isOurs = async () => (await languageOf(system.uriOf(absolute), '')) !== undefined;
    switch (kind) {
      case 'file':
        this.add(await this.realPathOf(absolute), await this.readFound(path, languageOf));
        break;
      case 'link':
        this.links.push({ path, languageOf });
        break;
      case 'linked-folder':
        this.notes.push(`${path}: a link to a folder outside, which is not followed`);
        break;
      case 'unread':
        this.errors.push(`${path}: cannot be read (${reason})`);
        break;
      case 'dangling':
        if (await isOurs()) this.errors.push(`${path}: a link to nothing`);
        break;
      case 'special':
        if (await isOurs()) this.errors.push(`${path}: ${NO_FILE}`);
        break;
    }
  }

  /** The path without links of a file that is none itself. */
  private async realPathOf(absolute: string): Promise<string> {
    const { system } = this.request;
    const { realFolders } = this;
    const folder = system.path.dirname(absolute);
    const known = realFolders.get(folder) ?? (await system.realPathOf(folder));
    realFolders.set(folder, known);
    return system.path.join(known, system.path.basename(absolute));
  }

  private add(real: string, found: FoundFile | undefined): void {
    if (found?.kind === 'unusable') this.errors.push(found.message);
    else if (found && !this.files.has(real)) this.files.set(real, found.file);
  }

  /** The language of a file that is named, or that matches a pattern of the command line. */
  private readonly named: LanguageOf = async (uri, text) => this.request.dialect ?? this.languageOf(uri, text);

  /** The language of the files in a folder. */
  private languageIn(path: string): LanguageOf {
    const { dialect, patterns, system } = this.request;
    const nocase = system.ignoresCase;
    const matchers = patterns
      .map((pattern) => system.slashed(pattern))
      .map((pattern) => picomatch(pattern, { basename: !pattern.includes('/'), nocase }));
    const start = system.uriOf(this.absolute(path));
    return async (uri, text) =>
      dialect && matchers.some((matches) => matches(pathWithin(start, uri))) ? dialect : this.languageOf(uri, text);
  }

  private absolute(path: string): string {
    return this.request.system.path.resolve(this.request.folder, path);
  }

  /** Reads a file that was named itself. */
  private async readNamed(path: string, languageOf: LanguageOf): Promise<FoundFile> {
    const { system } = this.request;
    const absolute = this.absolute(path);
    try {
      const { size } = await system.files.status(absolute);
      if (size > SIZE_LIMIT)
        return unusable(path, `too large to check (${megabytes(size)}; at most ${megabytes(SIZE_LIMIT)})`);
      return await this.usable(path, await readText(absolute, system), languageOf);
    } catch (error) {
      return unusable(path, `cannot be read (${reasonOf(error)})`);
    }
  }

  /** Reads a file that was found below a folder or by a pattern; `undefined` where its language is unknown. */
  private async readFound(path: string, languageOf: LanguageOf): Promise<FoundFile | undefined> {
    const { system } = this.request;
    const absolute = this.absolute(path);
    const start = await readStart(absolute, system);
    // A file that cannot be read may be anything; a binary one that is named like configuration is damaged.
    if (start === 'unreadable') return this.readNamed(path, languageOf);
    const language = await languageOf(system.uriOf(absolute), start === 'binary' ? '' : start.text);
    return language && this.readNamed(path, languageOf);
  }

  /** A file that is read, unless its content is none that its dialect takes. */
  private async usable(path: string, decoded: DecodedText | undefined, languageOf: LanguageOf): Promise<FoundFile> {
    const { system } = this.request;
    if (!decoded) return unusable(path, 'a binary file, not configuration');
    const { text, encoding, byteOrderMark } = decoded;
    const uri = system.uriOf(this.absolute(path));
    const dialect = await languageOf(uri, text);
    if (!dialect) return unusable(path, 'not recognised as any dialect; name one with --dialect');
    if (encoding.startsWith('utf-16') && !dialect.readsUtf16?.({ uri, text }))
      return unusable(path, `encoded as UTF-16, which is invalid for ${dialect.title}; save it as UTF-8`);
    if (byteOrderMark && dialect.refusesByteOrderMark) {
      const refusal = `begins with a byte order mark, which is invalid for ${dialect.title}`;
      return unusable(path, `${refusal}; save it as UTF-8 without one`);
    }
    const shown = system.slashed(system.path.normalize(path));
    return { kind: 'file', file: { path: shown, uri, text, byteOrderMark, dialect } };
  }
}

const NO_FILE = 'neither a file nor a folder';

/** The text of a file; `undefined` where it is binary. Rejects where it cannot be read. */
export async function readText(absolute: string, { files }: System): Promise<DecodedText | undefined> {
  return decodeText(await files.read(absolute));
}

function unusable(path: string, reason: string): FoundFile {
  return { kind: 'unusable', message: `${path}: ${reason}` };
}

/** The beginning of a file, which is all that recognising it needs. */
async function readStart(
  absolute: string,
  { files }: System,
): Promise<{ readonly text: string } | 'binary' | 'unreadable'> {
  try {
    const first = await files.readStart(absolute, DETECTION_WINDOW);
    const window = detectionWindow(String.fromCharCode(...first.subarray(0, 2)));
    const isEnough = first.length < DETECTION_WINDOW || window === DETECTION_WINDOW;
    return decodeText(isEnough ? first : await files.readStart(absolute, window)) ?? 'binary';
  } catch {
    return 'unreadable';
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
