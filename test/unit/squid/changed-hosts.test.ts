// For which hosts a configuration may answer otherwise once something was put into it: for all others it has to answer as before.
import { describe, expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ProxyRequest, ServerModel } from '../../../server/src/model/proxy.js';
import { Random } from '../../random.js';
import { MAIN, workspace } from './helpers.js';

type Files = Readonly<Record<string, string>>;

/** Both versions, the later one read from the tree of the earlier one as after an edit. */
function versions(
  before: string,
  after: string,
  files: readonly [Files, Files] = [{}, {}],
): [ServerModel, ServerModel] {
  const tree = squid.parse({ uri: MAIN, text: before });
  const old = squid.lower({ uri: MAIN, text: before }, tree, workspace(files[0])).model;
  const now = squid.lower(
    { uri: MAIN, text: after },
    squid.parse({ uri: MAIN, text: after }, tree),
    workspace(files[1]),
  ).model;
  if (old.kind !== 'server' || now.kind !== 'server') throw new Error('a squid.conf is a server');
  return [old, now];
}

/** The hosts as text; `undefined` where only asking both tells. */
function changed(before: string, after: string, files?: readonly [Files, Files]): string | undefined {
  const [old, now] = versions(before, after, files);
  return now.changedHosts?.(old)?.describe();
}

const HEAD = 'http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nacl lan src 10.0.0.0/8\n';
const TAIL = 'http_access allow lan\nhttp_access deny all\n';
const PLAIN = `${HEAD}acl some dstdomain .a.example b.example\nhttp_access deny some\n${TAIL}`;
const NEW = 'acl new dstdomain .c.example\nhttp_access allow lan new\n';
const BUMP =
  'acl step1 at_step SslBump1\nacl kept ssl::server_name .k.example\nssl_bump peek step1\nssl_bump splice kept\nssl_bump bump all\n';
const SPLICE = 'acl new ssl::server_name .c.example\nssl_bump splice new\n';

describe('those of the domains alone', () => {
  test.each([
    ['a new rule', PLAIN, PLAIN.replace(TAIL, NEW + TAIL), '*.c.example, c.example'],
    [
      'a rule that is gone',
      PLAIN.replace(TAIL, NEW + TAIL),
      PLAIN.replace(TAIL, NEW.replace(/http.*\n/, '') + TAIL),
      '*.c.example, c.example',
    ],
    ['a rule that is gone with its domains', PLAIN.replace(TAIL, NEW + TAIL), PLAIN, '*.c.example, c.example'],
    ['domains that nothing names', PLAIN.replace(TAIL, NEW.replace(/http.*\n/, '') + TAIL), PLAIN, 'no host'],
    ['networks that nothing names', `acl few src 10.1.0.0/16\n${PLAIN}`, PLAIN, 'no host'],
    ['another domain of an acl', PLAIN, PLAIN.replace('b.example', 'b.example d.example'), 'd.example'],
    [
      'another line of an acl',
      PLAIN,
      PLAIN.replace('http_access deny some', 'acl some dstdomain d.example\n$&'),
      'd.example',
    ],
    ['a domain in place of one below it', PLAIN, PLAIN.replace('b.example', '.b.example'), '*.b.example'],
    ['a comment', PLAIN, `# Why.\n${PLAIN}`, 'no host'],
    [
      'a rule about TLS',
      PLAIN + BUMP,
      PLAIN + BUMP.replace('ssl_bump splice kept', `${SPLICE}$&`),
      '*.c.example, c.example',
    ],
  ])('%s', (_, before, after, hosts) => {
    expect((changed(before, after) ?? 'not known').split(', ').sort().join(', ')).toBe(hosts);
  });
});

