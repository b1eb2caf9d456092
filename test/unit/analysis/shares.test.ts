// What each statement of a PAC file is responsible for: its findings, their messages and their fixes.
import { describe, expect, test } from 'vitest';
import { sharesOf } from '../../../server/src/analysis/evaluate/evaluation.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { toldVerdicts } from '../../../server/src/service/checked-files.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const ROOT = 'file:///network';
const PAC = `${ROOT}/proxy.pac`;

/** The Teams hosts *.lync.com, *.teams.cloud.microsoft, *.teams.microsoft.com and the last two domains themselves. */
const TEAMS: CheckRequest = { require: ['m365-worldwide/12/bypass-proxy'], severity: {}, cloud: 'worldwide' };

const file = (...lines: readonly string[]) =>
  `function FindProxyForURL(url, host) {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;

function serve(text: string, workspace = ''): LanguageService {
  const service = new LanguageService(new MemoryFiles(new Map([[`${ROOT}/lintel.yaml`, workspace]])));
  service.setFolders([ROOT]);
  service.put(PAC, pac, text);
  return service;
}

async function examine(text: string, workspace = '') {
  const examined = await serve(text, workspace).examine(PAC, TEAMS);
  if (!examined) throw new Error('not examined');
  return examined.analysis;
}

/** The findings on requirements: the text that each stands on, and its message without the id. */
async function findings(text: string, workspace = ''): Promise<string[]> {
  const { report } = await examine(text, workspace);
  return report.findings
    .filter(({ requirements }) => requirements.length > 0)
    .map(({ code, range, message }) => {
      const short = message
        .replace(/^Microsoft Teams (?:should bypass the proxy, but )?/, '')
        .replace(/ \(m365[^)]*\)\.$/, '');
      return `${code} on ${text.slice(range.start, range.end)}: ${short}`;
    });
}

async function verdict(text: string, workspace = ''): Promise<string> {
  const told = toldVerdicts((await examine(text, workspace)).report.coverage);
  const [{ status, missing, reason } = { status: 'none', missing: undefined, reason: undefined }] = told;
  return [status, missing, reason].filter((part) => part !== undefined).join(': ');
}

const INNER = file(
  'if (shExpMatch(host, "*.teams.microsoft.com")) return "PROXY inner:1";',
  'if (host == "cdn.lync.com") return "PROXY cdn:1";',
  'if (dnsDomainIs(host, ".lync.com")) return "DIRECT";',
  'return "PROXY outer:1";',
);

describe('each return has a finding with the hosts that it sends to the proxy', () => {
  test('named as the document does where it sends all of a pattern', async () => {
    expect(await findings(INNER)).toEqual([
      'not-bypassed on return "PROXY inner:1": this sends *.teams.microsoft.com to it',
      'not-bypassed on return "PROXY cdn:1": this sends cdn.lync.com to it',
      'not-bypassed on return "PROXY outer:1": this sends *.teams.cloud.microsoft, teams.cloud.microsoft, teams.microsoft.com to it',
    ]);
  });

  test('and a fix that proves this share alone', async () => {
    const service = serve(INNER);
    const offered = await service.fixes(PAC, TEAMS, () => true);
    expect(offered.flatMap(({ fixes }) => fixes.map(({ title }) => title))).toEqual([
      'Send Microsoft Teams direct: *.teams.microsoft.com in line 2',
      'Send Microsoft Teams direct: *.lync.com in line 3',
      'Send Microsoft Teams direct: *.teams.cloud.microsoft and 2 more with the hosts of line 4',
    ]);
    const all = await service.fixAll(PAC, TEAMS);
    expect(all?.requirements).toEqual(['m365-worldwide/12/bypass-proxy']);
    expect(await findings(applyEdits(INNER, all?.edits ?? []))).toEqual([]);
  });

  test('which sends nothing else direct', async () => {
    const text = file('if (shExpMatch(url, "wss:*")) return "PROXY p:1";', 'return "DIRECT";');
    const fixed = applyEdits(text, (await serve(text).fixAll(PAC, TEAMS))?.edits ?? []);
    expect(await findings(fixed)).toEqual([]);
    expect(fixed).toContain('if (shExpMatch(url, "wss:*")) return "PROXY p:1";');
  });

  test('without the conditions that do not match', async () => {
    const { report } = await examine(INNER);
    expect(report.findings.map(({ related }) => related.map(({ message }) => message))).toEqual([
      ['Matches.'],
      ['Matches.'],
      [],
    ]);
  });

  test('for clients that the file tells apart', async () => {
    const text = file(
      'if (isInNet(myIpAddress(), "10.10.0.0", "255.255.0.0")) return "PROXY branch:1";',
      'return "PROXY office:1";',
    );
    expect(await findings(text)).toEqual([
      expect.stringMatching(/^not-bypassed on return "PROXY branch:1": .* to it for clients in 10\.10\.0\.0\/16$/),
      expect.stringMatching(/^not-bypassed on return "PROXY office:1": .* to it for clients outside 10\.10\.0\.0\/16$/),
    ]);
  });

  test('under a condition that makes no difference to the verdict', async () => {
    const text = file('if (weekdayRange("SAT", "SUN")) return "PROXY a:1";', 'return "PROXY b:1";');
    expect(await findings(text)).toEqual([
      expect.stringMatching(/PROXY a:1.* to it if it is Saturday to Sunday$/),
      expect.stringMatching(/PROXY b:1.* to it if it is Monday to Friday$/),
    ]);
  });

  test('for the schemes that it decides for', async () => {
    const text = file('if (url.substring(0, 6) == "https:") return "DIRECT";', 'return "PROXY p:1";');
    expect(await findings(text)).toEqual([expect.stringMatching(/ to it for http: and wss: URLs$/)]);
    expect(await verdict(text)).toMatch(/^partial: TCP 80 to .*; wss: URLs of /);
    const secure = file('if (shExpMatch(url, "wss:*")) return "PROXY p:1";', 'return "DIRECT";');
    expect(await findings(secure)).toEqual([expect.stringMatching(/ to it for wss: URLs$/)]);
    expect(await verdict(secure)).toMatch(/^partial: wss: URLs of /);
  });

  test.each([
    INNER,
    file('if (host == "a.lync.com" || isPlainHostName(host)) return "PROXY a:1";', 'return "PROXY b:1";'),
    file('if (isInNet(dnsResolve(host), "52.112.0.0", "255.252.0.0")) return "PROXY a:1";', 'return "PROXY b:1";'),
    file(
      'if (dnsDomainIs(host, ".lync.com")) { if (isInNet(myIpAddress(), "10.0.0.0", "255.0.0.0")) return "PROXY a:1"; }',
      'else return "PROXY b:1";',
      'return "DIRECT";',
    ),
  ])('and together they are what is missing: %s', async (text) => {
    for (const evaluation of (await examine(text)).evaluations) {
      const { missing } = evaluation;
      if (missing.kind !== 'hosts') throw new Error('nothing is missing');
      const certain: HostSet[] = [];
      const open: HostSet[] = [];
      for (const share of sharesOf(evaluation)) {
        if (share.missing.kind === 'hosts') (share.undecided === undefined ? certain : open).push(share.missing.hosts);
      }
      const same = (one: HostSet, other: HostSet) => one.subtract(other).isEmpty && other.subtract(one).isEmpty;
      const isOpen = evaluation.verdict.status === 'undecided';
      expect(same(HostSet.union(certain), isOpen ? HostSet.none : missing.hosts)).toBe(true);
      expect(same(HostSet.union(open), isOpen ? missing.hosts : (missing.undecided ?? HostSet.none))).toBe(true);
    }
  });
});

describe('an undecided verdict names its condition and stands on it', () => {
  const BRANCH = file(
    'if (isInNet(myIpAddress(), "10.66.0.0", "255.255.0.0")) return "PROXY p:1";',
    'return "DIRECT";',
  );

  test('the clients', async () => {
    expect(await findings(BRANCH)).toEqual([
      'requirement-undecided on myIpAddress(): is undecided for *.lync.com, *.teams.cloud.microsoft, *.teams.microsoft.com and 2 more: not met for clients in 10.66.0.0/16; declare where clients are under "roles" in lintel.yaml',
    ]);
    const others = file(
      'if (isInNet(myIpAddress(), "10.66.0.0", "255.255.0.0")) return "DIRECT";',
      'return "PROXY p:1";',
    );
    expect(await verdict(others)).toContain('not met for clients outside 10.66.0.0/16;');
  });

  test('which a declared role decides', async () => {
    const declare = (...clients: string[]) => `roles: { clients: [${clients.map((one) => `"${one}"`).join(', ')}] }`;
    expect(await verdict(BRANCH, declare('10.20.0.0/16'))).toBe('met');
    expect(await verdict(BRANCH, declare('10.66.1.0/24'))).toMatch(/^blocked: TCP 80, 443 to /);
    const direct = file('if (isInNet(myIpAddress(), "10.66.0.0", "255.255.0.0")) return "DIRECT";', 'return "DIRECT";');
    expect(await verdict(direct, declare('10.0.0.0/8'))).toBe('met');
    const both = declare('10.20.0.0/16', '10.66.1.0/24');
    expect(await verdict(BRANCH, both)).toMatch(/^partial: TCP 80, 443 to .* for clients in 10\.66\.1\.0\/24$/);
    expect(await findings(BRANCH, both)).toEqual([
      expect.stringMatching(/^not-bypassed on return "PROXY p:1": .* to it for clients in 10\.66\.1\.0\/24$/),
    ]);
  });

  test('DNS, which lintel.yaml can declare', async () => {
    const text = file('if (!isResolvable(host)) return "PROXY p:1";', 'return "DIRECT";');
    expect(await findings(text)).toEqual([
      'requirement-undecided on isResolvable(host): is undecided for *.lync.com, *.teams.cloud.microsoft, *.teams.microsoft.com and 2 more: not met if DNS has no address for the host; declare "dns: external" in lintel.yaml if that cannot be',
    ]);
    expect(await verdict(text, 'dns: external')).toBe('met');
  });

  test('of a path of conditions the one from which another way is better', async () => {
    const text = file(
      'if (weekdayRange("SAT")) {',
      '  if (timeRange(8, 18)) return "PROXY a:1";',
      '  return "PROXY b:1";',
      '}',
      'return "DIRECT";',
    );
    expect(await findings(text)).toEqual([
      expect.stringMatching(/^requirement-undecided on weekdayRange\("SAT"\): .* not met if it is Saturday$/),
    ]);
  });

  test('beside what is certain', async () => {
    const text = file(
      'if (dnsDomainIs(host, ".lync.com")) return "PROXY p:1";',
      'if (weekdayRange("SAT")) return "PROXY p:1";',
      'return "DIRECT";',
    );
    expect(await findings(text)).toEqual([
      'not-bypassed on return "PROXY p:1": this sends *.lync.com to it',
      'requirement-undecided on weekdayRange("SAT"): is undecided for *.teams.cloud.microsoft, *.teams.microsoft.com, teams.cloud.microsoft and 1 more: not met if it is Saturday',
    ]);
  });
});
