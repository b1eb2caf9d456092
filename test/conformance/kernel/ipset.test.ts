// Sends packets through random sets of every type that the kernel has, and compares its verdicts with Lintel's.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { randomFrom } from '../../random.js';
import { askKernel, compare, kernelUnavailable, Totals } from './harness.js';
import { INTERFACES, randomScript, SET_TYPES, setProbes } from './ipset-scripts.js';

/** Why ipset cannot be asked here; `undefined` where it can. */
function ipsetUnavailable(): string | undefined {
  const missing = kernelUnavailable();
  if (missing !== undefined) return missing;
  return creates('hash:ip', '') ? undefined : 'the ipset tests need ipset and a kernel with ip_set (apt install ipset)';
}

function creates(type: string, options: string): boolean {
  const command = ['-n', 'ipset', 'create', 'probe', type, ...options.split(' ').filter((word) => word !== '')];
  return spawnSync('unshare', command).status === 0;
}

const unavailable = ipsetUnavailable();
const seeds = (process.env.LINTEL_IPSET_SEEDS ?? '1-24').split('-').map(Number);
const PROBES = 250;

const totals = new Totals();

describe.skipIf(unavailable !== undefined)('verdicts on scripts with random sets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-ipset-'));
  const supported = unavailable === undefined ? SET_TYPES.filter(([type, options]) => creates(type, options)) : [];
  afterAll(() => rmSync(folder, { recursive: true }));

  const [first = 1, last = first] = seeds;
  it.each(Array.from({ length: last - first + 1 }, (_, i) => first + i))(
    'equal those of the kernel (seed %i)',
    (seed) => {
      const random = randomFrom(seed * 7919);
      for (let i = 0; i < 5; i++) random(2);
      const text = randomScript(random, supported);
      const path = join(folder, `sets-${seed}.sh`);
      writeFileSync(path, text);
      const source = { uri: `file://${path}`, text };
      const { model } = iptables.lower(source, iptables.parse(source), {
        roots: [],
        list: () => [],
        read: () => 'missing',
      });
      if (model.kind !== 'filter') throw new Error('an iptables file is a filter');
      const probes = setProbes(random, PROBES);
      const answer = askKernel(INTERFACES, [['sh', path]], probes, folder);
      if ('error' in answer) throw new Error(answer.error);
      const result = compare(model, probes, answer.passed, INTERFACES);
      totals.add(result);
      expect(result.wrong, text).toEqual([]);
    },
  );

  it('were compared often enough', () => {
    const missing = SET_TYPES.filter((one) => !supported.includes(one)).map(([type]) => type);
    console.log(
      `ipset: ${totals.compared} packets, ${totals.permitted} permitted, ${totals.share} % undecided; not in this kernel: ${missing.join(' ')}`,
    );
    totals.printReasons();
    expect(totals.compared).toBeGreaterThanOrEqual(100 * (last - first + 1));
    expect(totals.permitted).toBeGreaterThan(totals.compared / 20);
  });
});
