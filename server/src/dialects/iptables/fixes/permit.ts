import type { BaseChain, FilterModel, FilterPoint, FilterRule } from '../../../model/filter.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { describePackets } from '../../../model/packet-text.js';
import { ANY_PACKET, PacketSet, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, Change, Document, FilterChange, Sources } from '../../dialect.js';
import { MULTIPORT_LIMIT } from '../meaning/matches.js';
import { commandStyle, type RuleStyle, ruleText, type Wanted } from '../program/style.js';
import { extendSets } from './extend-set.js';

/** How many lines a proposal writes at the most. */
const LINE_LIMIT = 60;

/** Proposals for a change: rules in the file's own style, in front of what denies or at the end of the chain. */
export function proposeRules(document: Document, change: Change, sources: Sources): Candidate[] {
  const { model } = document;
  if (change.goal !== 'permit-packets' || model.kind !== 'filter') return [];
  const point = model.points.find(({ name }) => name === change.point);
  if (!point) return [];
  const title = `Permit ${describePackets(change.missing)} in ${change.point}`;
  const candidates: Candidate[] = extendSets(document, point, change, sources);
  for (const narrow of [true, false]) {
    for (const insert of [false, true]) {
      const edits = new Proposal(document, model, sources, change, { narrow, insert }).edits(point);
      if (edits.length === 0) continue;
      const key = JSON.stringify(edits);
      if (!candidates.some((other) => JSON.stringify(other.edits) === key)) candidates.push({ title, edits });
    }
  }
  return candidates;
}

interface Variant {
  /** Whether sources and interfaces are restricted as in the rules beside. */
  readonly narrow: boolean;
  /** Whether the rules go to the beginning of the chain (`-I`). */
  readonly insert: boolean;
}

/** Where new rules go. */
interface Anchor {
  readonly chain: BaseChain;
  /** The rule that they have to stand in front of; `undefined` for the end of the chain. */
  readonly before: FilterRule | undefined;
}

class Proposal {
  constructor(
    private readonly document: Document,
    private readonly model: FilterModel,
    private readonly sources: Sources,
    private readonly change: FilterChange,
    private readonly variant: Variant,
  ) {}

  edits(point: FilterPoint): FileEdit[] {
    const edits: FileEdit[] = [];
    for (const family of this.model.families) {
      const missing = ofFamily(this.change.missing, family);
      if (!missing.isEmpty) {
        const anchor = this.anchorFor(point, family, missing);
        if (anchor) edits.push(...this.permit(anchor, family, missing));
      }
      const answers = ofFamily(this.change.replies, family);
      if (!answers.isEmpty) edits.push(...this.permitAnswers(point, family));
    }
    return edits;
  }

  private chainsOf(point: FilterPoint, family: AddressFamily): BaseChain[] {
    return point.chains.filter(({ families }) => !families || families.includes(family));
  }

  /** The chain in which something denies, and the rule there that does or that leads to where it is done. */
  private anchorFor(point: FilterPoint, family: AddressFamily, missing: PacketSet): Anchor | undefined {
    const deciding = new Set(this.change.decidedBy.map(({ uri, range }) => `${uri}#${range.start}`));
    const chains = this.chainsOf(point, family);
    for (const chain of chains) {
      for (const rule of chain.rulesFor?.(missing) ?? chain.rules) {
        if (this.leadsTo(rule, deciding, new Set())) return { chain, before: rule };
      }
    }
    const denying = chains.find(({ policy }) => policy === 'deny');
    return denying && { chain: denying, before: closingLog(denying, missing) };
  }

  private leadsTo(rule: FilterRule, deciding: ReadonlySet<string>, seen: Set<string>): boolean {
    if (deciding.has(`${rule.statement.uri}#${rule.statement.range.start}`)) return true;
    if (rule.action.kind !== 'jump' && rule.action.kind !== 'goto') return false;
    const { chain: name } = rule.action;
    if (seen.has(name)) return false;
    seen.add(name);
    return (this.model.chains.get(name)?.rules ?? []).some((inner) => this.leadsTo(inner, deciding, seen));
  }

  private permit(anchor: Anchor, family: AddressFamily, missing: PacketSet): FileEdit[] {
    const style = this.styleAt(anchor, family);
    const lines: string[] = [];
    for (const wanted of wantedRules(missing, this.change.allowed, style)) {
      lines.push(ruleText(style, wanted, this.variant));
      if (lines.length > LINE_LIMIT) return [];
    }
    return this.place(anchor, style, lines);
  }

