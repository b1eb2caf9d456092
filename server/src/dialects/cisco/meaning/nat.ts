// The lists at an interface with NAT, where packets have translated addresses.
import type { FilterChain } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { type RuleTemplate, RunChain, RunDerivation, runsOf } from '../../../model/rule-runs.js';

type Direction = 'in' | 'out';

/**
 * The rules of a list at an interface with `ip nat outside`, where inside addresses are translated to ones that the
 * file need not name. Packets are filtered there after NAT when they leave and before it when they come in (*NAT Order of
 * Operation*). A test of an inside address may therefore match or not.
 */
export function translatedChain(chains: Map<string, FilterChain>, list: string, direction: Direction): string {
  const name = `${list} (${direction}, translated)`;
  const chain = chains.get(list);
  if (!chain) return list;
  if (!chains.has(name)) {
    const translation = TRANSLATIONS[direction];
    chains.set(name, new RunChain(name, () => runsOf(chain).map((placed) => translation.of(placed))));
  }
  return name;
}

/** Runs of rules with translated addresses, for each direction. */
const TRANSLATIONS: Readonly<Record<Direction, RunDerivation>> = {
  in: new RunDerivation((rule) => translated(rule, 'in')),
  out: new RunDerivation((rule) => translated(rule, 'out')),
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
