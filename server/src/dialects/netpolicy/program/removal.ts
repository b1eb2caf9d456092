// The edit that removes an item from a list.
import { isSeq } from 'yaml';
import type { FileEdit } from '../../../text/edit.js';
import { YamlEditor } from '../../../yaml/yaml-edit.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { NetpolicyTree } from '../syntax/tree.js';

/** `undefined` where the path is not that of an item of a list, or the item is the only one. */
export function removalOf(uri: string, tree: NetpolicyTree, path: Path): FileEdit[] | undefined {
  const index = path[path.length - 1];
  const list = tree.yaml.nodeAt(path.slice(0, -1));
  if (typeof index !== 'number' || !isSeq(list)) return undefined;
  return new YamlEditor(tree.text).removeItem(list, index)?.map((edit) => ({ uri, ...edit }));
}
