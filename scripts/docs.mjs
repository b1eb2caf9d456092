// Writes docs/findings/, one page for each finding code, and the setting for their severities in package.json: both
// from the codes' own metadata.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The pages by file name, as they should stand in docs/findings. */
export async function findingPages() {
  const { FINDING_CODES } = await loadModule('server/src/model/codes.ts');
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

/** What `lintel.severity` in package.json declares, by finding code. */
async function severitySettings() {
  const { FINDING_CODES } = await loadModule('server/src/model/codes.ts');
  return Object.fromEntries(
    Object.entries(FINDING_CODES).map(([code, { title }]) => [
      code,
      { enum: ['error', 'warning', 'info', 'hint', 'off'], description: title },
    ]),
  );
}

async function loadModule(path) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = `${root}docs/findings`;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of await findingPages()) writeFileSync(`${folder}/${name}`, text);

  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  manifest.contributes.configuration.properties['lintel.severity'].properties = await severitySettings();
  writeFileSync(`${root}package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}
