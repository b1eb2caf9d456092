// Writes what is generated from the code's own metadata: the pages under docs/ that GENERATED lists, and the setting for severities
// and the tools for agents in package.json, with their English texts in package.nls.json. `npm run docs` then makes the site of them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dialectPages } from './docs/dialects.mjs';
import { findingPages } from './docs/findings.mjs';
import { packPages } from './docs/packs.mjs';
import { referencePages } from './docs/reference.mjs';
import { loadTypeScript } from './generate.mjs';
import { readJson, readManifest, TEXTS } from './manifest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What makes the pages of each folder. No other page stands there. */
export const GENERATED = {
  'docs/findings': findingPages,
  'docs/dialects': dialectPages,
  'docs/packs': packPages,
  'docs/reference': referencePages,
  'docs/man': manualPages,
};

/** The manual page, as it should stand in docs. */
async function manualPages() {
  const { COMMANDS, DESCRIPTION, EXIT_STATUS } = await loadTypeScript('server/src/cli/commands.ts');
  const { manualPage } = await loadTypeScript('server/src/cli/formats/man.ts');
  const { version } = readManifest();
  const text = manualPage({ version, description: DESCRIPTION, commands: COMMANDS, exitStatus: EXIT_STATUS });
  return new Map([['lintel.1', text]]);
}

/** What `lintel.severity` in package.json declares, by finding code. */
async function severitySettings() {
  const { FINDING_CODES } = await loadTypeScript('server/src/model/codes.ts');
  return Object.fromEntries(
    Object.keys(FINDING_CODES).map((code) => [
      code,
      { enum: ['error', 'warning', 'info', 'hint', 'off'], description: `%severity.${code}%` },
    ]),
  );
}

/** The texts of package.nls.json that the code has: the titles of findings and of the tools for agents. */
export async function generatedTexts() {
  const { FINDING_CODES } = await loadTypeScript('server/src/model/codes.ts');
  const { TOOLS } = await loadTypeScript('server/src/cli/mcp/tools.ts');
  return Object.fromEntries([
    ...Object.entries(FINDING_CODES).map(([code, { title }]) => [`severity.${code}`, title]),
    ...TOOLS.map(({ name, title }) => [`tool.${name}`, title]),
  ]);
}

/**
 * What `languageModelTools` in package.json declares: the tools of `lintel mcp`, for agents in the editor. Only people read titles;
 * what a model reads has one wording.
 */
export async function agentTools() {
  const { inputSchemaOf, TOOLS } = await loadTypeScript('server/src/cli/mcp/tools.ts');
  return TOOLS.map((tool) => ({
    name: `lintel_${tool.name}`,
    displayName: `%tool.${tool.name}%`,
    toolReferenceName: `lintel_${tool.name}`,
    canBeReferencedInPrompt: true,
    userDescription: `%tool.${tool.name}%`,
    modelDescription: tool.description,
    inputSchema: inputSchemaOf(tool),
  }));
}

/** The other texts of package.nls.json. */
function writtenByHand() {
  const all = Object.entries(readJson(TEXTS.en));
  return Object.fromEntries(all.filter(([key]) => !/^(severity|tool)\./.test(key)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = readJson('package.json');
  manifest.contributes.configuration.properties['lintel.severity'].properties = await severitySettings();
  manifest.contributes.languageModelTools = await agentTools();
  writeFileSync(`${root}package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  const texts = writtenByHand();
  writeFileSync(`${root}${TEXTS.en}`, `${JSON.stringify({ ...texts, ...(await generatedTexts()) }, null, 2)}\n`);
  for (const [folder, pagesOf] of Object.entries(GENERATED)) {
    const pages = await pagesOf();
    rmSync(`${root}${folder}`, { recursive: true, force: true });
    mkdirSync(`${root}${folder}`, { recursive: true });
    for (const [name, text] of pages) writeFileSync(`${root}${folder}/${name}`, text);
  }
}
