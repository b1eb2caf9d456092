import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { describeDiff } from '../../../server/src/catalog/diff.js';
import { loadPack } from '../../../server/src/catalog/pack-file.js';
import type { Cloud, Pack } from '../../../server/src/catalog/requirement.js';
import {
  checkForUpdates,
  compareList,
  describeNotices,
  packOf,
  readEndpointFile,
  writeEndpointList,
} from '../../../server/src/catalog/update.js';
import type { UpdateResult } from '../../../server/src/catalog/update-result.js';
import { readServiceUrl } from '../../../shared/service-url.js';
import type { WebAnswer } from '../../../shared/web-access.js';
import { recording } from './recorded-service.js';

const GUID = 'b10c5ed1-bad1-445f-b386-b919946339a7';

/** Reads a recorded list, which has to be one. */
function recordedPack(name: string): Pack {
  const list = readEndpointFile(recording(name), name);
  if (typeof list === 'string') throw new Error(list);
  return packOf(list);
}

const IN_USE = recordedPack('worldwide_2026081400.json');

function answer(body: string, status = 200, retryAfter?: string): WebAnswer {
  return { kind: 'answer', status, retryAfter, body };
}

const RECORDED: Readonly<Record<string, WebAnswer>> = {
  '/version': answer(recording('version.json')),
  '/endpoints/Worldwide': answer(recording('worldwide_2026100100.json')),
  '/changes/Worldwide/2026081400': answer(recording('changes-worldwide_2026081400.json')),
};

/** Asks a service that answers from memory. */
async function check(
  answers: Readonly<Record<string, WebAnswer>>,
  inUse: ReadonlyMap<Cloud, Pack> = new Map([['worldwide', IN_USE]]),
): Promise<{ readonly results: readonly UpdateResult[]; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const access = {
    get: async (url: string) => {
      asked.push(url);
      return answers[new URL(url).pathname] ?? answer('', 404);
    },
  };
  const service = { access, baseUrl: 'https://service.example', clientRequestId: GUID };
  return { results: await checkForUpdates(service, inUse, new AbortController().signal), asked };
}

