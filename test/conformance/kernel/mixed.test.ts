// Random rule sets in which everything that keeps a state or looks something up decides together, beside the kernel.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { Random } from '../../random.js';
import { askKernel, compare, kernelUnavailable, newConnections, type Probe, Totals } from './harness.js';
import { SET_TYPES, setProbes } from './ipset-scripts.js';
import { INTERFACES, mixedIptables } from './mixed-iptables.js';
import { mixedNftables } from './mixed-nftables.js';

const [first = 1, last = first] = (process.env.LINTEL_MIXED_SEEDS ?? '1-60').split('-').map(Number);
const SEEDS = Array.from({ length: last - first + 1 }, (_, i) => first + i);
const PROBES = 300;

const folder = mkdtempSync(join(tmpdir(), 'lintel-mixed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function creates(type: string, options: string): boolean {
  const command = ['-n', 'ipset', 'create', 'probe', type, ...options.split(' ').filter((word) => word !== '')];
  return spawnSync('unshare', command).status === 0;
}

/** The lines of sets that ipset takes: of random elements it refuses some, and then reads no further. */
function accepted(lines: string): string {
  const script = `while read -r line; do ipset $line 2>/dev/null && echo "$line"; done`;
  return spawnSync('unshare', ['-n', 'sh', '-c', script], { input: lines, encoding: 'utf8' }).stdout;
}

const unavailable = kernelUnavailable();
const supported = unavailable === undefined ? SET_TYPES.filter(([type, options]) => creates(type, options)) : [];

function probesOf(random: Random, family: 4 | 6): Probe[] {
  const all = setProbes((below) => random.below(below), PROBES);
  // Of other protocols the kernel tells apart what has no ports, which probes cannot.
  return newConnections(all).filter((probe) => probe.family === family && ![47, 136].includes(probe.protocol));
}

describe.skipIf(supported.length === 0)('marks, sets, untracked packets and jumps of iptables', () => {
  it('decide together as in the kernel', () => {
    const wrong: string[] = [];
    const totals = new Totals();
    for (const seed of SEEDS) {
      const random = new Random(seed * 7919);
      const { sets: written, rules } = mixedIptables(random, supported);
      const sets = accepted(written);
      const [setPath, path] = [join(folder, 'ipset.conf'), join(folder, 'rules.v4')];
      writeFileSync(setPath, sets);
      writeFileSync(path, rules);
      const source = { uri: `file://${path}`, text: rules };
      const { model, problems } = iptables.lower(source, iptables.parse(source), {
        roots: [],
        list: (pattern) => (pattern.endsWith('*ipset*') ? [`file://${setPath}`] : []),
        read: (uri) => ({ uri, text: sets }),
      });
      if (model.kind !== 'filter') throw new Error('it is a filter');
      const probes = probesOf(random, 4);
      const restore = seed % 2 === 0 ? 'iptables-nft-restore' : 'iptables-legacy-restore';
      const load = `ipset restore < ${setPath} && ${restore} ${path}`;
      const answer = askKernel(INTERFACES, [['sh', '-c', load]], probes, folder);
      const refusals = problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name');
      if ('error' in answer || refusals.length > 0) {
        wrong.push(`seed ${seed}: ${'error' in answer ? answer.error : ''} ${refusals[0]?.message}\n${sets}${rules}`);
        continue;
      }
      const result = compare(model, probes, answer.passed, INTERFACES);
      totals.files++;
      totals.add(result);
      if (result.wrong.length > 0)
        wrong.push(`seed ${seed}: ${result.wrong.length} of ${result.compared}: ${result.wrong[0]}\n${sets}${rules}`);
    }
    console.log(
      `iptables: ${totals.compared} packets over ${totals.files} rule sets, ${totals.permitted} permitted, ${totals.share} % undecided`,
    );
    totals.printReasons();
    expect(wrong).toEqual([]);
    expect(Number(totals.share)).toBeLessThan(3);
    expect(totals.permitted).toBeGreaterThan(totals.compared / 20);
  });
});

describe.skipIf(unavailable !== undefined)('marks, sets, maps, untracked packets and jumps of nft', () => {
  it('decide together as in the kernel', () => {
    const wrong: string[] = [];
    const totals = new Totals();
    let refused = 0;
    for (const seed of SEEDS) {
      const random = new Random(seed * 6271);
      const text = mixedNftables(random);
      const path = join(folder, 'rules.nft');
      writeFileSync(path, text);
      const source = { uri: `file://${path}`, text };
      const { model, problems } = nftables.lower(source, nftables.parse(source), {
        roots: [],
        list: () => [],
        read: () => 'missing',
      });
      if (model.kind !== 'filter') throw new Error('it is a filter');
      const probes = [...probesOf(random, 4), ...probesOf(random, 6)];
      const answer = askKernel(INTERFACES, [['nft', '-f', path]], probes, folder);
      const refusal = problems.find(({ code }) => code === 'syntax-error' || code === 'undefined-name');
      if ('error' in answer || refusal) {
        // Intervals of a map that overlap are refused, and a map of marks with them.
        if ('error' in answer && refusal) refused++;
        else wrong.push(`seed ${seed}: ${'error' in answer ? answer.error : `accepted: ${refusal?.message}`}\n${text}`);
        continue;
      }
      const result = compare(model, probes, answer.passed, INTERFACES);
      totals.files++;
      totals.add(result);
      if (result.wrong.length > 0)
        wrong.push(`seed ${seed}: ${result.wrong.length} of ${result.compared}: ${result.wrong[0]}\n${text}`);
    }
    console.log(
      `nft: ${totals.compared} packets over ${totals.files} rule sets, ${totals.permitted} permitted, ${totals.share} % undecided, ${refused} refused`,
    );
    totals.printReasons();
    expect(wrong).toEqual([]);
    expect(Number(totals.share)).toBeLessThan(3);
    expect(totals.permitted).toBeGreaterThan(totals.compared / 20);
  });
});
