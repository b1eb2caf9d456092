// The endpoint lists and copies of feeds that a workspace keeps, read and written by the program.

import { WEB_LIMITS } from '../../../shared/web-access.js';
import { withFeeds } from '../catalog/feed-addresses.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { LINTEL_FILE_NAMES } from '../configuration/lintel-config.js';
import { ENDPOINTS_FOLDER, storedFeeds } from '../configuration/stored-endpoints.js';
import { endpointsInUse } from '../service/endpoint-lists.js';
import { folderOf, inFolder } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import { fileAccessOf } from '../system/file-access.js';
import { reasonOf, type System, type WritableFiles } from '../system/system.js';
import { type Terminal, UsageError } from './terminal.js';

/** What a workspace keeps, and what is kept current in it. */
export interface Workspace {
  readonly store: EndpointStore;
  /** The cloud that its lintel.yaml names. */
  readonly cloud: Cloud | undefined;
  /** Its packs with feeds, of some clouds or of none, each once. */
  feedPacks(clouds: readonly Cloud[]): readonly Pack[];
}

/** Finds the workspace that the folder of a run belongs to. */
export async function findEndpointStore({ folder, system }: Terminal): Promise<Workspace> {
  const service = new LanguageService(fileAccessOf(system));
  const start = system.uriOf(folder);
  service.setFolders([start], true);
  const configuration = await service.configurationFor(inFolder(start, LINTEL_FILE_NAMES[0]));
  const { uri, file } = configuration;
  const kept = system.path.join(system.pathOf(folderOf(uri)), ENDPOINTS_FOLDER);
  return {
    store: new EndpointStore(kept, system),
    cloud: file.cloud,
    feedPacks(clouds) {
      const packs = clouds.flatMap((cloud) => configuration.catalogOf(cloud).packs).filter(({ feeds }) => feeds);
      return [...new Map(packs.map((pack) => [pack.id, pack])).values()];
    },
  };
}

/** A folder of endpoint lists, a file for each cloud, and of copies of feeds, a file for each pack. */
export class EndpointStore {
  constructor(
    private readonly folder: string,
    private readonly system: System<WritableFiles>,
  ) {}

  /** The endpoints of a cloud that files are checked with; `problem` says why a list that is there is not used. */
  async packInUse(cloud: Cloud): Promise<{ readonly pack: Pack; readonly problem?: string }> {
    const path = this.pathOf(cloud);
    const { pack, problem } = await endpointsInUse(fileAccessOf(this.system), this.system.uriOf(path), cloud);
    return problem === undefined ? { pack } : { pack, problem: `${this.system.slashed(path)} is not used: ${problem}` };
  }

  /** A pack with the copies of its feeds that are kept; `problem` says why some that are there are not used. */
  async feedsInUse(pack: Pack): Promise<{ readonly pack: Pack; readonly problem?: string }> {
    const path = this.pathOf(pack.id);
    const read = await fileAccessOf(this.system).read(this.system.uriOf(path), WEB_LIMITS.size);
    if (read === 'missing') return { pack };
    const stored = typeof read === 'string' ? read : storedFeeds(read.text, pack.id);
    return typeof stored === 'string'
      ? { pack, problem: `${this.system.slashed(path)} is not used: ${stored}` }
      : { pack: withFeeds(pack, stored.feeds) };
  }

  /**
   * Replaces a stored file atomically: a concurrent reader finds either the old one or the new one. Returns the path; throws a
   * UsageError where it cannot be written.
   */
  async write(subject: string, text: string): Promise<string> {
    const path = this.pathOf(subject);
    try {
      await this.system.files.makeFolder(this.folder);
      await this.system.files.replace(path, text);
      return path;
    } catch (error) {
      throw new UsageError(`${this.system.slashed(path)} cannot be written (${reasonOf(error)})`);
    }
  }

  /** Where the list of a cloud, or the feeds of a pack, are kept. */
  pathOf(subject: string): string {
    return this.system.path.join(this.folder, `${subject}.json`);
  }
}
