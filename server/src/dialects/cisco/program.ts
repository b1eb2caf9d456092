import type { Statement as Place } from '../../model/proxy.js';
import type { LineBlock } from '../../text/line-blocks.js';
import type { Ace } from './ace.js';
import { Definitions, type GroupDefinition } from './definitions.js';
import type { NameReference } from './elements.js';
import type { Member } from './members.js';
import type { CiscoTree, Line, Lineage } from './parse.js';
import { type ListName, type Mode, type Platform, type Statement, statementOf, TOP } from './statements.js';

/** A statement with its line, the line's offset in its block, and the mode that it stands in. */
export interface Item {
  readonly offset: number;
  readonly line: Line;
  readonly statement: Statement;
  readonly mode: Mode;
}

/** A statement at its place in the file. */
export interface Placed {
  readonly item: Item;
  /** The offset of the block in the file. */
  readonly base: number;
}

/** What a block of lines says; computed once for as long as the block and the mode in front of it stay the same. */
interface Summary {
  readonly mode: Mode;
  readonly platform: Platform;
  readonly items: readonly Item[];
  readonly out: Mode;
}

const summaries = new WeakMap<LineBlock<Line>, Summary>();

function summaryOf(block: LineBlock<Line>, mode: Mode, platform: Platform): Summary {
  const known = summaries.get(block);
  if (known?.platform === platform && sameMode(known.mode, mode)) return known;
  const items: Item[] = [];
  let current = mode;
  block.lines.forEach((line, i) => {
    const statement = statementOf(line, current, platform);
    if (statement.kind !== 'nothing') items.push({ offset: block.starts[i] ?? 0, line, statement, mode: current });
    current = modeAfter(statement, current);
  });
  const summary = { mode, platform, items, out: current };
  summaries.set(block, summary);
  return summary;
}

function sameMode(a: Mode, b: Mode): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function modeAfter(statement: Statement, mode: Mode): Mode {
  switch (statement.kind) {
    case 'open-list':
    case 'open-group':
    case 'open-interface':
    case 'open-section':
      return statement.mode;
    case 'ace':
    case 'remark':
    case 'remove-entry':
      return statement.list ? TOP : mode;
    case 'bind':
      return statement.interface !== undefined || statement.global ? TOP : mode;
    case 'alias':
    case 'default-route':
    case 'remove-list':
    case 'resequence':
    case 'same-security':
      return TOP;
    default:
      return mode;
  }
}

/** An entry of an access list at its place. */
export interface Entry extends Placed {
  readonly kind: 'ace' | 'evaluate' | 'remark';
  readonly sequence: number;
}

export interface AccessList {
  readonly name: string;
  readonly form: Ace['form'];
  /** Where it first occurs. */
  readonly header: Placed;
  /** In the order in which the device asks them. */
  readonly entries: readonly Entry[];
  /** Whether the entries carry numbers in the file. */
  readonly numbered: boolean;
}

export interface Interface {
  /** As the file calls it: `GigabitEthernet0/0`, or the name that `nameif` gives it. */
  name: string;
  readonly header: Placed;
  level: number | undefined;
  levelPlace: Placed | undefined;
  shutdown: boolean;
  nat: 'inside' | 'outside' | undefined;
  /** Statements that may deny some of its packets in a way that Lintel does not model. */
  readonly doubts: Placed[];
  inspect: Placed | undefined;
  readonly addresses: string[];
  readonly bindings: Binding[];
}

/** A list in the way of packets of an interface. */
export interface Binding {
  readonly list: string;
  readonly direction: 'in' | 'out';
  readonly family: 4 | 6 | undefined;
  readonly place: Placed;
}

/** A second entry with a number, or the same entry again: IOS refuses the one and ignores the other. */
export interface Repetition {
  readonly entry: Placed;
  readonly earlier: Placed;
  readonly sequence: number | undefined;
}

/** A configuration as the device holds it after it has read the file. */
export interface Program {
  readonly uri: string;
  readonly platform: Platform;
  readonly lists: ReadonlyMap<string, AccessList>;
  readonly groups: ReadonlyMap<string, Placed>;
  readonly aliases: ReadonlyMap<string, Placed>;
  readonly definitions: Definitions;
  readonly interfaces: readonly Interface[];
  readonly globalBinding: Binding | undefined;
  readonly sameSecurity: ReadonlySet<'inter-interface' | 'intra-interface'>;
  readonly defaultRoutes: readonly string[];
  /** Statements that may deny packets of every interface in a way that Lintel does not model. */
  readonly doubts: readonly Placed[];
  /** Every statement, for what is asked only sometimes: names, endpoints, the outline. */
  readonly blocks: readonly { readonly base: number; readonly items: readonly Item[] }[];
  readonly repetitions: readonly Repetition[];
}

