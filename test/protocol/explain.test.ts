import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Position } from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

const FIREWALL = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:MEDIA - [0:0]
-A INPUT -i eth1 -p tcp --dport 22 -j ACCEPT
-A FORWARD -p udp -j MEDIA
-A MEDIA -d 52.112.0.0/14 -p udp -m udp --dport 3478:3481 -j ACCEPT
COMMIT
`;

const TEAMS = 'udp 10.1.2.3:50000 > 52.112.0.10:3478';

const SQUID = `acl office src 10.0.0.0/8
http_access allow office
http_access deny all
http_port 3128
`;

interface Step {
  readonly kind: 'ask' | 'invalid' | 'choose' | 'answer';
  readonly example: string;
  readonly suggestion?: string;
  readonly message: string;
  readonly choices: readonly { readonly label: string; readonly path: unknown }[];
  readonly html: string;
  readonly way: readonly unknown[];
}

/** The text of an answer, without its markup. */
function said({ html }: Step): string {
  const main = /<main>([\s\S]*)<\/main>/.exec(html)?.[1] ?? '';
  return main
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&gt;', '>')
    .replace(/\s+/g, ' ');
}

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('explain');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

/** Opens one file and returns a way to ask about it. */
async function open(name: string, language: string, text: string, others: Readonly<Record<string, string>> = {}) {
  const session = await Editor.start(program, others);
  editor = session;
  await session.open(name, language, text);
  const uri = session.uri(name);
  return {
    session,
    ask: (question?: string, path?: unknown) =>
      session.connection.sendRequest<Step>('lintel/explain', { uri, question, path }),
    askAt: (position: Position) => session.connection.sendRequest<Step>('lintel/explain', { uri, position }),
  };
}

describe('a flow', () => {
  it('is asked for with an example, with the points that it may pass', async () => {
    const { session, ask } = await open('rules.v4', 'iptables', FIREWALL);
    expect(await ask()).toMatchObject({ kind: 'ask', example: TEAMS });
    const choice = await ask(TEAMS);
    expect(choice).toMatchObject({ kind: 'choose' });
    const forward = choice.choices.find(({ label }) => /forward/i.test(label));
    const answer = await ask(TEAMS, forward?.path);
    expect(said(answer)).toContain('Verdict: permit');
    expect(said(answer)).toContain('jumps to MEDIA rules.v4, line 7 -A FORWARD -p udp -j MEDIA');
    const link = (line: number) =>
      `<a href="command:lintel.showLine?${encodeURIComponent(JSON.stringify([session.uri('rules.v4'), line]))}">`;
    expect(answer.html).toContain(`${link(6)}rules.v4, line 7</a>`);
    const step = (line: number, effect: string, applies: boolean) => ({
      uri: session.uri('rules.v4'),
      lines: [line, line],
      effect,
      applies,
    });
    expect(answer.way).toEqual([step(6, 'jumps to MEDIA', true), step(7, 'accepts', true)]);
    expect(answer.html).toContain(`${link(7)}rules.v4, line 8</a>`);
  });

  it('that the file decides by the interface is asked for that, and nothing else', async () => {
    const { ask } = await open('rules.v4', 'iptables', FIREWALL);
    const login = 'tcp 10.1.2.3:50000 > 10.0.0.1:22';
    const [input] = (await ask(login)).choices.filter(({ label }) => /input/i.test(label));
    const choice = await ask(login, input?.path);
    expect(choice.choices.map(({ label }) => label)).toEqual(['in on eth1', 'in on another interface']);
    const verdicts = await Promise.all(choice.choices.map(({ path }) => ask(login, path)));
    expect(verdicts.map((one) => /Verdict: (\w+)/.exec(said(one))?.[1])).toEqual(['permit', 'deny']);
  });

  it('passes where lintel.yaml says, without a question', async () => {
    const config = 'files:\n  - match: rules.v4\n    hook: forward\n';
    const { ask } = await open('rules.v4', 'iptables', FIREWALL, { 'lintel.yaml': config });
    expect(said(await ask(TEAMS))).toContain('Verdict: permit');
  });

  it('that is none is refused with the reason', async () => {
    const { ask } = await open('rules.v4', 'iptables', FIREWALL);
    expect(await ask('udp 10.1.2 > 52.112.0.10:3478')).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('10.1.2'),
    });
    expect(await ask('teams, please')).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('invalid flow'),
    });
  });
});

describe('a URL', () => {
  it('is decided for the client that is named before it', async () => {
    const { ask } = await open('squid.conf', 'squid', SQUID);
    expect((await ask()).example).toContain('https://');
    const inside = await ask('10.1.2.3 > https://teams.microsoft.com/');
    expect(said(inside)).toContain('Verdict: permit Decided by squid.conf, line 2');
    const outside = await ask('192.0.2.1 > https://teams.microsoft.com/');
    expect(said(outside)).toContain('Verdict: deny Decided by squid.conf, line 3');
  });

  it('that is none is refused', async () => {
    const { ask } = await open('squid.conf', 'squid', SQUID);
    expect(await ask('teams.microsoft.com')).toMatchObject({ kind: 'invalid' });
  });
});

it('a file that is not open has nothing to explain', async () => {
  const { session } = await open('squid.conf', 'squid', SQUID);
  const other = { uri: session.uri('other.conf'), question: TEAMS };
  expect(await session.connection.sendRequest('lintel/explain', other)).toBeNull();
});

describe('a place in a file', () => {
  const NFT = `table inet f {
  set media { type ipv6_addr; flags interval; elements = { 2603:1063::/38 } }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ip6 daddr @media udp dport { 3478-3481 } accept
    icmp type echo-request accept
  }
}
`;
  const CISCO = `ip access-list extended OUT
 permit tcp 10.1.0.0 0.0.255.255 host 13.107.64.2 eq 443
