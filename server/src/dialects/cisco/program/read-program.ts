// Executes the lines of a file in order, as the device does.
import { addAll } from '../../../kept/lists.js';
import type { Source } from '../../dialect.js';
import type { QosLine } from '../syntax/qos.js';
import { type CiscoTree, type ListName, type Mode, type Platform, type SameSecurity, TOP } from '../syntax/tree.js';
import type { ListForm } from '../vocabulary/command-table.js';
import { type BlockContent, contentOf, type EntryRun, type PlacedBlock, type PlacedLine } from './blocks.js';
import { DefinitionReader } from './groups.js';
import { InterfaceReader } from './interfaces.js';
import { ListBuilder } from './list-builder.js';
import type { ListEntry, Repetition } from './lists.js';
import { NatReader } from './nat.js';
import { ownAddresses } from './own-addresses.js';
import type { Program, TableRoute } from './program.js';
import { QosReader } from './qos.js';
import { ZoneReader } from './zones.js';

export function readProgram({ uri }: Source, { lines, lineage }: CiscoTree, platform: Platform): Program {
  const reader = new ProgramReader(platform);
  let mode: Mode = TOP;
  lines.blocks.forEach((block, i) => {
    const content = contentOf(block, mode, platform);
    mode = content.out;
    reader.readBlock(lines.starts[i] ?? 0, content);
  });
  const { blocks, groups, sameSecurity, routes, unmodelled, repetitions } = reader;
  const interfaces = reader.interfaces.finish();
  return {
    uri,
    platform,
    lists: new Map([...reader.lists].map(([name, builder]) => [name, builder.finish()])),
    groups,
    definitions: reader.definitions.finish(lineage, ownAddresses(interfaces)),
    interfaces,
    globalBinding: reader.interfaces.globalBinding,
    zones: reader.zones.finish(),
    qos: reader.qos.finish(),
    sameSecurity,
    routes,
    nat: reader.nat.finish(),
    unmodelled,
    blocks,
    repetitions,
  };
}

class ProgramReader {
  readonly lists = new Map<string, ListBuilder>();
  readonly groups = new Map<string, PlacedLine>();
  readonly definitions = new DefinitionReader();
  readonly interfaces = new InterfaceReader();
  readonly zones = new ZoneReader();
  readonly qos = new QosReader();
  readonly sameSecurity = new Set<SameSecurity>();
  readonly routes: TableRoute[] = [];
  readonly nat = new NatReader();
  readonly unmodelled: PlacedLine[] = [];
  readonly blocks: PlacedBlock[] = [];
  readonly repetitions: Repetition[] = [];

  constructor(private readonly platform: Platform) {}

  readBlock(base: number, content: BlockContent): void {
    if (content.lines.length === 0) return;
    this.blocks.push({ base, content });
    for (const part of content.parts) {
      if ('lines' in part) this.readRun(part, base);
      else this.readLine({ own: part, base });
    }
  }

  private readRun(run: EntryRun, base: number): void {
    const [own] = run.lines;
    if (own) addAll(this.repetitions, this.listOf(run.name, run.form, { own, base }).addRun(run, base));
  }

