import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';
const PAC = `${ROOT}/edge/proxy.pac`;
const REQUEST: CheckRequest = { require: ['m365-worldwide/31/*'], severity: {}, cloud: 'worldwide' };

/** Sends everything to the proxy. */
const CLOSED = 'function FindProxyForURL(url, host) {\n  return "PROXY proxy.example.com:8080";\n}\n';

const PACK = `id: acme
title: ACME
version: 1
documents: { guide: { title: ACME guide, url: https://acme.example/guide } }
requirements:
  - id: acme/portal/bypass-proxy
    title: The portal
    why: The portal refuses requests that come from a proxy.
    kind: bypass-proxy
    flow: { to: { hosts: [portal.acme.example] }, protocol: tcp, ports: 443 }
    source: { document: guide }
`;

/** Serves some files, all of them open unless they configure Lintel. */
function serve(
  texts: Readonly<Record<string, string>>,
  { folders = [ROOT], searchesAbove = false }: { folders?: readonly string[]; searchesAbove?: boolean } = {},
) {
  const files = new MemoryFiles(new Map(Object.entries(texts).map(([path, text]) => [uriOf(path), text])));
  const service = new LanguageService(files);
  service.setFolders(folders, searchesAbove);
  const open = (path: string) => {
    const uri = uriOf(path);
    const text = files.texts.get(uri) ?? '';
    return service.put(uri, detectLanguage(uri, text), text);
  };
  for (const path of Object.keys(texts)) if (!/lintel\.ya?ml$|requirements\//.test(path)) open(path);
  return { files, service, open };
}

function uriOf(path: string): string {
  return path.startsWith('file:') ? path : `${ROOT}/${path}`;
}

type Served = ReturnType<typeof serve>;

/** What a file is checked against, by id. */
async function required({ service }: Served, uri = PAC, request = REQUEST): Promise<readonly string[]> {
  const examined = await service.examine(uri, request);
  return examined?.checks.requirements.map(({ id }) => id) ?? [];
}

async function findings({ service }: Served, uri = PAC, request = REQUEST) {
  const examined = await service.examine(uri, request);
  return examined ? [...service.findings(uri, examined).values()].flat() : [];
}

const codes = async (served: Served, uri = PAC, request = REQUEST) =>
  (await findings(served, uri, request)).map(({ code }) => code);

describe('the nearest lintel.yaml', () => {
  const OUTER = 'files: [{ match: "**", require: [m365-worldwide/1/*] }]';
  const INNER = 'files: [{ match: "*.pac", require: [m365-worldwide/12/bypass-proxy] }]';

  it('says what a file is checked against', async () => {
    const served = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': OUTER, 'edge/lintel.yaml': INNER });
    expect(await required(served)).toEqual(['m365-worldwide/12/bypass-proxy']);
  });

  it('applies alone: what it does not name is left to the settings, not to one above', async () => {
    const served = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': OUTER, 'edge/lintel.yaml': 'cloud: worldwide' });
    expect(await required(served)).toContain('m365-worldwide/31/bypass-proxy');
  });

  it('is looked for inside the workspace folder only, in an editor', async () => {
    const texts = { 'edge/proxy.pac': CLOSED, 'lintel.yaml': OUTER };
    expect(await required(serve(texts, { folders: [`${ROOT}/edge`] }))).toContain('m365-worldwide/31/bypass-proxy');
    const above = serve(texts, { folders: [`${ROOT}/edge`], searchesAbove: true });
    expect(await required(above)).toContain('m365-worldwide/1/bypass-proxy');
  });

  it('is each folder’s own where a workspace has several', async () => {
    const [one, two] = ['file:///one', 'file:///two'];
    const served = serve(
      {
        [`${one}/proxy.pac`]: CLOSED,
        [`${one}/lintel.yaml`]: OUTER,
        [`${two}/proxy.pac`]: CLOSED,
        [`${two}/lintel.yaml`]: INNER,
      },
      { folders: [one, two] },
    );
    expect(await required(served, `${one}/proxy.pac`)).toContain('m365-worldwide/1/bypass-proxy');
    expect(await required(served, `${two}/proxy.pac`)).toEqual(['m365-worldwide/12/bypass-proxy']);
    // A change of one concerns the files of that folder alone.
    expect(served.service.filesChanged([`${two}/lintel.yaml`])).toEqual([`${two}/proxy.pac`]);
  });

  it('may have either ending, .yaml first', async () => {
    expect(await required(serve({ 'edge/proxy.pac': CLOSED, 'edge/lintel.yml': INNER }))).toEqual([
      'm365-worldwide/12/bypass-proxy',
    ]);
    const both = { 'edge/proxy.pac': CLOSED, 'edge/lintel.yml': OUTER, 'edge/lintel.yaml': INNER };
    expect(await required(serve(both))).toEqual(['m365-worldwide/12/bypass-proxy']);
  });
});

describe('what a file is checked against', () => {
  const LINTEL = 'files: [{ match: edge/*, require: [m365-worldwide/12/bypass-proxy] }]';
  const asking = `// lintel: require m365-worldwide/1/bypass-proxy\n${CLOSED}`;

  it('is what a comment in it requires, before what lintel.yaml does', async () => {
    const served = serve({ 'edge/proxy.pac': asking, 'lintel.yaml': LINTEL });
    expect(await required(served)).toEqual(['m365-worldwide/1/bypass-proxy']);
  });

  it('is what is forced before either', async () => {
    const served = serve({ 'edge/proxy.pac': asking, 'lintel.yaml': LINTEL });
    const forced = { ...REQUEST, forced: ['m365-worldwide/11/bypass-proxy'] };
    expect(await required(served, PAC, forced)).toEqual(['m365-worldwide/11/bypass-proxy']);
  });

  it('can come from a pack of its own', async () => {
    const served = serve({
      'edge/proxy.pac': CLOSED,
      'lintel.yaml': 'packs: [requirements/*.yaml]\nfiles: [{ match: edge/*, require: [acme] }]',
      'requirements/acme.yaml': PACK,
    });
    const [finding, ...others] = await findings(served);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'not-bypassed', requirements: ['acme/portal/bypass-proxy'] });
    expect(finding?.message).toContain('portal.acme.example');
  });

  it('has the severity that lintel.yaml gives, whatever the settings are', async () => {
    const served = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': 'severity: { not-bypassed: hint }' });
    const request: CheckRequest = { ...REQUEST, severity: { 'not-bypassed': 'error' } };
    expect((await findings(served, PAC, request)).map(({ severity }) => severity)).toEqual(['hint']);
  });

  it('depends on the cloud, of lintel.yaml before that of the settings', async () => {
    const request: CheckRequest = { ...REQUEST, require: ['m365+optimize'], cloud: 'usgov-dod' };
    const bare = serve({ 'edge/proxy.pac': CLOSED });
    expect((await required(bare, PAC, request)).every((id) => id.startsWith('m365-usgov-dod/'))).toBe(true);
    const china = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': 'cloud: china' });
    const ids = await required(china, PAC, { ...request, require: ['m365+allow'] });
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => id.startsWith('m365-china/'))).toBe(true);
  });
});

