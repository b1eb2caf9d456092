// Proposals that permit traffic by rules of the firewall.
import { addAll, smallest } from '../../../kept/lists.js';
import { IntervalSet } from '../../../model/intervals.js';
import type { IpSet } from '../../../model/ip.js';
import { type PacketBox, type PacketSet, type ProtocolSet, protocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { shortened } from '../../../text/lines.js';
import type { YamlValue } from '../../../yaml/yaml-edit.js';
import type { Candidate, Change, FilterChange, FilterDenial, ProxyChange } from '../../dialect.js';
import { readableName } from '../../shared/readable-name.js';
import { hooksOf } from '../meaning/filter-model.js';
import type { FirewallSection, Rule } from '../program/firewall.js';
import { isAnywhere, oneOrList, type PolicyEditor, portValues, protocolValue } from './policy-writer.js';

/** The position of new rules, and what they are for. */
interface Insertion {
  readonly firewall: FirewallSection;
  /** The index of the rule before which they are inserted. */
  readonly at: number;
  readonly change: Change;
}

/** The keys of a rule in the usual order. */
const KEYS = ['name', 'action', 'hook', 'from', 'to', 'hosts', 'protocol', 'ports', 'in', 'out', 'comment'] as const;

type RuleValues = Partial<Record<(typeof KEYS)[number], YamlValue>>;

/** Permits packets in a rule that already permits some of them, or in new rules. */
export function permitPackets(editor: PolicyEditor, change: FilterChange): Candidate[] {
  const { firewall } = editor.policy;
  if (!firewall) return [];
  const { point } = change;
  const insertion = { firewall, at: insertionIndex(firewall, change, point), change };
  const needs = needsOf(change.missing);
  const rules = needs.map(({ from, to, protocols, ports }) => ({
    ...(isAnywhere(from) ? {} : { from: editor.addressValue(from) }),
    ...(isAnywhere(to) ? {} : { to: editor.addressValue(to) }),
    ...service(editor, protocols, ports),
  }));
  const [need, ...others] = needs;
  const hook = point === 'forward' ? {} : { hook: point };
  return [
    ...(need && others.length === 0 ? extensions(editor, insertion, need, point) : []),
    ...insertions(
      editor,
      insertion,
      rules.map((rule) => ({ ...hook, ...rule })),
    ),
  ];
}

/** Denies packets before the rule that lets them pass, or after the last rule. */
export function denyPackets(editor: PolicyEditor, change: FilterDenial): Candidate[] {
  const { firewall } = editor.policy;
  if (!firewall) return [];
  const { point, passing, deniable } = change;
  const hook = point === 'forward' ? {} : { hook: point };
  const at = insertionIndex(firewall, change, point, 'permit');
  // The whole of what is forbidden takes fewer words than what of it passes.
  return [deniable, passing].flatMap((packets) => {
    const rules = needsOf(packets).map(({ from, to, protocols, ports }) => ({
      action: 'deny',
      ...hook,
      ...(isAnywhere(from) ? {} : { from: editor.addressValue(from) }),
      ...(isAnywhere(to) ? {} : { to: editor.addressValue(to) }),
      ...service(editor, protocols, ports),
    }));
    return insertions(editor, { firewall, at, change }, rules);
  });
}

/** Permits hosts in a rule that permits others for the same service, or in a new rule. */
export function permitHosts(editor: PolicyEditor, change: ProxyChange): Candidate[] {
  const { firewall } = editor.policy;
  const hook = firewall && hooksOf(firewall).find((one) => one !== 'input');
  if (!firewall || !hook) return [];
  const at = insertionIndex(firewall, change, hook);
  const protocols = protocolSet(change.protocol === 'udp' ? UDP : TCP);
  const ports = IntervalSet.from(change.ports.map((port) => [port, port] as const));
  const candidates: Candidate[] = [];
  for (const rule of permitting(firewall, at, hook)) {
    const serves = rule.match.protocols.containsAll(protocols) && rule.match.ports.containsAll(ports);
    if (!rule.hosts || !serves) continue;
    for (const place of editor.growingPlaces('hosts', [...rule.path, 'hosts'], change.label)) {
      addAll(
        candidates,
        editor.candidate(`in ${place.name} of ${nameOf(rule)}`, editor.append(place.path, change.hosts)),
      );
    }
  }
  const hosts = oneOrList(editor.hostValues(change.hosts, change.hostSet));
  const rule = { ...(hook === 'forward' ? {} : { hook }), hosts, ...service(editor, protocols, ports) };
  // A group of this name defines the addresses of the clients.
  const clients = editor.policy.addresses.has('clients') ? [{ from: 'clients', ...rule }] : [];
  for (const own of [...clients, rule]) {
    addAll(candidates, insertions(editor, { firewall, at, change }, [own]));
  }
  return candidates;
}

/** Before the first rule that decides it in the other way, or after the last rule. */
function insertionIndex(
  { rules }: FirewallSection,
  { decidedBy }: Change,
  hook: string,
  action: Rule['action'] = 'deny',
): number {
  const starts = new Set(decidedBy.map(({ range }) => range.start));
  const deciding = rules.filter(
    (rule) => rule.hook === hook && rule.action === action && starts.has(rule.statement.range.start),
  );
  return smallest(
    deciding.map(({ index }) => index),
    rules.length,
  );
}

function permitting({ rules }: FirewallSection, before: number, hook: string): Rule[] {
  return rules.filter(
    ({ action, index, unclear, hook: own }) =>
      action === 'permit' && index < before && unclear.size === 0 && own === hook,
  );
}

function nameOf({ statement }: Rule): string {
  return `"${shortened(statement.text, 40)}"`;
}

/** Packets that one rule can describe. */
interface Need {
  readonly from: IpSet;
  readonly to: IpSet;
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
}

/** Packets as few rules, each a product of sets. Source ports and interfaces of the boxes are ignored. */
function needsOf(packets: PacketSet): Need[] {
  let needs = packets.boxes.map(needOf);
  for (let joined = true; joined; ) {
    joined = false;
    for (let i = 0; i < needs.length && !joined; i++) {
      for (let j = i + 1; j < needs.length && !joined; j++) {
        const both = join(needs[i], needs[j]);
        if (!both) continue;
        needs = [...needs.slice(0, i), both, ...needs.slice(i + 1, j), ...needs.slice(j + 1)];
        joined = true;
      }
    }
  }
  return needs;
}

function needOf({ source, destination, protocols, destinationPorts }: PacketBox): Need {
  // A box may contain addresses of a family that the other end lacks.
  const shared = (set: IpSet, other: IpSet) => {
    const v4 = other.v4.isEmpty ? undefined : set.ofFamily(4);
    const v6 = other.v6.isEmpty ? undefined : set.ofFamily(6);
    return v4 && v6 ? set : (v4 ?? v6 ?? set);
  };
  return {
    from: shared(source, destination),
    to: shared(destination, source),
    protocols,
    ports: destinationPorts,
  };
}

/** One need for two that differ in a single property, or in their families alone. */
function join(a: Need | undefined, b: Need | undefined): Need | undefined {
  if (!a || !b) return undefined;
  const [from, to] = [a.from.equals(b.from), a.to.equals(b.to)];
  const [protocols, ports] = [a.protocols.equals(b.protocols), a.ports.equals(b.ports)];
  const families = a.from.v4.isEmpty !== b.from.v4.isEmpty && a.from.v6.isEmpty !== b.from.v6.isEmpty;
  if (protocols && ports && (from || to || families)) return { ...a, from: a.from.union(b.from), to: a.to.union(b.to) };
  if (from && to && ports) return { ...a, protocols: a.protocols.union(b.protocols) };
  if (from && to && protocols) return { ...a, ports: a.ports.union(b.ports) };
  return undefined;
}

function service(editor: PolicyEditor, protocols: ProtocolSet, ports: PortSet): RuleValues {
  const protocol = protocolValue(protocols);
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(ports.equals(ALL_PORTS) ? {} : { ports: editor.portValue(ports) }),
  };
}

