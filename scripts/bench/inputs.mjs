// The generated files that the benchmark reads. No randomness: every run measures the same.
// @ts-check

/**
 * A squid.conf as large sites grow them: lists of domains and networks in many acls, rules that combine them, TLS
 * interception and comments.
 * @param {number} lines
 * @param {string} certificate path of the signing certificate and its key, which squid reads even to parse
 */
export function squidConf(lines, certificate = '/etc/squid/ca.pem') {
  const head = [
    `http_port 3128 ssl-bump cert=${certificate} generate-host-certificates=on`,
    'acl localnet src 10.0.0.0/8',
    'acl localnet src 172.16.0.0/12',
    'acl localnet src 192.168.0.0/16',
    'acl SSL_ports port 443',
    'acl Safe_ports port 80',
    'acl Safe_ports port 443',
    'http_access deny !Safe_ports',
    'http_access deny CONNECT !SSL_ports',
  ];
  const tail = [
    'acl no_inspection ssl::server_name .bank.example .health.example',
    'acl step1 at_step SslBump1',
    'ssl_bump peek step1',
    'ssl_bump splice no_inspection',
    'ssl_bump bump all',
    'http_access allow localnet',
    'http_access deny all',
  ];
  const body = [];
  for (let group = 0; body.length < lines - head.length - tail.length; group++) {
    body.push(`# Department ${group}: asked for in ticket ${10_000 + group}`);
    for (let i = 0; i < 12; i++) body.push(`acl sites_${group} dstdomain .host${i}.department${group}.example`);
    body.push(`acl desks_${group} src 10.${group % 200}.${group % 250}.0/24`);
    body.push(`acl urls_${group} dstdomain www${group}.shop.example`);
    body.push(`http_access allow desks_${group} sites_${group}`);
    body.push(`http_access deny desks_${group} urls_${group}`);
    body.push('');
  }
  return `${[...head, ...body.slice(0, lines - head.length - tail.length), ...tail].join('\n')}\n`;
}

/**
 * A PAC file with one condition per line, in the forms that real ones use.
 * @param {number} conditions
 */
export function pacFile(conditions) {
  const tests = [
    (/** @type {number} */ i) => `dnsDomainIs(host, ".host${i}.corp.example")`,
    (/** @type {number} */ i) => `shExpMatch(host, "*.site${i}.example")`,
    (/** @type {number} */ i) => `host == "www${i}.example.net"`,
    (/** @type {number} */ i) => `localHostOrDomainIs(host, "app${i}.corp.example")`,
    (/** @type {number} */ i) => `shExpMatch(url, "http://files${i}.example/*")`,
  ];
  const lines = [];
  for (let i = 0; i < conditions; i++) {
    const test = tests[i % tests.length];
    lines.push(`  if (${test?.(i)}) return "${i % 3 === 0 ? 'DIRECT' : `PROXY proxy${i % 7}.example.com:8080`}";`);
  }
  return `function FindProxyForURL(url, host) {\n${lines.join('\n')}\n  return "PROXY proxy.example.com:8080";\n}\n`;
}

/** A PAC file around the statements of its function, and what comes before it. */
const pacProgram = (/** @type {readonly string[]} */ statements, before = '') =>
  `${before}function FindProxyForURL(url, host) {\n${statements.map((line) => `  ${line}\n`).join('')}  return "PROXY proxy.example.com:8080";\n}\n`;

const WORDS = [
  'alpha',
  'bravo',
  'charlie',
  'delta',
  'echo',
  'foxtrot',
  'golf',
  'hotel',
  'india',
  'juliett',
  'kilo',
  'lima',
];

/** A PAC file of twelve patterns that may match anywhere in a name. */
export const pacWords = () => pacProgram(WORDS.map((word) => `if (shExpMatch(host, "*${word}*")) return "DIRECT";`));

/**
 * A PAC file that compares the address of the host with networks.
 * @param {number} nets
 */
export function pacNets(nets) {
  const list = Array.from({ length: nets }, (_, i) => `isInNet(ip, "10.${i}.${(i * 8) & 255}.0", "255.255.248.0")`);
  return pacProgram(['var ip = dnsResolve(host);', `if (${list.join(' ||\n      ')}) return "DIRECT";`]);
}

/**
 * A PAC file that looks the host up in a list, suffix by suffix.
 * @param {number} hosts
 */
export function pacList(hosts) {
  const list = Array.from({ length: hosts }, (_, i) => `  "${i % 3 === 0 ? '.' : ''}host${i}.site${i % 97}.example"`);
  return pacProgram(
    ['for (var i = 0; i < direct.length; i++) if (dnsDomainIs(host, direct[i])) return "DIRECT";'],
    `var direct = [\n${list.join(',\n')}\n];\n`,
  );
}

/**
 * A PAC file with a table of blocked domains, in which each domain above the host is looked up.
 * @param {number} bytes about how long it is
 */
export function pacBlockList(bytes) {
  const lines = [];
  for (let i = 0, length = 0; length < bytes; i++) {
    const line = `  "ads${i}.tracker${i % 1009}.example": 1`;
    lines.push(line);
    length += line.length + 2;
  }
  return pacProgram(
    [
      'for (var name = host; name.indexOf(".") > 0; name = name.substring(name.indexOf(".") + 1)) {',
      '  if (blocked.hasOwnProperty(name)) return "PROXY 127.0.0.1:9";',
      '}',
      'if (isPlainHostName(host)) return "DIRECT";',
    ],
    `var blocked = {\n${lines.join(',\n')}\n};\n`,
  );
}

/** The address of host `i` of a site, and a remote network: plain arithmetic, so that every run measures the same. */
const inside = (/** @type {number} */ i) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
const outside = (/** @type {number} */ i) => `${100 + (i % 90)}.${(i >> 6) & 255}.${(i >> 14) & 255}.0/24`;

