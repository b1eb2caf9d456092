// Runs a program for every possible result of its environment (DNS, client address, clock).
import { type Address, formatAddress, IpSet, parseAddress } from '../../../model/ip.js';
import type { Oracle, QueryValue } from './run/sandbox.js';

/** A possible result of a query to the environment. */
export interface QueryOption {
  readonly value: QueryValue;
  /** Reads after "if". */
  readonly phrase: string;
  /** The line of `lintel.yaml` that rules it out. */
  readonly ruledOutBy?: string;
  /** For a query for the address of the client: the clients with this result. */
  readonly clients?: IpSet;
}

/** A query of a program to its environment. */
export interface EnvironmentQuery {
  /** Identifies the unknown: the same query has the same result within a run. */
  readonly unknown: string;
  /** The number of the call, see instrument.ts. */
  readonly call: number;
  readonly options: readonly QueryOption[];
}

/** The outcome, depending on the results of queries. */
export type Exploration<Outcome> =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | {
      readonly kind: 'query';
      readonly query: EnvironmentQuery;
      readonly branches: readonly { readonly options: readonly QueryOption[]; readonly next: Exploration<Outcome> }[];
    };

/** How many runs one probe may take before its outcome counts as undecided. */
const RUN_LIMIT = 64;

/** How many different queries one run may make; real files make fewer. */
const QUERY_LIMIT = 48;

export interface TooManyRuns {
  readonly kind: 'too-many';
  readonly query: EnvironmentQuery | undefined;
}

/**
 * Runs a program once for every combination of results of its queries. `keyOf` determines which outcomes are the
 * same: queries whose results make no difference are omitted.
 */
export function explore<Outcome>(
  run: (oracle: Oracle) => Outcome,
  optionsFor: (kind: string, argument: string) => readonly QueryOption[],
  keyOf: (outcome: Outcome) => string,
): Exploration<Outcome> | TooManyRuns {
  let runs = 0;
  let lastQuery: EnvironmentQuery | undefined;

  function follow(chosen: readonly number[]): { exploration: Exploration<Outcome>; key: string } | undefined {
    if (++runs > RUN_LIMIT) return undefined;
    const queries: EnvironmentQuery[] = [];
    const results = new Map<string, QueryValue>();
    let randomNumbers = 0;
    const outcome = run((kind, argument, call) => {
      const unknown = kind === 'random' ? `random ${randomNumbers++}` : `${kind} ${argument}`;
      const known = results.get(unknown);
      if (known !== undefined) return known;
      if (queries.length >= QUERY_LIMIT) return null;
      const options = optionsFor(kind, argument);
      let index = 0;
      if (options.length > 1) {
        index = chosen[queries.length] ?? 0;
        queries.push({ unknown, call, options });
      }
      const result = options[index]?.value ?? null;
      results.set(unknown, result);
      return result;
    });
    if (queries.length >= QUERY_LIMIT) return undefined;
    let node: { exploration: Exploration<Outcome>; key: string } = {
      exploration: { kind: 'outcome', outcome },
      key: keyOf(outcome),
    };
    // The queries after the chosen ones got their first option: try the others, innermost first.
    for (let depth = queries.length - 1; depth >= chosen.length; depth--) {
      const query = queries[depth];
      if (!query) continue;
      lastQuery = query;
      const path = [...chosen, ...new Array<number>(depth - chosen.length).fill(0)];
      const children = [node];
      for (let option = 1; option < query.options.length; option++) {
        const child = follow([...path, option]);
        if (!child) return undefined;
        children.push(child);
      }
      node = join(query, children);
    }
    return node;
  }

  return follow([])?.exploration ?? { kind: 'too-many', query: lastQuery };
}

function join<Outcome>(
  query: EnvironmentQuery,
  children: readonly { exploration: Exploration<Outcome>; key: string }[],
): { exploration: Exploration<Outcome>; key: string } {
  const groups = new Map<string, { options: QueryOption[]; next: Exploration<Outcome> }>();
  for (const [index, { exploration, key }] of children.entries()) {
    const option = query.options[index];
    if (!option) continue;
    const group = groups.get(key);
    if (group) group.options.push(option);
    else groups.set(key, { options: [option], next: exploration });
  }
  const [only] = groups.values();
  if (groups.size === 1 && only) return { exploration: only.next, key: children[0]?.key ?? '' };
  const key = [query.unknown, ...[...groups].map(([k, { options }]) => `${options.map(({ phrase }) => phrase)}→${k}`)];
  return { exploration: { kind: 'query', query, branches: [...groups.values()] }, key: `(${key.join('|')})` };
}

/** The addresses to which public names resolve: all except those for private, local and special use (RFC 6890). */
const PUBLIC_ADDRESSES = IpSet.parse('0.0.0.0/0', '2000::/3').subtract(
  IpSet.parse(
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
    '2001:db8::/32',
  ),
);

/** How many cells of addresses are distinguished: more than {@link explore} follows, so that the limit is noticed. */
const CELL_LIMIT = 100;