/** Rules that lack nothing but some destinations, or nothing but some ports. */
function extensions(editor: PolicyEditor, { firewall, at, change }: Insertion, need: Need, point: string): Candidate[] {
  const candidates: Candidate[] = [];
  for (const rule of permitting(firewall, at, point)) {
    const { match } = rule;
    if (rule.hosts || !match.from.containsAll(need.from) || !match.protocols.containsAll(need.protocols)) continue;
    const grow = (kind: 'addresses' | 'ports', key: string, values: readonly (string | number)[]) => {
      for (const place of editor.growingPlaces(kind, [...rule.path, key], change.label)) {
        addAll(candidates, editor.candidate(`in ${place.name} of ${nameOf(rule)}`, editor.append(place.path, values)));
      }
    };
    if (match.ports.containsAll(need.ports)) grow('addresses', 'to', need.to.subtract(match.to).toPrefixes());
    else if (match.to.containsAll(need.to)) grow('ports', 'ports', portValues(need.ports.subtract(match.ports)));
  }
  return candidates;
}

/** How many rules one edit may insert. */
const RULE_LIMIT = 20;

function insertions(
  editor: PolicyEditor,
  { firewall, at, change }: Insertion,
  values: readonly RuleValues[],
): Candidate[] {
  if (values.length === 0 || values.length > RULE_LIMIT) return [];
  const neighbour = firewall.rules[Math.min(at, firewall.rules.length - 1)];
  const keys = neighbour ? editor.keysAt(neighbour.path) : [];
  const names = namesOf(editor, firewall);
  const rules = values.map((rule) => {
    const named: RuleValues = { action: 'permit', ...rule };
    if (names.size > 0) named.name = uniqueName(names, change);
    const order = [...keys, ...KEYS.filter((key) => !keys.includes(key))];
    const pairs = Object.entries(named).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    return Object.fromEntries(pairs);
  });
  const place = values.length === 1 ? 'with a rule' : `with ${values.length} rules`;
  const edits =
    firewall.rules.length === 0
      ? editor.appendBelow(['firewall'], ['rules'], rules)
      : editor.insert(['firewall', 'rules'], at, rules);
  return editor.candidate(place, edits);
}

/** The names of the rules, where they have names. */
function namesOf(editor: PolicyEditor, { rules }: FirewallSection): Set<string> {
  const names = new Set<string>();
  for (const { path } of rules) {
    const name = editor.textAt([...path, 'name']);
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** A name in the style of the others: words where they are words, otherwise one word. */
function uniqueName(names: Set<string>, change: Change): string {
  const [base, gap] = [...names].some((known) => known.includes(' '))
    ? [readableName(change), ' ']
    : [change.label, '-'];
  let name = base;
  for (let i = 2; names.has(name); i++) name = `${base}${gap}${i}`;
  names.add(name);
  return name;
}
