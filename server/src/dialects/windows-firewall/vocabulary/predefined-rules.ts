// The rules that Windows is installed with and that are enabled: no script has to contain them.

/** A rule as `Get-NetFirewallRule` shows it on a computer that nobody has configured. */
export interface PredefinedRule {
  readonly name: string;
  readonly displayName: string;
  readonly group: string;
  readonly direction: 'Inbound' | 'Outbound';
  readonly protocol: string;
  readonly localPort?: string;
  readonly remotePort?: string;
  readonly icmpType?: string;
  readonly profile?: string;
}

/** A group with its name on English systems, and the resource that stands for it in all languages. */
interface Group {
  readonly title: string;
  readonly group: string;
}

const CORE_NETWORKING: Group = { title: 'Core Networking', group: '@FirewallAPI.dll,-25000' };
const DELIVERY_OPTIMIZATION: Group = {
  title: 'Delivery Optimization',
  group: '@%systemroot%\\system32\\dosvc.dll,-100',
};
const MDNS: Group = { title: 'mDNS', group: '@%SystemRoot%\\system32\\firewallapi.dll,-37302' };

/** The titles of the groups by their resources. */
export const PREDEFINED_GROUPS: ReadonlyMap<string, string> = new Map(
  [CORE_NETWORKING, DELIVERY_OPTIMIZATION, MDNS].map(({ title, group }) => [group, title]),
);

/** The messages of ICMPv6 that have a rule for each direction: what Windows calls them, the end of the rule's name, the type. */
const ICMPV6: readonly (readonly [title: string, name: string, type: string])[] = [
  ['Packet Too Big', 'PTB', '2'],
  ['Time Exceeded', 'TE', '3'],
  ['Parameter Problem', 'PP', '4'],
  ['Multicast Listener Query', 'LQ', '130'],
  ['Multicast Listener Report', 'LR', '131'],
  ['Multicast Listener Done', 'LD', '132'],
  ['Router Solicitation', 'RS', '133'],
  ['Router Advertisement', 'RA', '134'],
  ['Neighbor Discovery Solicitation', 'NDS', '135'],
  ['Neighbor Discovery Advertisement', 'NDA', '136'],
  ['Multicast Listener Report v2', 'LR2', '143'],
];

type Traffic = Pick<PredefinedRule, 'protocol' | 'localPort' | 'remotePort' | 'icmpType' | 'profile'>;

function both({ group }: Group, name: string, title: string, traffic: Traffic): PredefinedRule[] {
  return [
    inbound(group, `${name}-In`, `${title}-In)`, traffic),
    outbound(group, `${name}-Out`, `${title}-Out)`, traffic),
  ];
}

function inbound(group: string, name: string, displayName: string, traffic: Traffic): PredefinedRule {
  return { name, displayName, group, direction: 'Inbound', ...traffic };
}

function outbound(group: string, name: string, displayName: string, traffic: Traffic): PredefinedRule {
  return { name, displayName, group, direction: 'Outbound', ...traffic };
}

const CORE = CORE_NETWORKING.group;

/**
 * Each is for one program or service of Windows (*Ports and Protocols for AWS Windows AMIs* lists them with their ports). Those
 * that name no port are not here: "Group Policy (LSASS-Out)", "Group Policy (TCP-Out)", Teredo and IPHTTPS let pass what one
 * service of Windows sends, whatever it is, and would leave nothing decided for all others.
 */
export const PREDEFINED_RULES: readonly PredefinedRule[] = [
  ...both(CORE_NETWORKING, 'CoreNet-DHCP', 'Core Networking - Dynamic Host Configuration Protocol (DHCP', {
    protocol: 'UDP',
    localPort: '68',
    remotePort: '67',
  }),
  ...both(CORE_NETWORKING, 'CoreNet-DHCPV6', 'Core Networking - Dynamic Host Configuration Protocol for IPv6(DHCPV6', {
    protocol: 'UDP',
    localPort: '546',
    remotePort: '547',
  }),
  outbound(CORE, 'CoreNet-DNS-Out-UDP', 'Core Networking - DNS (UDP-Out)', { protocol: 'UDP', remotePort: '53' }),
  outbound(CORE, 'CoreNet-GP-NP-Out-TCP', 'Core Networking - Group Policy (NP-Out)', {
    protocol: 'TCP',
    remotePort: '445',
    profile: 'Domain',
  }),
  inbound(
    CORE,
    'CoreNet-ICMP4-DUFRAG-In',
    'Core Networking - Destination Unreachable Fragmentation Needed (ICMPv4-In)',
    { protocol: 'ICMPv4', icmpType: '3:4' },
  ),
  inbound(CORE, 'CoreNet-ICMP6-DU-In', 'Core Networking - Destination Unreachable (ICMPv6-In)', {
    protocol: 'ICMPv6',
    icmpType: '1',
  }),
  ...ICMPV6.flatMap(([title, name, icmpType]) =>
    both(CORE_NETWORKING, `CoreNet-ICMP6-${name}`, `Core Networking - ${title} (ICMPv6`, {
      protocol: 'ICMPv6',
      icmpType,
    }),
  ),
  ...both(CORE_NETWORKING, 'CoreNet-IGMP', 'Core Networking - Internet Group Management Protocol (IGMP', {
    protocol: '2',
  }),
  ...both(CORE_NETWORKING, 'CoreNet-IPv6', 'Core Networking - IPv6 (IPv6', { protocol: '41' }),
  inbound(DELIVERY_OPTIMIZATION.group, 'DeliveryOptimization-TCP-In', 'Delivery Optimization (TCP-In)', {
    protocol: 'TCP',
    localPort: '7680',
  }),
  inbound(DELIVERY_OPTIMIZATION.group, 'DeliveryOptimization-UDP-In', 'Delivery Optimization (UDP-In)', {
    protocol: 'UDP',
    localPort: '7680',
  }),
  inbound(MDNS.group, 'MDNS-In-UDP', 'mDNS (UDP-In)', { protocol: 'UDP', localPort: '5353' }),
  outbound(MDNS.group, 'MDNS-Out-UDP', 'mDNS (UDP-Out)', { protocol: 'UDP', remotePort: '5353' }),
];
