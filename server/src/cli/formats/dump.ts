// Prints any stage of reading a file (tree, tokens, program or model) as text for people: a debugging aid.

import type { Dialect } from '../../dialects/dialect.js';
import { Interned, LatestMemo, Memo } from '../../kept/memo.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet, PRIVATE_SPACE, shortPrefixes } from '../../model/ip.js';
import type { Model } from '../../model/model.js';
import { NameSet } from '../../model/names.js';
import { describePackets } from '../../model/packet-text.js';
import { ALL_PROTOCOLS, type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS, formatPorts } from '../../model/ports.js';
import type { ProxyModel } from '../../model/proxy.js';
import { RuleIndex } from '../../model/rule-index.js';
import type { Reading } from '../../service/files/reading.js';
import { nameOf } from '../../service/files/uris.js';
import type { LineIndex } from '../../text/lines.js';

/** The stages, in the order in which a file goes through them. */
export const STAGES = ['tree', 'tokens', 'program', 'model'] as const;

export type Stage = (typeof STAGES)[number];

/** Finds the lines of a file that was read. */
export type LinesOf = (uri: string) => LineIndex | undefined;

/** A stage of a file as text; `undefined` where its dialect does not have the stage. */
export function dumpStage({ dialect, document }: Reading, stage: Stage, linesOf: LinesOf): string | undefined {
  const value = stageOf(dialect, document, stage);
  return value === undefined
    ? undefined
    : `${new Printer(document.source.uri, document.source.text, linesOf).print(value)}\n`;
}

function stageOf(dialect: Dialect, document: Reading['document'], stage: Stage): unknown {
  switch (stage) {
    case 'tokens':
      return dialect.tokens?.(document.source);
    case 'tree':
      return document.tree;
    case 'program':
      return document.program;
    case 'model':
      return describeModel(document.model, namedHosts(document));
  }
}

function namedHosts({ endpoints }: Reading['document']): readonly string[] {
  return endpoints.flatMap(({ endpoint }) => ('host' in endpoint ? [endpoint.host] : []));
}

/** A model; a proxy's is a function, so its decisions for some hosts stand for it. */
function describeModel(model: Model, hosts: readonly string[]): unknown {
  if (model.kind === 'policy') return { ...model, parts: model.parts.map((part) => describeModel(part, hosts)) };
  if (model.kind === 'filter') return model;
  const { decides, filtersAt } = model.kind === 'server' ? model : {};
  return { kind: model.kind, decides, filtersAt, answers: answers(model, hosts) };
}

/** How many hosts a proxy decides in a dump, and a host that no file names. */
const HOST_LIMIT = 20;
const OTHER_HOST = 'other.example';

/** What a proxy does with the hosts that its file names, and with another one: HTTPS, private clients, no login. */
function answers(model: ProxyModel, named: readonly string[]): ReadonlyMap<string, unknown> {
  const hosts = [...new Set(named)].slice(0, HOST_LIMIT);
  return new Map(
    [...hosts, OTHER_HOST].map((host) => [
      host,
      model.decide({
        scheme: 'https',
        port: 443,
        hosts: HostSet.pattern(host),
        addresses: undefined,
        clients: PRIVATE_SPACE,
        user: 'none',
      }),
    ]),
  );
}

/** How many values are printed, how many of one list, and how deep they may lie. */
const VALUE_LIMIT = 20_000;
const LIST_LIMIT = 500;
const DEPTH_LIMIT = 40;
/** How many members of one set are spelled out. */
const SET_LIMIT = 12;
/** The longest piece of a text, and the longest value that stands in one line. */
const TEXT_LENGTH = 160;
const LINE_LENGTH = 100;

/** Prints one value and all that it holds; a value that was printed before, or that contains itself, as the path to it. */
class Printer {
  /** Where values that take more than a line are printed, and values that are being printed. */
  private readonly paths = new Map<object, string>();
  private readonly open = new Set<object>();
  private count = 0;
  /** Whether the value being printed is inside a kept line, whose offsets are relative to the start of that line. */
  private isInLine = false;

  constructor(
    private readonly uri: string,
    private readonly text: string,
    private readonly linesOf: LinesOf,
  ) {}

