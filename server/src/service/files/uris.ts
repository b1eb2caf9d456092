// Operations on URIs. They are parsed, changed and formatted, never cut or joined as strings, so that the root of a file
// system (`scheme://authority/`) keeps its slash.

import { URI, Utils } from 'vscode-uri';

/** One spelling for each file: dot segments resolved, characters encoded as `vscode-uri` encodes them. */
export function canonicalUri(uri: string): string {
  const parsed = URI.parse(uri);
  return (/\/\.{1,2}(?:\/|$)/.test(parsed.path) ? Utils.joinPath(parsed, '.') : parsed).toString();
}

/** The canonical URI of a folder, without a slash at its end unless it is the root. */
export function canonicalFolder(uri: string): string {
  const parsed = URI.parse(canonicalUri(uri));
  const path = parsed.path.replace(/\/+$/, '');
  // Without its path, a URI that has an authority could not be joined with a name.
  return parsed.with({ path: path === '' ? '/' : path }).toString();
}

/** The canonical folder and the last segment, decoded, of a URI that may be a glob pattern in that segment. */
export function splitPattern(uri: string): readonly [folder: string, name: string] {
  // Only the segment is cut off as a text: to a URI, the ? of a pattern would begin its query.
  const end = uri.lastIndexOf('/') + 1;
  return [canonicalFolder(uri.slice(0, end)), decodeSegment(uri.slice(end))];
}

/** The folder that holds a file; both canonical. */
export function folderOf(uri: string): string {
  return Utils.dirname(URI.parse(uri)).toString();
}

/** The file `name` in `folder`. */
export function inFolder(folder: string, name: string): string {
  return Utils.joinPath(URI.parse(folder), name).toString();
}

/** The last segment of a URI, decoded. */
export function nameOf(uri: string): string {
  return Utils.basename(URI.parse(uri));
}

/** The path of a URI, decoded, for showing and for recognising a file by its name. */
export function pathOf(uri: string): string {
  return URI.parse(uri).path;
}

/** The path of a file relative to a folder that holds it, decoded; both canonical. */
export function pathWithin(folder: string, uri: string): string {
  return pathOf(uri).slice(pathOf(folder).replace(/\/$/, '').length + 1);
}

/** Whether a canonical URI is `folder` or lies below it. */
export function isInside(uri: string, folder: string): boolean {
  return uri === folder || uri.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
