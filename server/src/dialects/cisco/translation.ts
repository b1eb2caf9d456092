import type { FilterChain } from '../../model/filter.js';
import { IpSet } from '../../model/ip.js';
import { type PlacedRun, placeRun, RuleRun, type RuleTemplate, RunChain, runsOf } from '../../model/rule-runs.js';

type Direction = 'in' | 'out';

/**
 * The rules of a list at an interface with `ip nat outside`, as they meet inside addresses: translated ones, which the
 * file need not name. Packets are filtered there after NAT on their way out and before it on their way in (*NAT Order of
 * Operation*). A test of an inside address may therefore match or not.
 */
export function translatedChain(chains: Map<string, FilterChain>, list: string, direction: Direction): string {
  const name = `${list} (${direction}, translated)`;
  const chain = chains.get(list);
  if (!chain) return list;
  if (!chains.has(name)) {
    chains.set(name, new RunChain(name, () => runsOf(chain).map((placed) => translatedRun(placed, direction))));
  }
  return name;
}

interface TranslatedRule extends RuleTemplate {
  /** Which rule of the run it is. */
  readonly index: number;
}

/** What runs come to in each direction; the same for as long as they are the same. */
const translatedRuns: Readonly<Record<Direction, WeakMap<RuleRun, RuleRun<TranslatedRule>>>> = {
  in: new WeakMap(),
  out: new WeakMap(),
};

function translatedRun(placed: PlacedRun, direction: Direction): PlacedRun {
  const known = translatedRuns[direction];
  const run =
    known.get(placed.run) ??
    new RuleRun(placed.run.templates.map((template, index) => translated(template, index, direction)));
  known.set(placed.run, run);
  return placeRun(run, ({ match, phases, opaque, action, index }) => ({
    // A run has a rule for each of its templates.
    statement: placed.at(index)?.statement ?? NOWHERE,
    match,
    phases,
    opaque,
    action,
  }));
}

const NOWHERE = { uri: '', range: { start: 0, end: 0 }, text: '' };

function translated(template: RuleTemplate, index: number, direction: Direction): TranslatedRule {
  const { match, phases, opaque, action } = template;
  const side = direction === 'in' ? 'destination' : 'source';
  if (match.every((box) => coversFamilies(box[side]))) return { match, phases, opaque, action, index };
  return {
    match: match.map((box) => ({ ...box, [side]: familiesOf(box[side]) })),
    phases,
    opaque: [...opaque, { text: 'the address that NAT gives' }],
    action,
    index,
  };
}

function coversFamilies(set: IpSet): boolean {
  return familiesOf(set).equals(set);
}

function familiesOf(set: IpSet): IpSet {
  const v4 = set.v4.isEmpty ? IpSet.empty : IpSet.all.ofFamily(4);
  return set.v6.isEmpty ? v4 : v4.union(IpSet.all.ofFamily(6));
}