/** How far into a file the marks of an ASA are looked for. */
const PLATFORM_WINDOW = 65_536;

function platformOf(text: string): Platform {
  const window = text.slice(0, PLATFORM_WINDOW);
  return /^(?::?\s?(?:ASA|PIX|FWSM) Version| ?nameif |access-list \S+ (?:line \d+ )?extended |access-group \S+ (?:in|out) interface |object network )/m.test(
    window,
  )
    ? 'asa'
    : 'router';
}

export function readProgram(uri: string, text: string, tree: CiscoTree): Program {
  const platform = platformOf(text);
  const assembly = new Assembly(uri, platform, tree.lineage);
  let mode: Mode = TOP;
  tree.lines.blocks.forEach((block, i) => {
    const summary = summaryOf(block, mode, platform);
    mode = summary.out;
    assembly.add(tree.lines.starts[i] ?? 0, summary.items);
  });
  return assembly.finish();
}

/** *IP Access List Entry Sequence Numbering*, "Sequence Numbering Behavior": 10 greater than the last number. */
const STEP = 10;

/** The entries of one list while the file is read. */
class ListBuilder {
  private entries: Entry[] = [];
  private last = 0;
  private sorted = true;
  private numbers: Set<number> | undefined;
  numbered = false;

  constructor(
    readonly name: string,
    readonly form: Ace['form'],
    readonly header: Placed,
  ) {}

  /** Adds an entry; returns the one that has its number already, which makes IOS refuse it. */
  add(
    kind: Entry['kind'],
    placed: Placed,
    sequence: number | undefined,
    position: number | undefined,
  ): Entry | undefined {
    if (position !== undefined) {
      // "line line-num": counted from one, remarks included (*ASA Command Reference*, access-list extended).
      const entry = { ...placed, kind, sequence: this.last + STEP };
      if (position > this.entries.length) this.entries.push(entry);
      else this.entries.splice(Math.max(0, position - 1), 0, entry);
      this.last += STEP;
      return undefined;
    }
    if (sequence !== undefined) {
      this.numbered = true;
      if (sequence <= this.last) {
        // Numbers are only looked up where they do not simply rise.
        this.numbers ??= new Set(this.entries.map((entry) => entry.sequence));
        // A remark may share the number of the entry that it describes.
        if (this.numbers.has(sequence) && kind !== 'remark') {
          const earlier = this.entries.find((entry) => entry.sequence === sequence && entry.kind !== 'remark');
          if (earlier) return earlier;
        }
        this.sorted = false;
      }
    }
    const number = sequence ?? (kind === 'remark' ? this.last : this.last + STEP);
    this.entries.push({ item: placed.item, base: placed.base, kind, sequence: number });
    this.numbers?.add(number);
    this.last = Math.max(this.last, number);
    return undefined;
  }

  remove(sequence: number | undefined, body: string): void {
    const kept = this.entries.filter(({ sequence: own, item: { statement } }) => {
      if (sequence !== undefined && body === '') return own !== sequence;
      return statement.kind !== 'ace' || statement.ace.body !== body;
    });
    this.entries = kept;
    this.numbers = undefined;
    this.last = kept.reduce((highest, entry) => Math.max(highest, entry.sequence), 0);
  }

  resequence(first: number, step: number): void {
    this.order();
    let next = first - step;
    this.entries = this.entries.map((entry) => {
      if (entry.kind !== 'remark') next += step;
      return { ...entry, sequence: Math.max(first, next) };
    });
    this.last = Math.max(first, next);
    this.numbers = undefined;
  }

  private order(): void {
    if (!this.sorted) this.entries.sort((a, b) => a.sequence - b.sequence);
    this.sorted = true;
  }

  finish(): AccessList {
    this.order();
    const { name, form, header, entries, numbered } = this;
    return { name, form, header, entries, numbered };
  }
}

interface GroupBuilder {
  readonly header: Placed;
  readonly definition: Omit<GroupDefinition, 'members'>;
  readonly members: Member[];
}