describe('a file that looks like nothing', () => {
  const RULES = 'cache deny all\n';

  it('is read as the language that lintel.yaml names', async () => {
    const text = { 'edge/rules.txt': RULES };
    expect(await serve(text).service.examine(`${ROOT}/edge/rules.txt`, REQUEST)).toBeUndefined();
    const declared = serve({ ...text, 'lintel.yaml': 'files: [{ match: edge/*.txt, dialect: squid }]' });
    expect(await codes(declared, `${ROOT}/edge/rules.txt`)).toContain('requirement-blocked');
  });

  it('is so from the moment that lintel.yaml does', async () => {
    const served = serve({ 'edge/rules.txt': RULES });
    await served.service.examine(`${ROOT}/edge/rules.txt`, REQUEST);
    served.files.texts.set(`${ROOT}/lintel.yaml`, 'files: [{ match: edge/*.txt, dialect: squid }]');
    expect(served.service.filesChanged([`${ROOT}/lintel.yaml`])).toEqual([`${ROOT}/edge/rules.txt`]);
    expect(await codes(served, `${ROOT}/edge/rules.txt`)).toContain('requirement-blocked');
  });
});

describe('a change', () => {
  const LINTEL = 'packs: [requirements/*.yaml]\nfiles: [{ match: edge/*, require: [acme] }]';

  it('of lintel.yaml in the editor concerns the files that it is about', async () => {
    const served = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': LINTEL, 'requirements/acme.yaml': PACK });
    expect(await codes(served)).toEqual(['not-bypassed']);
    served.open('lintel.yaml');
    const typed = LINTEL.replace('[acme]', '[acme/portal/reach]');
    expect(served.service.put(`${ROOT}/lintel.yaml`, detectLanguage('lintel.yaml', typed), typed)).toEqual([PAC]);
    expect(await codes(served)).toEqual([]);
  });

  it('of a pack concerns them as well, and one that is added is seen', async () => {
    const served = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': LINTEL });
    expect(await codes(served)).toEqual([]);
    served.files.texts.set(`${ROOT}/requirements/acme.yaml`, PACK);
    expect(served.service.filesChanged([`${ROOT}/requirements/acme.yaml`])).toEqual([PAC]);
    expect(await codes(served)).toEqual(['not-bypassed']);
    expect([...served.service.watchedFolders]).toContain(`${ROOT}/requirements`);
  });

  it('that brings a nearer lintel.yaml takes the files over', async () => {
    const served = serve({ 'edge/proxy.pac': CLOSED, 'lintel.yaml': LINTEL, 'requirements/acme.yaml': PACK });
    await codes(served);
    served.files.texts.set(`${ROOT}/edge/lintel.yaml`, 'severity: { not-bypassed: off }');
    expect(served.service.filesChanged([`${ROOT}/edge/lintel.yaml`])).toEqual([PAC]);
    expect(await codes(served)).toEqual([]);
  });
});

