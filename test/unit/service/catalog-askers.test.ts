// Who is asked for what: machines of their own, required endpoints that nobody selected, and peers that no document names.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';
const DEFAULT: CheckRequest = { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' };

/** The findings and the coverage of one file beside a workspace file. */
async function checked(name: string, text: string, lintelFile = '', request: CheckRequest = DEFAULT) {
  const texts = new Map([
    [`${ROOT}/${name}`, text],
    [`${ROOT}/lintel.yaml`, lintelFile],
  ]);
  const service = new LanguageService(new MemoryFiles(texts));
  service.setFolders([ROOT], false);
  const uri = `${ROOT}/${name}`;
  service.put(uri, detectLanguage(uri, text), text);
  const examined = await service.examine(uri, request);
  const of = (id: string) => examined?.analysis.report.coverage.find(({ requirement }) => requirement === id);
  const edits = async () => (await service.fixAll(uri, request))?.edits ?? [];
  return { findings: examined ? [...service.findings(uri, examined).values()].flat() : [], of, edits };
}

const edge = (rules: string) => `table inet f {
  chain forwarding {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
${rules}
  }
}
`;

describe('port 25', () => {
  const closed = edge('    ip saddr 10.20.0.0/16 tcp dport { 80, 443 } accept');
  const roles = 'roles:\n  clients: [10.20.0.0/16]\n';
  const mail = `${roles}  exchange-transport: [10.1.4.5]\n`;

  it('is asked of nobody where no mail server is declared, and the coverage says so', async () => {
    const { findings, of } = await checked('fw.nft', closed, roles);
    expect(findings.flatMap(({ requirements }) => requirements)).not.toContain('m365-worldwide/10/tcp');
    expect(of('m365-worldwide/10/tcp')).toMatchObject({
      status: 'not-applicable',
      reason: 'only exchange-transport need it, a role that lintel.yaml does not declare',
    });
  });

  it('is asked of the mail server that is declared, and of no client', async () => {
    expect((await checked('fw.nft', closed, mail)).of('m365-worldwide/10/tcp')?.status).toBe('blocked');
    const open = edge('    ip saddr 10.1.4.5 tcp dport 25 accept');
    expect((await checked('fw.nft', open, mail)).of('m365-worldwide/10/tcp')?.status).toBe('met');
  });
});

describe('required endpoints that are not selected', () => {
  const squid = (rules: string) => `acl office src 10.0.0.0/8\n${rules}http_access deny all\nhttp_port 3128\n`;
  const allowList = squid('acl some dstdomain .teams.microsoft.com\nhttp_access allow office some\n');
  const denyList = squid(
    'acl bad dstdomain browser.pipe.aria.microsoft.com .tracker.example\nhttp_access deny bad\nhttp_access allow office\n',
  );
  const ofDefaultSets = (findings: readonly { readonly message: string; readonly severity: string }[]) =>
    findings.filter(({ message }) => /requires|required for/.test(message)).map((one) => [one.severity, one.message]);

  it('are information where an allow list leaves them out and nothing else is chosen', async () => {
    const [told, ...others] = ofDefaultSets((await checked('squid.conf', allowList)).findings);
    expect(others).toEqual([]);
    expect(told).toEqual(['info', expect.stringMatching(/^Microsoft 365 also requires .*the selector m365\+default/)]);
  });

  it('are not told of an allow list for something else', async () => {
    const chosen = await checked('squid.conf', allowList, '', { ...DEFAULT, require: ['m365-worldwide/12/*'] });
    expect(ofDefaultSets(chosen.findings)).toEqual([]);
  });

  it('are told where a rule denies them by name, whatever is chosen', async () => {
    for (const require of [DEFAULT.require, ['sfb-server'], ['m365-worldwide/12/*']]) {
      const { findings } = await checked('squid.conf', denyList, '', { ...DEFAULT, require });
      expect(ofDefaultSets(findings)).toEqual([
        ['info', expect.stringMatching(/^This denies browser\.pipe\.aria\.microsoft\.com, required for Microsoft 365/)],
      ]);
    }
  });

  it('are findings of their own where they are selected', async () => {
    const { findings } = await checked('squid.conf', denyList, '', { ...DEFAULT, require: ['m365'] });
    expect(ofDefaultSets(findings)).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error').flatMap((one) => one.requirements)).toContain(
      'm365-worldwide/69/tcp',
    );
  });
});

