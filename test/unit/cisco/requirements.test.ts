import { describe, expect, it } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import type { ToldVerdict } from '../../../server/src/analysis/report.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { toldVerdicts } from '../../../server/src/service/checked-files.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { explain, NO_SOURCES, read } from './support.js';

function requirement(protocol: 'tcp' | 'udp', prefix: string, ports: string): Requirement {
  return {
    id: `test/media/${protocol}`,
    title: 'Media',
    why: 'Test.',
    kind: 'reach',
    flow: { from: { role: 'clients' }, to: { prefixes: [prefix] }, protocol, ports, direction: 'outbound' },
    required: true,
    tags: ['teams'],
    source: { document: 'Test', url: 'https://example.com/' },
  };
}

const MEDIA = requirement('udp', '198.51.100.0/24', '3478-3481');
const WEB = requirement('tcp', '198.51.100.0/24', '443');

function checksFor(asked: Requirement, roles: ReadonlyMap<string, IpSet>): Checks {
  return { requirements: [asked], retired: [], severity: {}, network: { roles } };
}

function check(
  text: string,
  asked: Requirement,
  roles: ReadonlyMap<string, IpSet> = new Map(),
): ToldVerdict | undefined {
  return toldVerdicts(analyze(read(text), cisco, checksFor(asked, roles)).report.coverage)[0];
}

/** The texts that the fixes of every requirement finding give, best first. */
function fixed(text: string, asked: Requirement, roles: ReadonlyMap<string, IpSet> = new Map()): string[] {
  const document = read(text);
  const checks = checksFor(asked, roles);
  const analysis = analyze(document, cisco, checks);
  const context = { document, dialect: cisco, sources: NO_SOURCES, checks, analysis };
  return analysis.report.findings
    .filter(({ requirements }) => requirements.length > 0)
    .flatMap((finding) => fixesFor(context, finding))
    .map(({ edits }) => applyEdits(text, edits));
}

const LAN = 'interface Gi0/0\n ip address 10.0.0.1 255.0.0.0\n';
const WAN = 'interface Gi0/1\n ip address 192.0.2.2 255.255.255.252\n';
const ROUTE = 'ip route 0.0.0.0 0.0.0.0 192.0.2.1\n';

