// The known commands, mode by mode: what each is read as, which mode it enters, and what it does to verdicts. The
// parser, the completion and the table of words read these tables; command-table.ts explains how they are written.
import { CommandTable } from './command-table.js';

/** Words that may come between a word such as `access-class` and the name of a list. */
export const LIST_NAME_FILLERS: readonly string[] = [
  'name',
  'ip',
  'ipv4',
  'ipv6',
  'prefix',
  'value',
  'ingress',
  'egress',
];

/** The protocols whose content `class-map type inspect` and `policy-map type inspect` may be about. */
const CONTENT_PROTOCOLS =
  'aol|cce|cuseeme|dns|edonkey|fasttrack|ftp|gnutella|gtpv0|gtpv1|gtpv2|h323|http|icq|imap|kazaa2|msnmsgr|pop3|sip|smtp|sunrpc|winmsgr|ymsgr';

export const TOP_LEVEL = new CommandTable('top level', [
  ['[no] access-list $LIST *', 'IOS ASA', 'modelled', 'line of a list'],
  ['[no] ip|ipv4|ipv6 access-list resequence *', 'IOS XR NX-OS', 'modelled', 'resequence'],
  [
    '[no] ip|ipv4|ipv6 access-list <log-update|logging|persistent|helper|match-local-traffic|cache> *',
    'IOS XR NX-OS',
    'no-effect',
  ],
  ['no ip|ipv4|ipv6 access-list <extended|standard> $LIST', 'IOS', 'modelled', 'removal of a list'],
  ['no ip|ipv4|ipv6 access-list $LIST', 'IOS XR NX-OS', 'modelled', 'removal of a list'],
  // Decides nothing by itself; what applies it is `cts role-based permissions`.
  ['[no] ip|ipv4|ipv6 access-list <role-based> $LIST', 'IOS NX-OS', 'no-effect', 'section', 'section'],
  ['ip|ipv4 access-list <standard> $LIST *', 'IOS', 'modelled', 'list', { list: 'standard' }],
  ['ip|ipv4 access-list <extended> $LIST *', 'IOS', 'modelled', 'list', { list: 'ipv4' }],
  ['ip|ipv4 access-list $LIST *', 'XR NX-OS', 'modelled', 'list', { list: 'ipv4' }],
  ['ipv6 access-list <extended|standard> $LIST *', 'IOS', 'modelled', 'list', { list: 'ipv6' }],
  ['ipv6 access-list $LIST *', 'IOS XR NX-OS', 'modelled', 'list', { list: 'ipv6' }],

  ['object-group network|v6-network <ipv4|ipv6> $GROUP', 'XR', 'modelled', 'group', network('netmask')],
  ['object-group network|v6-network $GROUP', 'IOS ASA', 'modelled', 'group', network('netmask')],
  ['object-group ip|ipv6 address $GROUP', 'NX-OS', 'modelled', 'group', network('wildcard')],
  ['object-group ip|ipv6 port $GROUP', 'NX-OS', 'modelled', 'group', service('wildcard')],
  ['object-group ip|ipv6 $KIND $GROUP', 'NX-OS', 'no-effect', 'group of another kind', other()],
  [
    'object-group service|v6-service|port $GROUP [tcp|udp|tcp-udp]',
    'IOS XR ASA',
    'modelled',
    'group',
    service('netmask'),
  ],
  ['object-group protocol $GROUP', 'ASA', 'modelled', 'group', { group: 'protocol', masks: 'netmask' }],
  ['object-group icmp-type $GROUP', 'ASA', 'modelled', 'group', { group: 'icmp-type', masks: 'netmask' }],
  ['object-group $KIND $GROUP', 'IOS ASA', 'no-effect', 'group of another kind', other()],
  ['object network $OBJECT', 'ASA', 'modelled', 'object', network('netmask')],
  ['object service $OBJECT', 'ASA', 'modelled', 'object', service('netmask')],
  ['object *', 'all', 'no-effect', 'object of another kind', 'section'],
  ['[no] name $ADDRESS $NAME', 'ASA', 'modelled', 'name of an address'],

  ['interface $INTERFACE', 'all', 'modelled', 'interface', 'interface'],
  ['[no] access-group $LIST global|in|out *', 'ASA', 'modelled', 'binding'],
  ['same-security-traffic permit inter-interface|intra-interface', 'ASA', 'modelled', 'same security'],
  ['same-security-traffic inter-interface|intra-interface', 'ASA', 'modelled', 'same security'],
  ['same-security-traffic *', 'ASA', 'no-effect'],
  ['ip|ipv4|ipv6 route $PREFIX *', 'IOS XR NX-OS', 'modelled', 'route'],
  ['route $INTERFACE $PREFIX *', 'ASA', 'modelled', 'route'],
  ['nat $INTERFACES *', 'ASA', 'modelled', 'translation'],
  ['static $INTERFACES *', 'ASA', 'modelled', 'old static translation'],
  ['global $INTERFACE *', 'ASA', 'modelled', 'old pool of translation'],
  ['asa|pix|fwsm version $NUMBER', 'ASA', 'modelled', 'version'],
  // The interfaces of Firewall Threat Defense are all of one security level, and its policy decides between them.
  ['ngfw version $NUMBER', 'FTD', 'modelled', 'threat defense'],
  ['ip nat inside|outside source *', 'IOS', 'modelled', 'source translation'],
  ['ip nat pool $POOL *', 'IOS', 'modelled', 'pool of translation'],
  // The NAT virtual interface, and TCP load distribution.
  ['ip nat <source> *', 'IOS', 'opaque', 'other translation'],
  ['ip nat inside|outside destination *', 'IOS', 'opaque', 'other translation'],
  [
    'ip nat <create|log|name|piggyback-support|portmap|service|settings|sip-sbc|stateful|switchover|translation> *',
    'IOS',
    'no-effect',
    'uses of lists',
  ],
  ['nat64|nat66 *', 'IOS', 'opaque', 'other translation'],
  ['service cgn *', 'XR', 'opaque', 'other translation'],
  // What it drops comes from BGP.
  ['flowspec', 'IOS XR', 'opaque', 'rules of neighbours'],
  // Rules of inspection filter where an interface has them; intrusion prevention drops attacks.
  [
    '[no] ip <admission|audit|auth-proxy|inspect|ips|reflexive-list|urlfilter|wccp> *',
    'IOS',
    'no-effect',
    'uses of lists',
  ],
  ['vrf context $VRF', 'NX-OS', 'modelled', 'routing table', 'section'],
  ['router static', 'XR', 'modelled', 'static routes', 'section'],
  // Connections that come in because of others, and the lists of the PIX.
  ['conduit|established *', 'ASA', 'opaque', 'old permission'],
  // These write comments over the tags in a page, and its connection passes (CLI Configuration Guide, Filtering Services).
  ['[no] filter activex|java *', 'ASA', 'no-effect', 'content of pages'],
  ['outbound|apply|filter *', 'ASA', 'opaque', 'old filter'],
  ['alias|nat-control *', 'ASA', 'opaque', 'old rule of translation'],
  ['aaa authentication|authorization match|include|exclude *', 'ASA', 'opaque', 'login at the firewall'],
  ['[no] service-policy $POLICY global|interface *', 'ASA', 'modelled', 'service policy'],
  ['fixup|sysopt|threat-detection|url-server *', 'ASA', 'no-effect', 'uses of lists'],
  ['no object-group ip|ipv6 address|port $GROUP', 'NX-OS', 'modelled', 'removal of a group'],
  [
    'no object-group|object <ip|network|port|service|protocol|icmp-type|v6-network|v6-service> $GROUP',
    'all',
    'modelled',
    'removal of a group',
  ],
  ['no object-group|object|interface|same-security-traffic *', 'all', 'no-effect'],
  ['clear configure access-list $LIST', 'ASA', 'modelled', 'removal of a list'],
  ['clear configure all', 'ASA', 'modelled', 'removal of a list'],
  ['clear configure access-group|object|object-group *', 'ASA', 'opaque', 'removal of everything'],

  ['[no] zone security $ZONE', 'IOS', 'modelled', 'zone'],
  ['[no] zone-pair security $PAIR *', 'IOS', 'modelled', 'zone pair'],
  ['[no] zone-pair *', 'IOS', 'opaque', 'unknown zone pair'],
  [`[no] class-map type inspect <${CONTENT_PROTOCOLS}> $CLASS *`, 'IOS', 'no-effect', 'section', 'section'],
  ['[no] class-map type inspect [match-any|match-all] $CLASS', 'IOS', 'modelled', 'traffic class'],
  [`[no] policy-map type inspect <${CONTENT_PROTOCOLS}> $POLICY`, 'IOS', 'no-effect', 'section', 'section'],
  ['[no] policy-map type inspect $POLICY', 'IOS', 'modelled', 'policy'],
  ['[no] class-map type <qos> [match-any|match-all] $CLASS', 'IOS XR NX-OS', 'modelled', 'class of traffic'],
  ['[no] policy-map type <qos> $POLICY', 'IOS XR NX-OS', 'modelled', 'policy of traffic'],
  ['[no] class-map|policy-map type *', 'all', 'no-effect', 'section', 'section'],
  ['[no] class-map [match-any|match-all] $CLASS', 'all', 'modelled', 'class of traffic'],
  ['[no] policy-map $POLICY', 'all', 'modelled', 'policy of traffic'],
  ['[no] ip port-map $APPLICATION port *', 'IOS', 'modelled', 'port map'],
  ['[no] cts role-based permissions|enforcement *', 'IOS NX-OS', 'opaque', 'policy of security groups'],
  ['vlan access-map *', 'IOS NX-OS', 'opaque', 'filter of a VLAN'],
  ['vlan filter *', 'IOS NX-OS', 'opaque', 'use of a filter of a VLAN'],

  ['[no] banner $KIND *', 'all', 'no-effect', 'banner', 'banner text'],
  ['[no] mac|arp|router|route-map|parameter-map|crypto|line|end|exit *', 'all', 'no-effect', 'section', 'section'],
]);