/** The known facts about the environment of one request. */
export interface RequestEnvironment {
  readonly host: string;
  readonly addresses: IpSet | undefined;
  /** Whether the host resolves for every client; otherwise their DNS may not know external names. */
  readonly resolvesAlways: boolean;
  readonly clients: IpSet;
  /** The networks that the file distinguishes. */
  readonly networks: readonly IpSet[];
}

/** The possible results of a query of the prelude in the environment of a request. */
export function optionsFor(environment: RequestEnvironment, kind: string, argument: string): QueryOption[] {
  switch (kind) {
    case 'resolve4':
    case 'resolve':
      return resolutions(environment, argument, kind === 'resolve4');
    case 'client4':
    case 'client':
      return clientAddresses(environment);
    case 'weekdayRange':
    case 'dateRange':
    case 'timeRange':
      return [
        { value: true, phrase: `${kind}(${argument}) holds` },
        { value: false, phrase: `${kind}(${argument}) does not hold` },
      ];
    case 'clock':
      return INSTANTS;
    default:
      return [0, 0.5, 0.999_999].map((value) => ({ value, phrase: `a random number is ${value}` }));
  }
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Each weekday at night and at noon, in an arbitrary week: 2 January 2000 was a Sunday. */
const INSTANTS: QueryOption[] = WEEKDAYS.flatMap((weekday, day) =>
  [3, 12].map((hour) => ({ value: Date.UTC(2000, 0, 2 + day, hour), phrase: `it is ${weekday}, ${hour}:00` })),
);

function resolutions(environment: RequestEnvironment, name: string, onlyV4: boolean): QueryOption[] {
  const host = name.toLowerCase();
  const own = parseAddress(host.replace(/^\[(.*)\]$/, '$1'));
  if (own) return [{ value: onlyV4 && own.family === 6 ? null : name, phrase: `${name} is an address` }];
  const isAsked = host === environment.host;
  const documented = isAsked ? environment.addresses : undefined;
  // A name that is documented as public does not resolve to private addresses; for other names nothing is known.
  const space = documented ?? (isAsked ? PUBLIC_ADDRESSES : IpSet.all);
  const shown = isAsked ? 'the host' : name;
  const none: QueryOption = {
    value: null,
    phrase: `DNS has no address for ${shown}`,
    ...(isAsked ? { ruledOutBy: 'dns: external' } : {}),
  };
  const families = onlyV4 ? [v4Of(space)] : [v6Of(space), v4Of(space)];
  const options = families.flatMap((family) =>
    cellsOf(family, environment.networks).map(({ cell, name: cellName, first }) => ({
      value: formatAddress(representative(cell) ?? first),
      phrase: `${shown} resolves ${cellName === undefined ? 'to another address' : `into ${cellName}`}`,
    })),
  );
  return isAsked && environment.resolvesAlways && options.length > 0 ? options : [...options, none];
}

function clientAddresses(environment: RequestEnvironment): QueryOption[] {
  return [v4Of(environment.clients), v6Of(environment.clients)].flatMap((family) =>
    cellsOf(family, environment.networks).map(({ cell, name, first }) => ({
      value: formatAddress(representative(cell) ?? first),
      phrase: name === undefined ? 'the client has another address' : `the client is in ${name}`,
      clients: cell,
    })),
  );
}

function v4Of(set: IpSet): IpSet {
  return new IpSet(set.v4, IpSet.empty.v6);
}

function v6Of(set: IpSet): IpSet {
  return new IpSet(IpSet.empty.v4, set.v6);
}

/** An address from the middle of a cell: clients do not have network addresses. */
function representative(cell: IpSet): Address | undefined {
  const [v4] = cell.v4.intervals;
  if (v4) return { family: 4, value: Math.min(v4[1], v4[0] + 1) };
  const [v6] = cell.v6.intervals;
  return v6 && { family: 6, value: v6[0] < v6[1] ? v6[0] + 1n : v6[0] };
}

interface Cell {
  readonly cell: IpSet;
  /** The innermost network that holds the cell; `undefined` outside all of them. */
  readonly name: string | undefined;
  readonly first: Address;
}

/** The parts of `space` that some network of the file distinguishes, the rest last. */
function cellsOf(space: IpSet, networks: readonly IpSet[]): Cell[] {
  let cells: { cell: IpSet; name: string | undefined }[] = [{ cell: space, name: undefined }];
  // Larger networks first, so that the innermost name remains.
  for (const network of networks) {
    if (!network.overlaps(space) || cells.length >= CELL_LIMIT) continue;
    const name = network.toPrefixes().slice(0, 3).join(', ');
    cells = cells.flatMap(({ cell, name: outer }) => [
      { cell: cell.intersect(network), name },
      { cell: cell.subtract(network), name: outer },
    ]);
    cells = cells.filter(({ cell }) => !cell.isEmpty);
  }
  cells.sort((a, b) => Number(a.name === undefined) - Number(b.name === undefined));
  return cells.flatMap(({ cell, name }) => (cell.first ? [{ cell, name, first: cell.first }] : []));
}
