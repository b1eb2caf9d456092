// Expands the words of a shell script with the known values of its variables.

import { addAll } from '../../../../kept/lists.js';
import {
  expandText,
  LIST_LIMIT,
  TEXT_LIMIT,
  textValue,
  unknownValue,
  type Value,
} from '../../../shared/script/value.js';
import { BASH } from '../../syntax/script/lexer.js';
import type { ShellWord, WordPart } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';
import { compute } from './arithmetic.js';
import { braceWords, printedWords } from './generated.js';
import { BLANKS, UNSET, type Variables } from './variables.js';

/** A field under construction. */
interface Field {
  text: string;
  unknown: boolean;
  /** Whether anything but unquoted expansions to nothing has been added. */
  present: boolean;
}

/**
 * Expands words to fields (POSIX.1-2017, Shell Command Language, 2.6 Word Expansions). A field has the range of the word
 * that it comes from; an unknown expansion gives an unknown field with the text of the word.
 */
export function expandWords(words: readonly ShellWord[], variables: Variables, script: string): Word[] {
  const fields: Word[] = [];
  for (const word of words) {
    if (fields.length > LIST_LIMIT) break;
    addAll(fields, expandWord(word, variables, script));
  }
  return fields;
}

export function expandWord(word: ShellWord, variables: Variables, script: string): Word[] {
  const braced = word.parts.findIndex(
    ({ kind, start, quoted }) => kind === 'computed' && !quoted && !/[$`]/.test(script.charAt(start)),
  );
  const part = word.parts[braced];
  // `sh` leaves braces as they are.
  const texts = part && BASH.test(script) ? braceWords(script.slice(part.start, part.end)) : undefined;
  if (part && texts) {
    return texts.flatMap((text) => {
      const parts = [...word.parts];
      parts[braced] = { kind: 'text', text, quoted: false, start: part.start, end: part.end };
      return expandWord({ ...word, parts }, variables, script);
    });
  }
  const fields: Field[] = [{ text: '', unknown: false, present: false }];
  for (const part of word.parts) addPart(part, fields, variables, script);
  const { start, end } = word;
  return fields
    .filter(({ present }) => present)
    .map(({ text, unknown }) =>
      unknown ? { start, end, text: '', unknown: script.slice(start, end) } : { start, end, text },
    );
}

/** The one text of a word, without splitting; `undefined` where it is unknown. */
export function wordText(word: ShellWord, variables: Variables, script: string): string | undefined {
  const quoted = word.parts.map((part) => ({ ...part, quoted: true }));
  const [field, more] = expandWord({ ...word, parts: quoted }, variables, script);
  if (!field) return '';
  return field.unknown !== undefined || more ? undefined : field.text;
}

function addPart(part: WordPart, fields: Field[], variables: Variables, script: string): void {
  switch (part.kind) {
    case 'text':
      addText(fields, part.text, true);
      return;
    case 'computed':
      addComputed(script.slice(part.start, part.end), part.quoted, fields, variables);
      return;
    case 'variable':
      addVariable(part, fields, variables);
  }
}

function last(fields: Field[]): Field {
  const field = fields[fields.length - 1];
  if (field) return field;
  const made: Field = { text: '', unknown: false, present: false };
  fields.push(made);
  return made;
}

function addText(fields: Field[], text: string, present: boolean): void {
  const field = last(fields);
  field.present ||= present;
  if (field.text.length + text.length <= TEXT_LIMIT) field.text += text;
  else field.unknown = true;
}

function addUnknown(fields: Field[]): void {
  const field = last(fields);
  field.unknown = true;
  field.present = true;
}

function addComputed(source: string, quoted: boolean, fields: Field[], variables: Variables): void {
  const formula = /^\$\(\((.*)\)\)$/s.exec(source)?.[1];
  const number = formula === undefined ? undefined : compute(formula, variables);
  const words = formula === undefined && !quoted ? printedWords(source, variables) : undefined;
  if (number !== undefined) addText(fields, String(number), true);
  else if (words) addExpansion(fields, words.join(' '), false, variables);
  else addUnknown(fields);
}

function addVariable(part: WordPart & { kind: 'variable' }, fields: Field[], variables: Variables): void {
  const value = valueOfVariable(part, variables);
  if (!value || value.kind === 'unknown') {
    if (value) addUnknown(fields);
    return;
  }
  if (value.kind === 'list' && part.quoted && JOINED.test(part.name)) {
    addJoined(fields, value.items, variables);
    return;
  }
  const items = value.kind === 'list' ? value.items : [value];
  if (fields.length + items.length > LIST_LIMIT) {
    addUnknown(fields);
    return;
  }
  variables.owe(WORD_MADE * items.length);
  items.forEach((item, index) => {
    if (index > 0) fields.push({ text: '', unknown: false, present: false });
    if (item.kind === 'unknown') addUnknown(fields);
    else if (item.kind === 'text') addExpansion(fields, item.text, part.quoted, variables);
  });
}

/** `$*` and `${list[*]}`: in quotes their items are one word. */
const JOINED = /^\*$|\[\*\]$/;

/** The items with what `IFS` begins with between them. */
function addJoined(fields: Field[], items: readonly Value[], variables: Variables): void {
  const { separators } = variables;
  const texts = items.map((item) => (item.kind === 'text' ? item.text : undefined));
  if (texts.includes(undefined) || (separators === undefined && texts.length > 1)) addUnknown(fields);
  else addText(fields, texts.join(separators?.[0] ?? ''), true);
}

/** What it costs to make a word of an item: it is expanded, read and handed on to what is called. */
const WORD_MADE = 16;

/** What it costs to cut a text into words, for each character. */
const CHARACTER_CUT = 1;

/**
 * Values outside of quotes are cut at blanks, or at what `IFS` holds (POSIX.1-2017, Shell Command Language, 2.6.5): blanks in it
 * part together, each other character by itself.
 */
function addExpansion(fields: Field[], text: string, quoted: boolean, variables: Variables): void {
  const { separators } = variables;
  if (quoted || separators === '') {
    addText(fields, text, quoted || text !== '');
    return;
  }
  if (separators === undefined && /[^A-Za-z0-9]/.test(text)) {
    addUnknown(fields);
    return;
  }
  variables.owe(CHARACTER_CUT * text.length);
  const startField = () => fields.push({ text: '', unknown: false, present: false });
  let isBehindBlank = false;
  for (const [piece] of text.matchAll(separators === BLANKS ? /[ \t\n]+|[^ \t\n]+/g : /[\s\S]/g)) {
    const unit = piece.charAt(0);
    const parts = (separators ?? '').includes(unit);
    if (parts && BLANKS.includes(unit)) isBehindBlank ||= last(fields).present;
    else if (parts) {
      last(fields).present = true;
      startField();
      isBehindBlank = false;
    } else {
      if (isBehindBlank) startField();
      isBehindBlank = false;
      addText(fields, piece, true);
    }
  }
  if (isBehindBlank) startField();
}

function valueOfVariable(part: WordPart & { kind: 'variable' }, variables: Variables): Value | undefined {
  const { name, operator, operand } = part;
  const value = lookUp(name, variables);
  const isUnset = value === UNSET;
  if (operator === undefined || !operand) return value;
  const operandText = wordText(operand, variables, '');
  const operandValue: Value = operandText === undefined ? unknownValue(`$${name}`) : textValue(operandText);
  // A variable that the script does not set may come from the environment; its default is what the author expects.
  const isSet =
    !isUnset && value !== undefined && value.kind !== 'unknown' && !(operator.startsWith(':') && isEmptyText(value));
  const known = variables.get(name) !== undefined && value?.kind === 'unknown';
  switch (operator[operator.length - 1]) {
    case '+':
      if (known) return unknownValue(`$${name}`);
      return isSet ? operandValue : textValue('');
    case '=':
      if (!isSet && !known) variables.set(name, operandValue);
      return isSet || known ? value : operandValue;
    case '?':
      return value;
    default:
      return isSet || known ? value : operandValue;
  }
}

function isEmptyText(value: Value): boolean {
  return value.kind === 'text' && value.text === '';
}

function lookUp(name: string, variables: Variables): Value {
  const { positional } = variables;
  const unknown = unknownValue(`$${name}`);
  if (name === '@' || name === '*') return variables.arguments(name) ?? unknown;
  if (name === '#') return positional ? textValue(String(positional.length)) : unknown;
  if (/^[1-9]\d?$/.test(name)) return variables.argument(name) ?? unknown;
  return variables.get(name.replace('[*]', '')) ?? (name === 'IFS' ? textValue(BLANKS) : unknown);
}

/** The text of a here-document with its variables replaced; `undefined` where one is unknown. */
export function expandDocument(text: string, variables: Variables): string | undefined {
  return expandText(text, /\\([$`\\])|\$\{?([A-Za-z_]\w*)\}?|\$\(|`/g, ([, escaped, name]) => {
    if (escaped !== undefined) return escaped;
    const value = name === undefined ? undefined : variables.get(name);
    return value?.kind === 'text' ? value.text : undefined;
  });
}
