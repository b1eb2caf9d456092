// `lintel explain --log` as a user runs it.
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, folderWith as folder } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
beforeAll(async () => {
  run = await buildProgram('explain-log');
});

const RULES = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -i eth1 -p tcp --dport 443 -j ACCEPT
-A FORWARD -j DROP
COMMIT
`;

const packet = (fields: string) => `Nov 27 06:00:01 gw kernel: drop: ${fields}\n`;
const MEDIA = packet('IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=52.112.0.10 LEN=78 PROTO=UDP SPT=50000 DPT=3478 LEN=58');
const AGAIN = packet('IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=52.112.0.10 LEN=78 PROTO=UDP SPT=50006 DPT=3478 LEN=58');
const DNS = packet('IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=8.8.8.8 LEN=78 PROTO=UDP SPT=50002 DPT=53 LEN=58');
const WEB = packet('IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=52.112.0.10 LEN=60 PROTO=TCP SPT=51000 DPT=443 SYN');

/** One file of each device that writes logs, and what it writes of a packet or request that it denies. */
const FORMATS = [
  {
    format: 'the kernel',
    file: 'rules.v4',
    text: RULES,
    line: MEDIA,
    question: 'udp 10.20.0.9:50000 > 52.112.0.10:3478',
  },
  {
    format: 'IOS',
    file: 'edge.cfg',
    text: `interface GigabitEthernet0/0
 ip address 10.20.0.1 255.255.0.0
 ip access-group LAN-IN in
!
ip access-list extended LAN-IN
 permit tcp 10.20.0.0 0.0.255.255 any eq 443
 deny ip any any log
!
`,
    line: 'Nov 27 06:00:01 r1 101: %SEC-6-IPACCESSLOGP: list LAN-IN denied udp 10.20.0.9(50000) -> 52.112.0.10(3478), 1 packet\n',
    question: 'udp 10.20.0.9:50000 > 52.112.0.10:3478',
  },
  {
    format: 'ASA',
    file: 'asa.cfg',
    text: `ASA Version 9.16(4)
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.20.0.1 255.255.0.0
access-list inside_in extended permit tcp 10.20.0.0 255.255.0.0 any eq 443
access-list inside_in extended deny ip any any log
access-group inside_in in interface inside
`,
    line: 'Nov 27 2026 06:00:01 fw : %ASA-4-106023: Deny udp src inside:10.20.0.9/50000 dst outside:52.112.0.10/3478 by access-group "inside_in" [0x0, 0x0]\n',
    question: 'udp 10.20.0.9:50000 > 52.112.0.10:3478',
  },
  {
    format: 'pfirewall',
    file: 'clients.ps1',
    text: `Set-NetFirewallProfile -Profile Domain,Private,Public -Enabled True -DefaultOutboundAction Block
New-NetFirewallRule -DisplayName "Web" -Direction Outbound -Action Allow -Protocol TCP -RemotePort 80,443
`,
    line: `#Version: 1.5
#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path

2026-11-27 06:00:01 DROP UDP 10.20.0.9 52.112.0.10 50000 3478 0 - - - - - - - SEND
`,
    question: 'udp 10.20.0.9:50000 > 52.112.0.10:3478',
  },
  {
    format: 'squid',
    file: 'squid.conf',
    text: `http_port 3128