/** What follows the name in `access-list NAME`. */
export const ACCESS_LIST_TYPES = new CommandTable('after the name of an access-list', [
  ['extended *', 'ASA', 'modelled', 'extended'],
  ['standard|webtype|ethertype *', 'ASA', 'no-effect', 'no packet filter'],
  // Firewall Threat Defense: what such an entry permits, its inspection may still deny.
  ['advanced *', 'FTD', 'opaque', 'advanced'],
]);

/** What stands in place of the name in lines that belong to no list: limits and logging of all of them, lists of another kind. */
export const ACCESS_LIST_SETTINGS = new CommandTable('after access-list', [
  [
    'alert-interval|cached|commit|compiled|deny-flow-max|dynamic-extended|hardware|log-update|mode *',
    'all',
    'no-effect',
  ],
  ['rate-limit *', 'IOS', 'no-effect'],
]);

/** An entry may begin with its number. */
export const ACCESS_LIST = new CommandTable('access list', [
  ['permit|deny *', 'all', 'modelled', 'entry'],
  // Lock-and-key (*Cisco IOS Security Command Reference*, `access-list dynamic`): the entry holds for those who have logged in.
  ['dynamic *', 'IOS', 'opaque', 'dynamic'],
  ['remark *', 'all', 'no-effect', 'remark'],
  ['evaluate $SESSIONS', 'IOS', 'modelled', 'evaluate'],
  ['statistics|counters|fragments|ignore|hardware|description *', 'XR NX-OS', 'no-effect'],
  ['exit', 'all', 'no-effect', 'end', 'section'],
  ['no permit|deny|remark|evaluate *', 'all', 'modelled', 'removal'],
  ['no *', 'all', 'no-effect'],
]);

