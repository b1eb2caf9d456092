// What each statement of a PAC file or a proxy is responsible for, of what a requirement lists.
import { addAll, addTo } from '../../../kept/lists.js';
import {
  areOfRequest,
  distinctStatements,
  NO_STEPS,
  phrasesOf,
  type QuotedLine,
  statementKey,
} from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import { describeClients } from '../../../model/packet-text.js';
import type { UrlScheme } from '../../../model/proxy.js';
import type { Share } from '../evaluation.js';
import type { OpenCondition } from './conditions.js';
import type { JudgedCase } from './judgement.js';

/** More statements that decide only under a condition are told together: nobody reads a hundred lines that say the same. */
const OPEN_STATEMENTS = 10;

/** A case that is against a requirement, as far as it is about some hosts and clients. */
interface Part {
  readonly judged: JudgedCase;
  readonly hosts: HostSet;
  readonly clients: IpSet;
  readonly condition: OpenCondition | undefined;
}

type PartKind = 'missing' | 'undecided';

/** Collects the cases that are against one requirement, by the statement that is responsible for each. */
export class ShareCollector {
  private readonly parts = new Map<string, Part[]>();

  /**
   * @param clients all clients that the requirement is about
   * @param schemes all schemes that it is about
   */
  constructor(
    private readonly clients: IpSet,
    private readonly schemes: ReadonlySet<UrlScheme>,
  ) {}

  /** Hosts of a case that certainly are not treated as required. */
  addMissing(judged: JudgedCase, hosts: HostSet, clients: IpSet): void {
    this.add('missing', judged.judgement.decidedBy, { judged, hosts, clients, condition: undefined });
  }

  /** Hosts of a case that is against the requirement, but only under a condition. */
  addUndecided(judged: JudgedCase, hosts: HostSet, clients: IpSet, condition: OpenCondition): void {
    this.add('undecided', condition.statement, { judged, hosts, clients, condition });
  }

  private add(kind: PartKind, statement: QuotedLine | undefined, part: Part): void {
    // What only some requests for a host meet is told apart from the hosts that are missing altogether.
    const { assumptions } = part.judged;
    const some = kind === 'missing' && assumptions.length > 0 && areOfRequest(assumptions) ? 'some' : '';
    const key = `${kind} ${statement ? statementKey(statement) : ''} ${some}`;
    addTo(this.parts, key, { ...part, clients: part.clients.intersect(part.judged.clients) });
  }

  /** One share for each statement, or two; of those that decide under a condition, the last of very many together. */
  shares(): Share[] {
    const certain = this.partsOf('missing');
    const open = this.partsOf('undecided');
    const shown = open.length > OPEN_STATEMENTS ? open.slice(0, OPEN_STATEMENTS - 1) : open;
    const others = open.slice(shown.length).flat();
    const shares = [...certain, ...shown, ...(others.length > 0 ? [others] : [])].map((parts) => this.shareOf(parts));
    return shares.sort((a, b) => uncertaintyOf(a) - uncertaintyOf(b) || placeOf(b) - placeOf(a));
  }

  private partsOf(kind: PartKind): readonly (readonly Part[])[] {
    return [...this.parts].filter(([key]) => key.startsWith(`${kind} `)).map(([, parts]) => parts);
  }

  private shareOf(parts: readonly Part[]): Share {
    const conditions = parts.flatMap(({ condition }) => condition ?? []);
    const ports = new Set(parts.map(({ judged }) => judged.request.port));
    const clients = describeClients(union(parts.map((part) => part.clients)), this.clients);
    const schemes = this.describeSchemes(new Set(parts.map(({ judged }) => judged.request.scheme)));
    const decidedBy = parts.flatMap(({ judged }) => judged.judgement.decidedBy ?? []);
    const only = conditions.length > 0 ? [] : [schemes, clients, circumstancesOf(parts)].filter(isText);
    return {
      decidedBy: distinctStatements([...conditions.flatMap(({ statement }) => statement ?? []), ...decidedBy]),
      missing: {
        kind: 'hosts',
        hosts: HostSet.union(parts.map(({ hosts }) => hosts)),
        ports: [...ports].sort((a, b) => a - b),
      },
      ...(conditions.length > 0 ? { undecided: reasonOf(conditions, [schemes, clients].filter(isText)) } : {}),
      ...(only.length > 0 ? { only: only.join(' ') } : {}),
      trace: parts[0]?.judged.trace ?? NO_STEPS,
    };
  }

