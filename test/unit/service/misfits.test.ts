import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const ROOT = 'file:///network';
const REQUEST: CheckRequest = { require: ['m365-worldwide/11/*'], severity: {}, cloud: 'worldwide' };

const ROUTER = `table inet edge {
	chain passing {
		type filter hook forward priority 0; policy drop;
		iifname "lan0" oifname "wan0" udp dport 3478 accept
	}
}
`;
const HOST = 'table inet host {\n\tchain in {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n';
const LISTS = `ip access-list extended FROM-OFFICE
 permit udp any any eq 3478
ip access-list extended FROM-GUESTS
 deny ip any any
`;
const PAC = 'function FindProxyForURL(url, host) { return "DIRECT"; }\n';

/** Serves files; `opened` are those that an editor shows, besides lintel.yaml. */
function serve(configuration: string, texts: Readonly<Record<string, string>>, opened: readonly string[] = []) {
  const all = { 'lintel.yaml': configuration, ...texts };
  const files = new MemoryFiles(new Map(Object.entries(all).map(([path, text]) => [`${ROOT}/${path}`, text])));
  const service = new LanguageService(files);
  service.setFolders([ROOT]);
  for (const path of ['lintel.yaml', ...opened]) {
    const text = files.texts.get(`${ROOT}/${path}`) ?? '';
    service.put(`${ROOT}/${path}`, detectLanguage(path, text), text);
  }
  return { files, service };
}

/** What is told in lintel.yaml: the value and the message. */
async function told({ service }: ReturnType<typeof serve>, request = REQUEST) {
  const examined = await service.examine(`${ROOT}/lintel.yaml`, request);
  return (examined?.analysis.report.findings ?? []).map(({ code, range, message }) => {
    expect(code).toBe('invalid-configuration');
    return [examined?.document.source.text.slice(range.start, range.end), message];
  });
}

const entry = (text: string) => `files:\n  - ${text}\n`;

