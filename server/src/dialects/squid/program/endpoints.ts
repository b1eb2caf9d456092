// The hosts and prefixes that a configuration names.

import { Memo } from '../../../kept/memo.js';
import { IpSet } from '../../../model/ip.js';
import type { FileEdit } from '../../../text/edit.js';
import { type Location, partsWithin, type TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import { readAddress } from '../syntax/addresses.js';
import { networkOf, readPlainPrefix } from '../syntax/plain-addresses.js';
import { DOT } from '../syntax/plain-line.js';
import type { AclStatement, Token } from '../syntax/tree.js';
import { domainValuesOf, placeOf } from './domain-values.js';
import type { Program } from './program.js';
import { eachOfKind, locate, type Segment, type StatementLine, type Statements } from './segments.js';

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

type AclLine = StatementLine<AclStatement>;

/** An endpoint, independent of the position of its segment. */
interface FoundEndpoint {
  readonly line: AclLine;
  /** The index of the value on the line. */
  readonly index: number;
  readonly endpoint: EndpointUse['endpoint'];
}

function findIn(statements: Statements, condition: EndpointCondition): FoundEndpoint[] {
  const found = [...domainsIn(statements, condition), ...prefixesIn(statements, condition)];
  return found.sort((a, b) => a.line.offset - b.line.offset || a.index - b.index);
}

function domainsIn(statements: Statements, condition: EndpointCondition): FoundEndpoint[] {
  const found: FoundEndpoint[] = [];
  const values = domainValuesOf(statements);
  const { texts } = values;
  const { domains } = condition;
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row] as string;
    const isDotted = text.charCodeAt(0) === DOT;
    const name = isDotted ? text.slice(1) : text;
    if (domains && !domains.has(name)) continue;
    const endpoint = { host: isDotted ? `*.${name}` : name };
    const place = condition(endpoint) ? placeOf(statements, values, row) : undefined;
    if (place) found.push({ ...place, endpoint });
  }
  return found;
}

function prefixesIn(statements: Statements, condition: EndpointCondition): FoundEndpoint[] {
  const found: FoundEndpoint[] = [];
  eachOfKind(statements, 'addresses', (_, lines) => {
    for (const line of lines) {
      for (const [index, word] of line.statement.words.entries()) {
        const prefix = prefixOf(word, condition.addresses);
        if (prefix !== undefined && condition({ prefix })) found.push({ line, index, endpoint: { prefix } });
      }
    }
  });
  return found;
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

/** What an address acl compares, where that is one prefix, and its address one of `wanted`. */
function prefixOf(word: string, wanted: IpSet | undefined): string | undefined {
  const plain = wanted && readPlainPrefix(word);
  if (plain && !wanted.has(networkOf(plain))) return undefined;
  const value = readAddress(word);
  if (value.kind !== 'set' || value.set === IpSet.all) return undefined;
  const { first } = value.set;
  if (wanted && first && !wanted.has(first)) return undefined;
  const [prefix, ...others] = value.set.toPrefixes(2);
  return others.length === 0 ? prefix : undefined;
}
