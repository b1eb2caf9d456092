// A firewall plan as a network policy.

import type { Opening, OpeningEnd } from '../../analysis/plan/plan.js';
import { groupNameProblem } from '../../dialects/netpolicy/program/values.js';
import { groundsOf, type NetworkPlan } from '../../service/plan.js';

/** A plan as a network policy that permits its openings and nothing else. */
export function planPolicy(name: string, { openings }: NetworkPlan): string {
  const groups = new Map(openings.flatMap(({ from, to }) => [from, to].filter(isGroup)).map(asGroup));
  const lines = [
    '# Written by "lintel plan": write it again after a change of lintel.yaml.',
    `title: ${quoted(`Firewall plan of ${name}`)}`,
    ...(groups.size > 0 ? ['', 'groups:', '  addresses:'] : []),
    ...[...groups].map(([role, prefixes]) => `    ${role}: ${listOf(prefixes)}`),
    '',
    'firewall:',
    '  default: deny',
    openings.length > 0 ? '  rules:' : '  rules: []',
    ...openings.flatMap(ruleOf),
  ];
  return `${lines.join('\n')}\n`;
}

/** A role that says where it is: the policy names it. */
function isGroup({ role, prefixes, hosts }: OpeningEnd): boolean {
  return role !== undefined && !groupNameProblem(role) && prefixes.length > 0 && hosts.length === 0;
}

function asGroup({ role = '', prefixes }: OpeningEnd): readonly [string, readonly string[]] {
  return [role, prefixes];
}

function ruleOf(opening: Opening): string[] {
  const { from, to, protocol, ports, requirements } = opening;
  const { reasons, sources } = groundsOf(opening);
  const documents = sources.map(({ url }) => url).join(' ');
  return [
    `    - name: ${quoted(requirements.map(({ id }) => id).join(', '))}`,
    `      comment: ${quoted(`${reasons.join(' ')} ${documents}`)}`,
    '      action: permit',
    ...endKey('from', from),
    ...endKey('to', to),
    // Without a protocol, ports are those of TCP and UDP.
    ...(protocol === 'any' && ports !== 'any' ? [] : [`      protocol: ${protocol}`]),
    ...(ports === 'any' ? [] : [`      ports: [${ports.split(',').join(', ')}]`]),
  ];
}

/** Where a document lists both, its addresses are those of its hosts, and a rule has one or the other. */
function endKey(key: 'from' | 'to', end: OpeningEnd): string[] {
  if (isGroup(end)) return [`      ${key}: ${end.role}`];
  if (end.prefixes.length > 0) return [`      ${key}: ${listOf(end.prefixes)}`];
  if (end.hosts.length > 0 && key === 'to') return [`      hosts: ${listOf(end.hosts)}`];
  return [];
}

function listOf(values: readonly string[]): string {
  return `[${values.map((value) => (/^[\w./-]+$/.test(value) ? value : quoted(value))).join(', ')}]`;
}

/** A JSON string is one of YAML as well. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
