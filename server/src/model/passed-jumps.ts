// Which jumps of a run lead to chains that have no rule for some packets. A firewall with a chain for each department has hundreds of
// jumps behind each other, nearly all of which nearly every question passes by; after an edit one of those chains is another one.
import { Interned, LatestMemo, Memo } from '../kept/memo.js';
import { spend } from './budget.js';
import type { FilterModel, FilterRule } from './filter.js';
import type { PacketSet } from './packets.js';
import { PaidOnce } from './paid-memo.js';
import { type RuleRun, type RuleTemplate, RunChain, type RunGroup } from './rule-runs.js';

/** How many jumps are remembered together: what one of them leads to changes with an edit. */
const GROUPED = 16;

/** The fewest jumps of a run for which any of this pays. */
const FEWEST = 16;

/** For how many sets of packets a group remembers what it found. */
const KNOWN_LIMIT = 256;

/** What it costs to pass a jump by, beside the search in the chain that it leads to, and for each part of the packets. */
const PASSED = 16;
const TOLD = 8;

/** The runs of the chain that a jump leads to; `undefined` where its chain is not made of runs. */
type Target = readonly RunGroup[] | undefined;

class JumpGroup {
  private readonly known = new Interned<string, readonly boolean[]>(KNOWN_LIMIT);

  constructor(private readonly targets: readonly Target[]) {}

  leadsTo(targets: readonly Target[]): boolean {
    const own = this.targets;
    return own.length === targets.length && own.every((target, i) => isSame(target, targets[i]));
  }

  /** For each jump, whether its chain has no rule that may match some of the packets. Whoever asks has paid. */
  passedBy(packets: PacketSet): readonly boolean[] {
    return this.known.of(packets.boundsKey, () =>
      this.targets.map((target) => target?.every((group) => group.placesOf(packets).length === 0) ?? false),
    );
  }

  get cost(): number {
    return this.targets.reduce(
      (sum, target = []) => sum + PASSED + target.reduce((searched, { cost }) => searched + cost, 0),
      0,
    );
  }
}

function isSame(target: Target, other: Target): boolean {
  return (
    target === other || (target?.length === other?.length && target?.every((group, i) => group === other?.[i])) === true
  );
}

/** The jumps of a run in one version of a file. */
class Jumps {
  private knownCost: number | undefined;

  constructor(readonly groups: readonly JumpGroup[]) {}

  get cost(): number {
    this.knownCost ??= this.groups.reduce((sum, { cost }) => sum + cost, 0);
    return this.knownCost;
  }
}

/** The same, read when they are first asked for; each evaluation pays for the chains that are made for it. */
class JumpsOnce {
  private readonly made: PaidOnce<Jumps>;
  private latest: Jumps | undefined;

  /** @param earlier of the version before, whose groups are used again */
  constructor(jumps: ReadonlyMap<RuleTemplate, number>, model: FilterModel, earlier: Jumps | undefined) {
    this.latest = earlier;
    this.made = new PaidOnce(() => read(jumps, model, earlier));
  }

  get value(): Jumps {
    this.latest = this.made.value;
    return this.latest;
  }

  /** Those of this version, or else of the one before. */
  get known(): Jumps | undefined {
    return this.latest;
  }
}

/** The place of each jump of a run among them. */
const places = new Memo<RuleRun, ReadonlyMap<RuleTemplate, number>>();

/** The jumps of a run in the latest version of a file. */
const latest = new LatestMemo<RuleRun, FilterModel, JumpsOnce>();

/** At least the rules of a chain that match some of the packets, without jumps to chains that have none for them, in their order. */
export function* rulesEntered(chain: RunChain, model: FilterModel, packets: PacketSet): Iterable<FilterRule> {
  for (const placed of chain.runsFor(packets)) yield* placed.rulesFor(packets, passedJumps(placed.run, model, packets));
}

/**
 * Whether a rule of a run jumps to a chain without any rule for the packets; `undefined` where the run has few jumps, or most of them do
 * not match.
 */
function passedJumps(
  run: RuleRun,
  model: FilterModel,
  packets: PacketSet,
): ((template: RuleTemplate) => boolean) | undefined {
  const jumps = places.of(run, jumpsIn);
  if (jumps.size < FEWEST) return undefined;
  // Whoever asks for the rules pays for the search.
  const matching = run.index.found(packets).reduce((count, { action }) => count + Number(action.kind === 'jump'), 0);
  if (matching < Math.max(FEWEST, jumps.size / 2)) return undefined;
  const { groups, cost } = latest.of(run, model, (earlier) => new JumpsOnce(jumps, model, earlier?.known)).value;
  spend(cost + TOLD * jumps.size * packets.boxes.length);
  const passed = groups.map((group) => group.passedBy(packets));
  return (template) => {
    const place = jumps.get(template);
    return place !== undefined && passed[Math.floor(place / GROUPED)]?.[place % GROUPED] === true;
  };
}

function jumpsIn({ templates }: RuleRun): ReadonlyMap<RuleTemplate, number> {
  const jumps = templates.filter(({ action }) => action.kind === 'jump');
  return new Map(jumps.map((template, place) => [template, place]));
}

function read(jumps: ReadonlyMap<RuleTemplate, number>, { chains }: FilterModel, earlier: Jumps | undefined): Jumps {
  const targets = [...jumps.keys()].map(({ action }): Target => {
    const chain = action.kind === 'jump' ? chains.get(action.chain) : undefined;
    return chain instanceof RunChain ? chain.groups : undefined;
  });
  const groups: JumpGroup[] = [];
  for (let start = 0; start < targets.length; start += GROUPED) {
    const own = targets.slice(start, start + GROUPED);
    const known = earlier?.groups[groups.length];
    groups.push(known?.leadsTo(own) ? known : new JumpGroup(own));
  }
  return new Jumps(groups);
}
