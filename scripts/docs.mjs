// Writes what is generated from the code's own metadata: the pages under docs/ that GENERATED lists, and the setting for severities
// and the tools for agents in package.json. `npm run docs` then makes the site of them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dialectPages } from './docs/dialects.mjs';
import { findingPages } from './docs/findings.mjs';
import { packPages } from './docs/packs.mjs';
import { referencePages } from './docs/reference.mjs';
import { loadTypeScript } from './generate.mjs';

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
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const text = manualPage({ version, description: DESCRIPTION, commands: COMMANDS, exitStatus: EXIT_STATUS });
  return new Map([['lintel.1', text]]);
}

/** What `lintel.severity` in package.json declares, by finding code. */
async function severitySettings() {
  const { FINDING_CODES } = await loadTypeScript('server/src/model/codes.ts');
  return Object.fromEntries(
    Object.entries(FINDING_CODES).map(([code, { title }]) => [
      code,
      { enum: ['error', 'warning', 'info', 'hint', 'off'], description: title },
    ]),
  );
}

/** What `languageModelTools` in package.json declares: the tools of `lintel mcp`, for agents in the editor. */
export async function agentTools() {
  const { inputSchemaOf, TOOLS } = await loadTypeScript('server/src/cli/mcp/tools.ts');
  return TOOLS.map((tool) => ({
    name: `lintel_${tool.name}`,
    displayName: tool.title,
    toolReferenceName: `lintel_${tool.name}`,
    canBeReferencedInPrompt: true,
    userDescription: tool.title,
    modelDescription: tool.description,
    inputSchema: inputSchemaOf(tool),
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  manifest.contributes.configuration.properties['lintel.severity'].properties = await severitySettings();
  manifest.contributes.languageModelTools = await agentTools();
  writeFileSync(`${root}package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [folder, pagesOf] of Object.entries(GENERATED)) {
    const pages = await pagesOf();
    rmSync(`${root}${folder}`, { recursive: true, force: true });
    mkdirSync(`${root}${folder}`, { recursive: true });
    for (const [name, text] of pages) writeFileSync(`${root}${folder}/${name}`, text);
  }
}
