import type { QuotedLine } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { type Address, IpSet, PRIVATE_SPACE, parseAddress } from '../../../model/ip.js';
import { type Automaton, acceptsText } from '../../../model/language.js';
import type { ProxyRequest } from '../../../model/proxy.js';
import { beforeAny, beforeSome, between } from '../../../model/quotients.js';
import { addressesOf, domainsOf, patternsOf, portsOf, wordsOf } from '../program/acl-content.js';
import { type Acl, isBuiltIn, liveDomains, type Program, rulesOf } from '../program/program.js';
import { aclKey, type Entry, placeOf } from '../program/segments.js';
import { hostsOf, type LiveDomains } from './domain-index.js';
import { asksLogin, helperAsksLogin } from './login.js';
import {
  always,
  byAssumption,
  byClients,
  byHosts,
  byListener,
  never,
  type Region,
  type Split,
  splitAll,
  when,
} from './regions.js';

/** What is fixed while an access list is asked about a request. */
export interface Facts {
  readonly program: Program;
  readonly request: ProxyRequest;
  /** The form of the URL: a CONNECT names host and port only. */
  readonly form: 'connect' | 'http' | 'https';
  /** The step of SslBump that `at_step` sees; 1 outside of it. */
  readonly step: 1 | 2 | 3;
  /** Whether the request was taken out of a decrypted connection. */
  readonly decrypted: boolean;
  /** Whether the reply is known when the list is asked. */
  readonly hasReply: boolean;
  /** Whether the host is known; at step 1 of an intercepted TLS connection only its address is. */
  readonly hostKnown: boolean;
  /** The host where it is an address. */
  readonly numericHost: Address | undefined;
  readonly live: LiveDomains;
  /** Whether the hosts are so many that every acl may concern them. */
  readonly everyHost: boolean;
}

export function factsFor(program: Program, request: ProxyRequest, form: Facts['form']): Facts {
  const [domain, ...others] = request.hosts.domains;
  const numericHost =
    domain !== undefined && others.length === 0 ? parseAddress(domain.replace(/^\[|\]$/g, '')) : undefined;
  const live = liveDomains(program, request.hosts);
  return {
    program,
    request,
    form,
    step: 1,
    decrypted: false,
    hasReply: false,
    hostKnown: true,
    numericHost,
    live,
    everyHost: domain === '',
  };
}

/** Acls refer to acls at most this deep; squid has no limit, because an acl refers only to earlier ones. */
const DEPTH_LIMIT = 50;

/** Where the acl named in a rule matches. An acl that does not exist makes squid refuse the file; it matches nothing. */
export function matchReference(
  facts: Facts,
  reference: { readonly name: string; readonly negated: boolean },
  region: Region,
  depth = 0,
): Split {
  const acl = facts.program.acls.get(aclKey(reference.name));
  if (!acl || depth > DEPTH_LIMIT) return reference.negated ? always(region) : never(region);
  const split = matchAcl(facts, acl, region, depth);
  return reference.negated ? { yes: split.no, no: split.yes, login: split.login } : split;
}

/** Where all references match, in order: a later one is looked at only where the earlier ones match. */
export function matchAll(
  facts: Facts,
  references: readonly { readonly name: string; readonly negated: boolean }[],
  region: Region,
  depth = 0,
): Split {
  let yes: readonly Region[] = [region];
  const no: Region[] = [];
  const login: Region[] = [];
  for (const reference of references) {
    const split = splitAll(yes, (part) => matchReference(facts, reference, part, depth));
    no.push(...split.no);
    login.push(...split.login);
    yes = split.yes;
    if (yes.length === 0) break;
  }
  return { yes, no, login };
}

function matchAny(choices: readonly ((region: Region) => Split)[], region: Region): Split {
  const yes: Region[] = [];
  const login: Region[] = [];
  let no: readonly Region[] = [region];
  for (const choice of choices) {
    const split = splitAll(no, choice);
    yes.push(...split.yes);
    login.push(...split.login);
    no = split.no;
    if (no.length === 0) break;
  }
  return { yes, no, login };
}

