// Acls on the URL of a request.

import { Interned, Memo } from '../../../kept/memo.js';
import { NAME_SYMBOLS } from '../../../model/host-search.js';
import type { Automaton } from '../../../model/language.js';
import { beforeAny, beforeSome, between, isBuiltAlike, madeOf } from '../../../model/quotients.js';
import { patternsOf } from '../program/acl-content.js';
import type { Acl } from '../program/acls.js';
import type { Patterns } from '../program/patterns.js';
import { assume, withUnknown } from './assume.js';
import type { Facts } from './facts.js';
import { always, byPattern, never, orElse, type Region, type Split, splitAll, when } from './regions.js';

/** The host part of each URL automaton, by what comes before and after the host; schemes and ports are few. */
type HostParts = readonly (Automaton | undefined)[];
const hostParts = new Memo<Patterns, Interned<string, HostParts>>();
const HOST_PARTS_LIMIT = 100;

/** The host parts of the expressions that `make` takes; `context` tells these parts apart. */
function partsOf(patterns: Patterns, context: string, make: (one: Automaton) => Automaton): HostParts {
  return hostParts
    .of(patterns, () => new Interned(HOST_PARTS_LIMIT))
    .of(context, () => patterns.others().map((one) => madeOf(make(one), NAME_SYMBOLS)));
}

/** Splits a region by the expressions that are words: they are in the host, or in what stands around it, but in no part of both. */
function byWords(region: Region, patterns: Patterns, around: string): Split {
  return patterns.hasWordIn(around) ? always(region) : byPattern(region, patterns.words());
}

/** Splits a region by expressions, whose host parts are the same list for the same question. */
function byParts(region: Region, parts: HostParts): Split {
  return byPattern(
    region,
    present.of(parts, (all) => all.flatMap((one) => one ?? [])),
  );
}

const present = new Memo<HostParts, readonly Automaton[]>();

/** What the host part of an expression says whatever the path is, it need not say once more of some paths. */
const beyond = new Memo<HostParts, Memo<HostParts, HostParts>>();

function partsBeyond(parts: HostParts, others: HostParts): HostParts {
  return beyond
    .of(parts, () => new Memo())
    .of(others, () => parts.map((one, i) => (one && isBuiltAlike(one, others[i]) ? undefined : one)));
}

/** A CONNECT has `host:port` for its URL; other requests have a path, which may be unknown. */
export function matchUrl(facts: Facts, acl: Acl, region: Region): Split {
  // The built-in acl matches the pages of squid itself, which are not part of any service.
  if (acl.isBuiltIn && facts.request.path === undefined) return never(region);
  const { value, unknown } = patternsOf(acl, facts.program);
  if (!value) return withUnknown(never(region), unknown, acl, facts);
  if (!facts.hostKnown) return assume(region, acl, facts, 'the address that the client connects to');
  const { port, path } = facts.request;
  if (facts.form === 'connect') {
    const inWords = byWords(region, value, `:${port}`);
    const parts = partsOf(value, `:${port}`, (one) => between(one, '', `:${port}`));
    const split = orElse(inWords, (part) => byParts(part, parts));
    return withUnknown(split, unknown, acl, facts);
  }
  const prefix = `${facts.form}://`;
  const authorityEnd = port === (facts.form === 'http' ? 80 : 443) ? '' : `:${port}`;
  if (path !== undefined) {
    const suffix = authorityEnd + path;
    const parts = value.all().flatMap((one) => madeOf(between(one, prefix, suffix), NAME_SYMBOLS) ?? []);
    return withUnknown(byPattern(region, parts), unknown, acl, facts);
  }
  const first = `${authorityEnd}/`;
  const whatever = partsOf(value, `${prefix}*${first}*`, (one) => beforeAny(one, prefix, first));
  const definite = orElse(byWords(region, value, prefix + authorityEnd), (part) => byParts(part, whatever));
  // Any word can be in a path.
  const possible = (part: Region) => {
    const some = partsOf(value, `${prefix}*${first}`, (one) => beforeSome(one, prefix, first));
    return byParts(part, partsBeyond(some, whatever));
  };
  const rest = value.words() ? { yes: definite.no, no: [] } : splitAll(definite.no, possible);
  const assumed = splitAll(rest.yes, (part) => assume(part, acl, facts, 'the path of the URL'));
  const split = { yes: [...definite.yes, ...assumed.yes], no: [...rest.no, ...assumed.no], login: [] };
  return withUnknown(split, unknown, acl, facts);
}

export function matchPath(facts: Facts, acl: Acl, region: Region): Split {
  const { value, unknown } = patternsOf(acl, facts.program);
  if (facts.form === 'connect') return never(region);
  if (!value) return withUnknown(never(region), unknown, acl, facts);
  const { path } = facts.request;
  if (path !== undefined) return withUnknown(when(value.matches(path), region), unknown, acl, facts);
  return assume(region, acl, facts);
}
