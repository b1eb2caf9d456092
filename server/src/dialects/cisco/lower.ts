import { PRIVATE_SPACE } from '../../model/ip.js';
import type { Document, EndpointUse, NameUse, Problem, Source } from '../dialect.js';
import { buildModel } from './filter-model.js';
import { namesOf } from './names.js';
import type { CiscoTree } from './parse.js';
import { listProblems } from './problems.js';
import { type Item, type Program, readProgram } from './program.js';

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

const published = new WeakMap<Item, readonly { start: number; end: number; prefix: string }[]>();

/** The public networks that entries name; private ones no document publishes. */
function endpointsOf(program: Program): EndpointUse[] {
  const uses: EndpointUse[] = [];
  for (const { base, items } of program.blocks) {
    for (const item of items) {
      for (const { start, end, prefix } of publicPrefixes(item)) {
        const at = base + item.offset;
        uses.push({ uri: program.uri, range: { start: at + start, end: at + end }, endpoint: { prefix } });
      }
    }
  }
  return uses;
}

function publicPrefixes(item: Item): readonly { start: number; end: number; prefix: string }[] {
  const known = published.get(item);
  if (known) return known;
  const found: { start: number; end: number; prefix: string }[] = [];
  if (item.statement.kind === 'ace') {
    for (const operand of item.statement.ace.operands) {
      if (operand.kind !== 'addresses' || operand.unknown !== undefined) continue;
      const { set, token } = operand;
      if (/^any[46]?$/i.test(token.text) || PRIVATE_SPACE.containsAll(set)) continue;
      const [prefix, ...more] = set.v4.intervals.length + set.v6.intervals.length > 1 ? [] : set.toPrefixes();
      if (prefix && more.length === 0) found.push({ start: token.start, end: token.end, prefix });
    }
  }
  published.set(item, found);
  return found;
}
