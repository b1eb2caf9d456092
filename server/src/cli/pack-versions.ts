// Finds the versions of a pack that a command line names.

import { WEB_LIMITS } from '../../../shared/web-access.js';
import { isEndpointVersion } from '../catalog/endpoints.js';
import { loadPack } from '../catalog/pack-file.js';
import { CLOUDS, type Cloud, type Pack } from '../catalog/requirement.js';
import { packOf, readEndpointFile } from '../catalog/update.js';
import { builtInEndpoints } from '../service/endpoint-lists.js';
import { findEndpointStore } from './endpoint-store.js';
import { type Terminal, UsageError } from './terminal.js';

/** A version that is available, and where it comes from. */
interface KnownVersion {
  readonly pack: Pack;
  readonly origin: string;
}

/**
 * The version of a pack that an argument names: a file (a pack, an endpoint list, a saved response of the web service), or
 * the version number of a built-in list or of one that the workspace stores. Throws a UsageError where there is none.
 * @param clouds the clouds that a number may belong to; the first is that of a response whose file name does not give one
 */
export async function findVersion(text: string, clouds: readonly Cloud[] = CLOUDS, terminal: Terminal): Promise<Pack> {
  if (!isEndpointVersion(text)) return readVersion(text, clouds[0], terminal);
  const known = await knownVersions(clouds, terminal);
  const meant = known.filter(({ pack }) => pack.version === text);
  const [first] = meant;
  if (!first) {
    const list = known.map(({ pack, origin }) => `${pack.cloud} ${pack.version} (${origin})`).join(', ');
    throw new UsageError(`unknown version ${text}; name a file, or one of ${list}`);
  }
  if (new Set(meant.map(({ pack }) => pack.id)).size > 1) {
    throw new UsageError(`several clouds have a version ${text}; name one with --cloud`);
  }
  return first.pack;
}

async function knownVersions(clouds: readonly Cloud[], terminal: Terminal): Promise<readonly KnownVersion[]> {
  const { store } = await findEndpointStore(terminal);
  const known = await Promise.all(
    clouds.map(async (cloud): Promise<KnownVersion[]> => {
      const builtIn = { pack: builtInEndpoints(cloud), origin: 'built in' };
      const { pack } = await store.packInUse(cloud);
      if (pack === builtIn.pack) return [builtIn];
      return [{ pack, origin: terminal.system.shownFrom(terminal.folder, store.pathOf(cloud)) }, builtIn];
    }),
  );
  return known.flat();
}

async function readVersion(path: string, cloud: Cloud | undefined, terminal: Terminal): Promise<Pack> {
  const text = await readListText(path, terminal);
  const name = terminal.system.path.basename(path);
  // Only a response of the web service is a JSON array.
  if (/^\ufeff?\s*\[/.test(text)) {
    const list = readEndpointFile(text, name, cloud, name);
    if (typeof list === 'string') throw new UsageError(`${path}: ${list}`);
    return packOf(list);
  }
  const { pack, problems } = loadPack(text, terminal.system.uriOf(terminal.system.path.resolve(terminal.folder, path)));
  if (!pack)
    throw new UsageError(`${path}: neither a pack nor an endpoint list (${problems[0]?.message ?? 'it is empty'})`);
  for (const { message } of problems) terminal.writeError(`lintel: ${path}: ${message}\n`);
  return pack;
}

/** The text of a list or pack that was named on the command line. */
export async function readListText(path: string, { folder, system }: Terminal): Promise<string> {
  const absolute = system.path.resolve(folder, path);
  try {
    const { size } = await system.files.status(absolute);
    if (size > WEB_LIMITS.size) throw new UsageError(`${path}: too large for an endpoint list`);
    return await system.utf8Of(absolute);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}