describe('looking for newer endpoints', () => {
  test('asks for the version alone where that is in use', async () => {
    const version = answer('[{"instance":"Worldwide","latest":"2026081400"}]');
    expect(await check({ '/version': version })).toEqual({
      results: [{ kind: 'up-to-date', subject: 'worldwide', version: '2026081400' }],
      asked: [`https://service.example/version?ClientRequestId=${GUID}`],
    });
  });

  test('takes a version that is older than the one in use for no news', async () => {
    const version = answer('{"instance":"Worldwide","latest":"2026070100"}');
    const { results } = await check({ '/version': version });
    expect(results).toEqual([{ kind: 'up-to-date', subject: 'worldwide', version: '2026081400' }]);
  });

  test('brings a new version with what changed and what the service says of it', async () => {
    const { results, asked } = await check(RECORDED);
    expect(asked).toEqual(
      ['/version', '/endpoints/Worldwide', '/changes/Worldwide/2026081400'].map(
        (path) => `https://service.example${path}?ClientRequestId=${GUID}`,
      ),
    );
    const [update] = results;
    if (update?.kind !== 'update') throw new Error(`not an update: ${JSON.stringify(update)}`);
    expect(update.version).toBe('2026100100');
    const list = readEndpointFile(update.text, 'any.json');
    expect(typeof list !== 'string' && list.endpoints.map(({ id }) => id)).toEqual([11, 12, 31]);
    const words = describeDiff(update.diff).join('\n');
    expect(words).toContain(
      '2026081400 → 2026100100: 1 address range added, 1 address range removed, 1 host added, 1 host removed',
    );
    expect(words).toMatch(/m365-worldwide\/12, .*removed hosts old\.example; added UDP 443; removed TCP 80/);
    expect(describeNotices(update.notices)).toEqual([
      'set 12 in 2026090100: no longer used; remove it when convenient; removed 203.0.113.0/26, old.example',
      'set 12 in 2026100100: addresses and hosts that packet filters or proxies have to permit; ' +
        'added 192.0.2.128/26, new.example, in use from 2026-11-01',
    ]);
  });

  test('needs no changes to be announced', async () => {
    for (const changes of [answer('', 404), answer('{'), answer('{"a":1}'), answer('[1]')]) {
      const { results } = await check({ ...RECORDED, '/changes/Worldwide/2026081400': changes });
      expect(results).toMatchObject([{ kind: 'update', notices: [] }]);
    }
  });

  test.each([
    [
      'a service that cannot be reached',
      '/version',
      { kind: 'no-answer', reason: 'cannot be reached (ENOTFOUND)' },
      'https://service.example cannot be reached (ENOTFOUND)',
    ],
    ['an unknown address', '/version', answer('', 404), 'https://service.example responds to /version with status 404'],
    [
      'a failing service',
      '/endpoints/Worldwide',
      answer('', 500),
      'https://service.example responds to /endpoints/Worldwide with status 500',
    ],
    [
      'a page of a proxy',
      '/version',
      answer('<html>Please log in</html>'),
      'the response of https://service.example to /version is not JSON, or is truncated',
    ],
    [
      'half an answer',
      '/endpoints/Worldwide',
      answer(recording('worldwide_2026100100.json').slice(0, 700)),
      'the response of https://service.example to /endpoints/Worldwide is not JSON, or is truncated',
    ],
    ['an empty list', '/endpoints/Worldwide', answer('[]'), /is invalid: not an endpoint list/],
    ['a list of something else', '/endpoints/Worldwide', answer('[{"id":1}]'), /is invalid: not an endpoint list/],
    [
      'an address that is none',
      '/endpoints/Worldwide',
      answer(recording('worldwide_2026100100.json').replace('192.0.2.0/25', '192.0.2.0/99')),
      /set 31 has the address "192\.0\.2\.0\/99"/,
    ],
    [
      'a version that is none',
      '/version',
      answer('[{"instance":"Worldwide","latest":"soon"}]'),
      /invalid version "soon" of Worldwide/,
    ],
    ['versions that are none', '/version', answer('["2026100100"]'), /it contains an invalid record/],
    [
      'a cloud without version',
      '/version',
      answer('[{"instance":"China","latest":"2026100100"}]'),
      'https://service.example lists no version of Worldwide',
    ],
    [
      'too many requests',
      '/endpoints/Worldwide',
      answer('', 429, '3600'),
      'https://service.example limits the number of requests; try again in 60 minutes',
    ],
    ['too many requests, for a moment', '/version', answer('', 429, '30'), /try again in 30 seconds$/],
    [
      'too many requests until a date',
      '/version',
      answer('', 429, 'Fri, 31 Dec 2027 23:59:59 GMT'),
      /try again after Fri, 31 Dec 2027 23:59:59 GMT$/,
    ],
    ['too many requests, not saying until when', '/version', answer('', 429), /try again in an hour$/],
    [
      'too many requests, with an invalid Retry-After',
      '/version',
      answer('', 429, '\u001b[31mnow!'),
      /try again in an hour$/,
    ],
  ] as const)('reports %s', async (_, path, failing, reason) => {
    const { results } = await check({ ...RECORDED, [path]: failing });
    expect(results).toEqual([
      {
        kind: 'failed',
        subject: 'worldwide',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      },
    ]);
  });

  test('of several clouds, asks once for the versions, and goes on after one that fails', async () => {
    const china = Catalog.builtIn('china').packs[0];
    if (!china) throw new Error('no pack');
    const versions = answer(
      '[{"instance":"Worldwide","latest":"2026100100"},{"instance":"China","latest":"9999123100"}]',
    );
    const inUse = new Map<Cloud, Pack>([
      ['china', china],
      ['worldwide', IN_USE],
    ]);
    const { results, asked } = await check({ ...RECORDED, '/version': versions }, inUse);
    expect(results.map(({ subject, kind }) => [subject, kind])).toEqual([
      ['china', 'failed'],
      ['worldwide', 'update'],
    ]);
    expect(asked.filter((url) => url.includes('/version'))).toHaveLength(1);
  });

  test('of several clouds, asks no more once the service limits requests', async () => {
    const china = Catalog.builtIn('china').packs[0];
    if (!china) throw new Error('no pack');
    const versions = answer(
      '[{"instance":"Worldwide","latest":"2026100100"},{"instance":"China","latest":"9999123100"}]',
    );
    const inUse = new Map<Cloud, Pack>([
      ['china', china],
      ['worldwide', IN_USE],
    ]);
    const answers = { ...RECORDED, '/version': versions, '/endpoints/China': answer('', 429) };
    const { results, asked } = await check(answers, inUse);
    expect(results.map(({ subject, kind }) => [subject, kind])).toEqual([
      ['china', 'failed'],
      ['worldwide', 'failed'],
    ]);
    expect(asked).toHaveLength(2);
  });

  test.each(['/version', '/endpoints/Worldwide', '/changes/Worldwide/2026081400'])(
    'ends when it is cancelled at %s',
    async (path) => {
      const { results } = await check({ ...RECORDED, [path]: { kind: 'cancelled' } });
      expect(results).toEqual([{ kind: 'cancelled', subject: 'worldwide' }]);
    },
  );
});

