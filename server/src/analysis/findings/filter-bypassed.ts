// Rules about what a host receives, for packets that it forwards: published ports of containers, bans in the wrong hook.

import { addAll } from '../../kept/lists.js';
import { TRANSLATES } from '../../model/chain-walk.js';
import { distinctStatements, type QuotedLine, statementKey } from '../../model/evidence.js';
import type { BaseChain, FilterCase, FilterChain, FilterModel, FilterRule } from '../../model/filter.js';
import { decideInChain, decidePackets } from '../../model/filter-walk.js';
import type { IntervalSet } from '../../model/intervals.js';
import { IpSet, PRIVATE_SPACE } from '../../model/ip.js';
import { describePackets, prefixesOf } from '../../model/packet-text.js';
import { ANY_PACKET, type PacketBox, PacketSet, TCP_AND_UDP } from '../../model/packets.js';
import type { SourcedProblem } from './findings.js';

/** How many rules are looked at, each once for every path of jumps that leads to it. */
const VISIT_LIMIT = 100_000;

/** How many denying rules are compared with what is forwarded. */
const RULE_LIMIT = 1_000;

/** How many jumps deep. */
const DEPTH_LIMIT = 16;

const WITH_PORTS = PacketSet.of({ ...ANY_PACKET, protocols: TCP_AND_UDP });

/** What a rule denies that it names; or, of a rule that permits some sources alone, the same ports from all others. */
interface Denial {
  readonly rule: FilterRule;
  readonly packets: PacketSet;
}

/** Packets that are translated and then forwarded, by the rule that translates them. */
interface Forwarded {
  readonly translates: QuotedLine;
  readonly permits: QuotedLine | undefined;
  readonly packets: PacketSet;
}

/** Reports the rules for what the host receives that deny what is certainly translated, forwarded and permitted instead. */
export function bypassedRules(model: FilterModel): SourcedProblem[] {
  const [input, forward] = (['input', 'forward'] as const).map((hook) =>
    model.points.find((point) => point.hook === hook && point.about === undefined),
  );
  if (!input || !forward) return [];
  const shared = new Set(forward.chains.map(({ name }) => name));
  if (
    !translates(
      model,
      input.chains.filter(({ name }) => shared.has(name)),
    )
  )
    return [];
  const own = input.chains.filter(({ name }) => !shared.has(name));
  const search = new Denials(model);
  for (const chain of own) search.searchIn(chain);
  const denials = search.found;
  if (denials.length === 0) return search.leftOut;
  const wanted = PacketSet.join(denials.map(({ packets }) => packets));
  const forwarded = forwardedOf(decidePackets(model, forward, wanted, 'first'));
  if (forwarded.length === 0) return search.leftOut;
  const all = PacketSet.join(forwarded.map(({ packets }) => packets));
  const concerned = denials.flatMap(({ rule, packets }) => {
    const both = packets.intersect(all);
    return both.isEmpty ? [] : [{ rule, packets: both }];
  });
  if (concerned.length === 0) return search.leftOut;
  const packets = PacketSet.join(concerned.map((one) => one.packets));
  const cases = own.flatMap((chain) => decideInChain(model, chain, packets, 'first'));
  const bypassed = concerned.filter((denial) => isDenied(cases, denial));
  return [...problemsOf(bypassed, forwarded), ...search.leftOut];
}

/**
 * Whether the chains before the routing, or those that they lead to, translate destinations. Most filters do not; the rules of
 * other chains, which may be many, are not made for that.
 */
function translates({ chains }: FilterModel, before: readonly BaseChain[]): boolean {
  const reached = new Set<FilterChain>(before);
  for (const { rules } of reached) {
    for (const { action } of rules) {
      if (action.kind === 'rewrite') return true;
      const next = action.kind === 'jump' || action.kind === 'goto' ? chains.get(action.chain) : undefined;
      if (next) reached.add(next);
    }
  }
  return false;
}

