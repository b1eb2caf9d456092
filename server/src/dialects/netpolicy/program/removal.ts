import { isSeq } from 'yaml';
import type { FileEdit } from '../../../text/edit.js';
import { YamlEditor } from '../../../yaml/yaml-edit.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { NetpolicyTree } from '../syntax/parse.js';

/** The edits that take an item out of the list that holds it; `undefined` where it is no item, or the only one. */
export function removalOf(uri: string, tree: NetpolicyTree, path: Path): FileEdit[] | undefined {
  const index = path[path.length - 1];
  const list = tree.yaml.nodeAt(path.slice(0, -1));
  if (typeof index !== 'number' || !isSeq(list)) return undefined;
  return new YamlEditor(tree.text).removeItem(list, index)?.map((edit) => ({ uri, ...edit }));
}
