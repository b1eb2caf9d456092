// Slow acls in lists that take only fast ones.

import type { Acl } from '../program/acls.js';
import type { Program } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import { aclKey } from '../syntax/tree.js';
import { statementFor } from './assume.js';
import type { Facts } from './facts.js';
import { always, byAssumption, never, type Region, type Split } from './regions.js';

/** The lists of a request in which squid waits for an answer ("supports both fast and slow acl types", cf.data.pre). */
const WAITING_LISTS = ['http_access', 'adapted_http_access', 'ssl_bump', 'always_direct', 'never_direct'];

/**
 * Where squid has the answer of a slow acl at once: in a list that takes only fast acls it cannot wait for a helper or for a
 * name server (`ACLChecklist::goAsync`), so it knows only what it has asked before.
 */
export function hasAnswer(facts: Facts, acl: Acl, region: Region): Split {
  if (!facts.fastOnly || region.assumed.has(`acl ${acl.key}`)) return always(region);
  // Addresses are also looked up for requests that go to their servers directly.
  if (acl.type.name !== 'dst' && !WAITING_LISTS.some((list) => usesType(facts.program, list, acl)))
    return never(region);
  const statement = statementFor(facts.program, acl);
  if (!statement) return never(region);
  const phrase = (before: string, after: string) => ({
    phrase: `${before} the acl '${acl.name}' ${after}`,
    plural: { before: `${before} the acls `, name: `'${acl.name}'`, after: ` ${after}` },
  });
  const phrases = {
    yes: phrase('squid has the answer for', 'already'),
    no: phrase('squid has no answer for', 'yet'),
  };
  return byAssumption(region, `answer ${acl.key}`, phrases, statement);
}

/** Whether a list asks for something of the type of an acl. */
function usesType(program: Program, list: string, { type }: Acl): boolean {
  for (const { line } of rulesOf(program, list)) {
    if (line.statement.references.some(({ name }) => program.acls.get(aclKey(name))?.type === type)) return true;
  }
  return false;
}