describe('tenant restrictions', () => {
  const pac = (way: string) => `function FindProxyForURL(url, host) {
  if (host === "login.microsoftonline.com") return "${way}";
  return "PROXY proxy.example.com:8080";
}
`;
  const ON = { 'lintel.yaml': 'tenant-restrictions: true' };
  const SIGN_IN: CheckRequest = { ...REQUEST, require: ['m365-worldwide/56/*'] };

  it('make a bypass of the sign-in hosts the finding, and say why on hover', async () => {
    const served = serve({ 'edge/proxy.pac': pac('DIRECT'), ...ON });
    const found = await findings(served, PAC, SIGN_IN);
    expect(found.map(({ code, requirements }) => [code, requirements])).toEqual([
      ['requirement-partial', ['m365-tenant-restrictions/login/advice-through-proxy']],
    ]);
    expect(found[0]?.message).toContain('must go through the proxy, but this sends login.microsoftonline.com past it');
    const hover = await served.service.hover(PAC, found[0]?.range.start ?? 0, SIGN_IN);
    expect(hover?.markdown).toContain('A client that bypasses it signs in to any tenant.');
  });

  it('have nothing to say where the proxy gets them', async () => {
    expect(await codes(serve({ 'edge/proxy.pac': pac('PROXY proxy.example.com:8080'), ...ON }), PAC, SIGN_IN)).toEqual(
      [],
    );
  });

  it('have no effect where lintel.yaml does not enable them', async () => {
    expect(await codes(serve({ 'edge/proxy.pac': pac('DIRECT') }), PAC, SIGN_IN)).toEqual([]);
    const off = serve({ 'edge/proxy.pac': pac('DIRECT'), 'lintel.yaml': 'tenant-restrictions: false' });
    expect(await codes(off, PAC, SIGN_IN)).toEqual([]);
  });

  const squid = `${ROOT}/edge/squid.conf`;
  const proxyThat = (tls: string) => `acl office src 10.0.0.0/8
acl step1 at_step SslBump1
http_access allow office
http_access deny all
http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem
ssl_bump peek step1
${tls}
`;

  it('take their own hosts out of what contradicts them: the others must still not be decrypted', async () => {
    const bumping = proxyThat('ssl_bump bump all');
    const inspected = async (more: Readonly<Record<string, string>>) =>
      (await findings(serve({ 'edge/squid.conf': bumping, ...more }), squid, SIGN_IN))
        .filter(({ code }) => code === 'tls-inspected')
        .flatMap(({ requirements }) => requirements);
    expect(await inspected({})).toContain('m365-worldwide/56/no-decrypt');
    expect((await inspected(ON)).sort()).toEqual([
      'm365-tenant-restrictions/device/no-decrypt',
      'm365-tenant-restrictions/registration/no-decrypt',
      'm365-worldwide/56/no-decrypt',
    ]);
  });

  it('ask that the sign-in hosts are decrypted, and nothing else of Microsoft 365', async () => {
    const excepting = (hosts: string) =>
      proxyThat(`acl open ssl::server_name ${hosts}\nssl_bump bump open\nssl_bump splice all`);
    const told = async (hosts: string) =>
      (await findings(serve({ 'edge/squid.conf': excepting(hosts), ...ON }), squid, SIGN_IN)).map((one) => one.message);
    expect(await told('login.microsoftonline.com login.microsoft.com login.windows.net login.live.com')).toEqual([]);
    const [missing, ...others] = await told('login.microsoftonline.com login.microsoft.com login.live.com');
    expect(others).toEqual([]);
    expect(missing).toContain('must be decrypted by the proxy, but login.windows.net is not');
  });
});

