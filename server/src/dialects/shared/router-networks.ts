// What the configuration of a Linux router shows of the networks around it: addresses and routes that a script sets, and
// rules that no one writes unless a network is behind an interface.
import { addAll } from '../../kept/lists.js';
import type { QuotedLine } from '../../model/evidence.js';
import { decidesNothing, type FilterChain } from '../../model/filter.js';
import { IpSet, PRIVATE_SPACE, type Prefix, parsePrefix } from '../../model/ip.js';
import type { NameSet } from '../../model/names.js';
import { ALL_PROTOCOLS, type PacketBox } from '../../model/packets.js';
import { NOWHERE, type PlacedRun, runsOf } from '../../model/rule-runs.js';
import { type AttachedInterface, networksOf, type Route, type Surroundings } from '../../model/surroundings.js';

/** A rule that holds whatever the environment is, with the packets that it matches. */
export interface PlainRule {
  readonly statement: QuotedLine;
  readonly match: readonly PacketBox[];
}

/** A network that a command of a script puts behind an interface. */
export interface ShownRoute extends Route {
  readonly statement: QuotedLine;
}

/** What shows the networks of a router, each in the order in which it is carried out. */
export interface RouterStatements {
  /** The networks of its own addresses, and its static routes; a prefix of length 0 is the default route. */
  readonly routes: readonly ShownRoute[];
  /** Rules that translate the sources of what leaves. */
  readonly translations: readonly PlainRule[];
  /** The rules that first packets pass when they are forwarded. */
  readonly filters: readonly ForwardRule[];
}

/** A rule that first packets pass when they are forwarded. */
export interface ForwardRule extends PlainRule {
  /** `other`: it is open what becomes of the packets. */
  readonly action: 'accept' | 'deny' | 'other';
}

/** A rule whose place is made when it is asked for: few of many show a network. */
class PlacedForwardRule implements ForwardRule {
  constructor(
    readonly match: ForwardRule['match'],
    readonly action: ForwardRule['action'],
    private readonly run: PlacedRun,
    private readonly index: number,
  ) {}

  get statement(): QuotedLine {
    return this.run.at(this.index)?.statement ?? NOWHERE;
  }
}

/** How many rules of a filter are searched for networks. */
const RULE_LIMIT = 5_000;

/** The rules of chains that first packets pass, as far as they may show networks. */
export function forwardRules(chains: readonly FilterChain[]): ForwardRule[] {
  const rules: ForwardRule[] = [];
  let left = RULE_LIMIT;
  for (const placed of chains.flatMap(runsOf)) {
    for (const [index, { match, phases, limit, opaque, action }] of placed.run.templates.entries()) {
      if (left-- === 0) return rules;
      const isOfOld = !phases.includes('first') || limit?.states?.has('new') === false;
      if (decidesNothing(action) || isOfOld) continue;
      const decides = opaque.length === 0 && (action.kind === 'accept' || action.kind === 'deny');
      rules.push(new PlacedForwardRule(match, decides ? action.kind : 'other', placed, index));
    }
  }
  return rules;
}

/**
 * The interfaces that the file shows; `undefined` where it shows none. An interface without a name is one of those that have
 * no entry: the file does not show which.
 *
 * A network whose sources are translated on the way out is inside, and what it leaves by leads to the internet (*iptables
 * extensions*: MASQUERADE is for "dynamically assigned IP (dialup) connections", SNAT for a "static IP address"). It is
 * behind the interface with which a rule that accepts names it. A rule that denies all other sources of an interface
 * shows what is behind that one.
 */
export function surroundingsOf(statements: RouterStatements): Surroundings | undefined {
  const routes = statements.routes.filter((route) => route.interface !== LOOPBACK);
  const outside = outsideOf(routes, statements.translations);
  const placed = placedNetworks(statements, outside);
  const known = networksOf([...routes.filter(({ prefix }) => prefix.length > 0), ...placed.routes]);
  const named = [...new Set([...known.keys(), ...outside.keys()])].map((name): AttachedInterface => {
    const networks = known.get(name);
    const leadsOut = outside.get(name);
    const isPrivate = networks?.subtract(PRIVATE_SPACE).isEmpty === true;
    // A network of public addresses is that of clients only where another interface leads to the internet.
    const inner = isPrivate || outside.size > 0 ? 'inside' : 'between';
    const statement =
      placed.statements.get(name) ?? routes.find((one) => one.interface === name)?.statement ?? leadsOut;
    return {
      name,
      side: leadsOut ? 'outside' : inner,
      ...(networks === undefined || networks.isEmpty ? {} : { networks }),
      ...(statement === undefined ? {} : { statement }),
    };
  });
  const shown = IpSet.join([...known.values()]);
  const unplaced = placed.unplaced.flatMap(({ networks: all, statement }): AttachedInterface[] => {
    const networks = all.subtract(shown);
    return networks.isEmpty ? [] : [{ name: '', side: 'inside', networks, statement }];
  });
  // Rules that translate named sources tell who is inside, if only in part.
  const isOpen = shown.isEmpty && statements.translations.every(({ match }) => match.every(isOfEverySource));
  const permitted = isOpen ? permittedNetworks(statements.filters, outside) : [];
  if (permitted.length > 0) return { kind: 'interfaces', interfaces: [...named, ...permitted] };
  if (named.length === 0 && unplaced.length === 0) return undefined;
  return { kind: 'interfaces', interfaces: [...named, ...unplaced, { name: '', side: 'between' }] };
}

