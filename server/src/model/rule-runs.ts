// Runs of rules that are kept across edits: a dialect keeps a run as long as its text is unchanged, and a chain consists of
// placed runs.
import { Interned, LatestMemo, Memo } from '../kept/memo.js';
import { boxesMeeting } from './box-index.js';
import { spend } from './budget.js';
import type { QuotedLine } from './evidence.js';
import type { FilterChain, FilterRule } from './filter.js';
import type { PacketSet } from './packets.js';
import { PaidOnce } from './paid-memo.js';
import { RuleIndex } from './rule-index.js';

/** A rule without its position, which moves when text before it is edited. */
export type RuleTemplate = Omit<FilterRule, 'statement'>;

/**
 * Rules that follow each other, with their index. A dialect keeps the same object for as long as the text of a run means
 * the same, so that an edit costs what it touches and not what the file holds. One index for a whole chain would have to be
 * made anew at every edit: measured with 100,000 rules, a keystroke then takes five to ten times as long.
 */
export class RuleRun<Template extends RuleTemplate = RuleTemplate> {
  private known: RuleIndex<Template> | undefined;

  constructor(readonly templates: readonly Template[]) {}

  get index(): RuleIndex<Template> {
    this.known ??= new RuleIndex(this.templates);
    return this.known;
  }
}

/** How many runs make a group. */
const GROUPED = 16;

/** For how many sets of packets a group remembers what it found. */
const KNOWN_LIMIT = 256;

/**
 * Runs that follow each other in a chain. The same object for as long as the runs are the same, so that after an edit only the
 * group of the changed run is searched run by run.
 */
export class RunGroup {
  private readonly known = new Interned<string, readonly number[]>(KNOWN_LIMIT);
  private knownCost: number | undefined;

  constructor(readonly runs: readonly RuleRun[]) {}

  /** The places in the group of the runs that have rules which may match some of the packets. */
  placesFor(packets: PacketSet): readonly number[] {
    // Known or not, it costs what the search of each run does.
    spend(this.cost + this.runs.length * packets.boxes.length);
    return this.placesOf(packets);
  }

  /** What it costs to search the runs, beside a unit for each box that is asked and each run. */
  get cost(): number {
    this.knownCost ??= this.runs.reduce((sum, { index }) => sum + index.cost, 0);
    return this.knownCost;
  }

  /** The same places, for whoever has paid for them. */
  placesOf(packets: PacketSet): readonly number[] {
    return this.known.of(packets.boundsKey, () =>
      this.runs.flatMap(({ index }, place) => (index.found(packets).length > 0 ? [place] : [])),
    );
  }
}

/** The latest group that begins with a run, of the latest chain that holds it. */
const groups = new LatestMemo<RuleRun, readonly PlacedRun[], RunGroup>();

/** The groups of the runs of a chain. */
function groupsOf(placed: readonly PlacedRun[]): RunGroup[] {
  const found: RunGroup[] = [];
  for (let start = 0; start < placed.length; start += GROUPED) {
    const runs = placed.slice(start, start + GROUPED).map(({ run }) => run);
    const [first] = runs;
    const isSame = (one: RunGroup) => one.runs.length === runs.length && one.runs.every((run, i) => run === runs[i]);
    if (!first) continue;
    const known = groups.of(first, placed, (before) => (before && isSame(before) ? before : new RunGroup(runs)));
    // A file that is included again and again is the same run each time: several groups of one chain may begin with it.
    found.push(isSame(known) ? known : new RunGroup(runs));
  }
  return found;
}

/** A run at its position in a file. */
export interface PlacedRun {
  readonly run: RuleRun;
  /** The rule of the template with this index. */
  at(index: number): FilterRule | undefined;
  rules(): FilterRule[];
  /**
   * At least those of the rules that match some of the packets, in their order.
   * @param isPassed whether a template may be left out
   */
  rulesFor(packets: PacketSet, isPassed?: (template: RuleTemplate) => boolean): readonly FilterRule[];
}

/** Shared, because most runs hold no rule for most packets. */
const NO_RULES: readonly never[] = [];

/** A run at its position; `place` adds the statement of a template. */
export function placeRun<Template extends RuleTemplate>(
  run: RuleRun<Template>,
  place: (template: Template) => FilterRule,
): PlacedRun {
  return {
    run,
    at: (index) => {
      const template = run.templates[index];
      return template && place(template);
    },
    rules: () => run.templates.map(place),
    rulesFor: (packets, isPassed) => {
      const all = run.index.candidates(packets);
      const found = isPassed ? all.filter((template) => !isPassed(template)) : all;
      return found.length === 0 ? NO_RULES : found.map((template) => narrowed(place(template), packets));
    },
  };
}

