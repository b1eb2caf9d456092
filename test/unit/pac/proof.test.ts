// Small programs whose verdict is known: the first line of each says it.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { evaluateProxy } from '../../../server/src/analysis/evaluate/proxy/evaluate-proxy.js';
import { QueryCache } from '../../../server/src/analysis/evaluate/proxy/query-cache.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { readPac, requestFor } from './helpers.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/pac-proof/', import.meta.url));

/** `// partial or undecided; HOST; names: TEXT`: the possible verdicts, a host that goes to the proxy, what a reason names. */
const FIRST_LINE = /^\/\/ (?<verdicts>[a-z]+(?: or [a-z]+)*)(?:; (?<host>[\w.-]+))?(?:; names: (?<named>.*))?$/;

const HOSTS = [
  '*.lync.example',
  '*.teams.example.com',
  'teams.example.com',
  '*.teams.cloud.example',
  'teams.cloud.example',
];

const requirement: Requirement = {
  id: 'test/bypass-proxy',
  title: 'The service, directly',
  why: 'It is a test.',
  kind: 'bypass-proxy',
  flow: {
    from: { role: 'clients' },
    to: { hosts: HOSTS, prefixes: ['52.112.0.0/14'] },
    protocol: 'tcp',
    ports: '80,443',
    direction: 'outbound',
  },
  required: true,
  tags: [],
  source: { document: 'Test', url: 'https://docs.example/' },
};

describe('verdicts of programs that are hard to follow', () => {
  test.each(readdirSync(FIXTURES))('%s', (name) => {
    const text = readFileSync(FIXTURES + name, 'utf8');
    const { verdicts = '', host, named = '' } = FIRST_LINE.exec(text.slice(0, text.indexOf('\n')))?.groups ?? {};
    const { model } = readPac(text);
    if (model.kind !== 'selection') throw new Error('not a PAC model');
    const { verdict } = evaluateProxy(requirement, new QueryCache(model), UNKNOWN_NETWORK);
    expect(verdicts.split(' or '), `${verdict.reason ?? verdict.missing?.()}`).toContain(verdict.status);
    if (verdict.status === 'undecided') expect(verdict.reason).toContain(named);
    if (host === undefined || verdict.status !== 'partial') return;
    const [only, ...others] = model.decide(requestFor(HostSet.exact(host)));
    expect([only?.outcome, others]).toEqual([expect.objectContaining({ kind: 'selected', route: 'proxy' }), []]);
  });
});
