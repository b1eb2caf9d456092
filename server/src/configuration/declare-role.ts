// The edit of a workspace file that declares the addresses of a role.
import { isMap } from 'yaml';
import { lineEndOf, type TextEdit } from '../text/edit.js';
import { YamlEditor } from '../yaml/yaml-edit.js';
import { YamlText } from '../yaml/yaml-text.js';

/** Adds a role with its prefixes to the text of a workspace file; `undefined` where that cannot be done. */
export function declareRole(text: string, role: string, prefixes: readonly string[]): TextEdit[] | undefined {
  const yaml = YamlText.parse(text);
  if (yaml.problems.length > 0) return undefined;
  const editor = new YamlEditor(text);
  const [root, roles] = [yaml.nodeAt([]), yaml.nodeAt(['roles'])];
  if (isMap(roles)) return roles.items.length > 0 ? editor.appendPair(roles, role, prefixes) : undefined;
  if (roles) return undefined;
  if (isMap(root) && root.items.length > 0) return editor.appendPair(root, 'roles', { [role]: prefixes });
  if (root && yaml.value !== null) return undefined;
  // Nothing but comments, or nothing at all.
  const eol = lineEndOf(text);
  const start = text === '' || text.endsWith('\n') ? '' : eol;
  const newText = `${start}roles:${eol}  ${role}: [${prefixes.join(', ')}]${eol}`;
  return [{ range: { start: text.length, end: text.length }, newText }];
}
