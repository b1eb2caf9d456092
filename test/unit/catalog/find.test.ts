import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { type Found, findEndpoint } from '../../../server/src/catalog/find.js';
import { CLOUDS } from '../../../server/src/catalog/requirement.js';
import { parseSought } from '../../../server/src/catalog/sought.js';
import { IpSet } from '../../../server/src/model/ip.js';

const catalogs = new Map(CLOUDS.map((cloud) => [cloud, Catalog.builtIn(cloud)]));

function find(text: string): Found {
  const endpoint = parseSought(text);
  if (!endpoint) throw new Error(`${text} was not understood`);
  return findEndpoint(endpoint, catalogs);
}

/** The first listing: its main requirement, what it lists and where. */
function first(text: string) {
  const [listing] = find(text).listings;
  return listing && [listing.requirements[0]?.id, listing.matches.map(({ listed }) => listed), listing.clouds];
}

describe('what is looked up', () => {
  test.each([
    ['52.109.32.27', 'm365-worldwide/46/tcp', '52.108.0.0/14'],
    ['52.112.0.0/14', 'm365-worldwide/11/udp', '52.112.0.0/14'],
    ['2603:1063::1', 'm365-worldwide/11/udp', '2603:1063::/38'],
    ['*.office.net', 'm365-worldwide/47/tcp', '*.office.net'],
    ['.office.net', 'm365-worldwide/47/tcp', '*.office.net'],
    ['TEAMS.Microsoft.com.', 'm365-worldwide/12/tcp', 'teams.microsoft.com'],
    ['https://user@teams.microsoft.com/l/meetup?x=1', 'm365-worldwide/12/tcp', 'teams.microsoft.com'],
    ['wss://emea.ng.msg.teams.microsoft.com', 'm365-worldwide/12/tcp', '*.teams.microsoft.com'],
    ['outlook.office365.com:993', 'm365-worldwide/2/tcp', 'outlook.office365.com'],
    ['udp/3478', 'm365-worldwide/11/udp', '3478-3481'],
    ['3479-3480/udp', 'm365-worldwide/11/udp', '3478-3481'],
    ['UDP 3478', 'm365-worldwide/11/udp', '3478-3481'],
    ['52.113.1.2:3478/udp', 'm365-worldwide/11/udp', '52.112.0.0/14'],
    ['[2603:1063::9]:3478/udp', 'm365-worldwide/11/udp', '2603:1063::/38'],
  ])('%s is listed by %s', (text, id, listed) => {
    const [found, matches] = first(text) ?? [];
    expect([found, matches?.[0]]).toEqual([id, listed]);
  });

  test.each(['', '!!', '256.1.1.1', 'teams', '1.2.3', '99999', 'tcp/', 'ftp://x y', 'a..b', '10.0.0.0/40', 'x:y:z'])(
    '%j is no endpoint',
    (text) => {
      expect(parseSought(text)).toBeUndefined();
    },
  );
});