interface Gi0/1
 ip access-group OUT out
`;
  const PAC = `function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".teams.microsoft.com")) return "DIRECT";
  return "PROXY p:8080";
}
`;
  const LIST = `acl teams dstdomain .teams.microsoft.com login.example.com
http_access allow teams
http_port 3128
`;

  it.each([
    ['rules.v4', 'iptables', FIREWALL, '--dport 3478', 'udp 10.0.0.1:50000 > 52.112.0.1:3478'],
    ['rules.v4', 'iptables', FIREWALL, '--dport 22', 'tcp 10.0.0.1:50000 > 52.112.0.1:22'],
    ['f.nft', 'nftables', NFT, 'daddr @media', 'udp [fc00::1]:50000 > [2603:1063::1]:3478'],
    ['f.nft', 'nftables', NFT, 'echo-request', 'icmp 10.0.0.1 > 52.112.0.1'],
    ['r1.ios', 'cisco-acl', CISCO, 'permit', 'tcp 10.1.0.1:50000 > 13.107.64.2:443'],
    ['proxy.pac', 'pac', PAC, '.teams', 'https://any.teams.microsoft.com/'],
    ['squid.conf', 'squid', LIST, 'login', 'https://login.example.com/'],
    ['squid.conf', 'squid', LIST, 'acl teams', 'https://any.teams.microsoft.com/'],
    ['squid.conf', 'squid', LIST, 'http_port', undefined],
  ])('of %s suggests the question about its rule or host: %s', async (name, language, text, at, suggestion) => {
    const { session, askAt } = await open(name, language, text);
    const step = await askAt(session.rangeOf(name, at).start);
    expect(step.kind).toBe('ask');
    expect(step.suggestion).toBe(suggestion);
  });
});

describe('a log', () => {
  const LOG = `Nov 27 06:00:01 gw kernel: drop: IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=52.112.0.10 LEN=78 PROTO=UDP SPT=50000 DPT=3478 LEN=58
Nov 27 06:00:02 gw sshd[1]: hello
`;

  it('is explained line by line, with links to what decides', async () => {
    const session = await Editor.start(program, {});
    editor = session;
    await session.open('rules.v4', 'iptables', FIREWALL);
    const uri = session.uri('rules.v4');
    const explainLog = (log: string) => session.connection.sendRequest<Step>('lintel/explain', { uri, log });
    const answer = await explainLog(LOG);
    expect(answer.html).toContain('<h2>udp 10.20.0.9:50000 &gt; 52.112.0.10:3478</h2>');
    expect(said(answer)).toContain('permit , by rules.v4, line 8');
    expect(answer.html).toContain('command:lintel.showLine');
    expect(said(answer)).toContain('m365-worldwide/11/udp');
    expect(said(answer)).toContain('Not about a packet or request in a form that is known: line 2.');
    expect(await explainLog('hello')).toMatchObject({ kind: 'invalid', message: expect.stringContaining('a log') });
  });
});
