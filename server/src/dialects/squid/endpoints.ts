import { IpSet } from '../../model/ip.js';
import type { EndpointUse } from '../dialect.js';
import { readAddress } from './addresses.js';
import { readDomain } from './domains.js';
import type { Token } from './parse.js';
import type { Program } from './program.js';
import { type Entry, locate, type Segment } from './segments.js';
import type { AclStatement } from './statements.js';

/** The hosts and address ranges that acls name, each with the edit that drops it where another value remains. */
export function endpointsOf(program: Program): EndpointUse[] {
  const uses: EndpointUse[] = [];
  for (const segment of program.segments) {
    if (segment.uri === '') continue;
    for (const entries of segment.summary.acls.values()) {
      for (const entry of entries) {
        for (const [index, token] of entry.statement.values.entries()) {
          const endpoint = endpointOf(entry.statement, token);
          if (endpoint) uses.push({ ...locate(segment, entry, token), endpoint, ...removal(segment, entry, index) });
        }
      }
    }
  }
  return uses;
}

function endpointOf(statement: AclStatement, token: Token): EndpointUse['endpoint'] | undefined {
  switch (statement.type.values) {
    case 'domains': {
      const { name, withSubdomains } = readDomain(token.text);
      return { host: withSubdomains ? `*.${name}` : name };
    }
    case 'addresses': {
      const value = readAddress(token.text);
      if (value.kind !== 'set' || value.set === IpSet.all) return undefined;
      const [prefix, ...others] = value.set.toPrefixes();
      return prefix !== undefined && others.length === 0 ? { prefix } : undefined;
    }
    default:
      return undefined;
  }
}

/** A line without its last value would be an acl line that matches nothing, so the only value is kept. */
function removal(segment: Segment, entry: Entry<AclStatement>, index: number): Pick<EndpointUse, 'removal'> {
  const { values, typeToken, options, file } = entry.statement;
  const token = values[index];
  if (!token || (values.length === 1 && !file)) return {};
  const before = values[index - 1] ?? options[options.length - 1] ?? typeToken;
  const { uri, range } = locate(segment, entry, { start: before.end, end: token.end });
  return { removal: [{ uri, range, newText: '' }] };
}
