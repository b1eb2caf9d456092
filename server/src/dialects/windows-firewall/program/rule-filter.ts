// Reads what a rule matches from its parameters.

import { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ALL_PROTOCOLS, type ProtocolSet, protocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { invalidAddress } from '../../shared/invalid-address.js';
import type { ScriptProblem } from '../syntax/script.js';
import { UNDECIDED_CONDITIONS } from '../vocabulary/words.js';
import type { StoredRule } from './rule.js';
import { type Argument, textsOf } from './value.js';

/** The network profiles. Each network interface has one, so that rules for a profile are rules for its interfaces. */
export const PROFILES = ['Domain', 'Private', 'Public'] as const;

/** The interfaces with a profile. Windows treats an unknown network as public. */
export function profileSet(profile: (typeof PROFILES)[number]): NameSet {
  return profile === 'Public' ? NameSet.of('Domain', 'Private').complement() : NameSet.of(profile);
}

/** The match of a rule on the two ends of a connection, seen from the host that the firewall protects. */
export interface Filter {
  readonly protocols: ProtocolSet;
  readonly localPorts: PortSet;
  readonly remotePorts: PortSet;
  readonly localAddresses: IpSet;
  readonly remoteAddresses: IpSet;
  /** ICMP type × 256 + code. */
  readonly icmp: PortSet | undefined;
  readonly profiles: NameSet;
  /** Conditions that cannot be evaluated from the file. */
  readonly opaque: readonly string[];
}

export interface FilterReading {
  readonly filter: Filter;
  readonly problems: readonly ScriptProblem[];
}

/** Reads the match of a rule; computed parameters become unknown conditions of the filter. */
export function readFilter(rule: StoredRule): FilterReading {
  const reader = new FilterReader(rule);
  return { filter: reader.read(), problems: reader.problems };
}

class FilterReader {
  readonly problems: ScriptProblem[] = [];
  private readonly opaque: string[];

  constructor(private readonly rule: StoredRule) {
    this.opaque = [...rule.conditions, ...rule.unknown];
  }

  read(): Filter {
    const protocolText = this.texts('protocol');
    const { protocols, icmp } = this.protocol(protocolText?.[0]);
    for (const [name, unrestricted] of UNDECIDED_CONDITIONS) {
      const argument = this.rule.parameters.get(name);
      const values = argument && textsOf(argument.value);
      if (!argument || values?.every((value) => unrestricted.includes(value.toLowerCase()))) continue;
      this.opaque.push(`${name} ${values?.join(', ') ?? 'that the script computes'}`);
    }
    return {
      protocols,
      localPorts: this.ports('localport', protocols),
      remotePorts: this.ports('remoteport', protocols),
      localAddresses: this.addresses('localaddress'),
      remoteAddresses: this.addresses('remoteaddress'),
      profiles: this.profiles(),
      icmp: this.icmpTypes(protocols) ?? icmp,
      opaque: this.opaque,
    };
  }

  /** The texts of a parameter; `undefined` where it is absent. A computed one becomes a condition. */
  private texts(name: string): readonly string[] | undefined {
    const argument = this.rule.parameters.get(name);
    if (!argument) return undefined;
    const texts = textsOf(argument.value);
    if (!texts) {
      this.reportUnmodelled(argument, `the script computes -${name}`);
      this.opaque.push(`${name} that the script computes`);
      return undefined;
    }
    // netsh expects one text with commas, the cmdlets a list; neither accepts commas in quotes, but the intention is clear.
    return texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  }

  private reportUnmodelled({ range }: Argument, what: string): void {
    const message = `Lintel does not run scripts: ${what}, and verdicts that depend on it are undecided`;
    this.problems.push({ code: 'unmodelled-statement', range, message });
  }

  private reportInvalid(name: string, message: string): void {
    const range = this.rule.parameters.get(name)?.range ?? this.rule.range;
    this.problems.push({ code: 'syntax-error', range, message });
  }

  private protocol(text: string | undefined): { protocols: ProtocolSet; icmp: PortSet | undefined } {
    const protocols = (numbers: ProtocolSet) => ({ protocols: numbers, icmp: undefined });
    if (text === undefined || /^any$/i.test(text)) return protocols(ALL_PROTOCOLS);
    if (/^tcp$/i.test(text)) return protocols(protocolSet(TCP));
    if (/^udp$/i.test(text)) return protocols(protocolSet(UDP));
    // netsh: "icmpv4:type,code"; the comma has been taken for a list.
    const icmp = /^icmpv([46])(?::(\d{1,3}|any))?$/i.exec(text);
    if (icmp) {
      const number = icmp[1] === '4' ? 1 : 58;
      const type = icmp[2] === undefined || /any/i.test(icmp[2]) ? undefined : Number(icmp[2]);
      const code = Number(this.texts('protocol')?.[1] ?? Number.NaN);
      return {
        protocols: protocolSet(number),
        icmp: type === undefined ? undefined : messages(type, code),
      };
    }
    if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return protocols(protocolSet(Number(text)));
    this.reportInvalid('protocol', `invalid protocol '${text}'`);
    this.opaque.push('a protocol that cannot be read');
    return protocols(ALL_PROTOCOLS);
  }

  private icmpTypes(protocols: ProtocolSet): PortSet | undefined {
    const texts = this.texts('icmptype');
    if (!texts || texts.some((text) => /^any$/i.test(text)) || protocols.equals(ALL_PROTOCOLS)) return undefined;
    const sets = texts.map((text) => {
      const match = /^(\d{1,3})(?::(\d{1,3}|any|\*))?$/i.exec(text);
      return match ? messages(Number(match[1]), Number(match[2] ?? Number.NaN)) : undefined;
    });
    const read = sets.flatMap((set) => set ?? []);
    if (read.length < sets.length) {
      this.reportInvalid('icmptype', 'invalid ICMP type');
      this.opaque.push('an ICMP type that cannot be read');
    }
    return read.reduce((all, set) => all.union(set), IntervalSet.empty<number>());
  }

  private ports(name: 'localport' | 'remoteport', protocols: ProtocolSet): PortSet {
    const texts = this.texts(name);
    if (!texts || texts.some((text) => /^any$/i.test(text) || text === '')) return ALL_PORTS;
    // "If a port number is identified by using numeric values, then this parameter must be set to TCP or UDP"
    // (*New-NetFirewallRule*, -Protocol): the command fails otherwise. The keywords of RPC and tunnels need none.
    const isNumeric = texts.some((text) => /^\d/.test(text));
    if (isNumeric && !protocols.intervals.every(([low, high]) => low === high && (low === TCP || low === UDP))) {
      this.reportInvalid(name, 'ports need the protocol TCP or UDP: Windows rejects the rule');
      this.opaque.push('ports without a protocol that has them');
    }
    let ports: PortSet = IntervalSet.empty();
    for (const text of texts) {
      const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text);
      const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (match && low <= high && high <= 65535) ports = ports.union(IntervalSet.of([low, high]));
      else if (/^rpc-?epmap$/i.test(text)) ports = ports.union(IntervalSet.of([135, 135]));
      else if (/^(?:rpc|teredo|iphttps|iphttpsin|iphttpsout|playtodiscovery|mdns|ply2disc)$/i.test(text)) {
        this.opaque.push(`the ports of ${text}`);
        return ALL_PORTS;
      } else {
        this.reportInvalid(name, `invalid port '${text}'`);
        this.opaque.push('a port that cannot be read');
        return ALL_PORTS;
      }
    }
    // One object for all ports, which later stages compare by identity.
    return ports.equals(ALL_PORTS) ? ALL_PORTS : ports;
  }

  private addresses(name: 'localaddress' | 'remoteaddress'): IpSet {
    const texts = this.texts(name);
    if (!texts || texts.some((text) => /^(?:any|\*)$/i.test(text) || text === '')) return IpSet.all;
    const v4: (readonly [number, number])[] = [];
    const v6: (readonly [bigint, bigint])[] = [];
    let families: readonly AddressFamily[] = [];
    for (const text of texts) {
      const set = addressSet(text);
      if (set) {
        for (const interval of set.v4.intervals) v4.push(interval);
        for (const interval of set.v6.intervals) v6.push(interval);
      } else if (KEYWORD.test(text)) {
        // Keywords such as LocalSubnet, DNS or DefaultGateway depend on the network.
        this.opaque.push(`the addresses of ${text}`);
        const [, family] = KEYWORD.exec(text) ?? [];
        families = [...families, ...(family === undefined ? BOTH : [family === '4' ? (4 as const) : (6 as const)])];
      } else {
        this.reportInvalid(name, invalidAddress(text));
        this.opaque.push('an address that cannot be read');
        return IpSet.all;
      }
    }
    const listed = new IpSet(IntervalSet.from(v4), IntervalSet.from(v6));
    return families.reduce((all, family) => all.union(IpSet.all.ofFamily(family)), listed);
  }

  private profiles(): NameSet {
    const texts = this.texts('profile');
    if (!texts) return NameSet.any;
    let named = NameSet.none;
    for (const text of texts) {
      if (/^(?:any|notapplicable)$/i.test(text)) return NameSet.any;
      const name = PROFILES.find((profile) => profile.toLowerCase() === text.toLowerCase());
      if (name) named = named.union(profileSet(name));
      else {
        this.reportInvalid('profile', `invalid profile '${text}': expected Domain, Private, Public or Any`);
        this.opaque.push('a profile that cannot be read');
      }
    }
    return named.isEmpty ? NameSet.any : named;
  }
}

