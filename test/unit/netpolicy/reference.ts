// A second implementation of network policies, for comparison: one packet or URL at a time.
import { IpSet, parseAddress, parsePrefix } from '../../../server/src/model/ip.js';

/** A policy as data, and the plainest reading of it: one packet, one URL at a time, the first match decides. */
export interface PlainPolicy {
  readonly groups: {
    readonly addresses: Readonly<Record<string, readonly string[]>>;
    readonly hosts: Readonly<Record<string, readonly string[]>>;
    readonly ports: Readonly<Record<string, readonly (string | number)[]>>;
  };
  readonly firewall: { readonly default: 'permit' | 'deny'; readonly rules: readonly PlainRule[] };
  readonly proxy: {
    readonly default: 'proxy' | 'direct';
    readonly bypass: readonly string[];
    readonly inspection: { readonly default: 'inspect' | 'none'; readonly exceptions: readonly string[] };
    readonly login: {
      readonly required: boolean;
      readonly exemptions: { readonly hosts: readonly string[]; readonly clients: readonly string[] };
    };
  };
  readonly ipsec: { readonly required: boolean; readonly exempt: readonly PlainExemption[] };
}

export interface PlainRule {
  readonly action: 'permit' | 'deny';
  readonly hook?: string | undefined;
  readonly from?: readonly string[] | undefined;
  readonly to?: readonly string[] | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly protocol?: readonly string[] | undefined;
  readonly ports?: readonly (string | number)[] | undefined;
  readonly in?: string | undefined;
}

export interface PlainExemption {
  readonly peers?: readonly string[] | undefined;
  readonly protocol?: readonly string[] | undefined;
  readonly ports?: readonly (string | number)[] | undefined;
}

export interface PlainPacket {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly in: string;
}

export class Reference {
  constructor(private readonly policy: PlainPolicy) {}

  permitsPacket(packet: PlainPacket, hook: string): boolean {
    for (const rule of this.policy.firewall.rules) {
      if ((rule.hook ?? 'forward') !== hook || rule.hosts) continue;
      if (rule.in !== undefined && rule.in !== packet.in) continue;
      if (!this.hasAddress(rule.from, packet.source) || !this.hasAddress(rule.to, packet.destination)) continue;
      if (this.serves(rule, packet.protocol, packet.port)) return rule.action === 'permit';
    }
    return this.policy.firewall.default === 'permit';
  }

  permitsHost(host: string, address: string, client: string, port: number): boolean {
    for (const rule of this.policy.firewall.rules) {
      if ((rule.hook ?? 'forward') !== 'forward' || !this.hasAddress(rule.from, client)) continue;
      if (rule.hosts ? !this.hasHost(rule.hosts, host) : !this.hasAddress(rule.to, address)) continue;
      if (this.serves(rule, 'tcp', port)) return rule.action === 'permit';
    }
    return this.policy.firewall.default === 'permit';
  }

  isDirect(host: string): boolean {
    return this.policy.proxy.default === 'direct' || this.hasHost(this.policy.proxy.bypass, host);
  }

  isDecrypted(host: string): boolean {
    const { default: fallback, exceptions } = this.policy.proxy.inspection;
    return !this.isDirect(host) && (fallback === 'inspect') !== this.hasHost(exceptions, host);
  }

  asksLogin(host: string, client: string): boolean {
    const { required, exemptions } = this.policy.proxy.login;
    if (!required || this.isDirect(host) || this.hasHost(exemptions.hosts, host)) return false;
    return exemptions.clients.length === 0 || !this.hasAddress(exemptions.clients, client);
  }

  negotiatesIpsec(packet: PlainPacket): boolean {
    const { required, exempt } = this.policy.ipsec;
    const isExempt = exempt.some(
      (entry) =>
        (this.hasAddress(entry.peers, packet.source) && this.serves(entry, packet.protocol, packet.sourcePort)) ||
        (this.hasAddress(entry.peers, packet.destination) && this.serves(entry, packet.protocol, packet.port)),
    );
    return required && !isExempt;
  }

  private serves({ protocol, ports }: PlainRule | PlainExemption, own: string, port: number): boolean {
    const protocols = protocol ?? (ports ? ['tcp', 'udp'] : ['any']);
    if (!protocols.includes('any') && !protocols.includes(own)) return false;
    if (!ports) return true;
    return own !== 'icmp' && this.hasPort(ports, port);
  }

  private hasAddress(entries: readonly string[] | undefined, text: string): boolean {
    if (!entries) return true;
    const address = parseAddress(text);
    return entries.some((entry) => {
      const group = this.policy.groups.addresses[entry];
      if (group) return this.hasAddress(group, text);
      if (entry === 'any') return true;
      const prefix = parsePrefix(entry);
      return address !== undefined && prefix !== undefined && IpSet.of(prefix).has(address);
    });
  }

  private hasHost(entries: readonly string[], host: string): boolean {
    return entries.some((entry) => {
      const group = this.policy.groups.hosts[entry];
      if (group) return this.hasHost(group, host);
      if (entry.startsWith('*.')) return host.endsWith(entry.slice(1));
      return entry === 'any' || entry === host;
    });
  }

  private hasPort(entries: readonly (string | number)[], port: number): boolean {
    return entries.some((entry) => {
      const group = this.policy.groups.ports[entry];
      if (group) return this.hasPort(group, port);
      const [low, high] = String(entry).split('-').map(Number);
      return low !== undefined && low <= port && port <= (high ?? low);
    });
  }
}
