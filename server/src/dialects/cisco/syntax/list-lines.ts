// Reads the lines of an access list: those under its header, and those that begin with the name of their list.
import type { ListForm } from '../vocabulary/command-table.js';
import { ACCESS_LIST, ACCESS_LIST_SETTINGS, ACCESS_LIST_TYPES } from '../vocabulary/commands.js';
import { prefixSet } from './addresses.js';
import { Cursor, problemAt } from './cursor.js';
import { opaqueEntry, readEntry } from './entry.js';
import { type AclEntry, type ListName, NOTHING, type Platform, SECTION, type Statement, type Token } from './tree.js';

/** Reads an entry, a remark or the removal of one; `undefined` where it is none of these. */
export function readListLine(tokens: readonly Token[], form: ListForm, list?: ListName): Statement | undefined {
  const cursor = new Cursor(tokens);
  const negated = cursor.accept('no') !== undefined;
  if (form === 'ipv6') cursor.accept('sequence');
  const sequenceToken = /^\d{1,10}$/.test(cursor.keyword) ? cursor.take() : undefined;
  const sequence = sequenceToken && Number(sequenceToken.text);
  const first = cursor.next;
  const body = negated ? cursor.restText() : '';
  if (negated && !first)
    return sequence === undefined ? undefined : { kind: 'remove-entry', list, sequence, body, entry: undefined };
  const command = cursor.acceptCommand(ACCESS_LIST, negated);
  switch (command?.reads) {
    case 'entry':
      return { kind: 'entry', entry: readEntry(cursor, form, sequence), list };
    case 'dynamic':
      return { kind: 'entry', entry: readDynamic(cursor, form, sequence), list };
    case 'remark':
      return { kind: 'remark', list, sequence };
    case 'evaluate': {
      const sessions = cursor.take();
      return sessions && { kind: 'evaluate', name: sessions.text, sequence };
    }
    case 'removal':
      return { kind: 'remove-entry', list, sequence, body, entry: entryOf(readListLine(tokens.slice(1), form, list)) };
    case 'end':
      return { kind: 'open-section', mode: SECTION };
    case undefined:
      if (command) return NOTHING;
      return sequenceToken ? unknownEntry(first ?? sequenceToken, form, sequence, list) : undefined;
  }
}

/** A line of a list that is no entry, remark or option which Lintel knows: it may permit or deny any packet. */
export function unknownEntry(token: Token, form: ListForm, sequence?: number, list?: ListName): Statement {
  const problem = problemAt(token, `Lintel does not know '${token.text}' in an access list`, 'unmodelled-statement');
  return { kind: 'entry', entry: opaqueEntry(form, sequence, `'${token.text}'`, problem), list };
}

/** `dynamic NAME [timeout MINUTES]` before the `permit` of an entry that holds only for those who have logged in. */
function readDynamic(cursor: Cursor, form: ListForm, sequence: number | undefined): AclEntry {
  const name = cursor.take() ?? cursor.last;
  if (cursor.accept('timeout')) cursor.take();
  const action = cursor.accept('permit', 'deny');
  if (action) return readEntry(cursor, form, sequence, [`a login to ${name.text}`]);
  return opaqueEntry(form, sequence, `a login to ${name.text}`, cursor.invalid('action', cursor.next));
}

/** Reads what follows `access-list`. */
export function readAccessList(cursor: Cursor, remove: boolean, platform: Platform): Statement {
  if (cursor.acceptCommand(ACCESS_LIST_SETTINGS)) return NOTHING;
  const token = cursor.take();
  // "show access-list" puts a semicolon behind the name in its headings.
  if (!token || token.text.endsWith(';')) return NOTHING;
  const name = token.text;
  const line = cursor.accept('line') && Number(cursor.take()?.text);
  const type = cursor.acceptCommand(ACCESS_LIST_TYPES)?.reads;
  if (type === 'no packet filter') return NOTHING;
  const numbered = type === undefined && platform === 'router' && /^\d{1,4}$/.test(name);
  const form = numbered ? formOfNumber(Number(name)) : 'asa';
  if (!form) return NOTHING;
  if (remove && !cursor.next) return { kind: 'remove-list', name };
  const list: ListName = { name, token, form, position: Number.isSafeInteger(line) ? line : undefined };
  const next = cursor.next;
  if (type === 'advanced' && !remove && next) return advancedEntry(next, list);
  if (form === 'asa' && platform === 'router' && isOfAnotherMaker(cursor)) return NOTHING;
  const statement = readListLine(cursor.rest(), form, list);
  if (!statement && !remove && next) return unknownEntry(next, form, undefined, list);
  if (!statement || !remove) return statement ?? NOTHING;
  return { kind: 'remove-entry', list, sequence: undefined, body: cursor.restText(), entry: entryOf(statement) };
}

function entryOf(statement: Statement | undefined): AclEntry | undefined {
  return statement?.kind === 'entry' ? statement.entry : undefined;
}

function advancedEntry(token: Token, list: ListName): Statement {
  const message = 'Lintel does not model advanced entries: the inspection of the device decides about what they permit';
  const problem = problemAt(token, message, 'unmodelled-statement');
  return { kind: 'entry', entry: opaqueEntry(list.form, undefined, 'the inspection of the device', problem), list };
}

/** FRRouting's and its relatives' lists have a name and filter routes: an address stands where the protocol would be. */
function isOfAnotherMaker(cursor: Cursor): boolean {
  const [action, next] = [cursor.keyword, cursor.peek(1)?.text.toLowerCase() ?? ''];
  if (action === 'seq') return true;
  return /^(?:permit|deny)$/.test(action) && (prefixSet(next) !== undefined || (next === 'any' && !cursor.peek(2)));
}

/** *Cisco IOS Security Command Reference*, `access-list (IP standard)` and `access-list (IP extended)`. */
export function formOfNumber(number: number): ListForm | undefined {
  if ((number >= 1 && number <= 99) || (number >= 1300 && number <= 1999)) return 'standard';
  if ((number >= 100 && number <= 199) || (number >= 2000 && number <= 2699)) return 'ipv4';
  return undefined;
}
