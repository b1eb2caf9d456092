// Proposals that make a file permit packets: rules in the style of the file, at a position where they take effect.
import { addAll, largest } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { BaseChain, FilterModel, FilterPoint, FilterRule } from '../../../model/filter.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import { startOfLine } from '../../../text/lines.js';
import type { Location } from '../../../text/range.js';
import type { Candidate, Change, FilterChange, FilterDenial, Sources } from '../../dialect.js';
import { allBut, denialsFor, shortestFirst } from '../../shared/denials.js';
import type { IptablesDocument } from '../program/program.js';
import { extendSets } from './extend-set.js';
import { type RuleStyle, ruleText, styleOf } from './rule-text.js';
import { type WantedRule, wantedRules } from './wanted-rules.js';

const NO_CONDITION: WantedRule = {
  source: undefined,
  destination: undefined,
  protocol: undefined,
  sourcePorts: undefined,
  ports: undefined,
};

/** The maximum number of lines of a proposal. */
const LINE_LIMIT = 60;

/** Rules before the denying rule or at the end of the chain, and members for sets that rules already accept. */
export function proposeRules(document: IptablesDocument, change: Change, sources: Sources): Candidate[] {
  const { model } = document;
  if (model.kind !== 'filter') return [];
  if (change.goal === 'deny-packets') return proposeDrops(document, model, change, sources);
  if (change.goal !== 'permit-packets') return [];
  const point = model.points.find(({ name }) => name === change.point);
  if (!point) return [];
  const place = `in ${change.point}`;
  const candidates: Candidate[] = extendSets(document, point, change, sources);
  const task: Task = { document, model, sources, change, anchors: new Map() };
  for (const narrow of [true, false]) {
    for (const insert of [false, true]) {
      const edits = new Proposal(task, { narrow, insert }).edits(point);
      if (edits.length === 0) continue;
      const key = JSON.stringify(edits);
      if (!candidates.some((other) => JSON.stringify(other.edits) === key)) candidates.push({ place, edits });
    }
  }
  return candidates;
}

/** How many rules that drop are written one by one. */
const DROP_LIMIT = 12;

/** Rules that drop, before the rule or policy that lets pass; where these are many, a chain that excepts the others. */
function proposeDrops(
  document: IptablesDocument,
  model: FilterModel,
  denial: FilterDenial,
  sources: Sources,
): Candidate[] {
  const point = model.points.find(({ name }) => name === denial.point);
  if (!point) return [];
  const place = `in ${denial.point}`;
  const candidates = denialsFor(denial).flatMap((change) => {
    const task: Task = { document, model, sources, change, drops: true, anchors: new Map() };
    const proposal = new Proposal(task, { narrow: false, insert: false });
    return [proposal.edits(point), proposal.byChain(point)].flatMap((edits) =>
      edits.length === 0 ? [] : [{ place, edits }],
    );
  });
  return [...shortestFirst(candidates)];
}

/** The change to make, and in which file. */
interface Task {
  readonly document: IptablesDocument;
  readonly model: FilterModel;
  readonly sources: Sources;
  readonly change: FilterChange;
  /** Whether the packets of the change are to be dropped. */
  readonly drops?: true;
  /** What was found for other variants of the same edit. */
  readonly anchors: Anchors;
}

type Anchors = Map<string, Anchor | undefined>;

interface Variant {
  /** Whether sources and interfaces are restricted as in the neighbouring rules. */
  readonly narrow: boolean;
  /** Whether the rules go to the beginning of the chain (`-I`). */
  readonly insert: boolean;
}

/** Where new rules go. */
interface Anchor {
  readonly chain: BaseChain;
  /** The rule before which they are inserted; `undefined` for the end of the chain. */
  readonly before: FilterRule | undefined;
}

class Proposal {
  constructor(
    private readonly task: Task,
    private readonly variant: Variant,
  ) {}

  edits(point: FilterPoint): FileEdit[] {
    const edits: FileEdit[] = [];
    for (const family of this.task.model.families) {
      const missing = ofFamily(this.task.change.missing, family);
      if (!missing.isEmpty) {
        const anchor = this.anchorFor(point, family, missing);
        if (anchor) addAll(edits, this.permit(anchor, family, missing));
      }
      const replies = ofFamily(this.task.change.replies, family);
      if (!replies.isEmpty) addAll(edits, this.permitReplies(point, family));
    }
    return edits;
  }