describe('an entry of lintel.yaml', () => {
  it('may name a profile of files that write several policies', async () => {
    const script = readFileSync(
      new URL('../../fixtures/windows-firewall/ok/two-policies.ps1', import.meta.url),
      'utf8',
    );
    expect(await told(serve(entry('{ match: a.ps1, profiles: [domain] }'), { 'a.ps1': script }))).toEqual([]);
  });

  it('may name a hook of a filter that cannot be read', async () => {
    const broken = 'table inet edge {\n  chain fwd { }\n}\n';
    expect(await told(serve(entry('{ match: fw.nft, hook: forward }'), { 'fw.nft': broken }))).toEqual([]);
  });

  it.each([
    ['a file in a folder', 'match: edge/*.nft'],
    ['a file at any depth', 'match: "**/fw.nft"'],
    ['a file through a folder with a wildcard', 'match: "*/fw.nft"'],
    ['a file of no known language', 'match: notes/*'],
  ])('may match %s', async (_, text) => {
    expect(await told(serve(entry(text), { 'edge/fw.nft': ROUTER, 'notes/plan': 'text' }))).toEqual([]);
  });

  it.each([
    ['edgy/*.nft', 'edgy/*.nft'],
    ['"**/*.v4"', '"**/*.v4"'],
    ['../edge/fw.nft', '../edge/fw.nft'],
    // Another lintel.yaml applies to that folder.
    ['branch/*.nft', 'branch/*.nft'],
  ])('is told where no file matches %s', async (match, value) => {
    const texts = { 'edge/fw.nft': ROUTER, 'branch/fw.nft': ROUTER, 'branch/lintel.yaml': 'dns: external\n' };
    const pattern = match.replaceAll('"', '');
    expect(await told(serve(entry(`match: ${match}`), texts))).toEqual([
      [value, `No file that this lintel.yaml applies to matches "${pattern}".`],
    ]);
  });

  it('is told where an earlier one takes all of its files', async () => {
    const text = 'files:\n  - match: edge/*\n  - match: "**/*.nft"\n';
    expect(await told(serve(text, { 'edge/fw.nft': ROUTER }))).toEqual([
      ['"**/*.nft"', 'An entry before this one applies to every file that it matches.'],
    ]);
    expect(await told(serve(text, { 'edge/fw.nft': ROUTER, 'inner/fw.nft': ROUTER }))).toEqual([]);
  });

  it('matches what is open and not stored yet', async () => {
    const { service, files } = serve(entry('match: "*.nft"'), { 'fw.nft': ROUTER }, ['fw.nft']);
    files.texts.delete(`${ROOT}/fw.nft`);
    expect(await told({ service, files })).toEqual([]);
  });

  it('fits from the moment that its file is created', async () => {
    const served = serve(entry('match: edge/fw.nft'), { 'edge/other.nft': ROUTER });
    expect(await told(served)).toHaveLength(1);
    served.files.texts.set(`${ROOT}/edge/fw.nft`, ROUTER);
    expect(served.service.filesChanged([`${ROOT}/edge/fw.nft`])).toEqual([`${ROOT}/lintel.yaml`]);
    expect(await told(served)).toEqual([]);
  });

  const JUMP = '*filter\n:FORWARD DROP [0:0]\n:TEAMS - [0:0]\n-A FORWARD -p udp -j TEAMS\n-A TEAMS -j ACCEPT\nCOMMIT\n';
  const TEXTS = { 'a/fw.nft': ROUTER, 'a/jump.v4': JUMP, 'a/lists.ios.cfg': LISTS, 'h/host.nft': HOST, 'p/x.pac': PAC };

  it.each([
    [
      'match: a/fw.nft, point: forwardin',
      'forwardin',
      'a/fw.nft has no point forwardin; known are forward, inet edge passing.',
    ],
    [
      'match: a/jump.v4, point: TEMAS',
      'TEMAS',
      'a/jump.v4 has no point TEMAS; known are FORWARD, INPUT, OUTPUT, TEAMS.',
    ],
    [
      'match: a/lists.ios.cfg, point: FROM-OFICE',
      'FROM-OFICE',
      'a/lists.ios.cfg has no point FROM-OFICE; known are FROM-OFFICE, FROM-GUESTS.',
    ],
    ['match: a/fw.nft, hook: input', 'input', 'a/fw.nft filters nothing at the hook input; known are forward.'],
    [
      'match: "{a,h}/*.nft", hook: output',
      'output',
      'a/fw.nft (as 1 more) filters nothing at the hook output; known are forward.',
    ],
    ['match: p/*, hook: forward', 'forward', 'p/x.pac is no packet filter.'],
    [
      'match: h/host.nft, role: front-end, require: [teams]',
      'front-end',
      'h/host.nft is checked against nothing that is about the role front-end.',
    ],
    [
      'match: a/fw.nft, interfaces: { lan: [10.20.0.0/16], wan0: internet }',
      'lan',
      'a/fw.nft does not name the interface lan; named are lan0.',
    ],
    ['match: a/fw.nft, profiles: [domain]', '[domain]', 'None of its files has profiles: only those of Windows have.'],
  ])('is told where its files do not have it: %s', async (text, value, message) => {
    expect(await told(serve(entry(`{ ${text} }`), TEXTS))).toEqual([[value, message]]);
  });

  it.each([
    'match: a/lists.ios.cfg, point: FROM-GUESTS',
    'match: a/fw.nft, hook: forward',
    'match: h/host.nft, role: clients, require: [teams]',
    'match: a/fw.nft, interfaces: { lan0: [10.20.0.0/16], wan0: internet }',
    // No rule has to name every interface.
    'match: a/fw.nft, interfaces: { lan0: [10.20.0.0/16], wan0: internet, lan1: [10.21.0.0/16] }',
    // Nor are the others wrong where it names one that is not declared, unless that is nearly the same word.
    'match: h/two.nft, interfaces: { lan0: [10.20.0.0/16], wan0: internet, guests: [10.30.0.0/16] }',
    // A rule for all interfaces but one means those that it does not name.
    'match: h/but-one.nft, interfaces: { lan0: [10.20.0.0/16], wan0: internet }',
    // A file that filters nothing by itself is a part of another one.
    'match: "a/*.nft", hook: forward',
  ])('is not told where they do: %s', async (text) => {
    const butOne = ROUTER.replace('"lan0"', '!= "dmz0"');
    const two = ROUTER.replace('"lan0"', '{ "lan0", "vpn7" }');
    const part = 'table inet edge {\n\tset relays { type ipv4_addr; }\n}\n';
    expect(
      await told(
        serve(entry(`{ ${text} }`), { ...TEXTS, 'a/sets.nft': part, 'h/but-one.nft': butOne, 'h/two.nft': two }),
      ),
    ).toEqual([]);
  });

  it('says nothing of roles where the command line says what is checked', async () => {
    const served = serve(entry('{ match: h/host.nft, role: front-end, require: [teams] }'), TEXTS);
    expect(await told(served, { ...REQUEST, forced: ['teams'] })).toEqual([]);
  });
});

