// The endpoints of a requirement as sets, computed once for each requirement.
import { Interned, Memo } from '../kept/memo.js';
import { HostSet } from '../model/hosts.js';
import { IpSet } from '../model/ip.js';
import { PaidOnce } from '../model/paid-memo.js';
import { ALL_PORTS, type PortSet, parsePorts } from '../model/ports.js';
import type { Requirement } from './requirement.js';

/**
 * The sets that documented patterns stand for. They are the same objects in every analysis, so that what a model keeps for a set still
 * holds after an edit, and sets made of them are seen to say the same. Each analysis pays for them, as if it made them. The built-in packs
 * need a few hundred; the bound is for packs that are being edited.
 */
const hostSets = new Interned<string, PaidOnce<HostSet>>(10_000);

/** The hosts that documented patterns stand for; the same set for the same patterns. */
export function patternHosts(patterns: readonly string[]): HostSet {
  const make = () => HostSet.union(patterns.map(HostSet.pattern));
  return hostSets.of(patterns.join(' '), () => new PaidOnce(make)).value;
}

/** The hosts of several lists of patterns. */
export function allPatternHosts(lists: readonly (readonly string[])[]): HostSet {
  const make = () => HostSet.union(lists.map(patternHosts));
  return hostSets.of(lists.map((patterns) => patterns.join(' ')).join('\n'), () => new PaidOnce(make)).value;
}

const addresses = new Memo<Requirement, IpSet>();
const ports = new Memo<Requirement, PortSet>();

/** The destination hosts of a requirement; empty where it names none. */
export function requirementHosts(requirement: Requirement): HostSet {
  return patternHosts(requirement.flow.to.hosts ?? []);
}

/** The destination addresses of a requirement; empty where it names none. */
export function requirementAddresses(requirement: Requirement): IpSet {
  return addresses.of(requirement, ({ flow }) => IpSet.parseAll(flow.to.prefixes ?? []));
}

/** The destination ports of a requirement; every port where it names none. */
export function requirementPorts(requirement: Requirement): PortSet {
  return ports.of(
    requirement,
    ({ flow }) => (flow.ports === undefined ? undefined : parsePorts(flow.ports)) ?? ALL_PORTS,
  );
}
