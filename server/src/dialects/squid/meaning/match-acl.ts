// Evaluates acls: references, groups, and each type.

import { addAll } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import { BudgetSpent } from '../../../model/budget.js';
import { addressesOf, isAlways, portsOf, wordsOf } from '../program/acl-content.js';
import type { Acl } from '../program/acls.js';
import { type AclReference, aclKey } from '../syntax/tree.js';
import { assume, statementFor, unknownOf, withUnknown } from './assume.js';
import type { Facts } from './facts.js';
import { asksLogin } from './login.js';
import { matchDestination, matchDomains, matchHostPattern, matchServerName } from './match-host.js';
import { matchPath, matchUrl } from './match-url.js';
import { matchHelper, matchUser } from './match-user.js';
import { always, byClients, never, type Region, type Split, splitAll, when } from './regions.js';

type AclName = Pick<AclReference, 'name' | 'negated'>;

/** How deep groups are followed; squid has no limit, because an acl refers only to earlier ones. Beyond, a group is open. */
const DEPTH_LIMIT = 50;

/** Evaluates a reference to an acl. An undefined acl, with which squid rejects the file, matches nothing. */
function matchReference(facts: Facts, reference: AclName, region: Region, depth = 0): Split {
  const acl = facts.program.acls.get(aclKey(reference.name));
  if (!acl) return reference.negated ? always(region) : never(region);
  const split =
    depth > DEPTH_LIMIT
      ? assume(region, acl, facts, 'its groups are nested too deeply')
      : matchAcl(facts, acl, region, depth);
  return reference.negated ? { yes: split.no, no: split.yes, login: split.login } : split;
}

/** Where all references match, in order: a later one is evaluated only where the earlier ones match. */
export function matchAll(facts: Facts, references: readonly AclName[], region: Region, depth = 0): Split {
  let yes: readonly Region[] = [region];
  const no: Region[] = [];
  const login: Region[] = [];
  for (const reference of references) {
    const split = splitAll(yes, (part) => matchReference(facts, reference, part, depth));
    addAll(no, split.no);
    addAll(login, split.login);
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
    addAll(yes, split.yes);
    addAll(login, split.login);
    no = split.no;
    if (no.length === 0) break;
  }
  return { yes, no, login };
}

function matchAcl(facts: Facts, acl: Acl, region: Region, depth: number): Split {
  if (acl.type.values === 'acls') {
    if (comparisonsOf(acl, facts) > GROUP_LIMIT) return assume(region, acl, facts, 'its groups name too many acls');
    const lines = acl.lines.map(({ line }) => line.statement.references);
    const choices =
      acl.type.name === 'all-of'
        ? lines.map((own) => (part: Region) => matchAll(facts, own, part, depth + 1))
        : lines.flat().map((reference) => (part: Region) => matchReference(facts, reference, part, depth + 1));
    // Where it was taken for one case that some of them match, that stays so.
    if (region.assumed.get(unknownOf(acl)) === true) return always(region);
    const split = matchAny(choices, region);
    return split.yes.length > CASES_APART ? { ...split, yes: joinAssumed(split.yes, region, acl, facts) } : split;
  }
  const login = asksLogin(facts.program, acl);
  const seen = region.lastAsksLogin === login ? region : { ...region, lastAsksLogin: login };
  return matchLeaf(facts, acl, seen);
}

/** How many acls are compared for one group, with those of its groups; beyond, its outcome is open. */
const GROUP_LIMIT = 2000;

const comparisons = new Memo<Acl, number>();

/** How many comparisons an acl takes; `open` are the groups that it is part of, which squid does not let it name. */
function comparisonsOf(acl: Acl, facts: Facts, open: ReadonlySet<Acl> = new Set()): number {
  if (acl.type.values !== 'acls') return 1;
  return comparisons.of(acl, () => {
    const around = new Set([...open, acl]);
    let sum = 1;
    for (const { line } of acl.lines) {
      for (const { name } of line.statement.references) {
        const named = facts.program.acls.get(aclKey(name));
        if (named && !around.has(named)) sum += comparisonsOf(named, facts, around);
      }
    }
    return sum;
  });
}

/** How many ways in which a group may match are told apart: beyond, all of them are one case, in which it matches. */
const CASES_APART = 8;

