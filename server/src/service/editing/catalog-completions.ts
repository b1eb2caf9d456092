// What documents list, offered where a file can name it: hosts, networks and ports in the spelling of its language.
//
// Where that is and how it is spelled, the language itself tells: a value that nobody else has is put there, and the text is read
// again. So each place that takes hosts or networks is known in every language, and no language needs to tell of it twice.

import { serviceTitleOf } from '../../analysis/findings/services.js';
import type { Verdict } from '../../analysis/report.js';
import type { Requirement } from '../../catalog/requirement.js';
import { requirementPorts } from '../../catalog/requirement-sets.js';
import type { CompletionItem, Completions, Document, EndpointUse } from '../../dialects/dialect.js';
import { withText } from '../../dialects/source.js';
import type { FindingCode } from '../../model/codes.js';
import { parsePrefix } from '../../model/ip.js';
import { contains, type TextRange } from '../../text/range.js';
import type { FileChecks } from '../checks.js';
import type { Reading } from '../files/reading.js';
import { sourceLink } from '../markdown.js';
import { wordAt } from './selection.js';

/** The longest text that is read again to see what fits, in UTF-16 code units. */
const PROBED_LENGTH = 2_000_000;

/** How much of a text before and behind a place shows how networks are written, in UTF-16 code units. */
const STYLE_LENGTH = 32_768;

/** How many values of each kind are offered: those of the first requirements. */
const VALUE_LIMIT = 400;

/** Names and networks for documentation (RFC 2606, RFC 5737, RFC 3849), and a port that no document lists. */
const HOST = 'lintel-probe.example';
const OTHER_HOST = 'lintel-probe.test';
const NETWORK = '198.51.100.0/24';
const OTHER_NETWORK = '203.0.113.0/24';
const NETWORK_6 = '2001:db8:77::/48';
const PORT = 65531;
const LAST_PORT = 65534;

/** How `*.example.com` may be written. */
const BELOW: readonly ((domain: string) => string)[] = [(domain) => `*.${domain}`, (domain) => `.${domain}`];

/** How an IPv4 network may be written: where several are read, devices that read masks have more often got these. */
const NETWORKS: readonly ((prefix: string) => string)[] = [
  (prefix) => withMask(prefix, true),
  (prefix) => withMask(prefix, false),
  (prefix) => prefix,
];

const SEPARATORS = [', ', ',', ' '];
const DASHES = ['-', ':'];

/** Problems of a statement that are about others, and say nothing of how it is written. */
const ABOUT_OTHERS: ReadonlySet<FindingCode> = new Set(['redundant-rule', 'shadowed-rule', 'unused-name']);

/** What fits at a place, and how it is spelled there; absent: it does not fit. */
interface Slot {
  readonly host?: (pattern: string) => string | undefined;
  readonly network?: (prefix: string) => string | undefined;
  readonly ports?: (low: number, high: number) => string | undefined;
  /** What stands between several, where there may be several. */
  readonly separator?: string;
}

/** What a file is checked against that fits at an offset, what it lacks first; the range is that of the word there. */
export function catalogCompletionsAt(
  reading: Reading,
  offset: number,
  checks: FileChecks,
  coverage: readonly Verdict[],
): Completions | undefined {
  const { text } = reading.document.source;
  if (text.length > PROBED_LENGTH) return undefined;
  const range = wordAt(text, offset);
  const slot = slotAt(reading, range);
  if (!slot) return undefined;
  const lacking = new Set(coverage.filter(({ status }) => status !== 'met').map(({ requirement }) => requirement));
  const ordered = [...checks.requirements].sort((a, b) => Number(lacking.has(b.id)) - Number(lacking.has(a.id)));
  const items = new Map<string, CompletionItem>();
  for (const requirement of ordered) {
    if (items.size > VALUE_LIMIT) break;
    for (const item of itemsOf(requirement, slot)) {
      if (!items.has(item.insertText)) items.set(item.insertText, { ...item, rank: items.size });
    }
  }
  return items.size > 0 ? { range, items: [...items.values()] } : undefined;
}

