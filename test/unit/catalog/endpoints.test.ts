import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endpointList, endpointNotes } from '../../../server/generated/catalog-data.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { type EndpointSet, packFromEndpoints, readEndpointSets } from '../../../server/src/catalog/endpoints.js';
import type { Cloud, Pack, Requirement } from '../../../server/src/catalog/requirement.js';
import { isStillRequired } from '../../../server/src/catalog/retired.js';

const ROOT = new URL('../../../', import.meta.url);

/** The published answers that the committed lists were taken from, where they are at hand. */
const PUBLISHED: Readonly<Record<Cloud, string>> = {
  worldwide: '../shared/m365-endpoints/worldwide_2026081400.json',
  'usgov-gcchigh': '../shared/m365-endpoints/usgovgcchigh_2026070100.json',
  'usgov-dod': '../shared/m365-endpoints/usgovdod_2026090200.json',
  china: '../shared/m365-endpoints/china_2026073100.json',
};
const CLOUDS = Object.keys(PUBLISHED) as Cloud[];

/**
 * Every documented row that a pack asks to reach: set, category, need, protocol, ports and one address or host. The list does
 * not tell apart who connects to which of the ports.
 */
function rowsOf(pack: Pack | undefined): string[] {
  const portsOfRows = new Map<string, string[]>();
  for (const { id, kind, category, required, flow } of pack?.requirements ?? []) {
    if (kind !== 'reach') continue;
    const need = required ? 'required' : 'optional';
    for (const endpoint of [...(flow.to.prefixes ?? []), ...(flow.to.hosts ?? [])]) {
      const row = [id.split('/')[1], category, need, flow.protocol, 'PORTS', endpoint].join('\t');
      portsOfRows.set(row, [...(portsOfRows.get(row) ?? []), ...(flow.ports ?? '').split(',')]);
    }
  }
  const numerically = (ports: readonly string[]) =>
    [...ports].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return [...portsOfRows].map(([row, ports]) => row.replace('PORTS', numerically(ports).join(','))).sort();
}

const endpointPack = (cloud: Cloud) => Catalog.builtIn(cloud).packs.find(({ id }) => id === `m365-${cloud}`);
const aspectsOf = (requirements: readonly Requirement[], set: number) =>
  requirements.filter(({ id }) => id.split('/')[1] === `${set}`).map(({ id }) => id.split('/')[2]);
const ofClients = (requirements: readonly Requirement[]) =>
  requirements.filter(({ flow }) => flow.from.role === 'clients');