describe('a router that looks at each packet alone', () => {
  const replies = (entry: string) =>
    `ip access-list extended WAN_IN\n ${entry}\n${LAN}${WAN} ip access-group WAN_IN in\n${ROUTE}`;

  it('has to permit the replies at the other interface', () => {
    expect(check(replies('permit tcp any any established'), WEB)?.status).toBe('met');
    expect(check(replies('permit tcp any any established'), MEDIA)).toMatchObject({
      status: 'blocked',
      reason: 'the replies to it are denied',
    });
    expect(check(replies('permit udp 198.51.100.0 0.0.0.255 range 3478 3481 any'), MEDIA)?.status).toBe('met');
    expect(check(replies('permit udp 198.51.100.0 0.0.0.255 range 3478 3480 any'), MEDIA)?.status).toBe('partial');
  });

  it('gets a fix where the replies are denied', () => {
    expect(fixed(replies('permit tcp any any established'), MEDIA)).toEqual([
      replies(
        'permit tcp any any established\n permit udp 198.51.100.0 0.0.0.255 range 3478 3481 10.0.0.0 0.255.255.255',
      ),
    ]);
  });

  it('asks the list where packets come in and the list where they leave', () => {
    const text = (entry: string) =>
      `access-list 101 permit udp any any\naccess-list 102 ${entry}\n${LAN} ip access-group 101 in\n${WAN} ip access-group 102 out\n${ROUTE}`;
    expect(check(text('permit udp any any range 3478 3481'), MEDIA)?.status).toBe('met');
    expect(check(text('permit udp any any eq 3478'), MEDIA)).toMatchObject({
      status: 'partial',
      missing: 'UDP 3479-3481 to 198.51.100.0/24 for clients behind Gi0/0 (10.0.0.0/8)',
    });
  });

  it('lets reflected sessions back in', () => {
    const text = (reflect: string) =>
      `ip access-list extended OUT\n permit udp any any${reflect}\nip access-list extended IN\n evaluate MEMORY\n${LAN}${WAN} ip access-group OUT out\n ip access-group IN in\n${ROUTE}`;
    expect(check(text(' reflect MEMORY'), MEDIA)?.status).toBe('met');
    expect(check(text(''), MEDIA)?.status).toBe('blocked');
  });

  it('does not ask lists that serve something else', () => {
    const text = `access-list 1 permit 10.0.0.0 0.255.255.255\nip nat inside source list 1 interface Gi0/1 overload\n${LAN}${WAN}`;
    expect(check(text, MEDIA)?.status).toBe('not-applicable');
  });

  it('does not ask lists of a part that serves something else, and says what', () => {
    const text = 'access-list 7 permit 10.0.0.0 0.255.255.255\nline vty 0 4\n access-class 7 in\n';
    expect(check(text, MEDIA)).toMatchObject({
      status: 'not-applicable',
      reason: "7 filters no traffic: it is used by 'access-class 7 in'",
    });
    expect(check(text.split('line')[0] ?? '', MEDIA)?.status).toBe('met');
    // The entries of a class map say what belongs to a class, and not what passes.
    const selected = `${text.split('line')[0]}class-map match-all WEB\n match access-group 7\n`;
    expect(check(selected, MEDIA)?.status).toBe('not-applicable');
    expect(check(selected.replace('map match-all', 'map type inspect match-all'), MEDIA)?.status).toBe('met');
  });

  it('knows the address that overload gives', () => {
    const device = (list: string) =>
      `${list}access-list 7 permit 10.0.0.0 0.255.255.255\nip nat inside source list 7 interface Gi0/1 overload\n${LAN} ip nat inside\n${WAN} ip nat outside\n ip access-group LEAVE out\n${ROUTE}`;
    const list = (source: string) => `ip access-list extended LEAVE\n permit udp ${source} any range 3478 3481\n`;
    expect(check(device(list('host 192.0.2.2')), MEDIA)?.status).toBe('met');
    expect(check(device(list('10.0.0.0 0.255.255.255')), MEDIA)?.status).toBe('blocked');
    const pool = device(list('192.0.2.128 0.0.0.127')).replace('interface Gi0/1 overload', 'pool P');
    expect(check(`${pool}ip nat pool P 192.0.2.130 192.0.2.140 netmask 255.255.255.0\n`, MEDIA)?.status).toBe('met');
    expect(check(`${pool}ip nat pool P 192.0.2.12 192.0.2.140 netmask 255.255.255.0\n`, MEDIA)?.status).toBe(
      'undecided',
    );
  });

  it('sees the inside address of a static translation behind NAT, and leaves open what a route map does', () => {
    const inbound: Requirement = {
      ...MEDIA,
      flow: {
        ...MEDIA.flow,
        from: { prefixes: ['198.51.100.0/24'] },
        to: { role: 'access-edge' },
        direction: 'inbound',
      },
    };
    const device = (rule: string, host = '203.0.113.9') =>
      `ip access-list extended TO-LAN\n permit udp any host ${host}\n${rule}${LAN} ip nat inside\n ip access-group TO-LAN out\n${WAN} ip nat outside\n${ROUTE}`;
    const roles = new Map([['access-edge', IpSet.parse('203.0.113.9')]]);
    const rule = 'ip nat inside source static 10.0.0.9 203.0.113.9';
    expect(check(device(`${rule}\n`), inbound, roles)?.status).toBe('blocked');
    expect(check(device(`${rule}\n`, '10.0.0.9'), inbound, roles)?.status).toBe('met');
    expect(check(device(`${rule} route-map SOME\n`), inbound, roles)?.status).toBe('undecided');
    expect(check(device(''), inbound, roles)?.status).toBe('met');
  });

  it('leaves unknown what NAT and zones decide', () => {
    const nat = `ip access-list extended IN\n permit udp 198.51.100.0 0.0.0.255 host 192.0.2.2\n${LAN} ip nat inside\n${WAN} ip nat outside\n ip access-group IN in\n`;
    expect(check(nat, MEDIA)?.status).toBe('undecided');
    const zones = `${LAN} zone-member security inside\n${WAN} zone-member security outside\n${ROUTE}`;
    expect(check(zones, MEDIA)?.status).toBe('undecided');
  });

  it('passes everything through a list that does not exist', () => {
    expect(check(`${LAN} ip access-group MISSING in\n${WAN}${ROUTE}`, MEDIA)?.status).toBe('met');
  });
});