function matchAcl(facts: Facts, acl: Acl, region: Region, depth: number): Split {
  if (acl.type.values === 'acls') {
    const lines = acl.lines.map(({ entry }) => entry.statement.references);
    const choices =
      acl.type.name === 'all-of'
        ? lines.map((line) => (part: Region) => matchAll(facts, line, part, depth + 1))
        : lines.flat().map((reference) => (part: Region) => matchReference(facts, reference, part, depth + 1));
    return matchAny(choices, region);
  }
  const login = asksLogin(facts.program, acl);
  const seen = region.lastAsksLogin === login ? region : { ...region, lastAsksLogin: login };
  return matchLeaf(facts, acl, seen);
}

function matchLeaf(facts: Facts, acl: Acl, region: Region): Split {
  const { program, request } = facts;
  switch (acl.type.name) {
    case 'src': {
      const { value, unknown } = addressesOf(acl, program);
      return withDoubt(byClients(region, value), unknown, acl, facts);
    }
    case 'dst':
      return matchDestination(facts, acl, region);
    case 'dstdomain':
      return matchDomains(facts, acl, region);
    case 'dstdom_regex':
      return matchHostPattern(facts, acl, region);
    case 'ssl::server_name':
    case 'ssl::server_name_regex':
      return matchServerName(facts, acl, region);
    case 'url_regex':
      return matchUrl(facts, acl, region);
    case 'urlpath_regex':
      return matchPath(facts, acl, region);
    case 'urllogin':
      return never(region);
    case 'port': {
      const { value, unknown } = portsOf(acl, program);
      return withDoubt(when(value.has(request.port), region), unknown, acl, facts);
    }
    case 'localport': {
      const { value, unknown } = portsOf(acl, program);
      // A router that redirects traffic leaves the port that the client meant.
      const portOf = (mode: string, port: number) => (mode === 'intercept' ? request.port : port);
      return withDoubt(
        byListener(region, ({ mode, port }) => value.has(portOf(mode, port))),
        unknown,
        acl,
        facts,
      );
    }
    case 'myportname': {
      const { value, unknown } = wordsOf(acl, program);
      return withDoubt(
        byListener(region, ({ name }) => value.has(name)),
        unknown,
        acl,
        facts,
      );
    }
    case 'method': {
      const { value, unknown } = wordsOf(acl, program);
      const method = facts.form === 'connect' ? 'CONNECT' : 'GET';
      return withDoubt(
        when(
          [...value].some((word) => word.toUpperCase() === method),
          region,
        ),
        unknown,
        acl,
        facts,
      );
    }
    case 'proto': {
      const { value, unknown } = wordsOf(acl, program);
      const scheme = SCHEMES[facts.form];
      return withDoubt(
        when(
          [...value].some((word) => word.toUpperCase() === scheme),
          region,
        ),
        unknown,
        acl,
        facts,
      );
    }
    case 'proxy_auth':
    case 'proxy_auth_regex':
    case 'max_user_ip':
      return matchUser(facts, acl, region);
    case 'external':
      return matchHelper(facts, acl, region);
    case 'at_step': {
      const { value, unknown } = wordsOf(acl, program);
      const step = `sslbump${facts.step}`;
      return withDoubt(
        when(
          [...value].some((word) => word.toLowerCase() === step),
          region,
        ),
        unknown,
        acl,
        facts,
      );
    }
    case 'rep_header':
    case 'rep_mime_type':
    case 'http_status':
      return facts.hasReply ? assume(region, acl, facts) : never(region);
    case 'annotate_client':
    case 'annotate_transaction':
      return always(region);
    default:
      return assume(region, acl, facts);
  }
}

/** What squid takes for the scheme of the URL; a CONNECT has none. */
const SCHEMES: Readonly<Record<Facts['form'], string>> = { connect: 'NONE', http: 'HTTP', https: 'HTTPS' };

