// Reads the lines of an access list: those under its header, and those that begin with the name of their list.
import type { ListForm } from '../vocabulary/command-table.js';
import { ACCESS_LIST, ACCESS_LIST_TYPES } from '../vocabulary/commands.js';
import { Cursor } from './cursor.js';
import { readEntry } from './entry.js';
import { unmodelled } from './statement-problems.js';
import { type ListName, NOTHING, type Platform, SECTION, type Statement, type Token } from './tree.js';

/** Reads an entry, a remark or the removal of one; `undefined` where it is none of these. */
export function readListLine(tokens: readonly Token[], form: ListForm, list?: ListName): Statement | undefined {
  const cursor = new Cursor(tokens);
  const negated = cursor.accept('no') !== undefined;
  if (form === 'ipv6') cursor.accept('sequence');
  const sequenceToken = /^\d{1,10}$/.test(cursor.keyword) ? cursor.take() : undefined;
  const sequence = sequenceToken && Number(sequenceToken.text);
  const first = cursor.next;
  const body = negated ? cursor.restText() : '';
  if (negated && !first) return sequence === undefined ? undefined : { kind: 'remove-entry', list, sequence, body };
  const command = cursor.acceptCommand(ACCESS_LIST, negated);
  switch (command?.reads) {
    case 'entry':
      return { kind: 'entry', entry: readEntry(cursor, form, sequence), list };
    case 'remark':
      return { kind: 'remark', list, sequence };
    case 'evaluate': {
      const sessions = cursor.take();
      return sessions && { kind: 'evaluate', name: sessions.text, sequence };
    }
    case 'removal':
      return { kind: 'remove-entry', list, sequence, body };
    case 'end':
      return { kind: 'open-section', mode: SECTION };
    case undefined:
      if (command) return NOTHING;
      return sequenceToken ? unknownEntry(first ?? sequenceToken) : undefined;
  }
}

export function unknownEntry(token: Token): Statement {
  return unmodelled(token, `Lintel does not know '${token.text}' in an access list`);
}

/** Reads what follows `access-list`. */
export function readAccessList(cursor: Cursor, remove: boolean, platform: Platform): Statement {
  const token = cursor.take();
  if (!token) return NOTHING;
  const name = token.text;
  const line = cursor.accept('line') && Number(cursor.take()?.text);
  const type = cursor.acceptCommand(ACCESS_LIST_TYPES)?.reads;
  if (type === 'no packet filter') return NOTHING;
  const numbered = type === undefined && platform === 'router' && /^\d{1,4}$/.test(name);
  const form = numbered ? formOfNumber(Number(name)) : 'asa';
  if (!form) return NOTHING;
  if (remove && !cursor.next) return { kind: 'remove-list', name };
  const list: ListName = { name, token, form, position: Number.isSafeInteger(line) ? line : undefined };
  const statement = readListLine(cursor.rest(), form, list);
  if (!statement || !remove) return statement ?? NOTHING;
  return { kind: 'remove-entry', list, sequence: undefined, body: cursor.restText() };
}

/** *Cisco IOS Security Command Reference*, `access-list (IP standard)` and `access-list (IP extended)`. */
function formOfNumber(number: number): ListForm | undefined {
  if ((number >= 1 && number <= 99) || (number >= 1300 && number <= 1999)) return 'standard';
  if ((number >= 100 && number <= 199) || (number >= 2000 && number <= 2699)) return 'ipv4';
  return undefined;
}
