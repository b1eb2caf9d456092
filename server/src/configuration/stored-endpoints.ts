// Where a workspace stores its endpoint lists.
import type { LoadedPack } from '../catalog/pack-file.js';
import type { Cloud } from '../catalog/requirement.js';

/** The folder of the lists, relative to that of lintel.yaml. */
export const ENDPOINTS_FOLDER = '.lintel/endpoints';

/**
 * The endpoint list of a cloud, relative to the folder of the lintel.yaml. It replaces the built-in list.
 */
export function endpointListPath(cloud: Cloud): string {
  return `${ENDPOINTS_FOLDER}/${cloud}.json`;
}

/** The list that was read for a cloud. A list of another cloud is a problem and is not used. */
export function storedEndpoints(loaded: LoadedPack, uri: string, cloud: Cloud): LoadedPack {
  const { pack, problems } = loaded;
  if (!pack || pack.id === `m365-${cloud}`) return loaded;
  const message = `this is a list of ${pack.cloud ?? pack.id}; expected one of ${cloud}`;
  return { ...loaded, pack: undefined, problems: [...problems, { uri, range: { start: 0, end: 0 }, message }] };
}
