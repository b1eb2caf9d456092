// The values of variables that are known beside a template: those of lintel.yaml, of the role's vars and defaults, of
// group_vars, and the values of a Helm chart. The nearest to the user takes precedence, as in Ansible
// (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html#understanding-variable-precedence).
import type { Sources } from '../dialects/dialect.js';
import { YamlText } from '../yaml/yaml-text.js';
import { isMap, Open, textOf, type Value } from './data.js';
import type { TemplateLanguage } from './languages.js';
import { parseTemplate } from './parse.js';
import { evaluate, Scope } from './values.js';

/** Below the folder of a role, the later ones take precedence. */
const ROLE_FILES = ['defaults/main', 'defaults/main/main', 'vars/main', 'vars/main/main'];

/** A text in a file of values that is a template itself refers to other variables this often at most. */
const REFERENCE_LIMIT = 8;

/** The variables of a template, and the files that were asked for them. */
export interface Variables {
  readonly scope: Scope;
  readonly files: readonly string[];
}

/** How many files of an inventory or of Hiera are read. */
const FILE_LIMIT = 100;

/** The variables that are known for a template. */
export function variablesOf(uri: string, language: TemplateLanguage, sources: Sources): Variables {
  const scope = new Scope(language);
  const reader = new ValueFiles(sources);
  const known = new Map<string, Value>();
  // Ansible's own remark, whatever it says.
  if (language === 'jinja') known.set('ansible_managed', 'Ansible managed');
  const role = roleFolder(uri);
  if (role !== undefined) {
    if (language === 'go') chartValues(role, reader, known);
    else if (language === 'jinja') roleValues(role, reader, known);
    else if (language === 'erb' || language === 'epp') moduleValues(role, reader, known);
  }
  for (const [name, value] of sources.variables ?? []) known.set(name, value);
  for (const [name, value] of known) scope.set(name, language === 'jinja' ? filledIn(value, known, 0) : value);
  const dot = scope.get('.');
  if (language === 'go' && !(dot instanceof Open)) scope.set('$', dot);
  return { scope, files: reader.files };
}

/** Reads files of values, and remembers which. */
class ValueFiles {
  readonly files: string[] = [];

  constructor(private readonly sources: Sources) {}

  /** The value of a file that may have either extension. */
  read(path: string): Value {
    for (const extension of ['.yml', '.yaml']) {
      const value = this.valueOf(path + extension);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The values of all files in a folder, by their URIs. */
  all(folder: string): Map<string, Value> {
    const named = this.sources.list(`${folder}*`).filter((uri) => /\/[^/.]+(?:\.ya?ml)?$/.test(uri));
    return new Map(named.slice(0, FILE_LIMIT).map((uri) => [uri, this.valueOf(uri)]));
  }

  private valueOf(uri: string): Value {
    const source = this.sources.read(uri);
    if (typeof source === 'string') return undefined;
    this.files.push(source.uri);
    return YamlText.parse(source.text).value;
  }
}

function chartValues(chart: string, reader: ValueFiles, known: Map<string, Value>): void {
  const values = reader.read(`${chart}values`);
  if (values !== undefined) known.set('.', { Values: values });
}

/**
 * The values that Ansible gives a template. For which host the file is made is not known: what the files of some hosts and groups
 * say otherwise is open.
 */
function roleValues(role: string, reader: ValueFiles, known: Map<string, Value>): void {
  const playbook = role.replace(/roles\/[^/]+\/$/, '');
  const [defaults, moreDefaults, vars, moreVars] = ROLE_FILES.map((path) => reader.read(role + path));
  const inventories = [playbook, `${playbook}inventory/`];
  const groups = inventories.flatMap((folder) => [...reader.all(`${folder}group_vars/`)]);
  const ofAll = groups.flatMap(([uri, value]) => (isOfAll(uri) ? [value] : []));
  const nested = inventories.flatMap((folder) => [...reader.all(`${folder}group_vars/all/`).values()]);
  for (const layer of [defaults, moreDefaults, ...ofAll, ...nested]) set(known, layer);
  const ofSome = groups.flatMap(([uri, value]) => (isOfAll(uri) ? [] : [value]));
  const ofHosts = inventories.flatMap((folder) => [...reader.all(`${folder}host_vars/`).values()]);
  const agreed = [...Object.entries(agreedBy(ofSome)), ...Object.entries(agreedBy(ofHosts))];
  for (const [name, value] of agreed) if (!known.has(name)) known.set(name, value);
  dispute(known, [...ofSome, ...ofHosts]);
  for (const layer of [vars, moreVars]) set(known, layer);
}

function isOfAll(uri: string): boolean {
  return /\/all(?:\.ya?ml)?$/.test(uri);
}

/**
 * The parameters of classes that Hiera finds in the data of a module, by their own names: `edge::voice` is `$voice` in the
 * templates of the class `edge` (https://help.puppet.com/core/8/Content/PuppetCore/class_parameters.htm).
 */
function moduleValues(module: string, reader: ValueFiles, known: Map<string, Value>): void {
  const [common, others] = [[] as Value[], [] as Value[]];
  const folders = hieraFolders(reader.read(`${module}hiera`));
  for (const [uri, value] of folders.flatMap((folder) => [...reader.all(`${module}data/${folder}`)]))
    (/\/data\/common\.ya?ml$/.test(uri) ? common : others).push(parametersIn(value));
  for (const layer of common) set(known, layer);
  dispute(known, others);
}

/** The folders of data that a hierarchy names; none where they depend on the host, whose data may say anything else. */
function hieraFolders(hiera: Value): string[] {
  const levels = isMap(hiera) && Array.isArray(hiera.hierarchy) ? hiera.hierarchy : [];
  const paths = levels.flatMap((level) =>
    isMap(level) ? [level.path, level.paths, level.glob, level.globs].flat() : [],
  );
  const folders = paths.flatMap((path) => (typeof path === 'string' ? [path.replace(/[^/]*$/, '')] : []));
  if (folders.some((folder) => /%\{|\*/.test(folder))) return [];
  return [...new Set(['', ...folders])].slice(0, FILE_LIMIT);
}

/** Values that refer to others are open, as are those of parameters of one name that several classes have. */
function parametersIn(value: Value): Value {
  const found = new Map<string, Value>();
  for (const [key, own] of Object.entries(isMap(value) ? value : {})) {
    const name = key.replace(/^.*::/, '');
    const isReference = JSON.stringify(own ?? null).includes('%{');
    found.set(name, isReference || (found.has(name) && !isSame(found.get(name), own)) ? new Open(name) : own);
  }
  return Object.fromEntries(found);
}

function set(known: Map<string, Value>, layer: Value): void {
  if (isMap(layer)) for (const [name, value] of Object.entries(layer)) known.set(name, value);
}

/** What all layers say alike. */
function agreedBy([first, ...others]: readonly Value[]): Record<string, Value> {
  const entries = Object.entries(isMap(first) ? first : {});
  return Object.fromEntries(
    entries.filter(([name, value]) => others.every((other) => isMap(other) && isSame(other[name], value))),
  );
}

/** Makes open what a layer, that may apply, says otherwise or alone. */
function dispute(known: Map<string, Value>, layers: readonly Value[]): void {
  for (const layer of layers) {
    for (const [name, value] of Object.entries(isMap(layer) ? layer : {}))
      if (!known.has(name) || !isSame(known.get(name), value)) known.set(name, new Open(name));
  }
}

function isSame(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
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