const LOOPBACK = 'lo';

function isOfEverySource({ source }: PacketBox): boolean {
  return ([4, 6] as const).some((family) => source.containsAll(IpSet.all.ofFamily(family)));
}

/** How many networks are taken for such that rules let to the internet. */
const PERMITTED_LIMIT = 64;

/**
 * The networks that rules let to the internet, where nothing else shows any: each may be that of the clients. An interface
 * from which every source is let there is one more, whose addresses are not shown; and there may be others inside.
 */
export function permittedNetworks(
  filters: readonly ForwardRule[],
  outside: ReadonlyMap<string, unknown> = new Map(),
): readonly AttachedInterface[] {
  const routes: ShownRoute[] = [];
  const open = new Map<string, QuotedLine>();
  const found: AttachedInterface[] = [];
  for (const rule of filters) {
    const { match, action } = rule;
    for (const { source, destination, inInterface } of action === 'accept' ? match : []) {
      if (!destination.overlaps(INTERNET)) continue;
      const name = onlyName(inInterface);
      if (name !== undefined && outside.has(name)) continue;
      if (name !== undefined && source === IpSet.all) open.set(name, open.get(name) ?? rule.statement);
      if (source === IpSet.all || !PRIVATE_SPACE.containsAll(source)) continue;
      if (name === undefined && !isAny(inInterface)) continue;
      const prefixes = networksAmong(source);
      if (prefixes.length === 0) continue;
      const { statement } = rule;
      for (const prefix of prefixes) routes.push({ prefix, interface: name ?? '', statement });
      if (routes.length > PERMITTED_LIMIT) return [];
    }
  }
  if (routes.length === 0) return [];
  for (const [name, networks] of networksOf(routes)) {
    const own = routes.filter((route) => route.interface === name);
    const base = { name, side: 'inside', fromRules: true } as const;
    if (name !== '') found.push({ ...base, networks, ...(own[0] ? { statement: own[0].statement } : {}) });
    else for (const { prefix, statement } of own) found.push({ ...base, networks: IpSet.of(prefix), statement });
  }
  for (const [name, statement] of open) {
    if (!found.some((one) => one.name === name)) found.push({ name, side: 'inside', fromRules: true, statement });
  }
  return [...found, { name: '', side: 'inside', fromRules: true }];
}

/** The interfaces that lead to the internet, each with the statement that shows it. */
function outsideOf(routes: readonly ShownRoute[], translations: readonly PlainRule[]): Map<string, QuotedLine> {
  const outside = new Map<string, QuotedLine>();
  const add = (name: string | undefined, statement: QuotedLine) => {
    if (name !== undefined && !outside.has(name)) outside.set(name, statement);
  };
  for (const { prefix, interface: name, statement } of routes) if (prefix.length === 0) add(name, statement);
  for (const { match, statement } of translations) {
    for (const box of match) if (leavesForInternet(box)) add(onlyName(box.outInterface), statement);
  }
  return outside;
}

/** Whether a rule is about all that leaves, and not about a single service or a path within the network. */
function leavesForInternet({ protocols, destination }: PacketBox): boolean {
  const isAll = ([4, 6] as const).some((family) => {
    return INTERNET.ofFamily(family).subtract(destination).isEmpty;
  });
  return isAll && protocols.equals(ALL_PROTOCOLS);
}

/** What no packet to another network is for (RFC 6890): rules leave it out. */
const SPECIAL = IpSet.parse(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/8',
  'fe80::/10',
  'ff00::/8',
);

const INTERNET = IpSet.all.subtract(PRIVATE_SPACE).subtract(SPECIAL);

/** Networks that rules show: the routes that follow from them, and networks behind an unknown interface. */
interface PlacedNetworks {
  readonly routes: readonly Route[];
  /** By the interface. */
  readonly statements: ReadonlyMap<string, QuotedLine>;
  readonly unplaced: readonly { readonly networks: IpSet; readonly statement: QuotedLine }[];
}

