// The one folder that an agent may ask about: what lies outside of it is not there, and nothing of it is written.

import { Engine } from '../../library/engine.js';
import { InputError } from '../../library/input-error.js';
import type { Options } from '../../library/types.js';
import type { FileAccess } from '../../service/files/file-access.js';
import { isInside, pathWithin } from '../../service/files/uris.js';
import { fileAccessOf } from '../../system/file-access.js';
import { nodeSystem as system } from '../../system/node-system.js';
import type { StoredAs } from '../../text/decode.js';
import { storedAs } from '../fixed-files.js';
import { readInput } from '../input-files.js';

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
    const real = await system.realPathOf(system.path.resolve(folder));
    if ((await system.kindOf(real)) !== 'folder') throw new InputError(`${folder}: no such folder`);
    return new Workspace(real);
  }

  /** Reads files and folders, by their paths relative to the workspace. Throws an {@link InputError} for one that is outside. */
  async read(paths: readonly string[], options: Options): Promise<Opened> {
    const root = system.uriOf(this.folder);
    const engine = new Engine({ access: this.access, folders: [root], pathOf: (uri) => this.pathOf(uri) }, options);
    for (const path of paths) {
      const absolute = system.path.resolve(this.folder, path);
      if (!system.isWithinAny(absolute, [this.folder]) || !(await isReallyWithin(absolute, this.folder)))
        throw new InputError(`${path}: outside of the workspace`);
      const kind = await system.kindOf(absolute);
      if (kind !== 'file' && kind !== 'folder')
        throw new InputError(`${path}: no such file or folder in the workspace`);
    }
    const request = { system, paths, folder: this.folder, folders: [this.folder], patterns: [], exclude: [] };
    const { files, errors } = await readInput(request, (uri, text) => engine.languageOf(uri, text));
    for (const { uri, text } of files) await engine.add(uri, text);
    // Where a link leads is nobody's business.
    const unread = errors.map((message) =>
      message.replace(/: a link to .*, outside of .*$/, ': a link to a file outside'),
    );
    return { engine, uris: files.map(({ uri }) => uri), unread };
  }

  /** How a text of the workspace is stored; `undefined` where the file has another text by now. */
  storedAs(uri: string, text: string): Promise<StoredAs | undefined> {
    return storedAs(uri, text, system);
  }

  /** The path of a file relative to the workspace, with slashes. */
  pathOf(uri: string): string {
    return pathWithin(system.uriOf(this.folder), uri);
  }
}

/** The files of this machine that are really inside of a folder, links on the way followed. */
function bounded(folder: string): FileAccess {
  const files = fileAccessOf(system);
  const root = system.uriOf(folder);
  const isReachable = async (uri: string) => isInside(uri, root) && isReallyWithin(system.pathOf(uri), folder);
  return {
    async read(uri, limit) {
      return (await isReachable(uri)) ? files.read(uri, limit) : 'outside-workspace';
    },
    async hasByteOrderMark(uri) {
      return (await isReachable(uri)) && (await files.hasByteOrderMark?.(uri)) === true;
    },
    async realUri(uri) {
      return (await files.realUri?.(uri)) ?? uri;
    },
    async list(uri) {
      return (await isReachable(uri)) ? files.list(uri) : [];
    },
    async listFolders(uri) {
      return (await isReachable(uri)) ? files.listFolders(uri) : [];
    },
  };
}

/** Whether a path leads to something inside of a folder, or to nothing: behind a link outside, not even what there is shows. */
async function isReallyWithin(absolute: string, folder: string): Promise<boolean> {
  const { dirname } = system.path;
  for (let at = absolute; ; at = dirname(at)) {
    const real = await system.files.realPath(at).catch(() => undefined);
    if (real !== undefined) return system.isWithinAny(real, [folder]);
    if (at === dirname(at)) return false;
  }
}
