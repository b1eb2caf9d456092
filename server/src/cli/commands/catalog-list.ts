// `lintel catalog list`, `show` and `roles`: the documented requirements, and who they name.

import { daysText } from '../../../../shared/age.js';
import type { Catalog } from '../../catalog/catalog.js';
import { feedsOf } from '../../catalog/feed-addresses.js';
import type { Feed } from '../../catalog/feeds.js';
import { KIND_PREDICATES } from '../../catalog/kinds.js';
import type { Endpoint, Pack, Requirement, RequirementFlow, RequirementSource } from '../../catalog/requirement.js';
import { unknownSelectors } from '../../catalog/unknown-selectors.js';
import { ENDPOINTS_FOLDER } from '../../configuration/stored-endpoints.js';
import { largest } from '../../kept/lists.js';
import { wrap } from '../formats/wrap.js';
import { daysOld, feedAgeText } from '../pack-age.js';
import { type Terminal, UsageError } from '../terminal.js';

type Format = 'text' | 'json';

/** `lintel catalog list`: the requirements, or those that some selectors match, by pack. */
export function list(catalog: Catalog, selectors: readonly string[], format: Format, terminal: Terminal): string {
  const wanted = selectors.length === 0 ? undefined : new Set(selectors.flatMap((one) => matching(catalog, one)));
  const packs = catalog.packs.flatMap((pack): Pack[] => {
    if (!wanted) return [pack];
    const requirements = pack.requirements.filter((requirement) => wanted.has(requirement));
    return requirements.length > 0 ? [{ ...pack, requirements }] : [];
  });
  return format === 'json'
    ? `${JSON.stringify({ version: 1, packs })}\n`
    : packs.map((pack) => packText(pack, terminal)).join('\n');
}

/** `lintel catalog show`: all that is known of some requirements. */
export function show(catalog: Catalog, selectors: readonly string[], format: Format, terminal: Terminal): string {
  const [only, another] = selectors;
  if (only === undefined) throw new UsageError('catalog show needs an id, a pack, or another selector');
  const requirements = [...new Set(selectors.flatMap((selector) => matching(catalog, selector)))];
  const heads = catalog.packs.filter(({ id }) => selectors.includes(id)).map((pack) => headOf(pack, terminal.now()));
  if (format === 'text') {
    return [
      ...heads.map((head) => headText(head, terminal)),
      ...requirements.map((requirement) => showText(requirement, catalog.packOf(requirement), terminal)),
    ].join('\n');
  }
  const one = another === undefined ? catalog.byId(only) : undefined;
  return `${JSON.stringify(one ?? { version: 1, packs: heads, requirements }, null, 2)}\n`;
}

/** What is to be known of a pack before its requirements. */
interface PackHead extends Pick<Pack, 'id' | 'title' | 'version' | 'cloud' | 'feeds'> {
  /** Absent where the version is no date. */
  readonly days?: number;
  /** How many requirements it has. */
  readonly count: number;
  readonly documents: readonly Omit<RequirementSource, 'section'>[];
}

function headOf({ id, title, version, cloud, requirements, feeds }: Pack, now: number): PackHead {
  const documents = new Map<string, Omit<RequirementSource, 'section'>>();
  for (const { source, alsoDocumentedIn = [] } of requirements) {
    for (const { section: _, ...document } of [source, ...alsoDocumentedIn]) {
      const key = `${document.url} ${document.revision}`;
      if (!documents.has(key)) documents.set(key, document);
    }
  }
  const days = daysOld({ version }, now);
  return {
    id,
    title,
    version,
    ...(cloud === undefined ? {} : { cloud }),
    ...(days === undefined ? {} : { days }),
    count: requirements.length,
    ...(feeds === undefined ? {} : { feeds }),
    documents: [...documents.values()],
  };
}

function headText(head: PackHead, { width, now }: Terminal): string {
  const { id, title, version, cloud, days, count, documents, feeds = {} } = head;
  const facts = [
    ['version', days === undefined ? version : `${version}, ${daysText(days)} old`],
    ['cloud', cloud ?? 'every cloud'],
    ['count', count === 1 ? '1 requirement' : `${count} requirements`],
    ...Object.values(feeds).map((feed) => ['feed', feedText(feed, now())]),
    ...documents.map(({ document, revision, url }) => [
      'document',
      [document, revision].filter(Boolean).join(', ').concat(` ${url}`),
    ]),
  ] as const;
  return `${id}\n${wrap(title, width, '  ').join('\n')}\n\n${factLines(facts, width).join('\n')}\n`;
}

/** Where networks come from, and how old the copy in use is. */
function feedText(feed: Feed, now: number): string {
  const from = feed.part === undefined ? feed.url : `${feed.part} of ${feed.url}`;
  const kept = feed.isStored ? `kept in ${ENDPOINTS_FOLDER}` : 'as the pack has them';
  return `${feedAgeText([feed], now)}, ${kept}; from ${from}`;
}

/** `lintel catalog roles`: the names that lintel.yaml may give to networks, with what they stand for. */
export function roles(
  { roles: known }: Catalog,
  others: readonly string[],
  format: Format,
  { width }: Terminal,
): string {
  if (others.length > 0) throw new UsageError(`catalog roles takes no ${JSON.stringify(others[0])}`);
  const sorted = [...known].sort(([a], [b]) => (a < b ? -1 : 1));
  if (format === 'json') {
    return `${JSON.stringify({ version: 1, roles: sorted.map(([name, description]) => ({ name, description })) })}\n`;
  }
  const indent = largest(sorted.map(([name]) => name.length)) + 2;
  const lines = sorted.flatMap(([name, description]) => {
    const [first = '', ...rest] = wrap(description, width, ' '.repeat(indent));
    return [name.padEnd(indent) + first.trimStart(), ...rest];
  });
  return `${lines.join('\n')}\n`;
}

