import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ServerOutcome } from '../../../server/src/model/proxy.js';
import {
  type ClientRequest,
  missingEngine,
  type Observation,
  ORIGIN_ADDRESS,
  observe,
  TestNetwork,
} from './harness.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/squid/conformance/', import.meta.url));

const HOSTS = [
  'teams.microsoft.com',
  'eu.teams.microsoft.com',
  'outlook.office365.com',
  'www.bank.example',
  'ads.bad.example',
  'bad.example',
  'x-bad.example',
  'other.example',
];
const CLIENTS = ['127.0.0.5', '127.0.0.77'];
const PORTS = { http: [80, 8080], https: [443, 8443] } as const;

const missing = missingEngine();
if (missing) console.warn(`skipped: real squid. ${missing}`);
const required = process.env.LINTEL_REQUIRE_ENGINES === '1';

describe.skipIf(missing !== undefined && !required)('the model agrees with squid', () => {
  let network: TestNetwork;
  let pairs = 0;

  beforeAll(async () => {
    if (missing) throw new Error(missing);
    network = await TestNetwork.start(HOSTS);
  });

  afterAll(async () => {
    await network?.stop();
  });

  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.conf'));

  test.each(names)('%s', async (name) => {
    const text = readFileSync(FIXTURES + name, 'utf8');
    const disagreements: string[] = [];
    await network.withSquid(text, async (port) => {
      for (const request of requestsFor(text)) {
        const outcomes = decide(text, request);
        const observed = await observe(network, port, request);
        pairs++;
        if (!outcomes.some((outcome) => agrees(outcome, observed, request.scheme))) {
          disagreements.push(
            `${requestText(request)}: squid ${JSON.stringify(observed)}, model ${JSON.stringify(outcomes)}`,
          );
        }
      }
    });
    expect(disagreements).toEqual([]);
  });

  test('on many pairs of request and configuration', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(pairs).toBeGreaterThanOrEqual(300);
  });
});

function* requestsFor(text: string): Generator<ClientRequest> {
  const users = text.includes('proxy_auth')
    ? (['none', { name: 'alice' }, { name: 'bob' }] as const)
    : (['none'] as const);
  for (const scheme of ['http', 'https'] as const) {
    for (const host of HOSTS) {
      for (const user of users) {
        yield { scheme, host, port: PORTS[scheme][0], client: CLIENTS[0] ?? '', user };
        yield { scheme, host, port: PORTS[scheme][0], client: CLIENTS[1] ?? '', user };
      }
    }
    for (const host of HOSTS.slice(0, 2))
      yield { scheme, host, port: PORTS[scheme][1], client: CLIENTS[0] ?? '', user: 'none' };
  }
}

function decide(text: string, { scheme, host, port, client, user }: ClientRequest): ServerOutcome[] {
  const source = { uri: 'file:///work/squid.conf', text };
  const document = squid.lower(source, squid.parse(source), { read: () => 'missing', list: () => [], roots: [] });
  if (document.model.kind !== 'server') throw new Error('a squid.conf is a server');
  const cases = document.model.decide({
    scheme,
    hosts: HostSet.exact(host),
    port,
    addresses: IpSet.parse(ORIGIN_ADDRESS),
    clients: IpSet.parse(client),
    user,
    path: '/',
  });
  expect(cases.length, 'the cases of a single request that nothing unknown decides').toBeGreaterThan(0);
  return cases.map(({ outcome }) => outcome);
}

/** From outside a tunnel that was spliced looks like one that never was looked into. */
function agrees(outcome: ServerOutcome, observed: Observation, scheme: ClientRequest['scheme']): boolean {
  if (outcome.kind === 'undecided') return false;
  // Inside TLS squid shows its error pages where it can, and closes the connection where it cannot.
  const isClosed = scheme === 'https' && observed.access === 'terminate';
  if (outcome.access !== 'permit') return outcome.access === observed.access || (outcome.access === 'deny' && isClosed);
  if (typeof outcome.route === 'object') return observed.access === 'unreachable' || isClosed;
  if (outcome.tls === 'terminate') return observed.access === 'terminate';
  if (observed.access !== 'permit') return false;
  if (outcome.route !== observed.route) return false;
  return (outcome.tls === 'bump') === (observed.signer === 'squid');
}

function requestText({ scheme, host, port, client, user }: ClientRequest): string {
  return `${scheme}://${host}:${port} from ${client} by ${typeof user === 'object' ? user.name : user}`;
}
