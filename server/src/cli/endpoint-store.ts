// The endpoint lists that a workspace keeps, read and written by the program.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EndpointList, INSTANCES } from '../catalog/endpoints.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { writeEndpointList } from '../catalog/update.js';
import { LINTEL_FILE_NAMES } from '../configuration/lintel-config.js';
import { ENDPOINTS_FOLDER } from '../configuration/stored-endpoints.js';
import { nodeFiles } from '../lsp/node-files.js';
import { endpointsInUse } from '../service/endpoint-lists.js';
import { folderOf } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import { reasonOf } from './file-kinds.js';
import { uriOf } from './input-files.js';
import { replaceFile } from './replace-file.js';
import { UsageError } from './terminal.js';

/** Finds the workspace that a folder belongs to: its endpoint lists, and the cloud that its lintel.yaml names. */
export async function findEndpointStore(
  start: string,
): Promise<{ readonly store: EndpointStore; readonly cloud: Cloud | undefined }> {
  const service = new LanguageService(nodeFiles);
  service.setFolders([uriOf(start)], true);
  const { uri, file } = await service.configurationFor(uriOf(join(start, LINTEL_FILE_NAMES[0])));
  return { store: new EndpointStore(join(fileURLToPath(folderOf(uri)), ENDPOINTS_FOLDER)), cloud: file.cloud };
}

/** A folder of endpoint lists: a file for each cloud. */
export class EndpointStore {
  constructor(private readonly folder: string) {}

  /** The endpoints of a cloud that files are checked with; `problem` says why a list that is there is not used. */
  async packInUse(cloud: Cloud): Promise<{ readonly pack: Pack; readonly problem?: string }> {
    const path = this.pathOf(cloud);
    const { pack, problem } = await endpointsInUse(nodeFiles, uriOf(path), cloud);
    return problem === undefined ? { pack } : { pack, problem: `${path} is not used: ${problem}` };
  }

  /**
   * Replaces the stored list atomically: a concurrent reader finds either the old list or the new one. Returns the path;
   * throws a UsageError where it cannot be written.
   */
  async write(list: EndpointList): Promise<string> {
    const path = this.pathOf(INSTANCES[list.instance]);
    try {
      await mkdir(this.folder, { recursive: true });
      await replaceFile(path, writeEndpointList(list));
      return path;
    } catch (error) {
      throw new UsageError(`${path} cannot be written (${reasonOf(error)})`);
    }
  }

  /** Where the list of a cloud is kept. */
  pathOf(cloud: Cloud): string {
    return join(this.folder, `${cloud}.json`);
  }
}
