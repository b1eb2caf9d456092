// Which files are those of a host and which those of a router: a check and an explanation ask at the same point. A fixture
// tells the verdict and the point, and what lintel.yaml says is behind an interface.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { filterOf } from './filter-of.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/hosts/', import.meta.url));

const MEDIA: Requirement = {
  id: 'test/media',
  title: 'Media',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { role: 'clients' },
    to: { prefixes: ['198.51.100.0/24'] },
    protocol: 'udp',
    ports: '3478',
    direction: 'outbound',
  },
  required: true,
  tags: ['media'],
  source: { document: 'Test', url: 'https://example.com/' },
};

test.each(readdirSync(FOLDER))('%s', (name) => {
  const text = readFileSync(FOLDER + name, 'utf8');
  const [, status, point] = /^#\^ (\S+) at (.+)$/m.exec(text) ?? [];
  const [, declared, prefix = ''] = /^# behind (\S+): (\S+)$/m.exec(text) ?? [];
  const network = {
    roles: new Map(),
    ...(declared === undefined ? {} : { interfaces: new Map([[declared, IpSet.parse(prefix)]]) }),
  };
  const model = filterOf(name, text);
  const flow = parseFlow('udp 10.20.0.9:50000 > 198.51.100.7:3478');
  if (typeof flow === 'string') throw new Error(flow);
  const { verdict, passage } = explainFlow(model, flow, {}, network);
  expect([evaluateFilter(MEDIA, model, network).verdict.status, passage?.point]).toEqual([status, point]);
  expect(verdict).toBe(status === 'met' ? 'permit' : 'deny');
});