/** Two lists as one; where they replace different texts, that of the language itself decides. */
export function joinCompletions(
  own: Completions | undefined,
  listed: Completions | undefined,
): Completions | undefined {
  if (!own || own.items.length === 0) return listed;
  if (!listed || listed.range.start !== own.range.start) return own;
  return { range: own.range, items: [...listed.items, ...own.items] };
}

function itemsOf(requirement: Requirement, slot: Slot): readonly CompletionItem[] {
  if (requirement.kind === 'forbid') return [];
  const { to } = requirement.flow;
  const service = serviceTitleOf(requirement);
  const documentation = `**${requirement.title}** (\`${requirement.id}\`)\n\n${requirement.why}\n\n${sourceLink(requirement.source)}`;
  const itemOf = (insertText: string): CompletionItem => ({
    label: insertText,
    kind: 'value',
    detail: service,
    documentation,
    insertText,
  });
  const all = (values: readonly string[], noun: string): readonly CompletionItem[] => {
    if (values.length < 2 || slot.separator === undefined) return [];
    const label = `${requirement.title}: ${values.length} ${noun}`;
    return [{ ...itemOf(values.join(slot.separator)), label, detail: service }];
  };
  const spelled = (
    values: readonly string[] | undefined,
    spell: ((value: string) => string | undefined) | undefined,
  ) => [...new Set((values ?? []).flatMap((value) => spell?.(value) ?? []))];
  const hosts = spelled(to.hosts, slot.host);
  const networks = spelled(to.prefixes, slot.network);
  // ICMP has none, which the sets call all.
  const ports =
    slot.ports && (requirement.flow.protocol === 'tcp' || requirement.flow.protocol === 'udp')
      ? requirementPorts(requirement).intervals.flatMap(([low, high]) => slot.ports?.(low, high) ?? [])
      : [];
  return [
    ...all(hosts, 'hosts'),
    ...hosts.map(itemOf),
    ...all(
      networks.filter((text) => !text.includes(':')),
      'networks',
    ),
    ...all(
      networks.filter((text) => text.includes(':')),
      'IPv6 networks',
    ),
    ...networks.map(itemOf),
    ...all(ports, 'ports'),
    ...ports.map((text) => ({ ...itemOf(text), detail: `${service}, ${requirement.flow.protocol.toUpperCase()}` })),
  ];
}

/** What fits in a range of a text; `undefined` where nothing does that documents list. */
function slotAt(reading: Reading, range: TextRange): Slot | undefined {
  const probe = new Probe(reading, range);
  // A number is no host and no network.
  return portSlot(probe) ?? hostSlot(probe) ?? networkSlot(probe);
}

function portSlot(probe: Probe): Slot | undefined {
  if (!probe.isPort(`${PORT}`, 0, PORT)) return undefined;
  const dash = DASHES.find((one) => {
    const text = `${PORT}${one}${LAST_PORT}`;
    return probe.isPort(text, text.length - 1, LAST_PORT);
  });
  return {
    ports: (low, high) => (low === high ? String(low) : dash === undefined ? undefined : `${low}${dash}${high}`),
  };
}

function hostSlot(probe: Probe): Slot | undefined {
  const takesNames = probe.names(HOST, { host: HOST });
  const below = BELOW.find((spell) => probe.names(spell(HOST), { host: `*.${HOST}` }));
  if (!takesNames && !below) return undefined;
  return {
    host: (pattern) => {
      if (pattern.startsWith('*.')) return below?.(pattern.slice(2));
      return takesNames && !pattern.includes('*') ? pattern : undefined;
    },
    ...(takesNames ? probe.separator(HOST, { host: HOST }, OTHER_HOST, { host: OTHER_HOST }) : {}),
  };
}