/** Both outcomes of an acl that the file does not decide. */
function assume(region: Region, acl: Acl, facts: Facts, reason?: string): Split {
  const statement = statementFor(facts.program, acl);
  if (!statement) return never(region);
  const about = reason ?? acl.type.about;
  const phrases = {
    yes: `the acl '${acl.name}' matches (${about})`,
    no: `the acl '${acl.name}' does not match (${about})`,
  };
  return byAssumption(region, `acl ${acl.key}`, phrases, statement);
}

/** Where an acl can be pointed at: its first line, or for one that squid defines itself the first line that names it. */
function statementFor(program: Program, acl: Acl): QuotedLine | undefined {
  const line = isBuiltIn(acl) ? firstUse(program, acl.key) : acl.lines[0];
  const segment = line && program.segments[line.segment];
  return segment && placeOf(segment, line.entry);
}

function firstUse(program: Program, key: string): { readonly segment: number; readonly entry: Entry } | undefined {
  const names = ({ references }: { readonly references: readonly { readonly name: string }[] }) =>
    references.some(({ name }) => aclKey(name) === key);
  for (const list of program.lists.keys()) {
    for (const rule of rulesOf(program, list)) if (names(rule.entry.statement)) return rule;
  }
  for (const { lines } of program.acls.values()) {
    const group = lines.find(({ entry }) => names(entry.statement));
    if (group) return group;
  }
  return undefined;
}

/** Where some of the values are unknown, what is not matched by the known ones may be matched all the same. */
function withDoubt(split: Split, unknown: string | undefined, acl: Acl, facts: Facts): Split {
  if (unknown === undefined || split.no.length === 0) return split;
  const doubted = splitAll(split.no, (region) => assume(region, acl, facts, unknown));
  return { yes: [...split.yes, ...doubted.yes], no: doubted.no, login: split.login };
}

/** Private, loopback and link-local space: what the host of a documented service does not resolve to. */
const NOT_PUBLIC = PRIVATE_SPACE.union(
  IpSet.parse('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/127', 'fe80::/10', 'ff00::/8'),
);

/** One of the addresses of the host has to be in the acl (`ACLDestinationIP::match`). */
function matchDestination(facts: Facts, acl: Acl, region: Region): Split {
  const { value, unknown } = addressesOf(acl, facts.program);
  const { numericHost, request } = facts;
  if (numericHost) return withDoubt(when(value.has(numericHost), region), unknown, acl, facts);
  if (hasOption(acl, 'n')) return never(region);
  const addresses = request.addresses ?? IpSet.all.subtract(NOT_PUBLIC);
  if (value.containsAll(addresses)) return always(region);
  if (!value.overlaps(addresses)) return withDoubt(never(region), unknown, acl, facts);
  return assume(region, acl, facts, 'an address that the host resolves to is in it');
}

function hasOption(acl: Acl, letter: string): boolean {
  return acl.lines.some(({ entry }) =>
    entry.statement.options.some(({ text }) => /^-[a-z]+$/.test(text) && text.includes(letter)),
  );
}

function matchDomains(facts: Facts, acl: Acl, region: Region): Split {
  if (!facts.hostKnown) return matchAddressName(facts, acl, region);
  const { value, unknown } = domainSetOf(facts, acl);
  const split = byHosts(region, region.hosts.intersect(value), region.hosts.subtract(value));
  if (facts.numericHost && !hasOption(acl, 'n') && split.no.length > 0) {
    // For an address squid looks up the name and compares that (`ACLDestinationDomainStrategy::match`).
    const reason = 'the name that the address resolves to';
    return { ...split, ...joinNo(split, (part) => assume(part, acl, facts, reason)) };
  }
  return withDoubt(split, unknown, acl, facts);
}

/** Where only an address is known, squid compares the name that it looks up for it, unless the acl forbids that. */
function matchAddressName(facts: Facts, acl: Acl, region: Region): Split {
  return hasOption(acl, 'n') ? never(region) : assume(region, acl, facts, 'the name that the address resolves to');
}

function joinNo(split: Split, further: (region: Region) => Split): Split {
  const rest = splitAll(split.no, further);
  return { yes: [...split.yes, ...rest.yes], no: rest.no, login: [...split.login, ...rest.login] };
}

