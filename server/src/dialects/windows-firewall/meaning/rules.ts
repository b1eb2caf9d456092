// Converts rules of the firewall to rules of the model.

import type { QuotedLine } from '../../../model/evidence.js';
import type { FilterAction, FilterRule } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { TextRange } from '../../../text/range.js';
import type { Source } from '../../dialect.js';
import type { StoredRule } from '../program/rule.js';
import type { Filter } from '../program/rule-filter.js';
import type { OutsideRules } from '../program/store.js';
import type { RuleKind } from '../vocabulary/commands.js';
import { interfacesOf, type Policy } from './policy.js';

/** The direction of the connection seen from the host: others open inbound connections. */
export type Direction = 'in' | 'out';

/** A command on one line. */
export function quotedLine(source: Source, range: TextRange): QuotedLine {
  const text = source.text.slice(range.start, range.end).replace(/[`^]\s*\n/g, ' ');
  return { uri: source.uri, range, text: text.replace(/\s+/g, ' ').trim() };
}

interface RuleContent {
  readonly match: readonly PacketBox[];
  readonly opaque: readonly string[];
  readonly action: FilterAction;
}

export function filterRule(source: Source, { range }: StoredRule, { match, opaque, action }: RuleContent): FilterRule {
  return {
    statement: quotedLine(source, range),
    match,
    phases: ['first', 'reply'],
    opaque: [...new Set(opaque)].map((text) => ({ text })),
    action,
  };
}

/** Profiles are modelled as the interfaces that have them. */
export function onInterface(direction: Direction, profiles: NameSet): Partial<PacketBox> {
  return direction === 'in' ? { inInterface: profiles } : { outInterface: profiles };
}

/** What a filter of several policies says about a host whose policy is not named. */
export function otherNames(source: Source, policies: readonly Policy[], direction: Direction): readonly FilterRule[] {
  if (policies.length < 2) return [];
  const known = policies.reduce((all, policy) => all.union(interfacesOf(policy)), NameSet.none);
  const reason = 'the script writes several policies, and which of them a host has is open';
  return [
    {
      statement: quotedLine(source, { start: 0, end: 0 }),
      match: [{ ...ANY_PACKET, ...onInterface(direction, known.complement()) }],
      phases: ['first', 'reply'],
      opaque: [],
      action: { kind: 'undecided', reason },
    },
  ];
}

/** The packets of connections that a rule matches, in one direction. */
export function boxOf(filter: Filter, direction: Direction): PacketBox {
  const { protocols, profiles, localAddresses, remoteAddresses, localPorts, remotePorts, icmp } = filter;
  const ends =
    direction === 'in'
      ? { source: remoteAddresses, destination: localAddresses, sourcePorts: remotePorts }
      : { source: localAddresses, destination: remoteAddresses, sourcePorts: localPorts };
  const destinationPorts = icmp ?? (direction === 'in' ? localPorts : remotePorts);
  return { ...ANY_PACKET, protocols, ...ends, destinationPorts, ...onInterface(direction, profiles) };
}

/** Tells the rules outside of a script that are possibly of one kind. */
export function concerns(kind: RuleKind): (outside: OutsideRules) => boolean {
  return (outside) => outside.kind === undefined || outside.kind === kind;
}

/** How many of the commands behind which anything is possible are followed: more of them make no more possible. */
const OUTSIDE_LIMIT = 16;

/** What rules that the script does not define may do with the packets of some boxes. */
export function rulesOutside(
  source: Source,
  outside: readonly OutsideRules[],
  match: readonly PacketBox[],
): FilterRule[] {
  const blocking = outside.filter(({ mayBlock }) => mayBlock).slice(0, OUTSIDE_LIMIT);
  const allowing = outside.filter(({ mayBlock }) => !mayBlock).slice(0, OUTSIDE_LIMIT);
  return [...blocking, ...allowing].flatMap(({ range, what, mayBlock }) =>
    (mayBlock ? (['accept', 'deny'] as const) : (['accept'] as const)).map((kind) => ({
      statement: quotedLine(source, range),
      match,
      phases: ['first', 'reply'] as const,
      opaque: [{ text: what }],
      action: { kind },
    })),
  );
}