function placedNetworks({ translations, filters, routes }: RouterStatements, outside: ReadonlyMap<string, unknown>) {
  const placed: Route[] = [];
  const statements = new Map<string, QuotedLine>();
  const unplaced: { networks: IpSet; statement: QuotedLine }[] = [];
  const place = (name: string, prefix: Prefix, statement: QuotedLine) => {
    placed.push({ prefix, interface: name });
    if (!statements.has(name)) statements.set(name, statement);
  };
  for (const { prefix, interface: name, statement } of exclusiveSources(filters)) {
    if (!outside.has(name)) place(name, prefix, statement);
  }
  const connected = IpSet.from(routes.flatMap(({ prefix }) => (prefix.length > 0 ? [prefix] : [])));
  const seen = new Set<string>();
  const accepted = translations.length > 0 ? acceptedSources(filters, outside) : new Map<string, ReadonlySet<string>>();
  for (const { match, statement } of translations) {
    for (const box of match.filter(leavesForInternet)) {
      for (const prefix of networksAmong(box.source)) {
        const networks = IpSet.of(prefix);
        if (seen.has(networks.key) || networks.subtract(connected).isEmpty) continue;
        seen.add(networks.key);
        const own = onlyName(box.inInterface);
        const [name, ...others] = own === undefined ? (accepted.get(networks.key) ?? []) : [own];
        if (name !== undefined && others.length === 0) place(name, prefix, statement);
        else unplaced.push({ networks, statement });
      }
    }
  }
  return { routes: placed, statements, unplaced } satisfies PlacedNetworks;
}

/** For the sources that rules which accept name, by their key: the interfaces that they name with them. */
function acceptedSources(filters: readonly ForwardRule[], outside: ReadonlyMap<string, unknown>) {
  const names = new Map<string, Set<string>>();
  for (const { match, action } of filters) {
    if (action !== 'accept') continue;
    for (const { inInterface, source } of match) {
      if (source === IpSet.all || isAny(inInterface)) continue;
      const name = onlyName(inInterface);
      if (name === undefined || outside.has(name)) continue;
      names.set(source.key, (names.get(source.key) ?? new Set()).add(name));
    }
  }
  return names;
}

/** How many rules are taken for what shows the only sources of an interface. */
const EXCLUSIVE_LIMIT = 64;

/** Interfaces all of whose other sources are denied before anything is accepted: `-i lan0 ! -s 10.20.0.0/16 -j DROP`. */
function exclusiveSources(filters: readonly ForwardRule[]): ShownRoute[] {
  const found: ShownRoute[] = [];
  const before: PacketBox[] = [];
  for (const rule of filters) {
    const { match, action } = rule;
    if (action !== 'deny') for (const box of match) before.push(box);
    const [box, ...more] = match;
    if (action !== 'deny' || !box || more.length > 0 || box.source === IpSet.all) continue;
    const name = onlyName(box.inInterface);
    const isPlain = box.protocols.equals(ALL_PROTOCOLS) && box.destination.equals(IpSet.all) && isAny(box.outInterface);
    if (name === undefined || !isPlain) continue;
    const families = ([4, 6] as const).filter((family) => !box.source.ofFamily(family).isEmpty);
    const allowed = IpSet.join(families.map((family) => IpSet.all.ofFamily(family))).subtract(box.source);
    const letsOthersPass = (other: PacketBox) =>
      other.inInterface.has(name) && !other.source.intersect(box.source).isEmpty;
    if (before.some(letsOthersPass)) continue;
    const { statement } = rule;
    addAll(
      found,
      networksAmong(allowed).map((prefix) => ({ prefix, interface: name, statement })),
    );
    if (found.length >= EXCLUSIVE_LIMIT) break;
  }
  return found;
}

/** How many networks one rule may name: more make up what is not named. */
const NETWORK_LIMIT = 8;

/** The networks that a set of addresses lists; none where it is a single host or all but some addresses. */
function networksAmong(addresses: IpSet): Prefix[] {
  if (addresses === IpSet.all || addresses.overlaps(SPECIAL)) return [];
  const prefixes = addresses.toPrefixes(NETWORK_LIMIT + 1);
  if (prefixes.length > NETWORK_LIMIT) return [];
  return prefixes.flatMap((text) => {
    const prefix = parsePrefix(text);
    return prefix && prefix.length < (prefix.address.family === 4 ? 32 : 128) ? [prefix] : [];
  });
}

function isAny(names: NameSet): boolean {
  return names.complement().isEmpty;
}

/** The only name of a set; `undefined` for any other set, and for patterns. */
function onlyName(names: NameSet): string | undefined {
  const [name, ...others] = names.mentioned();
  return name !== undefined && others.length === 0 && !name.endsWith('*') && names.has(name) && name !== LOOPBACK
    ? name
    : undefined;
}
