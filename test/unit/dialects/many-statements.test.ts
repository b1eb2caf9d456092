// Files of 300,000 statements, and lists of 300,000 elements, in every dialect: no stack is exceeded by data, nothing throws, and
// the last statement is read like the first, or the file is told to be too large.

import { describe, expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const COUNT = 300_000;
const FOLDER = 'file:///network/';
const REQUEST: CheckRequest = { require: ['teams+required'], severity: {}, cloud: 'worldwide' };

/** One line for every number below `count`. */
function lines(of: (i: number) => string, count = COUNT): string {
  return Array.from({ length: count }, (_, i) => of(i)).join('\n');
}

function address(i: number): string {
  return `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}

/** A statement that refers to a name that nothing defines, or is wrong otherwise, stands last: its finding shows that it was read. */
interface Case {
  readonly dialect: string;
  readonly what: string;
  readonly name: string;
  readonly text: () => string;
  /** The code of the finding on the last statement. */
  readonly last?: string;
  /** What is told of the whole file, where it is beyond what its engine or Lintel reads. */
  readonly tooLarge?: RegExp;
}

const CASES: readonly Case[] = [
  {
    dialect: 'iptables',
    what: 'rules in one chain',
    name: 'rules.v4',
    text: () =>
      `*filter\n:FORWARD ACCEPT [0:0]\n${lines((i) => `-A FORWARD -s ${address(i)}/32 -p tcp -m tcp --dport 25 -j DROP`)}\n-A FORWARD -j LAST\nCOMMIT\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'iptables',
    what: 'elements of one set',
    name: 'rules.sh',
    text: () =>
      `#!/bin/sh\nipset restore <<EOF\ncreate S hash:ip maxelem 400000\n${lines((i) => `add S ${address(i)}`)}\nEOF\niptables -A FORWARD -m set --match-set S src -j DROP\niptables -A FORWARD -j LAST\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'nftables',
    what: 'rules in one chain',
    name: 'rules.nft',
    text: () =>
      `table inet filter {\n chain forward {\n  type filter hook forward priority 0; policy accept;\n${lines((i) => `  ip saddr ${address(i)} tcp dport 25 drop`)}\n  jump last\n }\n}\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'nftables',
    what: 'elements of one set',
    name: 'rules.nft',
    text: () =>
      `table inet filter {\n set s {\n  type ipv4_addr\n  elements = {\n${lines((i) => `   ${address(i)},`)}\n  }\n }\n chain forward {\n  type filter hook forward priority 0; policy accept;\n  ip saddr @s drop\n  jump last\n }\n}\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'cisco',
    what: 'entries of one list',
    name: 'core.ios',
    text: () =>
      `interface Gi0/0\n ip access-group LAN in\nip access-list extended LAN\n${lines((i) => ` deny tcp host ${address(i)} any eq 25`)}\n permit tcp any object-group LAST eq 443\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'cisco',
    what: 'members of one group',
    name: 'core.ios',
    text: () =>
      `object-group network ALL\n${lines((i) => ` host ${address(i)}`)}\ninterface Gi0/0\n ip access-group LAN in\nip access-list extended LAN\n permit ip object-group ALL any\n permit tcp any object-group LAST eq 443\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'squid',
    what: 'rules',
    name: 'squid.conf',
    text: () =>
      `acl a src 10.0.0.0/8\nacl d dstdomain .example\n${lines(() => 'http_access deny a d')}\nhttp_access allow last\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'squid',
    what: 'values of one acl',
    name: 'squid.conf',
    text: () => `${lines((i) => `acl d dstdomain .d${i}.example`)}\nhttp_access deny d\nhttp_access allow last\n`,
    last: 'undefined-name',
  },
  {
    dialect: 'pac',
    what: 'conditions (as many as fit into the size that is read)',
    name: 'proxy.pac',
    text: () =>
      `function FindProxyForURL(url, host) {\n${lines((i) => `if(host=="${i}")return"DIRECT"`, 100_000)}\nreturn "PROXI p:1";\n}\n`,
    last: 'pac-invalid-result',
  },
  {
    dialect: 'pac',
    what: 'names in one array',
    name: 'proxy.pac',
    text: () =>
      `var names = [\n${lines((i) => `"${i}",`)}\n];\nfunction FindProxyForURL(url, host) {\nif (names.indexOf(host) >= 0) return "DIRECT";\nreturn "PROXI p:1";\n}\n`,
    last: 'pac-invalid-result',
  },
  {
    dialect: 'windows-firewall',
    what: 'rules',
    name: 'host.ps1',
    text: () =>
      `${lines((i) => `New-NetFirewallRule -DisplayName R${i} -Direction Outbound -RemoteAddress ${address(i)} -Action Block`)}\nNew-NetFirewallRule -DisplayName Last -Direction Outbound -Action Blok\n`,
    last: 'syntax-error',
  },
  {
    dialect: 'windows-firewall',
    what: 'addresses of one rule',
    name: 'host.ps1',
    text: () =>
      `New-NetFirewallRule -DisplayName All -Direction Outbound -Action Block -RemoteAddress @(\n${lines((i) => `'${address(i)}',`)}\n'10.255.255.255')\nNew-NetFirewallRule -DisplayName Last -Direction Outbound -Action Blok\n`,
    last: 'syntax-error',
  },
  {
    dialect: 'netpolicy',
    what: 'rules',
    name: 'site.netpolicy.yaml',
    text: () =>
      `firewall:\n  rules:\n${lines((i) => `    - { name: r${i}, action: deny, from: [${address(i)}/32], to: [any] }`)}\n    - { name: last, action: deni, from: [any], to: [any] }\n`,
    tooLarge: /too large to be read/,
  },
  {
    dialect: 'netpolicy',
    what: 'addresses of one rule',
    name: 'site.netpolicy.yaml',
    text: () =>
      `firewall:\n  rules:\n    - name: all\n      action: deny\n      to: [any]\n      from:\n${lines((i) => `        - ${address(i)}/32`)}\n    - { name: last, action: deni, from: [any], to: [any] }\n`,
    tooLarge: /too large to be read/,
  },
];

describe.each(CASES)('$dialect: 300,000 $what', ({ dialect, name, text, last, tooLarge }) => {
  test('are read to the last one', async () => {
    const uri = `${FOLDER}${name}`;
    const service = new LanguageService(new MemoryFiles(new Map()));
    service.setFolders([FOLDER]);
    service.setSizeLimit(100_000_000);
    const written = text();
    service.put(uri, languageById(dialect), written);
    const examined = await service.examine(uri, REQUEST);
    const findings = examined?.analysis.report.findings ?? [];
    const end = written.length - 200;
    const onLast = findings.filter(({ range }) => range.start >= end).map(({ code }) => code);
    expect(onLast).toEqual(last === undefined ? [] : expect.arrayContaining([last]));
    const all = findings.map(({ message }) => message).join('\n');
    expect(all).toMatch(tooLarge ?? /^/);
    expect(all).not.toContain('error in Lintel itself');
    await service.outline(uri);
    await service.foldingRanges(uri);
    await service.hover(uri, written.length >> 1, REQUEST);
  });
});
