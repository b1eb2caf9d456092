import { describe, expect, test } from 'vitest';
import { builtInPacks, Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';

const catalog = Catalog.builtIn();
const port = (number: number) => IntervalSet.of<number>([number, number]);
const idsOf = (requirements: readonly Requirement[]) => requirements.map(({ id }) => id);
const select = (...selectors: string[]) => idsOf(catalog.select(selectors).requirements);

describe('selectors', () => {
  test('the default ones name the Teams, Optimize and Allow requirements', () => {
    const { requirements, unknownSelectors } = catalog.select(DEFAULT_SELECTORS);
    expect(unknownSelectors).toEqual([]);
    const sets = new Set(
      idsOf(requirements).flatMap((id) => (id.startsWith('m365-') ? [Number(id.split('/')[1])] : [])),
    );
    expect([...sets].sort((a, b) => a - b)).toEqual([1, 2, 9, 10, 11, 12, 16, 17, 19, 27, 31, 46, 56, 64, 127]);
    expect(idsOf(requirements)).toContain('teams-proxy/live-events/bypass-proxy');
  });

  test('tags joined by + all have to fit', () => {
    expect(select('teams+optimize').every((id) => id.startsWith('m365-worldwide/11/'))).toBe(true);
    expect(select('teams+optimize')).not.toEqual([]);
  });

  test("a pack's id is a tag of its requirements", () => {
    expect(select('m365-third-party').length).toBe(
      builtInPacks('worldwide').find(({ id }) => id === 'm365-third-party')?.requirements.length,
    );
    expect(select('m365-worldwide+exchange+default')).toEqual(['m365-worldwide/8/tcp']);
  });

  test('an id may have * anywhere', () => {
    expect(select('m365-worldwide/11/udp')).toEqual(['m365-worldwide/11/udp']);
    expect(select('m365-worldwide/1/*p')).toEqual(['m365-worldwide/1/tcp', 'm365-worldwide/1/udp']);
    expect(select('*/12/no-*')).toEqual(['m365-worldwide/12/no-decrypt', 'm365-worldwide/12/no-proxy-auth']);
    expect(select('*').length).toBeGreaterThan(100);
  });

  test('each requirement is named once, in the order of the catalog', () => {
    const ids = select('m365-worldwide/12/tcp', 'm365-worldwide/1/tcp', 'm365-worldwide/12/tcp');
    expect(ids).toEqual(['m365-worldwide/1/tcp', 'm365-worldwide/12/tcp']);
  });

  test.each(['teems', 'teams+', 'teams+optimise', 'm365-worldwide/11', 'm365-worldwide/11/tcp', ''])(
    '%j matches nothing and is reported',
    (selector) => {
      expect(catalog.select(['sharepoint', selector]).unknownSelectors).toEqual([selector]);
    },
  );

  test('what only narrows another requirement is asked where its clients are known', () => {
    const general = select('teams');
    expect(general).toContain('m365-worldwide/12/no-proxy-auth');
    expect(general).not.toContain('m365-worldwide/12/rooms-no-proxy-auth');
    const withRooms = idsOf(catalog.select(['teams'], new Set(['rooms'])).requirements);
    expect(withRooms).toContain('m365-worldwide/12/rooms-no-proxy-auth');
    expect(withRooms).not.toContain('m365-worldwide/12/android-no-proxy-auth');
    expect(select('teams+rooms')).toContain('m365-worldwide/12/rooms-no-proxy-auth');
  });
});

describe('what serves a place', () => {
  const first = (place: Parameters<Catalog['servedBy']>[0]) => catalog.servedBy(place)[0]?.id;

  test.each([
    ['teams.microsoft.com', 'm365-worldwide/12/tcp'],
    ['EU.Teams.Microsoft.com', 'm365-worldwide/12/tcp'],
    ['.sharepoint.com', 'm365-worldwide/31/tcp'],
    ['*.office.net', 'm365-worldwide/47/tcp'],
    ['cdn.bmc.cdn.office.net', 'teams-proxy/live-events/tcp'],
    ['answers.microsoft.com', 'm365-worldwide/50/tcp'],
    ['outlook.office365.com', 'm365-worldwide/1/tcp'],
  ])('the host %s: the most specific requirement first', (host, id) => {
    expect(first({ host })).toBe(id);
  });

  test('a host that nothing asks for', () => {
    expect(catalog.servedBy({ host: 'www.example.com' })).toEqual([]);
  });

  test.each([
    ['52.112.0.0/14', 'm365-worldwide/11/udp'],
    ['52.113.7.9', 'm365-worldwide/11/udp'],
    ['2603:1027::1', 'm365-worldwide/12/tcp'],
    ['40.96.0.0/13', 'm365-worldwide/1/tcp'],
  ])('the prefix %s', (prefix, id) => {
    expect(first({ prefix })).toBe(id);
  });

  test('a prefix that nothing asks for, and a text that is none', () => {
    expect(catalog.servedBy({ prefix: '192.0.2.0/24' })).toEqual([]);
    expect(catalog.servedBy({ prefix: '52.112.0.0/40' })).toEqual([]);
  });

  test('a port: the highest category first, then those that name fewest ports', () => {
    expect(first({ ports: port(3479) })).toBe('m365-worldwide/11/udp');
    expect(first({ ports: port(25) })).toBe('m365-worldwide/10/tcp');
    const overTcp = idsOf(catalog.servedBy({ ports: port(3479), protocol: 'tcp' }));
    expect(overTcp).not.toContain('m365-worldwide/11/udp');
  });

  test('a host with its port: both have to fit', () => {
    expect(first({ host: 'outlook.office365.com', ports: port(993) })).toBe('m365-worldwide/2/tcp');
    expect(catalog.servedBy({ host: 'teams.microsoft.com', ports: port(993) })).toEqual([]);
  });
});

describe('a catalog', () => {
  test('of another cloud has that cloud only', () => {
    const china = Catalog.builtIn('china');
    expect(china.byId('m365-china/3/udp')?.tags).toContain('teams');
    expect(china.byId('m365-worldwide/11/udp')).toBeUndefined();
    expect(china.select(DEFAULT_SELECTORS).requirements.length).toBeGreaterThan(0);
  });

  test('has each id once, with a title, a reason and a source', () => {
    for (const cloud of ['worldwide', 'usgov-gcchigh', 'usgov-dod', 'china'] as const) {
      const { requirements } = Catalog.builtIn(cloud);
      const ids = idsOf(requirements);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { title, why, source } of requirements) {
        expect(title.trim()).not.toBe('');
        expect(why).toMatch(/\w.*\.$/);
        expect(source.document && source.url).toBeTruthy();
      }
    }
  });

  test('refers only to roles and requirements that it has', () => {
    const ids = new Set(idsOf(catalog.requirements));
    for (const { refines, flow } of catalog.requirements) {
      if (refines !== undefined) expect(ids).toContain(refines);
      for (const role of [flow.from.role, flow.to.role])
        if (role !== undefined) expect(catalog.roles.has(role)).toBe(true);
    }
  });
});
