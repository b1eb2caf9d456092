// The filter model of the firewall and IPsec sections.
import type { BaseChain, FilterModel, FilterPoint, FilterRule, Hook, OpaqueCondition } from '../../../model/filter.js';
import { ANY_PACKET, answering, type PacketBox, PacketSet } from '../../../model/packets.js';
import { type ForwardRule, permittedNetworks } from '../../shared/router-networks.js';
import type { FirewallSection, Match, Rule } from '../program/firewall.js';
import type { IpsecSection } from '../program/ipsec.js';
import type { Policy } from '../program/policy.js';
import type { Choice } from '../program/section-reader.js';

/** The name of the point at which IPsec is checked; the other points have the names of their hooks. */
export const IPSEC = 'ipsec';

/** The filter model of the firewall and IPsec sections; `undefined` where the file has neither. */
export function filterModel({ firewall, ipsec }: Policy): FilterModel | undefined {
  const points: FilterPoint[] = firewall ? hooksOf(firewall).map((hook) => pointAt(hook, firewall)) : [];
  if (ipsec) points.push(ipsecPoint(ipsec));
  return points.length === 0
    ? undefined
    : { kind: 'filter', families: [4, 6], points, namesHosts: true, chains: new Map() };
}

/** The hooks that the rules name; a firewall without rules forwards between networks. */
export function hooksOf({ rules }: FirewallSection): Hook[] {
  if (rules.length === 0) return ['forward'];
  return (['forward', 'input', 'output'] as const).filter((hook) => rules.some((rule) => rule.hook === hook));
}

/** The rules of a hook whose every part has a clear meaning: those that may shadow others. */
export function clearRules({ rules }: FirewallSection, hook: Hook): FilterRule[] {
  return rules.filter((rule) => rule.hook === hook && rule.unclear.size === 0 && rule.action).flatMap(filterRules);
}

function pointAt(hook: Hook, firewall: FirewallSection): FilterPoint {
  const rules = firewall.rules.filter((rule) => rule.hook === hook || rule.unclear.has('hook')).flatMap(filterRules);
  const chain = chainOf(hook, rules, firewall.default, firewall.default.value === 'permit' ? 'accept' : 'deny');
  const point: FilterPoint = { name: hook, hook, chains: [chain], stateful: true };
  const interfaces = hook === 'forward' ? permittedNetworks(rules.flatMap(forwardRule)) : [];
  return interfaces.length > 0 ? { ...point, surroundings: { kind: 'interfaces', interfaces } } : point;
}

function forwardRule({ statement, match, action, opaque }: FilterRule): ForwardRule[] {
  const isOpen = opaque.some(({ hosts }) => hosts === undefined);
  return action.kind === 'accept' && !isOpen ? [{ statement, match, action: 'accept' }] : [];
}

function chainOf(
  name: string,
  rules: readonly FilterRule[],
  { value, statement }: Choice<unknown>,
  policy: 'accept' | 'deny',
): BaseChain {
  const unknown: FilterRule[] =
    value === undefined
      ? [ruleOf(statement, [ANY_PACKET], { kind: 'undecided', reason: `${statement.text} cannot be read` })]
      : [];
  return { name, rules: [...rules, ...unknown], policy, policyStatement: statement };
}

function ruleOf(
  statement: FilterRule['statement'],
  match: readonly PacketBox[],
  action: FilterRule['action'],
  opaque: readonly OpaqueCondition[] = [],
): FilterRule {
  return { statement, match, phases: ['first', 'reply'], opaque, action };
}

/**
 * What a rule does with the packets that it names. What else it possibly matches, where a part of it cannot be read, is a
 * second rule whose condition is unknown.
 */
function filterRules(rule: Rule): FilterRule[] {
  const { statement, match, hosts, unclear } = rule;
  const action = actionOf(rule);
  const named = hosts ? [{ text: `whether the host is one of ${hosts.describe()}`, hosts }] : [];
  const exact = PacketSet.of(boxOf(match)).boxes;
  const isPlaced = !unclear.has('hook') && !unclear.has('its keys');
  const rules = isPlaced && exact.length > 0 && !hosts?.isEmpty ? [ruleOf(statement, exact, action, named)] : [];
  if (unclear.size > 0) {
    rules.push(
      ruleOf(statement, [boxOf(widened(match, unclear))], action, [
        { text: `the meaning of ${[...unclear].join(', ')} in the rule` },
      ]),
    );
  }
  return rules;
}

function actionOf({ action }: Rule): FilterRule['action'] {
  if (action === undefined) return { kind: 'undecided', reason: 'the action of the rule cannot be read' };
  return { kind: action === 'permit' ? 'accept' : 'deny' };
}

/** A match in which unreadable parts are unrestricted. */
export function widened(match: Match, unclear: ReadonlySet<string>): Match {
  if (unclear.size === 0) return match;
  const box = ANY_MATCH;
  if (unclear.has('its keys')) return box;
  const isUnclear = (key: string) => unclear.has(key);
  return {
    from: isUnclear('from') ? box.from : match.from,
    to: isUnclear('to') ? box.to : match.to,
    protocols: isUnclear('protocol') ? box.protocols : match.protocols,
    ports: isUnclear('ports') ? box.ports : match.ports,
    in: isUnclear('in') ? box.in : match.in,
    out: isUnclear('out') ? box.out : match.out,
  };
}

const ANY_MATCH: Match = {
  from: ANY_PACKET.source,
  to: ANY_PACKET.destination,
  protocols: ANY_PACKET.protocols,
  ports: ANY_PACKET.destinationPorts,
  in: ANY_PACKET.inInterface,
  out: ANY_PACKET.outInterface,
};

function boxOf(match: Match): PacketBox {
  return {
    ...ANY_PACKET,
    source: match.from,
    destination: match.to,
    protocols: match.protocols,
    destinationPorts: match.ports,
    inInterface: match.in,
    outInterface: match.out,
  };
}

/** Exemptions come first; IPsec is negotiated for all other traffic where it is required. */
function ipsecPoint({ required, exempt, unclear }: IpsecSection): FilterPoint {
  const rules: FilterRule[] = [];
  for (const { statement, peers, protocols, ports, isUnclear } of exempt) {
    const there: PacketBox = { ...ANY_PACKET, source: peers, protocols, sourcePorts: ports };
    const both = PacketSet.of(there, answering(there)).boxes;
    if (both.length > 0) rules.push(ruleOf(statement, both, { kind: 'accept' }));
    if (isUnclear)
      rules.push(ruleOf(statement, [ANY_PACKET], { kind: 'accept' }, [{ text: 'the meaning of the exemption' }]));
  }
  if (unclear)
    rules.push(ruleOf(unclear, [ANY_PACKET], { kind: 'accept' }, [{ text: 'the meaning of the exemptions' }]));
  const chain = chainOf(IPSEC, rules, required, required.value === false ? 'accept' : 'deny');
  return { name: IPSEC, hook: undefined, chains: [chain], stateful: true, byNameOnly: true, about: 'ipsec' };
}
