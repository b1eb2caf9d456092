import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProxyChange, Sources } from '../../../server/src/dialects/dialect.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import type { SquidDocument } from '../../../server/src/dialects/squid/program/program.js';
import type { QuotedLine } from '../../../server/src/model/evidence.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ServerOutcome } from '../../../server/src/model/proxy.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { type ClientRequest, missingEngine, type Observation, observe, TestNetwork } from './harness.js';

const WANTED = ['teams.microsoft.com', '*.teams.microsoft.com'];
const ASKED = ['teams.microsoft.com', 'eu.teams.microsoft.com'];
const OTHERS = ['www.bank.example', 'ads.bad.example', 'other.example'];
const CLIENT = '127.0.0.5';

const missing = missingEngine();
if (missing) console.warn(`skipped: fixes with real squid. ${missing}`);

type Goal = Exclude<ProxyChange['goal'], 'bypass'>;

/** What each configuration refuses before the fix, and grants afterwards. */
const CASES: readonly (readonly [fixture: string, goal: Goal])[] = [
  ['no-rules', 'permit'],
  ['implicit-deny-of-teams', 'permit'],
  ['whitelist', 'permit'],
  ['ports', 'permit'],
  ['terminate-others', 'permit'],
  ['whitelist-and-bump', 'permit'],
  ['bump-all', 'no-decrypt'],
  ['stare-without-exception', 'no-decrypt'],
  ['peek-then-bump', 'no-decrypt'],
  ['login-for-all', 'no-login'],
  ['login-denies-names', 'no-login'],
];

describe.skipIf(missing !== undefined && process.env.LINTEL_REQUIRE_ENGINES !== '1')(
  'proposed fixes do what they promise',
  () => {
    let network: TestNetwork;

    beforeAll(async () => {
      if (missing) throw new Error(missing);
      network = await TestNetwork.start([...ASKED, ...OTHERS]);
    });

    afterAll(async () => {
      await network?.stop();
    });

    test.each(CASES)('%s: %s', async (fixture, goal) => {
      const text = readFileSync(new URL(`../../fixtures/squid/fixes/${fixture}.conf`, import.meta.url), 'utf8');
      const before = await observeAll(network, text, goal);
      expect(before.wanted.some((seen) => grants(goal, seen))).toBe(false);
      const candidates = candidatesFor(text, goal);
      expect(candidates.length).toBeGreaterThan(0);
      let proved = 0;
      for (const { title, fixed } of candidates) {
        expect(network.complaint(fixed), title).toBeUndefined();
        // The analysis offers only candidates that its model proves; those have to hold for squid, too.
        if (!modelGrants(fixed, goal)) continue;
        proved++;
        const after = await observeAll(network, fixed, goal);
        expect(
          after.wanted.every((seen) => grants(goal, seen)),
          title,
        ).toBe(true);
        expect(after.others, title).toEqual(before.others);
      }
      expect(proved).toBeGreaterThan(0);
    });
  },
);

function lower(text: string): SquidDocument {
  const source = { uri: 'file:///work/squid.conf', text };
  return squid.lower(source, squid.parse(source), NO_FILES);
}

const NO_FILES: Sources = { read: () => 'missing', list: () => [], roots: [] };

function candidatesFor(text: string, goal: Goal): { title: string; fixed: string }[] {
  const document = lower(text);
  const hostSet = HostSet.union(WANTED.map((pattern) => HostSet.pattern(pattern)));
  const decidedBy = decide(document, hostSet, goal).flatMap(({ outcome, statement }) =>
    !granted(outcome, goal) && statement ? [statement] : [],
  );
  const change: ProxyChange = {
    goal,
    hosts: WANTED,
    ports: [80, 443],
    clients: undefined,
    decidedBy,
    label: 'teams',
    hostSet,
  };
  return squid
    .emit(document, change, NO_FILES)
    .map(({ place, edits }) => ({ title: place, fixed: applyEdits(text, edits) }));
}

function decide(
  { model }: SquidDocument,
  hosts: HostSet,
  goal: Goal,
): { outcome: ServerOutcome; statement: QuotedLine | undefined }[] {
  if (model.kind !== 'server') throw new Error('a squid.conf is a server');
  const user = goal === 'no-login' ? 'none' : 'any';
  const clients = IpSet.parse(CLIENT);
  const cases = (['http', 'https'] as const).flatMap((scheme) =>
    model.decide({ scheme, hosts, port: scheme === 'http' ? 80 : 443, addresses: undefined, clients, user }),
  );
  return cases.map(({ outcome, decidedBy }) => ({
    outcome,
    statement:
      outcome.kind === 'served' && (goal === 'no-decrypt' || outcome.tls === 'terminate')
        ? outcome.tlsDecidedBy
        : decidedBy,
  }));
}

function granted(outcome: ServerOutcome, goal: Goal): boolean {
  if (outcome.kind !== 'served' || outcome.access !== 'permit' || outcome.tls === 'terminate') return false;
  return goal !== 'no-decrypt' || outcome.tls === 'none' || outcome.tls === 'splice';
}

function modelGrants(text: string, goal: Goal): boolean {
  const hosts = HostSet.union(WANTED.map((pattern) => HostSet.pattern(pattern)));
  return decide(lower(text), hosts, goal).every(({ outcome }) => granted(outcome, goal));
}

function grants(goal: Goal, seen: Observation): boolean {
  return seen.access === 'permit' && (goal !== 'no-decrypt' || seen.signer !== 'squid');
}

async function observeAll(
  network: TestNetwork,
  text: string,
  goal: Goal,
): Promise<{ wanted: Observation[]; others: Observation[] }> {
  const user = goal === 'no-login' ? 'none' : { name: 'alice' };
  // What is decrypted is TLS.
  const schemes = goal === 'no-decrypt' ? (['https'] as const) : (['http', 'https'] as const);
  return network.withSquid(text, async (port) => {
    const ask = async (hosts: readonly string[]) => {
      const seen: Observation[] = [];
      for (const scheme of schemes) {
        for (const host of hosts) {
          const request: ClientRequest = { scheme, host, port: scheme === 'http' ? 80 : 443, client: CLIENT, user };
          seen.push(await observe(network, port, request));
        }
      }
      return seen;
    };
    return { wanted: await ask(ASKED), others: await ask(OTHERS) };
  });
}
