// Resolves the path of an `include` in a repository, for every dialect whose files include others.

/**
 * The URIs that a path may refer to, best first: relative to `folder` (a URI without a slash at its end); the absolute
 * path itself; and for a path below one of the folders where the program's files are installed, the same path in
 * `folder`, because a repository keeps them in its own folders. `.` and `..` are resolved, so that one file has one URI.
 */
export function includeCandidates(path: string, folder: string, standardFolders: readonly string[]): string[] {
  if (!path.startsWith('/')) return [resolve(folder, path)];
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(folder)?.[0] ?? 'file://';
  const below = standardFolders.filter((root) => path.startsWith(`${root}/`));
  return [resolve(scheme, path), ...below.map((root) => resolve(folder, path.slice(root.length + 1)))];
}

/** The folder of a file, as {@link includeCandidates} takes it. */
export function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}

/** Whether a path is a pattern for file names (glob(7)). */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

function resolve(folder: string, path: string): string {
  const segments = folder.split('/');
  // Scheme, empty, authority: `..` never leaves the root.
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
