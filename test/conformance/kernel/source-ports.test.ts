// The kernel passes what the fixed files of `source-ports` permit from the documented ports, and from no other.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { askKernel, describeProbe, kernelUnavailable, type Probe } from './harness.js';

const INTERFACES = ['lan0', 'core0'];
const UDP = 17;

const folder = mkdtempSync(join(tmpdir(), 'lintel-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = ['nftables', 'iptables'].flatMap((dialect) => {
  const path = fileURLToPath(new URL(`../../fixtures/${dialect}/source-ports/`, import.meta.url));
  return readdirSync(path)
    .filter((name) => !name.startsWith('fixed-'))
    .map((name) => ({ name, path }));
});

function probe(destination: string, first: number, second: number): Probe {
  return { hook: 'forward', in: 0, out: 1, family: 4, protocol: UDP, source: '10.20.0.9', destination, first, second };
}

const RELAYS = ['52.112.0.0', '52.115.255.255', '52.122.0.0', '52.123.255.255'];
const REQUIRED = [
  probe('10.1.0.53', 68, 67),
  ...RELAYS.flatMap((relay) =>
    [50_000, 50_019, 50_020, 50_039, 50_040, 50_059].flatMap((first) => [
      probe(relay, first, 3478),
      probe(relay, first, 3481),
    ]),
  ),
];
const OTHERS = [
  ...[67, 69, 50_000].map((first) => probe('10.1.0.53', first, 67)),
  probe('10.1.0.54', 68, 67),
  ...RELAYS.flatMap((relay) =>
    [1024, 49_999, 50_060, 65_535].flatMap((first) => [probe(relay, first, 3478), probe(relay, first, 3481)]),
  ),
  ...RELAYS.flatMap((relay) => [3477, 3482].map((second) => probe(relay, 50_000, second))),
  probe('52.116.0.0', 50_000, 3478),
];

function loaderOf(path: string): string[] {
  if (path.endsWith('.nft')) return ['nft', '-f', path];
  return path.endsWith('.sh') ? ['sh', path] : ['iptables-restore', path];
}

function passed(name: string, text: string): readonly (boolean | undefined)[] {
  const path = join(folder, name);
  writeFileSync(path, text);
  const answer = askKernel(INTERFACES, [loaderOf(path)], [...REQUIRED, ...OTHERS]);
  if ('error' in answer) throw new Error(answer.error);
  return answer.passed;
}

describe.skipIf(kernelUnavailable() !== undefined)('source ports in the kernel', () => {
  it.each(files)('$name', ({ name, path }) => {
    const [before, after] = [name, `fixed-${name}`].map((one) => passed(name, readFileSync(path + one, 'utf8')));
    const missed = REQUIRED.filter((_, i) => after?.[i] !== true).map((one) => describeProbe(one, INTERFACES));
    expect(missed).toEqual([]);
    expect(before?.slice(0, REQUIRED.length)).toContain(false);
    expect(after?.slice(REQUIRED.length)).toEqual(before?.slice(REQUIRED.length));
  });
});
