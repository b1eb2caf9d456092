import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { toldVerdicts } from '../../../server/src/service/checked-files.js';

it('asks for the answers to what passes, and not for the opposite way, which only answers pass', () => {
  const text = readFileSync(new URL('../../fixtures/iptables/verdicts/unanswered.v4', import.meta.url), 'utf8');
  const source = { uri: 'file:///etc/rules.v4', text };
  const { model } = iptables.lower(source, iptables.parse(source), {
    read: () => 'missing',
    list: () => [],
    roots: [],
  });
  const { requirements } = Catalog.builtIn().select(['m365-worldwide/12/tcp']);
  const [evaluation] = evaluateAll(model, requirements, UNKNOWN_NETWORK);
  expect(toldVerdicts(evaluation ? [evaluation.verdict] : [])[0]).toMatchObject({
    status: 'blocked',
    missing: 'replies TCP 80, 443 from 52.112.0.0/14, 52.122.0.0/15',
    reason: 'the replies to it are denied',
  });
});