/** The requirements that a selector names: an id, an id with `*`, or tags joined by `+`. */
function matching(catalog: Catalog, selector: string): readonly Requirement[] {
  const one = catalog.byId(selector);
  const named = one ? [one] : catalog.named(selector);
  if (named.length === 0) throw new UsageError(unknownId(catalog, selector));
  return named;
}

function unknownId(catalog: Catalog, id: string): string {
  const similar = unknownSelectors(catalog, id.includes('/') ? [`${id}*`] : [id]).flatMap((unknown) => unknown.similar);
  const below = catalog.requirements.filter((requirement) => requirement.id.startsWith(`${id}/`)).map((one) => one.id);
  const hints = [...below, ...similar].slice(0, 5);
  return `unknown requirement "${id}"${hints.length > 0 ? `; did you mean ${hints.join(', ')}?` : ''}`;
}

function packText({ id, title, version, requirements, feeds = {} }: Pack, { listWidth, now }: Terminal): string {
  // A title stands beside its id, or below one that leaves it no room.
  const widths = requirements.map(({ id: { length } }) => length);
  const idWidth = largest(
    widths.filter((length) => length <= listWidth / 2),
    0,
  );
  const hanging = ' '.repeat(idWidth + 4);
  const lines = requirements.flatMap((one) =>
    one.id.length <= idWidth
      ? wrap(one.title, listWidth, `  ${one.id.padEnd(idWidth)}  `, hanging)
      : [`  ${one.id}`, ...wrap(one.title, listWidth, hanging)],
  );
  const days = daysOld({ version }, now());
  const age = days === undefined ? '' : `, ${daysText(days)} old`;
  const networks = feedAgeText(Object.values(feeds), now());
  const head = [`${id} ${version}${age}`, networks].filter(Boolean).join('; ');
  return `${[...wrap(`${head}: ${title}`, listWidth, '', '  '), ...lines].join('\n')}\n`;
}

function showText(requirement: Requirement, pack: Pack | undefined, { width, now }: Terminal): string {
  const { id, title, why, kind, flow, category, required, tags, source, alsoDocumentedIn } = requirement;
  const { refines, conflictsWith = [], underTenantRestrictions, since, retired, status } = requirement;
  const { expressRoute, notes } = requirement;
  const ports = `${flow.protocol}${flow.ports ? ` ${flow.ports}` : ''}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      'kind',
      kind === 'advice' ? 'advice: shown in hover and coverage, never a finding' : `${kind}: ${KIND_PREDICATES[kind]}`,
    ],
    ['category', category],
    ['required', required ? 'yes' : 'no'],
    ['from', endText(flow.from)],
    ['to', endText(flow.to)],
    ...(pack ? feedsOf(pack, requirement) : []).map((feed) => ['feed', feedText(feed, now())] as const),
    ['except', exceptText(flow)],
    ['ports', `${ports}${flow.sourcePorts ? ` from source ports ${flow.sourcePorts}` : ''}, ${flow.direction}`],
    ['route', expressRoute === undefined ? '' : ROUTES[expressRoute ? 'both' : 'internet']],
    ['notes', notes && `of the publisher: ${notes}`],
    ['tags', tags.join(', ')],
    ['since', since],
    ['retired', retired],
    ['status', status === 'unconfirmed' ? 'unconfirmed: the figure could not be read in the document itself' : ''],
    ['narrows', refines],
    ['excludes', conflictsWith.join(', ')],
    ['tenant', underTenantRestrictions && `${underTenantRestrictions} where lintel.yaml has tenant-restrictions: true`],
    ...[source, ...(alsoDocumentedIn ?? [])].map(
      ({ document, section, url, revision }) =>
        ['source', [document, section, revision].filter(Boolean).join(', ').concat(` ${url}`)] as const,
    ),
  ];
  const lines = factLines(facts, width);
  return `${id}\n${wrap(title, width, '  ').join('\n')}\n\n${wrap(why, width, '  ').join('\n')}\n\n${lines.join('\n')}\n`;
}

/** One fact a line, those without a value left out. */
function factLines(facts: Iterable<readonly (string | undefined)[]>, width: number): string[] {
  return [...facts].flatMap(([name = '', value]) => {
    if (!value) return [];
    const [first = '', ...rest] = wrap(value, width, ' '.repeat(12));
    return [`  ${name.padEnd(10)}${first.trimStart()}`, ...rest];
  });
}

const ROUTES = {
  both: 'the internet, or ExpressRoute where it is in use',
  internet: 'the internet, never ExpressRoute',
};

/** Whom a forbidden flow does not concern. */
function exceptText({ except }: RequirementFlow): string {
  if (!except) return '';
  const { from, to } = except;
  return [...(from ? [`from ${endText(from)}`] : []), ...(to ? [`to ${endText(to)}`] : [])].join('; ');
}

function endText({ role, prefixes, hosts = [] }: Endpoint): string {
  const listed = [...(role ? [role] : []), ...hosts, ...(prefixes ?? [])].join(', ');
  return listed || (prefixes ? 'nothing any more' : 'any');
}
