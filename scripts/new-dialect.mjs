// npm run new-dialect NAME: writes a small dialect that works, from scripts/template-dialect, and registers it everywhere.
// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const template = join(root, 'scripts/template-dialect');

const name = process.argv[2] ?? '';
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
  throw new Error('usage: npm run new-dialect NAME, where NAME is lower-case words joined by hyphens');
}
if (existsSync(join(root, 'server/src/dialects', name))) throw new Error(`the dialect ${name} already exists`);

/** Where each part of the template goes. */
const places = new Map([
  ['dialect', `server/src/dialects/${name}`],
  ['tests', `test/unit/${name}`],
  ['fixtures', `test/fixtures/${name}`],
  ['icons', 'media/languages'],
  ['language-configuration.json', `language-configuration/${name}.json`],
  ['sample.tmLanguage.json', `syntaxes/${name}.tmLanguage.json`],
]);

const pascal = name.replace(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());
const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);

const written = readdirSync(template, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((from) => {
    const to = placeOf(from);
    mkdirSync(dirname(to), { recursive: true });
    const text = named(readFileSync(from, 'utf8'));
    writeFileSync(to, from.endsWith('.ts') ? withImports(text, from, to) : text);
    return to;
  });

register();
await run(
  process.execPath,
  [
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--write',
    'package.json',
    'server/src/dialects/registry.ts',
  ].concat(written.filter((file) => !file.includes('fixtures'))),
  { cwd: root, quiet: true },
);
await run(process.execPath, ['scripts/docs.mjs'], { cwd: root, quiet: true });
console.log(
  `${written.map((file) => relative(root, file)).join('\n')}\n\nWhat to replace in each: CONTRIBUTING.md, "Add a dialect".`,
);

/**
 * Where a file of the template, or one that it imports, stands in the project; a file outside of the template stays.
 * @param {string} file
 */
function placeOf(file) {
  const [part = '', ...path] = relative(template, file).split(/[\\/]/);
  const place = places.get(part);
  return place === undefined ? file : join(root, place, ...path.map(named));
}

/**
 * A text with imports that lead to the same files from its new place.
 * @param {string} text
 * @param {string} from
 * @param {string} to
 */
function withImports(text, from, to) {
  return text.replace(/(?<=from ')\.[^']+/g, (specifier) => {
    const target = relative(dirname(to), placeOf(resolve(dirname(from), specifier))).replaceAll('\\', '/');
    return target.startsWith('.') ? target : `./${target}`;
  });
}

/** @param {string} text with the placeholder of the template */
function named(text) {
  return text.replace(/sampleDialect|Sample|sample/g, (word) =>
    word === 'sample' ? name : word === 'Sample' ? pascal : camel,
  );
}

/** One line in the registry, the language in the manifest, a row in the table of the README. */
function register() {
  edit('server/src/dialects/registry.ts', (text) =>
    `import { recognition as ${camel} } from './${name}/recognition.js';\n${text}`.replace(
      /(?<=DIALECTS: [^=]+= \[\n(?: {2}\{.*\n)+)/,
      `  { ...${camel}, load: async () => (await import('./${name}/index.js')).${camel} },\n`,
    ),
  );
  edit('README.md', (text) =>
    text.replace(
      /(?<=\n## What it checks\n\n(?:\|.*\n)+)(?=\n)/,
      `| ${pascal} | \`*.${name}\` | which packets pass, first match |\n`,
    ),
  );
  edit('package.json', (text) => {
    const manifest = JSON.parse(text);
    const { languages, grammars } = manifest.contributes;
    manifest.activationEvents = [...manifest.activationEvents, `onLanguage:${name}`].sort();
    languages.push({
      id: name,
      aliases: [pascal],
      extensions: [`.${name}`],
      configuration: `./language-configuration/${name}.json`,
      icon: { light: `./media/languages/${name}-light.svg`, dark: `./media/languages/${name}-dark.svg` },
    });
    grammars.push({ language: name, scopeName: `source.${name}`, path: `./syntaxes/${name}.tmLanguage.json` });
    return `${JSON.stringify(manifest, null, 2)}\n`;
  });
}

/**
 * @param {string} file
 * @param {(text: string) => string} change
 */
function edit(file, change) {
  const text = readFileSync(join(root, file), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${file} does not have the expected form: nothing was changed`);
  writeFileSync(join(root, file), changed);
}
