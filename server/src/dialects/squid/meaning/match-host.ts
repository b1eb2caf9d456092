// Acls on the host of a request: its name, its addresses, the TLS server name.

import { HostSet } from '../../../model/hosts.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import { addressesOf, domainsOf, patternsOf } from '../program/acl-content.js';
import { type Acl, hasOption } from '../program/acls.js';
import { hostsOf } from '../program/domains.js';
import type { Program } from '../program/program.js';
import { assume, withUnknown } from './assume.js';
import type { Facts } from './facts.js';
import { hasAnswer } from './fast.js';
import { always, byHosts, byPatterns, never, orElse, type Region, type Split, splitAll, when } from './regions.js';

const RESOLVED_NAME = 'the name that the address resolves to';

/** Private, loopback and link-local addresses, to which the host of a documented service does not resolve. */
const NOT_PUBLIC = PRIVATE_SPACE.union(
  IpSet.parse('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/127', 'fe80::/10', 'ff00::/8'),
);

/** One of the addresses of the host has to be in the acl (`ACLDestinationIP::match`). */
export function matchDestination(facts: Facts, acl: Acl, region: Region): Split {
  const { value, unknown } = addressesOf(acl, facts.program);
  const { numericHost } = facts;
  if (numericHost) return withUnknown(when(value.has(numericHost), region), unknown, acl, facts);
  // Of an intercepted connection squid knows the address (`client_dst_passthru`), whatever the options say.
  const isIntercepted = region.listener.mode === 'intercept';
  if (hasOption(acl, 'n') && !isIntercepted) return never(region);
  const known = isIntercepted ? always(region) : hasAnswer(facts, acl, region);
  const split = splitAll(known.yes, (part) => matchAddresses(facts, acl, part));
  return { ...split, no: [...split.no, ...known.no] };
}

function matchAddresses(facts: Facts, acl: Acl, region: Region): Split {
  const { value, unknown } = addressesOf(acl, facts.program);
  const { request } = facts;
  const addresses = request.addresses ?? IpSet.all.subtract(NOT_PUBLIC);
  if (value.containsAll(addresses)) return always(region);
  if (!value.overlaps(addresses)) return withUnknown(never(region), unknown, acl, facts);
  return assume(region, acl, facts, 'an address that the host resolves to is in it');
}

/** Whether an acl may tell some addresses of hosts apart. */
export function dividesAddresses(program: Program, addresses: IpSet): boolean {
  return program.acls.ofType('dst').some((acl) => {
    const { value } = addressesOf(acl, program);
    return value.overlaps(addresses) && !value.containsAll(addresses);
  });
}

export function matchDomains(facts: Facts, acl: Acl, region: Region): Split {
  if (!facts.hostKnown) return matchAddressName(facts, acl, region);
  const { value, unknown } = domainSetOf(facts, acl);
  const split = byHosts(region, region.hosts.intersect(value), region.hosts.subtract(value));
  if (facts.numericHost && !hasOption(acl, 'n') && split.no.length > 0) {
    // For an address squid looks up the name and compares that (`ACLDestinationDomainStrategy::match`).
    return orElse(split, (part) => assume(part, acl, facts, RESOLVED_NAME));
  }
  return withUnknown(split, unknown, acl, facts);
}

/** Where only an address is known, squid compares its reverse-resolved name, unless the acl has `-n`. */
function matchAddressName(facts: Facts, acl: Acl, region: Region): Split {
  return hasOption(acl, 'n') ? never(region) : assume(region, acl, facts, RESOLVED_NAME);
}

export function matchHostPattern(facts: Facts, acl: Acl, region: Region): Split {
  if (!facts.hostKnown) return matchAddressName(facts, acl, region);
  const { value, unknown } = patternsOf(acl, facts.program);
  const split = byPatterns(region, value);
  if (facts.numericHost && !hasOption(acl, 'n') && split.no.length > 0) {
    return orElse(split, (part) => assume(part, acl, facts, RESOLVED_NAME));
  }
  return withUnknown(split, unknown, acl, facts);
}

/**
 * The name that the client requested, or from step 3 on the names in the certificate of the server
 * (`ACLServerNameStrategy::match`).
 */
export function matchServerName(facts: Facts, acl: Acl, region: Region): Split {
  const options = new Set(acl.lines.flatMap(({ line }) => line.statement.options.map(({ text }) => text)));
  const provided = options.has('--server-provided');
  if (facts.step === 3 && !options.has('--client-requested')) {
    return assume(region, acl, facts, 'the names in the certificate of the server');
  }
  if (provided || !(facts.hostKnown || facts.helloRead)) return never(region);
  if (acl.type.values === 'patterns') {
    const { value, unknown } = patternsOf(acl, facts.program);
    return withUnknown(byPatterns(region, value), unknown, acl, facts);
  }
  const { value, unknown } = domainSetOf(facts, acl);
  return withUnknown(byHosts(region, region.hosts.intersect(value), region.hosts.subtract(value)), unknown, acl, facts);
}

/** The hosts of a domain acl, at least those that may be among the hosts of the request. */
function domainSetOf(facts: Facts, acl: Acl): { readonly value: HostSet; readonly unknown: string | undefined } {
  if (acl.fromFile) return domainsOf(acl, facts.program);
  const values = facts.near.get(acl.key);
  return { value: values ? hostsOf(values) : HostSet.none, unknown: undefined };
}
