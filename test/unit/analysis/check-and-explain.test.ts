// A check and an explanation of the same packet or request are one answer, for every filter and proxy among the fixtures.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { type Share, sharesOf } from '../../../server/src/analysis/evaluate/evaluation.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { explainFlow, type Flow, type FlowPath } from '../../../server/src/analysis/explain/flow.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { allDialects } from '../../../server/src/dialects/registry.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { statementKey } from '../../../server/src/model/evidence.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import type { Model } from '../../../server/src/model/model.js';
import type { NameSet } from '../../../server/src/model/names.js';
import { type PacketBox, PacketSet } from '../../../server/src/model/packets.js';
import { parsePorts } from '../../../server/src/model/ports.js';
import { ANYONE, type Answer, Explainer } from '../../../server/src/service/explain/answer.js';

const DIALECTS = await allDialects();

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const ROOT = 'file:///network/';
const catalog = Catalog.builtIn();
const { requirements } = catalog.select(DEFAULT_SELECTORS);

function sourcesIn(folder: string): Sources {
  return {
    roots: [ROOT.slice(0, -1)],
    read: (uri) => {
      const path = join(folder, uri.slice(ROOT.length));
      return existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'missing';
    },
    list: () => [],
  };
}

function modelOf(dialect: Dialect, path: string): Model {
  const source = { uri: ROOT + basename(path), text: readFileSync(path, 'utf8') };
  return dialect.lower(source, dialect.parse(source), sourcesIn(dirname(path))).model;
}

/** One packet of a box, as an engineer asks about it; `undefined` where it has none that can be named. */
function flowIn(box: PacketBox): { flow: Flow; path: FlowPath } | undefined {
  const source = box.source.first;
  const destination = box.destination.first;
  const protocol = box.protocols.min;
  if (!source || !destination || source.family !== destination.family || protocol === undefined) return undefined;
  const [sourcePort, destinationPort] = [box.sourcePorts.min, box.destinationPorts.min];
  const [inInterface, outInterface] = [nameIn(box.inInterface), nameIn(box.outInterface)];
  const path = {
    ...(inInterface === undefined ? {} : { inInterface }),
    ...(outInterface === undefined ? {} : { outInterface }),
  };
  return { flow: { protocol, source, sourcePort, destination, destinationPort }, path };
}

/** A name in a set, unless every name is in it. */
function nameIn(names: NameSet): string | undefined {
  const shown = names.mentioned().map((name) => name.replace(/\*$/, '0'));
  return shown.length === 0 ? undefined : (shown.find((name) => names.has(name)) ?? 'other0');
}

const all = DIALECTS.flatMap((dialect) => {
  const root = join(FIXTURES, dialect.id);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [{ name: path.slice(FIXTURES.length), model: modelOf(dialect, path) }];
    });
});
const filters = all.flatMap(({ name, model }) => (model.kind === 'filter' ? [{ name, model }] : []));
const servers = all.flatMap(({ name, model }) => (model.kind === 'server' ? [{ name, model }] : []));

/** How many packets of a share are asked about. */
const SAMPLES = 4;

function packetsOf({ missing }: Share): PacketSet {
  return missing.kind === 'packets' ? missing.packets : PacketSet.none;
}

test('there are fixtures of filters', () => {
  expect(filters.length).toBeGreaterThan(50);
  expect(servers.length).toBeGreaterThan(50);
});

describe.each(filters)('$name', ({ model }) => {
  const evaluations = evaluateAll(model, requirements, UNKNOWN_NETWORK);

  test('a packet that a statement is said to deny is denied by that statement', () => {
    for (const { shares = [] } of evaluations) {
      for (const share of shares.filter(({ undecided }) => undecided === undefined)) {
        const keys = share.decidedBy.map(statementKey);
        for (const box of packetsOf(share).boxes.slice(0, SAMPLES)) {
          const asked = flowIn(box);
          if (!asked) continue;
          const point = share.missing.kind === 'packets' ? share.missing.point : '';
          const { verdict, decidedBy } = explainFlow(model, asked.flow, { ...asked.path, point });
          expect({ asked, verdict }).toEqual({ asked, verdict: 'deny' });
          expect([decidedBy ? statementKey(decidedBy) : 'the default', ...keys]).toContain(keys[0] ?? 'the default');
        }
      }
    }
  });

  test('a permitted packet whose reply is said to be denied is explained so', () => {
    for (const { shares = [] } of evaluations) {
      for (const { missing, undecided } of shares) {
        if (missing.kind !== 'packets' || undecided !== undefined) continue;
        for (const box of missing.replies.replies().subtract(missing.packets).boxes.slice(0, SAMPLES)) {
          const asked = flowIn(box);
          if (!asked) continue;
          const { verdict, replies } = explainFlow(model, asked.flow, { ...asked.path, point: missing.point });
          if (verdict === 'permit') expect({ asked, replies: replies?.verdict }).toEqual({ asked, replies: 'deny' });
        }
      }
    }
  });

  test('an explanation without a path asks by the interfaces that the check binds', () => {
    for (const { requirement, shares = [] } of evaluations) {
      if (requirement.flow.direction !== 'outbound') continue;
      for (const share of shares.filter(({ undecided }) => undecided === undefined)) {
        for (const box of packetsOf(share).boxes.slice(0, SAMPLES)) {
          const asked = flowIn(box);
          if (!asked || box.inInterface.mentioned().length === 0) continue;
          const { verdict, passage } = explainFlow(model, asked.flow, {});
          // Of an interface that the explanation does not tell apart from the others, another answer may hold.
          const way = passage?.way.join(' ') ?? '';
          const isBound = way !== '' && box.inInterface.mentioned().every((name) => way.split(' ').includes(name));
          if (isBound) expect({ asked, verdict }).toEqual({ asked, verdict: 'deny' });
          else expect({ asked, verdict }).not.toEqual({ asked, verdict: 'permit' });
        }
      }
    }
  });

  test('an explanation without a path asks where the check asks', () => {
    for (const { shares = [], verdict } of evaluations) {
      if (verdict.status !== 'blocked') continue;
      for (const { missing, undecided } of shares) {
        if (missing.kind !== 'packets' || undecided !== undefined) continue;
        const [box] = missing.packets.boxes;
        const asked = box && flowIn(box);
        if (!asked) continue;
        expect(explainFlow(model, asked.flow, {}).passage?.point).toBe(missing.point);
      }
    }
  });
});