function networkSlot(probe: Probe): Slot | undefined {
  const spellings = probe.hasPrefixes ? [...NETWORKS].reverse() : NETWORKS;
  const spell = spellings.find((one) => probe.names(one(NETWORK), { prefix: NETWORK }));
  const takesLong = probe.names(NETWORK_6, { prefix: NETWORK_6 });
  if (!spell && !takesLong) return undefined;
  return {
    network: (prefix) => (prefix.includes(':') ? (takesLong ? prefix : undefined) : spell?.(prefix)),
    ...(spell
      ? probe.separator(spell(NETWORK), { prefix: NETWORK }, spell(OTHER_NETWORK), { prefix: OTHER_NETWORK })
      : {}),
  };
}

/** Reads a text with something else in the place of a range. */
class Probe {
  constructor(
    private readonly reading: Reading,
    private readonly range: TextRange,
  ) {}

  /** Whether the file writes networks as prefixes, around the place. */
  get hasPrefixes(): boolean {
    const { start, end } = this.range;
    const { text } = this.reading.document.source;
    return /\.\d{1,3}\/\d/.test(text.slice(Math.max(0, start - STYLE_LENGTH), end + STYLE_LENGTH));
  }

  /** Whether the language takes a text for an endpoint there, and finds nothing wrong with it. */
  names(text: string, endpoint: EndpointUse['endpoint']): boolean {
    const document = this.read(text);
    return namesEndpoint(document, endpoint, this.range.start) && this.isAccepted(document, text.length);
  }

  /** What may stand between two endpoints. */
  separator(
    text: string,
    endpoint: EndpointUse['endpoint'],
    other: string,
    otherEndpoint: EndpointUse['endpoint'],
  ): { readonly separator?: string } {
    const separator = SEPARATORS.find((between) => {
      const both = `${text}${between}${other}`;
      const document = this.read(both);
      const { start } = this.range;
      return (
        this.isAccepted(document, both.length) &&
        namesEndpoint(document, endpoint, start) &&
        namesEndpoint(document, otherEndpoint, start + text.length + between.length)
      );
    });
    return separator === undefined ? {} : { separator };
  }

  /** Whether the language takes the number at an offset in a text for a port. */
  isPort(text: string, at: number, port: number): boolean {
    const { dialect } = this.reading;
    const document = this.read(text);
    const entity = dialect.entityAt(document, this.range.start + at);
    return entity?.kind === 'port' && entity.port === port && this.isAccepted(document, text.length);
  }

  private isAccepted({ problems, source }: Document, length: number): boolean {
    const { start } = this.range;
    return !problems.some(
      ({ code, uri, range }) =>
        !ABOUT_OTHERS.has(code) && uri === source.uri && range.start < start + length && start < range.end,
    );
  }

  private read(text: string): Document {
    const { dialect, document, sources } = this.reading;
    const { source, tree } = document;
    const changed = withText(source, this.range, text);
    return dialect.lower(changed, dialect.parse(changed, tree), sources);
  }
}

function namesEndpoint(document: Document, wanted: EndpointUse['endpoint'], offset: number): boolean {
  const isWanted = (endpoint: EndpointUse['endpoint']) =>
    'host' in wanted
      ? 'host' in endpoint && endpoint.host === wanted.host
      : 'prefix' in endpoint && endpoint.prefix === wanted.prefix;
  const uses = document.endpointsWhere?.(isWanted, { start: offset, end: offset }) ?? document.endpoints;
  return uses.some(
    ({ endpoint, uri, range }) => isWanted(endpoint) && uri === document.source.uri && contains(range, offset),
  );
}

/** `198.51.100.0/24` as an address and a mask, with the bits of the network set or, as a wildcard, the others. */
function withMask(prefix: string, isWildcard: boolean): string {
  const length = parsePrefix(prefix)?.length ?? 32;
  const ones = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  const bits = isWildcard ? ~ones >>> 0 : ones;
  const mask = [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
  return `${prefix.replace(/\/.*/, '')} ${mask}`;
}