  private chainsOf(point: FilterPoint, family: AddressFamily): BaseChain[] {
    return point.chains.filter(({ families }) => !families || families.includes(family));
  }

  /** The chain that denies, and its rule that denies or leads to the rule that denies. */
  private anchorFor(point: FilterPoint, family: AddressFamily, missing: PacketSet): Anchor | undefined {
    const { anchors } = this.task;
    const key = `${point.name} ${family}`;
    if (!anchors.has(key)) anchors.set(key, this.findAnchor(this.chainsOf(point, family), missing));
    return anchors.get(key);
  }

  private findAnchor(chains: readonly BaseChain[], missing: PacketSet): Anchor | undefined {
    const { model, change, document, drops } = this.task;
    // A line of iptables-save that sets a policy is no rule, so that the rules need not be searched for it.
    const isPolicy = (place: string) =>
      document.tree.kind === 'save' &&
      model.points.some((one) =>
        one.chains.some(({ policyStatement }) => policyStatement && keyOf(policyStatement) === place),
      );
    const deciding = new Set(change.decidedBy.map(keyOf).filter((place) => !isPolicy(place)));
    if (deciding.size > 0) {
      for (const chain of chains) {
        // A chain that one rule leads to without an answer has none for the next.
        const seen = new Set<string>();
        for (const rule of chain.rulesFor?.(missing) ?? chain.rules) {
          if (this.leadsTo(rule, deciding, seen)) return { chain, before: rule };
        }
      }
    }
    if (drops) {
      const accepting = chains.find(({ policy }) => policy === 'accept');
      return accepting && { chain: accepting, before: undefined };
    }
    const denying = chains.find(({ policy }) => policy === 'deny');
    return denying && { chain: denying, before: closingLog(denying, missing) };
  }

  private leadsTo(rule: FilterRule, deciding: ReadonlySet<string>, seen: Set<string>): boolean {
    if (deciding.has(keyOf(rule.statement))) return true;
    if (rule.action.kind !== 'jump' && rule.action.kind !== 'goto') return false;
    const { chain: name } = rule.action;
    if (seen.has(name)) return false;
    seen.add(name);
    return (this.task.model.chains.get(name)?.rules ?? []).some((inner) => this.leadsTo(inner, deciding, seen));
  }

  private permit(anchor: Anchor, family: AddressFamily, missing: PacketSet): FileEdit[] {
    const style = this.styleAt(anchor, family);
    const { allowed, fromOthers } = this.task.change;
    const lines = new Set<string>();
    // Others than clients need not come in where the clients of the neighbouring rules do.
    const isOpen = ({ inInterface }: PacketBox) => inInterface.has('');
    const open = PacketSet.from(fromOthers.boxes.filter(isOpen));
    const parts = [
      { packets: missing.subtract(open), narrow: this.variant.narrow },
      { packets: missing.intersect(open), narrow: false },
    ];
    const rules = parts.flatMap(({ packets, narrow }) =>
      wantedRules(packets, allowed, family).map((wanted) => ({ wanted, narrow })),
    );
    for (const { wanted, narrow } of rules) {
      lines.add(ruleText(style, wanted, { narrow, ...(this.task.drops ? { target: 'DROP' } : {}) }));
      if (lines.size > (this.task.drops ? DROP_LIMIT : LINE_LIMIT)) return [];
    }
    return this.insertLines(anchor, [...lines]);
  }