describe('what lintel.yaml says of all files', () => {
  const NETWORK = 'interfaces: { lan: [10.20.0.0/16], wan0: internet }\n';

  it('is told where no file that is open or listed has it', async () => {
    const message = 'a/fw.nft does not name the interface lan; named are lan0.';
    expect(await told(serve(NETWORK, { 'a/fw.nft': ROUTER }, ['a/fw.nft']))).toEqual([['lan', message]]);
    expect(await told(serve(NETWORK + entry('match: a/*'), { 'a/fw.nft': ROUTER }))).toEqual([['lan', message]]);
    expect(await told(serve(NETWORK, { 'a/fw.nft': ROUTER }))).toEqual([]);
  });

  it('is not asked of a file that does not have the interface', async () => {
    const of = async (interfaces: string) => {
      const { service } = serve(`interfaces: ${interfaces}\n`, { 'a.nft': ROUTER }, ['a.nft']);
      const examined = await service.examine(`${ROOT}/a.nft`, REQUEST);
      return [...(examined?.checks.network.interfaces?.keys() ?? [])];
    };
    expect(await of('{ lan9: [10.9.0.0/16], wan0: internet }')).toEqual(['wan0']);
    expect(await of('{ lan9: [10.9.0.0/16] }')).toEqual([]);
    // Rules need not name every interface of a router.
    expect(await of('{ lan0: [10.1.0.0/16], lan9: [10.9.0.0/16], wan0: internet }')).toEqual(['lan0', 'lan9', 'wan0']);
    // Nor those of all its networks where it also names another interface, which nothing is declared of.
    const more = ROUTER.replace('iifname "lan0"', 'iifname { "lan0", "vpn0" }');
    const { service } = serve('interfaces: { lan0: [10.1.0.0/16], guest0: [10.9.0.0/16] }\n', { 'a.nft': more }, [
      'a.nft',
    ]);
    const checked = (await service.examine(`${ROOT}/a.nft`, REQUEST))?.checks.network.interfaces;
    expect([...(checked?.keys() ?? [])]).toEqual(['lan0', 'guest0']);
  });

  it('does not concern the files of an entry that says something else', async () => {
    const own = entry('{ match: a/*, interfaces: { lan0: [10.30.0.0/16], wan0: internet } }');
    expect(await told(serve(NETWORK + own, { 'a/fw.nft': ROUTER }))).toEqual([]);
  });

  it('reaches the checks of a file, those of its entry first', async () => {
    const own = entry('{ match: b/*, interfaces: { lan0: internet }, profiles: [public] }');
    const paths = ['a/fw.nft', 'b/fw.nft'];
    const { service } = serve(
      `${NETWORK}profiles: [domain]\n${own}`,
      { 'a/fw.nft': ROUTER, 'b/fw.nft': ROUTER },
      paths,
    );
    const networks = paths.map(async (path) => (await service.examine(`${ROOT}/${path}`, REQUEST))?.checks.network);
    const [a, b] = await Promise.all(networks);
    expect([[...(a?.interfaces?.keys() ?? [])], a?.profiles]).toEqual([['wan0'], ['domain']]);
    expect([[...(b?.interfaces?.keys() ?? [])], b?.profiles]).toEqual([['lan0'], ['public']]);
  });
});
