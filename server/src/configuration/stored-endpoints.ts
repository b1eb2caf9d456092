// Where a workspace keeps endpoint lists of its own.
import type { LoadedPack } from '../catalog/pack-file.js';
import type { Cloud } from '../catalog/requirement.js';

/** Below the folder of its lintel.yaml. */
export const ENDPOINTS_FOLDER = '.lintel/endpoints';

/**
 * The endpoint list of a cloud, relative to the folder of the lintel.yaml. It replaces the list that comes with Lintel.
 */
export function endpointListPath(cloud: Cloud): string {
  return `${ENDPOINTS_FOLDER}/${cloud}.json`;
}

/** The list that was read for a cloud. One of another cloud is a problem, and not used. */
export function storedEndpoints({ pack, problems }: LoadedPack, uri: string, cloud: Cloud): LoadedPack {
  if (!pack || pack.id === `m365-${cloud}`) return { pack, problems };
  const message = `this is a list of ${pack.cloud ?? pack.id}, in the place of one of ${cloud}`;
  return { pack: undefined, problems: [...problems, { uri, range: { start: 0, end: 0 }, message }] };
}