describe('what is found', () => {
  test('one set with all that is asked of it, and the clouds that list it', () => {
    const { listings, nearest } = find('login.microsoftonline.us');
    expect(listings.map(({ pack, clouds }) => [pack.id, ...clouds])).toContainEqual(['m365-usgov-dod', 'usgov-dod']);
    expect(listings.map(({ pack, clouds }) => [pack.id, ...clouds])).toContainEqual([
      'm365-usgov-gcchigh',
      'usgov-gcchigh',
    ]);
    expect(nearest).toEqual([]);
    const [media] = find('52.112.0.0/14').listings;
    expect(media?.requirements.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['reach', 'bypass-proxy']));
  });

  test('a pack for every cloud is told once', () => {
    const { listings } = find('bmc.cdn.office.net');
    const ids = listings.flatMap(({ requirements }) => requirements.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a wider and a narrower entry say so', () => {
    expect(find('52.109.32.27').listings[0]?.matches[0]?.relation).toBe('covers');
    expect(find('52.0.0.0/8').listings[0]?.matches[0]?.relation).toBe('overlaps');
  });

  test('an endpoint that was retired, with what is left of it', () => {
    const [former] = find('52.120.0.1').former;
    expect(former).toMatchObject({ prefix: '52.120.0.0/14', replacedBy: ['52.122.0.0/15'] });
    const [gone] = find('13.107.64.9').former;
    expect(gone).toMatchObject({ prefix: '13.107.64.0/18', was: 'IDs 11, 12', cloud: 'worldwide' });
  });

  // Questions that were asked in public about addresses and names in logs.
  test.each([
    ['52.114.0.0', 'm365-worldwide/11/udp'],
    ['52.113.0.0/16', 'm365-worldwide/11/udp'],
    ['devicemgmt-cdn.teams.microsoft.com', 'm365-worldwide/12/tcp'],
    ['https://monitoringplatform.teams.microsoft.com/api/v1/mta/rule', 'm365-worldwide/12/tcp'],
    ['20.190.160.25', 'm365-worldwide/56/tcp'],
    ['40.101.12.34', 'm365-worldwide/1/tcp'],
    ['168.63.129.16', 'azure-virtual-desktop/session-hosts/health-80-tcp'],
  ])('%s belongs to %s first', (text, id) => {
    const { listings, unlisted } = find(text);
    expect(listings[0]?.requirements[0]?.id).toBe(id);
    expect(unlisted).toBeUndefined();
  });

  test('of a range, the part that no document lists', () => {
    const { listings, unlisted } = find('13.107.192.0/18');
    expect(listings.map(({ requirements }) => requirements[0]?.id)).toEqual(['intune/163/tcp']);
    const listed = listings[0]?.requirements[0]?.flow.to.prefixes ?? [];
    const asked = IpSet.parse('13.107.192.0/18');
    expect(unlisted?.toPrefixes()).toEqual(asked.subtract(IpSet.parse(...listed)).toPrefixes());
    expect(unlisted?.overlaps(IpSet.parse('13.107.219.0/24'))).toBe(false);
  });

  // Asked about in public as well: what Microsoft or others list some thousand addresses away is not theirs.
  test.each([
    '104.110.191.177',
    '42.80.97.152',
    '34.107.221.82',
    '23.1.33.207',
    '40.67.254.36',
    '20.176.3.146',
    '13.107.246.10',
    '20.96.219.5',
  ])('nothing is near %s', (text) => {
    expect(find(text)).toMatchObject({ listings: [], nearest: [], isPrivate: false });
  });

  test.each([
    ['teams.microsft.com', 'teams.microsoft.com'],
    ['13.107.6.156', '13.107.6.152/31'],
    ['teams.microsft.com', 'teams.microsoft.com'],
    ['cdn.aspnetcdn.com', 'ajax.aspnetcdn.com'],
    ['52.125.1.1', '52.122.0.0/15'],
    ['udp/700', 'UDP 636'],
  ])('of %s, which nobody lists, %s is near', (text, listed) => {
    const { listings, nearest } = find(text);
    expect(listings.map(({ requirements }) => requirements[0]?.id)).toEqual([]);
    expect(nearest.map((one) => one.listed)).toContain(listed);
  });

  test('a neighbour says how far away it is, and on which side', () => {
    const near = (text: string) => find(text).nearest.map(({ listed, below }) => [listed, below]);
    expect(near('13.107.6.156')).toEqual([
      ['13.107.6.152/31', 3],
      ['13.107.6.171/32', -15],
      ['13.107.6.192/32', -36],
    ]);
    expect(near('13.107.60.1')).toEqual([['13.107.64.0/18', -1023]]);
  });

  test('a private address is told to be one', () => {
    expect(find('10.20.0.9')).toMatchObject({ listings: [], isPrivate: true });
    expect(find('8.8.8.8')).toMatchObject({ listings: [], isPrivate: false });
  });
});
