// docs/findings/: a page for each finding code.
import { loadTypeScript } from '../generate.mjs';
import { code, listing, table } from './markdown.mjs';

/** The pages by file name, as they should stand in docs/findings. */
export async function findingPages() {
  const { FINDING_CODES } = await loadTypeScript('server/src/model/codes.ts');
  const descriptions = Object.entries(FINDING_CODES);
  const rows = descriptions.map(([name, { severity, title }]) => [`[${code(name)}](${name}.md)`, severity, title]);
  const intro = 'Every code is stable. Settings change its severity, or silence it with `off`.';
  return new Map([
    ['README.md', `# Findings\n\n${intro}\n\n${table(['code', 'severity', ''], rows)}`],
    ...descriptions.map(([name, description]) => [`${name}.md`, findingPage(name, description)]),
  ]);
}

function findingPage(name, { severity, title, what, why, fix, file, example, beside }) {
  const files = [{ file, text: example }, ...(beside ? [beside] : [])];
  return [
    `# ${name}\n\n**${title}.** Severity: ${severity}.\n\n${what}\n`,
    `## Why it matters\n\n${why}\n`,
    `## Example\n\n${files.map((one) => listing(one.file, one.text)).join('\n')}`,
    `## What to do\n\n${fix}\n`,
    `## To accept it\n\nIn one place, with a comment above the statement, in the comment signs of the file:\n\n\`\`\`\nlintel: ignore ${name} -- why it is meant\n\`\`\`\n`,
    `In all files of a folder, in its \`lintel.yaml\`:\n\n\`\`\`yaml\nseverity: { ${name}: off }\n\`\`\`\n`,
  ].join('\n');
}
