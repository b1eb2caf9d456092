/** Where nft files are installed; a repository holds them in folders of its own. */
const STANDARD_FOLDERS = ['/etc/nftables', '/usr/share/nftables', '/etc'];

/**
 * The URIs that the path of an `include` may stand for, best first: the path itself; and for a path below a standard
 * folder, the same place in the folder of the file that includes it. nft itself looks for relative paths in its working
 * folder and in /etc, which a repository shows as the folder of the file.
 */
export function includeCandidates(path: string, includingUri: string): string[] {
  const folder = includingUri.slice(0, includingUri.lastIndexOf('/'));
  if (!path.startsWith('/')) return [resolve(folder, path)];
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(includingUri)?.[0] ?? 'file://';
  const candidates = [scheme + encodePath(path)];
  for (const root of STANDARD_FOLDERS) {
    if (path.startsWith(`${root}/`)) candidates.push(resolve(folder, path.slice(root.length + 1)));
  }
  return candidates;
}

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** A path relative to a folder, with `.` and `..` taken out. */
function resolve(folder: string, path: string): string {
  const segments = folder.split('/');
  // scheme, empty, authority: `..` never leaves the root.
  const root = Math.min(3, segments.length);
  for (const segment of encodePath(path).split('/')) {
    if (segment === '..') {
      if (segments.length > root) segments.pop();
    } else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return segments.join('/');
}

/** Encodes what a URI cannot hold, but keeps the characters of patterns. */
function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~/*?[\]!$&'()+,;=:@]/gu, (character) => {
    try {
      return encodeURIComponent(character);
    } catch {
      // A lone surrogate, which no file name has.
      return '%EF%BF%BD';
    }
  });
}
