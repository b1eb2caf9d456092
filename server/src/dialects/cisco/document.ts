import { PRIVATE_SPACE } from '../../model/ip.js';
import type { Document, EndpointCondition, EndpointUse, NameUse, Source } from '../dialect.js';
import { listProblems } from './checks/problems.js';
import { buildModel } from './meaning/model.js';
import type { Item, Summary } from './program/blocks.js';
import { namesOf } from './program/names.js';
import { type Program, readProgram } from './program/program.js';
import type { CiscoTree } from './syntax/parse.js';

const programs = new WeakMap<Document, Program>();

/** What a configuration means. Names and endpoints are collected when somebody asks for them. */
export function lowerTree(source: Source, tree: CiscoTree): Document<CiscoTree> {
  const program = readProgram(source.uri, source.text, tree);
  const model = buildModel(program);
  let names: readonly NameUse[] | undefined;
  let endpoints: readonly EndpointUse[] | undefined;
  const document: Document<CiscoTree> = {
    source,
    tree,
    program,
    model,
    problems: listProblems(program),
    get names() {
      names ??= namesOf(program);
      return names;
    },
    get endpoints() {
      endpoints ??= endpointsOf(program, networksOf);
      return endpoints;
    },
    endpointsWhere: (condition) => endpointsOf(program, (summary) => networksWhere(summary, condition)),
    dependencies: [],
  };
  programs.set(document, program);
  return document;
}

/** The program of a document that {@link lowerTree} made. */
export function programOf(document: Document<CiscoTree>): Program {
  return programs.get(document) ?? readProgram(document.source.uri, document.source.text, document.tree);
}

/** The public networks that entries name; private ones no document publishes. */
function endpointsOf(program: Program, find: (summary: Summary) => readonly Network[]): EndpointUse[] {
  const { uri } = program;
  return program.blocks.flatMap(({ base, summary }) =>
    find(summary).map(({ start, end, prefix }) => {
      return { uri, range: { start: base + start, end: base + end }, endpoint: { prefix } };
    }),
  );
}

/** A network at its place in a block. */
interface Network {
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
}

/** The networks of a block that meet a condition, by the condition that was asked last. */
const askedBlocks = new WeakMap<
  Summary,
  { readonly condition: EndpointCondition; readonly found: readonly Network[] }
>();

/** A block that has not changed is not asked again. */
function networksWhere(summary: Summary, condition: EndpointCondition): readonly Network[] {
  const known = askedBlocks.get(summary);
  if (known?.condition === condition) return known.found;
  const found = networksOf(summary).filter(({ prefix }) => condition({ prefix }));
  askedBlocks.set(summary, { condition, found });
  return found;
}

function networksOf({ items }: Summary): Network[] {
  return items.flatMap(publicNetworks);
}

function publicNetworks({ offset, statement }: Item): Network[] {
  if (statement.kind !== 'ace') return [];
  return statement.ace.operands.flatMap((operand) => {
    if (operand.kind !== 'addresses' || operand.unknown !== undefined || !operand.span) return [];
    const { set, span } = operand;
    if (PRIVATE_SPACE.containsAll(set)) return [];
    const [prefix, ...more] = set.v4.intervals.length + set.v6.intervals.length > 1 ? [] : set.toPrefixes();
    if (!prefix || more.length > 0) return [];
    return [{ start: offset + span.start, end: offset + span.end, prefix }];
  });
}