describe('not known', () => {
  const inPlain = (lines: string) => [PLAIN, PLAIN.replace(TAIL, lines + TAIL)] as const;
  test.each<[string, readonly [string, string]]>([
    ['an acl that a rule still names', [PLAIN, PLAIN.replace(/acl some.*\n/, '')]],
    ['a rule about clients', inPlain('acl few src 10.1.0.0/16\nhttp_access deny few\n')],
    ['a rule about all but a domain', inPlain('acl new dstdomain .c.example\nhttp_access deny !new\n')],
    [
      'a rule with an acl that squid asks others for',
      inPlain('acl new dstdomain .c.example\nacl far dst 192.0.2.0/24\nhttp_access deny far new\n'),
    ],
    ['another port', [PLAIN, PLAIN.replace('3128', '3129')]],
    ['another address of an acl', [PLAIN, PLAIN.replace('10.0.0.0/8', '10.0.0.0/8 192.168.0.0/16')]],
    ['an option', [PLAIN, PLAIN.replace('dstdomain .a', 'dstdomain -n .a')]],
    ['the last rule of a list, whose opposite applies', [HEAD, `${HEAD}${NEW}`]],
    [
      'a name that a rule uses already',
      [
        PLAIN.replace(TAIL, `http_access deny !new\n${TAIL}`),
        PLAIN.replace(TAIL, `acl new dstdomain .c.example\nhttp_access deny !new\n${TAIL}`),
      ],
    ],
    [
      'a denial that asks for a login if that is what squid looked at last',
      [
        PLAIN.replace(TAIL, `acl user proxy_auth REQUIRED\nhttp_access deny missing\n${TAIL}`),
        PLAIN.replace(TAIL, `acl user proxy_auth REQUIRED\n${NEW}http_access deny missing\n${TAIL}`),
      ],
    ],
    [
      'redirected connections',
      inPlain(NEW).map((text) => text.replace('3128 ', '3128 intercept ')) as [string, string],
    ],
    [
      'a step at which squid sees the certificate of the server',
      [
        PLAIN + BUMP.replace('peek step1', 'peek all'),
        PLAIN + BUMP.replace('peek step1', 'peek all').replace('ssl_bump splice kept', `${SPLICE}$&`),
      ],
    ],
    [
      'ports among which clients choose',
      inPlain(NEW).map(
        (text) => `${text.replace('http_port', 'http_port 3129\nhttp_port')}acl at myportname 3129\n`,
      ) as [string, string],
    ],
  ])('%s', (_, [before, after]) => {
    expect(changed(before, after)).toBeUndefined();
  });

  test('another list file', () => {
    const text = PLAIN.replace('dstdomain .a.example b.example', 'dstdomain "/work/list"');
    expect(changed(text, text, [{ list: 'a.example\n' }, { list: 'a.example\nb.example\n' }])).toBeUndefined();
    expect(changed(text, text, [{ list: 'a.example\n' }, { list: 'a.example\n' }])).toBe('no host');
  });
});

const LIST_LINES = [
  'http_access deny some',
  'http_access allow lan some',
  'http_access deny !some',
  'http_access deny CONNECT !ssl',
  'http_access allow user',
  'http_access deny other lan',
  'http_access allow both',
  'adapted_http_access deny other',
  'miss_access deny some',
  'http_reply_access deny other',
  'http_access deny far',
  'ssl_bump splice kept',
  'ssl_bump bump some',
  'ssl_bump stare step1',
  'always_direct allow other',
  'never_direct allow some',
];
const ACL_LINES = [
  'acl some dstdomain .a.example',
  'acl some dstdomain b.example',
  'acl other dstdomain .c.example',
  'acl kept ssl::server_name .a.example',
  'acl kept ssl::server_name d.example',
];
const NEW_LINES = [
  'http_access allow lan new',
  'http_access deny new',
  'http_access allow new !lan',
  'http_access allow new user',
  'ssl_bump splice new',
  'ssl_bump bump new',
  'ssl_bump splice named',
  'http_access deny named',
  'miss_access deny new',
  'http_reply_access deny new lan',
  'never_direct allow new',
];
const HOSTS = [
  'a.example',
  'x.a.example',
  'b.example',
  'x.b.example',
  'c.example',
  'd.example',
  'n.example',
  'x.n.example',
  'other.test',
  '192.0.2.7',
];