describe('an ASA', () => {
  const device = (rest: string) => `ASA Version 9.16
interface Gi0/0
 nameif outside
 security-level 0
interface Gi0/1
 nameif inside
 security-level 100
interface Gi0/2
 nameif dmz
 security-level 50
${rest}`;

  it('lets connections pass from a higher security level to a lower one without a list', () => {
    const document = read(device(''));
    const go = (inInterface: string, outInterface: string) =>
      explain(document, 'tcp 10.0.0.1:50000 > 198.51.100.1:443', { inInterface, outInterface }).verdict;
    expect(go('inside', 'outside')).toBe('permit');
    expect(go('dmz', 'outside')).toBe('permit');
    expect(go('dmz', 'inside')).toBe('deny');
    expect(go('outside', 'inside')).toBe('deny');
    expect(go('inside', 'inside')).toBe('deny');
  });

  it('follows the list of an interface, then the global one', () => {
    const lists = device(
      'access-list IN extended permit udp any any eq 3478\naccess-list ALL extended permit tcp any any eq https\naccess-group IN in interface inside\naccess-group ALL global\n',
    );
    expect(check(lists, WEB)?.status).toBe('met');
    expect(check(lists, MEDIA)?.status).toBe('partial');
  });

  it('needs no entry for replies', () => {
    const text = device(
      'access-list IN extended permit udp any any\naccess-list BACK extended deny ip any any\naccess-group IN in interface inside\naccess-group BACK in interface outside\n',
    );
    expect(check(text, MEDIA)?.status).toBe('met');
  });

  it('leaves unknown what a host name resolves to', () => {
    const text = `object network CLOUD\n fqdn media.example.com\naccess-list IN extended permit udp any object CLOUD\n`;
    expect(check(text, MEDIA)?.status).toBe('undecided');
  });
});

describe('a server that an ASA publishes', () => {
  const device = (entries: string) => `ASA Version 9.16
interface Gi0/0
 nameif outside
 security-level 0
 ip address 198.51.100.2 255.255.255.0
interface Gi0/1
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.0.0.0
object network EDGE
 host 10.20.5.5
 nat (inside,outside) static 198.51.100.3 service tcp 5061 443
${entries}access-group IN in interface outside
route outside 0.0.0.0 0.0.0.0 198.51.100.1
`;
  const PUBLIC: Requirement = {
    ...WEB,
    id: 'test/edge',
    flow: {
      from: { prefixes: ['0.0.0.0/0'] },
      to: { role: 'access-edge' },
      protocol: 'tcp',
      ports: '443',
      direction: 'inbound',
    },
  };
  const roles = (address: string) => new Map([['access-edge', IpSet.parse(address)]]);
  const REAL = 'access-list IN extended permit tcp any host 10.20.5.5 eq 5061\n';

  it('is asked for by the address that it has outside, and filtered by its own', () => {
    expect(check(device(REAL), PUBLIC, roles('198.51.100.3'))?.status).toBe('met');
    expect(check(device(REAL.replace('5061', '443')), PUBLIC, roles('198.51.100.3'))?.status).toBe('blocked');
    const mapped = 'access-list IN extended permit tcp any host 198.51.100.3 eq 443\n';
    expect(check(device(mapped), PUBLIC, roles('198.51.100.3'))).toMatchObject({
      status: 'blocked',
      missing: 'TCP 443 to 198.51.100.3',
    });
  });

  it('may be declared by its own address as well, and is asked for by the port that it has outside', () => {
    const own = roles('10.20.5.5');
    expect(check(device(REAL), PUBLIC, own)?.status).toBe('met');
    expect(check(device(REAL.replace('5061', '443')), PUBLIC, own)?.status).toBe('blocked');
  });

  it('gets a fix with its own address and port', () => {
    const closed = 'access-list IN extended deny ip any any\n';
    expect(fixed(device(closed), PUBLIC, roles('198.51.100.3'))).toEqual([device(REAL + closed)]);
  });
});

