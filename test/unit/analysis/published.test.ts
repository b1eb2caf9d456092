// Servers that a Linux gateway publishes: a check and an explanation ask where the packets to them pass. The first line of a
// fixture declares the server, the second one tells the verdict and the point.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { filterOf } from './filter-of.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/published/', import.meta.url));

const ACCESS: Requirement = {
  id: 'edge/access',
  title: 'Edge',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { prefixes: ['198.51.100.0/24'] },
    to: { role: 'access-edge' },
    protocol: 'tcp',
    ports: '443',
    direction: 'inbound',
  },
  required: true,
  tags: ['edge'],
  source: { document: 'Test', url: 'https://example.com/' },
};

test.each(readdirSync(FOLDER))('%s', (name) => {
  const text = readFileSync(FOLDER + name, 'utf8');
  const [, role = '', address = ''] = /^# (\S+) is (\S+)$/m.exec(text) ?? [];
  const [, status, point] = /^#\^ (\S+) at (.+)$/m.exec(text) ?? [];
  const network = { roles: new Map([[role, IpSet.parse(address)]]) };
  const model = filterOf(name, text);
  const flow = parseFlow(`tcp 198.51.100.7:50000 > ${address}:443`);
  if (typeof flow === 'string') throw new Error(flow);
  const { verdict, passage } = explainFlow(model, flow, {}, network);
  expect([evaluateFilter(ACCESS, model, network).verdict.status, passage?.point]).toEqual([status, point]);
  if (status === 'blocked') expect(verdict).toBe('deny');
  else expect(verdict).not.toBe('deny');
});
