// Who asks, and by which way: client networks behind interfaces, declared roles, and the profiles of a host.
import { describe, expect, test } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const ROOT = 'file:///network';

/** UDP 3478-3481 to the Teams media relays, 52.112.0.0/14 and 52.122.0.0/15. */
const MEDIA: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };

interface Case {
  readonly dialect?: Dialect;
  readonly name?: string;
  readonly text: string;
  readonly workspace?: string;
}

function serve({ dialect = cisco, name = 'core.cfg', text, workspace = '' }: Case): LanguageService {
  const service = new LanguageService(new MemoryFiles(new Map([[`${ROOT}/lintel.yaml`, workspace]])));
  service.setFolders([ROOT]);
  service.put(`${ROOT}/${name}`, dialect, text);
  return service;
}

/** The verdict, and each finding on the requirement: its severity, the text that it stands on, and whom it is about. */
async function answer(given: Case): Promise<string[]> {
  const { name = 'core.cfg', text } = given;
  const examined = await serve(given).examine(`${ROOT}/${name}`, MEDIA);
  if (!examined) throw new Error('not examined');
  const { findings, coverage } = examined.analysis.report;
  return [
    coverage[0]?.status ?? 'none',
    ...findings
      .filter(({ code }) => code.startsWith('requirement-'))
      .map(({ severity, range, message }) => {
        const [sentence = ''] = message.split(/: |; |, while| \(m365/);
        const who = / (?:for \S+ (?:behind|in)|in the) .*/.exec(sentence)?.[0] ?? '';
        return `${severity} on ${text.slice(range.start, range.end).trim()}${who}`;
      }),
  ];
}

const OUTSIDE = `interface GigabitEthernet0/0
 ip address 198.51.100.2 255.255.255.252
ip route 0.0.0.0 0.0.0.0 198.51.100.1
`;

const vlan = (number: number, list?: string) => `interface Vlan${number}
 ip address 10.${number}.0.1 255.255.0.0
${list === undefined ? '' : ` ip access-group ${list} in\n`}`;

const SHUT = `ip access-list extended SHUT
 permit tcp any any
 deny udp any any
`;

describe('a network inside is asked by itself', () => {
  test('the only one that is shut is an error', async () => {
    expect(await answer({ text: vlan(10, 'SHUT') + OUTSIDE + SHUT })).toEqual([
      'blocked',
      'error on deny udp any any for clients behind Vlan10 (10.10.0.0/16)',
    ]);
  });

  test('one of several is told, and no fault', async () => {
    expect(await answer({ text: vlan(10, 'SHUT') + vlan(20) + OUTSIDE + SHUT })).toEqual([
      'partial',
      'info on deny udp any any for clients behind Vlan10 (10.10.0.0/16)',
    ]);
  });

  test('all that are shut by one list have one finding', async () => {
    expect(await answer({ text: vlan(10, 'SHUT') + vlan(20, 'SHUT') + OUTSIDE + SHUT })).toEqual([
      'blocked',
      'error on deny udp any any',
    ]);
  });

  test('an address that is denied is told while the rest of its network is served', async () => {
    const list = `ip access-list extended USERS
 deny ip host 10.10.5.5 any
 permit ip any any
`;
    expect(await answer({ text: vlan(10, 'USERS') + OUTSIDE + list })).toEqual([
      'partial',
      'info on deny ip host 10.10.5.5 any for clients behind Vlan10 (10.10.0.0/16), as far as they are in 10.10.5.5',
    ]);
  });

  test('each statement that denies a part of it is told with that part', async () => {
    const list = `ip access-list extended USERS
 deny ip host 10.10.5.5 any
 deny udp 10.10.8.0 0.0.0.255 any
 permit ip any any
`;
    expect(await answer({ text: vlan(10, 'USERS') + OUTSIDE + list })).toEqual([
      'partial',
      'info on deny ip host 10.10.5.5 any for clients behind Vlan10 (10.10.0.0/16), as far as they are in 10.10.5.5',
      'info on deny udp 10.10.8.0 0.0.0.255 any for clients behind Vlan10 (10.10.0.0/16), as far as they are in 10.10.8.0/24',
    ]);
  });

  test('a network of public addresses is one as well', async () => {
    const campus = `interface Vlan10
 ip address 203.0.113.1 255.255.255.128
 ip access-group CAMPUS in
ip access-list extended CAMPUS
 permit ip 203.0.113.0 0.0.0.127 any
 deny ip any any
`;
    expect(await answer({ text: campus + OUTSIDE })).toEqual(['met']);
  });

  test('a router behind it has its networks there', async () => {
    const text = `${vlan(10, 'SHUT')}${OUTSIDE}ip route 172.20.0.0 255.255.0.0 10.10.0.9\n${SHUT}`;
    expect(await answer({ text })).toEqual(['blocked', 'error on deny udp any any']);
    const open = text.replace('deny udp any any', 'deny udp 172.20.0.0 0.0.255.255 any\n permit udp any any');
    expect(await answer({ text: open })).toEqual([
      'partial',
      'info on deny udp 172.20.0.0 0.0.255.255 any for clients behind Vlan10 (172.20.0.0/16)',
    ]);
  });
});

describe('a declared role comes by its own interface', () => {
  const roles = (prefixes: string) => `roles:\n  clients: [${prefixes}]\n`;
  const text = vlan(10, 'SHUT') + vlan(20) + OUTSIDE + SHUT;

  test.each([
    ['10.10.0.0/16', ['blocked', 'error on deny udp any any']],
    ['10.20.0.0/16', ['met']],
    ['10.10.0.0/16, 10.20.0.0/16', ['partial', 'error on deny udp any any for clients behind Vlan10 (10.10.0.0/16)']],
  ])('%s', async (prefixes, expected) => {
    expect(await answer({ text, workspace: roles(prefixes) })).toEqual(expected);
  });

  test('one that is in no network of the file is undecided where that matters', async () => {
    expect(await answer({ text, workspace: roles('172.31.0.0/16') })).toEqual([
      'undecided',
      'info on deny udp any any for clients in 172.31.0.0/16',
    ]);
    expect(await answer({ text: vlan(20) + OUTSIDE + SHUT, workspace: roles('172.31.0.0/16') })).toEqual([
      'not-applicable',
    ]);
  });
});

describe('lintel.yaml says what is behind the interfaces of a firewall', () => {
  const text = `table inet fw {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established accept
    iifname "lan0" oifname "wan0" udp dport 3478-3481 accept
  }
}
`;
  const given = { dialect: nftables, name: 'edge.nft', text };
  const interfaces = (lines: string) => `interfaces:\n${lines}`;

  test('without it, an interface that is served will do', async () => {
    expect(await answer(given)).toEqual(['met']);
  });

  test('a network behind the one that is served', async () => {
    const workspace = interfaces('  lan0: [10.20.0.0/16]\n  wan0: internet\n');
    expect(await answer({ ...given, workspace })).toEqual(['met']);
  });

  test('a network behind another one', async () => {
    const workspace = interfaces('  lan1: [10.30.0.0/16]\n  wan0: internet\n');
    const other = text.replace('    iifname', '    iifname "lan1" tcp dport 53 accept\n    iifname');
    expect((await answer({ ...given, text: other, workspace }))[0]).toBe('blocked');
  });

  test('a network behind one that the file does not have concerns another file', async () => {
    const workspace = interfaces('  lan1: [10.30.0.0/16]\n  wan0: internet\n');
    expect(await answer({ ...given, workspace })).toEqual(['met']);
  });

  test('a network within another one, which is behind its own interface alone', async () => {
    const workspace = interfaces('  lan0: [10.20.0.0/16]\n  lab0: [10.20.7.0/24]\n  wan0: internet\n');
    const open = text.replace(
      '    iifname "lan0"',
      '    iifname "lan0" ip saddr 10.20.7.0/24 drop\n    iifname "lan0"',
    );
    const [status, ...findings] = await answer({ ...given, text: open, workspace });
    expect(status).toBe('partial');
    expect(findings.filter((one) => one.includes('behind'))).toEqual([
      'info on policy drop for clients behind lab0 (10.20.7.0/24)',
    ]);
  });
});

describe('every profile that a Windows host may be in has to permit it', () => {
  const block = (profiles: string) =>
    `New-NetFirewallRule -DisplayName 'media' -Direction Outbound -Protocol UDP -RemotePort 3478-3481 -Profile ${profiles} -Action Block\n`;
  const given = (profiles: string, workspace = '') => ({
    dialect: windowsFirewall,
    name: 'office.ps1',
    text: block(profiles),
    workspace,
  });

  test.each([
    ['Domain', 'partial', ' in the Domain profile'],
    ['Domain,Private', 'partial', ' in the Domain and Private profiles'],
    ['Any', 'blocked', ''],
  ])('%s is %s', async (profiles, status, who) => {
    expect(await answer(given(profiles))).toEqual([status, `error on ${block(profiles).trim()}${who}`]);
  });

  test('lintel.yaml may leave profiles out', async () => {
    expect(await answer(given('Public', 'profiles: [domain, private]\n'))).toEqual(['met']);
  });
});

test('where no edit is proved, the hover says why', async () => {
  const text = `New-NetFirewallRule -DisplayName 'no relay' -Direction Outbound -Protocol UDP -RemotePort 3478-3481 -Action Block\n`;
  const service = serve({ dialect: windowsFirewall, name: 'office.ps1', text });
  const fixes = await service.fixes(`${ROOT}/office.ps1`, MEDIA, () => true);
  const hover = await service.hover(`${ROOT}/office.ps1`, 4, MEDIA);
  expect(fixes.flatMap((one) => one.fixes)).toEqual([]);
  expect(hover?.markdown).toMatch(/No quick fix: .+\./);
});

test('a quick fix declares which network the clients are in', async () => {
  const text = vlan(10, 'SHUT') + vlan(20) + OUTSIDE + SHUT;
  const service = serve({ text, workspace: 'cloud: worldwide\n' });
  const at = text.indexOf('deny udp');
  const menu = await service.menuAt(`${ROOT}/core.cfg`, { start: at, end: at }, MEDIA);
  const offered = (menu?.entries ?? []).flatMap((entry) => (entry.does === 'declare' ? [entry.fix] : []));
  expect(offered.map(({ title }) => title)).toEqual([
    'Clients are in 10.20.0.0/16: declare it in lintel.yaml (this is no fault then)',
    'Clients are in 10.10.0.0/16: declare it in lintel.yaml (this is an error then)',
  ]);
  const [served = '', shut = ''] = offered.map(({ edits }) => applyEdits('cloud: worldwide\n', edits));
  expect(served).toBe('cloud: worldwide\nroles:\n  clients: [10.20.0.0/16]\n');
  expect(await answer({ text, workspace: served })).toEqual(['met']);
  expect((await answer({ text, workspace: shut }))[0]).toBe('blocked');
});
