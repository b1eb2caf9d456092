// The endpoint lists that a workspace keeps, read and written by the program.

import { type EndpointList, INSTANCES } from '../catalog/endpoints.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { writeEndpointList } from '../catalog/update.js';
import { LINTEL_FILE_NAMES } from '../configuration/lintel-config.js';
import { ENDPOINTS_FOLDER } from '../configuration/stored-endpoints.js';
import { endpointsInUse } from '../service/endpoint-lists.js';
import { folderOf, inFolder } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import { fileAccessOf } from '../system/file-access.js';
import { reasonOf, type System, type WritableFiles } from '../system/system.js';
import { type Terminal, UsageError } from './terminal.js';

/** Finds the workspace that the folder of a run belongs to: its endpoint lists, and the cloud that its lintel.yaml names. */
export async function findEndpointStore({
  folder,
  system,
}: Terminal): Promise<{ readonly store: EndpointStore; readonly cloud: Cloud | undefined }> {
  const service = new LanguageService(fileAccessOf(system));
  const start = system.uriOf(folder);
  service.setFolders([start], true);
  const { uri, file } = await service.configurationFor(inFolder(start, LINTEL_FILE_NAMES[0]));
  const kept = system.path.join(system.pathOf(folderOf(uri)), ENDPOINTS_FOLDER);
  return { store: new EndpointStore(kept, system), cloud: file.cloud };
}

/** A folder of endpoint lists: a file for each cloud. */
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

  /**
   * Replaces the stored list atomically: a concurrent reader finds either the old list or the new one. Returns the path;
   * throws a UsageError where it cannot be written.
   */
  async write(list: EndpointList): Promise<string> {
    const path = this.pathOf(INSTANCES[list.instance]);
    try {
      await this.system.files.makeFolder(this.folder);
      await this.system.files.replace(path, writeEndpointList(list));
      return path;
    } catch (error) {
      throw new UsageError(`${this.system.slashed(path)} cannot be written (${reasonOf(error)})`);
    }
  }

  /** Where the list of a cloud is kept. */
  pathOf(cloud: Cloud): string {
    return this.system.path.join(this.folder, `${cloud}.json`);
  }
}