class Assembly {
  private readonly lists = new Map<string, ListBuilder>();
  private readonly groups = new Map<string, GroupBuilder>();
  private readonly aliases = new Map<string, Placed>();
  private readonly addresses = new Map<string, string>();
  private readonly interfaces: Interface[] = [];
  private readonly bound: { name: string; binding: Binding }[] = [];
  private globalBinding: Binding | undefined;
  private readonly sameSecurity = new Set<'inter-interface' | 'intra-interface'>();
  private readonly defaultRoutes: string[] = [];
  private readonly doubts: Placed[] = [];
  private readonly blocks: { base: number; items: readonly Item[] }[] = [];
  private readonly repetitions: Repetition[] = [];
  /** The lines that define names, to tell whether the definitions are those of the version before. */
  private readonly definitionLines: Line[] = [];

  constructor(
    private readonly uri: string,
    private readonly platform: Platform,
    private readonly lineage: Lineage,
  ) {}

  add(base: number, items: readonly Item[]): void {
    if (items.length > 0) this.blocks.push({ base, items });
    for (const item of items) this.read({ item, base });
  }

  private read(placed: Placed): void {
    const { statement, mode, line } = placed.item;
    switch (statement.kind) {
      case 'ace':
        this.enter('ace', placed, statement.list, statement.ace.sequence);
        break;
      case 'remark':
      case 'evaluate':
        this.enter(
          statement.kind,
          placed,
          statement.kind === 'remark' ? statement.list : undefined,
          statement.sequence,
        );
        break;
      case 'open-list':
        this.listOf(statement.mode.name, statement.mode.form, placed);
        break;
      case 'remove-list':
        this.lists.delete(statement.name);
        break;
      case 'remove-entry': {
        const name = statement.list?.name ?? (mode.kind === 'list' ? mode.name : undefined);
        if (name !== undefined) this.lists.get(name)?.remove(statement.sequence, statement.body);
        break;
      }
      case 'resequence':
        this.lists.get(statement.name)?.resequence(statement.first, statement.step);
        break;
      case 'open-group': {
        const { name, group, object } = statement.mode;
        this.definitionLines.push(line);
        if (!this.groups.has(name)) {
          this.groups.set(name, { header: placed, definition: { name, group, object }, members: [] });
        }
        break;
      }
      case 'member':
        this.definitionLines.push(line);
        if (statement.line.member && mode.kind === 'group') {
          this.groups.get(mode.name)?.members.push(statement.line.member);
        }
        break;
      case 'alias':
        this.definitionLines.push(line);
        this.aliases.set(statement.name.text, placed);
        this.addresses.set(statement.name.text, statement.address);
        break;
      case 'open-interface':
        this.interfaces.push({
          name: statement.mode.name,
          header: placed,
          level: undefined,
          levelPlace: undefined,
          shutdown: false,
          nat: undefined,
          doubts: [],
          inspect: undefined,
          addresses: [],
          bindings: [],
        });
        break;
      case 'bind':
        this.bind(statement, placed);
        break;
      case 'unmodelled':
        if (statement.filters === 'everything') this.doubts.push(placed);
        if (statement.filters === 'interface') this.interfaces[this.interfaces.length - 1]?.doubts.push(placed);
        break;
      case 'same-security':
        this.sameSecurity.add(statement.between);
        break;
      case 'default-route':
        this.defaultRoutes.push(...statement.targets);
        break;
      case 'nameif':
      case 'security-level':
      case 'shutdown':
      case 'nat':
      case 'zone-member':
      case 'inspect':
      case 'address':
        this.configure(statement.kind, statement.value, placed);
        break;
      default:
        break;
    }
  }

  private enter(kind: Entry['kind'], placed: Placed, list: ListName | undefined, sequence: number | undefined): void {
    const { mode } = placed.item;
    const named = list ?? (mode.kind === 'list' ? mode : undefined);
    if (!named) return;
    const builder = this.listOf(named.name, named.form, placed);
    const earlier = builder.add(kind, placed, sequence, list?.position);
    if (earlier) this.repetitions.push({ entry: placed, earlier, sequence });
  }

  private listOf(name: string, form: Ace['form'], placed: Placed): ListBuilder {
    const known = this.lists.get(name);
    if (known) return known;
    const made = new ListBuilder(name, form, placed);
    this.lists.set(name, made);
    return made;
  }

