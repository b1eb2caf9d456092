import { HostSet } from '../model/hosts.js';
import { IpSet } from '../model/ip.js';
import { ALL_PORTS, type PortSet, parsePorts } from '../model/ports.js';
import type { Requirement } from './requirement.js';

const hosts = new WeakMap<Requirement, HostSet>();
const addresses = new WeakMap<Requirement, IpSet>();
const ports = new WeakMap<Requirement, PortSet>();

/** The hosts that a requirement is about; empty where it names none. Computed once for each requirement. */
export function requirementHosts(requirement: Requirement): HostSet {
  return remembered(hosts, requirement, () =>
    HostSet.union((requirement.flow.to.hosts ?? []).map((pattern) => HostSet.pattern(pattern))),
  );
}

/** The addresses that a requirement is about; empty where it names none. Computed once for each requirement. */
export function requirementAddresses(requirement: Requirement): IpSet {
  return remembered(addresses, requirement, () => IpSet.parse(...(requirement.flow.to.prefixes ?? [])));
}

/** The destination ports that a requirement is about; every port where it names none. Computed once for each. */
export function requirementPorts(requirement: Requirement): PortSet {
  return remembered(ports, requirement, () => {
    const text = requirement.flow.ports;
    return (text === undefined ? undefined : parsePorts(text)) ?? ALL_PORTS;
  });
}

function remembered<Value>(known: WeakMap<Requirement, Value>, requirement: Requirement, compute: () => Value): Value {
  const value = known.get(requirement) ?? compute();
  known.set(requirement, value);
  return value;
}
