// Reads regular expressions of JavaScript into trees.
import type { Pattern, PatternFlags, PatternNode } from './javascript-regex-tree.js';

export type PatternReading =
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  /** The engine refuses it: `new RegExp` throws a SyntaxError. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** Valid, but beyond what is modelled. The reason reads after "because it". */
  | { readonly kind: 'unmodelled'; readonly reason: string };

const NESTING_LIMIT = 100;
const LENGTH_LIMIT = 200_000;

/**
 * Reads an expression as ECMA-262 does, with what its Annex B allows beyond the grammar. Whether it is valid decides the engine
 * itself, so that only valid expressions have to be read here.
 */
export function parseJavascriptRegex(source: string, flags: string): PatternReading {
  if (source.length > LENGTH_LIMIT) return { kind: 'unmodelled', reason: 'has a very long regular expression' };
  try {
    new RegExp(source, flags);
  } catch (error) {
    return { kind: 'invalid', reason: error instanceof Error ? error.message : 'it is not valid' };
  }
  if (flags.includes('v')) return { kind: 'unmodelled', reason: 'has a regular expression with the flag v' };
  try {
    return { kind: 'pattern', pattern: new Reader(source, readFlags(flags)).read() };
  } catch (error) {
    if (error instanceof Unmodelled) return { kind: 'unmodelled', reason: error.message };
    throw error;
  }
}

class Unmodelled extends Error {}

function readFlags(flags: string): PatternFlags {
  return {
    global: flags.includes('g'),
    ignoreCase: flags.includes('i'),
    multiline: flags.includes('m'),
    dotAll: flags.includes('s'),
    unicode: flags.includes('u'),
    sticky: flags.includes('y'),
  };
}

/** The letters of the control escapes in the order of what they stand for, from U+0009 on. */
const CONTROL_ESCAPES = 'tnvfr';
const FIRST_CONTROL = 9;