  private bind(statement: Statement & { kind: 'bind' }, place: Placed): void {
    const { list, direction, family } = statement;
    const binding: Binding = { list: list.text, direction, family, place };
    const current = this.interfaces[this.interfaces.length - 1];
    if (statement.global) this.globalBinding = statement.remove ? undefined : binding;
    else if (statement.interface !== undefined) this.bound.push({ name: statement.interface, binding });
    else if (current) {
      const same = current.bindings.findIndex((other) => other.direction === direction && other.family === family);
      // "Only one access list per interface and direction": the later replaces the earlier.
      if (same >= 0) current.bindings.splice(same, 1);
      if (!statement.remove) current.bindings.push(binding);
    }
  }

  private configure(kind: string, value: string, placed: Placed): void {
    const current = this.interfaces[this.interfaces.length - 1];
    if (!current) return;
    switch (kind) {
      case 'nameif':
        current.name = value;
        break;
      case 'security-level':
        current.level = Number(value);
        current.levelPlace = placed;
        break;
      case 'shutdown':
        current.shutdown = true;
        break;
      case 'nat':
        current.nat = value === 'outside' ? 'outside' : 'inside';
        break;
      case 'zone-member':
        current.doubts.push(placed);
        break;
      case 'inspect':
        current.inspect = placed;
        break;
      case 'address':
        current.addresses.push(value);
        break;
    }
  }

  finish(): Program {
    for (const { name, binding } of this.bound) {
      const target = this.interfaces.find((one) => one.name === name) ?? this.unnamed(name, binding.place);
      const same = target.bindings.findIndex(({ direction }) => direction === binding.direction);
      if (same >= 0) target.bindings.splice(same, 1);
      target.bindings.push(binding);
    }
    const lists = new Map([...this.lists].map(([name, builder]) => [name, builder.finish()]));
    return {
      uri: this.uri,
      platform: this.platform,
      lists,
      groups: new Map([...this.groups].map(([name, { header }]) => [name, header])),
      aliases: this.aliases,
      definitions: this.definitions(),
      interfaces: this.interfaces,
      globalBinding: this.globalBinding,
      sameSecurity: this.sameSecurity,
      defaultRoutes: this.defaultRoutes,
      doubts: this.doubts,
      blocks: this.blocks,
      repetitions: this.repetitions,
    };
  }

  /** An interface that the file only mentions. */
  private unnamed(name: string, header: Placed): Interface {
    const made: Interface = {
      name,
      header,
      level: undefined,
      levelPlace: undefined,
      shutdown: false,
      nat: undefined,
      doubts: [],
      inspect: undefined,
      addresses: [],
      bindings: [],
    };
    this.interfaces.push(made);
    return made;
  }

  /** The definitions; the same object as for the version before where no line of them has changed. */
  private definitions(): Definitions {
    const known = rememberedDefinitions.get(this.lineage);
    const lines = this.definitionLines;
    if (known?.lines.length === lines.length && known.lines.every((line, i) => line === lines[i])) {
      return known.definitions;
    }
    const groups = [...this.groups].map(
      ([name, { definition, members }]) => [name, { ...definition, members }] as const,
    );
    const definitions = new Definitions(new Map(groups), this.addresses);
    rememberedDefinitions.set(this.lineage, { lines, definitions });
    return definitions;
  }
}

const rememberedDefinitions = new WeakMap<
  Lineage,
  { readonly lines: readonly Line[]; readonly definitions: Definitions }
>();

/** The whole statement, without indentation and comments. */
export function placeOf(uri: string, { item, base }: Placed): Place {
  const { raw } = item.line;
  const trimmed = raw.trimEnd();
  const start = raw.length - raw.trimStart().length;
  const comment = trimmed.indexOf(' !');
  const end = comment > start ? trimmed.slice(0, comment).trimEnd().length : trimmed.length;
  const offset = base + item.offset;
  return {
    uri,
    range: { start: offset + start, end: offset + Math.max(start, end) },
    text: raw.slice(start, Math.max(start, end)).replace(/\s+/g, ' '),
  };
}

/** The names that a statement refers to. */
export function referencesOf(statement: Statement): readonly NameReference[] {
  switch (statement.kind) {
    case 'ace':
      return statement.ace.references;
    case 'member':
      return statement.line.references;
    case 'use':
    case 'unmodelled':
      return statement.references;
    default:
      return [];
  }
}
