import type { Lineage } from '../../kept/line-blocks.js';
import type { ServerModel } from '../../model/proxy.js';
import type { Document, EndpointCondition, EndpointUse, NameUse, Problem, Source, Sources } from '../dialect.js';
import { findProblems } from './checks/problems.js';
import { serverModel } from './meaning/model.js';
import { type Configuration, readConfiguration } from './program/configuration.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { namesOf } from './program/names.js';
import { buildProgram, type Program } from './program/program.js';
import type { SquidTree } from './syntax/parse.js';

/** The program of the latest version of each text, to build the next one from. */
const latest = new WeakMap<Lineage, Program>();
const programs = new WeakMap<Document<SquidTree>, Program>();

export function lower(source: Source, tree: SquidTree, sources: Sources): Document<SquidTree> {
  const configuration = readConfiguration(source, tree, sources);
  const program = buildProgram(configuration, latest.get(tree.lineage));
  latest.set(tree.lineage, program);
  const document = new LoweredDocument(source, tree, configuration, program);
  programs.set(document, program);
  return document;
}

/** The program behind a document of this dialect. */
export function programOf(document: Document<SquidTree>): Program {
  const program = programs.get(document);
  if (!program) throw new Error('the document was not made by the squid dialect');
  return program;
}

/** What not every reader of a document needs is found when it is asked for. */
class LoweredDocument implements Document<SquidTree> {
  readonly model: ServerModel;
  private knownProblems: readonly Problem[] | undefined;
  private knownNames: readonly NameUse[] | undefined;
  private knownEndpoints: readonly EndpointUse[] | undefined;

  constructor(
    readonly source: Source,
    readonly tree: SquidTree,
    private readonly configuration: Configuration,
    readonly program: Program,
  ) {
    this.model = serverModel(program);
  }

  get problems(): readonly Problem[] {
    this.knownProblems ??= findProblems(this.program, this.source.uri);
    return this.knownProblems;
  }

  get names(): readonly NameUse[] {
    this.knownNames ??= namesOf(this.program);
    return this.knownNames;
  }

  get endpoints(): readonly EndpointUse[] {
    this.knownEndpoints ??= endpointsOf(this.program);
    return this.knownEndpoints;
  }

  endpointsWhere(condition: EndpointCondition): readonly EndpointUse[] {
    return endpointsWhere(this.program, condition);
  }

  get dependencies(): readonly string[] {
    return this.configuration.dependencies;
  }
}
