// A file of iptables with everything that follows from it: tree → program → model, and its problems, names and endpoints.
import type { FilterModel } from '../../model/filter.js';
import type { TextRange } from '../../text/range.js';
import type { EndpointCondition, EndpointUse, NameUse, Problem, Source, Sources } from '../dialect.js';
import { problemsOf } from './checks/problems.js';
import { buildModel } from './meaning/model.js';
import { endpointUses, endpointUsesWhere } from './program/endpoints.js';
import { nameUses, ruleNameUses } from './program/names.js';
import { type IptablesDocument, type Program, readProgram } from './program/program.js';
import type { IptablesTree } from './syntax/tree.js';

export function lower(source: Source, tree: IptablesTree, sources: Sources): IptablesDocument {
  return new LoweredDocument(source, tree, sources);
}

/** Problems, names and endpoints are collected on first use: a keystroke in a large file needs no names and no endpoints. */
class LoweredDocument implements IptablesDocument {
  readonly program: Program;
  readonly model: FilterModel;
  private knownProblems: readonly Problem[] | undefined;
  private knownNames: readonly NameUse[] | undefined;

  constructor(
    readonly source: Source,
    readonly tree: IptablesTree,
    private readonly sources: Sources,
  ) {
    this.program = readProgram(source, tree, sources);
    this.model = buildModel(this.program);
  }

  get problems(): readonly Problem[] {
    this.knownProblems ??= problemsOf(this.program, this.model);
    return this.knownProblems;
  }

  get dependencies(): readonly string[] {
    return this.program.dependencies;
  }

  get names(): readonly NameUse[] {
    this.knownNames ??= nameUses(this, this.sources);
    return this.knownNames;
  }

  namesWithin(range: TextRange): readonly NameUse[] {
    return this.tree.kind === 'save' ? ruleNameUses(this, range) : this.names;
  }

  get endpoints(): readonly EndpointUse[] {
    return endpointUses(this);
  }

  endpointsWhere(condition: EndpointCondition, within?: TextRange): readonly EndpointUse[] {
    return endpointUsesWhere(this, condition, within);
  }
}
