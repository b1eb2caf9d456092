// `lintel catalog find`: which documents list a host, an address or a port.

import {
  type FormerListing,
  type Found,
  findEndpoint,
  isInEveryCloud,
  type Listing,
  type Near,
} from '../../catalog/find.js';
import { KIND_PREDICATES } from '../../catalog/kinds.js';
import type { Requirement } from '../../catalog/requirement.js';
import { parseSought, questionsIn } from '../../catalog/sought.js';
import { addAll } from '../../kept/lists.js';
import { prefixesOf } from '../../model/packet-text.js';
import type { Arguments } from '../command.js';
import { wrap } from '../formats/wrap.js';
import { Session } from '../session.js';
import { EXIT, type ExitStatus, inputText, type Terminal, UsageError } from '../terminal.js';

/** One question with its answer; no answer where the question is none. */
interface Question {
  readonly text: string;
  readonly found: Found | undefined;
}

/** Like `grep`, the status is 1 where nothing lists one of the questions, and 2 where one of them cannot be read. */
export async function find(args: Arguments, format: 'text' | 'json', terminal: Terminal): Promise<ExitStatus> {
  const [, ...given] = args.positionals;
  if (given.length === 0)
    throw new UsageError('catalog find needs hosts, addresses, ports or URLs, or - for standard input');
  const texts = given.flatMap((text) => (text === '-' ? [] : questionsIn(text)));
  if (given.includes('-')) addAll(texts, linesOf(await inputText(terminal)).flatMap(questionsIn));
  const session = await Session.at(terminal.folder, args, terminal);
  const catalogs = await session.catalogs();
  const questions = texts.map((text): Question => {
    const endpoint = parseSought(text);
    return { text, found: endpoint && findEndpoint(endpoint, catalogs) };
  });
  terminal.write(format === 'json' ? jsonOf(questions) : questions.map((one) => textOf(one, terminal)).join('\n'));
  await session.reportDefects();
  if (questions.some(({ found }) => !found)) return EXIT.unusable;
  return questions.every(({ found }) => found && found.listings.length > 0) ? EXIT.clean : EXIT.findings;
}

/** The record types that lists of DNS queries have before the names. */
const DNS_TYPE = /^(?:A|AAAA|CNAME|HTTPS)\s+(?=\S+$)/;

/** What people paste: one question a line, perhaps with a comment behind it, or a line of a list of DNS queries. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/(?:^|\s)#.*$/, '')
        .trim()
        .replace(DNS_TYPE, ''),
    )
    .filter((line) => line !== '');
}

function textOf({ text, found }: Question, { width }: Terminal): string {
  if (!found) {
    const message = `${text}: this is no host, address, prefix, port or URL.`;
    return `${wrap(message, width, '', '  ').join('\n')}\n`;
  }
  const lines = [text, ...listingLines(found, width)];
  addAll(
    lines,
    unlistedTexts(found).flatMap((line) => wrap(line, width, '  ')),
  );
  for (const former of found.former) addAll(lines, wrap(formerText(former), width, '  ', '    '));
  for (const near of found.isPrivate ? [] : found.nearest) addAll(lines, wrap(nearText(near), width, '  ', '    '));
  return `${lines.join('\n')}\n`;
}

/** A listed neighbour, which is not what was asked: how far away it is tells whether it may be meant. */
function nearText({ listed, requirement, below }: Near): string {
  const far = below === undefined ? 0 : Math.abs(below);
  const side = below !== undefined && below > 0 ? 'below' : 'above';
  const place = far === 0 ? '' : `, ${far.toLocaleString('en-US')} address${far === 1 ? '' : 'es'} ${side}`;
  return `Near${place}: ${listed}, ${requirement.title} (${requirement.id}).`;
}

/** What no document lists of what was asked, and what to look up instead. */
function unlistedTexts({ listings, unlisted, isPrivate, former }: Found): string[] {
  if (listings.length === 0 && isPrivate) return [PRIVATE];
  if (listings.length > 0) return unlisted ? [`No document lists the rest of it: ${prefixesOf(unlisted)}.`] : [];
  const isAddress = unlisted !== undefined && former.length === 0;
  return ['No document of the catalog lists it.', ...(isAddress ? [BY_NAME] : [])];
}

const PRIVATE = 'This is an address of private networks, which no document lists.';

/** The published list of the worldwide cloud has no addresses in any set of the category Default, and other packs name hosts only. */
const BY_NAME =
  'Documents list many services by host names only (those of the category default of Microsoft 365, for instance): look up the name that the log or DNS gives for this address.';

/** How many sets one answer spells out. */
const LISTING_LIMIT = 8;

