// docs/packs/: a page for each built-in pack with every row that it has and the documents that the rows come from.
import { loadTypeScript } from '../generate.mjs';
import { code, codes, table } from './markdown.mjs';

const INTRODUCTION = [
  'What Lintel knows that documents ask for. A file is checked against what is selected: by default `teams`, `m365+optimize`, `m365+allow` and `network-basics`; otherwise by the selectors in `lintel.yaml`, in the settings, in a comment or behind `--require`.',
  'A selector is the name of a pack, an id with `*`, or tags joined by `+`. `lintel catalog find` looks up a host, an address or a port in all of them.',
].join('\n\n');

/** The pages by file name, as they should stand in docs/packs. */
export async function packPages() {
  const { Catalog } = await loadTypeScript('server/src/catalog/catalog.ts');
  const { CLOUDS } = await loadTypeScript('server/src/catalog/requirement.ts');
  const { KIND_PREDICATES } = await loadTypeScript('server/src/catalog/kinds.ts');
  const packs = new Map(CLOUDS.flatMap((cloud) => Catalog.builtIn(cloud).packs.map((pack) => [pack.id, pack])));
  const sorted = [...packs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map((pack) => [
    `[${code(pack.id)}](${pack.id}.md)`,
    pack.title,
    pack.cloud ?? 'all clouds',
    pack.version,
    String(pack.requirements.length),
  ]);
  return new Map([
    ['README.md', `# Packs\n\n${INTRODUCTION}\n\n${table(['pack', '', 'cloud', 'as of', 'rows'], rows)}`],
    ...sorted.map((pack) => [`${pack.id}.md`, packPage(pack, KIND_PREDICATES)]),
  ]);
}

/** @param {import('../../server/src/catalog/requirement.js').Pack} pack @param {Readonly<Record<string, string>>} predicates */
function packPage({ id, title, version, cloud, roles = {}, feeds = {}, requirements }, predicates) {
  const sources = new Map(
    requirements.flatMap(({ source, alsoDocumentedIn = [] }) =>
      [source, ...alsoDocumentedIn].map(({ document, url, revision }) => [
        url,
        `- [${document}](${url})${revision ? `, revision ${revision}` : ''}`,
      ]),
    ),
  );
  const tags = [...new Set(requirements.flatMap((requirement) => requirement.tags))].sort();
  const entries = [...new Set(requirements.map(({ id: own }) => entryOf(own)))];
  return [
    `# ${title}\n\n${code(id)}, as of ${version}${cloud ? `, for the cloud ${code(cloud)}` : ''}. ${requirements.length} rows. Tags: ${codes(tags)}.\n`,
    `## Documents\n\n${[...sources.values()].join('\n')}\n`,
    ...(Object.keys(feeds).length > 0 ? [`## Feeds\n\n${feedText(Object.values(feeds))}\n`] : []),
    ...(Object.keys(roles).length > 0
      ? [
          `## Roles\n\n${table(
            ['role', ''],
            Object.entries(roles).map(([role, text]) => [code(role), text]),
          )}`,
        ]
      : []),
    ...entries.map((entry) =>
      entrySection(
        entry,
        requirements.filter(({ id: own }) => entryOf(own) === entry),
        predicates,
      ),
    ),
  ].join('\n');
}

/** Where networks come from, and the day of the copy. @param {readonly import('../../server/src/catalog/feeds.js').Feed[]} feeds */
function feedText(feeds) {
  const lines = feeds.map(({ url, part, read, prefixes }) => {
    const list = part === undefined ? '' : `, the list ${code(part)}`;
    return `- <${url}>${list}: ${prefixes.length} networks as of ${read}`;
  });
  return [...lines, '', '`lintel catalog update` asks for newer ones.'].join('\n');
}

/** An id without its last part: what the rows of one place in a document have in common. @param {string} id */
function entryOf(id) {
  return id.slice(0, id.lastIndexOf('/'));
}

/**
 * @param {string} entry
 * @param {readonly import('../../server/src/catalog/requirement.js').Requirement[]} rows
 * @param {Readonly<Record<string, string>>} predicates
 */
function entrySection(entry, rows, predicates) {
  const whys = [...new Set(rows.map(({ why }) => why))];
  const ends = rows.flatMap(({ flow }) => [flow.from, flow.to]);
  const hosts = [...new Set(ends.flatMap((end) => end.hosts ?? []))];
  const prefixes = [...new Set(ends.flatMap((end) => end.prefixes ?? []))];
  const facts = rows.map(({ id, title, kind, required }) => [
    code(id.slice(entry.length + 1)),
    title,
    predicates[kind] ?? kind,
    required ? 'required' : 'optional',
  ]);
  const subjects = [...new Set(rows.map(({ title }) => title.split(': ')[0]))];
  return [
    `## ${entry}${subjects.length === 1 ? `: ${subjects[0]}` : ''}\n\n${whys.join('\n\n')}\n\n${table(['', 'what', 'kind', ''], facts)}`,
    ...(hosts.length > 0 ? [`Hosts: ${codes(hosts)}\n`] : []),
    ...(prefixes.length > 0 ? [`Addresses: ${codes(prefixes)}\n`] : []),
  ].join('\n');
}
