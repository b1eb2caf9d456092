// The endpoints of a requirement as sets, computed once for each requirement.
import { Memo } from '../kept/memo.js';
import { HostSet } from '../model/hosts.js';
import { IpSet } from '../model/ip.js';
import { ALL_PORTS, type PortSet, parsePorts } from '../model/ports.js';
import type { Requirement } from './requirement.js';

const hosts = new Memo<Requirement, HostSet>();
const addresses = new Memo<Requirement, IpSet>();
const ports = new Memo<Requirement, PortSet>();

/** The destination hosts of a requirement; empty where it names none. */
export function requirementHosts(requirement: Requirement): HostSet {
  return hosts.of(requirement, ({ flow }) => HostSet.union((flow.to.hosts ?? []).map(HostSet.pattern)));
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
