import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import { otherHalves } from '../../../server/src/service/companions.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';

/** A workspace whose files are on disk; those that are opened are in the editor as well. */
function serve(texts: Readonly<Record<string, string>>, require: readonly string[] = ['teams', 'm365+optimize']) {
  const files = new MemoryFiles(new Map(Object.entries(texts).map(([path, text]) => [`${ROOT}/${path}`, text])));
  const service = new LanguageService(files);
  service.setFolders([ROOT]);
  const wishes = { require, severity: {}, cloud: 'worldwide' } as const;
  const uriOf = (path: string) => `${ROOT}/${path}`;
  const put = (path: string, text: string) => service.put(uriOf(path), detectLanguage(path, text), text);
  const examine = async (path: string) => {
    const examined = await service.examine(uriOf(path), wishes);
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
    statusOf: async (path: string, id: string) =>
      (await examine(path)).coverage.find(({ requirement }) => requirement === id),
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

  it('tell what the other one lacks, and blame it alone', async () => {
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
