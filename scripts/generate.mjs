// Writes server/generated/: validators compiled from schemas/ (a web host forbids compiling them at run time), the catalog's
// data, and the style and script of reports. Fails when a pack breaks its schema. Files that would not change are left alone.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import esbuild from 'esbuild';
import { parse } from 'yaml';

const standaloneCode = standaloneModule.default ?? standaloneModule;
const root = fileURLToPath(new URL('..', import.meta.url));
const generated = join(root, 'server/generated');

/** Generates everything; throws an Error whose message lists what is wrong with the sources. */
export async function generate() {
  mkdirSync(generated, { recursive: true });
  await writeValidators();
  await writePage();
  // The code that reads packs imports the data that it is about to make; of another version they may have other names.
  const data = join(generated, 'catalog-data.js');
  if (!existsSync(data) || !readFileSync(data, 'utf8').startsWith(HEAD)) writeCatalogData([], () => ({}));
  const { packFromEndpoints } = await loadTypeScript('server/src/catalog/endpoints.ts');
  writeCatalogData(await readPacks(), packFromEndpoints);
}

/** `validators.js`: one `validate<Name>` for every `schemas/<name>.schema.json`. */
async function writeValidators() {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    code: { source: true, esm: true, lines: true },
  });
  const exported = {};
  for (const file of readdirSync(join(root, 'schemas')).sort()) {
    const name = /^(.+)\.schema\.json$/.exec(file)?.[1];
    if (!name) continue;
    const schema = readJson(`schemas/${file}`);
    ajv.addSchema(schema, name);
    exported[`validate${pascalCase(name)}`] = schema.$id ?? name;
  }
  // Ajv's own helpers are inlined, so that the result stands alone.
  const bundle = await esbuild.build({
    stdin: { contents: standaloneCode(ajv, exported), resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    logLevel: 'silent',
  });
  writeIfChanged('validators.js', bundle.outputFiles[0].text);
  const declarations = Object.keys(exported).map((name) => `export const ${name}: Validator;`);
  writeIfChanged('validators.d.ts', `${VALIDATOR_TYPES}\n${declarations.join('\n')}\n`);
}

const VALIDATOR_TYPES = `/** The part of a JSON Schema that messages are made from. */
export interface SchemaPart {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly propertyNames?: SchemaPart;
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly oneOf?: readonly SchemaPart[];
  readonly anyOf?: readonly SchemaPart[];
}

/** One broken rule of a schema, as Ajv tells it with its option \`verbose\`. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  /** The key that breaks a rule for keys. */
  readonly propertyName?: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: SchemaPart;
  readonly data?: unknown;
}

/** Tells whether a value follows a schema; \`errors\` are those of the last call. */
export interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}
`;

/** `page.js`: the style and the script of reports, with the hashes by which a page permits these and no other. */
async function writePage() {
  const parts = [];
  for (const [name, loader] of [
    ['STYLE', 'css'],
    ['SCRIPT', 'js'],
  ]) {
    const files = readdirSync(join(root, 'server/page')).filter((file) => file.endsWith(`.${loader}`));
    const source = files
      .sort()
      .map((file) => readFileSync(join(root, 'server/page', file), 'utf8'))
      .join('\n');
    const { code } = await esbuild.transform(source, { loader, minify: true, target: 'es2022', charset: 'utf8' });
    const text = code.trim();
    if (/<\/(?:style|script)/i.test(text)) throw new Error(`server/page: a .${loader} file would end its own element`);
    const hash = createHash('sha256').update(text).digest('base64');
    parts.push(`export const ${name} = ${JSON.stringify(text)};`, `export const ${name}_HASH = 'sha256-${hash}';`);
  }
  writeIfChanged('page.js', `${parts.join('\n')}\n`);
  writeIfChanged('page.d.ts', PAGE_TYPES);
}

const PAGE_TYPES = `/** The style of every page, and its hash as a policy writes it. */
export const STYLE: string;
export const STYLE_HASH: string;
/** The script of every page, and its hash as a policy writes it. */
export const SCRIPT: string;
export const SCRIPT_HASH: string;
`;

