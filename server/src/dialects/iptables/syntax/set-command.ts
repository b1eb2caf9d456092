// Splits commands of ipset(8) into words, and words into the command, its arguments and the options of the program.
import { globalOption, type SetOperation, setOperation } from '../vocabulary/ipset.js';
import type { Word } from './words.js';

/** A command of ipset. */
export interface ParsedSetCommand {
  readonly operation: SetOperation;
  readonly word: Word;
  /** The words after the command, without the options of the program. */
  readonly values: readonly Word[];
  readonly exist: boolean;
  /** The file of `-file`. */
  readonly file: Word | undefined;
}

/** How many words ipset takes in one line (MAX_ARGS). */
const WORD_LIMIT = 32;

/**
 * Reads a command as ipset does: the options of the program are taken out wherever they stand, the first word after that is
 * the command. What is no command is returned as the word that is none; `undefined` where there is no word at all.
 */
export function parseSetCommand(words: readonly Word[]): ParsedSetCommand | Word | undefined {
  const rest: Word[] = [];
  let exist = false;
  let file: Word | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) continue;
    const option = word.unknown === undefined ? globalOption(word.text) : undefined;
    if (!option) rest.push(word);
    else if (option.hasValue) {
      i++;
      if (option.name === '-file') file = words[i];
    } else if (option.name === '-exist') exist = true;
  }
  const [word, ...values] = rest;
  if (!word) return undefined;
  const operation = word.unknown === undefined && words.length < WORD_LIMIT ? setOperation(word.text) : undefined;
  return operation ? { operation, word, values, exist, file } : word;
}

const QUOTE = 34;

/** Splits a line of a file for `ipset restore`: white space separates, quotes group, and no character escapes another. */
export function setWords(raw: string): Word[] {
  const words: Word[] = [];
  let text = '';
  let start = -1;
  let quoted = false;
  for (let at = 0; at <= raw.length; at++) {
    const unit = at < raw.length ? raw.charCodeAt(at) : 10;
    if (unit === QUOTE) {
      quoted = !quoted;
      if (start < 0) start = at;
    } else if (isSpace(unit) && (!quoted || at === raw.length)) {
      if (text !== '') words.push({ start, end: at, text });
      text = '';
      start = -1;
    } else {
      if (start < 0) start = at;
      text += raw[at] ?? '';
    }
  }
  return words;
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}
