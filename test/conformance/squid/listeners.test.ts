import { beforeAll, describe, expect, test } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { Case, ServerOutcome } from '../../../server/src/model/proxy.js';
import { Random } from '../../random.js';
import { serverModel } from '../../unit/squid/helpers.js';
import { type Observation, ORIGIN_ADDRESS } from './harness.js';
import { missingInterception, observeInNamespace, type RequestAt } from './namespace.js';
import { ConfigurationMaker, type RandomConfiguration } from './random-configuration.js';

const HOSTS = ['teams.microsoft.com', 'outlook.office365.com', 'ads.bad.example', 'other.example'];
const CLIENTS = ['127.0.0.5', '127.0.0.77'];
const CONFIGURATIONS = Number(process.env.LINTEL_SQUID_CONFIGURATIONS ?? 25);
const SEED = Number(process.env.LINTEL_SQUID_SEED ?? 1234);

const missing = missingInterception();
if (missing) console.warn(`skipped: ports of real squid. ${missing}`);

interface Compared {
  readonly configuration: RandomConfiguration;
  readonly request: RequestAt;
  readonly cases: readonly Case<ServerOutcome>[];
  readonly observed: Observation;
}

describe.skipIf(missing !== undefined && process.env.LINTEL_REQUIRE_ENGINES !== '1')(
  'the model agrees with squid at every port of random configurations',
  () => {
    let compared: Compared[] = [];

    beforeAll(async () => {
      if (missing) throw new Error(missing);
      compared = await compareAll();
    }, 600_000);

    test('on whether and how each request is served', () => {
      const disagreements = compared.filter(({ cases, observed, request }) =>
        // A port without cases is one at which the client gets nothing.
        cases.length === 0
          ? observed.access === 'permit'
          : cases.every(({ outcome }) => !agrees(outcome, observed, request)),
      );
      expect(disagreements.map(describeComparison)).toEqual([]);
    });

    test('with few requests undecided', () => {
      const undecided = compared.filter(({ cases }) => new Set(cases.map(({ outcome }) => essence(outcome))).size > 1);
      console.info(`${compared.length} requests, ${undecided.length} undecided`);
      expect(undecided.length).toBeLessThan(compared.length * 0.03);
    });

    test('at intercepting ports as well, with every outcome', () => {
      const seen = new Set(
        compared.flatMap(({ request, observed }) =>
          request.entry.intercepts ? [`${request.scheme} ${observed.access} ${observed.signer}`] : [],
        ),
      );
      expect([...seen]).toEqual(
        expect.arrayContaining(['http permit none', 'http deny none', 'https permit origin', 'https permit squid']),
      );
    });
  },
);

async function compareAll(): Promise<Compared[]> {
  const random = new Random(SEED);
  const next = () => random.fraction();
  const maker = new ConfigurationMaker(next);
  const experiments = Array.from({ length: CONFIGURATIONS }, () => {
    const configuration = maker.make();
    return { configuration, requests: [...requestsFor(configuration, next)] };
  });
  const outcomes = await observeInNamespace(
    HOSTS,
    experiments.map(({ configuration: { text }, requests }) => ({ configuration: text, requests })),
  );
  return experiments.flatMap(({ configuration, requests }, i) => {
    const outcome = outcomes[i];
    expect(outcome?.complaint, configuration.text).toBeUndefined();
    const model = serverModel(configuration.text);
    return requests.flatMap((request, k) => {
      const observed = outcome?.observations[k];
      return observed ? [{ configuration, request, cases: casesFor(model, request), observed }] : [];
    });
  });
}

/** Every kind of request at every port, some of the hosts and clients each. */
function* requestsFor({ ports, hasLogin }: RandomConfiguration, next: () => number): Generator<RequestAt> {
  for (const { port, intercepts, schemes } of ports) {
    for (const scheme of schemes) {
      for (const host of HOSTS) {
        const client = CLIENTS[next() < 0.5 ? 0 : 1] ?? '';
        const user = hasLogin && !intercepts && next() < 0.6 ? { name: next() < 0.5 ? 'alice' : 'bob' } : 'none';
        yield { scheme, host, port: scheme === 'http' ? 80 : 443, client, user, entry: { port, intercepts } };
      }
    }
  }
}

function casesFor(model: ReturnType<typeof serverModel>, request: RequestAt): readonly Case<ServerOutcome>[] {
  const { scheme, host, port, client, user, entry } = request;
  const cases = model.decide({
    scheme,
    hosts: HostSet.exact(host),
    port,
    addresses: IpSet.parse(ORIGIN_ADDRESS),
    clients: IpSet.parse(client),
    user,
    path: '/',
  });
  return cases.filter(({ at }) => at === undefined || at.name.split(' ')[1] === `${entry.port}`);
}

function essence(outcome: ServerOutcome): string {
  if (outcome.kind === 'undecided') return 'undecided';
  const route = typeof outcome.route === 'object' ? outcome.route.kind : outcome.route;
  return outcome.access === 'permit' ? `permit ${JSON.stringify(outcome.tls)} ${route}` : outcome.access;
}

/** A client sees no difference between a tunnel that was spliced and one that was never looked into. */
function agrees(outcome: ServerOutcome, observed: Observation, { scheme }: RequestAt): boolean {
  if (outcome.kind === 'undecided') return false;
  // Inside TLS squid shows its error pages where it can, and closes the connection where it cannot.
  const isRefused = scheme === 'https' ? ['deny', 'terminate'].includes(observed.access) : observed.access === 'deny';
  if (outcome.access !== 'permit')
    return outcome.access === observed.access || (outcome.access === 'deny' && isRefused);
  if (outcome.tls === 'terminate') return isRefused;
  if (typeof outcome.route === 'object') {
    return observed.access === 'unreachable' || (scheme === 'https' && observed.access === 'terminate');
  }
  if (observed.access !== 'permit' || outcome.route !== observed.route) return false;
  return (outcome.tls === 'bump') === (observed.signer === 'squid');
}

function describeComparison({ configuration, request, cases, observed }: Compared): string {
  const { scheme, host, client, user, entry } = request;
  const who = typeof user === 'object' ? user.name : user;
  const model = cases.map(({ outcome }) => essence(outcome)).join(' or ');
  return `${configuration.text}${scheme}://${host} from ${client} by ${who} at ${entry.port}: squid ${JSON.stringify(observed)}, model ${model}`;
}
