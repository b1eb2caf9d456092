import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { FixContext } from '../../../server/src/analysis/fixes/edited-copy.js';
import { fixAll } from '../../../server/src/analysis/fixes/fix-all.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { askKernel, boundariesOf, describeProbe, kernelUnavailable, type Probe, probesFor } from './harness.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/nftables/fixes/', import.meta.url));
const PREFIXES = ['198.51.100.0/24', '203.0.113.0/25', '2001:db8:aaaa::/47'];

const MEDIA: Requirement = {
  id: 'test/media/udp',
  title: 'Media',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { role: 'clients' },
    to: { prefixes: PREFIXES },
    protocol: 'udp',
    ports: '3478-3481',
    direction: 'outbound',
  },
  required: true,
  tags: ['teams'],
  source: { document: 'Test', url: 'https://example.com/' },
};

const CHECKS: Checks = { requirements: [MEDIA], retired: [], severity: {}, network: UNKNOWN_NETWORK };
const INTERFACES = ['lan0', 'wan0', 'dmz0'];

const sources: Sources = { roots: ['file:///'], list: () => [], read: () => 'missing' };

function contextOf(text: string): FixContext {
  const source = { uri: 'file:///net/main.nft', text };
  const document = nftables.lower(source, nftables.parse(source), sources);
  return { document, dialect: nftables, sources, checks: CHECKS, analysis: analyze(document, nftables, CHECKS) };
}

interface FixedText {
  readonly title: string;
  readonly text: string;
  /** Whether it is for all statements, and not only for the part of one. */
  readonly isWhole: boolean;
}

/** Every fix that is offered, as the text that it leads to. */
function fixedTexts(text: string): FixedText[] {
  const context = contextOf(text);
  const fixes = context.analysis.report.findings
    .filter(({ requirements }) => requirements.length > 0)
    .flatMap((finding) => fixesFor(context, finding));
  const all = fixAll(context);
  return [...fixes, ...(all ? [all] : [])].map((fix) => ({
    title: fix.title,
    text: applyEdits(text, fix.edits),
    isWhole: fix === all,
  }));
}

/** Packets at every corner of the requirement. */
function required(hook: 'forward' | 'output'): Probe[] {
  const ends = [
    [4, '10.1.2.3', '198.51.100.0'],
    [4, '10.1.2.3', '198.51.100.255'],
    [4, '10.1.2.3', '203.0.113.0'],
    [4, '10.1.2.3', '203.0.113.127'],
    [6, 'fd00:9::3', '2001:db8:aaaa::1'],
    [6, 'fd00:9::3', '2001:db8:aaab:ffff:ffff:ffff:ffff:ffff'],
  ] as const;
  return ends.flatMap(([family, source, destination]) =>
    [3478, 3479, 3480, 3481].map((port) => ({
      hook,
      in: hook === 'output' ? -1 : 0,
      out: 1,
      family,
      protocol: 17,
      source,
      destination,
      first: 50_000,
      second: port,
    })),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'lintel-'));
afterAll(() => rmSync(folder, { recursive: true }));

function passed(text: string, probes: readonly Probe[]): readonly (boolean | undefined)[] {
  const path = join(folder, 'ruleset.nft');
  writeFileSync(path, text);
  const answer = askKernel(INTERFACES, [['nft', '-f', path]], probes);
  if ('error' in answer) throw new Error(answer.error);
  return answer.passed;
}

function isRequired({ protocol, destination, second }: Probe): boolean {
  if (protocol !== 17 || second < 3478 || second > 3481) return false;
  if (/^198\.51\.100\./.test(destination)) return true;
  const last = /^203\.0\.113\.(\d+)$/.exec(destination)?.[1];
  return last === undefined ? /^2001:db8:aaa[ab]:/.test(destination) : Number(last) < 128;
}

describe.skipIf(kernelUnavailable() !== undefined)('fixes of nftables rulesets', () => {
  it.each(readdirSync(FIXTURES))('make the kernel pass what is required of %s, and nothing else', (name) => {
    const text = readFileSync(FIXTURES + name, 'utf8');
    const fixes = fixedTexts(text);
    expect(fixes.length).toBeGreaterThan(1);
    const hook = name === 'output.nft' ? 'output' : 'forward';
    const wanted = required(hook);
    const boundaries = boundariesOf(`${text}\n${PREFIXES.join('\n')}\n3478 3481`, {});
    const others = probesFor(boundaries, INTERFACES.length, 400, 11).filter((probe) => !isRequired(probe));
    const before = passed(text, [...wanted, ...others]);
    expect(before.slice(0, wanted.length)).toContain(false);
    for (const fixed of new Map(fixes.map((fix) => [fix.text, fix])).values()) {
      writeFileSync(join(folder, 'fixed.nft'), fixed.text);
      expect(spawnSync('unshare', ['-n', 'nft', '-c', '-f', join(folder, 'fixed.nft')]).status, fixed.title).toBe(0);
      const after = passed(fixed.text, [...wanted, ...others]);
      const missed = wanted.filter((_, i) => after[i] !== true).map((probe) => describeProbe(probe, INTERFACES));
      if (fixed.isWhole) expect(missed, fixed.text).toEqual([]);
      const denied = before.slice(0, wanted.length).filter((one) => one !== true).length;
      expect(missed.length, fixed.text).toBeLessThan(Math.max(1, denied));
      const changed = others
        .filter((_, i) => after[wanted.length + i] !== before[wanted.length + i])
        .map((probe) => describeProbe(probe, INTERFACES));
      expect(changed, fixed.text).toEqual([]);
    }
  });
});

describe('fixes of nftables rulesets', () => {
  it.each([
    ['named-set.nft', '\t\t\t192.0.2.0/28,\n\t\t\t198.51.100.128/25,\n\t\t\t203.0.113.0/25\n'],
    ['named-set.nft', 'elements = { 2001:db8:aaaa::/48, 2001:db8:aaab::/48 }'],
    ['anonymous-set.nft', 'ip daddr { 198.51.100.0/24, 192.0.2.0/28, 203.0.113.0/25 } udp dport 3478-3481 accept'],
    [
      'no-rule.nft',
      '\t\tiifname "lan0" oifname "wan0" ip daddr { 198.51.100.0/24, 203.0.113.0/25 } udp dport 3478-3481 accept\n',
    ],
    ['variable.nft', 'define teams = { 198.51.100.0/24, 203.0.113.0/25 }'],
    ['commands.nft', '\nadd rule inet filter forward ip6 daddr 2001:db8:aaaa::/47 udp dport 3478-3481 accept\n'],
    [
      'one-host.nft',
      'dport 443 accept\n\t\toifname "wan0" ip daddr { 198.51.100.0/24, 203.0.113.0/25 } udp dport 3478-3481 accept\n',
    ],
    ['ports.nft', 'udp dport { 3478, 3479, 3480-3481 } accept'],
    ['ports.nft', 'udp dport { 3478-3481 } accept'],
    ['one-line.nft', 'tcp dport 443 accept; '],
    [
      'log-and-drop.nft',
      'jump from_lan\n\t\tiifname "lan0" oifname "wan0" ip daddr { 198.51.100.0/24, 203.0.113.0/25 } udp dport 3478-3481 accept\n',
    ],
  ])('keep the form of %s', (name, expected) => {
    const [best] = fixedTexts(readFileSync(FIXTURES + name, 'utf8'));
    expect(best?.text).toContain(expected);
  });
});
