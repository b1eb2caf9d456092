// The GUID by which the program identifies this machine to the endpoints web service.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The GUID that identifies this machine to the endpoints web service: generated once and stored in the user's own
 * configuration, as the service asks ("Microsoft 365 IP Address and URL web service", common parameters). Where it cannot
 * be stored, as in a container without a home folder, it is valid for this run only.
 */
export async function clientRequestId(): Promise<string> {
  const path = join(configurationFolder(), 'lintel', 'client-request-id');
  const known = readId(path);
  if (known) return known;
  // Loaded where it is needed: of all programs of the command line only an update comes here.
  const { randomUUID } = await import('node:crypto');
  const made = randomUUID();
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${made}\n`);
  } catch {
    // Only the service's count of machines depends on it.
  }
  return made;
}

function readId(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** As the XDG Base Directory Specification defines it; on Windows the application data folder. */
function configurationFolder(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env;
  if (XDG_CONFIG_HOME) return XDG_CONFIG_HOME;
  return process.platform === 'win32' && APPDATA ? APPDATA : join(homedir(), '.config');
}
