// Finds the acls that request a login.

import { Memo } from '../../../kept/memo.js';
import type { Acl } from '../program/acls.js';
import { linesOf, type Program } from '../program/program.js';
import { rulesOf } from '../program/rules.js';
import { aclKey } from '../syntax/tree.js';
import { LOGIN_CODES } from '../vocabulary/values.js';

/** Whether a denial right after this acl is sent as a login request (`aclIsProxyAuth`, src/acl/Gadgets.cc). */
export function asksLogin(program: Program, acl: Acl): boolean {
  switch (acl.type.name) {
    case 'proxy_auth':
    case 'proxy_auth_regex':
      return true;
    case 'external':
      return helperAsksLogin(program, helperOf(acl));
    default:
      return false;
  }
}

/** The external_acl_type of an acl of type `external`. */
export function helperOf(acl: Acl): string {
  return acl.lines[0]?.line.statement.values[0]?.text ?? '';
}

/** Whether the format of an external_acl_type has the name of the user who logged in. */
export function helperAsksLogin(program: Program, helper: string): boolean {
  return linesOf(program, 'external_acl_type').some(({ line }) => {
    const [name, ...format] = line.statement.arguments;
    return name?.text === helper && format.some(({ text }) => LOGIN_CODES.has(/^%\w+/.exec(text)?.[0] ?? ''));
  });
}

const askingForRequests = new Memo<Program, boolean>();

/** Whether squid asks anybody for a login, in a list that requests pass: a client sends its name only once it was asked. */
export function asksForRequests(program: Program): boolean {
  return askingForRequests.of(program, () => {
    const seen = new Set<string>();
    const asks = ({ name }: { readonly name: string }): boolean => {
      const acl = program.acls.get(aclKey(name));
      if (!acl || seen.has(acl.key)) return false;
      seen.add(acl.key);
      return asksLogin(program, acl) || acl.lines.some(({ line }) => line.statement.references.some(asks));
    };
    return ['http_access', 'adapted_http_access'].some((list) =>
      [...rulesOf(program, list)].some(({ line }) => line.statement.references.some(asks)),
    );
  });
}
