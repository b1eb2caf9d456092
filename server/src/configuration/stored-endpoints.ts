// Where a workspace stores its endpoint lists and its copies of feeds.
import type { LoadedPack } from '../catalog/pack-file.js';
import type { Cloud } from '../catalog/requirement.js';
import { readStoredFeeds, type StoredFeeds } from '../catalog/stored-feeds.js';

/** The folder of both, relative to that of lintel.yaml. */
export const ENDPOINTS_FOLDER = '.lintel/endpoints';

/**
 * The endpoint list of a cloud, or the feeds of a pack, relative to the folder of the lintel.yaml. They replace the list that
 * is built in and the copies that the pack has.
 * @param subject the cloud, or the id of the pack
 */
export function storedPath(subject: string): string {
  return `${ENDPOINTS_FOLDER}/${subject}.json`;
}

/** The list that was read for a cloud. A list of another cloud is a problem and is not used. */
export function storedEndpoints(loaded: LoadedPack, uri: string, cloud: Cloud): LoadedPack {
  const { pack, problems } = loaded;
  if (!pack || pack.id === `m365-${cloud}`) return loaded;
  const message = `this is a list of ${pack.cloud ?? pack.id}; expected one of ${cloud}`;
  return { ...loaded, pack: undefined, problems: [...problems, { uri, range: { start: 0, end: 0 }, message }] };
}

/** The copies that were read for a pack; a message where they are of another one, or none. */
export function storedFeeds(text: string, pack: string): StoredFeeds | string {
  const stored = readStoredFeeds(text);
  if (typeof stored === 'string' || stored.pack === pack) return stored;
  return `these are the feeds of ${stored.pack}; expected those of ${pack}`;
}
