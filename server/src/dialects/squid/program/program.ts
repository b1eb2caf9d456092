// A configuration with its acls, rules and other statements indexed by name.

import { addTo } from '../../../kept/lists.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location, TextRange } from '../../../text/range.js';
import type { Document } from '../../dialect.js';
import type { PlainStatement, RuleStatement, SquidTree } from '../syntax/tree.js';
import { Acls } from './acls.js';
import { CarriedOver, sameParts } from './carried-over.js';
import type { Configuration } from './configuration.js';
import { Definitions, UsedNames } from './definitions.js';
import { Domains } from './domains.js';
import { locate, quote, type Segment, type StatementLine, spanOf } from './segments.js';

export type SquidDocument = Document<SquidTree, Program>;

export interface Program {
  readonly configuration: Configuration;
  readonly segments: readonly Segment[];
  readonly definitions: Definitions;
  readonly usedNames: UsedNames;
  readonly acls: Acls;
  readonly domains: Domains;
  /** The statements of the rules of lists by segments; one with the same rules as in the previous version is the same object. */
  readonly ruleStatements: CarriedOver<readonly (readonly RuleStatement[])[]>;
  /** The segments that hold rules of each list, by their index. */
  readonly lists: ReadonlyMap<string, readonly number[]>;
  /** The segments that hold other statements of each directive, by their index. */
  readonly directives: ReadonlyMap<string, readonly number[]>;
}

/** Indexes a configuration. `previous` is the program of an earlier version. */
export function buildProgram(configuration: Configuration, previous: Program | undefined): Program {
  const { segments } = configuration;
  const definitions = Definitions.of(segments, previous?.definitions);
  const lists = new Map<string, number[]>();
  const directives = new Map<string, number[]>();
  segments.forEach(({ statements }, index) => {
    for (const list of statements.rules.keys()) addTo(lists, list, index);
    for (const directive of statements.plain.keys()) addTo(directives, directive, index);
  });
  return {
    configuration,
    segments,
    definitions,
    usedNames: UsedNames.of(segments, previous?.usedNames),
    acls: new Acls(segments, definitions, previous?.acls),
    domains: new Domains(
      segments.map(({ statements }) => statements),
      previous?.domains,
    ),
    ruleStatements: new CarriedOver(previous?.ruleStatements, sameParts),
    lists,
    directives,
  };
}

/** A statement of a program, with the index of its segment. */
export interface Placed {
  readonly segment: number;
  readonly line: StatementLine;
}

/** A statement that is neither an acl nor a rule. */
export interface PlainLine {
  readonly segment: number;
  readonly line: StatementLine<PlainStatement>;
}

/** The statements of one directive that squid accepts, in order. */
export function linesOf(program: Program, directive: string): readonly PlainLine[] {
  return (program.directives.get(directive) ?? []).flatMap((segment) =>
    (program.segments[segment]?.statements.plain.get(directive) ?? [])
      .filter(({ statement }) => statement.problems.length === 0)
      .map((line) => ({ segment, line })),
  );
}

export function isBefore(a: Placed, b: Placed): boolean {
  return a.segment === b.segment ? a.line.offset < b.line.offset : a.segment < b.segment;
}

/** Whether a statement is built in. */
export function isBuiltInLine({ segment }: Placed): boolean {
  return segment === 0;
}

/** The location of a part of a statement; `range` counts from the start of its line, as tokens do. */
export function locationOf(program: Program, { segment, line }: Placed, range: TextRange): Location {
  return locate(segmentAt(program, segment), line, range);
}

/** The location of a whole statement. */
export function spanAt(program: Program, { segment, line }: Placed): Location {
  return spanOf(segmentAt(program, segment), line);
}

export function quoteAt(program: Program, { segment, line }: Placed): QuotedLine {
  return quote(segmentAt(program, segment), line);
}

export function segmentAt(program: Program, index: number): Segment {
  const segment = program.segments[index];
  if (!segment) throw new RangeError('a statement of another program');
  return segment;
}
