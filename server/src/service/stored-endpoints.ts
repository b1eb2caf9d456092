import { type LoadedPack, loadPack } from '../catalog/pack-file.js';
import type { Cloud } from '../catalog/requirement.js';
import type { FileAccess } from './file-access.js';
import { inFolder } from './uris.js';

/** Where a workspace keeps endpoint lists that are newer than those of Lintel, below the folder of its lintel.yaml. */
export const ENDPOINTS_FOLDER = '.lintel/endpoints';

/** The largest list that is read, in bytes; those that are published have some 40 kB. */
const SIZE_LIMIT = 20_000_000;

/** The name of the list of one cloud below a workspace's folder. */
export function endpointListPath(cloud: Cloud): string {
  return `${ENDPOINTS_FOLDER}/${cloud}.json`;
}

/** The list that a workspace keeps of one cloud. It takes the place of the one that comes with Lintel. */
export interface StoredEndpoints extends LoadedPack {
  readonly uri: string;
}

/** Reads what a workspace keeps of one cloud; `undefined` where it keeps nothing. Never rejects. */
export async function readStoredEndpoints(
  access: FileAccess,
  folder: string,
  cloud: Cloud,
): Promise<StoredEndpoints | undefined> {
  const uri = inFolder(folder, endpointListPath(cloud));
  const read = await access.read(uri, SIZE_LIMIT);
  if (read === 'missing') return undefined;
  const problem = (message: string): StoredEndpoints => {
    return { uri, pack: undefined, problems: [{ uri, range: { start: 0, end: 0 }, message }] };
  };
  if (typeof read === 'string') return problem(`The endpoints of ${cloud} cannot be read (${read}).`);
  const { pack, problems } = loadPack(read.text, uri);
  if (pack && pack.cloud !== cloud) return problem(`This is no endpoint list of ${cloud}.`);
  return { uri, pack, problems };
}