/** The hosts of a domain acl; of a long one only those near the hosts asked about. */
function domainSetOf(facts: Facts, acl: Acl): { readonly value: HostSet; readonly unknown: string | undefined } {
  if (acl.lines.some(({ entry }) => entry.statement.file)) return domainsOf(acl, facts.program);
  const values = facts.live.get(acl.key);
  return { value: values ? hostsOf(values) : HostSet.none, unknown: undefined };
}

const hostSplits = new WeakMap<Automaton, WeakMap<HostSet, { readonly yes: HostSet; readonly no: HostSet }>>();

/** Splits hosts by a regular condition; remembered, because searching for an example of each part is slow. */
function splitHosts(hosts: HostSet, automaton: Automaton): { readonly yes: HostSet; readonly no: HostSet } {
  let bySet = hostSplits.get(automaton);
  if (!bySet) {
    bySet = new WeakMap();
    hostSplits.set(automaton, bySet);
  }
  let split = bySet.get(hosts);
  if (!split) {
    const [yes, no] = [hosts.where(automaton, true), hosts.where(automaton, false)];
    // A set that the condition does not cut keeps its plain form.
    split = { yes: no.isEmpty ? hosts : yes, no: yes.isEmpty ? hosts : no };
    bySet.set(hosts, split);
  }
  return split;
}

function byPattern(region: Region, automaton: Automaton | undefined): Split {
  if (!automaton) return never(region);
  const { yes, no } = splitHosts(region.hosts, automaton);
  return byHosts(region, yes, no);
}

function matchHostPattern(facts: Facts, acl: Acl, region: Region): Split {
  if (!facts.hostKnown) return matchAddressName(facts, acl, region);
  const { value, unknown } = patternsOf(acl, facts.program);
  const split = byPattern(region, value);
  if (facts.numericHost && !hasOption(acl, 'n') && split.no.length > 0) {
    return joinNo(split, (part) => assume(part, acl, facts, 'the name that the address resolves to'));
  }
  return withDoubt(split, unknown, acl, facts);
}

/**
 * The name that the client asked for, or from step 3 on the names in the certificate of the server
 * (`ACLServerNameStrategy::match`).
 */
function matchServerName(facts: Facts, acl: Acl, region: Region): Split {
  const options = new Set(acl.lines.flatMap(({ entry }) => entry.statement.options.map(({ text }) => text)));
  const provided = options.has('--server-provided');
  if (facts.step === 3 && !options.has('--client-requested')) {
    return assume(region, acl, facts, 'the names in the certificate of the server');
  }
  if (provided || !facts.hostKnown) return never(region);
  if (acl.type.values === 'patterns') {
    const { value, unknown } = patternsOf(acl, facts.program);
    return withDoubt(byPattern(region, value), unknown, acl, facts);
  }
  const { value, unknown } = domainSetOf(facts, acl);
  return withDoubt(byHosts(region, region.hosts.intersect(value), region.hosts.subtract(value)), unknown, acl, facts);
}

/** Automata of URLs cut down to the host, by what stands around the host. */
const quotients = new WeakMap<Automaton, Map<string, Automaton>>();

function quotient(automaton: Automaton, key: string, make: () => Automaton): Automaton {
  let known = quotients.get(automaton);
  if (!known) {
    known = new Map();
    quotients.set(automaton, known);
  }
  let result = known.get(key);
  if (!result) {
    result = make();
    known.set(key, result);
  }
  return result;
}

