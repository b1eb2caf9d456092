// Writes what is generated from the code's own metadata: docs/findings/, one page for each finding code; docs/dialects/, one
// page for each dialect with every word that it knows; docs/man/, the manual page of the program; docs/api.md, the interface of the
// library; and the setting for severities and the tools for agents in package.json.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './generate.mjs';
import { libraryReport } from './library-types.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The pages by file name, as they should stand in docs/findings. */
export async function findingPages() {
  const { FINDING_CODES } = await loadTypeScript('server/src/model/codes.ts');
  const pages = new Map();
  const rows = Object.entries(FINDING_CODES).map(
    ([code, { severity, title }]) => `| [\`${code}\`](${code}.md) | ${severity} | ${title} |`,
  );
  pages.set(
    'README.md',
    `# Findings\n\nEvery code is stable. Settings change its severity, or silence it with \`off\`.\n\n| code | severity | |\n|---|---|---|\n${rows.join('\n')}\n`,
  );
  for (const [code, { severity, title, what, why, file, example, beside }] of Object.entries(FINDING_CODES)) {
    pages.set(
      `${code}.md`,
      `# ${code}\n\n**${title}.** Severity: ${severity}.\n\n${what}\n\n## Why it matters\n\n${why}\n\n## Example\n\n${listing(file, example)}${beside ? `\n${listing(beside.file, beside.text)}` : ''}`,
    );
  }
  return pages;
}

/** @param {string} file @param {string} text */
function listing(file, text) {
  return `\`${file}\`:\n\n\`\`\`\n${text}\n\`\`\`\n`;
}

/** The manual page, as it should stand in docs. */
export async function manualPages() {
  const { COMMANDS, DESCRIPTION, EXIT_STATUS } = await loadTypeScript('server/src/cli/commands.ts');
  const { manualPage } = await loadTypeScript('server/src/cli/formats/man.ts');
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const text = manualPage({ version, description: DESCRIPTION, commands: COMMANDS, exitStatus: EXIT_STATUS });
  return new Map([['lintel.1', text]]);
}

/** What a treatment of a word means to a reader. */
const TREATMENTS = { modelled: 'followed', 'no-effect': 'no effect', opaque: 'verdicts undecided' };

/** The pages by file name, as they should stand in docs/dialects. */
export async function dialectPages() {
  const { DIALECTS } = await loadTypeScript('server/src/dialects/registry.ts');
  const pages = new Map();
  const rows = DIALECTS.map(({ id, title, words }) => `| [${title}](${id}.md) | ${words.words.length} |`);
  const intro =
    'Every word that Lintel knows of each language, where it may stand, and what Lintel does with it: its meaning is *followed*; it has *no effect* on verdicts; or it is known and not modelled, which leaves *verdicts undecided* where it may change them.';
  pages.set('README.md', `# Dialects\n\n${intro}\n\n| dialect | words |\n|---|---|\n${rows.join('\n')}\n`);
  for (const { id, title, words } of DIALECTS) pages.set(`${id}.md`, dialectPage(title, words));
  return pages;
}

/** @param {string} title @param {import('../server/src/dialects/shared/words.js').WordTable} table */
function dialectPage(title, { manual, words }) {
  const cell = (text) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  const places = new Map();
  for (const { name, place, treatment, summary = '' } of words) {
    const row = `| ${cell(`\`${name}\``)} | ${TREATMENTS[treatment]} | ${cell(summary)} |`;
    places.set(place, [...(places.get(place) ?? []), row]);
  }
  const sections = [...places].map(
    ([place, rows]) => `## ${place}\n\n| word | treatment | |\n|---|---|---|\n${rows.join('\n')}\n`,
  );
  return `# ${title}\n\nWritten from [${manual.title}](${manual.url}).\n\n${sections.join('\n')}`;
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
  for (const [folder, pages] of [
    ['docs/findings', await findingPages()],
    ['docs/dialects', await dialectPages()],
    ['docs/man', await manualPages()],
  ]) {
    rmSync(`${root}${folder}`, { recursive: true, force: true });
    mkdirSync(`${root}${folder}`, { recursive: true });
    for (const [name, text] of pages) writeFileSync(`${root}${folder}/${name}`, text);
  }

  writeFileSync(`${root}docs/api.md`, await libraryReport());

  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  manifest.contributes.configuration.properties['lintel.severity'].properties = await severitySettings();
  manifest.contributes.languageModelTools = await agentTools();
  writeFileSync(`${root}package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}
