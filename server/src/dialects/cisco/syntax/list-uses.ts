// Finds the access lists that lines of other features (NAT, route maps, logins) name.
import { LIST_COMMANDS, LIST_NAME_FILLERS, LIST_USES } from '../vocabulary/commands.js';
import { Cursor, referenceTo } from './cursor.js';
import type { NameReference, Statement, Token } from './tree.js';

/** `undefined` where it names none. */
export function readListUses(tokens: readonly Token[]): Statement | undefined {
  const references: NameReference[] = listsOfCommand(tokens);
  tokens.forEach((token, i) => {
    const use = LIST_USES.beginning(token.text.toLowerCase());
    if (!use) return;
    let at = i + 1;
    while (LIST_NAME_FILLERS.includes(tokens[at]?.text.toLowerCase() ?? '')) at++;
    // `match ip address A B C`: several may follow.
    for (let name = tokens[at]; name; name = tokens[++at]) {
      references.push(referenceTo('access-list', name));
      if (use.reads === 'one list') break;
    }
  });
  return references.length === 0 ? undefined : { kind: 'use', references };
}

/** Of commands that name a list without a word for it: `snmp-server community TEXT RO 10`. */
function listsOfCommand(tokens: readonly Token[]): NameReference[] {
  const cursor = new Cursor(tokens);
  const reads = cursor.acceptCommand(LIST_COMMANDS)?.reads;
  const name = reads === 'last word' ? tokens[tokens.length - 1] : reads && cursor.next;
  return name ? [referenceTo('access-list', name)] : [];
}
