import { URI, Utils } from 'vscode-uri';

/** One spelling for each file: dot segments resolved, characters encoded as `vscode-uri` encodes them. */
export function canonicalUri(uri: string): string {
  const parsed = URI.parse(uri);
  return (/\/\.{1,2}(?:\/|$)/.test(parsed.path) ? Utils.joinPath(parsed, '.') : parsed).toString();
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
