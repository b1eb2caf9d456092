// docs/dialects/: a page for each dialect with every word that it knows.
import { loadTypeScript } from '../generate.mjs';
import { code, table } from './markdown.mjs';

/** What a treatment of a word means to a reader. */
const TREATMENTS = { modelled: 'followed', 'no-effect': 'no effect', opaque: 'verdicts undecided' };

const INTRODUCTION =
  'Every word that Lintel knows of each language, where it may stand, and what Lintel does with it: its meaning is *followed*; it has *no effect* on verdicts; or it is known and not modelled, which leaves *verdicts undecided* where it may change them.';

/** The pages by file name, as they should stand in docs/dialects. */
export async function dialectPages() {
  const { allDialects } = await loadTypeScript('server/src/dialects/registry.ts');
  const dialects = await allDialects();
  const rows = dialects.map(({ id, title, words }) => [`[${title}](${id}.md)`, String(words.words.length)]);
  return new Map([
    ['README.md', `# Dialects\n\n${INTRODUCTION}\n\n${table(['dialect', 'words'], rows)}`],
    ...dialects.map(({ id, title, words }) => [`${id}.md`, dialectPage(title, words)]),
  ]);
}

/** @param {string} title @param {import('../../server/src/dialects/shared/words.js').WordTable} words */
function dialectPage(title, { manual, words }) {
  const places = [...new Set(words.map(({ place }) => place))];
  const sections = places.map((place) => {
    const those = words.filter((word) => word.place === place);
    const rows = those.map(({ name, treatment, summary = '' }) => [code(name), TREATMENTS[treatment], summary]);
    return `## ${place}\n\n${table(['word', 'treatment', ''], rows)}`;
  });
  return `# ${title}\n\nWritten from [${manual.title}](${manual.url}).\n\n${sections.join('\n')}`;
}