describe('the media ports of clients', () => {
  const IPSEC = `${ROOT}/ipsec.ps1`;
  const isolation = 'New-NetIPsecRule -DisplayName Isolation -InboundSecurity Require -OutboundSecurity Request\n';
  const exempt = 'New-NetIPsecRule -DisplayName Media -InboundSecurity None -OutboundSecurity None -Protocol UDP';
  const texts = {
    'ipsec.ps1': `# lintel: require sfb-server/ipsec/clients\n${isolation}${exempt} -LocalPort 50000-50059\n`,
  };

  it('decide what holds for some source ports only, which is open where they are not declared', async () => {
    const served = serve(texts);
    const [finding, ...others] = await findings(served, IPSEC);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'requirement-undecided', message: expect.stringContaining('media-ports') });
    expect(await codes(serve({ ...texts, 'lintel.yaml': 'media-ports: 50000-50059' }), IPSEC)).toEqual([]);
    expect(await codes(serve({ ...texts, 'lintel.yaml': 'media-ports: 49000-50059' }), IPSEC)).toEqual([
      'ipsec-not-exempt',
    ]);
  });

  it('are all of them where nothing is exempt', async () => {
    expect(await codes(serve({ 'ipsec.ps1': texts['ipsec.ps1'].split('\n').slice(0, 2).join('\n') }), IPSEC)).toEqual([
      'ipsec-not-exempt',
    ]);
  });
});