  private readLine(placed: PlacedLine): void {
    const { statement, mode, line } = placed.own;
    switch (statement.kind) {
      case 'entry':
        this.enter('entry', placed, statement.entry.sequence, statement.list);
        break;
      case 'remark':
        this.enter('remark', placed, statement.sequence, statement.list);
        break;
      case 'evaluate':
        this.enter('evaluate', placed, statement.sequence);
        break;
      case 'open-list':
        this.listOf(statement.mode.name, statement.mode.form, placed);
        break;
      case 'remove-list':
        if (statement.name === undefined) this.lists.clear();
        else this.lists.delete(statement.name);
        break;
      case 'remove-entry': {
        const name = statement.list?.name ?? (mode.kind === 'list' ? mode.name : undefined);
        if (name !== undefined) this.lists.get(name)?.remove(statement);
        break;
      }
      case 'resequence':
        this.lists.get(statement.name)?.resequence(statement.first, statement.step);
        break;
      case 'open-group':
        if (!this.groups.has(statement.mode.name)) this.groups.set(statement.mode.name, placed);
        this.definitions.openGroup(statement.mode, line);
        break;
      case 'member':
        this.definitions.addMember(mode, statement.line.member, line);
        break;
      case 'remove-member':
        this.definitions.removeMember(mode.kind === 'group' ? mode.name : undefined, statement.member, line);
        break;
      case 'remove-group':
        this.definitions.removeGroup(statement.name, line);
        break;
      case 'alias':
        this.definitions.addAlias(statement.name.text, statement.address, line);
        break;
      case 'open-interface':
        if (this.platform === 'asa') this.definitions.addInterfaceLine(line);
        this.interfaces.open(statement.mode.name, placed);
        break;
      case 'bind':
        this.interfaces.bind(statement, placed);
        break;
      case 'unmodelled':
        if (statement.filters === 'everything' || statement.filters === 'either way') this.unmodelled.push(placed);
        if (statement.filters === 'interface') this.interfaces.addUnmodelled(placed);
        break;
      case 'nat rule':
        this.nat.addRule(statement, placed, mode.kind === 'group' ? mode.name : undefined);
        break;
      case 'old pool':
        this.nat.addOldPool(statement.interface);
        break;
      case 'router nat':
        this.nat.router.push({ rule: statement, line: placed });
        break;
      case 'nat pool':
        this.nat.pools.set(statement.name, statement.addresses);
        break;
      case 'version':
        this.nat.version = statement;
        break;
      case 'same-security':
        this.sameSecurity.add(statement.between);
        break;
      case 'route': {
        const { prefix, targets, vrf, leaks, indented } = statement;
        const own = indented && mode.kind === 'vrf' ? mode.name : undefined;
        this.routes.push({ prefix, targets, leaks, vrf: vrf ?? own, line: placed });
        break;
      }
      case 'nameif':
      case 'address':
        if (this.platform === 'asa') this.definitions.addInterfaceLine(line);
        this.interfaces.configure(statement, placed);
        break;
      case 'security-level':
      case 'shutdown':
      case 'no shutdown':
      case 'management':
      case 'vrf':
      case 'nat':
      case 'zone-member':
      case 'inspect':
        this.interfaces.configure(statement, placed);
        break;
      case 'zones':
        this.zones.read(statement.line, placed);
        if (statement.line.kind === 'member') {
          this.interfaces.join(statement.line.remove ? undefined : statement.line.zone, placed);
        }
        break;
      case 'qos':
        this.readQos(statement.line, placed);
        break;
      case 'use':
      case 'open-section':
      case 'nothing':
        break;
    }
  }

  private readQos(line: QosLine, placed: PlacedLine): void {
    const isOfSection = line.kind === 'attach' && line.direction !== undefined;
    if (!isOfSection) this.qos.read(line, placed);
    else this.interfaces.attach({ name: line.policy, direction: line.direction, line: placed }, line.remove);
  }

  private enter(
    kind: ListEntry['kind'],
    placed: PlacedLine,
    sequence: number | undefined,
    list: ListName | undefined = undefined,
  ): void {
    const { mode } = placed.own;
    const named = list ?? (mode.kind === 'list' ? mode : undefined);
    if (!named) return;
    const earlier = this.listOf(named.name, named.form, placed).add(kind, placed, sequence, list?.position);
    if (earlier) this.repetitions.push({ entry: placed, earlier, sequence });
  }

  private listOf(name: string, form: ListForm, header: PlacedLine): ListBuilder {
    const known = this.lists.get(name);
    if (known) return known;
    const opened = new ListBuilder(name, form, header);
    this.lists.set(name, opened);
    return opened;
  }
}
