// The edit of a workspace file that says what one file is checked against.
import { isMap, isSeq } from 'yaml';
import { lineEndOf, type TextEdit } from '../text/edit.js';
import { YamlEditor } from '../yaml/yaml-edit.js';
import { YamlText } from '../yaml/yaml-text.js';
import type { FileEntry } from './lintel-file.js';
import { escapeGlob } from './new-file.js';

/**
 * Gives the entry of a file these selectors, or adds an entry for it; `undefined` where that cannot be done.
 * @param entry the entry that applies to the file; its selectors are those of all files that it matches
 * @param path the file's path, relative to the workspace file
 */
export function requireInFile(
  text: string,
  entry: FileEntry | undefined,
  path: string,
  selectors: readonly string[],
): TextEdit[] | undefined {
  const yaml = YamlText.parse(text);
  if (yaml.problems.length > 0) return undefined;
  const editor = new YamlEditor(text);
  if (entry) {
    const [own, list] = [yaml.nodeAt(entry.path), yaml.nodeAt([...entry.path, 'require'])];
    if (isSeq(list)) return editor.replaceItems(list, selectors);
    return isMap(own) && !list ? editor.appendPair(own, 'require', selectors) : undefined;
  }
  const added = { match: escapeGlob(path), require: selectors };
  const [root, files] = [yaml.nodeAt([]), yaml.nodeAt(['files'])];
  if (isSeq(files)) return files.items.length > 0 ? editor.insertItems(files, files.items.length, [added]) : undefined;
  if (files) return undefined;
  if (isMap(root) && root.items.length > 0) return editor.appendPair(root, 'files', [added]);
  if (root && yaml.value !== null) return undefined;
  // Nothing but comments, or nothing at all.
  const eol = lineEndOf(text);
  const start = text === '' || text.endsWith('\n') ? '' : eol;
  const entryText = editor.list([added], '  ');
  return [{ range: { start: text.length, end: text.length }, newText: `${start}files:${eol}${entryText}${eol}` }];
}
