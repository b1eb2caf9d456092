// Reports rules whose name contradicts their parameters.

import { IntervalSet } from '../../../model/intervals.js';
import { protocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, formatPorts, type PortSet } from '../../../model/ports.js';
import type { Problem } from '../../dialect.js';
import type { ReadRule } from '../program/program.js';
import { textsOf } from '../program/value.js';

/** How much of a name is examined, in UTF-16 code units. */
const NAME_LENGTH = 256;

export function misleadingNames(uri: string, rules: readonly ReadRule[]): Problem[] {
  return rules.flatMap((rule) => misleadingName(uri, rule) ?? []);
}

/** Compares the protocol and the ports that a display name mentions with those of the rule. */
function misleadingName(uri: string, { stored, filter }: ReadRule): Problem | undefined {
  const argument = stored.parameters.get('displayname');
  const name = argument && textsOf(argument.value)?.[0]?.slice(0, NAME_LENGTH);
  if (!argument || name === undefined || stored.kind !== 'firewall') return undefined;
  const problem = (message: string): Problem => ({ code: 'misleading-name', uri, range: argument.range, message });
  const protocol = mentionedProtocol(name);
  const ownProtocol = protocolOf(filter.protocols);
  if (protocol && ownProtocol && protocol !== ownProtocol) {
    return problem(`the name says ${protocol}, but the rule is for ${ownProtocol}`);
  }
  const ports = mentionedPorts(name);
  if (!ports) return undefined;
  const own = [filter.localPorts, filter.remotePorts].filter((set) => !set.equals(ALL_PORTS));
  if (own.length === 0 || own.some((set) => set.containsAll(ports))) return undefined;
  const actual = own.map((set) => formatPorts(set)).join(' and ');
  return problem(`the name says port ${formatPorts(ports)}, but the rule is for ${actual}`);
}

/** The one protocol that a name mentions; nothing where it mentions both or none. */
function mentionedProtocol(name: string): 'TCP' | 'UDP' | undefined {
  const tcp = /(?:^|[^a-z])tcp(?![a-z])/i.test(name);
  const udp = /(?:^|[^a-z])udp(?![a-z])/i.test(name);
  if (tcp === udp) return undefined;
  return tcp ? 'TCP' : 'UDP';
}

function protocolOf(protocols: IntervalSet<number>): 'TCP' | 'UDP' | undefined {
  if (protocols.equals(protocolSet(TCP))) return 'TCP';
  return protocols.equals(protocolSet(UDP)) ? 'UDP' : undefined;
}

/**
 * Ports next to `TCP`, `UDP` or `port` in a name: `TCP3478`, `UDP 3478-3481`, `443/TCP`. A number or word that is part
 * of another word says nothing of ports: `DC1-tcp-in`, `Support 2`.
 */
function mentionedPorts(name: string): PortSet | undefined {
  const spans: (readonly [number, number])[] = [];
  for (const match of name.matchAll(
    /(?<!\p{L})(?:tcp|udp|ports?)[ _:/-]{0,2}(\d{1,5})(?:-(\d{1,5}))?(?![.\d\p{L}])/giu,
  ))
    add(match[1], match[2]);
  for (const match of name.matchAll(/(?<![.\d\p{L}-])(\d{1,5})(?:-(\d{1,5}))?[ _/-]?(?:tcp|udp)(?!\p{L})/giu))
    add(match[1], match[2]);
  function add(low: string | undefined, high: string | undefined) {
    const [from, to] = [Number(low), Number(high ?? low)];
    if (from > 0 && from <= to && to <= 65535) spans.push([from, to]);
  }
  return spans.length === 0 ? undefined : IntervalSet.from(spans);
}
