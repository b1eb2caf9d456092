// docs/findings/: a page for each finding code.
import { loadTypeScript } from '../generate.mjs';
import { code, table } from './markdown.mjs';

/** The pages by file name, as they should stand in docs/findings. */
export async function findingPages() {
  const { FINDING_CODES } = await loadTypeScript('server/src/model/codes.ts');
  const { pageOf } = await loadTypeScript('server/src/model/code-page.ts');
  const descriptions = Object.entries(FINDING_CODES);
  const rows = descriptions.map(([name, { severity, title }]) => [`[${code(name)}](${name}.md)`, severity, title]);
  const intro = 'Every code is stable. Settings change its severity, or silence it with `off`.';
  return new Map([
    ['README.md', `# Findings\n\n${intro}\n\n${table(['code', 'severity', ''], rows)}`],
    ...descriptions.map(([name]) => [`${name}.md`, pageOf(name)]),
  ]);
}