/**
 * A dump of iptables as large sites have them: one chain for each department, permits to services, some denials.
 * @param {number} rules
 */
export function iptablesSave(rules) {
  const perChain = 500;
  const chains = Math.ceil(rules / perChain);
  const head = ['*filter', ':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]'];
  const jumps = ['-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'];
  const body = [];
  for (let chain = 0; chain < chains; chain++) {
    head.push(`:department-${chain} - [0:0]`);
    jumps.push(`-A FORWARD -s ${inside(chain << 8)}/24 -j department-${chain}`);
    for (let i = chain * perChain; i < Math.min(rules, (chain + 1) * perChain); i++) {
      const protocol = i % 3 === 0 ? 'udp' : 'tcp';
      const ports =
        i % 5 === 0
          ? `-m multiport --dports 80,443,${8000 + (i % 50)}:${8100 + (i % 50)}`
          : `--dport ${1024 + (i % 40_000)}`;
      const from = i % 2 === 0 ? `-s ${inside((chain << 8) | (i & 255))}/32 ` : '';
      body.push(
        `-A department-${chain} ${from}-d ${outside(i)} -p ${protocol} -m ${protocol} ${ports} -j ${i % 7 === 0 ? 'DROP' : 'ACCEPT'}`,
      );
    }
  }
  return `${[...head, ...jumps, ...body, 'COMMIT'].join('\n')}\n`;
}

/**
 * An nftables ruleset of the same site.
 * @param {number} rules
 */
export function nftRuleset(rules) {
  const perChain = 500;
  const chains = Math.ceil(rules / perChain);
  const jumps = ['    ct state established,related accept'];
  const body = [];
  for (let chain = 0; chain < chains; chain++) {
    jumps.push(`    ip saddr ${inside(chain << 8)}/24 jump department-${chain}`);
    body.push(`  chain department-${chain} {`);
    for (let i = chain * perChain; i < Math.min(rules, (chain + 1) * perChain); i++) {
      const protocol = i % 3 === 0 ? 'udp' : 'tcp';
      const ports = i % 5 === 0 ? `{ 80, 443, ${8000 + (i % 50)}-${8100 + (i % 50)} }` : 1024 + (i % 40_000);
      const from = i % 2 === 0 ? `ip saddr ${inside((chain << 8) | (i & 255))} ` : '';
      body.push(`    ${from}ip daddr ${outside(i)} ${protocol} dport ${ports} ${i % 7 === 0 ? 'drop' : 'accept'}`);
    }
    body.push('  }');
  }
  const forward = ['  chain forward {', '    type filter hook forward priority filter; policy drop;', ...jumps, '  }'];
  return `${['table ip filter {', ...body, ...forward, '}'].join('\n')}\n`;
}

/**
 * One access list of a Cisco router.
 * @param {number} entries
 */
export function ciscoAcl(entries) {
  const lines = ['ip access-list extended INSIDE-OUT'];
  for (let i = 0; i < entries; i++) {
    const from = i % 2 === 0 ? `host ${inside(i)}` : `${inside((i >> 8) << 8)} 0.0.0.255`;
    const to = `${outside(i).replace('/24', '')} 0.0.0.255`;
    const ports = i % 5 === 0 ? `range ${8000 + (i % 50)} ${8100 + (i % 50)}` : `eq ${1024 + (i % 40_000)}`;
    lines.push(` ${i % 7 === 0 ? 'deny' : 'permit'} ${i % 3 === 0 ? 'udp' : 'tcp'} ${from} ${to} ${ports}`);
  }
  lines.push('interface GigabitEthernet0/1', ' ip access-group INSIDE-OUT in');
  return `${lines.join('\n')}\n`;
}

/**
 * The same number of rules in one chain, without one that jumps.
 * @param {number} rules
 */
export function iptablesFlat(rules) {
  const lines = ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]'];
  for (let i = 0; i < rules; i++) {
    const [a, b] = [Math.floor(i / 250) % 250, i % 250];
    lines.push(
      `-A FORWARD -s 10.${a}.${b}.0/24 -d 198.18.${b}.${a}/32 -p tcp -m tcp --dport ${1_024 + (i % 40_000)} -j ACCEPT`,
    );
  }
  return `${[...lines, 'COMMIT'].join('\n')}\n`;
}

/**
 * A script with a set of pairs of networks, and a rule that tests it.
 * @param {number} pairs
 */
export function ipsetPairs(pairs) {
  const lines = ['#!/bin/sh', `ipset create pairs hash:net,net maxelem ${Math.max(pairs, 65_536)}`];
  for (let i = 0; i < pairs; i++)
    lines.push(`ipset add pairs 10.${Math.floor(i / 250) % 250}.${i % 250}.0/24,198.18.${i % 200}.0/24`);
  return `${[...lines, 'iptables -P FORWARD DROP', 'iptables -A FORWARD -m set --match-set pairs src,dst -j ACCEPT'].join('\n')}\n`;
}

/**
 * A squid.conf that denies every host or URL in which one of many words is.
 * @param {number} words
 * @param {string} type of the acl
 */
export function squidWords(words, type) {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const word = (/** @type {number} */ i) =>
    [i * 7, i * 3 + 5, i, Math.floor(i / 26) * 11, Math.floor(i / 7), i + 13].map((n) => letters[n % 26]).join('');
  const lines = ['http_port 3128', 'acl localnet src 10.0.0.0/8'];
  for (let i = 0; i < words; i++) lines.push(`acl bad ${type} -i ${word(i)}${i}`);
  return `${[...lines, 'http_access deny bad', 'http_access allow localnet', 'http_access deny all'].join('\n')}\n`;
}
