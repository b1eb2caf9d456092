// docs/reference/: the command line from its own help, lintel.yaml from its schema, the library from its types, the settings of VS Code
// from the manifest.
import { readFileSync } from 'node:fs';
import { loadTypeScript } from '../generate.mjs';
import { libraryReport } from '../library-types.mjs';
import { readManifest } from '../manifest.mjs';
import { code, codes, table } from './markdown.mjs';

const root = new URL('../../', import.meta.url);

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}

/** The pages by file name, as they should stand in docs/reference. */
export async function referencePages() {
  return new Map([
    ['command-line.md', await commandLinePage()],
    ['lintel-yaml.md', schemaPage(readJson('schemas/lintel.schema.json'))],
    ['library.md', await libraryReport()],
    ['settings.md', settingsPage(readManifest())],
  ]);
}

async function commandLinePage() {
  const { COMMANDS, DESCRIPTION, EXIT_STATUS } = await loadTypeScript('server/src/cli/commands.ts');
  const { optionsOf } = await loadTypeScript('server/src/cli/command.ts');
  const sections = COMMANDS.map((command) => {
    const usage = command.usage.map((/** @type {string} */ form) => `lintel ${form}`).join('\n');
    const rows = optionsOf(command).map((/** @type {{ name: string, value?: string, help: string }} */ option) => [
      code(`--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`),
      option.help,
    ]);
    return `## lintel ${command.name}\n\n${command.summary}\n\n\`\`\`\n${usage}\n\`\`\`\n\n${table(['option', ''], rows)}`;
  });
  return `# The command line\n\n${DESCRIPTION}\n\nExit status: ${EXIT_STATUS}\n\n${sections.join('\n')}`;
}

/** @param {any} schema */
function schemaPage(schema) {
  const { properties, definitions } = schema;
  const keys = Object.entries(properties).filter(([name]) => !name.startsWith('$'));
  const sections = keys.map(([name, own]) => `## ${name}\n\n${describe(own, definitions)}`);
  const file = Object.entries(definitions.file.properties).map(([name, own]) => [
    code(name),
    summary(own, definitions),
  ]);
  return [
    `# lintel.yaml\n\n${schema.description}\n`,
    ...sections,
    `## An entry of files\n\n${table(['key', ''], file)}`,
  ].join('\n');
}

/** What a key of the schema takes, in a paragraph or two. @param {any} own @param {any} definitions */
function describe(own, definitions) {
  const names = resolved(own.propertyNames ?? {}, definitions).enum;
  return [
    `${summary(own, definitions)}\n`,
    ...(names ? ['The keys are [codes of findings](../findings/).\n'] : []),
    ...(own.additionalProperties?.enum ? [`Values: ${codes(own.additionalProperties.enum)}.\n`] : []),
  ].join('\n');
}

/** @param {any} given @param {any} definitions */
function summary(given, definitions) {
  const own = resolved(given, definitions);
  const items = resolved(own.items ?? {}, definitions);
  const values = own.enum ?? items.enum;
  const examples = own.examples ?? items.examples ?? own.additionalProperties?.items?.examples;
  return [
    own.description,
    ...(values ? [`One of ${codes(values.map(String))}.`] : []),
    ...(own.default === undefined ? [] : [`Default: ${code(String(own.default))}.`]),
    ...(examples
      ? [`For example ${codes(examples.map((/** @type {unknown} */ example) => JSON.stringify(example)))}.`]
      : []),
  ].join(' ');
}

/** @param {any} own @param {any} definitions */
function resolved(own, definitions) {
  return own.$ref ? definitions[own.$ref.slice('#/definitions/'.length)] : own;
}

/** @param {any} manifest */
function settingsPage({ contributes: { configuration, commands } }) {
  const settings = Object.entries(configuration.properties).map(
    ([name, { markdownDescription, description, default: usual }]) => [
      code(name),
      markdownDescription ?? description,
      usual === undefined ? '' : code(JSON.stringify(usual)),
    ],
  );
  const rows = commands.map((/** @type {{ title: string, category?: string }} */ { title, category }) => [
    `*${category ? `${category}: ` : ''}${title}*`,
  ]);
  return `# VS Code\n\n## Settings\n\n${table(['setting', '', 'default'], settings)}\n## Commands\n\n${table(['command'], rows)}`;
}