  /** Drops what goes to all but a few networks: in a chain from which those return. */
  byChain(point: FilterPoint): FileEdit[] {
    const { change, model } = this.task;
    const [family, ...others] = model.families;
    if (family === undefined || others.length > 0) return [];
    const missing = ofFamily(change.missing, family);
    const [box] = missing.boxes;
    const anchor = this.anchorFor(point, family, missing);
    if (!box || !anchor || missing.boxes.some(({ destination }) => !destination.equals(box.destination))) return [];
    const { network, except } = allBut(box.destination, family);
    if (except.isEmpty || except.prefixCount > DROP_LIMIT) return [];
    const within = PacketSet.from(missing.boxes.map((one) => ({ ...one, destination: network })));
    const allowed = PacketSet.from(change.allowed.boxes.map((one) => ({ ...one, destination: network })));
    const style = this.styleAt(anchor, family);
    const chain = this.newChain(change.label);
    const jumps = wantedRules(within, allowed, family).map((wanted) =>
      ruleText(style, wanted, { narrow: false, target: chain }),
    );
    const inside = { ...style, chain };
    const addresses = except
      .toPrefixes()
      .map((destination) => ruleText(inside, { ...NO_CONDITION, destination }, { narrow: false, target: 'RETURN' }));
    const rest = ruleText(inside, NO_CONDITION, { narrow: false, target: 'DROP' });
    const lines = [...addresses, rest, ...jumps];
    if (this.isScript) return this.insertLines(anchor, [`${style.prefix}-N ${chain}`, ...lines]);
    const declared = anchor.chain.policyStatement;
    const text = declared && this.textOf(declared.uri);
    if (!declared || text === undefined) return [];
    const at = nextLine(text, declared.range.end);
    const declaration = {
      uri: declared.uri,
      range: { start: at, end: at },
      newText: `:${chain} - [0:0]${lineEndOf(text)}`,
    };
    return [declaration, ...this.insertLines(anchor, lines)];
  }

  /** A name for a chain that the file does not have; the program takes 28 characters. */
  private newChain(label: string): string {
    const known = new Set([...this.task.model.chains.keys()].map((name) => name.slice(name.lastIndexOf(' ') + 1)));
    const base = `NO-${label.toUpperCase()}`.slice(0, 24);
    let name = base;
    for (let i = 2; known.has(name); i++) name = `${base}-${i}`;
    return name;
  }

  /** Permits replies by one rule for established connections, at the beginning of the chain that they traverse. */
  private permitReplies(point: FilterPoint, family: AddressFamily): FileEdit[] {
    const opposite = { forward: 'forward', input: 'output', output: 'input' } as const;
    const hook = point.hook && opposite[point.hook];
    const back = this.task.model.points.find((other) => other.hook === hook);
    const chain =
      back && this.chainsOf(back, family).find(({ policy, rules }) => policy === 'deny' || rules.length > 0);
    if (!chain) return [];
    const anchor: Anchor = { chain, before: chain.rules[0] };
    const { prefix, chain: name } = this.styleAt(anchor, family);
    return this.insertLines(anchor, [`${prefix}-A ${name} -m conntrack --ctstate ESTABLISHED -j ACCEPT`]);
  }

  private styleAt({ chain, before }: Anchor, family: AddressFamily): RuleStyle {
    const { rules } = chain;
    const end = before ? rules.findIndex(({ statement }) => statement === before.statement) : rules.length;
    const known = styles.of(this.task.document, () => new Map());
    const key = `${chain.name} ${family} ${before ? keyOf(before.statement) : ''} ${end}`;
    const style = known.get(key) ?? this.findStyle({ chain, before }, family, end < 0 ? rules.length : end);
    known.set(key, style);
    return style;
  }

  /** @param end how many rules of the chain stand before the new ones */
  private findStyle({ chain, before }: Anchor, family: AddressFamily, end: number): RuleStyle {
    const { rules } = chain;
    const points = this.task.model.points.map((point) => this.chainsOf(point, family));
    const some = [...firstRules(points.flat(), STYLE_LIMIT)];
    const siblings = () => textsBefore(rules, end, isAccepting);
    const others = some.filter(isAccepting).map(textOf);
    const any = before ?? rules[rules.length - 1];
    const [sibling = others[0]] = siblings();
    return styleOf({
      chain: chain.name.slice(chain.name.lastIndexOf(' ') + 1),
      script: this.isScript,
      family,
      text: this.task.document.source.text,
      siblings,
      others,
      jumps: () => textsBefore(rules, end, isJump),
      sample: any
        ? textOf(any)
        : (sibling ?? (some[0] ? textOf(some[0]) : chain.policyStatement?.text.slice(0, TEXT_LIMIT))),
    });
  }

  private get isScript(): boolean {
    return this.task.document.tree.kind === 'script';
  }

