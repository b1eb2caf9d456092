import { PRIVATE_SPACE } from '../../model/ip.js';
import type { Document, EndpointUse, NameUse, Problem, Source } from '../dialect.js';
import { buildModel } from './filter-model.js';
import { namesOf } from './names.js';
import type { CiscoTree } from './parse.js';
import { listProblems } from './problems.js';
import { type Program, readProgram } from './program.js';
import type { Item, Summary } from './summaries.js';

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
    model,
    problems: problemsOf(program),
    get names() {
      names ??= namesOf(program);
      return names;
    },
    get endpoints() {
      endpoints ??= endpointsOf(program);
      return endpoints;
    },
    dependencies: [],
  };
  programs.set(document, program);
  return document;
}

/** The program of a document that {@link lowerTree} made. */
export function programOf(document: Document<CiscoTree>): Program {
  return programs.get(document) ?? readProgram(document.source.uri, document.source.text, document.tree);
}

function problemsOf(program: Program): Problem[] {
  return listProblems(program);
}

interface BlockEndpoints {
  readonly uri: string;
  readonly base: number;
  readonly uses: readonly EndpointUse[];
}

/** The endpoints of blocks, for as long as they stand at the same place. */
const blockEndpoints = new WeakMap<Summary, BlockEndpoints>();

/** The public networks that entries name; private ones no document publishes. */
function endpointsOf({ uri, blocks }: Program): EndpointUse[] {
  const all: EndpointUse[] = [];
  for (const { base, summary } of blocks) {
    let known = blockEndpoints.get(summary);
    if (known?.base !== base || known.uri !== uri) {
      known = { uri, base, uses: summary.items.flatMap((item) => publicNetworks(uri, base, item)) };
      blockEndpoints.set(summary, known);
    }
    for (const use of known.uses) all.push(use);
  }
  return all;
}

function publicNetworks(uri: string, base: number, { offset, statement }: Item): EndpointUse[] {
  if (statement.kind !== 'ace') return [];
  return statement.ace.operands.flatMap((operand) => {
    if (operand.kind !== 'addresses' || operand.unknown !== undefined || !operand.span) return [];
    const { set, span } = operand;
    if (PRIVATE_SPACE.containsAll(set)) return [];
    const [prefix, ...more] = set.v4.intervals.length + set.v6.intervals.length > 1 ? [] : set.toPrefixes();
    if (!prefix || more.length > 0) return [];
    const at = base + offset;
    return [{ uri, range: { start: at + span.start, end: at + span.end }, endpoint: { prefix } }];
  });
}
