// Reads times, amounts and rates, and the comments and counts that may accompany them.
import { type Cursor, Unreadable } from './cursor.js';

/** The maximum length of comments (NFTNL_UDATA_COMMENT_MAXLEN). */
const COMMENT_LIMIT = 128;

export function parseComment(cursor: Cursor): void {
  const text = cursor.expectString('a comment in quotes');
  if (text.text.length > COMMENT_LIMIT) throw new Unreadable(text, `a comment has at most ${COMMENT_LIMIT} characters`);
}

/** A time such as `1h30m`; a plain number is not one. */
export function parseTime(cursor: Cursor): void {
  const { token } = cursor;
  if (token.kind !== 'word' || !/^\d/.test(token.text)) throw cursor.unexpected('a time such as 10m');
  cursor.take();
}

/** The values of a counter. */
export function parseCounts(cursor: Cursor): void {
  while (cursor.isWord('packets') || cursor.isWord('bytes')) {
    cursor.take();
    cursor.expectNumber();
  }
}

/** `used 5m` or `used never`, after `last`. */
export function parseLastUse(cursor: Cursor): void {
  if (!cursor.acceptWord('used') || cursor.acceptWord('never')) return;
  parseTime(cursor);
}

const TIME_UNITS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week']);

/** Units of bytes; with `/second` and the like they form one word, because a word may hold a slash. */
const DATA_UNIT = /^(?:bytes|kbytes|mbytes)$/;
const DATA_RATE = /^(?:bytes|kbytes|mbytes)\/(?:second|minute|hour|day|week)$/;

/** `rate over 10/second burst 5 packets`, after `limit`. */
export function parseRate(cursor: Cursor): void {
  cursor.expectWord('rate');
  if (!cursor.acceptWord('over')) cursor.acceptWord('until');
  cursor.expectNumber();
  let inBytes = false;
  if (cursor.token.kind === 'word' && /^[kmg]?bytes\/$/.test(cursor.token.text)) {
    // `1025bytes/ second`, which nft 1.1 reads.
    cursor.take();
    inBytes = true;
    cursor.expectOneOf(TIME_UNITS, 'a unit of time');
  } else if (cursor.token.kind === 'word' && DATA_RATE.test(cursor.token.text)) {
    cursor.take();
    inBytes = true;
  } else {
    if (cursor.token.kind === 'word' && DATA_UNIT.test(cursor.token.text)) {
      cursor.take();
      inBytes = true;
    }
    cursor.expectMark('/');
    cursor.expectOneOf(TIME_UNITS, 'a unit of time');
  }
  if (!cursor.acceptWord('burst')) return;
  const { token } = cursor;
  if (cursor.expectNumber() === 0) throw new Unreadable(token, 'the burst of a limit has to be greater than 0');
  if (inBytes) parseDataUnit(cursor);
  else cursor.expectWord('packets');
}

function parseDataUnit(cursor: Cursor): void {
  const { token } = cursor;
  if (token.kind !== 'word' || !DATA_UNIT.test(token.text)) throw cursor.unexpected("'bytes', 'kbytes' or 'mbytes'");
  cursor.take();
}

/** `over 10 mbytes used 3 bytes`, after `quota`. */
export function parseQuota(cursor: Cursor): void {
  if (!cursor.acceptWord('over')) cursor.acceptWord('until');
  cursor.expectNumber();
  parseDataUnit(cursor);
  if (cursor.acceptWord('used')) {
    cursor.expectNumber();
    parseDataUnit(cursor);
  }
}

/** `count over 20`, after `ct`. */
export function parseConnectionCount(cursor: Cursor): void {
  cursor.expectWord('count');
  cursor.acceptWord('over');
  cursor.expectNumber();
}