export const INTERFACE = new CommandTable('interface', [
  ['nameif $NAME', 'ASA', 'modelled', 'nameif'],
  ['security-level $LEVEL', 'ASA', 'modelled', 'security-level'],
  ['shutdown', 'all', 'modelled', 'shutdown'],
  ['[no] zone-member security $ZONE', 'IOS', 'modelled', 'security zone'],
  ['zone-member $ZONE', 'IOS', 'opaque', 'zone-member'],
  ['no shutdown', 'all', 'modelled', 'no shutdown'],
  ['management-only *', 'ASA', 'modelled', 'management'],
  ['ip vrf forwarding $VRF', 'IOS', 'modelled', 'vrf'],
  ['vrf [forwarding|member] $VRF', 'IOS XR NX-OS', 'modelled', 'vrf'],
  ['[no] ip|ipv4|ipv6 [port] access-group|traffic-filter common $LIST *', 'XR', 'opaque', 'common lists'],
  [
    '[no] ip|ipv4|ipv6 [port] access-group|traffic-filter $LIST in|out|ingress|egress',
    'IOS XR NX-OS',
    'modelled',
    'binding',
  ],
  ['[no] ip|ipv4|ipv6 port *', 'NX-OS', 'no-effect'],
  ['ip|ipv4|ipv6 address $ADDRESS *', 'all', 'modelled', 'address'],
  ['ip|ipv6 unnumbered $INTERFACE', 'IOS XR NX-OS', 'modelled', 'address'],
  ['ip nat <enable>', 'IOS', 'no-effect'],
  ['ip|ipv4|ipv6 nat $SIDE', 'IOS', 'modelled', 'nat'],
  ['ip|ipv4|ipv6 inspect $RULES *', 'IOS', 'opaque', 'inspect'],

  // What logins permit, what a list of categories blocks, and what leads packets past the routes.
  ['ip <admission|auth-proxy> $NAME', 'IOS', 'opaque', 'filter'],
  ['ip|ipv6 wccp $SERVICE redirect|group-listen *', 'IOS NX-OS', 'opaque', 'filter'],
  ['ip|ipv4|ipv6 policy route-map $MAP', 'IOS NX-OS', 'opaque', 'filter of what comes in'],
  ['service-policy type <access-control|inspect|pbr|urlfilter> *', 'IOS XR NX-OS', 'opaque', 'filter'],
  ['content-scan|utd *', 'IOS', 'opaque', 'filter'],
  // Lists of Ethernet addresses then filter IP packets as well.
  ['[no] mac packet-classify', 'NX-OS', 'opaque', 'filter'],
  // A check of sources, addresses that a port has learnt and intrusion prevention are taken to let documented traffic pass.
  ['ip|ipv4|ipv6 <verify|audit|ips|virtual-reassembly|dhcp|arp> *', 'all', 'no-effect', 'uses of lists'],
  ['[no] service-policy [type] [qos] input|output $POLICY', 'IOS XR NX-OS', 'modelled', 'policy of traffic'],
  ['service-policy *', 'IOS XR NX-OS', 'no-effect'],
  // These words begin sections elsewhere.
  ['[no] arp <timeout|probe|log|inspection|gratuitous|learning|purge-delay|arpa|snap> *', 'all', 'no-effect'],
  ['[no] mac <access-group|address|port> *', 'IOS NX-OS ASA', 'no-effect', 'uses of lists'],
  ['[no] crypto <map|ipsec> $NAME *', 'IOS ASA', 'no-effect', 'encryption'],
]);