describe('lintel.yaml and packs as files', () => {
  /** The findings of a workspace file, each with the text that it stands on. */
  const faults = async (texts: Readonly<Record<string, string>>) => {
    const served = serve(texts);
    served.open('lintel.yaml');
    return (await findings(served, `${ROOT}/lintel.yaml`)).map(({ uri, range, message }) => {
      const text = served.service.textOf(uri)?.slice(range.start, range.end);
      return [uri.slice(ROOT.length + 1), text, message] as const;
    });
  };

  it('have no findings where nothing is wrong, and are checked against nothing', async () => {
    const texts = { 'lintel.yaml': 'packs: [requirements/*.yaml]', 'requirements/acme.yaml': PACK };
    expect(await faults(texts)).toEqual([]);
    const served = serve(texts);
    served.open('lintel.yaml');
    expect(await required(served, `${ROOT}/lintel.yaml`)).toEqual([]);
  });

  it.each([
    ['an unknown cloud', 'cloud: wordwide', 'wordwide', 'worldwide, usgov-gcchigh, usgov-dod, china'],
    ['an unknown role', 'roles: { printers: [10.0.0.0/8] }', 'printers', 'Unknown role'],
    ['a prefix with host bits set', 'roles: { clients: [10.20.0.1/16] }', '10.20.0.1/16', '10.20.0.0/16'],
    ['a reversed range of ports', 'media-ports: 400-300', '400-300', 'an ascending range'],
    ['an unknown selector', 'files: [{ match: x, require: [teems] }]', 'teems', 'selects nothing; did you mean teams'],
    [
      'a selector of another cloud',
      'cloud: china\nfiles: [{ match: x, require: [intune] }]',
      'intune',
      'only in worldwide',
    ],
    ['an unknown dialect', 'files: [{ match: x, dialect: cobol }]', 'cobol', 'known are pac, squid'],
    ['an unknown code', 'severity: { not-bypast: off }', 'not-bypast', 'not-bypassed'],
    ['a pack that is not there', 'packs: [missing.yaml]', 'missing.yaml', 'does not exist'],
    ['a pack outside the workspace', 'packs: [../../secret.yaml]', '../../secret.yaml', 'is outside the workspace'],
  ])('report %s on the value, with what is allowed', async (_, text, value, message) => {
    expect(await faults({ 'lintel.yaml': text, x: '' })).toEqual([
      ['lintel.yaml', value, expect.stringContaining(message)],
    ]);
  });

  it('report what is wrong in a pack in that pack, and go on with the rest of it', async () => {
    const broken = `${PACK}${PACK.slice(PACK.indexOf('  - id')).replaceAll('443', '443-80')}`;
    const texts = {
      'edge/proxy.pac': CLOSED,
      'lintel.yaml': 'packs: [requirements/*.yaml]\nfiles: [{ match: edge/*, require: [acme] }]',
      'requirements/acme.yaml': broken,
    };
    const found = await faults(texts);
    expect(found.map(([path, text]) => [path, text])).toEqual([
      ['requirements/acme.yaml', 'acme/portal/bypass-proxy'],
      ['requirements/acme.yaml', '443-80'],
    ]);
    expect(found[0]?.[2]).toBe('Another requirement has the id "acme/portal/bypass-proxy".');
    expect(await codes(serve(texts))).toEqual(['not-bypassed']);
  });

  it('report two packs with one id', async () => {
    const texts = {
      'lintel.yaml': 'packs: [requirements/a.yaml, requirements/b.yaml]',
      'requirements/a.yaml': PACK,
      'requirements/b.yaml': PACK,
    };
    expect(await faults(texts)).toEqual([
      ['lintel.yaml', 'requirements/b.yaml', expect.stringContaining('is not used: a.yaml has the same id, "acme"')],
    ]);
  });
});

