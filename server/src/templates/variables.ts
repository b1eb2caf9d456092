// The values of variables that are known beside a template: those of lintel.yaml, of the role's vars and defaults, of
// group_vars, and the values of a Helm chart. The nearest to the user takes precedence, as in Ansible
// (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html#understanding-variable-precedence).
import type { Sources } from '../dialects/dialect.js';
import { YamlText } from '../yaml/yaml-text.js';
import type { TemplateLanguage } from './languages.js';
import { parseTemplate } from './parse.js';
import { evaluate, isMap, Open, Scope, textOf, type Value } from './values.js';

/** Below the folder of a role, the later ones take precedence. */
const ROLE_FILES = ['defaults/main', 'defaults/main/main', 'vars/main', 'vars/main/main'];

/** A text in a file of values that is a template itself refers to other variables this often at most. */
const REFERENCE_LIMIT = 8;

/** The variables of a template, and the files that were asked for them. */
export interface Variables {
  readonly scope: Scope;
  readonly files: readonly string[];
}

/** The variables that are known for a template. */
export function variablesOf(uri: string, language: TemplateLanguage, sources: Sources): Variables {
  const scope = new Scope(language);
  const files: string[] = [];
  const read = (path: string): Value => {
    const text = ['.yml', '.yaml'].flatMap((extension) => {
      const source = sources.read(path + extension);
      if (typeof source === 'string') return [];
      files.push(source.uri);
      return [source.text];
    })[0];
    return text === undefined ? undefined : YamlText.parse(text).value;
  };
  const known = new Map<string, Value>();
  // Ansible's own remark, whatever it says.
  if (language === 'jinja') known.set('ansible_managed', 'Ansible managed');
  const role = roleFolder(uri);
  if (role !== undefined && language === 'go') {
    const values = read(`${role}values`);
    if (values !== undefined) known.set('.', { Values: values });
  } else if (role !== undefined && language === 'jinja') {
    const playbook = role.replace(/roles\/[^/]+\/$/, '');
    const groups = playbook === role ? [] : [read(`${playbook}group_vars/all`)];
    const [defaults, moreDefaults, vars, moreVars] = ROLE_FILES.map((path) => read(role + path));
    for (const layer of [defaults, moreDefaults, ...groups, vars, moreVars]) {
      if (isMap(layer)) for (const [name, value] of Object.entries(layer)) known.set(name, value);
    }
  }
  for (const [name, value] of sources.variables ?? []) known.set(name, value);
  for (const [name, value] of known) scope.set(name, language === 'jinja' ? filledIn(value, known, 0) : value);
  const dot = scope.get('.');
  if (language === 'go' && !(dot instanceof Open)) scope.set('$', dot);
  return { scope, files };
}

/** The folder that holds `templates/`; `undefined` where the file is in no such folder. */
function roleFolder(uri: string): string | undefined {
  const at = uri.lastIndexOf('/templates/');
  return at < 0 ? undefined : uri.slice(0, at + 1);
}

/** Values of Ansible may be templates themselves. */
function filledIn(value: Value, known: ReadonlyMap<string, Value>, depth: number): Value {
  if (typeof value === 'string')
    return value.includes('{{') || value.includes('{%') ? ofText(value, known, depth) : value;
  if (Array.isArray(value)) return value.map((item) => filledIn(item, known, depth));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, known, depth)]));
}

function ofText(text: string, known: ReadonlyMap<string, Value>, depth: number): Value {
  const { nodes } = parseTemplate(text, 'jinja');
  const name = /[A-Za-z_]\w*/.exec(text.slice(text.indexOf('{') + 2))?.[0] ?? text;
  if (depth >= REFERENCE_LIMIT) return new Open(name);
  const scope = new Scope('jinja');
  for (const [other, value] of known) {
    if (text.includes(other)) scope.set(other, filledIn(value, known, depth + 1));
  }
  const [only] = nodes;
  if (nodes.length === 1 && only?.kind === 'output') return evaluate(only.value, scope);
  let result = '';
  for (const node of nodes) {
    const part =
      node.kind === 'text'
        ? text.slice(node.start, node.end)
        : node.kind === 'output'
          ? textOf(evaluate(node.value, scope), 'jinja')
          : new Open(name);
    if (part instanceof Open) return part;
    result += part;
  }
  return result;
}