/** What makes a packet one of a class. */
export const CLASS_MAP = new CommandTable('class map', [
  ['[no] match access-group [name] $LIST', 'IOS', 'modelled', 'list'],
  ['[no] match class-map $CLASS', 'IOS', 'modelled', 'class'],
  ['[no] match protocol $PROTOCOL *', 'IOS', 'modelled', 'protocol'],
  ['[no] match *', 'IOS', 'opaque', 'unknown'],
  ['[no] description *', 'IOS', 'no-effect', 'nothing'],
  ['exit', 'IOS', 'no-effect', 'end'],
]);

export const POLICY_MAP = new CommandTable('policy map', [
  ['[no] class type inspect $CLASS', 'IOS', 'modelled', 'class'],
  ['class class-default', 'IOS', 'modelled', 'default class'],
  ['[no] description *', 'IOS', 'no-effect', 'nothing'],
  ['exit', 'IOS', 'no-effect', 'end'],
]);

/** What a policy map does with a class. Logging, limits of rate and the parameters of inspection decide no single packet. */
export const POLICY_CLASS = new CommandTable('class of a policy map', [
  ['[no] inspect *', 'IOS', 'modelled', 'inspect'],
  ['[no] pass *', 'IOS', 'modelled', 'pass'],
  ['[no] drop *', 'IOS', 'modelled', 'drop'],
  ['[no] service-policy|urlfilter|content-scan *', 'IOS', 'opaque', 'deep'],
  ['[no] police|exceed-action|conform-action *', 'IOS', 'no-effect', 'nothing'],
]);

/**
 * What makes a packet one of a class of the quality of service. Marks may have been set on the way, and NBAR recognises
 * applications by their content.
 */
export const QOS_CLASS_MAP = new CommandTable('class map of traffic', [
  ['[no] match [not] access-group|access-list [name|ipv4|ipv6] $LIST', 'all', 'modelled', 'list'],
  ['[no] match [not] class-map $CLASS', 'IOS XR NX-OS', 'modelled', 'class'],
  ['[no] match [not] input-interface $INTERFACE', 'IOS', 'modelled', 'interface'],
  ['[no] match [not] any', 'all', 'modelled', 'any'],
  ['[no] match [not] protocol ip', 'IOS', 'modelled', 'IPv4'],
  ['[no] match [not] protocol ipv6', 'IOS', 'modelled', 'IPv6'],
  ['[no] match *', 'all', 'opaque', 'unknown'],
  ['description|exit *', 'all', 'no-effect', 'nothing'],
]);

