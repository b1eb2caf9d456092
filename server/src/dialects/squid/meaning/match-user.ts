// Acls on the user of a request, and on replies of helpers.

import { patternsOf, wordsOf } from '../program/acl-content.js';
import { type Acl, hasOption } from '../program/acls.js';
import { assume, statementFor, withUnknown } from './assume.js';
import type { Facts } from './facts.js';
import { hasAnswer } from './fast.js';
import { asksForRequests, helperAsksLogin, helperOf } from './login.js';
import { always, byAssumption, never, type Region, type Split, splitAll, stop, when } from './regions.js';

/** Whether the user is known and listed; without a login, squid stops and requests one (`AuthenticateAcl`). */
export function matchUser(facts: Facts, acl: Acl, region: Region): Split {
  const { user } = facts.request;
  if (facts.decrypted) return region.loggedIn ? matchUserName(facts, acl, region) : never(region);
  // "Authentication not applicable on intercepted requests."
  if (region.listener.mode === 'intercept') return never(region);
  if (user === 'none') return stop(region);
  const known = region.loggedIn ? always(region) : isKnown(facts, acl, region);
  const split = splitAll(known.yes, (part) =>
    matchUserName(facts, acl, part.loggedIn ? part : { ...part, loggedIn: true }),
  );
  return { ...split, login: [...split.login, ...known.no] };
}

/** Where squid knows who the user is, or asks; elsewhere the acl has no answer. */
function isKnown(facts: Facts, acl: Acl, region: Region): Split {
  if (!facts.hasReply) return hasAnswer(facts, acl, region);
  // For a reply squid asks nobody (`clientReplyContext::processReplyAccessResult`), and a client that was never asked sends no name.
  if (typeof facts.request.user === 'object') return always(region);
  const statement = asksForRequests(facts.program) ? statementFor(facts.program, acl) : undefined;
  return statement ? byAssumption(region, 'logged in before', LOGGED_IN_BEFORE, statement) : never(region);
}

const LOGGED_IN_BEFORE = {
  yes: { phrase: 'the client has logged in before' },
  no: { phrase: 'the client has not logged in before' },
};

function matchUserName(facts: Facts, acl: Acl, region: Region): Split {
  const { user } = facts.request;
  if (acl.type.name === 'max_user_ip') return assume(region, acl, facts);
  if (acl.type.values === 'patterns') {
    const { value, unknown } = patternsOf(acl, facts.program);
    if (typeof user !== 'object') return assume(region, acl, facts, 'the name of the user');
    return withUnknown(when(value?.matches(user.name) ?? false, region), unknown, acl, facts);
  }
  const { value, unknown } = wordsOf(acl, facts.program);
  if (value.has('REQUIRED')) return always(region);
  if (typeof user !== 'object') return assume(region, acl, facts, 'the name of the user');
  const ignoreCase = hasOption(acl, 'i');
  const name = ignoreCase ? user.name.toLowerCase() : user.name;
  const listed = [...value].some((word) => (ignoreCase ? word.toLowerCase() : word) === name);
  return withUnknown(when(listed, region), unknown, acl, facts);
}

export function matchHelper(facts: Facts, acl: Acl, region: Region): Split {
  const helper = helperOf(acl);
  const reason = `the reply of the helper '${helper}'`;
  const ask = (part: Region): Split => {
    const known = hasAnswer(facts, acl, part);
    const split = splitAll(known.yes, (one) => assume(one, acl, facts, reason));
    return { ...split, login: [...split.login, ...known.no] };
  };
  if (!helperAsksLogin(facts.program, helper)) return ask(region);
  if (facts.decrypted) return region.loggedIn ? ask(region) : never(region);
  if (region.listener.mode === 'intercept') return never(region);
  if (facts.request.user === 'none') return stop(region);
  const known = region.loggedIn || facts.fastOnly ? always(region) : isKnown(facts, acl, region);
  const split = splitAll(known.yes, (part) => ask({ ...part, loggedIn: true }));
  return { ...split, login: [...split.login, ...known.no] };
}