/** The packs of catalog/*.yaml, read by the very code that reads a user's packs. */
async function readPacks() {
  const { loadPack } = await loadTypeScript('server/src/catalog/pack-file.ts');
  const packs = [];
  const complaints = [];
  for (const file of readdirSync(join(root, 'catalog')).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const text = readFileSync(join(root, 'catalog', file), 'utf8');
    const { pack, problems } = loadPack(text, file);
    for (const { range, message } of problems) {
      const line = text.slice(0, range.start).split('\n').length;
      complaints.push(`catalog/${file}:${line}: ${message}`);
    }
    if (pack && pack.id !== file.slice(0, -'.yaml'.length)) {
      complaints.push(`catalog/${file}: the file is not named after its pack, ${pack.id}`);
    }
    if (pack) packs.push(pack);
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return packs;
}

/** How `catalog-data.js` begins: each value is read once, and the parts of packs are put together. */
const HEAD = `const once = (read) => { let value; return () => (value ??= read()); };
const joined = ({ parts, pack }) => {
  for (const one of pack.requirements) {
    one.flow.to = parts[one.flow.to];
    one.source = parts[one.source];
  }
  return pack;
};
`;

/** The cloud that nearly everybody is in. The packs of all of them would make every program longer, which costs its start more. */
const MADE = 'worldwide';

/**
 * `catalog-data.js`: the packs, the endpoint lists, what is said of them and the packs that follow, each read when it is first
 * asked for.
 */
function writeCatalogData(packs, packFromEndpoints) {
  const notes = parse(readFileSync(join(root, 'catalog/endpoints/notes.yaml'), 'utf8'));
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate(readJson('catalog/endpoints/notes.schema.json'), notes)) {
    throw new Error(`catalog/endpoints/notes.yaml: ${ajv.errorsText()}`);
  }
  const lists = Object.keys(notes.clouds).map((cloud) => [cloud, readJson(`catalog/endpoints/${cloud}.json`)]);
  const { instance, version, endpoints } = Object.fromEntries(lists)[MADE];
  const listPack = packFromEndpoints(instance, version, endpoints, notes);
  const quoted = (value) => JSON.stringify(JSON.stringify(value));
  const reads = (value) => `() => JSON.parse(${quoted(value)})`;
  const code = [
    `export const ownPacks = once(() => JSON.parse(${quoted(packs.map(withPartsApart))}).map(joined));`,
    'const lists = {',
    ...lists.map(([cloud, list]) => `  ${JSON.stringify(cloud)}: once(${reads(list)}),`),
    '};',
    'export const endpointList = (cloud) => lists[cloud]();',
    `const listPack = once(() => joined(JSON.parse(${quoted(withPartsApart(listPack))})));`,
    `export const endpointPack = (cloud) => (cloud === ${JSON.stringify(MADE)} ? listPack() : undefined);`,
    `export const endpointNotes = once(${reads(notes)});`,
  ];
  writeIfChanged('catalog-data.js', `${HEAD}${code.join('\n')}\n`);
  writeIfChanged('catalog-data.d.ts', CATALOG_TYPES);
}

/** A pack whose requirements have numbers for destinations and sources, which many have in common. */
function withPartsApart(pack) {
  const parts = [];
  const numbers = new Map();
  const numberOf = (part) => {
    const text = JSON.stringify(part);
    if (!numbers.has(text)) numbers.set(text, parts.push(part) - 1);
    return numbers.get(text);
  };
  const numbered = pack.requirements?.map((one) => ({
    ...one,
    flow: { ...one.flow, to: numberOf(one.flow.to) },
    source: numberOf(one.source),
  }));
  return { parts, pack: { ...pack, requirements: numbered } };
}

const CATALOG_TYPES = `import type { EndpointNotes } from '../src/catalog/endpoint-notes.js';
import type { EndpointList } from '../src/catalog/endpoints.js';
import type { Cloud, Pack } from '../src/catalog/requirement.js';

/** The packs that are written by hand. */
export function ownPacks(): readonly Pack[];
/** The endpoint list that a cloud published last. */
export function endpointList(cloud: Cloud): EndpointList;
/** What \`packFromEndpoints\` makes of that list, for the cloud that nearly everybody is in; \`undefined\` for others. */
export function endpointPack(cloud: Cloud): Pack | undefined;
/** What documents say about endpoint sets beyond the lists. */
export function endpointNotes(): EndpointNotes;
`;

export async function loadTypeScript(entry) {
  const folder = mkdtempSync(join(generated, 'build-'));
  try {
    const outfile = join(folder, 'module.mjs');
    await esbuild.build({
      entryPoints: [join(root, entry)],
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outfile,
      logLevel: 'silent',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function pascalCase(name) {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
}

function writeIfChanged(name, content) {
  const path = join(generated, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  // Renamed into place, so that nobody who builds at the same time reads a half-written file.
  writeFileSync(`${path}.${process.pid}`, content);
  renameSync(`${path}.${process.pid}`, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await generate();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
