// Configuration files that a careful engineer writes for one requirement, in several languages. They are made from the
// requirement alone, with nothing of the code that decides about it.
import type { Requirement } from '../../../server/src/catalog/requirement.js';

/** What the rules of a file permit: what the document lists, all but the last of its ports, nothing, or everything. */
export type Written = 'exact' | 'one port short' | 'closed' | 'open';

/** The ends of a flow in one address family, as addresses with prefix lengths; empty where every address is meant. */
export interface Ends {
  readonly family: 4 | 6;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

type Flow = Requirement['flow'];

/** The protocols of the rules; none where a document means every protocol, and nothing is left out. */
function protocolsOf({ protocol, ports }: Flow, written: Written): readonly (string | undefined)[] {
  if (protocol !== 'any') return [protocol];
  return ports === undefined && written !== 'one port short' ? [undefined] : ['tcp', 'udp'];
}

/** The ports of a rule, as ranges with a hyphen; `undefined` where the rule would have none left. */
export function portsOf(ports: string | undefined, written: Written): readonly string[] | undefined {
  const all = (ports ?? '0-65535').split(',');
  if (written !== 'one port short') return all;
  const [low = '', high = low] = all.at(-1)?.split('-') ?? [];
  const last = Number(high) - 1;
  const rest = last < Number(low) ? [] : [last === Number(low) ? low : `${low}-${last}`];
  const short = [...all.slice(0, -1), ...rest];
  return short.length === 0 ? undefined : short;
}

const set = (values: readonly string[]) => `{ ${values.join(', ')} }`;

/** A gateway of nftables, with the rule in the chain for what passes. */
export function nftFile({ flow }: Requirement, ends: readonly Ends[], written: Written): string {
  const ports = portsOf(flow.ports, written);
  const rules = ends.flatMap(({ family, from, to }) =>
    protocolsOf(flow, written).map((protocol) => {
      const name = family === 4 ? 'ip' : 'ip6';
      return [
        `meta nfproto ipv${family}`,
        from.length > 0 ? `${name} saddr ${set(from)}` : '',
        to.length > 0 ? `${name} daddr ${set(to)}` : '',
        protocol && flow.sourcePorts ? `${protocol} sport ${set(flow.sourcePorts.split(','))}` : '',
        protocol ? `${protocol} dport ${set(ports ?? [])}` : '',
        'accept',
      ].join(' ');
    }),
  );
  const body = written === 'closed' || !ports ? [] : rules;
  return `table inet edge {
  chain passing {
    type filter hook forward priority 0; policy ${written === 'open' ? 'accept' : 'drop'};
    ct state established accept
    ${body.join('\n    ')}
  }
}
`;
}

const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(',');

/** The firewall of the Windows host at one end; at both, where the document is about computers of one role. */
export function windowsFile({ flow }: Requirement, ends: readonly Ends[], written: Written): string {
  const action = written === 'open' ? 'Allow' : 'Block';
  const ports = portsOf(flow.ports, written);
  const isBoth = flow.from.role !== undefined && flow.from.role === flow.to.role;
  const directions = isBoth ? ['Inbound', 'Outbound'] : [flow.direction === 'inbound' ? 'Inbound' : 'Outbound'];
  const rules = directions.flatMap((direction) => {
    const inbound = direction === 'Inbound';
    const [own, peer] = inbound ? ['Local', 'Remote'] : ['Remote', 'Local'];
    const remote = ends.flatMap(({ from, to }) => (inbound ? from : to));
    return protocolsOf(flow, written).map((protocol) =>
      [
        `New-NetFirewallRule -DisplayName 'Documented' -Direction ${direction} -Action Allow`,
        `-Profile Any -Protocol ${protocol?.toUpperCase() ?? 'Any'}`,
        protocol && ports ? `-${own}Port ${quoted(ports)}` : '',
        protocol && flow.sourcePorts ? `-${peer}Port ${quoted(flow.sourcePorts.split(','))}` : '',
        remote.length > 0 ? `-RemoteAddress ${quoted(remote)}` : '',
      ].join(' '),
    );
  });
  return [
    // Those that Windows is installed with.
    'Remove-NetFirewallRule -All',
    `Set-NetFirewallProfile -All -Enabled True -DefaultInboundAction ${action} -DefaultOutboundAction ${action}`,
    ...(written === 'closed' || !ports ? [] : rules),
    '',
  ].join('\n');
}

/** An address as IOS writes it: with a wildcard for what may differ. */
function iosAddress(prefix: string): string {
  const [address = '', length = '32'] = prefix.split('/');
  if (length === '32') return `host ${address}`;
  const wildcard = 2 ** (32 - Number(length)) - 1;
  return `${address} ${[24, 16, 8, 0].map((shift) => Math.floor(wildcard / 2 ** shift) % 256).join('.')}`;
}

function iosPorts(range: string): string {
  if (range === '0-65535') return '';
  const [low = '', high] = range.split('-');
  return high === undefined ? `eq ${low}` : `range ${low} ${high}`;
}

/** One end of a router: the network of a role, or the Internet. */
function iosInterface(number: number, network: string | undefined, list: string): string {
  const address = network?.startsWith('10.')
    ? `${network.replace(/0\/16$/, '1')} 255.255.0.0`
    : '203.0.113.2 255.255.255.0';
  return `interface GigabitEthernet0/${number}\n ip address ${address}\n${list}!\n`;
}

/** A Cisco router with an access list for what comes in from the one who connects; it knows IPv4 only. */
export function ciscoFile({ flow }: Requirement, ends: readonly Ends[], written: Written): string {
  const ports = portsOf(flow.ports, written) ?? [];
  const { from = [], to = [] } = ends.find(({ family }) => family === 4) ?? {};
  const each = (addresses: readonly string[]) => (addresses.length > 0 ? addresses.map(iosAddress) : ['any']);
  const rules = protocolsOf(flow, written).flatMap((protocol) =>
    each(from).flatMap((source) =>
      (flow.sourcePorts?.split(',') ?? ['0-65535']).flatMap((own) =>
        each(to).flatMap((destination) =>
          ports.map((port) =>
            ` permit ${protocol ?? 'ip'} ${source} ${iosPorts(own)} ${destination} ${iosPorts(port)}`.replace(
              / +/g,
              ' ',
            ),
          ),
        ),
      ),
    ),
  );
  const body = { exact: rules, 'one port short': rules, closed: [], open: [' permit ip any any'] }[written];
  return [
    iosInterface(0, from[0], ' ip access-group DOCUMENTED in\n'),
    iosInterface(1, to[0], ''),
    `ip access-list extended DOCUMENTED\n${body.length > 0 ? body.join('\n') : ' deny ip any any'}\n`,
    'ip route 0.0.0.0 0.0.0.0 203.0.113.1\n',
  ].join('');
}

/** A host pattern of a document as a regular expression. */
function regexOf(pattern: string): string {
  const whole = pattern.startsWith('*.') ? ['(^|.+\\.)', pattern.slice(2)] : ['^', pattern];
  return `${whole[0]}${whole[1]?.replace(/[.]/g, '\\.').replace(/[*]/g, '.+')}$`;
}

/** Who may ask squid for what: a login is asked for what no rule lets pass without one. */
function squidAccess(kind: Requirement['kind'], written: Written, documented: boolean): readonly string[] {
  const served = documented ? ['http_access allow documented ports'] : [];
  const everything = written === 'open' ? ['http_access allow all'] : [];
  if (kind === 'no-decrypt') return ['http_access allow all'];
  if (kind === 'reach') return [...served, ...everything, 'http_access deny all'];
  return [
    'auth_param basic program /usr/lib/squid/basic_ncsa_auth /etc/squid/passwd',
    'acl known proxy_auth REQUIRED',
    ...served,
    ...everything,
    'http_access allow known',
    'http_access deny all',
  ];
}

/** A squid server, which opens all TLS that no rule exempts where the requirement is about that. */
export function squidFile({ kind, flow }: Requirement, written: Written): string {
  const ports = portsOf(flow.ports, written);
  const documented = written !== 'closed' && ports !== undefined;
  const names = documented ? (flow.to.hosts ?? []).map(regexOf) : [];
  const acls = [
    ...names.map((name) => `acl documented dstdom_regex -i ${name}`),
    ...(documented ? [`acl ports port ${ports.join(' ')}`] : []),
  ];
  const access = squidAccess(kind, written, documented);
  if (kind !== 'no-decrypt') return ['http_port 3128', ...acls, ...access, ''].join('\n');
  return [
    'http_port 3128 ssl-bump cert=/etc/squid/ca.pem',
    ...names.map((name) => `acl served ssl::server_name_regex -i ${name}`),
    ...access,
    'acl step1 at_step SslBump1',
    'ssl_bump peek step1',
    ...(documented ? ['ssl_bump splice served'] : []),
    ...(written === 'open' ? ['ssl_bump splice all'] : []),
    'ssl_bump bump all',
    '',
  ].join('\n');
}

/** A PAC file that sends everything to a proxy but what the document lists. */
export function pacFile({ flow }: Requirement, written: Written): string {
  const tests = (flow.to.hosts ?? []).map((host) => `/${regexOf(host)}/.test(host)`);
  const rule = written === 'closed' ? [] : [`  if (${tests.join(' ||\n      ')}) return "DIRECT";`];
  return [
    'function FindProxyForURL(url, host) {',
    ...(written === 'open' ? ['  return "DIRECT";'] : [...rule, '  return "PROXY proxy.example.com:8080";']),
    '}',
    '',
  ].join('\n');
}
