import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import { toldVerdicts } from '../../../server/src/service/checked-files.js';
import { otherHalves } from '../../../server/src/service/companions/halves.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';

/** A workspace whose files are on disk; those that are opened are in the editor as well. */
function serve(texts: Readonly<Record<string, string>>, require: readonly string[] = ['teams', 'm365+optimize']) {
  const files = new MemoryFiles(new Map(Object.entries(texts).map(([path, text]) => [`${ROOT}/${path}`, text])));
  const service = new LanguageService(files);
  service.setFolders([ROOT]);
  const request = { require, severity: {}, cloud: 'worldwide' } as const;
  const uriOf = (path: string) => `${ROOT}/${path}`;
  const put = (path: string, text: string) => service.put(uriOf(path), detectLanguage(path, text), text);
  const examine = async (path: string) => {
    const examined = await service.examine(uriOf(path), request);
    if (!examined) throw new Error(`${path} is not open`);
    return examined.analysis.report;
  };
  return {
    open: (path: string) => put(path, texts[path] ?? ''),
    put,
    write(path: string, text: string | undefined) {
      if (text === undefined) files.texts.delete(uriOf(path));
      else files.texts.set(uriOf(path), text);
      return service.filesChanged([uriOf(path)]);
    },
    service,
    uriOf,
    examine,
    contradictions: async (path: string) =>
      (await examine(path)).findings.filter(({ code }) => code === 'bypass-blocked'),
    statusOf: async (path: string, id: string) =>
      toldVerdicts((await examine(path)).coverage).find(({ requirement }) => requirement === id),
  };
}

const save = (...rules: readonly string[]) =>
  ['*filter', ':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT DROP [0:0]', ...rules, 'COMMIT', ''].join('\n');

const V4_MEDIA = save(
  '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A FORWARD -p udp -m multiport --dports 3478:3481 -j ACCEPT',
);
const CLOSED = save();

describe('the halves of one firewall', () => {
  /** UDP to IPv4 and IPv6 prefixes. */
  const MEDIA = 'm365-worldwide/11/udp';

  it('are found by their names', () => {
    const namesOf = (name: string) => otherHalves(`${ROOT}/fw/${name}`).map((uri) => uri.slice(`${ROOT}/fw/`.length));
    expect(namesOf('rules.v4')).toEqual(['rules.v6']);
    expect(namesOf('rules.v6')).toEqual(['rules.v4']);
    expect(namesOf('ip6tables.rules')).toEqual(['iptables.rules']);
    expect(namesOf('iptables-save')).toEqual(['ip6tables-save']);
    expect(namesOf('iptables.v4')).toEqual(expect.arrayContaining(['ip6tables.v6', 'iptables.v6']));
    expect(namesOf('edge.nft')).toEqual([]);
  });

  it('are met together', async () => {
    const { open, statusOf } = serve({ 'rules.v4': V4_MEDIA, 'rules.v6': V4_MEDIA });
    open('rules.v4');
    expect(await statusOf('rules.v4', MEDIA)).toMatchObject({ status: 'met' });
  });

  it('report what the other one lacks, in that one alone', async () => {
    const { open, statusOf, examine, uriOf } = serve({ 'rules.v4': V4_MEDIA, 'rules.v6': CLOSED });
    open('rules.v4');
    open('rules.v6');
    const verdict = await statusOf('rules.v4', MEDIA);
    expect(verdict).toMatchObject({ status: 'partial', missing: expect.stringMatching(/^UDP 3478.* to 2603:/) });
    expect(verdict?.missing).not.toContain('52.112');
    expect(verdict?.decidedBy.map(({ uri }) => uri)).toEqual([uriOf('rules.v6')]);
    expect(await statusOf('rules.v6', MEDIA)).toEqual(verdict);
    const about = (findings: Awaited<ReturnType<typeof examine>>['findings']) =>
      findings
        .filter(({ code, requirements }) => code.startsWith('requirement-') && requirements.includes(MEDIA))
        .map(({ uri }) => uri);
    expect(about((await examine('rules.v4')).findings)).toEqual([]);
    expect(about((await examine('rules.v6')).findings)).toEqual([uriOf('rules.v6')]);
  });

  it('are judged alone while there is only one', async () => {
    const { open, statusOf, write, service, uriOf } = serve({ 'rules.v4': V4_MEDIA });
    open('rules.v4');
    expect(await statusOf('rules.v4', MEDIA)).toMatchObject({ status: 'met' });
    expect([...service.watchedFolders]).toContain(ROOT);
    expect(write('rules.v6', CLOSED)).toEqual([uriOf('rules.v4')]);
    expect(await statusOf('rules.v4', MEDIA)).toMatchObject({ status: 'partial' });
    expect(write('rules.v6', undefined)).toEqual([uriOf('rules.v4')]);
    expect(await statusOf('rules.v4', MEDIA)).toMatchObject({ status: 'met' });
  });

  it('are judged again when the other one is edited', async () => {
    const { open, put, statusOf, uriOf } = serve({ 'rules.v4': V4_MEDIA, 'rules.v6': CLOSED });
    open('rules.v4');
    open('rules.v6');
    await statusOf('rules.v4', MEDIA);
    expect(put('rules.v6', V4_MEDIA)).toEqual([uriOf('rules.v4')]);
    expect(await statusOf('rules.v4', MEDIA)).toMatchObject({ status: 'met' });
  });

  it('are not two files of the same family', async () => {
    const forIpv4 = `# Generated by iptables-save v1.8\n${CLOSED}`;
    const { open, statusOf } = serve({
      'iptables.rules': V4_MEDIA,
      'ip6tables.rules': '# nothing yet\n',
      'edge.v4': forIpv4,
    });
    open('iptables.rules');
    expect(await statusOf('iptables.rules', MEDIA)).toMatchObject({ status: 'met' });
  });
});