describe('help in lintel.yaml', () => {
  const TEXT = `cloud: worldwide
dns: external
packs: [requirements/*.yaml]
roles:
  clients: [10.20.0.0/16]
  ‸
interfaces: { lan0: [10.20.0.0/16], wan0: internet }
profiles: [domain]
files:
  - match: edge/*
    require: [teams]
    role: clients
    dialect: squid
    hook: forward
severity:
  tls-inspected: error
`;
  const at = (text: string, found: string) => text.indexOf(found) + 1;
  const open = (text: string) => {
    const served = serve({ 'lintel.yaml': text, 'requirements/acme.yaml': PACK });
    served.open('lintel.yaml');
    return (offset: number) => ({
      labels: async () => {
        const completions = await served.service.completions(`${ROOT}/lintel.yaml`, offset, REQUEST);
        return completions?.items.map(({ label }) => label) ?? [];
      },
      hover: async () => (await served.service.hover(`${ROOT}/lintel.yaml`, offset, REQUEST))?.markdown ?? '',
    });
  };

  it('completes keys, values, roles, selectors, dialects and codes', async () => {
    const place = open(TEXT.replace('‸', ''));
    const text = TEXT.replace('‸', '');
    expect(await place(at(text, 'worldwide')).labels()).toEqual(['worldwide', 'usgov-gcchigh', 'usgov-dod', 'china']);
    expect(await place(at(text, 'external')).labels()).toEqual(['external']);
    expect(await place(TEXT.indexOf('‸')).labels()).toContain('front-end');
    expect(await place(at(text, 'teams')).labels()).toEqual(
      expect.arrayContaining(['teams', 'acme', 'acme/portal/bypass-proxy']),
    );
    expect(await place(at(text, 'clients\n')).labels()).toContain('mediation');
    expect(await place(at(text, 'squid')).labels()).toEqual(expect.arrayContaining(['pac', 'squid', 'nftables']));
    expect(await place(at(text, 'forward')).labels()).toEqual(['forward', 'input', 'output']);
    expect(await place(at(text, 'internet }')).labels()).toEqual(['internet']);
    expect(await place(at(text, 'domain')).labels()).toEqual(['domain', 'private', 'public']);
    expect(await place(at(text, 'tls-inspected')).labels()).toContain('not-bypassed');
    expect(await place(at(text, 'error')).labels()).toContain('off');
  });

  it('says what keys, roles, selectors and codes mean', async () => {
    const text = TEXT.replace('‸', '');
    const place = open(text);
    expect(await place(at(text, 'cloud')).hover()).toContain('The Microsoft cloud that your tenant is in.');
    expect(await place(at(text, 'dns')).hover()).toContain('What the DNS servers of your clients resolve');
    expect(await place(at(text, 'interfaces')).hover()).toContain('What is behind each interface');
    expect(await place(at(text, 'wan0')).hover()).toContain('behind an interface, or `internet`');
    expect(await place(at(text, 'profiles')).hover()).toContain('The profiles that Windows machines may be in');
    expect(await place(at(text, 'clients')).hover()).toContain('The computers and phones of your people');
    expect(await place(at(text, 'teams')).hover()).toMatch(/Selects \d+ requirements/);
    expect(await place(at(text, 'tls-inspected')).hover()).toContain('TLS is decrypted');
  });
});

describe('directives in comments', () => {
  const open = (text: string) => {
    const served = serve({ 'edge/proxy.pac': text.replace('‸', '') });
    return { served, offset: text.indexOf('‸') };
  };
  const labels = async (text: string) => {
    const { served, offset } = open(text);
    const completions = await served.service.completions(PAC, offset, REQUEST);
    return completions?.items.map(({ label }) => label) ?? [];
  };

  it('are completed: the verb, selectors, and codes', async () => {
    expect(await labels(`// lintel: ‸\n${CLOSED}`)).toEqual(['require', 'ignore']);
    expect(await labels(`// lintel: require te‸\n${CLOSED}`)).toContain('teams');
    expect(await labels(`// lintel: require m365+op‸\n${CLOSED}`)).toContain('optimize');
    expect(await labels(`// lintel: ignore ‸\n${CLOSED}`)).toContain('not-bypassed');
    expect(await labels(`// lintel: ignore not-bypassed -- ‸\n${CLOSED}`)).not.toContain('not-bypassed');
  });

  it('are explained on hover', async () => {
    const { served } = open(`// lintel: require m365-worldwide/31/* \n${CLOSED}`);
    expect((await served.service.hover(PAC, 21, REQUEST))?.markdown).toMatch(/Selects \d+ requirements/);
  });

  it('ignore a finding, and are reported where there is none', async () => {
    const ignoring = CLOSED.replace('  return', '  // lintel: ignore not-bypassed -- decided in 2025\n  return');
    expect(await codes(open(ignoring).served)).toEqual([]);
    const silent = ignoring.replace('PROXY proxy.example.com:8080', 'DIRECT');
    expect(await codes(open(silent).served)).toEqual(['unused-ignore']);
  });

  it('are offered for a finding, after the fixes of it', async () => {
    const { served } = open(CLOSED);
    const menu = await served.service.menuAt(PAC, { start: 40, end: 60 }, REQUEST);
    const offered = menu?.entries.map(({ does }) => does) ?? [];
    expect(offered.indexOf('prove')).toBeGreaterThanOrEqual(0);
    expect(offered.indexOf('ignore')).toBeGreaterThan(offered.indexOf('prove'));
    const fix = await served.service.ignoring(PAC, REQUEST, ({ code }) => code === 'not-bypassed');
    expect(fix?.edits.map(({ newText }) => newText)).toEqual(['  // lintel: ignore not-bypassed -- (reason)\n']);
  });
});
