// Which packets belong to a class of a zone-based policy firewall, as rules that send them on to a chain.

import { Interned } from '../../../kept/memo.js';
import type { FilterChain, FilterRule } from '../../../model/filter.js';
import { ICMP, ICMPV6 } from '../../../model/icmp.js';
import { ANY_PACKET, answering, type PacketBox, protocolSet, TCP, UDP } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import { type RuleTemplate, RunDerivation } from '../../../model/rule-runs.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import type { ClassMap, Criterion } from '../program/zones.js';
import { portsOfApplication } from '../vocabulary/port-maps.js';
import { BOTH_PHASES, ClassMaker, conditionOf } from './class-maker.js';
import { type AnswerTranslation, answersSeen, answerTranslation, keyOfAnswers } from './static-nat.js';

/** What a rule matches, in terms of the packet that a class is asked about. */
export type ClassMatch = Pick<FilterRule, 'match' | 'phases' | 'opaque'>;

/**
 * Which packet decides the class. `packet`: the one that is asked about. `answer`: the same for a reply, whose source zones see
 * before it is translated. `session`: the first packet of the session that a reply belongs to, so that everything is asked
 * with source and destination exchanged.
 */
export type View = 'packet' | 'answer' | 'session';

function seen({ match, phases, opaque }: ClassMatch, view: View, nat: AnswerTranslation): ClassMatch {
  switch (view) {
    case 'packet':
      return { match, phases, opaque };
    case 'answer':
      return { match: answersSeen(match, nat), phases: phases.filter((phase) => phase === 'reply'), opaque };
    case 'session': {
      const isSeen = phases.includes('first');
      return { match: answersSeen(match.map(answering), nat), phases: isSeen ? ['reply'] : [], opaque };
    }
  }
}

/** Lists as conditions: what they permit goes on to a chain, what they deny returns. By view and chain. */
const derivations = new Interned<string, RunDerivation>(4_096);

function derivationTo(next: string, view: View, nat: AnswerTranslation): RunDerivation {
  return derivations.of(`${view} ${keyOfAnswers(nat)} ${next}`, () => {
    return new RunDerivation((template): RuleTemplate => {
      const permits = template.action.kind === 'accept';
      return { ...seen(template, view, nat), action: permits ? { kind: 'goto', chain: next } : { kind: 'return' } };
    });
  });
}

/** How many rules are made for the classes of a file: nested classes and the pairs of a policy multiply. */
const LIMIT = { rules: 20_000, reason: 'the zone pairs and classes of this file are too many to follow' };

/** Makes the chains of classes. Each is made once for each chain that it leads to. */
export class ClassChains extends ClassMaker {
  private readonly nat: AnswerTranslation;

  constructor(program: Program, chains: Map<string, FilterChain>) {
    super(program, chains, LIMIT);
    this.nat = answerTranslation(program);
  }

  /** Whether replies are called by other addresses than those that zones see. */
  get translatesAnswers(): boolean {
    return this.nat.pairs.length > 0;
  }

  /**
   * Rules that send the packets of a class to the chain `next`, and leave the others. `line` names the class; `label` says
   * for whom the chains are made.
   */
  rulesTo(className: string, line: PlacedLine, next: string, label: string, view: View): FilterRule[] {
    const classMap = this.program.zones.classes.get(className);
    if (!classMap || classMap.criteria.size === 0) return [this.unknown(line, next)];
    return this.rulesToClass(className, line, `class ${className} ${view} ${next}`, () => {
      const own = `class ${className} of ${label}`;
      return this.add(own, this.rulesOfClass(classMap, next, own, view));
    });
  }

  private rulesOfClass({ match, criteria }: ClassMap, next: string, label: string, view: View): FilterRule[] {
    const all = [...criteria.values()];
    if (match === 'any') return all.flatMap((one) => this.rulesOf(one, next, label, view));
    // What meets one criterion goes on to a chain that asks for the rest.
    const [first, ...rest] = all;
    const chain = rest.reduceRight(
      (to, one) => this.add(`the rest of ${label}`, this.rulesOf(one, to, label, view)),
      next,
    );
    return first ? this.rulesOf(first, chain, label, view) : [];
  }

  private rulesOf({ criterion, line }: Criterion, next: string, label: string, view: View): FilterRule[] {
    this.made++;
    switch (criterion.kind) {
      case 'list': {
        const list = this.program.lists.get(criterion.name);
        // What an empty list is as a condition of a class, the manual does not say.
        if (!list || list.size === 0) return [this.unknown(line, next)];
        return [
          this.rule(line, {
            action: { kind: 'jump', chain: this.listTo(criterion.name, next, label, view), applied: true },
          }),
        ];
      }
      case 'class':
        return this.rulesTo(criterion.name, line, next, label, view);
      case 'protocol':
        return this.matchesOf(criterion.name, line).map((found) =>
          this.rule(line, { ...seen(found, view, this.nat), action: { kind: 'goto', chain: next } }),
        );
      case 'unknown':
        return [this.unknown(line, next)];
    }
  }

  private listTo(list: string, next: string, label: string, view: View): string {
    const derivation = derivationTo(next, view, this.nat);
    return this.chainOfList(list, `list ${list} ${view} ${next}`, `${list} of ${label}`, derivation);
  }

  /** What `match protocol` matches. */
  private matchesOf(protocol: string, line: PlacedLine): ClassMatch[] {
    const name = protocol.toLowerCase();
    const certain = (box: Partial<PacketBox>): ClassMatch => {
      return { match: [{ ...ANY_PACKET, ...box }], phases: BOTH_PHASES, opaque: [] };
    };
    const opaque = [conditionOf(line)];
    switch (name) {
      case 'tcp':
        return [certain({ protocols: protocolSet(TCP) })];
      case 'udp':
        return [certain({ protocols: protocolSet(UDP) })];
      case 'icmp':
        return [certain({ protocols: protocolSet(ICMP) }), { ...certain({ protocols: protocolSet(ICMPV6) }), opaque }];
    }
    const ports = portsOfApplication(name);
    const maps = this.program.zones.portMaps.get(name) ?? [];
    if (!ports && maps.every(({ limited }) => limited)) return [{ ...certain({}), opaque }];
    const own = ports ? [...boxesOf('tcp', ports.tcp), ...boxesOf('udp', ports.udp)] : [];
    const mapped = (limited: boolean) =>
      maps.flatMap((map) => {
        const families = map.family ? [map.family] : (['tcp', 'udp'] as const);
        return map.limited === limited ? families.flatMap((family) => boxesOf(family, map.ports)) : [];
      });
    const match = [...own, ...mapped(false)];
    const possible = mapped(true);
    return [
      { match, phases: ['first'], opaque: [] },
      // The ports are those of the server; whether its answers are of the application, the manual does not say.
      { match: match.map(answering), phases: ['reply'], opaque },
      ...(possible.length > 0 ? [{ match: possible, phases: ['first'] as const, opaque }] : []),
      ...(possible.length > 0 ? [{ match: possible.map(answering), phases: ['reply'] as const, opaque }] : []),
    ];
  }
}

function boxesOf(family: 'tcp' | 'udp', destinationPorts: PortSet): PacketBox[] {
  if (destinationPorts.isEmpty) return [];
  return [{ ...ANY_PACKET, protocols: protocolSet(family === 'tcp' ? TCP : UDP), destinationPorts }];
}
