// The one folder that an agent may ask about: what lies outside of it is not there, and nothing of it is written.

import { readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Engine } from '../../library/engine.js';
import { InputError } from '../../library/input-error.js';
import type { Options } from '../../library/types.js';
import { nodeFiles } from '../../lsp/node-files.js';
import type { FileAccess } from '../../service/files/file-access.js';
import { canonicalUri, isInside, pathWithin } from '../../service/files/uris.js';
import { type DecodedText, decodeText } from '../../text/decode.js';
import { isWithinAny, kindOf, realPathOf } from '../file-kinds.js';
import { readInput, uriOf } from '../input-files.js';

/** Some files of the workspace that were read, and what can be asked about them. */
export interface Opened {
  readonly engine: Engine;
  readonly uris: readonly string[];
  /** What could not be read, one sentence each. */
  readonly unread: readonly string[];
}

export class Workspace {
  private readonly access: FileAccess;

  /** @param folder its real path, without links */
  private constructor(readonly folder: string) {
    this.access = bounded(folder);
  }

  static async open(folder: string): Promise<Workspace> {
    const real = await realPathOf(resolve(folder));
    if ((await kindOf(real)) !== 'folder') throw new InputError(`${folder}: no such folder`);
    return new Workspace(real);
  }

  /** Reads files and folders, by their paths relative to the workspace. Throws an {@link InputError} for one that is outside. */
  async read(paths: readonly string[], options: Options): Promise<Opened> {
    const root = uriOf(this.folder);
    const engine = new Engine({ access: this.access, folders: [root], pathOf: (uri) => this.pathOf(uri) }, options);
    for (const path of paths) {
      const absolute = resolve(this.folder, path);
      if (!isWithinAny(absolute, [this.folder]) || !(await isReallyWithin(absolute, this.folder)))
        throw new InputError(`${path}: outside of the workspace`);
      const kind = await kindOf(absolute);
      if (kind !== 'file' && kind !== 'folder')
        throw new InputError(`${path}: no such file or folder in the workspace`);
    }
    const request = { paths, folder: this.folder, folders: [this.folder], patterns: [], exclude: [] };
    const { files, errors } = await readInput(request, (path, text) => engine.languageOf(uriOf(path), text));
    for (const { uri, text } of files) await engine.add(uri, text);
    // Where a link leads is nobody's business.
    const unread = errors.map((message) =>
      message.replace(/: a link to .*, outside of .*$/, ': a link to a file outside'),
    );
    return { engine, uris: files.map(({ uri }) => uri), unread };
  }

  /** How a text of the workspace is stored; `undefined` where the file has another text by now. */
  async storedAs(uri: string, text: string): Promise<DecodedText | undefined> {
    const decoded = await readFile(fileURLToPath(uri)).then(decodeText, () => undefined);
    return decoded?.text === text ? decoded : undefined;
  }

  /** The path of a file relative to the workspace, with slashes. */
  pathOf(uri: string): string {
    return pathWithin(uriOf(this.folder), uri);
  }
}

/** The files of this machine that are really inside of a folder, links on the way followed. */
function bounded(folder: string): FileAccess {
  const root = canonicalUri(pathToFileURL(folder).href);
  const isReachable = async (uri: string) => isInside(uri, root) && isReallyWithin(fileURLToPath(uri), folder);
  return {
    async read(uri, limit) {
      return (await isReachable(uri)) ? nodeFiles.read(uri, limit) : 'outside-workspace';
    },
    async hasByteOrderMark(uri) {
      return (await isReachable(uri)) && (await nodeFiles.hasByteOrderMark?.(uri)) === true;
    },
    async realUri(uri) {
      return (await nodeFiles.realUri?.(uri)) ?? uri;
    },
    async list(uri) {
      return (await isReachable(uri)) ? nodeFiles.list(uri) : [];
    },
    async listFolders(uri) {
      return (await isReachable(uri)) ? nodeFiles.listFolders(uri) : [];
    },
  };
}

/** Whether a path leads to something inside of a folder, or to nothing: behind a link outside, not even what there is shows. */
async function isReallyWithin(absolute: string, folder: string): Promise<boolean> {
  for (let at = absolute; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return isWithinAny(real, [folder]);
    if (at === dirname(at)) return false;
  }
}