/** A CONNECT has `host:port` for its URL; other requests have a path, which may be unknown. */
function matchUrl(facts: Facts, acl: Acl, region: Region): Split {
  // The built-in one is about the pages of squid itself; where every path of a service is meant, those are none of it.
  if (isBuiltIn(acl) && facts.request.path === undefined) return never(region);
  const { value, unknown } = patternsOf(acl, facts.program);
  if (!value) return withDoubt(never(region), unknown, acl, facts);
  if (!facts.hostKnown) return assume(region, acl, facts, 'the address that the client connects to');
  const { port, path } = facts.request;
  if (facts.form === 'connect') {
    const exact = quotient(value, `:${port}`, () => between(value, '', `:${port}`));
    return withDoubt(byPattern(region, exact), unknown, acl, facts);
  }
  const prefix = `${facts.form}://`;
  const authorityEnd = port === (facts.form === 'http' ? 80 : 443) ? '' : `:${port}`;
  if (path !== undefined) {
    const suffix = authorityEnd + path;
    return withDoubt(byPattern(region, between(value, prefix, suffix)), unknown, acl, facts);
  }
  const first = `${authorityEnd}/`;
  const surely = byPattern(
    region,
    quotient(value, `${prefix}*${first}*`, () => beforeAny(value, prefix, first)),
  );
  const possible = quotient(value, `${prefix}*${first}`, () => beforeSome(value, prefix, first));
  const rest = splitAll(surely.no, (part) => byPattern(part, possible));
  const open = splitAll(rest.yes, (part) => assume(part, acl, facts, 'the path of the URL'));
  const split = { yes: [...surely.yes, ...open.yes], no: [...rest.no, ...open.no], login: [] };
  return withDoubt(split, unknown, acl, facts);
}

function matchPath(facts: Facts, acl: Acl, region: Region): Split {
  const { value, unknown } = patternsOf(acl, facts.program);
  if (facts.form === 'connect') return never(region);
  if (!value) return withDoubt(never(region), unknown, acl, facts);
  const { path } = facts.request;
  if (path !== undefined) return withDoubt(when(acceptsText(value, path), region), unknown, acl, facts);
  return assume(region, acl, facts);
}

/** Whether the user is known and listed; where nobody logged in, squid stops and asks (`AuthenticateAcl`). */
function matchUser(facts: Facts, acl: Acl, region: Region): Split {
  const { user } = facts.request;
  if (facts.decrypted) return region.loggedIn ? matchUserName(facts, acl, region) : never(region);
  const intercepted = byListener(region, ({ mode }) => mode === 'intercept');
  const open = splitAll(intercepted.no, (part) => {
    if (user === 'none') return { yes: [], no: [], login: [part] };
    return matchUserName(facts, acl, part.loggedIn ? part : { ...part, loggedIn: true });
  });
  return { yes: open.yes, no: [...intercepted.yes, ...open.no], login: open.login };
}

function matchUserName(facts: Facts, acl: Acl, region: Region): Split {
  const { user } = facts.request;
  if (acl.type.name === 'max_user_ip') return assume(region, acl, facts);
  if (acl.type.values === 'patterns') {
    const { value, unknown } = patternsOf(acl, facts.program);
    if (typeof user !== 'object') return assume(region, acl, facts, 'the name of the user');
    return withDoubt(when(value !== undefined && acceptsText(value, user.name), region), unknown, acl, facts);
  }
  const { value, unknown } = wordsOf(acl, facts.program);
  if (value.has('REQUIRED')) return always(region);
  if (typeof user !== 'object') return assume(region, acl, facts, 'the name of the user');
  const ignoreCase = hasOption(acl, 'i');
  const name = ignoreCase ? user.name.toLowerCase() : user.name;
  const listed = [...value].some((word) => (ignoreCase ? word.toLowerCase() : word) === name);
  return withDoubt(when(listed, region), unknown, acl, facts);
}

function matchHelper(facts: Facts, acl: Acl, region: Region): Split {
  const helper = acl.lines[0]?.entry.statement.values[0]?.text ?? '';
  const reason = `what the helper '${helper}' answers`;
  if (!helperAsksLogin(facts.program, helper)) return assume(region, acl, facts, reason);
  if (facts.decrypted)
    return region.loggedIn ? assume(region, acl, facts, reason) : { yes: [], no: [region], login: [] };
  const intercepted = byListener(region, ({ mode }) => mode === 'intercept');
  const open = splitAll(intercepted.no, (part) => {
    if (facts.request.user === 'none') return { yes: [], no: [], login: [part] };
    return assume({ ...part, loggedIn: true }, acl, facts, reason);
  });
  return { yes: open.yes, no: [...intercepted.yes, ...open.no], login: open.login };
}