  print(value: unknown, path = ''): string {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'function') return '(function)';
    if (typeof value !== 'object' || value === null) return String(value);
    const known = notationOf(value) ?? this.location(value);
    if (known !== undefined) return known;
    if (this.open.has(value)) return `(circle: ${this.pathOf(value)})`;
    if (this.paths.has(value)) return `(see ${this.pathOf(value)})`;
    if (++this.count > VALUE_LIMIT || this.open.size >= DEPTH_LIMIT) return '…';
    this.open.add(value);
    this.paths.set(value, path);
    const printed = this.printParts(value, path);
    this.open.delete(value);
    // A value that fits in a line is printed again rather than referred to.
    if (!printed.includes('\n')) this.paths.delete(value);
    return printed;
  }

  private printParts(value: object, path: string): string {
    if (Array.isArray(value)) return this.list(value, path, '[', ']');
    if (value instanceof Set) return this.list([...value], path, '{', '}');
    if (value instanceof Map) {
      const entries = [...value].map(
        ([key, one]) => [typeof key === 'string' ? quote(key) : this.print(key), one] as const,
      );
      return this.fields(entries, path);
    }
    const isLine = 'raw' in value && typeof value.raw === 'string';
    const wasInLine = this.isInLine;
    this.isInLine = wasInLine || isLine;
    const printed = this.fields(this.fieldsOf(value), path);
    this.isInLine = wasInLine;
    return printed;
  }

  private list(values: readonly unknown[], path: string, open: string, close: string): string {
    return block(
      open,
      close,
      this.bounded(values, (one, i) => this.print(one, `${path}[${i}]`)),
    );
  }

  private fields(entries: readonly (readonly [string, unknown])[], path: string): string {
    const shown = this.bounded(entries, ([key, one]) => {
      const own = path === '' ? key : `${path}.${key}`;
      return `${key}: ${key === 'uri' ? nameOf(String(one)) : this.print(one, own)}`;
    });
    return block('{', '}', shown);
  }

  /** What is printed of each value, as far as the limits reach. */
  private bounded<Value>(values: readonly Value[], print: (value: Value, index: number) => string): string[] {
    const shown: string[] = [];
    while (shown.length < Math.min(values.length, LIST_LIMIT) && this.count <= VALUE_LIMIT) {
      shown.push(print(values[shown.length] as Value, shown.length));
    }
    const rest = values.length - shown.length;
    return rest > 0 ? [...shown, `… and ${rest} more`] : shown;
  }

  /** The fields of an object; its offsets as one position, and what it computes beside what it holds. */
  private fieldsOf(value: object): readonly (readonly [string, unknown])[] {
    const own: Readonly<Record<string, unknown>> = { ...value };
    const { start, end } = own;
    const hasRange = typeof start === 'number' && typeof end === 'number';
    const fields = [...new Map([...Object.entries(own), ...computedFields(value)])].filter(
      ([key, one]) => !isHidden(one) && !LAZY.test(key) && !(hasRange && (key === 'start' || key === 'end')),
    );
    const at = hasRange ? [['at', new Verbatim(this.range(start, end, own.text))] as const] : [];
    // The runs of a chain hold the same rules.
    const isChain = fields.some(([key]) => key === 'rules');
    return [...at, ...fields.filter(([key]) => !(isChain && key === 'runs'))];
  }

  /** A range, a location or a whole source; `undefined` for anything else. */
  private location(value: object): string | undefined {
    if (value instanceof Verbatim) return value.text;
    const keys = Object.keys(value);
    if (keys.length === 2 && 'start' in value && 'end' in value) {
      const { start, end } = value;
      if (typeof start === 'number' && typeof end === 'number') return this.range(start, end, undefined);
    }
    if (!('uri' in value) || typeof value.uri !== 'string') return undefined;
    if (keys.length === 2 && 'text' in value) return `(source ${nameOf(value.uri)})`;
    if (!('range' in value) || typeof value.range !== 'object' || value.range === null) return undefined;
    const { range } = value;
    if (!('start' in range && 'end' in range && typeof range.start === 'number' && typeof range.end === 'number'))
      return undefined;
    const place = `${nameOf(value.uri)}:${this.positions(value.uri, range.start, range.end)}`;
    const { uri: _uri, range: _range, ...others } = value;
    const rest = Object.entries(others).map(([key, one]) => `${key}: ${this.print(one)}`);
    return rest.length === 0 ? place : block(`{ at: ${place},`, '}', rest);
  }

  /** @param text what stands there, where it is known: the offsets of a kept unit count from that unit */
  private range(start: number, end: number, text: unknown): string {
    const isElsewhere = typeof text === 'string' && text.length === end - start && this.text.slice(start, end) !== text;
    return this.isInLine || isElsewhere ? `+${start}-${end}` : this.positions(this.uri, start, end);
  }

  private positions(uri: string, start: number, end: number): string {
    const lines = this.linesOf(uri);
    if (!lines) return `+${start}-${end}`;
    const [from, to] = [lines.positionAt(start), lines.positionAt(end)];
    const last = from.line === to.line ? `${to.character + 1}` : `${to.line + 1}:${to.character + 1}`;
    return `${from.line + 1}:${from.character + 1}-${last}`;
  }

  private pathOf(value: object): string {
    return this.paths.get(value) || 'the whole';
  }
}

