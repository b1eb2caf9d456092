// A squid.conf with everything that follows from it: tree → program → model. Problems, names and endpoints are computed on first use.

import type { Lineage } from '../../kept/line-blocks.js';
import { LatestMemo } from '../../kept/memo.js';
import type { ServerModel } from '../../model/proxy.js';
import type { TextRange } from '../../text/range.js';
import type { EndpointCondition, EndpointUse, NameUse, Problem, Source, Sources } from '../dialect.js';
import { findProblems } from './checks/problems.js';
import { serverModel } from './meaning/model.js';
import { readConfiguration } from './program/configuration.js';
import { endpointsOf, endpointsWhere } from './program/endpoints.js';
import { namesOf, namesWithin } from './program/names.js';
import { buildProgram, type Program, type SquidDocument } from './program/program.js';
import type { SquidTree } from './syntax/tree.js';

/** The input of a program; a new object for each version, because the files of `sources` may have changed. */
interface Reading {
  readonly source: Source;
  readonly tree: SquidTree;
  readonly sources: Sources;
}

/** A program, and that of the version before it. */
interface Version {
  readonly program: Program;
  readonly before: Program | undefined;
}

/** The program of the latest version of each file, of which the next one reuses parts. */
const programs = new LatestMemo<Lineage, Reading, Version>();

export function lower(source: Source, tree: SquidTree, sources: Sources): SquidDocument {
  const version = programs.of(tree.lineage, { source, tree, sources }, (previous) => {
    const before = previous?.program;
    return { program: buildProgram(readConfiguration(source, tree, sources, before?.configuration), before), before };
  });
  return new LoweredDocument(source, tree, version, sources.squid);
}

class LoweredDocument implements SquidDocument {
  readonly model: ServerModel;
  private knownProblems: readonly Problem[] | undefined;
  private knownNames: readonly NameUse[] | undefined;
  private knownEndpoints: readonly EndpointUse[] | undefined;

  readonly program: Program;

  constructor(
    readonly source: Source,
    readonly tree: SquidTree,
    { program, before }: Version,
    private readonly version: string | undefined,
  ) {
    this.program = program;
    this.model = serverModel(program, before);
  }

  get problems(): readonly Problem[] {
    this.knownProblems ??= findProblems(this.program, this.source.uri, this.version);
    return this.knownProblems;
  }

  get names(): readonly NameUse[] {
    this.knownNames ??= namesOf(this.program);
    return this.knownNames;
  }

  namesWithin(range: TextRange): readonly NameUse[] {
    return namesWithin(this.program, { uri: this.source.uri, range });
  }

  get endpoints(): readonly EndpointUse[] {
    this.knownEndpoints ??= endpointsOf(this.program);
    return this.knownEndpoints;
  }

  endpointsWhere(condition: EndpointCondition, within?: TextRange): readonly EndpointUse[] {
    return endpointsWhere(this.program, condition, within && { uri: this.source.uri, range: within });
  }

  get dependencies(): readonly string[] {
    return this.program.configuration.files.dependencies;
  }
}
