import type { LineBlocks } from '../../kept/line-blocks.js';
import type { FilterModel } from '../../model/filter.js';
import type { AddressFamily } from '../../model/ip.js';
import type { Document, EndpointCondition, EndpointUse, NameUse, Problem, Source, Sources } from '../dialect.js';
import { shadowedStatements } from '../shared/shadowed-rules.js';
import type { IptablesTree } from './index.js';
import { buildModel } from './meaning/model.js';
import type { Line } from './program/line.js';
import { endpointUses, endpointUsesWhere, nameUses, scriptCommands } from './program/located.js';
import type { Ruleset, Run } from './program/ruleset.js';
import { readSave } from './program/save.js';
import { readScript } from './program/script/commands.js';
import { scriptNames } from './program/script/names.js';
import { SetStore } from './program/sets.js';
import { setNameUses } from './syntax/set-names.js';

/** How many rules are looked at for rules without effect. */
const RULE_LIMIT = 20_000;

export function lowerSave(
  source: Source,
  tree: { readonly kind: 'save'; readonly family: AddressFamily; readonly lines: LineBlocks<Line> },
  sources: Sources,
): Document<IptablesTree> {
  const { ruleset, problems } = readSave(source.uri, tree.lines, tree.family);
  const { sets, dependencies } = usesSets(ruleset) ? readSetsBeside(source.uri, sources) : NO_SETS;
  const model = buildModel([ruleset], (name, family) => sets.membersOf(name, family));
  const defects = [...problems, ...withoutEffect(model, [ruleset])];
  return new LoweredDocument(source, tree, [ruleset], model, defects, dependencies, sources);
}

export function lowerScript(source: Source, tree: IptablesTree, sources: Sources): Document<IptablesTree> {
  const script = readScript(source.uri, source.text, sources);
  scriptCommands.set(tree, script.invocations);
  const model = buildModel(script.rulesets, (name, family) => script.sets.membersOf(name, family));
  const { problems, dependencies } = script;
  return new LoweredDocument(
    source,
    tree,
    script.rulesets,
    model,
    [...problems, ...withoutEffect(model, script.rulesets)],
    dependencies,
    sources,
  );
}

/** A file of sets alone filters nothing. */
export function lowerIpset(source: Source, tree: IptablesTree): Document<IptablesTree> {
  const problems = new SetStore().restore({ uri: source.uri, text: source.text, start: 0 });
  return new LoweredDocument(
    source,
    tree,
    [],
    buildModel([], () => undefined),
    problems,
    [],
  );
}

/** Names and endpoints are found when they are asked for: a keystroke in a large file asks for neither. */
class LoweredDocument implements Document<IptablesTree> {
  constructor(
    readonly source: Source,
    readonly tree: IptablesTree,
    readonly program: readonly Ruleset[],
    readonly model: FilterModel,
    readonly problems: readonly Problem[],
    readonly dependencies: readonly string[],
    private readonly sources?: Pick<Sources, 'read'>,
  ) {}

  get names(): readonly NameUse[] {
    // An iptables-save file names sets in its rules only.
    const own = this.tree.kind === 'save' ? [] : setNameUses(this.source, this.tree.kind === 'script');
    const others = this.dependencies.flatMap((uri) => {
      const file = this.sources?.read(uri);
      return file === undefined || typeof file === 'string' ? [] : setNameUses(file, /^#!.*sh\b/.test(file.text));
    });
    const script = this.tree.kind === 'script' ? scriptNames(this.source) : [];
    return [...nameUses(this), ...script, ...own, ...others];
  }

  get endpoints(): readonly EndpointUse[] {
    return endpointUses(this);
  }

  endpointsWhere(condition: EndpointCondition): readonly EndpointUse[] {
    return endpointUsesWhere(this, condition);
  }
}

const NO_SETS = { sets: new SetStore(), dependencies: [] };

/** Whether a rule of a run names a set, for runs that were looked at before. */
const runsWithSets = new WeakMap<Run, boolean>();

function namesSets(run: Run): boolean {
  const known = runsWithSets.get(run);
  if (known !== undefined) return known;
  const found = run.entries.some(({ rule }) => rule.sets.length > 0);
  runsWithSets.set(run, found);
  return found;
}

function usesSets({ tables }: Ruleset): boolean {
  for (const { chains } of tables.values()) {
    for (const { runs } of chains.values()) if (runs.some(({ run }) => namesSets(run))) return true;
  }
  return false;
}

/** What ipset-persistent and its like keep beside the rules. */
const SET_FILES = ['*ipset*', '*.sets'];

function readSetsBeside(uri: string, sources: Sources): { sets: SetStore; dependencies: readonly string[] } {
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
  const dependencies = SET_FILES.flatMap((pattern) => sources.list(folder + pattern)).filter((other) => other !== uri);
  const sets = new SetStore();
  for (const file of new Set(dependencies)) {
    const source = sources.read(file);
    if (typeof source !== 'string') sets.restore({ uri: file, text: source.text, start: 0 });
  }
  return { sets, dependencies };
}

function countRules(rulesets: readonly Ruleset[]): number {
  let count = 0;
  for (const { tables } of rulesets) {
    for (const { chains } of tables.values()) {
      for (const { runs } of chains.values()) for (const { run } of runs) count += run.entries.length;
    }
  }
  return count;
}

/** Rules that never decide. */
function withoutEffect(model: FilterModel, rulesets: readonly Ruleset[]): Problem[] {
  if (countRules(rulesets) > RULE_LIMIT) return [];
  return shadowedStatements([...new Set([...model.points.flatMap((point) => point.chains), ...model.chains.values()])]);
}