/** Text that is printed as it is. */
class Verbatim {
  constructor(readonly text: string) {}
}

/** Sets as people write them; `undefined` for anything that is not one. */
function notationOf(value: object): string | undefined {
  if (value instanceof IpSet) return value.equals(IpSet.all) ? 'any' : listOf(shortPrefixes(value));
  if (value instanceof IntervalSet) return intervals(value);
  if (value instanceof HostSet) return value.describe();
  if (value instanceof NameSet) return value.isEmpty ? 'none' : value.describe() || 'any';
  if (value instanceof PacketSet) return value.isEmpty ? 'no packet' : listOf(value.boxes.map(packets));
  if ('inInterface' in value && 'destinationPorts' in value && 'protocols' in value) return packets(value as PacketBox);
  if (value instanceof RegExp) return String(value);
  if ('self' in value && 'below' in value && 'children' in value) return '(tree of names)';
  if ('epsilon' in value && 'steps' in value) return '(automaton)';
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  return undefined;
}

/** A box by what it restricts: `TCP 80, 443 to 192.0.2.0/24 from 10.0.0.0/8 out on wan0`. */
function packets(box: PacketBox): string {
  const { source, sourcePorts, inInterface, outInterface } = box;
  return [
    describePackets(PacketSet.of(box)) || 'no packet',
    ...(source.equals(IpSet.all) ? [] : [`from ${notationOf(source)}`]),
    ...(sourcePorts.equals(ALL_PORTS) ? [] : [`from port ${intervals(sourcePorts)}`]),
    ...(inInterface.equals(NameSet.any) ? [] : [`in on ${notationOf(inInterface)}`]),
    ...(outInterface.equals(NameSet.any) ? [] : [`out on ${notationOf(outInterface)}`]),
  ].join(' ');
}

function intervals(set: IntervalSet<number> | IntervalSet<bigint>): string {
  if (set.isEmpty) return 'none';
  if ([ALL_PORTS, ALL_PROTOCOLS].some((all) => all.key === set.key)) return 'any';
  if (typeof set.min === 'number' && set.count <= SET_LIMIT) return formatPorts(set as IntervalSet<number>);
  return listOf(set.intervals.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)));
}

function listOf(texts: readonly string[]): string {
  if (texts.length === 0) return 'none';
  const rest = texts.length - SET_LIMIT;
  return rest > 0 ? `${texts.slice(0, SET_LIMIT).join(', ')} and ${rest} more` : texts.join(', ');
}

/** Fields that hold what a getter has computed once. */
const LAZY = /^known(?:[A-Z]|$)/;

/** Whether a field is left out: caches, methods and absent values. */
function isHidden(value: unknown): boolean {
  if (value === undefined || typeof value === 'function') return true;
  return [WeakMap, WeakSet, Memo, LatestMemo, Interned, RuleIndex].some((hidden) => value instanceof hidden);
}

/** What an object of a class computes from what it holds. */
function computedFields(value: object, prototype: unknown = Object.getPrototypeOf(value)): [string, unknown][] {
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([key, { get }]) =>
    get ? [[key, get.call(value)] as [string, unknown]] : [],
  );
  return [...own, ...computedFields(value, Object.getPrototypeOf(prototype))];
}

function quote(text: string): string {
  if (text.length <= TEXT_LENGTH) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, TEXT_LENGTH))}… (${text.length} characters)`;
}

function block(open: string, close: string, items: readonly string[]): string {
  if (items.length === 0) return open + close;
  const line = `${open} ${items.join(', ')} ${close}`;
  if (line.length <= LINE_LENGTH && !items.some((item) => item.includes('\n'))) return line;
  const lines = items.flatMap((item) => item.split('\n')).map((one) => `  ${one}`);
  return [open, ...lines, close].join('\n');
}
