import type { NameUse } from '../../dialect.js';
import type { Token } from '../syntax/parse.js';
import { type Item, referencesOf } from './blocks.js';
import type { Program } from './program.js';

/** IOS and NX-OS take 64 characters in names of lists and groups (*Cisco Nexus 9000 Series NX-OS Security Command Reference*). */
const NAME_LENGTH = 64;

/** Why a list, group or address cannot have a name. The number of a list says of which kind it is. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'access-list' && /^\d+$/.test(name)) return 'the number of a list says what kind of list it is';
  if (name.length > NAME_LENGTH) return `names have up to ${NAME_LENGTH} characters`;
  return /^[A-Za-z][^\s?!"|]*$/.test(name) ? undefined : 'it has to begin with a letter, and takes no spaces, ? ! " |';
}

/** Definitions and uses of lists, groups, objects and address names, in the order of the file. */
export function namesOf(program: Program): NameUse[] {
  const uses: NameUse[] = [];
  const defined = new Set<string>();
  for (const { base, summary } of program.blocks) {
    for (const item of summary.items) {
      const add = (token: Token, kind: string, role: NameUse['role']) => {
        const at = base + item.offset;
        uses.push({
          uri: program.uri,
          range: { start: at + token.start, end: at + token.end },
          name: token.text,
          kind,
          role,
        });
      };
      const token = definingToken(item);
      if (token) {
        const key = `${token.kind} ${token.token.text}`;
        // A numbered list is defined by its first line, and every further one names it again.
        add(token.token, token.kind, defined.has(key) ? 'reference' : 'definition');
        defined.add(key);
      }
      const { statement } = item;
      if (statement.kind === 'bind') add(statement.list, 'access-list', 'reference');
      for (const reference of referencesOf(statement)) {
        const isList = reference.kind === 'access-list';
        if (isList && !program.lists.has(reference.name)) continue;
        add(reference.token, isList || reference.kind === 'alias' ? reference.kind : 'object-group', 'reference');
      }
    }
  }
  return uses;
}

/** The name that a line defines. Objects and object groups share one kind: their names must differ. */
function definingToken({ statement }: Item): { token: Token; kind: string } | undefined {
  switch (statement.kind) {
    case 'open-list':
      return { token: statement.token, kind: 'access-list' };
    case 'ace':
    case 'remark':
      return statement.list && { token: statement.list.token, kind: 'access-list' };
    case 'open-group':
      return { token: statement.token, kind: 'object-group' };
    case 'alias':
      return { token: statement.name, kind: 'alias' };
    default:
      return undefined;
  }
}