  private insertLines(anchor: Anchor, lines: readonly string[]): FileEdit[] {
    const { chain, before } = anchor;
    if (lines.length === 0) return [];
    const last = chain.rules[chain.rules.length - 1];
    const statement = before?.statement ?? last?.statement ?? chain.policyStatement;
    const uri = statement?.uri ?? this.task.document.source.uri;
    const text = this.textOf(uri);
    if (text === undefined) return [];
    const lineEnd = lineEndOf(text);
    const first = chain.rules[0];
    if (this.variant.insert && this.isScript && first) {
      // After every rule that is inserted at the beginning with `-I`.
      const ends = chain.rules.filter((rule) => rule.statement.uri === uri).map((rule) => rule.statement.range.end);
      const at = nextLine(text, largest(ends.slice(-STYLE_LIMIT)));
      const inserted = [...lines].reverse().map((line) => line.replace(' -A ', ' -I '));
      return [{ uri, range: { start: at, end: at }, newText: block(inserted, '', lineEnd) }];
    }
    if (before) {
      const at = startOfLine(text, before.statement.range.start);
      const indent = /^[ \t]*/.exec(text.slice(at, at + 200))?.[0] ?? '';
      return [{ uri, range: { start: at, end: at }, newText: block(lines, indent, lineEnd) }];
    }
    const at = last ? nextLine(text, last.statement.range.end) : this.tableEnd(text, chain);
    if (at === undefined) return [];
    const closed = text.slice(0, at).endsWith('\n') || at === 0 ? '' : lineEnd;
    return [{ uri, range: { start: at, end: at }, newText: closed + block(lines, '', lineEnd) }];
  }

  private textOf(uri: string): string | undefined {
    if (uri === this.task.document.source.uri) return this.task.document.source.text;
    const source = this.task.sources.read(uri);
    return typeof source === 'string' ? undefined : source.text;
  }

  /** Where the table of a chain without rules ends; in a script, after the line that sets the policy. */
  private tableEnd(text: string, chain: BaseChain): number | undefined {
    const from = chain.policyStatement?.range.end ?? text.search(/^\*filter/m);
    if (from < 0) return undefined;
    if (this.isScript) return nextLine(text, from);
    const commit = /^COMMIT\r?$/m.exec(text.slice(from));
    return commit ? from + commit.index : undefined;
  }
}

/** The first of the rules at the end of a chain that only log what the policy will deny. */
function closingLog({ rules }: BaseChain, missing: PacketSet): FilterRule | undefined {
  let first: FilterRule | undefined;
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i];
    if (rule?.action.kind !== 'continue' || !PacketSet.from(rule.match).containsAll(missing)) break;
    first = rule;
  }
  return first;
}

/** How many rules of a file are examined to find its style. */
const STYLE_LIMIT = 2_000;

/** How much of the text of a rule is examined to find its style, in UTF-16 code units. */
const TEXT_LIMIT = 2_000;

/** The styles that were found in a document, by where rules are to be written. */
const styles = new Memo<IptablesDocument, Map<string, RuleStyle>>();

/** The texts of some of the first rules of a chain, the last one first. */
function* textsBefore(
  rules: readonly FilterRule[],
  end: number,
  isWanted: (rule: FilterRule) => boolean,
): Generator<string> {
  for (let i = end - 1; i >= 0; i--) {
    const rule = rules[i];
    if (rule && isWanted(rule)) yield textOf(rule);
  }
}

/** No more than some rules of chains, in their order. */
function* firstRules(chains: readonly BaseChain[], limit: number): Generator<FilterRule> {
  let left = limit;
  for (const { rules } of chains) {
    yield* rules.slice(0, left);
    left -= Math.min(left, rules.length);
  }
}

function isAccepting({ action }: FilterRule): boolean {
  return action.kind === 'accept';
}

function isJump({ action }: FilterRule): boolean {
  return action.kind === 'jump' || action.kind === 'goto';
}

function textOf({ statement }: FilterRule): string {
  return statement.text.slice(0, TEXT_LIMIT);
}

function keyOf({ uri, range }: Location): string {
  return `${uri}#${range.start}`;
}

function block(lines: readonly string[], indent: string, lineEnd: string): string {
  return lines.map((line) => indent + line + lineEnd).join('');
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function ofFamily(packets: PacketSet, family: AddressFamily): PacketSet {
  return packets.intersect(PacketSet.of({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) }));
}
