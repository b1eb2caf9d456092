// The openings that a network needs for some requirements.

import type { Endpoint, Requirement } from '../../catalog/requirement.js';
import { addTo } from '../../kept/lists.js';
import { ALL_PORTS, parsePorts } from '../../model/ports.js';
import type { NetworkContext } from '../evaluate/network-context.js';

/** One opening that the network needs: a row of the firewall plan. */
export interface Opening {
  /** Every requirement that needs it. */
  readonly requirements: readonly Requirement[];
  readonly from: OpeningEnd;
  readonly to: OpeningEnd;
  readonly protocol: 'tcp' | 'udp' | 'any';
  /** Destination ports as the document writes them; `any` where it names none. */
  readonly ports: string;
  /** Source ports in the same form; absent where the document names none. */
  readonly sourcePorts?: string;
}

/** One end of an opening; anywhere, where it has neither a role nor prefixes nor hosts. */
export interface OpeningEnd {
  readonly role: string | undefined;
  /** Its prefixes, by the document or else by the declared role. */
  readonly prefixes: readonly string[];
  /** Host patterns of the document. */
  readonly hosts: readonly string[];
}

/** The openings that a network with some roles needs, and the roles whose addresses are still needed. */
export interface Plan {
  readonly openings: readonly Opening[];
  /** Openings whose documents do not say who connects: listed, and never opened to everybody. */
  readonly fromUndocumented: readonly Opening[];
  /** The undeclared roles that requirements name, with those requirements. */
  readonly undeclaredRoles: ReadonlyMap<string, readonly Requirement[]>;
}

/** Lists every opening that requirements need between declared roles, and from them to documented addresses and hosts. */
export function planOpenings(requirements: readonly Requirement[], { roles }: NetworkContext): Plan {
  const openings = new Map<string, Opening>();
  const fromUndocumented = new Map<string, Opening>();
  const undeclaredRoles = new Map<string, Requirement[]>();
  for (const requirement of requirements) {
    if (requirement.kind !== 'reach') continue;
    const { flow } = requirement;
    const needed = [flow.from, flow.to].flatMap(({ role, prefixes, hosts }) =>
      role !== undefined && !prefixes && !hosts && !roles.has(role) ? [role] : [],
    );
    const missing = [...new Set(needed)];
    for (const role of missing) addTo(undeclaredRoles, role, requirement);
    if (missing.length > 0) continue;
    const end = ({ role, prefixes = [], hosts = [] }: Endpoint): OpeningEnd => {
      const declared = role === undefined ? undefined : roles.get(role);
      const isDocumented = prefixes.length > 0 || hosts.length > 0;
      return { role, prefixes: isDocumented || !declared ? prefixes : declared.toPrefixes(), hosts };
    };
    const { protocol, ports = 'any', sourcePorts } = flow;
    if (protocol === 'icmp' || protocol === 'icmpv6') continue;
    const ends = { from: end(flow.from), to: end(flow.to) };
    const opening = { ...ends, protocol, ports, ...(sourcePorts === undefined ? {} : { sourcePorts }) };
    // Several documents may ask for the same opening; a firewall team opens it once.
    const key = JSON.stringify(opening);
    const list = isAnywhere(ends.from) ? fromUndocumented : openings;
    list.set(key, { ...opening, requirements: [...(list.get(key)?.requirements ?? []), requirement] });
  }
  return {
    openings: withoutCovered([...openings.values()]),
    fromUndocumented: withoutCovered([...fromUndocumented.values()]),
    undeclaredRoles,
  };
}

/** Whether a document calls an opening required; otherwise only some networks need it. */
export function isRequired({ requirements }: Opening): boolean {
  return requirements.some(({ required }) => required);
}

function isAnywhere({ role, prefixes, hosts }: OpeningEnd): boolean {
  return role === undefined && prefixes.length === 0 && hosts.length === 0;
}

/**
 * The openings without those that a wider one between the same ends covers; the wider one takes over their requirements. What
 * only some networks need takes over nothing that every network needs: they would open more than they have to.
 */
function withoutCovered(openings: readonly Opening[]): readonly Opening[] {
  const groups = new Map<string, Opening[]>();
  for (const opening of openings) {
    const key = JSON.stringify([opening.from, opening.to, opening.protocol, opening.sourcePorts]);
    addTo(groups, key, opening);
  }
  const widest = new Map<Opening, Opening>();
  for (const group of groups.values()) {
    for (const opening of group) {
      const wider = group.find((other) => other !== opening && covers(other, opening));
      if (wider) widest.set(opening, wider);
    }
  }
  const takenOver = (opening: Opening): readonly Requirement[] => [
    ...opening.requirements,
    ...[...widest].filter(([, wider]) => wider === opening).flatMap(([covered]) => takenOver(covered)),
  ];
  return openings.flatMap((opening) => (widest.has(opening) ? [] : [{ ...opening, requirements: takenOver(opening) }]));
}

function covers(wider: Opening, narrower: Opening): boolean {
  if (!isRequired(wider) && isRequired(narrower)) return false;
  if (wider.sourcePorts !== undefined && wider.sourcePorts !== narrower.sourcePorts) return false;
  const [all, some] = [wider, narrower].map(({ ports }) => (ports === 'any' ? ALL_PORTS : parsePorts(ports)));
  return all !== undefined && some !== undefined && all.containsAll(some) && !some.containsAll(all);
}