describe('fixes', () => {
  it('take a number between the neighbours', () => {
    expect(fixed('ip access-list extended A\n  10 permit tcp any any eq 443\n  20 deny ip any any\n', MEDIA)).toEqual([
      'ip access-list extended A\n  10 permit tcp any any eq 443\n  15 permit udp any 198.51.100.0 0.0.0.255 range 3478 3481\n  20 deny ip any any\n',
    ]);
  });

  it('write the number where the list of IOS for IPv6 has it', () => {
    const wanted = 'permit udp any 2001:db8:9::/48 range 3478 3481';
    const inFront = ['sequence 10 permit tcp any any eq 443', 'sequence 20 deny ipv6 any any'];
    const atEnd = ['permit tcp any any eq 443 sequence 10', 'deny ipv6 any any sequence 20'];
    const list = (entries: readonly string[]) => `ipv6 access-list A\n ${entries.join('\n ')}\n`;
    const media6 = { ...MEDIA, flow: { ...MEDIA.flow, to: { prefixes: ['2001:db8:9::/48'] } } };
    expect(fixed(list(inFront), media6)).toEqual([list([inFront[0] ?? '', `sequence 15 ${wanted}`, inFront[1] ?? ''])]);
    expect(fixed(list(atEnd), media6)).toEqual([list([atEnd[0] ?? '', `${wanted} sequence 15`, atEnd[1] ?? ''])]);
  });

  it('stand after the entries that deny a single host, which stays denied', () => {
    const head = 'ip access-list extended A\n deny tcp host 10.1.2.3 any\n deny ip host 10.1.2.4 any\n';
    expect(fixed(`${head} permit tcp any any eq 443\n deny ip any any log\n`, MEDIA)).toEqual([
      `${head} permit tcp any any eq 443\n permit udp any 198.51.100.0 0.0.0.255 range 3478 3481\n deny ip any any log\n`,
    ]);
  });

  it('stand once before an entry that denies at times and the one that always does', () => {
    const [head, tail] = [
      'time-range NIGHT\n periodic daily 22:00 to 23:59\nip access-list extended A\n',
      ' deny udp any any time-range NIGHT\n deny udp any 198.51.100.0 0.0.0.255\n permit ip any any\n',
    ];
    expect(fixed(head + tail, MEDIA)).toEqual([
      `${head} permit udp any 198.51.100.0 0.0.0.255 range 3478 3481\n${tail}`,
    ]);
  });

  it('are none where only a number before such an entry is free', () => {
    const list =
      'ip access-list extended A\n 10 deny ip host 10.1.2.4 any\n 11 permit tcp any any\n 12 deny ip any any\n';
    expect(fixed(list, MEDIA)).toEqual([]);
  });

  it('take the nearest gap before that where the numbers are tight', () => {
    expect(
      fixed(
        'ip access-list extended A\n 5 permit icmp any any\n 6 permit tcp any any eq 443\n 7 deny ip any any\n',
        MEDIA,
      ),
    ).toEqual([
      'ip access-list extended A\n 2 permit udp any 198.51.100.0 0.0.0.255 range 3478 3481\n 5 permit icmp any any\n 6 permit tcp any any eq 443\n 7 deny ip any any\n',
    ]);
  });

  it('keep to the form of a numbered list, and add a remark where the list has some', () => {
    expect(
      fixed(
        'access-list 101 remark web\naccess-list 101 permit tcp any any eq 443\naccess-list 101 deny ip any any\n',
        MEDIA,
      ),
    ).toEqual([
      'access-list 101 remark web\naccess-list 101 permit tcp any any eq 443\naccess-list 101 remark Microsoft Teams\naccess-list 101 permit udp any 198.51.100.0 0.0.0.255 range 3478 3481\naccess-list 101 deny ip any any\n',
    ]);
  });

  it('write prefixes where the list does', () => {
    expect(fixed('ip access-list A\n  10 permit tcp 10.0.0.0/8 any eq 443\n', MEDIA)).toEqual([
      'ip access-list A\n  10 permit tcp 10.0.0.0/8 any eq 443\n  20 permit udp any 198.51.100.0/24 range 3478 3481\n',
    ]);
  });

  it('write netmasks on an ASA, with the line ends of the file', () => {
    expect(
      fixed(
        'access-list OUT extended permit tcp any any eq https\r\naccess-list OUT extended deny ip any any\r\n',
        MEDIA,
      ),
    ).toEqual([
      'access-list OUT extended permit tcp any any eq https\r\naccess-list OUT extended permit udp any 198.51.100.0 255.255.255.0 range 3478 3481\r\naccess-list OUT extended deny ip any any\r\n',
    ]);
  });

  it('extend the object group of an entry that permits the same service', () => {
    const text = (member: string) =>
      `object-group network CLOUD\n network-object 203.0.113.0 255.255.255.0${member}\naccess-list OUT extended permit udp any object-group CLOUD range 3478 3481\n`;
    expect(fixed(text(''), MEDIA)[0]).toBe(text('\n network-object 198.51.100.0 255.255.255.0'));
  });
});
