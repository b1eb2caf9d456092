// The endpoint lists that a folder keeps: where they are, and which one is in use.

import { builtInPacks } from '../catalog/catalog.js';
import { loadPack } from '../catalog/pack-file.js';
import type { Cloud, Pack } from '../catalog/requirement.js';
import { storedEndpoints, storedPath } from '../configuration/stored-endpoints.js';
import type { FileAccess } from './files/file-access.js';
import { inFolder } from './files/uris.js';

/** The largest endpoint list that is read, in bytes. Published lists have about 40 kB. */
const SIZE_LIMIT = 20_000_000;

/** Where a folder keeps the list of a cloud, or the feeds of a pack. */
export function storedUri(folder: string, subject: string): string {
  return inFolder(folder, storedPath(subject));
}

/**
 * The endpoints that files are checked with: those of a stored list, otherwise the built-in ones. `problem` says why a
 * stored list is not used.
 */
export async function endpointsInUse(
  access: FileAccess,
  listUri: string,
  cloud: Cloud,
): Promise<{ readonly pack: Pack; readonly problem?: string }> {
  const read = await access.read(listUri, SIZE_LIMIT);
  if (read === 'missing') return { pack: builtInEndpoints(cloud) };
  if (typeof read === 'string') return { pack: builtInEndpoints(cloud), problem: read };
  const { pack, problems } = storedEndpoints(loadPack(read.text, listUri), listUri, cloud);
  return pack ? { pack } : { pack: builtInEndpoints(cloud), problem: problems[0]?.message ?? 'it contains no list' };
}

/** The built-in endpoints of a cloud. */
export function builtInEndpoints(cloud: Cloud): Pack {
  const pack = builtInPacks(cloud).find(({ id }) => id === `m365-${cloud}`);
  if (!pack) throw new Error(`no endpoints of ${cloud} are built in`);
  return pack;
}