/** "Keywords can be restricted to IPv4 or IPv6 by appending a 4 or 6" (*New-NetFirewallRule*, -RemoteAddress). */
const KEYWORD =
  /^(?:localsubnet|dns|dhcp|wins|defaultgateway|internet|intranet|intranetremoteaccess|playtodevice|captiveportal)([46])?$/i;

const BOTH: readonly AddressFamily[] = [4, 6];

function messages(type: number, code: number): PortSet {
  const hasCode = Number.isInteger(code) && code >= 0 && code <= 255;
  return IntervalSet.of(hasCode ? [type * 256 + code, type * 256 + code] : [type * 256, type * 256 + 255]);
}

/** `address`, `address/length`, `address/mask` or `low-high`. */
function addressSet(text: string): IpSet | undefined {
  const prefix = parsePrefix(text);
  if (prefix) return IpSet.of(prefix);
  const [low = '', high] = text.split('-');
  const [from, to] = [parseAddress(low.trim()), high === undefined ? undefined : parseAddress(high.trim())];
  if (from && to) {
    const set = IpSet.range(from, to);
    return set.isEmpty ? undefined : set;
  }
  const [base = '', maskText = ''] = text.split('/');
  const [address, mask] = [parseAddress(base), parseAddress(maskText)];
  if (address?.family !== 4 || mask?.family !== 4) return undefined;
  const free = ~mask.value >>> 0;
  if ((free & (free + 1)) !== 0) return undefined;
  return IpSet.of({ address, length: 32 - Math.round(Math.log2(free + 1)) });
}
