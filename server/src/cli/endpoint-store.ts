import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtInPacks } from '../catalog/catalog.js';
import { type EndpointList, INSTANCES } from '../catalog/endpoints.js';
import { loadPack } from '../catalog/pack-file.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { writeEndpointList } from '../catalog/update.js';
import { readLintelFile } from '../configuration/lintel-file.js';
import { ENDPOINTS_FOLDER, storedEndpoints } from '../configuration/stored-endpoints.js';
import { UsageError } from './terminal.js';

/** The workspace that a folder belongs to. */
export interface WorkspaceFolder {
  /** That of the nearest lintel.yaml upwards; the folder itself where there is none. */
  readonly folder: string;
  /** The cloud that lintel.yaml names. */
  readonly cloud: Cloud | undefined;
}

export async function findWorkspace(start: string): Promise<WorkspaceFolder> {
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'lintel.yaml');
    const text = await readIfPresent(path);
    if (text !== undefined) return { folder, cloud: readLintelFile(text, pathToFileURL(path).href).head.cloud };
    if (dirname(folder) === folder) return { folder: start, cloud: undefined };
  }
}

/** The endpoint lists that a workspace keeps: a file for each cloud. */
export class EndpointStore {
  /** @param folder the folder of the lists */
  constructor(private readonly folder: string) {}

  static of({ folder }: WorkspaceFolder): EndpointStore {
    return new EndpointStore(join(folder, ENDPOINTS_FOLDER));
  }

  pathOf(cloud: Cloud): string {
    return join(this.folder, `${cloud}.json`);
  }

  /**
   * The endpoints that files are checked with: the stored ones, otherwise those that come with Lintel. `problem` says why
   * a stored list is not used.
   */
  async packInUse(cloud: Cloud): Promise<{ readonly pack: Pack; readonly problem?: string }> {
    const path = this.pathOf(cloud);
    const builtIn = endpointPackOf(cloud);
    const text = await readIfPresent(path);
    if (text === undefined) return { pack: builtIn };
    const uri = pathToFileURL(path).href;
    const { pack, problems } = storedEndpoints(loadPack(text, uri), uri, cloud);
    if (pack) return { pack };
    return { pack: builtIn, problem: `${path} is not used: ${problems[0]?.message ?? 'it holds no endpoint list'}` };
  }

  /**
   * Puts a list in the place of the stored one. Whoever reads meanwhile, or after a failure, finds either the old list or
   * the new one, never a part. Returns the path.
   */
  async write(list: EndpointList): Promise<string> {
    const path = this.pathOf(INSTANCES[list.instance]);
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(draft, writeEndpointList(list), { flag: 'wx' });
      await rename(draft, path);
      return path;
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw new UsageError(`${path} cannot be written (${error instanceof Error ? error.message : String(error)})`);
    }
  }
}

/** The endpoints of a cloud as they come with Lintel. */
export function endpointPackOf(cloud: Cloud): Pack {
  const pack = builtInPacks(cloud).find(({ id }) => id === `m365-${cloud}`);
  if (!pack) throw new Error(`no endpoints of ${cloud} are built in`);
  return pack;
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`${path} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}
