import { IpSet } from '../../../model/ip.js';
import type { FileEdit } from '../../../text/edit.js';
import type { TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import { readAddress } from '../syntax/addresses.js';
import { readDomain } from '../syntax/domains.js';
import type { Token } from '../syntax/parse.js';
import type { AclStatement } from '../syntax/statements.js';
import type { Program } from './program.js';
import { type Entry, locate, type Segment, type Summary } from './segments.js';

/** The hosts and address ranges that acls name, each with the edit that drops it where another value remains. */
export function endpointsOf(program: Program): EndpointUse[] {
  return place(program, (summary) => findIn(summary, () => true));
}

/** Those of {@link endpointsOf} that meet a condition, which is asked only once about what stays unchanged. */
export function endpointsWhere(program: Program, condition: EndpointCondition): EndpointUse[] {
  let answers = answered.get(condition);
  if (!answers) {
    answers = new WeakMap();
    answered.set(condition, answers);
  }
  const known = answers;
  return place(program, (summary) => {
    let found = known.get(summary);
    if (!found) {
      found = findIn(summary, condition);
      known.set(summary, found);
    }
    return found;
  });
}

const answered = new WeakMap<EndpointCondition, WeakMap<Summary, readonly Found[]>>();

function place(program: Program, find: (summary: Summary) => readonly Found[]): EndpointUse[] {
  const uses: EndpointUse[] = [];
  for (const segment of program.segments) {
    if (segment.uri === '') continue;
    for (const found of find(segment.summary)) {
      uses.push(isRemovable(found) ? new RemovableEndpoint(segment, found) : new PlacedEndpoint(segment, found));
    }
  }
  return uses;
}

/** An endpoint without regard to where its segment stands. */
interface Found {
  readonly entry: Entry<AclStatement>;
  /** Which value of the line it is. */
  readonly index: number;
  readonly endpoint: EndpointUse['endpoint'];
}

function findIn(summary: Summary, condition: EndpointCondition): Found[] {
  const found: Found[] = [];
  for (const entries of summary.acls.values()) {
    for (const entry of entries) {
      for (const [index, token] of entry.statement.values.entries()) {
        const endpoint = endpointOf(entry.statement, token);
        if (endpoint && condition(endpoint)) found.push({ entry, index, endpoint });
      }
    }
  }
  return found.sort((a, b) => a.entry.offset - b.entry.offset || a.index - b.index);
}

/** A file may name very many endpoints, and few of them are asked for their place. */
class PlacedEndpoint implements EndpointUse {
  constructor(
    protected readonly segment: Segment,
    protected readonly found: Found,
  ) {}

  get endpoint(): EndpointUse['endpoint'] {
    return this.found.endpoint;
  }

  get uri(): string {
    return this.segment.uri;
  }

  get range(): TextRange {
    return locate(this.segment, this.found.entry, this.token).range;
  }

  protected get token(): Token {
    const { entry, index } = this.found;
    return entry.statement.values[index] ?? entry.statement.name;
  }
}

/** A line without its last value would be an acl line that matches nothing, so the only value is kept. */
function isRemovable({ entry }: Found): boolean {
  return entry.statement.values.length > 1 || entry.statement.file !== undefined;
}

class RemovableEndpoint extends PlacedEndpoint {
  get removal(): readonly FileEdit[] {
    const { entry, index } = this.found;
    const { values, typeToken, options } = entry.statement;
    const before = values[index - 1] ?? options[options.length - 1] ?? typeToken;
    const { uri, range } = locate(this.segment, entry, { start: before.end, end: this.token.end });
    return [{ uri, range, newText: '' }];
  }
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