  /** Answers pass by one rule for connections that are known, at the beginning of the chain that they meet. */
  private permitAnswers(point: FilterPoint, family: AddressFamily): FileEdit[] {
    const opposite = { forward: 'forward', input: 'output', output: 'input' } as const;
    const hook = point.hook && opposite[point.hook];
    const back = this.model.points.find((other) => other.hook === hook);
    const chain =
      back && this.chainsOf(back, family).find(({ policy, rules }) => policy === 'deny' || rules.length > 0);
    if (!chain) return [];
    const anchor: Anchor = { chain, before: chain.rules[0] };
    const style = this.styleAt(anchor, family);
    const { prefix, suffix } = style;
    return this.place(anchor, style, [
      `${prefix}-A ${style.chain} -m conntrack --ctstate ESTABLISHED -j ACCEPT${suffix}`,
    ]);
  }

  private styleAt({ chain, before }: Anchor, family: AddressFamily): RuleStyle {
    const end = before ? chain.rules.findIndex(({ statement }) => statement === before.statement) : chain.rules.length;
    const front = chain.rules.slice(0, end < 0 ? chain.rules.length : end);
    const beside = [...front].reverse();
    const others = this.model.points.flatMap((point) => this.chainsOf(point, family).flatMap(({ rules }) => rules));
    const accepting = [...beside, ...others.slice(0, STYLE_LIMIT)].filter(({ action }) => action.kind === 'accept');
    const any = before ?? chain.rules[chain.rules.length - 1] ?? accepting[0] ?? others[0];
    return commandStyle({
      chain: chain.name.slice(chain.name.lastIndexOf(' ') + 1),
      table: chain.name.includes(' ') ? chain.name.slice(0, chain.name.indexOf(' ')) : undefined,
      script: this.isScript,
      family,
      text: this.document.source.text,
      beside: beside.filter(({ action }) => action.kind === 'accept').map(textOf),
      all: accepting.map(textOf),
      jumps: beside.filter(({ action }) => action.kind === 'jump' || action.kind === 'goto').map(textOf),
      sample: any ? textOf(any) : chain.policyStatement?.text.slice(0, TEXT_LIMIT),
    });
  }

  private get isScript(): boolean {
    const { tree } = this.document;
    return typeof tree === 'object' && tree !== null && 'kind' in tree && tree.kind === 'script';
  }

  private place(anchor: Anchor, style: RuleStyle, lines: readonly string[]): FileEdit[] {
    const { chain, before } = anchor;
    if (lines.length === 0) return [];
    const last = chain.rules[chain.rules.length - 1];
    const statement = before?.statement ?? last?.statement ?? chain.policyStatement;
    const uri = statement?.uri ?? this.document.source.uri;
    const text = this.textOf(uri);
    if (text === undefined) return [];
    const lineEnd = lineEndOf(text);
    const first = chain.rules[0];
    if (this.variant.insert && this.isScript && first) {
      // Behind everything that may put itself in front.
      const ends = chain.rules.filter((rule) => rule.statement.uri === uri).map((rule) => rule.statement.range.end);
      const at = nextLine(text, Math.max(...ends.slice(-STYLE_LIMIT)));
      const inserted = [...lines].reverse().map((line) => line.replace(' -A ', ' -I '));
      return [{ uri, range: { start: at, end: at }, newText: block(inserted, style.indent, lineEnd) }];
    }
    if (before) {
      const at = lineStart(text, before.statement.range.start);
      const indent = /^[ \t]*/.exec(text.slice(at, at + 200))?.[0] ?? '';
      return [{ uri, range: { start: at, end: at }, newText: block(lines, indent, lineEnd) }];
    }
    const at = last ? nextLine(text, last.statement.range.end) : this.tableEnd(text, chain);
    if (at === undefined) return [];
    const closed = text.slice(0, at).endsWith('\n') || at === 0 ? '' : lineEnd;
    return [{ uri, range: { start: at, end: at }, newText: closed + block(lines, style.indent, lineEnd) }];
  }

  private textOf(uri: string): string | undefined {
    if (uri === this.document.source.uri) return this.document.source.text;
    const source = this.sources.read(uri);
    return typeof source === 'string' ? undefined : source.text;
  }

