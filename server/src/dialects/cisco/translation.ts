import type { FilterChain, FilterRule } from '../../model/filter.js';
import { IpSet } from '../../model/ip.js';

/**
 * The rules of a list at an interface with `ip nat outside`, as they meet inside addresses: translated ones, which the
 * file need not name. Packets are filtered there after NAT on their way out and before it on their way in (*NAT Order of
 * Operation*). A test of an inside address may therefore match or not.
 */
export function translatedChain(chains: Map<string, FilterChain>, list: string, direction: 'in' | 'out'): string {
  const name = `${list} (${direction}, translated)`;
  const chain = chains.get(list);
  if (!chain) return list;
  if (!chains.has(name)) chains.set(name, { name, rules: chain.rules.map((rule) => translated(rule, direction)) });
  return name;
}

function translated(rule: FilterRule, direction: 'in' | 'out'): FilterRule {
  const side = direction === 'in' ? 'destination' : 'source';
  const free = rule.match.every((box) => coversFamilies(box[side]));
  if (free) return rule;
  const match = rule.match.map((box) => ({ ...box, [side]: familiesOf(box[side]) }));
  const { statement, phases, action } = rule;
  return { statement, phases, action, match, opaque: [...rule.opaque, { text: 'the address that NAT gives' }] };
}

function coversFamilies(set: IpSet): boolean {
  return familiesOf(set).equals(set);
}

function familiesOf(set: IpSet): IpSet {
  const v4 = set.v4.isEmpty ? IpSet.empty : IpSet.all.ofFamily(4);
  return set.v6.isEmpty ? v4 : v4.union(IpSet.all.ofFamily(6));
}
