// The match of a rule as sets, which can be compared with those of other rules.

import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { addressesOf, domainsOf, portsOf, wordsOf } from '../program/acl-content.js';
import type { Acl } from '../program/acls.js';
import type { Program } from '../program/program.js';
import { aclKey, type RuleStatement } from '../syntax/tree.js';

/**
 * The match of a rule: a product of sets, and acls that cannot be evaluated from the file. A rule with
 * fewer of these matches more.
 */
export interface Reach {
  readonly hosts: HostSet;
  readonly clients: IpSet;
  readonly ports: PortSet;
  /** Whether CONNECT and other methods are matched. */
  readonly connect: boolean;
  readonly plain: boolean;
  /** The acls that are not sets, each with its negation, as text. */
  readonly opaque: ReadonlySet<string>;
}

/** Acls with more lines are not compared as sets. */
const LINES_READ = 500;

const EVERYTHING: Reach = {
  hosts: HostSet.all,
  clients: IpSet.all,
  ports: ALL_PORTS,
  connect: true,
  plain: true,
  opaque: new Set(),
};

/** The match of a rule; `undefined` where one of its acls does not exist or has unknown values. */
export function reachOf(program: Program, statement: RuleStatement): Reach | undefined {
  let reach = EVERYTHING;
  for (const { name, negated } of statement.references) {
    const acl = program.acls.get(aclKey(name));
    const narrowed = acl && narrow(program, reach, acl, negated);
    if (!narrowed) return undefined;
    reach = narrowed;
  }
  const empty = reach.clients.isEmpty || reach.ports.isEmpty || (!reach.connect && !reach.plain) || reach.hosts.isEmpty;
  return empty ? undefined : reach;
}

function narrow(program: Program, reach: Reach, acl: Acl, negated: boolean): Reach | undefined {
  const opaque = (): Reach => ({ ...reach, opaque: new Set([...reach.opaque, `${negated ? '!' : ''}${acl.key}`]) });
  if (acl.lines.length > LINES_READ) return opaque();
  switch (acl.type.name) {
    case 'src': {
      const { value, unknown } = addressesOf(acl, program);
      if (unknown !== undefined) return opaque();
      return { ...reach, clients: negated ? reach.clients.subtract(value) : reach.clients.intersect(value) };
    }
    case 'dstdomain': {
      // Without -n an address is looked up, so the negation of a domain acl says nothing about addresses.
      const { value, unknown } = domainsOf(acl, program);
      if (unknown !== undefined || negated) return opaque();
      return { ...reach, hosts: reach.hosts.intersect(value) };
    }
    case 'port': {
      const { value, unknown } = portsOf(acl, program);
      if (unknown !== undefined) return opaque();
      return { ...reach, ports: negated ? reach.ports.subtract(value) : reach.ports.intersect(value) };
    }
    case 'method': {
      const methods = [...wordsOf(acl, program).value].map((word) => word.toUpperCase());
      if (methods.length !== 1 || methods[0] !== 'CONNECT') return opaque();
      return { ...reach, connect: reach.connect && !negated, plain: reach.plain && negated };
    }
    default:
      return opaque();
  }
}

export function isSubset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const value of a) if (!b.has(value)) return false;
  return true;
}

export function overlaps(a: Reach, b: Reach): boolean {
  return (
    ((a.connect && b.connect) || (a.plain && b.plain)) &&
    a.ports.overlaps(b.ports) &&
    a.clients.overlaps(b.clients) &&
    (a.hosts === HostSet.all || !a.hosts.intersect(b.hosts).isEmpty)
  );
}

export function covers(outer: Reach, inner: Reach): boolean {
  return coversRest(outer, inner) && outer.clients.containsAll(inner.clients) && coversHosts(outer, inner);
}

/** Domains, however many, are never all hosts; the difference of these and a long list is not worth making. */
export function coversHosts(outer: Reach, inner: Reach): boolean {
  if (outer.hosts === HostSet.all) return true;
  return inner.hosts !== HostSet.all && inner.hosts.subtract(outer.hosts).isEmpty;
}

/** Whether an earlier reach covers another in everything but hosts and clients. */
export function coversRest(outer: Reach, inner: Reach): boolean {
  return (outer.connect || !inner.connect) && (outer.plain || !inner.plain) && outer.ports.containsAll(inner.ports);
}