acl localnet src 10.20.0.0/16
acl SSL_ports port 443
acl CONNECT method CONNECT
acl partners dstdomain .example.com
http_access deny CONNECT !SSL_ports
http_access allow localnet partners
http_access deny all
`,
    line: '1796019601.000 10 10.20.0.9 TCP_DENIED/403 3900 CONNECT teams.microsoft.com:443 - HIER_NONE/- text/html\n',
    question: 'https://teams.microsoft.com/',
  },
];

describe('explain --log', () => {
  it('tells for each denial what asks for it and which line denies it', async () => {
    const { status, output, errors } = await run(
      folder({ 'rules.v4': RULES }),
      ['explain', 'rules.v4', '--log', '-'],
      MEDIA + AGAIN + DNS + WEB,
    );
    expect(errors).toBe('');
    expect(status).toBe(1);
    expect(output.split('\n').filter((line) => !/asked for by (?!Teams media relays)|^ {4}|more$/.test(line))).toEqual([
      'udp 10.20.0.9:50000 > 52.112.0.10:3478 (line 1 and 1 more)',
      '  asked for by Teams media relays: UDP 3478-3481 (m365-worldwide/11/udp)',
      '  deny by rules.v4:7: -A FORWARD -j DROP',
      'udp 10.20.0.9:50002 > 8.8.8.8:53 (line 3)',
      '  no document of the catalog asks for it',
      '  deny by rules.v4:7: -A FORWARD -j DROP',
      'tcp 10.20.0.9:51000 > 52.112.0.10:443 (line 4)',
      '  permit by rules.v4:6: -A FORWARD -i eth1 -p tcp --dport 443 -j ACCEPT',
      '',
    ]);
  });

  it('prints one JSON object for each, with the proved edit behind them', async () => {
    const files = folder({ 'rules.v4': RULES });
    const json = await run(files, ['explain', 'rules.v4', '--log', '-', '--format', 'json'], MEDIA + DNS);
    const [media, dns] = json.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(media).toMatchObject({
      line: 1,
      count: 1,
      format: 'netfilter',
      flow: 'udp 10.20.0.9:50000 > 52.112.0.10:3478',
      requirements: expect.arrayContaining(['m365-worldwide/11/udp']),
      answer: { verdict: 'deny', decidedBy: { path: 'rules.v4', line: 7 } },
    });
    expect(dns.requirements).toEqual([]);
    const { output } = await run(files, ['explain', 'rules.v4', '--log', '-', '--fix'], MEDIA + DNS);
    const added = output.split('\n').filter((line) => /^\+[^+]/.test(line));
    expect(added.length).toBeGreaterThan(0);
    for (const line of added) expect(line).toMatch(/^\+-A FORWARD .*-p udp --dport 3478:3481 -j ACCEPT$/);
  });

  it.each(FORMATS)('mends what a log of $format tells: $file', async ({ file, text, line, question }) => {
    const files = folder({ [file]: text });
    const asked = ['explain', file, '--log', '-'];
    const before = await run(files, [...asked, '--fix'], line);
    expect([before.status, before.errors]).toEqual([1, '']);
    expect(before.output).toContain(`${question} (line `);
    expect(before.output).toMatch(new RegExp(`^ {2}deny by (?:${file.replace('.', '\\.')}:\\d+|the default)`, 'm'));
    const patch = before.output.slice(before.output.indexOf('\n--- ') + 1);
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: files, input: patch });
    const after = await run(files, asked, line);
    expect(after.output).toMatch(new RegExp(`^ {2}permit by ${file.replace('.', '\\.')}:\\d+`, 'm'));
    expect(after.status).toBe(0);
  });

  it('says that a reply is one, and asks about its connection', async () => {
    const reply = packet(
      'IN=eth0 OUT=eth1 SRC=52.112.0.10 DST=10.20.0.9 LEN=52 PROTO=TCP SPT=443 DPT=51000 WINDOW=65535 RES=0x00 ACK SYN URGP=0',
    );
    const { output } = await run(folder({ 'rules.v4': RULES }), ['explain', 'rules.v4', '--log', '-'], reply);
    expect(output).toMatch(/^tcp 10\.20\.0\.9:51000 > 52\.112\.0\.10:443 /);
    expect(output).toContain('the packet is a reply');
  });

  it('says where the file permits what the device denied', async () => {
    const files = folder({ 'edge.ios': 'ip access-list extended USERS\n permit udp any any\n' });
    const line = '%SEC-6-IPACCESSLOGP: list USERS denied udp 10.20.0.9(50000) -> 52.112.0.10(3478), 1 packet\n';
    const { status, output } = await run(files, ['explain', 'edge.ios', '--log', '-'], line);
    expect(status).toBe(0);
    expect(output).toContain('permit by edge.ios:2: permit udp any any');
    expect(output).toContain('the device denied it: it may run another version of this file');
  });

  it('reads what squid denied', async () => {
    const conf = 'acl office dstdomain .office.com\nhttp_access allow office\nhttp_access deny all\nhttp_port 3128\n';
    const line =
      '1795759201.123 180 10.20.0.9 TCP_DENIED/403 3861 CONNECT teams.microsoft.com:443 - HIER_NONE/- text/html\n';
    const { status, output } = await run(folder({ 'squid.conf': conf }), ['explain', 'squid.conf', '--log', '-'], line);
    expect(status).toBe(1);
    expect(output).toMatch(/^https:\/\/teams\.microsoft\.com\/ \(line 1\)$/m);
    expect(output).toContain('(m365-worldwide/12/tcp)');
    expect(output).toContain('deny by squid.conf:3: http_access deny all');
  });

  it('tells lines that are cut off or foreign, and goes on', async () => {
    const cut = packet('IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=52.1');
    const { status, output, errors } = await run(
      folder({ 'rules.v4': RULES }),
      ['explain', 'rules.v4', '--log', '-'],
      `${cut}Nov 27 06:00:02 gw sshd[1]: hello\n${MEDIA}`,
    );
    expect(status).toBe(1);
    expect(output).toContain('(line 3)');
    expect(errors).toBe(
      'lintel: line 1 of the log is cut off or damaged: the destination address is missing (netfilter)\n' +
        'lintel: line 2 of the log: not about a packet or request in a form that is known\n',
    );
    const nothing = await run(folder({ 'rules.v4': RULES }), ['explain', 'rules.v4', '--log', '-'], 'hello\n');
    expect(nothing.status).toBe(2);
    expect(nothing.errors).toContain('the log has no line that could be read');
  });

  it('does not ask a packet filter about requests, nor a proxy about packets', async () => {
    const conf = folder({ 'squid.conf': 'http_access deny all\nhttp_port 3128\n' });
    const { output } = await run(conf, ['explain', 'squid.conf', '--log', '-'], MEDIA);
    expect(output).toContain('the log is that of a packet filter, and the file a proxy configuration');
  });
});
