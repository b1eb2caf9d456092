import type { ShellWord, WordPart } from '../../syntax/script/tree.js';
import type { Word } from '../../syntax/words.js';

/** What a variable holds: one text, the elements of an array, or something that only a run of the script tells. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'unknown'; readonly source: string };

export function textValue(text: string): Value {
  return { kind: 'text', text };
}

/** The variables at one point of a script. */
export interface Variables {
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
  /** `$1` and so on, in order. */
  readonly positional: readonly Value[];
}

/** How long an expanded text may grow. */
const LENGTH_LIMIT = 65_536;

/** One field on its way. */
interface Field {
  text: string;
  unknown: boolean;
  /** Whether anything but unquoted expansions to nothing has been added. */
  present: boolean;
}

/**
 * Expands words to fields (POSIX.1-2017, Shell Command Language, 2.6 Word Expansions). A field has the place of the word
 * that it comes from; what cannot be known makes an unknown field with the word's own text.
 */
export function expandWords(words: readonly ShellWord[], variables: Variables, script: string): Word[] {
  return words.flatMap((word) => expandWord(word, variables, script));
}

export function expandWord(word: ShellWord, variables: Variables, script: string): Word[] {
  const fields: Field[] = [{ text: '', unknown: false, present: false }];
  for (const part of word.parts) addPart(part, fields, variables);
  const { start, end } = word;
  return fields
    .filter(({ present }) => present)
    .map(({ text, unknown }) =>
      unknown ? { start, end, text: '', unknown: script.slice(start, end) } : { start, end, text },
    );
}

/** The one text of a word, without splitting; `undefined` where it is not known. */
export function wordText(word: ShellWord, variables: Variables, script: string): string | undefined {
  const quoted = word.parts.map((part) => ({ ...part, quoted: true }));
  const [field, more] = expandWord({ ...word, parts: quoted }, variables, script);
  if (!field) return '';
  return field.unknown !== undefined || more ? undefined : field.text;
}

function addPart(part: WordPart, fields: Field[], variables: Variables): void {
  switch (part.kind) {
    case 'text':
      addText(fields, part.text, true);
      return;
    case 'computed':
      addUnknown(fields);
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
  field.text = (field.text + text).slice(0, LENGTH_LIMIT);
  field.present ||= present;
}

function addUnknown(fields: Field[]): void {
  const field = last(fields);
  field.unknown = true;
  field.present = true;
}

function addVariable(part: WordPart & { kind: 'variable' }, fields: Field[], variables: Variables): void {
  const value = valueOfVariable(part, variables);
  if (!value || value.kind === 'unknown') {
    if (value) addUnknown(fields);
    return;
  }
  const items = value.kind === 'list' ? value.items : [value];
  items.forEach((item, index) => {
    if (index > 0) fields.push({ text: '', unknown: false, present: false });
    if (item.kind === 'unknown') addUnknown(fields);
    else if (item.kind === 'text') addExpansion(fields, item.text, part.quoted);
  });
}

/** Unquoted values are cut at white space. */
function addExpansion(fields: Field[], text: string, quoted: boolean): void {
  if (quoted) {
    addText(fields, text, true);
    return;
  }
  const pieces = text.split(/[ \t\n]+/);
  pieces.forEach((piece, index) => {
    if (index > 0 && (last(fields).present || index < pieces.length - 1)) {
      if (last(fields).present) fields.push({ text: '', unknown: false, present: false });
    }
    if (piece !== '') addText(fields, piece, true);
  });
}

function valueOfVariable(part: WordPart & { kind: 'variable' }, variables: Variables): Value | undefined {
  const { name, operator, operand } = part;
  const value = lookUp(name, variables, part);
  if (operator === undefined || !operand) return value;
  const operandText = wordText(operand, variables, '');
  const operandValue: Value = operandText === undefined ? unknownOf(part) : textValue(operandText);
  // Where the script itself gives no value, one may come from outside; the default is what the author expects.
  const isSet = value !== undefined && value.kind !== 'unknown' && !(operator.startsWith(':') && isEmptyText(value));
  const known = variables.get(name) !== undefined && value?.kind === 'unknown';
  switch (operator[operator.length - 1]) {
    case '+':
      if (known) return unknownOf(part);
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

function unknownOf({ name }: { readonly name: string }): Value {
  return { kind: 'unknown', source: `$${name}` };
}

function lookUp(name: string, variables: Variables, part: { readonly name: string }): Value {
  if (name === '@' || name === '*') return { kind: 'list', items: variables.positional };
  if (name === '#') return textValue(String(variables.positional.length));
  if (/^[1-9]\d?$/.test(name)) return variables.positional[Number(name) - 1] ?? unknownOf(part);
  return variables.get(name) ?? unknownOf(part);
}
