// What stands before a dot: its members, as far as the text tells its type. Works on text that is being typed and does not parse.

import { type Member, membersOfGlobal, membersOfType, type TypeName } from '../vocabulary/javascript.js';
import { HELPERS } from '../vocabulary/words.js';

/** How much of the text before the dot is looked at, in UTF-16 code units. */
const WINDOW = 20_000;

/** How many variables and parts an expression is followed through. */
const DEPTH_LIMIT = 12;

/** How long the value of a variable may be to be looked at, in UTF-16 code units. */
const VALUE_LIMIT = 2_000;

const CALLED: ReadonlyMap<string, TypeName> = new Map([
  ...HELPERS.map(({ name, returns }) => [name, returns.replace(' | null', '')] as const),
  ['String', 'string'],
  ['Number', 'number'],
  ['parseInt', 'number'],
  ['parseFloat', 'number'],
  ['RegExp', 'RegExp'],
  ['Date', 'Date'],
  ['Map', 'Map'],
  ['Set', 'Set'],
  ['Array', 'array'],
]);

/** The members of the expression before the dot at an offset; empty where its type is unknown. */
export function membersBefore(text: string, dot: number): ReadonlyMap<string, Member> {
  const from = Math.max(0, dot - WINDOW);
  return membersAtEnd(text.slice(from, dot), DEPTH_LIMIT);
}

function membersAtEnd(code: string, depth: number): ReadonlyMap<string, Member> {
  const holder = /(?:^|[^\w$.])([A-Z]\w*)\s*$/.exec(code.slice(-LONGEST_NAME))?.[1];
  const members = membersOfGlobal(holder ?? '');
  if (members.size > 0) return members;
  const isNumber = /(?:^|[^\w$.])\d+$/.test(code.slice(-LONGEST_NAME));
  const type = isNumber ? undefined : typeAtEnd(code, depth);
  return membersOfType(type ?? '');
}

const LONGEST_NAME = 80;

/** The type of the expression that ends with a text. */
function typeAtEnd(code: string, depth: number): TypeName | undefined {
  if (depth === 0) return undefined;
  const text = code.trimEnd();
  const last = text.at(-1) ?? '';
  if (last === '"' || last === "'" || last === '`') return 'string';
  if (last === ')') return typeOfCall(text, depth);
  if (last === ']') return typeOfBrackets(text, depth);
  if (last === '}') return 'object';
  if (/\/[a-z]{0,6}$/.test(text.slice(-8)) && REGULAR_EXPRESSION.test(text.slice(-LONGEST_EXPRESSION))) return 'RegExp';
  const name = /[\w$]+$/.exec(text.slice(-LONGEST_NAME))?.[0];
  if (name === undefined) return undefined;
  if (/^\d/.test(name)) return 'number';
  const before = text.slice(0, text.length - name.length).trimEnd();
  if (before.endsWith('.')) return membersAtEnd(before.slice(0, -1), depth - 1).get(name)?.type;
  return typeOfName(name, before, depth - 1);
}

const LONGEST_EXPRESSION = 300;
const REGULAR_EXPRESSION = /[=(,:;!&|?[{}\n]\s*\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*$/;
const LITERAL = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

function typeOfCall(text: string, depth: number): TypeName | undefined {
  const open = openingOf(text);
  if (open < 0) return undefined;
  const before = text.slice(0, open).trimEnd();
  const name = /[\w$]+$/.exec(before.slice(-LONGEST_NAME))?.[0];
  if (name === undefined || /^(?:if|for|while|return|typeof)$/.test(name)) {
    return typeOfValue(text.slice(open + 1, -1), text.slice(0, open), depth - 1);
  }
  const rest = before.slice(0, before.length - name.length).trimEnd();
  if (!rest.endsWith('.')) return CALLED.get(name);
  const member = membersAtEnd(rest.slice(0, -1), depth - 1).get(name);
  // Of what is unknown: methods that texts alone have, and return texts of all, say what it is.
  const type = member?.type ?? (membersOfType('array').has(name) ? undefined : membersOfType('string').get(name)?.type);
  return type === 'any' ? undefined : type;
}

/** A list, or one of its elements. */
function typeOfBrackets(text: string, depth: number): TypeName | undefined {
  const open = openingOf(text);
  if (open < 0) return undefined;
  const before = text.slice(0, open).trimEnd();
  if (!/[\w$)\]]$/.test(before.slice(-1))) return /^\[\s*["']/.test(text.slice(open)) ? 'string[]' : 'array';
  const list = typeAtEnd(before, depth - 1);
  return list === 'string[]' || list === 'string' ? 'string' : undefined;
}

/** Where the bracket opens that a text ends with; -1 where it does not. Texts in quotes are passed over. */
function openingOf(text: string): number {
  let open = 0;
  let quote = '';
  for (let i = text.length - 1; i >= 0; i--) {
    const unit = text.charAt(i);
    if (quote !== '') {
      if (unit === quote && text.charAt(i - 1) !== '\\') quote = '';
    } else if (unit === '"' || unit === "'") quote = unit;
    else if (/[)\]}]/.test(unit)) open++;
    else if (/[([{]/.test(unit) && --open === 0) return i;
  }
  return -1;
}

/** A name is what it was declared or set as last before; those of the entry function's parameters are texts. */
function typeOfName(name: string, before: string, depth: number): TypeName | undefined {
  const set = lastMatch(before, new RegExp(`(?:^|[^\\w$.])${escaped(name)}\\s*=(?![=>])`, 'g'));
  if (set >= 0) return typeOfValue(valueAt(before, set), before.slice(0, set), depth);
  if (name === 'host' || name === 'url') return 'string';
  const parameters = /FindProxyForURL(?:Ex)?\s*(?:=\s*function\s*\w*\s*)?\(\s*([\w$]+)\s*,\s*([\w$]+)\s*\)/.exec(
    before,
  );
  return parameters?.slice(1).includes(name) ? 'string' : undefined;
}

/** Where the last match of an expression ends; -1 where there is none. */
function lastMatch(text: string, expression: RegExp): number {
  let end = -1;
  for (const match of text.matchAll(expression)) end = match.index + match[0].length;
  return end;
}

/** The value that begins at an offset: up to the end of its statement or line, outside of brackets. */
function valueAt(text: string, offset: number): string {
  let open = 0;
  const value = text.slice(offset, offset + VALUE_LIMIT);
  const code = value.replace(LITERAL, (literal) => '_'.repeat(literal.length));
  for (let i = 0; i < code.length; i++) {
    const unit = code.charAt(i);
    if (/[([{]/.test(unit)) open++;
    else if (/[)\]}]/.test(unit) && --open < 0) return value.slice(0, i);
    else if (open === 0 && /[;,\n]/.test(unit)) return value.slice(0, i);
  }
  return value;
}

/** What is joined with a text is one; other operators are not followed. */
function typeOfValue(value: string, before: string, depth: number): TypeName | undefined {
  const bare = value.replace(LITERAL, (literal) => (literal.startsWith('/') ? '0' : '""'));
  if (/[<>!=]=|&&|\|\||[<>?!]/.test(bare)) return undefined;
  if (/\+/.test(bare)) return /""/.test(bare) ? 'string' : undefined;
  if (/^\s*new\s/.test(value)) return CALLED.get(/^\s*new\s+(\w+)/.exec(value)?.[1] ?? '');
  return typeAtEnd(`${before}${value}`, depth);
}

function escaped(name: string): string {
  return name.replaceAll('$', String.raw`\$`);
}
