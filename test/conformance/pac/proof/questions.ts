// What is asked about a generated program, and the states of the environment in which it is run.
import { HostSet } from '../../../../server/src/model/hosts.js';
import { IpSet } from '../../../../server/src/model/ip.js';
import type { ProxyRequest } from '../../../../server/src/model/proxy.js';
import type { Random } from '../../../random.js';
import { requestFor } from '../../../unit/pac/helpers.js';
import type { Surroundings } from '../oracle/oracle.js';
import { LABELS, NAMES } from './writing.js';

/** Hosts on both sides of what the conditions tell apart. */
const HOSTS: readonly string[] = [
  ...NAMES.flatMap((name) => [
    name,
    `bad${name}`,
    `${name}.test`,
    `a.b.${name}`,
    `relay7.eu.${name}`,
    `a-rather-long-label-that-goes-on.${name}`,
    ...LABELS.flatMap((label) => [`${label}.${name}`, `${label}9.${name}`, `x${label}.${name}`]),
  ]),
  ...LABELS,
  ...[
    'a.a.com',
    'www.www.example.com',
    'www.relay.teams.example.com',
    'teams.cloud.example.org',
    'q',
    '0',
    'com',
    'org',
  ],
  ...[
    '10.66.3.4',
    '10.1.2.3',
    '192.168.64.9',
    '52.113.7.8',
    '10.1.2.3.example.com',
    'site.test',
    'x.teams.example.comx',
  ],
];

const CLIENTS = [
  ...['10.66.3.4', '10.66.1.9', '10.66.255.255', '10.1.2.3', '10.1.0.0', '10.67.0.1', '10.200.8.130', '10.0.0.1'],
  ...['192.168.64.1', '192.168.127.77', '192.168.1.1', '172.16.5.5', '172.31.255.254', '10.166.1.66', '10.6.6.6'],
] as const;
const DOCUMENTED = '52.112.0.0/14';
const DOCUMENTED_ANSWERS = ['52.113.7.8', '52.112.0.0', '52.115.255.255'] as const;
const PUBLIC_ANSWERS = [...DOCUMENTED_ANSWERS, '13.107.3.3', '52.116.0.0', '8.8.8.8'] as const;
const OTHER_ANSWERS = [...PUBLIC_ANSWERS, '10.66.3.4', '10.66.1.200', '10.1.2.3', '172.20.1.1', '203.0.113.7'] as const;
const PATHS = ['/', '/update/x', '/download/setup.exe', '/?q=relay.example.com', '/a/teams.example.com/'] as const;

/** A question to the model, and hosts that it is about. */
export interface Question {
  readonly request: ProxyRequest;
  readonly hosts: readonly string[];
}

const SETS = ['*.teams.example.com', '*.example.com', 'teams.example.com', '*.cloud.example.org', '*.lync.example'];

/** Some requests about one program; between them about `hosts` hosts. */
export function questions(choices: Random, hosts: number): Question[] {
  const some = HostSet.union(SETS.filter(() => choices.below(2) === 0).map((pattern) => HostSet.pattern(pattern)));
  const asked = some.isEmpty ? HostSet.pattern('*.example.com') : some;
  const share = Math.ceil(hosts / 3);
  return [
    question(
      choices,
      requestFor(asked, { addresses: choices.below(2) === 0 ? IpSet.parse(DOCUMENTED) : undefined }),
      share,
    ),
    question(choices, requestFor(HostSet.all), share),
    question(choices, requestFor(asked, { scheme: 'http', port: 80 }), share),
  ];
}

/** The same question about one host and one client, as `explain` asks it. */
export function narrowed(request: ProxyRequest, host: string, client: string): ProxyRequest {
  return { ...request, hosts: HostSet.exact(host), clients: IpSet.parse(client) };
}

function question(choices: Random, request: ProxyRequest, count: number): Question {
  const known = HOSTS.filter((host) => request.hosts.has(host));
  const hosts = Array.from({ length: count }, () => known[choices.below(known.length)] ?? 'www.example.com');
  return { request, hosts: [...new Set(hosts)] };
}

/** A URL of a host as engines hand it to the file: without path where it is encrypted. */
export function urlFor(choices: Random, { scheme }: ProxyRequest, host: string): string {
  return `${scheme}://${host}${scheme === 'https' ? '/' : choices.pick(PATHS)}`;
}

/** A state of the environment that the request leaves possible. */
export function surroundings(
  choices: Random,
  { addresses, clients }: ProxyRequest,
): Surroundings & { readonly shown: string } {
  const client = choices.pick(CLIENTS);
  if (!clients.overlaps(IpSet.parse(client))) throw new Error('a client that was not asked about');
  const ofHost = choices.below(4) === 0 ? null : choices.pick(addresses ? DOCUMENTED_ANSWERS : PUBLIC_ANSWERS);
  const others = new Map<string, string | null>();
  const resolve = (name: string): string | null => {
    if (HOSTS.includes(name)) return ofHost;
    // DNS answers the same while a file runs, also that there is no address.
    if (!others.has(name)) others.set(name, choices.below(4) === 0 ? null : choices.pick(OTHER_ANSWERS));
    return others.get(name) ?? null;
  };
  // Some minute of eight years.
  const now = Date.UTC(2022, 0, 1) + choices.below(8 * 366 * 24 * 60) * 60_000 + choices.below(60_000);
  const zone = choices.pick([0, 0, 60, -300, 330]);
  const random = Array.from({ length: 5 }, () => choices.below(1000) / 1000);
  const time = `${new Date(now).toISOString()} at ${zone} min`;
  return { client, resolve, now, zone, random, shown: `client ${client}, host → ${ofHost}, ${time}, random ${random}` };
}
