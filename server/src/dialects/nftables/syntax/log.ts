// Reads the options of `log`.
import { type Cursor, Unreadable } from './cursor.js';

const LOG_LEVELS: ReadonlySet<string> = new Set([
  'emerg',
  'alert',
  'crit',
  'err',
  'warn',
  'notice',
  'info',
  'debug',
  'audit',
]);

/** What follows `log`. */
export function parseLog(cursor: Cursor): void {
  for (;;) {
    if (cursor.acceptWord('prefix')) cursor.expectString('a quoted string');
    else if (cursor.acceptWord('level')) {
      const level = cursor.expectString('a log level');
      if (!LOG_LEVELS.has(level.text)) throw new Unreadable(level, `invalid log level '${level.text}'`);
    } else if (cursor.isWord('group') || cursor.isWord('snaplen') || cursor.isWord('queue-threshold')) {
      cursor.take();
      cursor.expectNumber();
    } else if (cursor.acceptWord('flags')) parseLogFlags(cursor);
    else return;
  }
}

function parseLogFlags(cursor: Cursor): void {
  const flag = cursor.expectOneOf(new Set(['tcp', 'ip', 'skuid', 'ether', 'all']), 'a log flag');
  if (flag === 'ip') cursor.expectWord('options');
  if (flag !== 'tcp') return;
  const parts = new Set(['sequence', 'options']);
  do cursor.expectOneOf(parts, "'sequence' or 'options'");
  while (cursor.acceptMark(','));
}
