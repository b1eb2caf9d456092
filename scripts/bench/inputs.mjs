// The generated files that the benchmark reads. No randomness: every run measures the same.
// @ts-check

/**
 * A squid.conf as large sites grow them: lists of domains and networks in many acls, rules that combine them, TLS
 * interception and comments.
 * @param {number} lines
 */
export function squidConf(lines) {
  const head = [
    'http_port 3128 ssl-bump cert=/etc/squid/ca.pem generate-host-certificates=on',
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