/** Some lines of a configuration, acls first as squid wants them. */
function configuration(random: Random): string[] {
  const several = (lines: readonly string[], most: number) =>
    Array.from({ length: 1 + random.below(most) }, () => random.pick(lines));
  return [
    random.pick(['http_port 3128', 'http_port 3128 ssl-bump cert=/etc/squid/ca.pem', 'http_port 3128 intercept']),
    ...(random.below(4) === 0
      ? ['http_port 3129 name=second', 'acl second myportname second', 'http_access deny second']
      : []),
    'acl lan src 10.0.0.0/8',
    'acl ssl port 443',
    'acl step1 at_step SslBump1',
    'acl user proxy_auth REQUIRED',
    'acl far dst 198.51.100.0/24',
    ...several(ACL_LINES, 5),
    'acl some dstdomain .s.example',
    'acl other dstdomain .o.example',
    'acl kept ssl::server_name .k.example',
    'acl both any-of some other',
    ...(random.below(2) === 0 ? ['ssl_bump peek step1'] : []),
    ...several(LIST_LINES, 8),
    ...(random.below(2) === 0 ? ['ssl_bump bump all'] : []),
    ...(random.below(4) > 0 ? ['http_access allow lan', 'http_access deny all'] : []),
  ];
}

/** An edit as fixes make them, or another one. */
function edited(lines: readonly string[], random: Random): string[] {
  const after = [...lines];
  const put = (line: string) =>
    after.splice(after.indexOf('acl far dst 198.51.100.0/24') + 1 + random.below(after.length - 7), 0, line);
  for (let i = 0; i <= random.below(3); i++) {
    switch (random.below(4)) {
      case 0:
        put(
          random.pick([
            'acl some dstdomain .n.example',
            'acl kept ssl::server_name n.example',
            'acl other dstdomain x.n.example',
          ]),
        );
        break;
      case 1:
        after.splice(1 + random.below(after.length - 1), 1);
        break;
      default:
        put(random.pick(NEW_LINES));
    }
  }
  const first = after.findIndex((line) => NEW_LINES.includes(line));
  if (first >= 0) after.splice(first, 0, 'acl new dstdomain .n.example', 'acl named ssl::server_name n.example');
  return after;
}

const REQUESTS = [
  { scheme: 'https', port: 443, user: 'any' },
  { scheme: 'https', port: 443, user: 'none' },
  { scheme: 'http', port: 80, user: 'any' },
  { scheme: 'https', port: 8443, user: 'any' },
] as const satisfies readonly Partial<ProxyRequest>[];

/** What becomes of a request, whatever is assumed and on which line it depends. */
function outcomes(model: ServerModel, request: Omit<ProxyRequest, 'addresses'>): string {
  const texts = model.decide({ ...request, addresses: undefined }).map(({ outcome, at }) => {
    if (outcome.kind === 'undecided') return 'undecided';
    const { access, tls, route } = outcome;
    return [at?.name, access, ...[tls, route].map((one) => (typeof one === 'string' ? one : one.kind))].join(' ');
  });
  return [...new Set(texts)].sort().join(', ');
}

test('hosts that are not among them get what they got before', () => {
  const random = new Random(20_26);
  let known = 0;
  for (let i = 0; i < 1_500; i++) {
    const lines = configuration(random);
    const [before, after] = [lines, edited(lines, random)].map((one) => `${one.join('\n')}\n`) as [string, string];
    const [old, now] = versions(before, after);
    const concerned = now.changedHosts?.(old);
    if (!concerned) continue;
    known++;
    for (const host of HOSTS) {
      const hosts = HostSet.exact(host);
      // Hosts are asked about among others, as a proof asks: squid looks up the name of a single address.
      const asked = host === '192.0.2.7' ? hosts.union(HostSet.exact('z.test')) : hosts;
      if (!asked.intersect(concerned).isEmpty) continue;
      for (const client of ['10.1.1.1', '192.168.1.1']) {
        for (const request of REQUESTS) {
          const all = { ...request, hosts: asked, clients: IpSet.parse(client) };
          expect({ host, client, request, before, after, is: outcomes(now, all) }).toEqual({
            host,
            client,
            request,
            before,
            after,
            is: outcomes(old, all),
          });
        }
      }
    }
  }
  expect(known).toBeGreaterThan(300);
});
