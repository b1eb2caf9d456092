/** What a parameter of a firewall rule means, in our own words. */
const CMDLETS = 'https://learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule';
const RULES =
  'https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/rules';
const IPSEC = 'https://learn.microsoft.com/powershell/module/netsecurity/new-netipsecrule';

interface WordDocs {
  readonly summary: string;
  readonly url: string;
}

const about = (summary: string, url = CMDLETS): WordDocs => ({ summary, url });

export const DOCS: Readonly<Record<string, WordDocs>> = {
  'new-netfirewallrule': about(
    'Adds a rule to the host’s own firewall. Rules have no order: one that blocks is stronger than any that allow. What no rule matches is blocked on its way in and allowed on its way out.',
    RULES,
  ),
  'set-netfirewallprofile': about(
    'Sets what holds for all connections of network profiles: whether the firewall is on, and what happens to what no rule matches.',
    RULES,
  ),
  'new-netipsecrule': about(
    'Says which connections IPsec authenticates. With None in both directions it exempts them.',
    IPSEC,
  ),
  direction: about('Who begins the connection: Inbound (the default) for others, Outbound for this host.'),
  action: about('Allow (the default) or Block. A block is stronger than any allow, whatever the order.', RULES),
  protocol: about('TCP, UDP, ICMPv4, ICMPv6, a number, or Any. Ports need TCP or UDP.'),
  localport: about('Ports of this host: numbers, ranges and keywords such as RPC.'),
  remoteport: about('Ports of the other side: numbers and ranges.'),
  localaddress: about('Addresses of this host.'),
  remoteaddress: about(
    'Addresses of the other side: addresses, prefixes, ranges, or keywords such as LocalSubnet, which the network decides.',
  ),
  profile: about('The network profiles that the rule counts in: Domain, Private, Public or Any.'),
  program: about('Only connections of this program. Verdicts that need it are undecided.'),
  service: about('Only connections of this service. Verdicts that need it are undecided.'),
  enabled: about('Whether the rule counts.'),
  overrideblockrules: about('Lets authenticated connections pass in spite of rules that block.', RULES),
  inboundsecurity: about('What IPsec asks of incoming connections: None, Request or Require.', IPSEC),
  outboundsecurity: about('What IPsec asks of outgoing connections: None, Request or Require.', IPSEC),
};