describe('the address of a service', () => {
  test.each([
    ['https://endpoints.example/', 'https://endpoints.example'],
    ['https://mirror.example:8443/m365//', 'https://mirror.example:8443/m365'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s', (text, baseUrl) => {
    expect(readServiceUrl(text)).toEqual({ kind: 'url', baseUrl });
  });

  test.each([
    'http://endpoints.example',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'file:///etc/passwd',
    'https://user:secret@endpoints.example',
    'https://endpoints.example/?x=1',
    'endpoints.example',
    '',
  ])('is not %j', (text) => {
    expect(readServiceUrl(text)).toEqual({ kind: 'invalid', message: expect.stringContaining(text) });
  });
});

describe('a file of endpoints', () => {
  const name = 'worldwide_2026081400.json';

  test('is written with a line for each set, and read again as it was, also as a pack', () => {
    const list = readEndpointFile(recording(name), name);
    if (typeof list === 'string') throw new Error(list);
    const text = writeEndpointList(list);
    expect(text.split('\n').filter((line) => line.includes('"serviceArea"'))).toHaveLength(3);
    expect(readEndpointFile(text, 'any.json')).toEqual(list);
    expect(loadPack(text, 'file:///worldwide.json')).toEqual({ pack: IN_USE, problems: [], references: [] });
  });

  test.each([
    ['usgovdod_2026090200.json', 'USGovDoD', '2026090200'],
    ['USGovGCCHigh-2026070100.json', 'USGovGCCHigh', '2026070100'],
    ['endpoints 2026073100.json', 'China', '2026073100'],
  ])('%s gives what a response does not', (file, instance, version) => {
    expect(readEndpointFile(recording(name), file, 'china')).toMatchObject({ instance, version });
  });

  test.each([
    [recording(name), 'endpoints.json', /without its version; name the file like/],
    [recording(name).slice(0, 300), name, /not JSON, or truncated/],
    ['{"instance":"Mars","version":"2026081400","endpoints":[]}', name, /instance: "Mars" is not one of Worldwide/],
    [
      '{"instance":"China","version":2026081400,"endpoints":[]}',
      name,
      /version: 2026081400 is not a version of ten digits/,
    ],
    ['{"instance":"China","version":"2026081400"}', name, /endpoints: not an endpoint list/],
    ['[]', name, /not an endpoint list/],
    ['null', name, /not an endpoint list/],
    ['7', name, /not an endpoint list/],
  ])('is not %j in %s', (text, file, complaint) => {
    expect(readEndpointFile(text, file)).toEqual(expect.stringMatching(complaint));
  });

  test('brings nothing where it is the list in use, and otherwise whatever its version', () => {
    const read = (file: string) => {
      const list = readEndpointFile(recording(file), file);
      if (typeof list === 'string') throw new Error(list);
      return list;
    };
    const [old, now] = [read('worldwide_2026081400.json'), read('worldwide_2026100100.json')];
    expect(compareList(old, IN_USE)).toEqual({ kind: 'up-to-date', subject: 'worldwide', version: '2026081400' });
    expect(compareList(now, IN_USE)).toMatchObject({ kind: 'update', diff: { toVersion: '2026100100' } });
    expect(compareList(old, packOf(now))).toMatchObject({ kind: 'update', diff: { toVersion: '2026081400' } });
  });
});
