// The state of the kernel after all commands of a file have been executed.
import type { Document, Problem, Source, Sources } from '../../dialect.js';
import type { ShownRoute } from '../../shared/router-networks.js';
import type { IptablesTree } from '../syntax/tree.js';
import type { ChainRule, NamedRuleset, Ruleset } from './ruleset.js';
import { readSave } from './save.js';
import { type IptablesInvocation, readScript } from './script/commands.js';
import { restoreSets, SetStore, setsOf } from './sets.js';

export interface Program {
  /** One for each address family that the file is for. */
  readonly rulesets: readonly Ruleset[];
  /** The rule sets whose chains are checked: those above, and those that a script restores before its end. */
  readonly named: readonly NamedRuleset[];
  /** The commands of a script in the order of execution; empty for other files. */
  readonly invocations: readonly IptablesInvocation[];
  readonly sets: SetStore;
  /** The networks that the commands of a script put behind interfaces; none in other files. */
  readonly routes: readonly ShownRoute[];
  /** What iptables, ipset or the shell would reject, and what could not be evaluated. */
  readonly problems: readonly Problem[];
  /** The other files that were read or searched for. */
  readonly dependencies: readonly string[];
}

export type IptablesDocument = Document<IptablesTree, Program>;

export function readProgram(source: Source, tree: IptablesTree, sources: Sources): Program {
  const program = readFile(source, tree, sources);
  for (const { rule } of program.rulesets.flatMap(setChangers)) {
    for (const { name, kind } of rule.setChanges) {
      if (name.unknown === undefined) program.sets.noteChange(name.text, kind);
      else program.sets.markUnknown();
    }
  }
  return program;
}

/** The rules that change sets while packets pass. */
function setChangers({ tables }: Ruleset): ChainRule[] {
  return [...tables.values()].flatMap(({ chains }) =>
    [...chains.values()].flatMap(({ runs }) => runs.flatMap(({ run }) => run.setChangers)),
  );
}

function readFile(source: Source, tree: IptablesTree, sources: Sources): Program {
  switch (tree.kind) {
    case 'save': {
      const saved = readSave(source.uri, tree.lines, tree.family);
      const rulesets = [saved.ruleset];
      const { sets, dependencies } = testsSets(saved.ruleset)
        ? readSetsBeside(source.uri, sources)
        : { sets: new SetStore(), dependencies: [] };
      return { rulesets, named: [saved], invocations: [], sets, routes: [], problems: saved.problems, dependencies };
    }
    case 'script': {
      const { rulesets, restored, ...rest } = readScript(source, tree, sources);
      return { ...rest, rulesets: rulesets.map(({ ruleset }) => ruleset), named: [...restored, ...rulesets] };
    }
    case 'ipset': {
      const { sets, problems } = setsOf(source);
      return { rulesets: [], named: [], invocations: [], sets, routes: [], problems, dependencies: [] };
    }
  }
}

function testsSets({ tables }: Ruleset): boolean {
  for (const { chains } of tables.values()) {
    for (const { runs } of chains.values()) if (runs.some(({ run }) => run.tests.sets)) return true;
  }
  return false;
}

/** Reads the sets that ipset-persistent and similar tools store beside the rules. */
const SET_FILES = ['*ipset*', '*.sets'];

function readSetsBeside(uri: string, sources: Sources): Pick<Program, 'sets' | 'dependencies'> {
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
  const dependencies = SET_FILES.flatMap((pattern) => sources.list(folder + pattern)).filter((other) => other !== uri);
  const [first, ...others] = [...new Set(dependencies)].flatMap((file) => {
    const source = sources.read(file);
    return typeof source === 'string' ? [] : [{ uri: file, text: source.text }];
  });
  const { sets } = first ? setsOf(first) : { sets: new SetStore() };
  for (const other of others) restoreSets(sets, { ...other, start: 0 });
  return { sets, dependencies };
}