/** Parts that differ only in which unknown acls of a group match, as one part in which the group does. */
function joinAssumed(parts: readonly Region[], from: Region, acl: Acl, facts: Facts): readonly Region[] {
  const differs = ({ hosts, clients, listener, loggedIn }: Region) =>
    hosts !== from.hosts || clients !== from.clients || listener !== from.listener || loggedIn !== from.loggedIn;
  const joined = new Map<boolean, Region>();
  const apart: Region[] = [];
  for (const part of parts) {
    if (differs(part)) apart.push(part);
    else if (!joined.has(part.lastAsksLogin)) {
      const [assumed] = assume({ ...from, lastAsksLogin: part.lastAsksLogin }, acl, facts, 'one of its acls does').yes;
      if (assumed) joined.set(part.lastAsksLogin, assumed);
    }
  }
  return [...joined.values(), ...apart];
}

function matchLeaf(facts: Facts, acl: Acl, region: Region): Split {
  try {
    return (MATCHERS[acl.type.name] ?? matchUnknown)(facts, acl, region);
  } catch (thrown) {
    if (thrown instanceof BudgetSpent) thrown.at ??= statementFor(facts.program, acl);
    throw thrown;
  }
}

type Matcher = (facts: Facts, acl: Acl, region: Region) => Split;

const matchUnknown: Matcher = (facts, acl, region) => assume(region, acl, facts);
const matchReply: Matcher = (facts, acl, region) => (facts.hasReply ? assume(region, acl, facts) : never(region));

/** The matcher of an acl that lists words; `found` gives the word of the request. */
function byWord(found: (facts: Facts) => string): Matcher {
  return (facts, acl, region) => {
    const { value, unknown } = wordsOf(acl, facts.program);
    const wanted = found(facts).toUpperCase();
    const holds = [...value].some((word) => word.toUpperCase() === wanted);
    return withUnknown(when(holds, region), unknown, acl, facts);
  };
}

/** How each acl type is matched; the outcome of any other is assumed. */
const MATCHERS: Readonly<Record<string, Matcher>> = {
  src: (facts, acl, region) => {
    const { value, unknown } = addressesOf(acl, facts.program);
    return withUnknown(byClients(region, value), unknown, acl, facts);
  },
  dst: matchDestination,
  dstdomain: matchDomains,
  dstdom_regex: matchHostPattern,
  'ssl::server_name': matchServerName,
  'ssl::server_name_regex': matchServerName,
  url_regex: matchUrl,
  urlpath_regex: matchPath,
  urllogin: (_facts, _acl, region) => never(region),
  port: (facts, acl, region) => {
    const { value, unknown } = portsOf(acl, facts.program);
    return withUnknown(when(value.has(facts.request.port), region), unknown, acl, facts);
  },
  localport: (facts, acl, region) => {
    const { value, unknown } = portsOf(acl, facts.program);
    // Redirected traffic has the port to which the client connected.
    const { mode, port } = region.listener;
    const connectedTo = mode === 'intercept' && !facts.isFirstLook ? facts.request.port : port;
    return withUnknown(when(value.has(connectedTo), region), unknown, acl, facts);
  },
  myportname: (facts, acl, region) => {
    const { value, unknown } = wordsOf(acl, facts.program);
    return withUnknown(when(value.has(region.listener.portName), region), unknown, acl, facts);
  },
  method: byWord(({ form }) => (form === 'connect' ? 'CONNECT' : 'GET')),
  proto: byWord(({ form }) => SCHEMES[form]),
  at_step: byWord(({ step }) => `sslbump${step}`),
  time: (facts, acl, region) => (isAlways(acl, facts.program).value ? always(region) : assume(region, acl, facts)),
  proxy_auth: matchUser,
  proxy_auth_regex: matchUser,
  max_user_ip: matchUser,
  external: matchHelper,
  rep_header: matchReply,
  rep_mime_type: matchReply,
  http_status: matchReply,
  annotate_client: (_facts, _acl, region) => always(region),
  annotate_transaction: (_facts, _acl, region) => always(region),
};

/** The scheme of the URL for squid; a CONNECT has none. */
const SCHEMES: Readonly<Record<Facts['form'], string>> = { connect: 'NONE', http: 'HTTP', https: 'HTTPS' };