const GROUP_NAME = /\(\?<([^=!>][^>]*)>/y;
const QUANTIFIER = /\{(\d+)(?:(,)(\d*))?\}/y;

class Reader {
  private at = 0;
  private depth = 0;
  /** Capturing groups opened so far. */
  private groups = 0;
  private readonly groupCount: number;
  private readonly names: ReadonlyMap<string, number>;

  constructor(
    private readonly source: string,
    private readonly flags: PatternFlags,
  ) {
    const { count, names } = countGroups(source);
    this.groupCount = count;
    this.names = names;
  }

  read(): Pattern {
    const node = this.alternatives();
    return { node, flags: this.flags, groupCount: this.groupCount, groupNames: this.names };
  }

  private alternatives(): PatternNode {
    if (++this.depth > NESTING_LIMIT) throw new Unmodelled('has a regular expression that is nested too deeply');
    const options = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at++;
      options.push(this.sequence());
    }
    this.depth--;
    const [only] = options;
    return only && options.length === 1 ? only : { kind: 'alternatives', options };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const groupsFrom = this.groups + 1;
      parts.push(this.repeated(this.atom(), groupsFrom));
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  private repeated(body: PatternNode, groupsFrom: number): PatternNode {
    const bounds = this.bounds();
    if (!bounds) return body;
    const lazy = this.source[this.at] === '?';
    if (lazy) this.at++;
    return { kind: 'repeat', body, ...bounds, lazy, groupsFrom, groupsTo: this.groups + 1 };
  }

  private bounds(): { readonly min: number; readonly max: number } | undefined {
    switch (this.source[this.at]) {
      case '*':
        this.at++;
        return { min: 0, max: Number.POSITIVE_INFINITY };
      case '+':
        this.at++;
        return { min: 1, max: Number.POSITIVE_INFINITY };
      case '?':
        this.at++;
        return { min: 0, max: 1 };
      case '{': {
        const match = this.match(QUANTIFIER);
        // A brace that begins no quantifier stands for itself.
        if (!match) return undefined;
        this.at += match[0].length;
        const min = Number(match[1]);
        if (match[2] === undefined) return { min, max: min };
        return { min, max: match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]) };
      }
      default:
        return undefined;
    }
  }

  private match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    return sticky.exec(this.source);
  }

  private atom(): PatternNode {
    const from = this.at;
    switch (this.source[from]) {
      case '^':
        this.at++;
        return { kind: 'start' };
      case '$':
        this.at++;
        return { kind: 'end' };
      case '.':
        this.at++;
        return { kind: 'class', source: '.' };
      case '[':
        this.at = classEnd(this.source, from);
        return { kind: 'class', source: this.source.slice(from, this.at) };
      case '(':
        return this.group();
      case '\\':
        return this.escape();
      default:
        return this.character();
    }
  }

  /** A character that stands for itself. */
  private character(): PatternNode {
    const code = this.flags.unicode ? this.source.codePointAt(this.at) : this.source.charCodeAt(this.at);
    this.at += code !== undefined && code > 0xffff ? 2 : 1;
    return { kind: 'literal', code: code ?? 0 };
  }

  private group(): PatternNode {
    const { source, at } = this;
    for (const [opening, behind, negated] of LOOKS) {
      if (source.startsWith(opening, at)) return { kind: 'look', behind, negated, body: this.inParentheses(opening) };
    }
    if (source.startsWith('(?:', at)) return this.inParentheses('(?:');
    const named = this.match(GROUP_NAME);
    if (!named && source.startsWith('(?', at)) throw new Unmodelled('has a regular expression with changing flags');
    const index = ++this.groups;
    return { kind: 'group', index, body: this.inParentheses(named?.[0] ?? '(') };
  }

  private inParentheses(opening: string): PatternNode {
    this.at += opening.length;
    const body = this.alternatives();
    this.at++;
    return body;
  }

  private escape(): PatternNode {
    const { source, at } = this;
    const unit = source[at + 1] ?? '';
    if (/[dDwWsS]/.test(unit)) return this.class(2);
    if (unit === 'b' || unit === 'B') {
      this.at += 2;
      return { kind: unit === 'b' ? 'boundary' : 'no-boundary' };
    }
    if ((unit === 'p' || unit === 'P') && this.flags.unicode) return this.class(source.indexOf('}', at) + 1 - at);
    if (/[1-9]/.test(unit)) return this.decimalEscape();
    if (unit === 'k' && (this.flags.unicode || this.names.size > 0)) {
      const end = source.indexOf('>', at);
      const group = this.names.get(source.slice(at + 3, end));
      if (group === undefined) throw new Unmodelled('has a regular expression with escapes in the name of a group');
      this.at = end + 1;
      return { kind: 'reference', group };
    }
    return this.characterEscape(unit);
  }

  private class(length: number): PatternNode {
    const from = this.at;
    this.at += length;
    return { kind: 'class', source: this.source.slice(from, this.at) };
  }

  /** A reference to a group; where there is no such group, an octal number, or a digit that stands for itself. */
  private decimalEscape(): PatternNode {
    const digits = this.match(/\\(\d+)/y)?.[1] ?? '';
    if (this.flags.unicode || Number(digits) <= this.groupCount) {
      this.at += 1 + digits.length;
      return { kind: 'reference', group: Number(digits) };
    }
    return this.octalEscape();
  }

  private octalEscape(): PatternNode {
    const octal = this.match(/\\([0-3][0-7]{0,2}|[4-7][0-7]?)/y)?.[1];
    if (octal === undefined) return this.literal(this.source.charCodeAt(this.at + 1), 2);
    return this.literal(Number.parseInt(octal, 8), 1 + octal.length);
  }

  private literal(code: number, length: number): PatternNode {
    this.at += length;
    return { kind: 'literal', code };
  }

  private characterEscape(unit: string): PatternNode {
    if (unit !== '' && CONTROL_ESCAPES.includes(unit))
      return this.literal(FIRST_CONTROL + CONTROL_ESCAPES.indexOf(unit), 2);
    if (unit === '0') return this.octalEscape();
    if (unit === 'c') {
      const letter = this.match(/\\c([A-Za-z])/y)?.[1];
      // Without a letter the backslash stands for itself.
      return letter ? this.literal(letter.charCodeAt(0) % 32, 3) : this.literal(0x5c, 1);
    }
    const hexadecimal = this.match(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/y);
    if (hexadecimal) return this.hexadecimal(hexadecimal);
    const braced = this.flags.unicode ? this.match(/\\u\{([0-9a-fA-F]+)\}/y) : null;
    if (braced) return this.literal(Number.parseInt(braced[1] ?? '', 16), braced[0].length);
    this.at++;
    return this.character();
  }

  private hexadecimal(match: RegExpExecArray): PatternNode {
    const code = Number.parseInt(match[1] ?? match[2] ?? '', 16);
    const pair = this.flags.unicode
      ? this.match(/\\u[dD][89abAB][0-9a-fA-F]{2}\\u([dD][c-fC-F][0-9a-fA-F]{2})/y)
      : null;
    if (!pair) return this.literal(code, match[0].length);
    const low = Number.parseInt(pair[1] ?? '', 16);
    return this.literal(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), pair[0].length);
  }
}

const LOOKS: readonly (readonly [opening: string, behind: boolean, negated: boolean])[] = [
  ['(?=', false, false],
  ['(?!', false, true],
  ['(?<=', true, false],
  ['(?<!', true, true],
];

/** The end of the class that begins at an index. */
function classEnd(source: string, from: number): number {
  let at = from + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** A number after a backslash is a reference only where there are so many groups, before it or behind. */
function countGroups(source: string): { count: number; names: ReadonlyMap<string, number> } {
  const names = new Map<string, number>();
  let count = 0;
  for (let at = 0; at < source.length; ) {
    if (source[at] === '\\') at += 2;
    else if (source[at] === '[') at = classEnd(source, at);
    else {
      GROUP_NAME.lastIndex = at;
      const name = source[at] === '(' ? GROUP_NAME.exec(source)?.[1] : undefined;
      if (name !== undefined || (source[at] === '(' && source[at + 1] !== '?')) count++;
      if (name !== undefined) {
        if (names.has(name)) throw new Unmodelled('has a regular expression with two groups of one name');
        names.set(name, count);
      }
      at++;
    }
  }
  return { count, names };
}
