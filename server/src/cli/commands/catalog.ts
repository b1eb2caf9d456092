// `lintel catalog`: lists and shows the documented requirements; `diff` and `update` are in files of their own.

import type { Catalog } from '../../catalog/catalog.js';
import type { Endpoint, Requirement } from '../../catalog/requirement.js';
import { unknownSelectors } from '../../catalog/unknown-selectors.js';
import type { Command } from '../command.js';
import { wrap } from '../formats/wrap.js';
import { Session } from '../session.js';
import { EXIT, type Terminal, UsageError } from '../terminal.js';
import { diff } from './catalog-diff.js';
import { UPDATE_OPTIONS, update } from './catalog-update.js';

export const catalogCommand: Command = {
  name: 'catalog',
  summary: 'Show the documented requirements, and keep their endpoints current.',
  usage: [
    'catalog list [OPTION…]',
    'catalog show ID [OPTION…]',
    'catalog diff FROM TO [PATH…]',
    'catalog update [OPTION…]',
  ],
  options: [{ name: 'format', value: 'FORMAT', help: 'text (default) or json.' }, ...UPDATE_OPTIONS],
  async run(args, terminal) {
    const [action, id, ...others] = args.positionals;
    const format = args.choice('format', ['text', 'json']);
    if (action === 'update' && id === undefined) return update(args, format, terminal);
    if (action === 'diff') return diff(args, format, terminal);
    const session = await Session.at(terminal.folder, args, terminal);
    const catalog = await session.catalogFor();
    if (action === 'list' && id === undefined) {
      terminal.write(format === 'json' ? listJson(catalog) : listText(catalog));
    } else if (action === 'show' && id !== undefined && others.length === 0) {
      const requirement = catalog.byId(id);
      if (!requirement) throw new UsageError(unknownId(catalog, id));
      terminal.write(format === 'json' ? `${JSON.stringify(requirement, null, 2)}\n` : showText(requirement, terminal));
    } else {
      throw new UsageError(
        'catalog needs list, show with one id, diff with two versions, or update (see lintel catalog --help)',
      );
    }
    return (await session.reportDefects()) ? EXIT.findings : EXIT.clean;
  },
};

function unknownId(catalog: Catalog, id: string): string {
  const similar = unknownSelectors(catalog, [`${id}*`]).flatMap((unknown) => unknown.similar);
  const below = catalog.requirements.filter((requirement) => requirement.id.startsWith(`${id}/`)).map((one) => one.id);
  const hints = [...below, ...similar].slice(0, 5);
  return `unknown requirement "${id}"${hints.length > 0 ? `; did you mean ${hints.join(', ')}?` : ''}`;
}

function listJson({ packs }: Catalog): string {
  return `${JSON.stringify({ version: 1, packs })}\n`;
}

function listText({ packs }: Catalog): string {
  return packs
    .map(({ id, title, version, requirements }) => {
      const width = Math.max(...requirements.map((requirement) => requirement.id.length));
      const lines = requirements.map((requirement) => `  ${requirement.id.padEnd(width)}  ${requirement.title}`);
      return `${id} ${version}: ${title}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

function showText(requirement: Requirement, { width }: Terminal): string {
  const { id, title, why, kind, flow, category, required, tags, source, alsoDocumentedIn } = requirement;
  const ports = `${flow.protocol}${flow.ports ? ` ${flow.ports}` : ''}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['kind', kind],
    ['category', category],
    ['required', required ? 'yes' : 'no'],
    ['from', endText(flow.from)],
    ['to', endText(flow.to)],
    ['ports', `${ports}${flow.sourcePorts ? ` from source ports ${flow.sourcePorts}` : ''}, ${flow.direction}`],
    ['tags', tags.join(', ')],
    ...[source, ...(alsoDocumentedIn ?? [])].map(
      ({ document, section, url, revision }) =>
        ['source', [document, section, revision].filter(Boolean).join(', ').concat(` ${url}`)] as const,
    ),
  ];
  const lines = facts.flatMap(([name, value]) => {
    if (!value) return [];
    const [first = '', ...rest] = wrap(value, width, ' '.repeat(12));
    return [`  ${name.padEnd(10)}${first.trimStart()}`, ...rest];
  });
  return `${id}\n${wrap(title, width, '  ').join('\n')}\n\n${wrap(why, width, '  ').join('\n')}\n\n${lines.join('\n')}\n`;
}

function endText({ role, prefixes = [], hosts = [] }: Endpoint): string {
  return [...(role ? [role] : []), ...hosts, ...prefixes].join(', ') || 'any';
}
