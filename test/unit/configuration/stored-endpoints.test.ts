import { describe, expect, test } from 'vitest';
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
