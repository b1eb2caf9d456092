// Acls on the URL of a request.

import { Interned, Memo } from '../../../kept/memo.js';
import { type Automaton, acceptsText } from '../../../model/language.js';
import { beforeAny, beforeSome, between } from '../../../model/quotients.js';
import { patternsOf } from '../program/acl-content.js';
import type { Acl } from '../program/acls.js';
import { assume, withUnknown } from './assume.js';
import type { Facts } from './facts.js';
import { byPattern, never, type Region, type Split, splitAll, when } from './regions.js';

/** The host part of URL automata, by what comes before and after the host; schemes and ports are few. */
const hostParts = new Memo<Automaton, Interned<string, Automaton>>();
const HOST_PARTS_LIMIT = 100;

function hostPart(automaton: Automaton, context: string, make: () => Automaton): Automaton {
  return hostParts.of(automaton, () => new Interned(HOST_PARTS_LIMIT)).of(context, make);
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
    const exact = hostPart(value, `:${port}`, () => between(value, '', `:${port}`));
    return withUnknown(byPattern(region, exact), unknown, acl, facts);
  }
  const prefix = `${facts.form}://`;
  const authorityEnd = port === (facts.form === 'http' ? 80 : 443) ? '' : `:${port}`;
  if (path !== undefined) {
    const suffix = authorityEnd + path;
    return withUnknown(byPattern(region, between(value, prefix, suffix)), unknown, acl, facts);
  }
  const first = `${authorityEnd}/`;
  const definite = byPattern(
    region,
    hostPart(value, `${prefix}*${first}*`, () => beforeAny(value, prefix, first)),
  );
  const possible = hostPart(value, `${prefix}*${first}`, () => beforeSome(value, prefix, first));
  const rest = splitAll(definite.no, (part) => byPattern(part, possible));
  const assumed = splitAll(rest.yes, (part) => assume(part, acl, facts, 'the path of the URL'));
  const split = { yes: [...definite.yes, ...assumed.yes], no: [...rest.no, ...assumed.no], login: [] };
  return withUnknown(split, unknown, acl, facts);
}

export function matchPath(facts: Facts, acl: Acl, region: Region): Split {
  const { value, unknown } = patternsOf(acl, facts.program);
  if (facts.form === 'connect') return never(region);
  if (!value) return withUnknown(never(region), unknown, acl, facts);
  const { path } = facts.request;
  if (path !== undefined) return withUnknown(when(acceptsText(value, path), region), unknown, acl, facts);
  return assume(region, acl, facts);
}