function listingLines({ listings }: Found, width: number): string[] {
  const lines = listings.slice(0, LISTING_LIMIT).flatMap((listing) => oneListing(listing, width));
  const rest = listings.length - LISTING_LIMIT;
  return rest > 0 ? [...lines, `  And ${rest} more, which --format json lists.`] : lines;
}

function oneListing(listing: Listing, width: number): string[] {
  const { pack, read, matches, requirements } = listing;
  const [main] = requirements;
  if (!main) return [];
  const facts = [
    ...matches.map(({ listed, relation }) =>
      relation === 'equal' ? undefined : `${RELATIONS[relation]} ${isPorts(listed) ? `ports ${listed}` : listed}`,
    ),
    ...main.tags.filter((tag) => !NO_SERVICES.has(tag)),
    main.category,
    main.required ? 'required' : 'optional',
    main.since === undefined ? undefined : `since ${main.since}`,
    main.retired === undefined ? undefined : `retired in ${main.retired}`,
    isInEveryCloud(listing) ? undefined : listing.clouds.join(', '),
    `version ${pack.version}`,
    read === undefined ? undefined : `networks of ${read}`,
  ];
  const { document, section, url } = main.source;
  return [
    ...wrap(`${setTitle(requirements)} (${main.id})`, width, '  ', '    '),
    ...wrap(facts.filter(Boolean).join(', '), width, '    '),
    ...flowTexts(requirements).flatMap((line) => wrap(line, width, '    ', '      ')),
    ...wrap(`${[document, section].filter(Boolean).join(', ')}: ${url}`, width, '    ', '      '),
  ];
}

/** Tags that say no more than the facts beside them. */
const NO_SERVICES: ReadonlySet<string> = new Set(['m365', 'optimize', 'allow', 'default']);

function isPorts(listed: string): boolean {
  return /^\d[\d, -]*$/.test(listed);
}

const RELATIONS = { covers: 'in', overlaps: 'partly' } as const;

/** What the titles of a set's requirements have in common: those of one set differ behind the colon. */
function setTitle(requirements: readonly Requirement[]): string {
  const [first = '', ...others] = requirements.map(({ title }) => title);
  const common = first.slice(0, Math.max(0, first.lastIndexOf(':')));
  return common !== '' && others.every((title) => title.startsWith(`${common}:`)) ? common : first;
}

/** One line for each flow, with all that is asked of it. Advice is in `catalog show`. */
function flowTexts(requirements: readonly Requirement[]): string[] {
  const asked = new Map<string, string[]>();
  for (const requirement of requirements) {
    if (requirement.kind === 'advice' && requirements.length > 1) continue;
    const flow = flowText(requirement);
    const known = asked.get(flow) ?? [];
    const predicate = KIND_PREDICATES[requirement.kind];
    if (!known.includes(predicate)) asked.set(flow, [...known, predicate]);
  }
  return [...asked].map(([flow, predicates]) => `${flow}: ${predicates.join(', ')}`);
}

function flowText({ flow }: Requirement): string {
  const { from, to, protocol } = flow;
  const ports = flow.ports === undefined ? '' : ` ${flow.ports.replaceAll(',', ', ')}`;
  const ends = to.role === undefined ? `from ${from.role ?? 'anyone'}` : `from ${from.role ?? 'anyone'} to ${to.role}`;
  return `${protocol === 'any' ? 'Every protocol' : protocol.toUpperCase()}${ports} ${ends}`;
}

function formerText({ prefix, host, was, lastSeen, cloud, remaining, replacedBy }: FormerListing): string {
  if (replacedBy) {
    const others = remaining.filter((text) => !replacedBy.includes(text));
    const still = others.length > 0 ? `; other documents still list ${others.join(', ')}` : '';
    return `${prefix} (${was}${cloud === undefined ? '' : `, ${cloud}`}) was replaced by ${replacedBy.join(', ')}, last seen ${lastSeen}${still}.`;
  }
  const now = remaining.length > 0 ? `; of it, documents still list ${remaining.join(', ')}` : '';
  return `Formerly ${prefix ?? host} (${was}${cloud === undefined ? '' : `, ${cloud}`}), last seen ${lastSeen}${now}.`;
}

function jsonOf(questions: readonly Question[]): string {
  const results = questions.map(({ text, found }) =>
    found
      ? {
          query: text,
          listings: found.listings.map(({ pack, read, clouds, matches, requirements }) => ({
            pack,
            read,
            clouds,
            matches,
            requirements,
          })),
          former: found.former,
          nearest: found.nearest.map(({ requirement, ...near }) => ({ ...near, requirement: requirement.id })),
          unlisted: found.unlisted?.toPrefixes() ?? [],
          private: found.isPrivate,
        }
      : { query: text, error: 'no host, address, prefix, port or URL' },
  );
  return `${JSON.stringify({ version: 1, results })}\n`;
}
