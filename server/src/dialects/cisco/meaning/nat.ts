// The lists at an interface of NAT, as they see translated addresses.
import type { FilterChain } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import {
  type DerivedRule,
  deriveRun,
  type RuleRun,
  type RuleTemplate,
  RunChain,
  runsOf,
} from '../../../model/rule-runs.js';

type Direction = 'in' | 'out';

/**
 * The rules of a list at an interface with `ip nat outside`, as they meet inside addresses: translated ones, which the
 * file need not name. Packets are filtered there after NAT when they leave and before it when they come in (*NAT Order of
 * Operation*). A test of an inside address may therefore match or not.
 */
export function translatedChain(chains: Map<string, FilterChain>, list: string, direction: Direction): string {
  const name = `${list} (${direction}, translated)`;
  const chain = chains.get(list);
  if (!chain) return list;
  if (!chains.has(name)) {
    const change = (rule: RuleTemplate) => translated(rule, direction);
    const runs = () => runsOf(chain).map((placed) => deriveRun(placed, translatedRuns[direction], change));
    chains.set(name, new RunChain(name, runs));
  }
  return name;
}

/** What runs are with translated addresses, in each direction. */
const translatedRuns: Readonly<Record<Direction, WeakMap<RuleRun, RuleRun<DerivedRule>>>> = {
  in: new WeakMap(),
  out: new WeakMap(),
};

function translated(rule: RuleTemplate, direction: Direction): RuleTemplate {
  const side = direction === 'in' ? 'destination' : 'source';
  if (rule.match.every((box) => coversFamilies(box[side]))) return rule;
  return {
    match: rule.match.map((box) => ({ ...box, [side]: familiesOf(box[side]) })),
    phases: rule.phases,
    opaque: [...rule.opaque, { text: 'the address that NAT gives' }],
    action: rule.action,
  };
}

function coversFamilies(set: IpSet): boolean {
  return familiesOf(set).equals(set);
}

function familiesOf(set: IpSet): IpSet {
  const v4 = set.v4.isEmpty ? IpSet.empty : IpSet.all.ofFamily(4);
  return set.v6.isEmpty ? v4 : v4.union(IpSet.all.ofFamily(6));
}