  /** Where the table of a chain without rules ends; in a script, behind the line that sets the policy. */
  private tableEnd(text: string, chain: BaseChain): number | undefined {
    const from = chain.policyStatement?.range.end ?? text.search(/^\*filter/m);
    if (from < 0) return undefined;
    if (this.isScript) return nextLine(text, from);
    const commit = /^COMMIT\r?$/m.exec(text.slice(from));
    return commit ? from + commit.index : undefined;
  }
}

/** The first of the rules at the end of a chain that only log what the policy is about to deny. */
function closingLog({ rules }: BaseChain, missing: PacketSet): FilterRule | undefined {
  let first: FilterRule | undefined;
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i];
    if (rule?.action.kind !== 'continue' || !PacketSet.of(...rule.match).containsAll(missing)) break;
    first = rule;
  }
  return first;
}

/** How many rules of a file are looked at for its style. */
const STYLE_LIMIT = 2_000;

/** How much of a rule tells its style. */
const TEXT_LIMIT = 2_000;

function textOf({ statement }: FilterRule): string {
  return statement.text.slice(0, TEXT_LIMIT);
}

function block(lines: readonly string[], indent: string, lineEnd: string): string {
  return lines.map((line) => indent + line + lineEnd).join('');
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function ofFamily(packets: PacketSet, family: AddressFamily): PacketSet {
  return packets.intersect(PacketSet.of({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) }));
}

/** Packets of one protocol between some networks. */
interface Group {
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
  readonly destination: IpSet;
  readonly source: IpSet;
}

/** What has to be written: for each protocol and list of ports, every network that it goes to. */
function wantedRules(missing: PacketSet, allowed: PacketSet, style: RuleStyle): Wanted[] {
  const byPorts = new Map<string, Group>();
  for (const { protocols, destinationPorts: ports, destination, source } of missing.boxes) {
    const key = `${protocols.intervals.join(';')} ${ports.intervals.join(';')}`;
    const known = byPorts.get(key);
    byPorts.set(key, {
      protocols,
      ports,
      destination: known?.destination.union(destination) ?? destination,
      source: known?.source.union(source) ?? source,
    });
  }
  // What goes to the same networks is written together.
  const groups = new Map<string, Group>();
  for (const group of byPorts.values()) {
    const ends = [group.destination, group.source].map((end) => end.toPrefixes().join());
    const key = `${group.protocols.intervals.join(';')} ${ends.join(' ')}`;
    const known = groups.get(key);
    groups.set(key, known ? { ...known, ports: known.ports.union(group.ports) } : group);
  }
  const wanted: Wanted[] = [];
  for (const { protocols, ports: allPorts, destination, source } of groups.values()) {
    const anySource = allowed.boxes.some((other) => other.source.containsAll(IpSet.all.ofFamily(style.family)));
    const anyDestination = allowed.boxes.some((other) =>
      other.destination.containsAll(IpSet.all.ofFamily(style.family)),
    );
    const sources = anySource ? [undefined] : prefixesOf(source, style.family);
    const destinations = anyDestination ? [undefined] : prefixesOf(destination, style.family);
    for (const protocol of protocolNumbers(protocols)) {
      for (const ports of portLists(allPorts)) {
        for (const from of sources) {
          for (const to of destinations) wanted.push({ source: from, destination: to, protocol, ports });
        }
      }
    }
  }
  return wanted;
}

function prefixesOf(addresses: IpSet, family: AddressFamily): (string | undefined)[] {
  return addresses.ofFamily(family).toPrefixes();
}

function protocolNumbers(protocols: ProtocolSet): (number | undefined)[] {
  if (protocols.intervals.length === 1 && protocols.has(0) && protocols.has(255)) return [undefined];
  return [TCP, UDP].filter((number) => protocols.has(number));
}

/** Ports in lists that one match can hold, a range counting as two. */
export function portLists(ports: PortSet): (readonly (readonly [number, number])[] | undefined)[] {
  if (ports.equals(ALL_PORTS)) return [undefined];
  const lists: (readonly [number, number])[][] = [];
  let room = 0;
  for (const interval of ports.intervals) {
    const size = interval[0] === interval[1] ? 1 : 2;
    const current = lists[lists.length - 1];
    if (current && room >= size) {
      current.push(interval);
      room -= size;
    } else {
      lists.push([interval]);
      room = MULTIPORT_LIMIT - size;
    }
  }
  return lists;
}