/** The rules of a chain, and of those that it leads to, that deny ports or addresses that they name. */
class Denials {
  private visits = 0;
  readonly found: Denial[] = [];
  /** Where a limit ended the search. */
  private end: QuotedLine | undefined;

  constructor(private readonly model: FilterModel) {}

  searchIn(chain: BaseChain): void {
    this.visit(chain, WITH_PORTS, 0);
  }

  /** What tells that rules were not compared. */
  get leftOut(): SourcedProblem[] {
    if (!this.end) return [];
    const { uri, range } = this.end;
    const message = 'from here on, rules are not compared with what is translated and forwarded: there are too many';
    return [{ code: 'unmodelled-statement', uri, range, message }];
  }

  private visit(chain: FilterChain, packets: PacketSet, depth: number): void {
    for (const rule of chain.rules) {
      if (this.end) return;
      if (++this.visits > VISIT_LIMIT || depth > DEPTH_LIMIT || this.found.length >= RULE_LIMIT) {
        this.end = rule.statement;
        return;
      }
      const { action, opaque, phases, limit } = rule;
      if (opaque.length > 0 || !phases.includes('first') || limit?.segment !== undefined) continue;
      const own = packets.intersect(PacketSet.from(rule.match));
      if (own.isEmpty) continue;
      if (action.kind === 'deny' && namesSomething(own)) this.found.push({ rule, packets: own });
      else if (action.kind === 'accept') addAll(this.found, restrictionsOf(rule, own));
      else if (action.kind === 'jump' || action.kind === 'goto') {
        const target = this.model.chains.get(action.chain);
        if (target) this.visit(target, own, depth + 1);
      }
    }
  }
}

/** What a rule leaves to a default that denies: ports that it permits from some sources, from all others. */
function restrictionsOf(rule: FilterRule, { boxes }: PacketSet): Denial[] {
  const restricted = boxes.filter(({ source, destinationPorts }) => {
    return isFew(source) && countOf(destinationPorts) <= PORTS_NAMED;
  });
  const others = restricted.map((box) => {
    const families = ([4, 6] as const).filter((family) => !box.source.ofFamily(family).isEmpty);
    const all = IpSet.join(families.map((family) => IpSet.all.ofFamily(family)));
    return { ...box, source: all.subtract(box.source) };
  });
  return others.length === 0 ? [] : [{ rule, packets: PacketSet.from(others) }];
}

/** Every port of a few services, or some public addresses; not the rest that a default denies. */
function namesSomething({ boxes }: PacketSet): boolean {
  return boxes.every(({ source, destinationPorts }) => {
    return countOf(destinationPorts) <= PORTS_NAMED || (isFew(source) && source.intersect(PRIVATE_SPACE).isEmpty);
  });
}

/** With more ports than this, a rule is about all of them. */
const PORTS_NAMED = 1_024;

function countOf(ports: IntervalSet<number>): number {
  return ports.intervals.reduce((sum, [low, high]) => sum + high - low + 1, 0);
}

/** Fewer than one in 16 of all addresses: a list of them. */
function isFew(addresses: IpSet): boolean {
  return ([4, 6] as const).every((family) => addresses.ofFamily(family).size * 16n < IpSet.all.ofFamily(family).size);
}

/** What is certainly permitted by the forward hook, once it is translated. Which packets are translated may be assumed. */
function forwardedOf(cases: readonly FilterCase[]): Forwarded[] {
  const translated = cases.flatMap((one) => {
    const at = one.trace.findIndex(({ effect }) => effect === TRANSLATES);
    const step = one.trace[at];
    return step ? [{ one, translates: step.statement, before: one.trace.slice(0, at + 1) }] : [];
  });
  const isCertain = ({ one, before }: (typeof translated)[number]) => {
    const statements = new Set(before.map(({ statement }) => statementKey(statement)));
    return (
      one.outcome.kind === 'accept' && one.assumptions.every(({ statement }) => statements.has(statementKey(statement)))
    );
  };
  return translated.filter(isCertain).flatMap((own) => {
    const others = translated.filter(
      (other) => statementKey(other.translates) === statementKey(own.translates) && !isCertain(other),
    );
    const packets = others.reduce((rest, { one }) => rest.subtract(one.packets), own.one.packets);
    return packets.isEmpty ? [] : [{ translates: own.translates, permits: own.one.decidedBy, packets }];
  });
}

