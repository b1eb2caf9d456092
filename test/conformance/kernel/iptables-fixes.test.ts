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
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { askKernel, boundariesOf, describeProbe, kernelUnavailable, type Probe, probesFor } from './harness.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/iptables/fixes/', import.meta.url));
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

function contextOf(name: string, text: string): FixContext {
  const source = { uri: `file:///net/${name}`, text };
  const document = iptables.lower(source, iptables.parse(source), sources);
  return { document, dialect: iptables, sources, checks: CHECKS, analysis: analyze(document, iptables, CHECKS) };
}

interface FixedText {
  readonly title: string;
  readonly text: string;
  /** Whether it is for all statements, and not only for the part of one. */
  readonly isWhole: boolean;
}

/** Every fix that is offered, as the text that it leads to. */
function fixedTexts(name: string, text: string): FixedText[] {
  const context = contextOf(name, text);
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

/** The command that loads a file. */
function loaderOf(path: string): string[] {
  if (path.endsWith('.sh')) return ['sh', path];
  return [path.endsWith('.v6') ? 'ip6tables-restore' : 'iptables-restore', path];
}

function passed(name: string, text: string, probes: readonly Probe[]): readonly (boolean | undefined)[] {
  const path = join(folder, name);
  writeFileSync(path, text);
  const answer = askKernel(INTERFACES, [loaderOf(path)], probes);
  if ('error' in answer) throw new Error(answer.error);
  return answer.passed;
}

/** The address families that a file filters. */
function familiesOf(name: string): readonly number[] {
  if (name.startsWith('both')) return [4, 6];
  return name.endsWith('.v6') ? [6] : [4];
}

function isRequired({ protocol, destination, second }: Probe): boolean {
  if (protocol !== 17 || second < 3478 || second > 3481) return false;
  if (/^198\.51\.100\./.test(destination)) return true;
  const last = /^203\.0\.113\.(\d+)$/.exec(destination)?.[1];
  return last === undefined ? /^2001:db8:aaa[ab]:/.test(destination) : Number(last) < 128;
}

describe.skipIf(kernelUnavailable() !== undefined)('fixes of iptables files', () => {
  it.each(readdirSync(FIXTURES))('make the kernel pass what is required of %s, and nothing else', (name) => {
    const text = readFileSync(FIXTURES + name, 'utf8');
    const families = familiesOf(name);
    const fixes = fixedTexts(name, text);
    expect(fixes.length).toBeGreaterThan(1);
    const wanted = required(name === 'output.v4' ? 'output' : 'forward').filter(({ family }) =>
      families.includes(family),
    );
    const boundaries = boundariesOf(`${text}\n${PREFIXES.join('\n')}\n3478 3481`, {});
    const others = probesFor(boundaries, INTERFACES.length, 400, 11).filter(
      (probe) => !isRequired(probe) && families.includes(probe.family),
    );
    const before = passed(name, text, [...wanted, ...others]);
    // Where only the answers were denied, the first packets pass already.
    if (!name.startsWith('unanswered')) expect(before.slice(0, wanted.length)).toContain(false);
    for (const fixed of new Map(fixes.map((fix) => [fix.text, fix])).values()) {
      const after = passed(name, fixed.text, [...wanted, ...others]);
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

describe('fixes of iptables files', () => {
  it.each([
    [
      'policy.v4',
      '--dport 443 -j ACCEPT\n-A FORWARD -s 10.0.0.0/8 -d 198.51.100.0/24 -p udp -m udp --dport 3478:3481 -j ACCEPT\n',
    ],
    [
      'reject-last.v4',
      '-A FORWARD -d 203.0.113.0/25 -i lan0 -p udp -m multiport --dports 3478:3481 -j ACCEPT\n-A FORWARD -j REJECT',
    ],
    [
      'one-host.v4',
      '--dport 443 -j ACCEPT\n-A FORWARD -d 198.51.100.0/24 -o wan0 -p udp -m udp --dport 3478:3481 -j ACCEPT\n',
    ],
    ['one-host.v4', '--dport 3478:3481 -j ACCEPT\n-A FORWARD -m limit --limit 5/min -j LOG\n'],
    [
      'logdrop.v4',
      '-A FORWARD -s 10.0.0.0/8 -d 203.0.113.0/25 -i lan0 -o wan0 -p udp -m udp --dport 3478:3481 -j ACCEPT\n-A FORWARD -j LOGDROP',
    ],
    [
      'counters.v4',
      '[0:0] -A FORWARD -d 198.51.100.0/24 -p udp -m state --state NEW -m udp --dport 3478:3481 -j ACCEPT\n',
    ],
    [
      'unanswered.v4',
      '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -s 10.0.0.0/8 -o wan0 -j ACCEPT\n',
    ],
    ['router.sh', '\n$IPT -A FORWARD -d 198.51.100.0/24 -i $LAN -p udp --dport 3478:3481 -j ACCEPT\n'],
    ['insert.sh', '\niptables -I FORWARD '],
  ])('keep the form of %s', (name, expected) => {
    const [best] = fixedTexts(name, readFileSync(FIXTURES + name, 'utf8'));
    expect(best?.text).toContain(expected);
  });
});