/** Queues, marks and rates decide no single packet; `drop` does, and a limit of rate that drops what keeps to it. */
export const QOS_POLICY_MAP = new CommandTable('policy map of traffic', [
  ['[no] class [type] [qos] $CLASS', 'all', 'modelled', 'class'],
  ['[no] drop', 'IOS XR', 'modelled', 'drop'],
  ['[no] police *', 'all', 'modelled', 'police'],
  [
    '[no] conform-action|exceed-action|violate-action|conform|exceed|violate $ACTION',
    'IOS XR NX-OS',
    'modelled',
    'action',
  ],
  ['[no] service-policy $POLICY', 'IOS XR NX-OS', 'modelled', 'child'],
  ['description|exit *', 'all', 'no-effect', 'nothing'],
]);

export const ZONE_PAIR = new CommandTable('zone pair', [
  ['[no] service-policy type inspect $POLICY', 'IOS', 'modelled', 'policy'],
  ['[no] description *', 'IOS', 'no-effect', 'nothing'],
  ['exit', 'IOS', 'no-effect', 'end'],
]);

/** SD-WAN assigns whole VPNs to a zone. */
export const ZONE = new CommandTable('zone', [
  ['[no] vpn *', 'IOS', 'opaque', 'members'],
  ['[no] description|protection *', 'IOS', 'no-effect', 'nothing'],
  ['exit', 'IOS', 'no-effect', 'end'],
]);

/** `$NETWORK`: `any`, `host ADDRESS`, `range ADDRESS ADDRESS`, an address with a mask or length, or a name. */
export const NETWORK_GROUP = new CommandTable('network group', [
  ['description *', 'all', 'no-effect', 'nothing'],
  // Read before the members.
  ['nat $INTERFACES *', 'ASA', 'modelled', 'nothing'],
  ['group-object $GROUP', 'IOS ASA', 'modelled', 'group'],
  ['fqdn [v4|v6] $HOST', 'ASA', 'opaque', 'host name'],
  ['network-object object $OBJECT', 'ASA', 'modelled', 'object'],
  ['network-object|subnet $NETWORK', 'ASA', 'modelled', 'network'],
  ['$NETWORK', 'IOS XR NX-OS', 'modelled', 'network alone'],
]);

/** `$PORTS`: a comparison of ports. `$SERVICE`: a protocol with ports or an ICMP message. */
export const SERVICE_GROUP = new CommandTable('service group', [
  ['description *', 'all', 'no-effect', 'nothing'],
  ['group-object $GROUP', 'IOS ASA', 'modelled', 'group'],
  ['port-object $PORTS', 'ASA', 'modelled', 'ports'],
  ['service|service-object object $OBJECT', 'ASA', 'modelled', 'object'],
  ['service|service-object $SERVICE', 'ASA', 'modelled', 'service'],
  ['$PORTS|$SERVICE', 'IOS XR NX-OS', 'modelled', 'ports or service alone'],
]);

export const PROTOCOL_GROUP = new CommandTable('protocol group', [
  ['description *', 'all', 'no-effect', 'nothing'],
  ['group-object $GROUP', 'ASA', 'modelled', 'group'],
  ['protocol-object $PROTOCOL', 'ASA', 'modelled', 'protocol'],
]);

export const ICMP_GROUP = new CommandTable('ICMP group', [
  ['description *', 'all', 'no-effect', 'nothing'],
  ['group-object $GROUP', 'ASA', 'modelled', 'group'],
  ['icmp-object $MESSAGE', 'ASA', 'modelled', 'ICMP message'],
]);

/** A source or destination of an entry. The identity firewall and TrustSec name people first. */
export const ENTRY_ADDRESSES = new CommandTable('address of an entry', [
  ['any', 'all', 'modelled', 'any'],
  ['any4', 'ASA', 'modelled', 'any IPv4'],
  ['any6', 'ASA', 'modelled', 'any IPv6'],
  ['host $ADDRESS', 'all', 'modelled', 'host'],
  ['object-group|object|addrgroup|net-group|port-group|portgroup $NAME', 'all', 'modelled', 'name'],
  ['interface $INTERFACE', 'ASA', 'modelled', 'interface'],
  ['fqdn-group $GROUP', 'IOS', 'opaque', 'host names'],
  // As `show access-list` writes an object with a host name.
  ['fqdn $NAME', 'ASA', 'opaque', 'host name'],
  ['user|user-group|object-group-user|object-group-security $NAME', 'ASA', 'opaque', 'identity'],
  ['security-group $KIND $NAME', 'ASA', 'opaque', 'identity'],
]);

