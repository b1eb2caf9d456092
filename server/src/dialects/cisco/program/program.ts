import type { Lineage } from '../../../kept/line-blocks.js';
import type { QuotedLine as Place } from '../../../model/evidence.js';
import type { AceForm } from '../syntax/ace.js';
import type { Member } from '../syntax/group-members.js';
import type { CiscoTree, Line } from '../syntax/parse.js';
import { type ListName, type Mode, type Platform, type Statement, TOP } from '../syntax/statements.js';
import { type Placed, type Run, type Summary, summaryOf } from './blocks.js';
import { Definitions, type GroupDefinition } from './groups.js';
import { type AccessList, type Entry, ListBuilder, type Repetition } from './lists.js';

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
  readonly blocks: readonly { readonly base: number; readonly summary: Summary }[];
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
    assembly.add(tree.lines.starts[i] ?? 0, summary);
  });
  return assembly.finish();
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
  private readonly blocks: { base: number; summary: Summary }[] = [];
  private readonly repetitions: Repetition[] = [];
  /** The lines that define names, to tell whether the definitions are those of the version before. */
  private readonly definitionLines: Line[] = [];

  constructor(
    private readonly uri: string,
    private readonly platform: Platform,
    private readonly lineage: Lineage,
  ) {}

  add(base: number, summary: Summary): void {
    if (summary.items.length === 0) return;
    this.blocks.push({ base, summary });
    for (const part of summary.parts) {
      if ('items' in part) this.addRun(part, base);
      else this.read({ item: part, base });
    }
  }

  private addRun(run: Run, base: number): void {
    const [item] = run.items;
    if (item) this.repetitions.push(...this.listOf(run.name, run.form, { item, base }).addRun(run, base));
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

  private listOf(name: string, form: AceForm, placed: Placed): ListBuilder {
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
