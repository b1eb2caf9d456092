// Acls on the URL of a request.

import { Interned, Memo } from '../../../kept/memo.js';
import { NAME_SYMBOLS } from '../../../model/host-search.js';
import type { Automaton } from '../../../model/language.js';
import { beforeAny, beforeSome, between, madeOf } from '../../../model/quotients.js';
import { patternsOf } from '../program/acl-content.js';
import type { Acl } from '../program/acls.js';
import type { Patterns } from '../program/patterns.js';
import { assume, withUnknown } from './assume.js';
import type { Facts } from './facts.js';
import { always, byPattern, never, orElse, type Region, type Split, splitAll, when } from './regions.js';

/** The host part of URL automata, by what comes before and after the host; schemes and ports are few. */
const hostParts = new Memo<Patterns, Interned<string, readonly Automaton[]>>();
const HOST_PARTS_LIMIT = 100;

/** Splits a region by the expressions that are words: they are in the host, or in what stands around it, but in no part of both. */
function byWords(region: Region, patterns: Patterns, around: string): Split {
  return patterns.hasWordIn(around) ? always(region) : byPattern(region, patterns.words());
}

/** Splits a region by expressions, of which `make` takes the host part; `context` tells these parts apart. */
function byOthers(region: Region, patterns: Patterns, context: string, make: (one: Automaton) => Automaton): Split {
  const parts = hostParts
    .of(patterns, () => new Interned(HOST_PARTS_LIMIT))
    .of(context, () => patterns.others().flatMap((one) => madeOf(make(one), NAME_SYMBOLS) ?? []));
  return byPattern(region, parts);
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
    const split = orElse(inWords, (part) => byOthers(part, value, `:${port}`, (one) => between(one, '', `:${port}`)));
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
  const definite = orElse(byWords(region, value, prefix + authorityEnd), (part) =>
    byOthers(part, value, `${prefix}*${first}*`, (one) => beforeAny(one, prefix, first)),
  );
  // Any word can be in a path.
  const possible = (part: Region) =>
    byOthers(part, value, `${prefix}*${first}`, (one) => beforeSome(one, prefix, first));
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
