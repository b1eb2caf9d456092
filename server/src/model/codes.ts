// The finding codes with their descriptions: the only source of their manual pages, settings and examples.

/** The severity of a finding. `hint` is shown as faint dots, never counted by `--fail-on`. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** The description of a finding code. */
export interface CodeDescription {
  readonly severity: Severity;
  readonly title: string;
  /** What the finding reports and how it is decided. */
  readonly what: string;
  /** Why it matters to the people whose calls depend on the file. */
  readonly why: string;
  /** What to do about it, and what the quick fix does. */
  readonly fix: string;
  /** The file name of `example`, by which its dialect is recognised. */
  readonly file: string;
  /** A small complete file that has the finding, which a test checks. */
  readonly example: string;
  /** Another file that the example needs. */
  readonly beside?: { readonly file: string; readonly text: string };
}

function pac(...lines: readonly string[]): string {
  return `function FindProxyForURL(url, host) {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
}

const TO_PROXY = 'return "PROXY proxy.example.com:8080";';

const CODES = {
  'requirement-blocked': {
    severity: 'error',
    title: 'A documented requirement is denied',
    what: 'Everything that the requirement lists is denied, for every client that was considered. The finding stands on the statement that denies.',
    why: 'The service that documents the requirement does not work, or falls back to a path of lower quality.',
    fix: 'Permit it before the statement that the finding stands on. The quick fix writes the rule or the list entry in the style of the file, where one edit is proved to meet the requirement and to permit nothing else. If the service is not used here, select fewer requirements in `lintel.yaml`.',
    file: 'squid.conf',
    example: 'http_access deny all',
  },
  'requirement-partial': {
    severity: 'error',
    title: 'A documented requirement is met only in part',
    what: 'Some of the addresses, hosts or ports that the requirement lists are denied. The message names exactly the missing rest. Where a packet filter serves one client network and not another, the other one is told as information: `roles` in `lintel.yaml` says which of them the clients are in.',
    why: 'Parts of a service fail for some users and some of the time, which is harder to diagnose than a clean outage.',
    fix: 'Add the addresses, hosts or ports that the message names, as the quick fix does: it extends the list or set that is there if the file has one.',
    file: 'squid.conf',
    example:
      '# Documented is *.teams.microsoft.com as well.\nacl teams dstdomain teams.microsoft.com\nhttp_access allow teams\nhttp_access deny all',
  },
  'requirement-undecided': {
    severity: 'info',
    title: 'A documented requirement cannot be decided from the file',
    what: 'The verdict depends on something that the file does not contain: a DNS answer, the time, a list kept elsewhere, an external helper. The message names it, and in a PAC file the finding stands on the expression that asks.',
    why: 'Lintel does not guess. Look at the condition that the message names. Some are settled in `lintel.yaml`: `roles` says where clients are, `dns: external` that they resolve external names.',
    fix: 'Tell Lintel what the file does not say (`roles`, `interfaces`, `profiles`, `dns`, `media-ports`, `variables` in `lintel.yaml`), or write the condition in a form that can be followed. Otherwise it stays a question, which never fails a run unless `--fail-on` asks for it.',
    file: 'proxy.pac',
    example: pac('if (isResolvable(host)) return "DIRECT";', TO_PROXY),
  },
  'not-bypassed': {
    severity: 'warning',
    title: 'Traffic that should bypass the proxy is sent to it',
    what: 'The file sends hosts of a requirement that asks for direct connections to a proxy. Each `return` that decided has a finding of its own, with the hosts that it sends to the proxy.',
    why: 'A proxy in the path adds delay and packet loss, and forces media from UDP onto TCP.',
    fix: 'Return `DIRECT` for these hosts before the statement that the finding stands on. The quick fix adds the hosts to the list or condition that already does so, or writes a new one.',
    file: 'proxy.pac',
    example: pac(TO_PROXY),
  },
  'tls-inspected': {
    severity: 'warning',
    title: 'TLS is decrypted where the document says that it must not be',
    what: 'The proxy decrypts connections to hosts that its document excludes from TLS inspection.',
    why: 'Inspection is not supported there: it breaks clients that pin certificates and costs call quality.',
    fix: 'Splice, or do not decrypt, what the message names. In squid the quick fix adds the hosts to the acl of the `splice` rule, or writes both.',
    file: 'squid.conf',
    example: 'http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nhttp_access allow all\nssl_bump bump all',
  },
  'proxy-auth-required': {
    severity: 'warning',
    title: 'The proxy asks for a login where the document excludes it',
    what: 'The proxy asks for credentials for requests to hosts that the document excludes from proxy authentication.',
    why: 'Meeting rooms, phones and background services cannot log in and stop working.',
    fix: 'Permit these hosts before the rule that needs the login. The quick fix writes that rule for the clients that the file serves.',
    file: 'squid.conf',
    example:
      'auth_param basic program /usr/lib/squid/basic_ncsa_auth /etc/squid/users\nacl authenticated proxy_auth REQUIRED\nhttp_access allow authenticated\nhttp_access deny all',
  },
  'ipsec-not-exempt': {
    severity: 'warning',
    title: 'Traffic that should be exempt from IPsec is not',
    what: 'A rule requires IPsec for traffic that its document exempts, and no exemption covers all of it.',
    why: 'Negotiating IPsec delays the start of media.',
    fix: 'Exempt what the message names: a rule with `-InboundSecurity None -OutboundSecurity None`, which the quick fix writes.',
    file: 'firewall.ps1',
    example: 'New-NetIPsecRule -DisplayName Isolation -InboundSecurity Require -OutboundSecurity Request',
  },
  'forbidden-flow': {
    severity: 'error',
    title: 'What must not pass does',
    what: 'A statement lets packets pass that a requirement of the kind `forbid` rules out: those of the built-in pack `egress-hygiene`, which is checked only where it is selected, or of a pack of your own. The message has a packet that passes, in the form that `lintel explain --flow` takes. It is reported only where some packet certainly passes; what depends on something that the file does not contain is undecided.',
    why: 'Nothing fails where too much is open, so nobody notices until it is used.',
    fix: 'Deny it before the statement that lets it pass. The quick fix writes a rule that denies exactly what is ruled out, and is proved to deny nothing that was required.',
    file: 'rules.v4',
    example:
      '# lintel: require egress-hygiene/smb/445-tcp\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -s 10.0.0.0/8 -j ACCEPT\nCOMMIT',
  },
  'control-messages-denied': {
    severity: 'warning',
    title: 'A filter that permits connections denies the ICMP messages that they need',
    what: 'The file permits connections, and certainly denies messages without which these do not work or stop in between: neighbour solicitation and advertisement of IPv6 (the ARP of IPv6, which passes the packet filter, and which connection tracking calls neither new nor established), or the errors that tell a sender that its packets are too big for a link on the path (which are *related* to their connection). It is reported only where no neighbour can be asked, or most routers cannot report, whatever the interface, and not where the file depends on something that it does not contain.',
    why: 'IPv6 fails altogether, often minutes after the filter is loaded, when known neighbours are forgotten; without errors about the size of packets, connections open and then stand still as soon as much is sent.',
    fix: 'Accept the messages that the message names before the rule or policy that denies them.',
    file: 'rules.v6',
    example:
      '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT',
  },
  'bypass-blocked': {
    severity: 'warning',
    title: 'A host bypasses the proxy, and the firewall denies it',
    what: "A PAC file definitely sends hosts of a requirement DIRECT, while a packet filter of the same network definitely denies the web ports (TCP 80 and 443) of their documented addresses. The compared files are those that one lintel.yaml lists under `files`: the PAC file, and each packet filter whose entry declares that the clients' traffic passes it, with `hook: forward`, a `point`, or `role: clients`. Such an entry is found in the editor if its pattern has wildcards in the file's name alone, or while the file is open. The finding stands on the `return` of the PAC file, with the denying rule as related location.",
    why: 'Each file is correct by itself, so neither shows the fault: the browser bypasses a proxy that would have reached the host, and the firewall drops its traffic.',
    fix: 'Permit the addresses in the packet filter, or send the hosts to the proxy in the PAC file: which of the two is meant cannot be seen in the files, so there is no quick fix.',
    file: 'proxy.pac',
    example: pac('return "DIRECT";'),
    beside: {
      file: 'edge.nft',
      text: 'table inet edge {\n  chain forward {\n    type filter hook forward priority filter; policy drop;\n  }\n}',
    },
  },
  'retired-endpoint': {
    severity: 'warning',
    title: 'An address or host that its document no longer lists',
    what: 'The file still names an endpoint that its document used to list and no longer lists.',
    why: 'Addresses are reassigned; an old exception then permits traffic that nobody intended.',
    fix: 'Remove it. The quick fix does, and leaves what other documents still list. `lintel catalog find` shows what listed it, and what replaced it.',
    file: 'proxy.pac',
    example: pac('if (isInNet(host, "13.107.64.0", "255.255.192.0")) return "DIRECT";', TO_PROXY),
  },
  'over-permissive-rule': {
    severity: 'info',
    title: 'A rule permits more than the requirements that it serves',
    what: 'A rule of a packet filter is needed by requirements, but is far wider than what their documents list, and nothing else in the file permits the rest. Two forms are reported. A rule opens ports that belong to the documented service alone (1024 and above, listed by its requirements, needed elsewhere by no other selected requirement) to every address, while the documents name addresses. Or a rule opens every protocol or every port of documented addresses from everywhere, while the documents name ports. A rule for web ports to every address is normal and is not reported. What counts as documented is everything that the packs of the selected requirements list. The quick fix writes the rule for the documented addresses or ports only; it is never part of *fix all*, because something undocumented may need the rule.',
    why: 'Every unneeded opening adds to what has to be defended.',
    fix: 'Narrow the rule to the documented addresses or ports. The quick fix does; look at the rule first, because something undocumented may need it.',
    file: 'rules.v4',
    example:
      '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p udp --dport 3478:3481 -j ACCEPT\nCOMMIT',
  },
  'filter-bypassed': {
    severity: 'warning',
    title: 'A rule for what the host receives, about traffic that it forwards',
    what: 'A rule that decides what the host itself receives (the chain INPUT, the rules of ufw, the chains of fail2ban) denies certain ports or certain addresses, or permits a port for some addresses alone. Before it is asked, the same file translates the destination of these packets, so that they are forwarded, and permits that. It is reported only where the file shows all of it: that the packets would be denied there, that they are translated, and that the forward hook permits them.',
    why: 'The port looks closed, or the address banned, and neither is. Docker publishes the ports of containers in this manner; rules about them belong into the forward hook (`DOCKER-USER`).',
    fix: 'Write the rule where the forwarded packets pass: in the forward hook, `DOCKER-USER` for ports that Docker publishes.',
    file: 'rules.v4',
    example:
      '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 5432 -j DNAT --to-destination 172.18.0.5:5432\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 5432 -j DROP\nCOMMIT',
  },
  'shadowed-rule': {
    severity: 'warning',
    title: 'A rule that can never decide',
    what: 'Earlier rules match everything that this one would match, with another result.',
    why: 'The file states something that never takes effect.',
    fix: 'Move the rule before the one that the related location shows, or remove it: the quick fix does, where the file is proved to mean the same without it.',
    file: 'squid.conf',
    example: 'acl blocked dstdomain .example.com\nhttp_access allow all\nhttp_access deny blocked',
  },
  'redundant-rule': {
    severity: 'info',
    title: 'A rule that changes nothing',
    what: 'Earlier rules match everything that this one would match, with the same result.',
    why: 'Rules without effect make the ones with effect harder to see.',
    fix: 'Remove the rule, unless it is there to be seen. The quick fix does, where the file is proved to mean the same without it.',
    file: 'squid.conf',
    example: 'acl office src 10.0.0.0/8\nhttp_access allow office\nhttp_access allow office',
  },
  'undefined-name': {
    severity: 'error',
    title: 'A name that is not defined',
    what: 'The file uses an acl, function or other name that neither it nor its includes define.',
    why: 'The program refuses the file, or fails when it reaches that line.',
    fix: 'Correct the name, or define it. Where one name of the file is a typing error away, the message offers it.',
    file: 'squid.conf',
    example: 'acl office src 10.0.0.0/8\nhttp_access allow offic',
  },
  'unused-name': {
    severity: 'hint',
    title: 'A name that is never used',
    what: 'The definition has no effect.',
    why: 'Often a rule was meant to use it.',
    fix: 'Use the name, or remove the definition: the quick fix does, where the file is proved to mean the same without it.',
    file: 'squid.conf',
    example: 'acl lab src 10.9.0.0/16\nhttp_access deny all',
  },
  'duplicate-name': {
    severity: 'warning',
    title: 'A name or value that is defined twice',
    what: 'A second definition contradicts or repeats an earlier one.',
    why: 'Only one of them takes effect, and not always the one that reads like it.',
    fix: 'Rename or remove one of the two. The related location shows the other.',
    file: 'squid.conf',
    example: 'acl office src 10.0.0.0/8\nacl office dst 10.0.0.0/8',
  },
  'misleading-name': {
    severity: 'warning',
    title: 'A rule whose name contradicts the rule',
    what: 'The display name mentions a protocol or port that the parameters of the rule do not have.',
    why: 'People look at names to check whether a port is open, and conclude that it is when it is not.',
    fix: 'Correct the name or the parameters, whichever is wrong.',
    file: 'firewall.ps1',
    example: "New-NetFirewallRule -DisplayName 'TCP3478' -Protocol UDP -LocalPort 3478",
  },
  'mapped-address': {
    severity: 'warning',
    title: 'An entry for a translated address',
    what: 'Since version 8.3, the lists of an ASA see the real addresses of packets, not those that NAT gives them outside: of a server that is published, and of clients whose packets leave with another address, such as that of the interface. The entry names the latter, so that it matches no packet.',
    why: 'The server cannot be reached, or the clients reach nothing, although the list seems to permit it; or they do although the list seems to deny it.',
    fix: 'Write the real address in the list. The quick fix puts the real address in, for hosts and networks that are translated one to one.',
    file: 'edge.asa',
    example: [
      'ASA Version 9.16(4)',
      'interface GigabitEthernet0/0',
      ' nameif outside',
      'object network EDGE',
      ' host 10.20.5.5',
      ' nat (inside,outside) static 198.51.100.3',
      'access-list OUTSIDE extended permit tcp any host 198.51.100.3 eq 443',
      'access-group OUTSIDE in interface outside',
    ].join('\n'),
  },
  'syntax-error': {
    severity: 'error',
    title: 'The program that reads this file will refuse it',
    what: 'The text is not valid in its language.',
    why: 'A proxy or browser that cannot read its configuration does not apply it.',
    fix: 'Correct what is underlined. Other statements of the file are still read, and their verdicts hold for the file without this one.',
    file: 'squid.conf',
    example: 'acl office src 10.0.0.256',
  },
  'open-proxy': {
    severity: 'warning',
    title: 'A proxy that everybody on the internet may use',
    what: 'A client with a public address, without a login, is permitted to ask for any host: by a rule without clients, or because the last rule of the list denies and squid permits what no rule matches.',
    why: 'Strangers who find the port send their traffic in the name of the network, and its addresses end on block lists. A packet filter in front may prevent that; the file does not.',
    fix: 'Deny what is not from your own networks before the rule, and end the list with `http_access deny all`.',
    file: 'squid.conf',
    example: 'acl bad dstdomain .bad.example\nhttp_access deny bad',
  },
  'slow-acl': {
    severity: 'warning',
    title: 'An acl that the directive does not wait for',
    what: 'The acl needs an answer from outside, a login, a helper or a DNS lookup, and stands in a directive that takes only fast acls. The manual of squid says which acls are slow and which directives support them.',
    why: 'Squid treats the answer as missing, so the line does not apply, except after another list has just asked the same: it works in a test and fails in use.',
    fix: 'Use a fast acl there (names instead of addresses: `dstdomain` instead of `dst`), or decide in `http_access` and remember the answer in a `note`.',
    file: 'squid.conf',
    example:
      'cache_peer parent.example parent 3128 0\nacl partners dst 198.51.100.0/24\ncache_peer_access parent.example allow partners\nhttp_access deny all',
  },
  'never-matches': {
    severity: 'warning',
    title: 'A condition that nothing meets',
    what: 'In squid, a list of hosts has a value with a character that host names do not have, such as the `*` of other notations, or an address has a mask that masks nothing (`::/0`, `0.0.0.255`) or a rest that squid ignores. In iptables, a rule tests a set with fewer directions than the set has dimensions: no packet matches then, and with `!` every packet does.',
    why: 'The line looks as if it permitted or denied something, and does not.',
    fix: 'Write the value in the notation of this directive. The quick fix does, where there is one right form: `.example.com` instead of `*.example.com`.',
    file: 'squid.conf',
    example: 'acl teams dstdomain *.teams.microsoft.com\nhttp_access allow teams\nhttp_access deny all',
  },
  'unmodelled-statement': {
    severity: 'hint',
    title: 'A statement that Lintel does not model',
    what: 'The statement may influence verdicts, but its effect is unknown to Lintel: a helper program, a rewriter, a computed value. Verdicts that depend on it are undecided; the others are given as if it had no effect.',
    why: 'An honest gap is better than a wrong verdict.',
    fix: 'Nothing needs to be mended. Look at the verdicts that are undecided because of it, and check those by hand.',
    file: 'squid.conf',
    example: 'adaptation_access filter allow all',
  },
  'pac-invalid-result': {
    severity: 'error',
    title: 'FindProxyForURL returns something that is not a proxy list',
    what: 'A returned string is not a list of `DIRECT`, `PROXY host:port`, `HTTP`, `HTTPS`, `SOCKS`, `SOCKS4` or `SOCKS5` entries separated by semicolons; or a path through the function returns nothing, and a result stands there without `return`, or returns from a callback alone.',
    why: 'Clients skip entries that they cannot parse, each client differently. Without a result Chromium takes the file as failed.',
    fix: 'Return a list such as `"PROXY proxy.example.com:8080; DIRECT"`, and return it on every path.',
    file: 'proxy.pac',
    example: pac('return "PROXY http://proxy:8080; direct";'),
  },
  'pac-invalid-argument': {
    severity: 'error',
    title: 'A PAC helper is called with an argument that it cannot use',
    what: 'An address, mask, day or other argument is malformed, stands in the wrong place, or is not what the helper compares with, so the condition is not true when it should be.',
    why: 'The condition looks correct but does not apply.',
    fix: 'Correct the argument. Where the right one can be seen in the text, the quick fix writes it.',
    file: 'proxy.pac',
    example: pac('if (isInNet(host, "10.0.0.265", "255.255.255.0")) return "DIRECT";', TO_PROXY),
  },
  'pac-never-matches': {
    severity: 'error',
    title: 'A condition that no host or URL can meet',
    what: 'The condition compares the host or the URL with something that none has: hosts arrive in lower case, begin with no dot and hold no wildcard, slash or space; URLs begin with their scheme, and browsers pass them with a `/` after the host and without the usual port. Or it joins by `&&` what excludes each other. It is decided for all hosts and URLs that clients pass, not by trying some. Placeholders such as `{{hosts}}`, which are replaced before a client reads the file, are not judged.',
    why: 'The line looks as if it decided, and what it was written for goes to the next one.',
    fix: 'Write the condition so that it can hold: `dnsDomainIs` or `shExpMatch` for names with wildcards, lower case, no scheme in front of a host. The quick fix does, where there is one right edit.',
    file: 'proxy.pac',
    example: pac('if (host == "*.example.com") return "DIRECT";', TO_PROXY),
  },
  'pac-always-matches': {
    severity: 'error',
    title: 'A condition that every host and URL meets',
    what: 'The condition holds whatever is asked: it assigns instead of comparing, has a text or the name of a function as an operand of `||`, ends at a `;` before what it was written for, joins conditions by `||` of which one is always met, or compares with something that no host or URL has.',
    why: 'Everything is decided there, and the lines below never are.',
    fix: 'Repeat the comparison in every operand: `host == "a" || host == "b"`. Where there is one right edit, the quick fix writes it.',
    file: 'proxy.pac',
    example: pac('if (host == "a.example.com" || "b.example.com") return "DIRECT";', TO_PROXY),
  },
  'pac-old-engine': {
    severity: 'info',
    title: 'Something that not every PAC client understands',
    what: 'The file uses what some clients lack: syntax and functions of ECMAScript newer than their engine (Windows executes PAC files for its services and many programs with JScript, which knows the third edition; several PAC libraries know the fifth), regular expressions in `shExpMatch`, results of SOCKS 5 alone, a byte order mark, or a second entry function. The first use of each kind is reported.',
    why: 'A client that cannot read the file reaches nothing, or connects directly. Browsers are not affected, so the fault shows in other programs only.',
    fix: 'Write it with what the third edition of ECMAScript has: `var`, `function`, loops over arrays, `indexOf` on texts. If only browsers read the file, silence the code for it.',
    file: 'proxy.pac',
    example: pac(
      'const direct = [".example.com"];',
      'if (direct.some(d => dnsDomainIs(host, d))) return "DIRECT";',
      TO_PROXY,
    ),
  },
  'pac-loose-host-match': {
    severity: 'warning',
    title: 'A host test that matches more hosts than it says',
    what: 'A suffix without leading dot, an unescaped dot in a regular expression, or `indexOf(…)` as a condition also matches other hosts. That anyone can register one of them is said where the public suffix list shows it. The quick fix is offered where the hosts that no longer match are proved to have another owner.',
    why: 'Somebody else may own such a name and have its traffic bypass the proxy.',
    fix: 'Write the leading dot, escape the dots, compare the end of the name. The quick fix does, where no host of yours is proved to lose its exception.',
    file: 'proxy.pac',
    example: pac('if (dnsDomainIs(host, "example.com")) return "DIRECT";   // also badexample.com', TO_PROXY),
  },
  'pac-dns-lookup': {
    severity: 'info',
    title: 'A DNS lookup before a decision that needs none',
    what: 'The file resolves the host, or asks for the address of the client, before conditions on the name alone that would have decided.',
    why: 'Every page load waits for the answer, on the machine of every user.',
    fix: 'Move the conditions on the name before the lookup.',
    file: 'proxy.pac',
    example: pac(
      'if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";',
      'if (dnsDomainIs(host, ".example.com")) return "DIRECT";',
      TO_PROXY,
    ),
  },
  'unused-ignore': {
    severity: 'warning',
    title: 'An ignore comment that ignores nothing',
    what: 'No finding of that code stands where the comment points.',
    why: 'A leftover comment hides the next finding of that code.',
    fix: 'Remove the comment. The quick fix does.',
    file: 'squid.conf',
    example: '# lintel: ignore tls-inspected -- agreed with security\nhttp_access allow all',
  },
  'invalid-configuration': {
    severity: 'error',
    title: "Lintel's own configuration is invalid",
    what: 'A value in lintel.yaml or a requirement pack is not one of those allowed.',
    why: 'What the value was meant to check is not checked.',
    fix: 'Correct the value; the message lists what may stand there, or the nearest.',
    file: 'lintel.yaml',
    example: 'cloud: worlwide',
  },
} as const satisfies Record<string, CodeDescription>;

export type FindingCode = keyof typeof CODES;

export const FINDING_CODES: Readonly<Record<FindingCode, CodeDescription>> = CODES;

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(CODES, text);
}