describe('rooms and Android devices', () => {
  const squid = `auth_param basic program /usr/lib/squid/basic_ncsa_auth /etc/squid/passwd
acl office src 10.0.0.0/8
acl users proxy_auth REQUIRED
acl open dstdomain .teams.microsoft.com .teams.cloud.microsoft .lync.com
http_access allow office open
http_access allow office users
http_access deny all
http_port 3128
`;

  it('are asked for no login at any host that they use', async () => {
    const { of } = await checked('squid.conf', squid, 'roles:\n  rooms: [10.20.40.0/24]\n');
    expect(of('m365-worldwide/12/rooms-no-proxy-auth')?.status).toBe('met');
    expect(of('m365-worldwide/47/rooms-no-proxy-auth')?.status).toBe('blocked');
    expect(of('m365-worldwide/47/android-no-proxy-auth')).toBeUndefined();
  });
});

describe('a document that does not say who connects', () => {
  const roles = 'roles:\n  mediation: [10.1.2.11]\n  clients: [10.20.0.0/16]\n  pstn-gateway: [10.1.9.5]\n';
  const file = 'files:\n  - match: med.nft\n    require: [sfb-server+mediation]\n    role: mediation\n';
  const media = (sources: string) => `table inet f {
  chain in {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    ip saddr ${sources} meta l4proto { tcp, udp } th dport 49152-57500 accept
  }
}
`;
  const MEDIA = 'sfb-server/mediation/49152-57500-udp';

  it('leaves open what only some of the declared peers may do', async () => {
    const { of } = await checked('med.nft', media('10.20.0.0/16'), roles + file);
    expect(of(MEDIA)).toMatchObject({
      status: 'undecided',
      reason: 'its document does not say who connects, and this denies pstn-gateway',
    });
  });

  it('is met where each of them may', async () => {
    const { of } = await checked('med.nft', media('{ 10.20.0.0/16, 10.1.9.5 }'), roles + file);
    expect(of(MEDIA)?.status).toBe('met');
  });

  it('is asked for both ends by the name of a role', async () => {
    const output = 'table inet f {\n  chain out {\n    type filter hook output priority 0; policy drop;\n  }\n}\n';
    const own = `${roles}  front-end: [10.1.1.11]\n  file-share: [10.1.5.5]\nfiles:\n  - match: fe.nft\n    require: [sfb-server+front-end]\n    role: front-end\n`;
    expect((await checked('fe.nft', output, own)).of('sfb-server/file-share/445-tcp')?.status).toBe('blocked');
  });
});

describe('a retired endpoint that another document still asks for', () => {
  const rule = edge('    ip saddr 10.1.0.0/16 ip daddr { 13.107.64.0/18, 52.112.0.0/14 } udp dport 50000-59999 accept');

  it('names that document, and is not told where this is selected', async () => {
    const retired = async (require: readonly string[]) =>
      (await checked('fw.nft', rule, '', { ...DEFAULT, require })).findings.filter(
        ({ code }) => code === 'retired-endpoint',
      );
    const [told] = await retired(['m365-worldwide/1/bypass-proxy']);
    expect(told?.message).toContain('but still needed for Skype for Business hybrid with Microsoft 365 (sfb-hybrid/');
    expect(await retired(['sfb-hybrid'])).toEqual([]);
  });

  it('is taken away by no fix, unlike one that nobody asks for any more', async () => {
    const unneeded = edge('    ip saddr 10.1.0.0/16 ip daddr { 52.238.119.141, 52.112.0.0/14 } tcp dport 443 accept');
    const request = { ...DEFAULT, require: ['m365-worldwide/1/bypass-proxy'] };
    expect(await (await checked('fw.nft', rule, '', request)).edits()).toEqual([]);
    expect(await (await checked('fw.nft', unneeded, '', request)).edits()).not.toEqual([]);
  });
});