const PAC = `function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".teams.microsoft.com") || host === "teams.microsoft.com") return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
`;

const filter = (...rules: readonly string[]) =>
  [
    'table inet filter {',
    'chain forward {',
    'type filter hook forward priority 0; policy drop;',
    ...rules,
    '}',
    '}',
    '',
  ].join('\n');

const CLOSED_EDGE = filter('ct state established,related accept', 'udp dport 3478-3481 accept');
const OPEN_EDGE = filter('ct state established,related accept', 'tcp dport { 80, 443 } accept');

const LISTED = `roles:
  clients: [10.20.0.0/16]
files:
  - match: proxy.pac
  - match: edge/*.nft
    hook: forward
`;

describe('a host that the PAC file sends past the proxy', () => {
  it('into a filter that denies it is reported on the return that sends it, with the rule that denies', async () => {
    const { open, contradictions, uriOf } = serve({
      'proxy.pac': PAC,
      'edge/main.nft': CLOSED_EDGE,
      'lintel.yaml': LISTED,
    });
    open('proxy.pac');
    const [found, ...others] = await contradictions('proxy.pac');
    expect(others).toEqual([]);
    expect(found?.message).toMatch(/teams\.microsoft\.com past the proxy, but main\.nft denies TCP (80, )?443/);
    expect(found?.range.start).toBe(PAC.indexOf('return "DIRECT"'));
    expect(found?.requirements).toContain('m365-worldwide/12/tcp');
    const denies = CLOSED_EDGE.indexOf('policy drop');
    expect(found?.related).toHaveLength(1);
    expect(found?.related[0]?.uri).toBe(uriOf('edge/main.nft'));
    expect(found?.related[0]?.range.start).toBeLessThanOrEqual(denies);
    expect(found?.related[0]?.range.end).toBeGreaterThan(denies);
  });

  it('is reported again when either file changes, open or on disk', async () => {
    const { open, put, write, contradictions, uriOf } = serve({
      'proxy.pac': PAC,
      'edge/main.nft': CLOSED_EDGE,
      'lintel.yaml': LISTED,
    });
    open('proxy.pac');
    expect(await contradictions('proxy.pac')).toHaveLength(1);
    expect(write('edge/main.nft', OPEN_EDGE)).toEqual([uriOf('proxy.pac')]);
    expect(await contradictions('proxy.pac')).toEqual([]);
    expect(put('edge/main.nft', CLOSED_EDGE)).toEqual([uriOf('proxy.pac')]);
    expect(await contradictions('proxy.pac')).toHaveLength(1);
    put('proxy.pac', PAC.replace('return "DIRECT"', 'return "PROXY proxy.example.com:8080"'));
    expect(await contradictions('proxy.pac')).toEqual([]);
  });

  it('is reported when a filter is created', async () => {
    const { open, write, contradictions, uriOf } = serve({ 'proxy.pac': PAC, 'lintel.yaml': LISTED });
    open('proxy.pac');
    expect(await contradictions('proxy.pac')).toEqual([]);
    expect(write('edge/second.nft', CLOSED_EDGE)).toEqual([uriOf('proxy.pac')]);
    expect(await contradictions('proxy.pac')).toHaveLength(1);
  });

  it('can be ignored, with a comment that is then in use', async () => {
    const ignoring = PAC.replace('  if', '  // lintel: ignore bypass-blocked -- the edge is replaced next week\n  if');
    const { open, examine } = serve({ 'proxy.pac': ignoring, 'edge/main.nft': CLOSED_EDGE, 'lintel.yaml': LISTED });
    open('proxy.pac');
    const codes = (await examine('proxy.pac')).findings.map(({ code }) => code);
    expect(codes).not.toContain('bypass-blocked');
    expect(codes).not.toContain('unused-ignore');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['the filter permits it', { 'edge/main.nft': OPEN_EDGE }],
    ['the PAC file sends it to the proxy', { 'proxy.pac': PAC.replace('"DIRECT"', '"PROXY proxy.example.com:8080"') }],
    [
      'the PAC file leaves it open',
      { 'proxy.pac': PAC.replace(/if \((.*)\) return/, 'if (isResolvable("intranet") && ($1)) return') },
    ],
    [
      'the filter leaves it open',
      { 'edge/main.nft': CLOSED_EDGE.replace('udp dport', 'meta cpu 1 accept\nudp dport') },
    ],
    ['nothing says that the files belong together', { 'lintel.yaml': '' }],
    ['only the filter is listed', { 'lintel.yaml': LISTED.replace('  - match: proxy.pac\n', '') }],
    ['the entry does not say where the filter stands', { 'lintel.yaml': LISTED.replace('    hook: forward\n', '') }],
    ['the filter is what a host receives', { 'lintel.yaml': LISTED.replace('hook: forward', 'hook: input') }],
    ['the filter is that of a server', { 'lintel.yaml': LISTED.replace('hook: forward', 'role: front-end') }],
    [
      'the filter is checked against something else',
      { 'lintel.yaml': LISTED.replace('hook: forward', 'hook: forward\n    require: [sfb-server]') },
    ],
  ])('is no contradiction where %s', async (_, changed) => {
    const { open, contradictions } = serve({
      'proxy.pac': PAC,
      'edge/main.nft': CLOSED_EDGE,
      'lintel.yaml': LISTED,
      ...changed,
    });
    open('proxy.pac');
    expect(await contradictions('proxy.pac')).toEqual([]);
  });
});

