// The hosts and prefixes that a configuration names.

import { Memo } from '../../../kept/memo.js';
import { IpSet } from '../../../model/ip.js';
import type { FileEdit } from '../../../text/edit.js';
import { type Location, partsWithin, type TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import { readAddress } from '../syntax/addresses.js';
import { readDomain } from '../syntax/domains.js';
import type { AclStatement, Token } from '../syntax/tree.js';
import type { Program } from './program.js';
import { locate, type Segment, type StatementLine, type Statements } from './segments.js';

/** The hosts and address ranges that acls name, each with the edit that removes it where another value remains. */
export function endpointsOf(program: Program): EndpointUse[] {
  return place(program.segments, (statements) => findIn(statements, () => true));
}

/** Those of {@link endpointsOf} that satisfy a condition, which is evaluated once for unchanged segments. */
export function endpointsWhere(
  { segments }: Program,
  condition: EndpointCondition,
  within?: Location,
): readonly EndpointUse[] {
  if (within) {
    const own = segments.filter(({ uri }) => uri === within.uri);
    return place(
      partsWithin(own, ({ start }) => start, within.range),
      (statements) => findIn(statements, condition),
    );
  }
  const known = foundByCondition.of(condition, () => new Memo());
  return place(segments, (statements) => known.of(statements, () => findIn(statements, condition)));
}

const foundByCondition = new Memo<EndpointCondition, Memo<Statements, readonly FoundEndpoint[]>>();

function place(
  segments: readonly Segment[],
  find: (statements: Statements) => readonly FoundEndpoint[],
): EndpointUse[] {
  const uses: EndpointUse[] = [];
  for (const segment of segments) {
    if (segment.uri === '') continue;
    for (const found of find(segment.statements)) {
      uses.push(isRemovable(found) ? new RemovableEndpoint(segment, found) : new PlacedEndpoint(segment, found));
    }
  }
  return uses;
}

/** An endpoint, independent of the position of its segment. */
interface FoundEndpoint {
  readonly line: StatementLine<AclStatement>;
  /** The index of the value on the line. */
  readonly index: number;
  readonly endpoint: EndpointUse['endpoint'];
}

function findIn({ acls }: Statements, condition: EndpointCondition): FoundEndpoint[] {
  const found: FoundEndpoint[] = [];
  for (const lines of acls.values()) {
    for (const line of lines) {
      for (const [index, token] of line.statement.values.entries()) {
        const endpoint = endpointOf(line.statement, token);
        if (endpoint && condition(endpoint)) found.push({ line, index, endpoint });
      }
    }
  }
  return found.sort((a, b) => a.line.offset - b.line.offset || a.index - b.index);
}

/** Computes the location on demand: a file may name thousands of endpoints, of which few are reported. */
class PlacedEndpoint implements EndpointUse {
  constructor(
    protected readonly segment: Segment,
    protected readonly found: FoundEndpoint,
  ) {}

  get endpoint(): EndpointUse['endpoint'] {
    return this.found.endpoint;
  }

  get uri(): string {
    return this.segment.uri;
  }

  get range(): TextRange {
    return locate(this.segment, this.found.line, this.token).range;
  }

  protected get token(): Token {
    const { line, index } = this.found;
    return line.statement.values[index] ?? line.statement.name;
  }
}

/** Whether the line has another value: an acl line without values would match nothing. */
function isRemovable({ line }: FoundEndpoint): boolean {
  return line.statement.values.length > 1 || line.statement.file !== undefined;
}

class RemovableEndpoint extends PlacedEndpoint {
  get removal(): readonly FileEdit[] {
    const { line, index } = this.found;
    const { values, typeToken, options } = line.statement;
    const before = values[index - 1] ?? options[options.length - 1] ?? typeToken;
    const { uri, range } = locate(this.segment, line, { start: before.end, end: this.token.end });
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
      const [prefix, ...others] = value.set.toPrefixes(2);
      return prefix !== undefined && others.length === 0 ? { prefix } : undefined;
    }
    default:
      return undefined;
  }
}