describe.each(CLOUDS)('the endpoints of %s', (cloud) => {
  test('ask for every published row, and for nothing else', () => {
    const rows = readFileSync(new URL(`test/fixtures/catalog/endpoints/${cloud}.tsv`, ROOT), 'utf8');
    expect(rowsOf(endpointPack(cloud))).toEqual(rows.trimEnd().split('\n').sort());
  });

  test.skipIf(!existsSync(new URL(PUBLISHED[cloud], ROOT)))('are what the web service answered', () => {
    const published: unknown = JSON.parse(readFileSync(new URL(PUBLISHED[cloud], ROOT), 'utf8'));
    expect(endpointList(cloud).endpoints).toEqual(published);
    expect(PUBLISHED[cloud]).toContain(endpointList(cloud).version);
  });

  test('are kept as the pack that their list makes, with one destination for each set', () => {
    const { instance, version, endpoints } = endpointList(cloud);
    const made = packFromEndpoints(instance, version, endpoints);
    const kept = endpointPack(cloud);
    expect(JSON.stringify(kept)).toBe(JSON.stringify(made));
    const destinations = ({ requirements }: Pack) => new Set(requirements.map(({ flow }) => flow.to)).size;
    expect(kept && destinations(kept)).toBeLessThanOrEqual(destinations(made));
  });

  test('each have a reason of their own', () => {
    const notes = endpointNotes().clouds[cloud].sets;
    expect(Object.keys(notes).map(Number)).toEqual(
      endpointList(cloud)
        .endpoints.map(({ id }) => id)
        .sort((a, b) => a - b),
    );
    const titles = Object.values(notes).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('name their document with section, address and version', () => {
    for (const { kind, source } of endpointPack(cloud)?.requirements ?? []) {
      expect(source.url).toMatch(/^https:\/\/learn\.microsoft\.com\//);
      if (kind === 'reach') expect(source).toMatchObject({ section: expect.stringMatching(/^ID \d+$/) });
    }
  });
});

/** The sets that mail servers deliver to; where clients use other ports of the set, port 25 has an id of its own. */
const MAIL: Readonly<Record<Cloud, readonly string[]>> = {
  worldwide: ['m365-worldwide/10/tcp'],
  'usgov-gcchigh': ['m365-usgov-gcchigh/5/tcp-25', 'm365-usgov-gcchigh/6/tcp-25'],
  'usgov-dod': ['m365-usgov-dod/4/tcp-25', 'm365-usgov-dod/6/tcp-25'],
  china: ['m365-china/27/tcp'],
};

describe('the treatment of worldwide endpoints', () => {
  const { requirements } = Catalog.builtIn();

  test('an Optimize set bypasses the proxy, is not decrypted and meets no login', () => {
    expect(aspectsOf(ofClients(requirements), 1)).toEqual([
      'tcp',
      'udp',
      'bypass-proxy',
      'no-decrypt',
      'no-proxy-auth',
      'advice-resolve-locally',
      'advice-local-egress',
      'advice-split-tunnel',
    ]);
  });

  test('an Allow set may pass a proxy that neither decrypts nor asks for a login', () => {
    expect(aspectsOf(ofClients(requirements), 46)).toEqual([
      'tcp',
      'advice-bypass-proxy',
      'no-decrypt',
      'no-proxy-auth',
      'advice-resolve-locally',
      'advice-local-egress',
    ]);
  });

  test('Teams bypasses the proxy in either category, and its devices are distinguished', () => {
    expect(aspectsOf(requirements, 12)).toEqual([
      'tcp',
      'udp',
      'bypass-proxy',
      'no-decrypt',
      'no-proxy-auth',
      'rooms-bypass-proxy',
      'rooms-no-proxy-auth',
      'android-bypass-proxy',
      'android-no-proxy-auth',
      'android-no-decrypt',
      'advice-resolve-locally',
      'advice-local-egress',
    ]);
    expect(requirements.find(({ id }) => id === 'm365-worldwide/12/bypass-proxy')?.source.document).toMatch(
      /^Proxy servers/,
    );
  });

  test('media without hosts and mail ports are asked nothing that only web traffic knows', () => {
    expect(aspectsOf(requirements, 11)).not.toContain('no-decrypt');
    expect(aspectsOf(requirements, 11)).not.toContain('no-proxy-auth');
    expect(aspectsOf(requirements, 2)).not.toContain('no-proxy-auth');
    expect(aspectsOf(requirements, 10)).not.toContain('advice-bypass-proxy');
  });

  test('a Default set is only to be reached', () => {
    const ofDefault = ofClients(requirements).filter(({ category }) => category === 'default');
    expect(new Set(ofDefault.map(({ kind }) => kind))).toEqual(new Set(['reach']));
  });

  test('rooms and Android devices need no login and a direct way for every set on the web, and only where there are any', () => {
    const catalog = Catalog.builtIn();
    const web = endpointList('worldwide').endpoints.filter(
      ({ urls, tcpPorts = '' }) => urls && tcpPorts.split(',').some((port) => ['80', '443'].includes(port.trim())),
    );
    const declared = (...roles: string[]) => catalog.select(DEFAULT_SELECTORS, new Set(roles)).requirements;
    for (const [role, name] of [
      ['rooms', 'rooms'],
      ['android-devices', 'android'],
    ] as const) {
      const ids = new Set(declared(role).map(({ id }) => id));
      for (const { id } of web) {
        expect(ids).toContain(`m365-worldwide/${id}/${name}-no-proxy-auth`);
        expect(ids).toContain(`m365-worldwide/${id}/${name}-bypass-proxy`);
      }
    }
    expect(declared().filter(({ id }) => /\/(?:rooms|android)-/.test(id))).toEqual([]);
  });

  test('port 25 is asked of mail servers where they are declared, and of no client', () => {
    for (const cloud of CLOUDS) {
      const mail = Catalog.builtIn(cloud).requirements.filter(
        ({ id, flow }) => id.startsWith('m365-') && flow.ports?.split(',').includes('25'),
      );
      expect(mail.map(({ id, flow, onlyIfDeclared }) => [id, flow.from, flow.ports, onlyIfDeclared])).toEqual(
        MAIL[cloud].map((id) => [id, { role: 'exchange-transport' }, '25', true]),
      );
    }
  });

  test('an optional set is optional in all that is asked of it', () => {
    const own = requirements.filter(({ id }) => id.startsWith('m365-worldwide/2/'));
    expect(own.map(({ required }) => required)).toEqual(own.map(() => false));
  });

  test('media over UDP 3478-3481 is asked for by the proxy document as well', () => {
    const media = requirements.find(({ id }) => id === 'm365-worldwide/11/udp');
    expect(media?.flow).toMatchObject({ protocol: 'udp', ports: '3478-3481' });
    expect(media?.alsoDocumentedIn?.map(({ document }) => document)).toEqual([
      'Proxy servers for Teams and Skype for Business Online',
    ]);
  });
});

describe('quirks of the data', () => {
  const set = (rest: Partial<EndpointSet>): EndpointSet => ({
    id: 1,
    serviceArea: 'Skype',
    category: 'Default',
    required: true,
    ...rest,
  });
  const flowsOf = (...sets: EndpointSet[]) =>
    packFromEndpoints('Worldwide', '2026090100', sets)
      .requirements.filter(({ kind }) => kind === 'reach')
      .map(({ id, flow }) => [id, flow.ports, flow.to]);

  test('ports with spaces, out of order, in ranges and given twice', () => {
    expect(flowsOf(set({ urls: ['a.example'], tcpPorts: '443, 80,80 , 8080-8090,8091' }))).toEqual([
      ['m365-worldwide/1/tcp', '80,443,8080-8091', { hosts: ['a.example'] }],
    ]);
  });

  test('empty strings stand for nothing', () => {
    expect(flowsOf(set({ urls: ['a.example', ' '], ips: [], tcpPorts: '443', udpPorts: ' ' }))).toEqual([
      ['m365-worldwide/1/tcp', '443', { hosts: ['a.example'] }],
    ]);
  });

  test('sets without hosts, with hosts and UDP, out of order, with addresses twice', () => {
    const sets = [
      set({ id: 7, urls: ['T.example'], ips: ['192.0.2.0/24', '192.0.2.0/24'], tcpPorts: '443', udpPorts: '3478' }),
      set({ id: 3, ips: ['2001:db8::/32'], udpPorts: '3478, 3479' }),
    ];
    expect(flowsOf(...sets)).toEqual([
      ['m365-worldwide/3/udp', '3478-3479', { prefixes: ['2001:db8::/32'] }],
      ['m365-worldwide/7/tcp', '443', { prefixes: ['192.0.2.0/24'], hosts: ['t.example'] }],
      ['m365-worldwide/7/udp', '3478', { prefixes: ['192.0.2.0/24'], hosts: ['t.example'] }],
    ]);
  });

  test('wildcards inside a name', () => {
    const mail = Catalog.builtIn().servedBy({ host: 'autodiscover.contoso.onmicrosoft.com' });
    expect(mail[0]?.id).toBe('m365-worldwide/8/tcp');
    expect(Catalog.builtIn().servedBy({ host: 'site-cdn.onenote.net' })[0]?.id).toBe('m365-worldwide/51/tcp');
  });

  test('a set that is new, of a service that is new, is described in general words', () => {
    const [first] = packFromEndpoints('Worldwide', '2026090100', [
      set({ id: 999, serviceArea: 'Copilot', urls: ['a.example'], tcpPorts: '443' }),
    ]).requirements;
    expect(first).toMatchObject({ id: 'm365-worldwide/999/tcp', title: 'Copilot, set 999: TCP 443' });
  });

  test('an endpoint that comes back is retired no more', () => {
    const hosts = (sets: EndpointSet[]) =>
      packFromEndpoints('Worldwide', '2026090100', sets).retired?.map(({ host }) => host);
    expect(hosts([])).toContain('staffhub.ms');
    expect(hosts([set({ urls: ['staffhub.ms'], tcpPorts: '443' })])).not.toContain('staffhub.ms');
  });
});

describe('a response that is not an endpoint list', () => {
  test.each([
    ['a page of HTML', '<html>'],
    ['nothing', null],
    ['an empty list', []],
    ['an error object', { error: 'too many requests' }],
    ['a set without category', [{ id: 1, serviceArea: 'Skype', required: true }]],
    ['hosts that are not strings', [{ id: 1, serviceArea: 'Skype', category: 'Allow', required: true, urls: [1] }]],
    [
      'an address that is none',
      [{ id: 1, serviceArea: 'Skype', category: 'Allow', required: true, ips: ['10.0.0.0/33'] }],
    ],
    ['ports that are none', [{ id: 1, serviceArea: 'Skype', category: 'Allow', required: true, tcpPorts: '443;80' }]],
  ])('%s is refused with the reason', (_, answer) => {
    expect(readEndpointSets(answer)).toMatch(/^not an endpoint list: /);
  });
});

describe('retired endpoints', () => {
  const { retired } = Catalog.builtIn();
  const FACTS = new URL('../shared/facts/retired.md', ROOT);

  test.skipIf(!existsSync(FACTS))(
    'are those that were computed from the older lists, but for what is still asked for',
    () => {
      const rows = [...readFileSync(FACTS, 'utf8').matchAll(/^\| (?:prefix|host) \| (\S+) \|/gm)].map(
        ([, value]) => value,
      );
      const stillAskedFor = ['*.media.azure.net'];
      expect(retired.map(({ host, prefix }) => host ?? prefix).sort()).toEqual(
        rows.filter((value) => !stillAskedFor.includes(value ?? '')).sort(),
      );
    },
  );

  test('say what replaced a range', () => {
    const replaced = retired.filter(({ replacedBy }) => replacedBy);
    expect(replaced.map(({ prefix, replacedBy }) => [prefix, replacedBy])).toEqual([
      ['52.120.0.0/14', ['52.122.0.0/15']],
    ]);
  });

  test('hold the old Teams range and say where it was listed', () => {
    expect(retired.find(({ prefix }) => prefix === '13.107.64.0/18')).toMatchObject({
      was: 'IDs 11, 12',
      lastSeen: '2024-04-24',
    });
  });

  test('are asked for by nothing that is checked where nothing else is said', () => {
    const checked = Catalog.builtIn().select(DEFAULT_SELECTORS).requirements;
    const listed = new Set(checked.flatMap(({ flow }) => flow.to.hosts ?? []));
    expect(retired.filter(({ host }) => host !== undefined && listed.has(host))).toEqual([]);
  });

  test('stay in use where another document still asks for them', () => {
    const range = retired.filter(({ prefix }) => prefix === '13.107.64.0/18');
    const askedFor = (selector: string) =>
      range.map((entry) => isStillRequired(entry, Catalog.builtIn().select([selector]).requirements));
    expect(askedFor('teams')).toEqual([false]);
    expect(askedFor('sfb-hybrid')).toEqual([true]);
  });
});