  /** The schemes that are concerned, where these are not all; that WebSockets are not among them is no limitation. */
  private describeSchemes(some: ReadonlySet<UrlScheme>): string | undefined {
    if ([...this.schemes].every((scheme) => scheme === 'wss' || some.has(scheme))) return undefined;
    return `for ${[...some].map((scheme) => `${scheme}:`).join(' and ')} URLs`;
  }
}

/** What is certain comes first, then what is certain for some requests. */
function uncertaintyOf({ undecided, only }: Share): number {
  return undecided !== undefined ? 2 : only !== undefined ? 1 : 0;
}

/** Of several statements the last one decides most: the earlier ones decide only under a condition. */
function placeOf({ decidedBy: [statement] }: Share): number {
  return statement?.range.start ?? 0;
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function union(sets: readonly IpSet[]): IpSet {
  return sets.reduce((all, set) => all.union(set), IpSet.empty);
}

/** Under which assumptions a statement decides, where it does not always. */
function circumstancesOf(parts: readonly Part[]): string | undefined {
  const circumstances = new Set(parts.map(({ judged }) => together(phrasesOf(judged.assumptions))));
  if (circumstances.has('')) return undefined;
  const [first = '', ...others] = circumstances;
  // Of long ones the first alone.
  const named = others.length > 0 && first.length + (others[0]?.length ?? 0) > CONDITIONS_LENGTH ? 1 : ALTERNATIVES;
  const more = circumstances.size - named;
  return `if ${either([...circumstances].slice(0, named))}${more > 0 ? `, or in ${more} more ${more === 1 ? 'case' : 'cases'}` : ''}`;
}

/** How many conditions that hold together a text names, and how long they may get unless it is only one. */
const CONDITIONS = 3;
const CONDITIONS_LENGTH = 160;

function together(phrases: readonly string[]): string {
  let length = 0;
  const shown = phrases.slice(0, CONDITIONS).filter((phrase, i) => {
    length += phrase.length;
    return i === 0 || length <= CONDITIONS_LENGTH;
  });
  const more = phrases.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(' and ');
}

/** How many alternative conditions a text names. */
const ALTERNATIVES = 2;

/** Reads after "if". */
function either(conditions: readonly string[]): string {
  return conditions.join(', or if ');
}

function reasonOf(conditions: readonly OpenCondition[], about: readonly string[]): string {
  const given = conditions.find(({ because }) => because.kind === 'reason')?.because;
  if (given?.kind === 'reason')
    return [given.reason, ...about, ...circumstancesOfReason(given.reason, conditions)].join(' ');
  const ifs = new Map<string, string | undefined>();
  for (const { because } of conditions) {
    if (because.kind === 'if' && because.phrases.length > 0) ifs.set(together(because.phrases), because.ruledOutBy);
  }
  const named = either([...ifs.keys()].slice(0, ALTERNATIVES));
  const remedies = [...new Set(ifs.values())];
  if (ifs.size === 0 && about.length === 0) return 'the file does not decide it';
  const [remedy] = remedies;
  const advice =
    ifs.size === 0
      ? '; declare where clients are under "roles" in lintel.yaml'
      : remedies.length === 1 && remedy !== undefined
        ? `; declare "${remedy}" in lintel.yaml if that cannot be`
        : '';
  return `not met ${[...about, ...(named === '' ? [] : [`if ${named}`])].join(' ')}${advice}`;
}

/** When it is so that something is not known: nothing where that is always so. */
function circumstancesOfReason(reason: string, conditions: readonly OpenCondition[]): string[] {
  const ifs = conditions.flatMap(({ because }) =>
    because.kind === 'reason' && because.reason === reason ? together(because.phrases) : [],
  );
  return ifs.includes('') ? [] : [`if ${either([...new Set(ifs)].slice(0, ALTERNATIVES))}`];
}

/** One statement's part, while it is collected. */
interface ProxyPart {
  readonly first: JudgedCase;
  /** Cases that deny the same hosts under other conditions. */
  readonly others: JudgedCase[];
  /** The hosts that it denies at each port. */
  readonly hosts: Map<number, HostSet>;
}

/** What one request of a requirement lacks at a proxy, and the cases that certainly are against it. */
interface RefusedPart {
  readonly request: { readonly port: number; readonly protocol?: 'udp' };
  readonly refused: HostSet;
  readonly certain: readonly { readonly judged: JudgedCase; readonly hosts: HostSet }[];
}

/**
 * The shares of the statements of a proxy, of one network of its clients, for each statement one or, where it denies other
 * hosts at other ports, several. Where several statements deny a host, whatever the
 * environment does, the share is that of the last: the earlier ones decide only under a condition.
 * @param undecided hosts that an edit has to cover as well, if it is to meet the requirement
 */
export function partitionedShares(parts: readonly RefusedPart[], undecided: HostSet): Share[] {
  const found = new Map<string, ProxyPart>();
  for (const { request, refused, certain } of parts) {
    const add = (judged: JudgedCase, hosts: HostSet, others: readonly JudgedCase[] = []) => {
      const { decidedBy } = judged.judgement;
      const key = decidedBy ? statementKey(decidedBy) : '';
      const own: ProxyPart = found.get(key) ?? { first: judged, others: [], hosts: new Map() };
      own.hosts.set(request.port, own.hosts.get(request.port)?.union(hosts) ?? hosts);
      addAll(own.others, others);
      found.set(key, own);
    };
    const sure = certain.filter(({ judged }) => judged.assumptions.length === 0);
    for (const { judged, hosts } of sure) add(judged, hosts);
    let rest = refused.subtract(HostSet.union(sure.map(({ hosts }) => hosts)));
    const assumed = certain.filter(({ judged }) => judged.assumptions.length > 0).reverse();
    for (const { judged, hosts } of assumed) {
      if (rest.isEmpty) break;
      const own = hosts.intersect(rest);
      if (own.isEmpty) continue;
      rest = rest.subtract(own);
      const others = assumed.filter((one) => one.judged !== judged && !one.hosts.intersect(own).isEmpty);
      add(
        judged,
        own,
        others.map((one) => one.judged),
      );
    }
  }
  const transport = parts[0]?.request.protocol ? { protocol: 'udp' as const } : {};
  return [...found.values()].flatMap(({ first, others, hosts: byPort }) =>
    portsByHosts(byPort).map(({ hosts, ports }) => ({
      decidedBy: distinctStatements([first, ...others].flatMap(({ judgement }) => judgement.decidedBy ?? [])),
      missing: { kind: 'hosts', hosts, undecided, ports, ...transport },
      trace: first.trace,
    })),
  );
}

/** Ports at which the same hosts are denied together, so that no share has a host at a port that another statement decides. */
function portsByHosts(byPort: ReadonlyMap<number, HostSet>): readonly { hosts: HostSet; ports: number[] }[] {
  const groups: { hosts: HostSet; ports: number[] }[] = [];
  for (const [port, hosts] of [...byPort].sort(([a], [b]) => a - b)) {
    const known = groups.find((group) => group.hosts.subtract(hosts).isEmpty && hosts.subtract(group.hosts).isEmpty);
    if (known) known.ports.push(port);
    else groups.push({ hosts, ports: [port] });
  }
  return groups;
}
