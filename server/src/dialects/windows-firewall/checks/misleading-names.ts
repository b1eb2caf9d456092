import { IntervalSet } from '../../../model/intervals.js';
import { TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, formatPorts, type PortSet } from '../../../model/ports.js';
import type { TextRange } from '../../../text/range.js';
import type { ReadRule } from '../meaning/model.js';
import { textsOf } from '../program/invocation.js';

/** A rule whose name says one thing and whose parameters say another. */
export interface MisleadingName {
  readonly range: TextRange;
  readonly message: string;
}

/** How long a name is read. */
const NAME_LENGTH = 256;

/** Compares the protocol and the ports that a display name mentions with those of the rule. */
export function misleadingName({ stored, filter }: ReadRule): MisleadingName | undefined {
  const argument = stored.parameters.get('displayname');
  const name = argument && textsOf(argument.value)?.[0]?.slice(0, NAME_LENGTH);
  if (!argument || name === undefined || stored.kind !== 'firewall') return undefined;
  const { range } = argument;
  const said = protocolSaid(name);
  const meant = protocolMeant(filter.protocols);
  if (said && meant && said !== meant) {
    return { range, message: `the name says ${said}, but the rule is for ${meant}` };
  }
  const ports = portsSaid(name);
  if (!ports) return undefined;
  const local = filter.localPorts.equals(ALL_PORTS) ? undefined : filter.localPorts;
  const remote = filter.remotePorts.equals(ALL_PORTS) ? undefined : filter.remotePorts;
  const own = [local, remote].flatMap((set) => set ?? []);
  if (own.length === 0 || own.some((set) => set.containsAll(ports))) return undefined;
  const actual = own.map((set) => formatPorts(set)).join(' and ');
  return { range, message: `the name says port ${formatPorts(ports)}, but the rule is for ${actual}` };
}

/** The one protocol that a name mentions; nothing where it mentions both or none. */
function protocolSaid(name: string): 'TCP' | 'UDP' | undefined {
  const tcp = /(?:^|[^a-z])tcp(?![a-z])/i.test(name);
  const udp = /(?:^|[^a-z])udp(?![a-z])/i.test(name);
  if (tcp === udp) return undefined;
  return tcp ? 'TCP' : 'UDP';
}

function protocolMeant(protocols: IntervalSet<number>): 'TCP' | 'UDP' | undefined {
  if (protocols.equals(IntervalSet.of([TCP, TCP]))) return 'TCP';
  return protocols.equals(IntervalSet.of([UDP, UDP])) ? 'UDP' : undefined;
}

/** Ports that stand beside `TCP`, `UDP` or `port` in a name: `TCP3478`, `UDP 3478-3481`, `443/TCP`. */
function portsSaid(name: string): PortSet | undefined {
  const spans: (readonly [number, number])[] = [];
  for (const match of name.matchAll(/(?:tcp|udp|ports?)[ _:/-]{0,2}(\d{1,5})(?:-(\d{1,5}))?(?![.\d])/gi))
    add(match[1], match[2]);
  for (const match of name.matchAll(/(?:^|[^.\d-])(\d{1,5})(?:-(\d{1,5}))?[ _/-]?(?:tcp|udp)(?![a-z])/gi))
    add(match[1], match[2]);
  function add(low: string | undefined, high: string | undefined) {
    const [from, to] = [Number(low), Number(high ?? low)];
    if (from > 0 && from <= to && to <= 65535) spans.push([from, to]);
  }
  return spans.length === 0 ? undefined : IntervalSet.of(...spans);
}
