import { describe, expect, test } from 'vitest';
import { writeStoredFeeds } from '../../../server/src/catalog/stored-feeds.js';
import { packOf, readEndpointFile, writeEndpointList } from '../../../server/src/catalog/update.js';
import { readConfiguration } from '../../../server/src/configuration/configuration.js';
import { recording } from '../catalog/recorded-service.js';

const FOLDER = 'file:///network';
const WORLDWIDE = `${FOLDER}/.lintel/endpoints/worldwide.json`;

function recordedList() {
  const list = readEndpointFile(recording('worldwide_2026100100.json'), 'worldwide_2026100100.json');
  if (typeof list === 'string') throw new Error(list);
  return list;
}

function configure(text: string, files: Readonly<Record<string, string>>) {
  return readConfiguration(
    { uri: `${FOLDER}/lintel.yaml`, text },
    {
      roots: [FOLDER],
      list: () => [],
      read: (uri) => {
        const own = files[uri];
        return own === undefined ? 'missing' : { uri, text: own };
      },
    },
  );
}

describe('the endpoint list beside a workspace file', () => {
  test('takes the place of the one that comes with Lintel, for its cloud alone', () => {
    const list = recordedList();
    const { configuration, problems, packUris } = configure('', { [WORLDWIDE]: writeEndpointList(list) });
    expect(problems).toEqual([]);
    expect(packUris).toEqual([WORLDWIDE]);
    const { packs } = configuration.catalogFor('worldwide');
    expect(packs.find(({ id }) => id === 'm365-worldwide')).toEqual(packOf(list));
    expect(configuration.catalogFor('china').packs.some(({ version }) => version === '2026100100')).toBe(false);
  });

  test('gives way to a pack that lintel.yaml names', () => {
    const own = `${FOLDER}/own.json`;
    const { configuration } = configure('packs: [own.json]\n', {
      [WORLDWIDE]: writeEndpointList(recordedList()),
      [own]: writeEndpointList({ ...recordedList(), version: '2027010100' }),
    });
    const { packs } = configuration.catalogFor('worldwide');
    expect(packs.find(({ id }) => id === 'm365-worldwide')?.version).toBe('2027010100');
  });

  test.each([
    ['is cut off', writeEndpointList(recordedList()).slice(0, 400), /./],
    [
      'is of another cloud',
      writeEndpointList({ ...recordedList(), instance: 'China' }),
      /a list of china; expected one of worldwide/,
    ],
    ['is not a list', '{"instance":"Worldwide","version":"soon","endpoints":[]}', /"soon" is not a version/],
  ])('is reported and not used where it %s', (_, text, message) => {
    const { configuration, problems } = configure('cloud: worldwide\n', { [WORLDWIDE]: text });
    expect(problems[0]).toMatchObject({ uri: WORLDWIDE, message: expect.stringMatching(message) });
    const { packs } = configuration.catalogFor('worldwide');
    expect(packs.find(({ id }) => id === 'm365-worldwide')?.requirements.length).toBeGreaterThan(50);
  });
});

describe('the copies of feeds beside a workspace file', () => {
  const ZOOM = `${FOLDER}/.lintel/endpoints/zoom.json`;
  const stored = (pack: string, prefixes: readonly string[]) =>
    writeStoredFeeds({ pack, feeds: { meetings: { read: '2026-11-27', prefixes } } });
  const networksOf = (text: string, cloud: 'worldwide' | 'china' = 'worldwide') => {
    const { configuration } = configure('', { [ZOOM]: text });
    return configuration.catalogFor(cloud).byId('zoom/meetings/udp')?.flow.to.prefixes;
  };

  test('take the place of those that the pack has, in every cloud, and leave what it lists beside', () => {
    const { problems, packUris } = configure('', { [ZOOM]: stored('zoom', ['192.0.2.0/24']) });
    expect([problems, packUris]).toEqual([[], [ZOOM]]);
    for (const cloud of ['worldwide', 'china'] as const) {
      const networks = networksOf(stored('zoom', ['192.0.2.0/24']), cloud);
      expect(networks?.[0]).toBe('192.0.2.0/24');
      expect(networks?.slice(1).every((network) => network.includes(':'))).toBe(true);
    }
  });

  test.each([
    ['are cut off', stored('zoom', ['192.0.2.0/24']).slice(0, 40), /not JSON, or truncated/],
    ['are of another pack', stored('webex', ['192.0.2.0/24']), /these are the feeds of webex; expected those of zoom/],
    ['hold a host', stored('zoom', ['zoom.us']), /"zoom.us", is not a network/],
  ])('are reported and not used where they %s', (_, text, message) => {
    const { problems } = configure('', { [ZOOM]: text });
    expect(problems).toMatchObject([{ uri: ZOOM, message: expect.stringMatching(message) }]);
    expect(networksOf(text)).toEqual(networksOf(stored('zoom', []).replace('"meetings"', '"others"')));
  });
});
