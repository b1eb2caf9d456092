// Edits YAML and JSON texts so that the rest of the text stays as it is.
import { isCollection, isMap, isPair, isScalar, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { lineEndOf, type TextEdit } from '../text/edit.js';
import { endOfLineText, startOfLine } from '../text/lines.js';

/** A value to be written. Keys are written in their order. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** How wide a line may become before a list is written with one item on each line. */
const WIDTH = 100;

/** Edits of one YAML or JSON text that leave everything else in it as it is: order, comments, quotes, indentation. */
export class YamlEditor {
  private readonly eol: string;
  /** Whether strings are always in double quotes, as in JSON. */
  private readonly isJson: boolean;
  private readonly quote: '"' | "'";

  constructor(private readonly text: string) {
    this.eol = lineEndOf(text);
    this.isJson = /^\s*[{[]\s*(?:"|\})/.test(text);
    const [double, single] = [text.indexOf('"'), text.indexOf("'")];
    this.quote = single >= 0 && (double < 0 || single < double) ? "'" : '"';
  }

  /** Puts values into a list, before the item at `index` or after the last one; `undefined` where that cannot be done. */
  insertItems(list: YAMLSeq, index: number, values: readonly YamlValue[]): TextEdit[] | undefined {
    if (values.length === 0) return undefined;
    return list.flow === true ? this.insertFlow(list, index, values) : this.insertBlock(list, index, values);
  }

  /** Puts a pair after the last one of a map; `undefined` where that cannot be done. */
  appendPair(map: YAMLMap, key: string, value: YamlValue): TextEdit[] | undefined {
    const last = map.items[map.items.length - 1];
    const [first] = map.items;
    if (map.flow) {
      const pair = `${this.key(key)}: ${this.flow(value)}`;
      return this.insertInBrackets(map, map.items.length, (indent) => {
        const isSpread = indent !== undefined && this.textOf(map).includes('\n');
        return isSpread ? `${this.key(key)}: ${this.flow(value)}` : pair;
      });
    }
    const firstKey = isScalar(first?.key) ? first.key.range?.[0] : undefined;
    const end = endOf(last?.value) ?? endOf(last?.key);
    if (firstKey === undefined || end === undefined) return undefined;
    // The first key may stand after the dash of a list item.
    const indent = ' '.repeat(firstKey - this.lineStart(firstKey));
    return [this.insert(this.lineEnd(end), `${this.eol}${this.blockPair(key, value, indent)}`)];
  }

  /** Takes an item out of a list of several; `undefined` where that leaves no well-formed list. */
  removeItem(list: YAMLSeq, index: number): TextEdit[] | undefined {
    const item = list.items[index];
    const [start, end] = [startOf(item), endOf(item)];
    if (list.items.length < 2 || start === undefined || end === undefined) return undefined;
    if (list.flow) {
      const next = startOf(list.items[index + 1]);
      const before = endOf(list.items[index - 1]);
      const [from, to] = next !== undefined ? [start, next] : [before, end];
      if (from === undefined || this.text.slice(from, to).includes('#')) return undefined;
      return [{ range: { start: from, end: to }, newText: '' }];
    }
    const dash = this.dashOf(start);
    if (dash === undefined) return undefined;
    const lineStart = this.lineStart(dash);
    const next = this.text.indexOf('\n', end - 1);
    if (next < 0) {
      return [{ range: { start: Math.max(0, lineStart - this.eol.length), end: this.text.length }, newText: '' }];
    }
    return [{ range: { start: lineStart, end: next + 1 }, newText: '' }];
  }

  /** Puts other values in the place of all items of a list, in its style; comments stay where values are only added. */
  replaceItems(list: YAMLSeq, values: readonly YamlValue[]): TextEdit[] | undefined {
    const known = list.items.map((item) => (isScalar(item) ? item.value : undefined));
    const added = values.filter((value) => !known.includes(value));
    const isKept = known.length > 0 && known.every((value) => values.some((other) => other === value));
    if (isKept) return added.length > 0 ? this.insertItems(list, list.items.length, added) : [];
    const start = list.range?.[0];
    const end = list.flow ? list.range?.[1] : endOf(list);
    if (start === undefined || end === undefined) return undefined;
    const indent = ' '.repeat(start - this.lineStart(start));
    const newText = list.flow ? this.flow(values) : this.list(values, indent).slice(indent.length);
    return [{ range: { start, end }, newText }];
  }

  /** A list with one item on each line. */
  list(values: readonly YamlValue[], indent: string): string {
    return values.map((value) => this.blockItem(value, indent, false)).join(this.eol);
  }

  private insertBlock(list: YAMLSeq, index: number, values: readonly YamlValue[]): TextEdit[] | undefined {
    const isEnd = index >= list.items.length;
    const neighbour = list.items[isEnd ? list.items.length - 1 : index];
    const [start, end] = [startOf(neighbour), endOf(neighbour)];
    const dash = start === undefined ? undefined : this.dashOf(start);
    if (dash === undefined || end === undefined) return undefined;
    const indent = this.text.slice(this.lineStart(dash), dash);
    const isFlow = isCollection(neighbour) && neighbour.flow === true;
    const items = values.map((value) => this.blockItem(value, indent, isFlow));
    if (isEnd) return [this.insert(this.lineEnd(end), items.map((item) => this.eol + item).join(''))];
    const at = this.aboveComments(this.lineStart(dash), indent);
    return [this.insert(at, items.map((item) => item + this.eol).join(''))];
  }

  /** The dash before an item, where only blanks stand before the dash and between both. */
  private dashOf(start: number): number | undefined {
    const dash = this.text.lastIndexOf('-', start - 1);
    if (dash < 0 || this.text.slice(dash + 1, start).trim() !== '') return undefined;
    return this.text.slice(this.lineStart(dash), dash).trim() === '' ? dash : undefined;
  }

  private insertFlow(list: YAMLSeq, index: number, values: readonly YamlValue[]): TextEdit[] | undefined {
    const sample = list.items[Math.min(index, list.items.length - 1)];
    const isSpread = isCollection(sample) && this.textOf(sample).includes('\n');
    return this.insertInBrackets(list, index, (indent) => {
      const texts = values.map((value) =>
        isSpread && indent !== undefined && isMapValue(value) ? this.spread(value, indent) : this.flow(value),
      );
      return texts.join(indent === undefined ? ', ' : `,${this.eol}${indent}`);
    });
  }

  /** `write` is given the indentation of the items where they stand on lines of their own. */
  private insertInBrackets(
    holder: YAMLSeq | YAMLMap,
    index: number,
    write: (indent: string | undefined) => string,
  ): TextEdit[] | undefined {
    const { range } = holder;
    if (!range) return undefined;
    if (holder.items.length === 0) {
      const [open, close] = [this.text[range[0]], this.text[range[1] - 1]];
      const inside = this.text.slice(range[0] + 1, range[1] - 1);
      if (inside.trim() !== '') return undefined;
      const pad = open === '{' ? ' ' : '';
      return [{ range: { start: range[0], end: range[1] }, newText: `${open}${pad}${write(undefined)}${pad}${close}` }];
    }
    const isEnd = index >= holder.items.length;
    const neighbour = holder.items[isEnd ? holder.items.length - 1 : index];
    const [start, end] = [startOf(neighbour), endOf(neighbour)];
    if (start === undefined || end === undefined) return undefined;
    const before = this.text.slice(this.lineStart(start), start);
    const indent = before.trim() === '' && range[0] < this.lineStart(start) ? before : undefined;
    if (!isEnd) {
      if (indent === undefined) return [this.insert(start, `${write(undefined)}, `)];
      const at = this.aboveComments(this.lineStart(start), indent);
      return [this.insert(at, `${indent}${write(indent)},${this.eol}`)];
    }
    const comma = /^\s*,/.exec(this.text.slice(end, range[1]))?.[0];
    const afterComma = end + (comma?.length ?? 0);
    const lineEnd = this.lineEnd(afterComma);
    if (indent === undefined || !/^\s*(?:#.*)?$/.test(this.text.slice(afterComma, lineEnd))) {
      return [this.insert(end, `, ${write(undefined)}`)];
    }
    const line = this.insert(lineEnd, `${this.eol}${indent}${write(indent)}${comma && !this.isJson ? ',' : ''}`);
    return comma ? [line] : [this.insert(end, ','), line];
  }

  private insert(at: number, newText: string): TextEdit {
    return { range: { start: at, end: at }, newText };
  }

  private lineStart(offset: number): number {
    return startOfLine(this.text, offset);
  }

  /** The end of the line that holds the last character before `offset`, without its line end. */
  private lineEnd(offset: number): number {
    return endOfLineText(this.text, this.text[offset - 1] === '\n' ? offset - 1 : offset);
  }

  /** The start of the first of the comment lines right above a line, which belong to it. */
  private aboveComments(lineStart: number, indent: string): number {
    let at = lineStart;
    while (at > 0) {
      const previous = this.lineStart(at - 1);
      if (!this.text.startsWith(`${indent}#`, previous)) break;
      at = previous;
    }
    return at;
  }

  private textOf({ range }: Node): string {
    return range ? this.text.slice(range[0], range[1]) : '';
  }

  private blockItem(value: YamlValue, indent: string, isFlow: boolean): string {
    if (isFlow || !isMapValue(value)) return `${indent}- ${this.flow(value)}`;
    const inner = `${indent}  `;
    const pairs = Object.entries(value).map(([key, one]) => this.blockPair(key, one, inner));
    return `${indent}- ${pairs.join(this.eol).slice(inner.length)}`;
  }

  private blockPair(key: string, value: YamlValue, indent: string): string {
    const line = `${indent}${this.key(key)}: ${this.flow(value)}`;
    if (isMapValue(value)) {
      const pairs = Object.entries(value).map(([inner, one]) => this.blockPair(inner, one, `${indent}  `));
      return [`${indent}${this.key(key)}:`, ...pairs].join(this.eol);
    }
    if (!Array.isArray(value) || (line.length <= WIDTH && !value.some(isMapValue))) return line;
    return [`${indent}${this.key(key)}:`, ...value.map((one) => this.blockItem(one, `${indent}  `, false))].join(
      this.eol,
    );
  }

  /** A map with one pair on each line, for brackets whose items are written so. */
  private spread(value: { readonly [key: string]: YamlValue }, indent: string): string {
    const inner = `${indent}${indent.includes('\t') ? '\t' : '  '}`;
    const pairs = Object.entries(value).map(([key, one]) => `${inner}${this.key(key)}: ${this.flow(one)}`);
    return `{${this.eol}${pairs.join(`,${this.eol}`)}${this.eol}${indent}}`;
  }

  private flow(value: YamlValue): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.flow(item)).join(', ')}]`;
    if (isMapValue(value)) {
      return `{ ${Object.entries(value)
        .map(([key, one]) => `${this.key(key)}: ${this.flow(one)}`)
        .join(', ')} }`;
    }
    return typeof value === 'string' ? this.string(value) : String(value);
  }

  private key(key: string): string {
    return this.isJson ? JSON.stringify(key) : this.string(key);
  }

  private string(value: string): string {
    if (this.isJson) return JSON.stringify(value);
    if (PLAIN.test(value) && !OTHER_TYPE.test(value)) return value;
    // Single quotes know one escape, for themselves; what needs others stands in double quotes.
    return this.quote === "'" && /^[ -&(-~]*$/.test(value) ? `'${value}'` : JSON.stringify(value);
  }
}

/** Texts that need no quotes anywhere in YAML. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_./+-]*$/;

/** Plain texts that YAML 1.1 or 1.2 does not read as text. */
const OTHER_TYPE = /^(?:[\d.]+(?:e[-+]?\d+)?|0[xo][\da-f]+|[\d_]+|true|false|null|yes|no|on|off|y|n)$/i;

function isMapValue(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && !Array.isArray(value);
}

function startOf(item: unknown): number | undefined {
  if (isPair(item)) return startOf(item.key);
  return nodeRange(item)?.[0];
}

/** Where the written text of an item ends; a block's own range extends to what follows. */
function endOf(item: unknown): number | undefined {
  if (isPair(item)) return endOfPair(item);
  if (isCollection(item) && item.flow !== true) {
    const last: unknown = item.items[item.items.length - 1];
    if (isMap(item)) return isPair(last) ? endOfPair(last) : undefined;
    return endOf(last);
  }
  return nodeRange(item)?.[1];
}

function endOfPair(pair: Pair): number | undefined {
  return endOf(pair.value) ?? endOf(pair.key);
}

function nodeRange(item: unknown): readonly [number, number, number] | undefined {
  const range = typeof item === 'object' && item !== null && 'range' in item ? item.range : undefined;
  return Array.isArray(range) ? [Number(range[0]), Number(range[1]), Number(range[2])] : undefined;
}
