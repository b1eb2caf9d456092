/**
 * A second reading of zone-based policy firewalls, written from the manuals and sharing nothing with the dialect: it reads the
 * text line by line and follows one packet, and the reply to it with the session that the packet has begun.
 */
import { decide, type Packet } from '../reference.js';

/** What may happen: two outcomes where the manual leaves it open. */
export type Outcomes = ReadonlySet<'permit' | 'deny'>;

const PERMIT: Outcomes = new Set(['permit']);
const DENY: Outcomes = new Set(['deny']);
const EITHER: Outcomes = new Set(['permit', 'deny']);

/** `undefined`: it is not known whether. */
type Answer = boolean | undefined;

const APPLICATION_PORTS: Readonly<Record<string, readonly (readonly [protocol: number, port: number])[]>> = {
  http: [[6, 80]],
  https: [[6, 443]],
  dns: [
    [6, 53],
    [17, 53],
  ],
  ntp: [[17, 123]],
  sip: [
    [6, 5060],
    [17, 5060],
  ],
};

/** The lines of a section: those that are indented under a header. */
function section(text: string, header: string): string[] | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line === header || line.startsWith(`${header} `));
  if (at < 0) return undefined;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) => line.trim());
}

export class Device {
  constructor(private readonly text: string) {}

  /** What happens to the first packet of a connection. */
  first(packet: Packet, from: string, to: string): Outcomes {
    const asked = { ...packet, flags: ['syn'] };
    return this.through(asked, from, to, () => {
      const actions = this.actions(asked, from, to);
      // What inspection does with other protocols, the manual does not say.
      const inspected = [1, 6, 17].includes(packet.protocol) ? PERMIT : EITHER;
      return new Set([...actions].flatMap((one) => (one === 'inspect' ? [...inspected] : [one])));
    });
  }

  /** What happens to the reply to a first packet that has passed, for each set of flags that it may have. */
  reply(packet: Packet, from: string, to: string): Outcomes {
    const inspected = this.actions({ ...packet, flags: ['syn'] }, from, to);
    const found = [['syn', 'ack'], ['ack']].flatMap((flags) => {
      const answer: Packet = {
        ...packet,
        source: packet.destination,
        destination: packet.source,
        sourcePort: packet.destinationPort,
        destinationPort: packet.sourcePort,
        flags,
      };
      const outcomes = this.through(answer, to, from, () => {
        const all = new Set<'permit' | 'deny'>();
        for (const action of inspected) {
          for (const one of action === 'inspect' ? PERMIT : this.stray(answer, to, from)) all.add(one);
        }
        return all;
      });
      return [...outcomes];
    });
    return new Set(found);
  }

  /** A reply without a session. */
  private stray(packet: Packet, from: string, to: string): Outcomes {
    const outcomes = [...this.actions(packet, from, to)].flatMap((action): ('permit' | 'deny')[] => {
      if (action === 'permit' || action === 'deny') return [action];
      return [...(packet.protocol === 6 ? DENY : packet.protocol === 17 ? PERMIT : EITHER)];
    });
    return new Set(outcomes);
  }

  /** Both interfaces' lists have to permit it, and the zones. */
  private through(packet: Packet, from: string, to: string, zones: () => Outcomes): Outcomes {
    if (this.isDenied(packet, from, 'in') || this.isDenied(packet, to, 'out')) return DENY;
    return zones();
  }

  private isDenied(packet: Packet, name: string, direction: string): boolean {
    for (const line of section(this.text, `interface ${name}`) ?? []) {
      const [, list, way] = /^ip access-group (\S+) (\S+)$/.exec(line) ?? [];
      if (list !== undefined && way === direction) return decide(this.text, list, packet) === 'deny';
    }
    return false;
  }

  private zoneOf(name: string): string | undefined {
    for (const line of section(this.text, `interface ${name}`) ?? []) {
      const found = /^zone-member security (\S+)$/.exec(line)?.[1];
      if (found !== undefined) return found;
    }
    return section(this.text, 'zone security default') ? 'default' : undefined;
  }

  /** `permit` stands for packets that pass without a session. */
  private actions(packet: Packet, from: string, to: string): ReadonlySet<'permit' | 'deny' | 'inspect'> {
    const [source, destination] = [this.zoneOf(from), this.zoneOf(to)];
    if (source === undefined && destination === undefined) return PERMIT;
    if (source === undefined || destination === undefined) return DENY;
    const end = ` source ${source} destination ${destination}`;
    const header = this.text.split('\n').find((line) => line.startsWith('zone-pair security ') && line.endsWith(end));
    const policy =
      header && section(this.text, header)?.find((line) => line.startsWith('service-policy type inspect '));
    if (policy === undefined) return source === destination ? PERMIT : DENY;
    return this.policyActions(packet, policy.split(' ')[3] ?? '');
  }

  private policyActions(packet: Packet, policy: string): ReadonlySet<'permit' | 'deny' | 'inspect'> {
    const found = new Set<'permit' | 'deny' | 'inspect'>();
    let current: Answer = false;
    for (const line of section(this.text, `policy-map type inspect ${policy}`) ?? []) {
      const named = /^class type inspect (\S+)$/.exec(line)?.[1];
      if (named !== undefined || line === 'class class-default') {
        current = named === undefined ? true : this.isInClass(packet, named);
        continue;
      }
      const [word] = line.split(' ');
      const action = word === 'inspect' ? 'inspect' : word === 'pass' ? 'permit' : 'deny';
      if (current !== false) found.add(action);
      if (current === true) return found;
    }
    return found.add('deny');
  }

  private isInClass(packet: Packet, name: string): Answer {
    const header = this.text
      .split('\n')
      .find((line) => line.startsWith('class-map type inspect ') && line.endsWith(` ${name}`));
    const answers = (section(this.text, header ?? '?') ?? []).map((line) => this.meets(packet, line));
    if (answers.length === 0) return undefined;
    const [decisive, other] = header?.includes(' match-any ') ? [true, false] : [false, true];
    if (answers.includes(decisive)) return decisive;
    return answers.includes(undefined) ? undefined : other;
  }

  private meets(packet: Packet, line: string): Answer {
    const [, kind, first = '', second] = line.split(' ');
    if (kind === 'class-map') return this.isInClass(packet, first);
    if (kind === 'access-group') {
      const list = second ?? first;
      return section(this.text, `ip access-list extended ${list}`)
        ? decide(this.text, list, packet) === 'permit'
        : undefined;
    }
    const number = { icmp: 1, tcp: 6, udp: 17 }[first];
    if (number !== undefined) return packet.protocol === number;
    return this.isOf(packet, first);
  }

  private isOf({ protocol, sourcePort, destinationPort, flags }: Packet, application: string): Answer {
    const mapped = this.text.split('\n').flatMap((line) => {
      const map = /^ip port-map (\S+) port (tcp|udp) (\d+)$/.exec(line);
      return map?.[1] === application ? [[map[2] === 'tcp' ? 6 : 17, Number(map[3])] as const] : [];
    });
    const ports = [...(APPLICATION_PORTS[application] ?? []), ...mapped];
    if (ports.length === 0) return undefined;
    const has = (port: number) => ports.some(([own, one]) => own === protocol && one === port);
    // A first packet goes to the application. Answers come from it; whether they count is not said.
    if (flags.includes('ack')) return has(sourcePort) ? undefined : false;
    return has(destinationPort);
  }
}
