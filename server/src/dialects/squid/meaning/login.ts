import { type Acl, type Program, statementsOf } from '../program/program.js';

/** Whether a denial right after this acl is sent as a demand for a login (`aclIsProxyAuth`, src/acl/Gadgets.cc). */
export function asksLogin(program: Program, acl: Acl): boolean {
  switch (acl.type.name) {
    case 'proxy_auth':
    case 'proxy_auth_regex':
      return true;
    case 'external':
      return helperAsksLogin(program, acl.lines[0]?.entry.statement.values[0]?.text ?? '');
    default:
      return false;
  }
}

/** Whether the format of an external_acl_type has the name of the user who logged in. */
export function helperAsksLogin(program: Program, helper: string): boolean {
  return statementsOf(program, 'external_acl_type').some(({ entry }) => {
    const [name, ...format] = entry.statement.arguments;
    return name?.text === helper && format.some(({ text }) => /^%(LOGIN|ul)\b/.test(text));
  });
}
