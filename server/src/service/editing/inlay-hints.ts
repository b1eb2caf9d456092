// What stands beside an address or a port in an editor: the services that use it.

import { serviceTitleOf } from '../../analysis/findings/services.js';
import type { Requirement } from '../../catalog/requirement.js';
import type { NamedEndpoint } from '../../catalog/service-index.js';
import type { Dialect, Document } from '../../dialects/dialect.js';
import { Interned, Memo } from '../../kept/memo.js';
import { IntervalSet } from '../../model/intervals.js';
import type { TextRange } from '../../text/range.js';
import type { FileChecks } from '../checks.js';
import { type Endpoint, numbersIn } from './named-places.js';
import { wordAt } from './selection.js';

/** A text that an editor shows behind an offset, without being part of the file. */
export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  /** The whole of it, for who asks. */
  readonly tooltip: string;
}

/** How many services may share an address or a port for it to be worth a hint: 443 says nothing of who is meant. */
const SERVICE_LIMIT = 3;

/** How many addresses and ports of a catalog are remembered. */
const KEPT_LIMIT = 2_000;

const knownServices = new Memo<FileChecks, Interned<string, readonly string[]>>();

const selectedIds = new Memo<readonly Requirement[], ReadonlySet<string>>();

/** The services beside the addresses and ports on the lines of a range. */
export function inlayHintsIn(
  document: Document,
  dialect: Dialect,
  checks: FileChecks,
  range: TextRange,
): readonly InlayHint[] {
  const services = knownServices.of(checks, () => new Interned(KEPT_LIMIT));
  const { text } = document.source;
  const hints: InlayHint[] = [];
  for (const endpoint of numbersIn(document, dialect, range)) {
    const titles = services.of(keyOf(endpoint), () => servicesOf(endpoint, checks));
    const [first] = titles;
    if (first === undefined || titles.length > SERVICE_LIMIT) continue;
    const more = titles.length > 1 ? ` +${titles.length - 1}` : '';
    const hint = {
      // Behind the whole of a range, of which the endpoint may be the beginning.
      offset: Math.max(endpoint.range.end, wordAt(text, endpoint.range.end).end),
      label: `${first}${more}`,
      tooltip: `Documented for ${titles.join(', ')}.`,
    };
    const last = hints.at(-1);
    // Neighbours that say the same, such as an address, its mask and its port, say it once, at their end.
    if (last?.label === hint.label && !text.slice(last.offset, hint.offset).includes('\n')) hints.pop();
    hints.push(hint);
  }
  return hints;
}

function keyOf(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'host':
      return endpoint.host;
    case 'address':
      return endpoint.prefix;
    case 'port':
      return String(endpoint.port);
  }
}

/**
 * The services that use an endpoint: of those that the file is checked against, otherwise any. A port alone is everybody's, so
 * that it says something only of what is checked.
 */
function servicesOf(endpoint: Endpoint, { catalog, requirements }: FileChecks): readonly string[] {
  const titles = (found: readonly Requirement[]) => [...new Set(found.map(serviceTitleOf))];
  const found = catalog.servedBy(namedBy(endpoint));
  const selected = selectedIds.of(requirements, () => new Set(requirements.map(({ id }) => id)));
  const own = titles(found.filter(({ id }) => selected.has(id)));
  return own.length > 0 || endpoint.kind === 'port' ? own : titles(found);
}

function namedBy(endpoint: Endpoint): NamedEndpoint {
  switch (endpoint.kind) {
    case 'host':
      return { host: endpoint.host };
    case 'address':
      return { prefix: endpoint.prefix };
    case 'port':
      return { ports: IntervalSet.of([endpoint.port, endpoint.port]) };
  }
}
