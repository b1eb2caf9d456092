/** Where squid is installed: a squid.conf in a repository is deployed to one of these folders. */
const STANDARD_FOLDERS = ['/etc/squid', '/etc/squid3', '/usr/local/etc/squid', '/usr/local/squid/etc'];

/**
 * The URIs that a path in a configuration may stand for, best first: relative to the folder of the main file; the very
 * path; and for a path below a standard folder of squid, the same place in the folder of the main file.
 */
export function candidatesFor(path: string, mainUri: string): string[] {
  const folder = mainUri.slice(0, mainUri.lastIndexOf('/'));
  if (!path.startsWith('/')) return [`${folder}/${encodePath(path.replace(/^(?:\.\/)+/, ''))}`];
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(mainUri)?.[0] ?? 'file://';
  const candidates = [scheme + encodePath(path)];
  const standard = STANDARD_FOLDERS.find((root) => path.startsWith(`${root}/`));
  if (standard) candidates.push(`${folder}/${encodePath(path.slice(standard.length + 1))}`);
  return candidates;
}

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Encodes what a URI cannot hold, but keeps the characters of patterns. */
function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~/*?[\]!$&'()+,;=:@]/gu, (character) => encodeCharacter(character));
}

function encodeCharacter(character: string): string {
  try {
    return encodeURIComponent(character);
  } catch {
    // A lone surrogate, which no file name has.
    return '%EF%BF%BD';
  }
}