const SCHEMES: ReadonlyMap<number, string> = new Map([
  [80, 'http'],
  [443, 'https'],
]);

/** What is said of one request of anyone, as a user asks without naming a client. */
function asked(explainer: Explainer, host: string, port: number): Answer {
  const answer = explainer.url(`${SCHEMES.get(port)}://${host}/`, ANYONE);
  if (answer.kind === 'invalid') throw new Error(answer.message);
  return answer;
}

function tlsOf({ aspects }: Answer): string | undefined {
  return aspects.find(({ name }) => name === 'tls')?.value;
}

/** Whether an answer is against a requirement of a kind; `undefined` where it does not come to that. */
function isAgainst(kind: string, answer: Answer): boolean | undefined {
  if (answer.verdict === 'undecided') return undefined;
  if (kind === 'reach') return answer.verdict === 'auth' ? undefined : answer.verdict === 'deny';
  if (kind === 'no-proxy-auth') return answer.verdict === 'deny' ? undefined : answer.verdict === 'auth';
  return answer.verdict === 'permit' ? tlsOf(answer) === 'bump' : undefined;
}

describe.each(servers)('$name', ({ model }) => {
  const explainer = new Explainer(model, catalog, UNKNOWN_NETWORK);
  const evaluations = evaluateAll(model, requirements, UNKNOWN_NETWORK);

  test('a request that a statement is said to refuse is explained so, without a client', () => {
    for (const evaluation of evaluations) {
      const { requirement, verdict } = evaluation;
      if (verdict.status !== 'blocked' && verdict.status !== 'partial') continue;
      for (const { missing, undecided, decidedBy } of sharesOf(evaluation)) {
        if (missing.kind !== 'hosts' || undecided !== undefined) continue;
        const host = missing.hosts.example;
        for (const port of missing.ports.filter((one) => SCHEMES.has(one))) {
          if (host === undefined) continue;
          const answer = asked(explainer, host, port);
          const against = isAgainst(requirement.kind, answer);
          // Where only some clients lack a treatment, the answer says of which clients it is.
          if (against === false && requirement.kind !== 'reach' && answer.note?.includes('for clients')) continue;
          expect({ id: requirement.id, host, port, against, verdict: answer.verdict }).not.toMatchObject({
            against: false,
          });
          if (requirement.kind !== 'no-decrypt') expect(answer.verdict).not.toBe('undecided');
          if (requirement.kind === 'reach' && answer.verdict === 'deny' && decidedBy.length === 1)
            expect(answer.decidedBy && statementKey(answer.decidedBy)).toBe(decidedBy[0] && statementKey(decidedBy[0]));
        }
      }
    }
  });

  test('a request whose requirement is met is explained so, without a client', () => {
    for (const { requirement, verdict } of evaluations) {
      if (verdict.status !== 'met') continue;
      for (const pattern of (requirement.flow.to.hosts ?? []).slice(0, SAMPLES)) {
        const host = HostSet.pattern(pattern).example;
        if (host === undefined) continue;
        const answer = asked(
          explainer,
          host,
          requirement.kind === 'no-decrypt' ? 443 : (firstWebPort(requirement) ?? 443),
        );
        expect({
          id: requirement.id,
          host,
          verdict: answer.verdict,
          against: isAgainst(requirement.kind, answer),
        }).not.toMatchObject({ against: true });
        if (requirement.kind === 'reach') expect(answer.verdict).not.toBe('undecided');
      }
    }
  });
});

test('a proxy that takes no requests of clients is asked by neither', () => {
  const source = {
    uri: `${ROOT}squid.conf`,
    text: 'http_port 80 accel defaultsite=www.example.com\nhttp_access allow all\n',
  };
  const { model } = squid.lower(source, squid.parse(source), sourcesIn(FIXTURES));
  if (model.kind !== 'server') throw new Error('it is a proxy');
  const checked = evaluateAll(model, requirements, UNKNOWN_NETWORK).map(({ verdict }) => verdict.status);
  expect(new Set(checked)).toEqual(new Set(['not-applicable']));
  const answer = asked(new Explainer(model, catalog, UNKNOWN_NETWORK), 'teams.microsoft.com', 443);
  expect(answer).toMatchObject({ verdict: 'not-applicable', aspects: [], decidedBy: undefined });
});

function firstWebPort({ flow: { ports } }: (typeof requirements)[number]): number | undefined {
  const wanted = parsePorts(ports ?? '');
  return [...SCHEMES.keys()].find((port) => wanted?.has(port));
}