describe('a file of nftables that another one includes by a pattern', () => {
  const MAIN = [
    'define clients = 10.20.0.0/16',
    'table inet filter {',
    '  chain forward {',
    '    type filter hook forward priority 0; policy drop;',
    '    ct state established,related accept',
    '    include "rules.d/*.nft"',
    '  }',
    '}',
    '',
  ].join('\n');
  const MEDIA = 'ip saddr $clients udp dport 3478-3481 accept\n';

  it.each(['nftables.conf', 'main.nft'])('is judged in its place in %s, opened alone', async (main) => {
    const { open, examine, statusOf, uriOf } = serve({ [main]: MAIN, 'rules.d/10-media.nft': MEDIA });
    open('rules.d/10-media.nft');
    expect((await examine('rules.d/10-media.nft')).uri).toBe(uriOf(main));
    expect(await statusOf('rules.d/10-media.nft', 'm365-worldwide/11/udp')).toMatchObject({
      status: 'partial',
      missing: expect.stringContaining('2603:'),
    });
  });

  it('changes the verdict of the whole when it is edited, comes or goes', async () => {
    const { open, put, write, statusOf, uriOf } = serve({ 'main.nft': MAIN, 'rules.d/10-media.nft': '# none\n' });
    open('main.nft');
    const status = async () => (await statusOf('main.nft', 'm365-worldwide/11/udp'))?.status;
    expect(await status()).toBe('blocked');
    expect(write('rules.d/20-media.nft', MEDIA.replace('ip saddr $clients ', ''))).toEqual([uriOf('main.nft')]);
    expect(await status()).toBe('met');
    expect(write('rules.d/20-media.nft', undefined)).toEqual([uriOf('main.nft')]);
    expect(await status()).toBe('blocked');
    expect(put('rules.d/10-media.nft', MEDIA)).toEqual([uriOf('main.nft')]);
    expect(await status()).toBe('partial');
  });
});