/** A rule for a long list of elements, with those of its boxes that may meet the packets. */
function narrowed(rule: FilterRule, packets: PacketSet): FilterRule {
  const match = boxesMeeting(rule.match, packets.boxes);
  return match === rule.match ? rule : { ...rule, match };
}

/** Rules that are made anew for each version of a file. */
export function fixedRun(rules: readonly FilterRule[]): PlacedRun {
  return placeRun(new RuleRun(rules), (rule) => rule);
}

/** A rule that was derived from another one. */
interface DerivedRule extends RuleTemplate {
  /** Which rule of its run that is. */
  readonly index: number;
}

/** Runs in which every rule is changed in the same manner, at the same positions; kept as long as the original runs. */
export class RunDerivation {
  private readonly derived = new Memo<RuleRun, RuleRun<DerivedRule>>();

  constructor(private readonly change: (template: RuleTemplate) => RuleTemplate) {}

  of(placed: PlacedRun): PlacedRun {
    const run = this.derived.of(placed.run, ({ templates }) => {
      return new RuleRun(
        templates.map((template, index): DerivedRule => {
          const { match, phases, limit, opaque, action } = this.change(template);
          return { match, phases, limit, opaque, action, index };
        }),
      );
    });
    return placeRun(run, ({ match, phases, limit, opaque, action, index }) => ({
      // A placed run has a rule for each of its templates.
      statement: placed.at(index)?.statement ?? NOWHERE,
      match,
      phases,
      limit,
      opaque,
      action,
    }));
  }
}

/** Where a rule is that has no place; a placed run has one for each of its rules. */
export const NOWHERE: QuotedLine = { uri: '', range: { start: 0, end: 0 }, text: '' };

/** A chain of runs, which are made when the chain is first used. */
export class RunChain implements FilterChain {
  private readonly made: PaidOnce<readonly PlacedRun[]>;
  private knownRules: readonly FilterRule[] | undefined;
  private knownGroups: readonly RunGroup[] | undefined;

  constructor(
    readonly name: string,
    makeRuns: () => readonly PlacedRun[],
  ) {
    this.made = new PaidOnce(makeRuns);
  }

  get runs(): readonly PlacedRun[] {
    return this.made.value;
  }

  get ruleCount(): number {
    return this.runs.reduce((count, { run }) => count + run.templates.length, 0);
  }

  get rules(): readonly FilterRule[] {
    this.knownRules ??= this.runs.flatMap((run) => run.rules());
    return this.knownRules;
  }

  *rulesFor(packets: PacketSet): Iterable<FilterRule> {
    for (const run of this.runsFor(packets)) yield* run.rulesFor(packets);
  }

  hasRulesFor(packets: PacketSet): boolean {
    return this.groups.some((group) => group.placesFor(packets).length > 0);
  }

  /** At least those of the runs that have rules which match some of the packets, in their order. */
  *runsFor(packets: PacketSet): Iterable<PlacedRun> {
    const { runs } = this;
    for (const [i, group] of this.groups.entries()) {
      for (const place of group.placesFor(packets)) {
        const run = runs[i * GROUPED + place];
        if (run) yield run;
      }
    }
  }

  get groups(): readonly RunGroup[] {
    // Pays for the runs, whoever has made them.
    const { runs } = this;
    this.knownGroups ??= groupsOf(runs);
    return this.knownGroups;
  }
}

/** The whole of chains that are no runs, so that each has one index. */
const fixedRuns = new Memo<FilterChain, readonly PlacedRun[]>();

/** At least those runs of any chain that have rules which match some of the packets. */
export function runsFor(chain: FilterChain, packets: PacketSet): Iterable<PlacedRun> {
  return chain instanceof RunChain ? chain.runsFor(packets) : runsOf(chain);
}

/** The runs of any chain. */
export function runsOf(chain: FilterChain): readonly PlacedRun[] {
  return chain instanceof RunChain ? chain.runs : fixedRuns.of(chain, ({ rules }) => [fixedRun(rules)]);
}

/** How many rules a chain has; those of a chain that makes them later are not made for it. */
export function ruleCountOf(chain: FilterChain): number {
  return chain.ruleCount ?? chain.rules.length;
}
