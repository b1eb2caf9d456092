// Words of a command line, and how iptables-restore splits a line into them.
import type { TextRange } from '../../../text/range.js';
import type { LineProblem } from '../../shared/line-problem.js';

/** A word of a statement. Offsets count from the start of its line, or of the script. */
export interface Word extends TextRange {
  readonly text: string;
  /** The expression whose value is unknown, as the script writes it: `$EXTERNAL`, `$(cat hosts)`. */
  readonly unknown?: string;
}

/** "chain name … too long (must be under 29 chars)" of iptables. */
export const CHAIN_NAME_LENGTH = 28;

export function syntaxError(word: TextRange, message: string): LineProblem {
  return { code: 'syntax-error', start: word.start, end: word.end, message };
}

const SPACE = 32;
const TAB = 9;
const LINE_FEED = 10;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Splits a line of an iptables-save file into words as iptables-restore does (`add_param_to_argv`): white space separates,
 * double quotes group and end a word, and a backslash inside them escapes the character after it.
 */
export function restoreWords(raw: string, from = 0): Word[] {
  const words: Word[] = [];
  const { length } = raw;
  let at = from;
  while (at < length) {
    const unit = raw.charCodeAt(at);
    if (unit === SPACE || unit === TAB || unit === LINE_FEED) {
      at++;
      continue;
    }
    const start = at;
    while (at < length && !endsPlainWord(raw.charCodeAt(at))) at++;
    if (raw.charCodeAt(at) !== QUOTE) words.push({ start, end: at, text: raw.slice(start, at) });
    else {
      const quoted = quotedText(raw, at);
      words.push({ start, end: quoted.end, text: raw.slice(start, at) + quoted.text });
      at = quoted.end;
    }
  }
  return words;
}

function endsPlainWord(unit: number): boolean {
  return unit === SPACE || unit === TAB || unit === LINE_FEED || unit === QUOTE;
}

/** The text from the quote at `start` to the closing one, or to the end of the line where there is none. */
function quotedText(raw: string, start: number): { text: string; end: number } {
  let text = '';
  let at = start + 1;
  for (; at < raw.length; at++) {
    const unit = raw.charCodeAt(at);
    if (unit === QUOTE) return { text, end: at + 1 };
    if (unit === LINE_FEED) break;
    if (unit === BACKSLASH && at + 1 < raw.length) at++;
    text += raw[at] ?? '';
  }
  return { text, end: at };
}