/** The ports of an entry. */
export const PORT_COMPARISONS = new CommandTable('ports', [
  ['eq|neq $PORT *', 'all', 'modelled', 'list'],
  ['lt|gt $PORT', 'all', 'modelled', 'bound'],
  ['range $PORT $PORT', 'all', 'modelled', 'range'],
]);

/** The options after the addresses and ports of an entry. */
export const ENTRY_OPTIONS = new CommandTable('option of an entry', [
  ['established', 'IOS XR NX-OS', 'modelled', 'established'],
  ['ack|fin|psh|rst|syn|urg', 'IOS XR NX-OS', 'modelled', 'TCP flag'],
  ['match-any|match-all', 'IOS XR', 'modelled', 'flags together'],
  ['fragments|fragment|is-fragment|first-fragment|last-fragment', 'IOS XR NX-OS', 'modelled', 'never'],
  ['inactive|(inactive)', 'ASA', 'modelled', 'never'],
  ['reflect $SESSIONS [timeout] *', 'IOS', 'modelled', 'reflect'],
  ['sequence $NUMBER', 'IOS', 'modelled', 'sequence'],

  ['auth|dest-option|hbh|mobility|routing|tracked|undetermined-transport', 'IOS XR', 'opaque', 'condition'],
  ['dest-option-type|flow-label|mobility-type|routing-type $VALUE', 'IOS', 'opaque', 'condition'],
  ['dont-fragment', 'XR', 'opaque', 'condition'],
  ['fragment-type $VALUE', 'XR', 'opaque', 'condition'],
  ['dscp|precedence|tos|option|qos-group|vlan $VALUE', 'IOS XR NX-OS', 'opaque', 'condition'],
  ['http-method|tcp-flags-mask $VALUE', 'NX-OS', 'opaque', 'condition'],
  ['time-range $NAME', 'IOS NX-OS ASA', 'opaque', 'condition'],
  ['tcp-option-length $LOW $HIGH', 'NX-OS', 'opaque', 'condition'],
  ['udf $NAME $VALUE $MASK', 'NX-OS', 'opaque', 'condition'],
  ['ttl|packet-length|hop-limit|fragment-offset $COMPARISON', 'IOS XR NX-OS', 'opaque', 'comparison'],

  ['log *', 'all', 'no-effect', 'log'],
  ['log-input|capture|disable|icmp-off|icmp-on', 'IOS XR NX-OS ASA', 'no-effect', 'nothing'],
  ['counter|interval|priority|redirect|session $VALUE', 'XR NX-OS ASA', 'no-effect', 'nothing'],
  // What `show access-list` adds to the entries that it shows.
  ['(hitcnt=n)|0xhash|(resolved)|(unresolved)', 'ASA', 'no-effect', 'nothing'],
  // Selects a path for permitted packets (*IOS XR*, "ACL-Based Forwarding").
  ['nexthop|nexthop1|set|default|police *', 'XR', 'no-effect', 'end'],
]);

/** Commands of any other purpose that name access lists: NAT, route maps, logins. */
export const LIST_USES = new CommandTable('any other line', [
  [
    `access-class|access-group|access-list|acl|distribute-list|filter-list|group-list|java-list|list|redirect-list|traffic-filter|value|vpn-filter [${LIST_NAME_FILLERS.join('|')}] $LIST`,
    'all',
    'no-effect',
    'one list',
  ],
  [`address [${LIST_NAME_FILLERS.join('|')}] $LIST *`, 'all', 'no-effect', 'several lists'],
]);

/** Such commands that name a list without a word of its own for it. */
export const LIST_COMMANDS = new CommandTable('any other line', [
  ['snmp-server community|group|tftp-server-list *', 'IOS XR NX-OS', 'no-effect', 'last word'],
  ['ntp access-group *', 'IOS XR NX-OS', 'no-effect', 'last word'],
  ['ip verify|pim|multicast|msdp *', 'IOS NX-OS', 'no-effect', 'last word'],
  ['aaa authentication|authorization|accounting match $LIST *', 'ASA', 'no-effect', 'next word'],
]);

function network(masks: 'netmask' | 'wildcard') {
  return { group: 'network', masks } as const;
}

function service(masks: 'netmask' | 'wildcard') {
  return { group: 'service', masks } as const;
}

function other() {
  return { group: 'other', masks: 'netmask' } as const;
}
