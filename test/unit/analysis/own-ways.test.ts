// What a host itself receives and sends comes and goes by the interface that the other end is behind. The first lines of a
// fixture declare interfaces and the receiver; the last of them tells the sender, the verdict and the text that decides.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { filterOf } from './filter-of.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/own-ways/', import.meta.url));

test.each(readdirSync(FOLDER))('%s', (name) => {
  const text = readFileSync(FOLDER + name, 'utf8');
  const interfaces = new Map(
    [...text.matchAll(/^# (\S+) leads to (\S+)$/gm)].map(([, card = '', behind = '']) => [
      card,
      behind === 'internet' ? ('internet' as const) : IpSet.parse(behind),
    ]),
  );
  const [, role = '', receiver = ''] = /^# (\S+) is (\S+)$/m.exec(text) ?? [];
  const [, sender = '', sends, status, decides = ''] =
    /^#\^ asked from ([^,:]+)(, which sends)?: (\S+) by (.+)$/m.exec(text) ?? [];
  const asked: Requirement = {
    id: 'host/web',
    title: 'Web',
    why: 'Test.',
    kind: 'reach',
    flow: {
      from: { prefixes: [`${sender}/32`] },
      to: { role },
      protocol: 'tcp',
      ports: '443',
      direction: sends ? 'outbound' : 'inbound',
    },
    required: true,
    tags: ['host'],
    source: { document: 'Test', url: 'https://example.com/' },
  };
  const network = { interfaces, roles: new Map([[role, IpSet.parse(receiver)]]), ...(sends ? {} : { role }) };
  const model = filterOf(name, text);
  const flow = parseFlow(`tcp ${sender}:50000 > ${receiver}:443`);
  if (typeof flow === 'string') throw new Error(flow);
  const evaluation = evaluateFilter(asked, model, network);
  const { verdict, decidedBy } = explainFlow(model, flow, {}, network);
  expect([evaluation.verdict.status, verdict]).toEqual([status, status === 'met' ? 'permit' : 'deny']);
  expect(decidedBy?.text).toContain(decides);
});