/** Whether it is certainly denied, by the rule itself or by what the rule leaves it to, whatever the chains before have done. */
function isDenied(cases: readonly FilterCase[], { rule, packets }: Denial): boolean {
  const key = statementKey(rule.statement);
  const isByRule = ({ decidedBy }: FilterCase) => decidedBy !== undefined && statementKey(decidedBy) === key;
  const isCertain = ({ outcome, assumptions }: FilterCase) => outcome.kind === 'deny' && assumptions.length === 0;
  if (rule.action.kind === 'deny') return cases.some((one) => isCertain(one) && isByRule(one));
  const denied = PacketSet.join(cases.filter(isCertain).map((one) => one.packets));
  return denied.containsAll(packets);
}

/** Rules whose packets the same rules translate have one finding: there may be thousands of bans. */
function problemsOf(denials: readonly Denial[], forwarded: readonly Forwarded[]): SourcedProblem[] {
  const groups = new Map<string, { readonly first: Denial; readonly by: readonly Forwarded[]; count: number }>();
  for (const { rule, packets } of denials) {
    const permits = rule.action.kind === 'accept';
    const by = forwarded.filter((one) => {
      const both = one.packets.intersect(permits ? PacketSet.from(one.packets.boxes.filter(isPublished)) : one.packets);
      return !both.intersect(packets).isEmpty;
    });
    if (by.length === 0) continue;
    const passing = packets.intersect(PacketSet.join(by.map((one) => one.packets)));
    const key = [permits, ...new Set(by.map(({ translates }) => statementKey(translates)))].join(' ');
    const group = groups.get(key) ?? { first: { rule, packets: passing }, by, count: 0 };
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, by, count }) => {
    const { uri, range } = first.rule.statement;
    const others = count === 1 ? '' : `; the same holds for ${count - 1} more`;
    const steps = [
      ...distinctStatements(by.map(({ translates }) => translates)).map((step) => ({ step, message: TRANSLATES })),
      ...distinctStatements(by.flatMap(({ permits }) => permits ?? [])).map((step) => ({
        step,
        message: 'permits it',
      })),
    ];
    return {
      code: 'filter-bypassed',
      uri,
      range,
      message:
        first.rule.action.kind === 'accept'
          ? `this permits ${describePorts(first.packets)} for some sources alone, and never sees it: the destination is translated before, and the forward hook permits it for others too${others}`
          : `this denies ${describe(first.packets)} and never sees it: the destination is translated before, and the forward hook permits it${others}`,
      related: steps
        .slice(0, RELATED_LIMIT)
        .map(({ step, message }) => ({ uri: step.uri, range: step.range, message })),
    };
  });
}

/**
 * Translated whatever the address and the interface, but for interfaces that are left out. A port that is forwarded from one
 * interface alone may be that of another service of the host on the others.
 */
function isPublished({ destination, inInterface }: PacketBox): boolean {
  return !isFew(destination) && inInterface.has(UNNAMED);
}

/** An interface that no file names. */
const UNNAMED = '\u0001';

/** How many locations a finding shows. */
const RELATED_LIMIT = 10;

function describePorts({ boxes }: PacketSet): string {
  return describePackets(PacketSet.from(boxes.map((box) => ({ ...box, destination: IpSet.all }))));
}

function describe({ boxes }: PacketSet): string {
  const [sources, destinations] = (['source', 'destination'] as const).map((end) =>
    IpSet.join(boxes.map((box) => box[end])),
  );
  const everywhere = destinations && isFew(destinations) ? undefined : IpSet.all;
  const packets = PacketSet.from(boxes.map((box) => ({ ...box, destination: everywhere ?? box.destination })));
  return `${describePackets(packets)}${sources && isFew(sources) ? ` from ${prefixesOf(sources)}` : ''}`;
}
