import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  cutOff,
  RECORDED,
  RecordedService,
  recording,
  recordingPath,
  status,
} from '../catalog/recorded-service.js';
import { buildProgram, temporaryFolders } from './program.js';

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const STORED = '.lintel/endpoints/worldwide.json';

let run: Awaited<ReturnType<typeof buildProgram>>;
let home: string;
let service: RecordedService | undefined;
const folder = temporaryFolders();
const { XDG_CONFIG_HOME } = process.env;

beforeAll(async () => {
  run = await buildProgram('catalog-update');
  home = folder({});
  // Programs inherit it; what is kept for a person is kept there, not in the home of whoever runs the tests.
  process.env.XDG_CONFIG_HOME = join(home, 'config');
});

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

afterAll(() => {
  if (XDG_CONFIG_HOME === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = XDG_CONFIG_HOME;
});

/** A workspace that keeps the recorded list 2026081400. */
async function workspace(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const made = folder(files);
  const { status: exit } = await run(made, [
    'catalog',
    'update',
    '--from',
    recordingPath('worldwide_2026081400.json'),
    '--force',
  ]);
  expect(exit).toBe(0);
  return made;
}

async function serve(answers: Readonly<Record<string, Behaviour>>): Promise<string> {
  service = await RecordedService.start(answers);
  return service.url;
}

function versionIn(path: string): string {
  return JSON.parse(readFileSync(path, 'utf8')).version;
}

describe('lintel catalog update', () => {
  it('stores a new version, and says in words what is new', async () => {
    const made = await workspace();
    const updated = await run(made, ['catalog', 'update', '--from', await serve(RECORDED)]);
    expect(updated).toMatchObject({ status: 0, errors: '' });
    expect(updated.output).toContain('2026081400 → 2026100100: 1 address range added, 1 address range removed, 1 host');
    expect(updated.output).toContain('added addresses 192.0.2.128/26; removed addresses 203.0.113.0/26');
    expect(updated.output).toContain('added 192.0.2.128/26, new.example, in use from 2026-11-01');
    expect(updated.output).toContain(`written to ${STORED}\n`);
    expect(versionIn(join(made, STORED))).toBe('2026100100');
    expect(readdirSync(join(made, '.lintel/endpoints'))).toEqual(['worldwide.json']);
  });

  it('does not write a list that lacks much of the one in use, unless that is meant', async () => {
    const made = folder({});
    const args = ['catalog', 'update', '--from', recordingPath('worldwide_2026081400.json')];
    const held = await run(made, args);
    expect(held).toMatchObject({ status: 1, output: expect.stringMatching(/nothing was written\n$/) });
    expect(held.errors).toMatch(
      /^lintel: the list of worldwide was not written, because it no longer has \d+ of \d+ hosts/,
    );
    expect(held.errors).toContain('(Exchange Online mailboxes: UDP 443) in the category Optimize');
    expect(existsSync(join(made, STORED))).toBe(false);
    expect(await run(made, [...args, '--force'])).toMatchObject({ status: 0, errors: '' });
    expect(versionIn(join(made, STORED))).toBe('2026081400');
  });

  it('asks nothing more, and writes nothing, where the version is in use', async () => {
    const made = await workspace();
    const before = readFileSync(join(made, STORED));
    const url = await serve({ '/version': '[{"instance":"Worldwide","latest":"2026081400"}]' });
    expect(await run(made, ['catalog', 'update', '--from', url])).toEqual({
      status: 0,
      output: 'worldwide 2026081400 is up to date\n',
      errors: '',
    });
    expect(service?.requests).toHaveLength(1);
    expect(readFileSync(join(made, STORED))).toEqual(before);
  });

  it('presents itself with a GUID of its own, the same each time, kept for the person and not in the workspace', async () => {
    const made = await workspace();
    const url = await serve(RECORDED);
    await run(made, ['catalog', 'update', '--dry-run', '--from', url]);
    await run(made, ['catalog', 'update', '--dry-run', '--from', url]);
    const ids = service?.requests.map((request) => GUID.exec(request)?.[0]);
    expect(ids).toHaveLength(6);
    expect([...new Set(ids)]).toEqual([expect.stringMatching(GUID)]);
    expect(readFileSync(join(home, 'config/lintel/client-request-id'), 'utf8')).toContain(ids?.[0]);
    expect(readdirSync(made)).toEqual(['.lintel']);
  });

  it('writes nothing on a dry run', async () => {
    const made = await workspace();
    const dry = await run(made, ['catalog', 'update', '--dry-run', '--from', await serve(RECORDED)]);
    expect(dry).toMatchObject({
      status: 0,
      output: expect.stringMatching(/added hosts new\.example(?:.|\n)*nothing was written\n$/),
    });
    expect(versionIn(join(made, STORED))).toBe('2026081400');
  });

  it('keeps lists beside the nearest lintel.yaml, or in the given folder', async () => {
    const made = folder({ 'lintel.yaml': 'cloud: worldwide\n', 'edge/fw.nft': '' });
    const args = ['catalog', 'update', '--force', '--from', recordingPath('worldwide_2026081400.json')];
    await run(join(made, 'edge'), args);
    expect(versionIn(join(made, STORED))).toBe('2026081400');
    await run(made, [...args, '--to', 'lists']);
    expect(versionIn(join(made, 'lists/worldwide.json'))).toBe('2026081400');
  });

  it('asks for the cloud of lintel.yaml, or for those that are named', async () => {
    const made = folder({ 'lintel.yaml': 'cloud: china\n' });
    const newer = '[{"instance":"China","latest":"2099010100"},{"instance":"USGovDoD","latest":"2099010200"}]';
    const url = await serve({
      '/version': newer,
      '/endpoints/China': recording('worldwide_2026100100.json'),
      '/endpoints/USGovDoD': recording('worldwide_2026100100.json'),
    });
    const args = ['catalog', 'update', '--force', '--from', url];
    expect(await run(made, args)).toMatchObject({ status: 0, errors: '' });
    expect(readdirSync(join(made, '.lintel/endpoints'))).toEqual(['china.json']);
    await run(made, [...args, '--cloud', 'usgov-dod', '--cloud', 'china']);
    expect(readdirSync(join(made, '.lintel/endpoints'))).toEqual(['china.json', 'usgov-dod.json']);
  });

  it('prints data for programs', async () => {
    const made = await workspace();
    const { output } = await run(made, ['catalog', 'update', '--format', 'json', '--from', await serve(RECORDED)]);
    expect(JSON.parse(output)).toMatchObject({
      version: 1,
      clouds: [
        {
          kind: 'update',
          cloud: 'worldwide',
          version: '2026100100',
          path: STORED,
          diff: { fromVersion: '2026081400' },
        },
      ],
    });
  });

  it('replaces a stored list that is broken, and says that it was not in use', async () => {
    const made = folder({ [STORED]: '{"instance": "Worldwide", "version": "2026' });
    const { status: exit, errors } = await run(made, [
      'catalog',
      'update',
      '--force',
      '--from',
      recordingPath('worldwide_2026081400.json'),
    ]);
    expect(errors).toMatch(/worldwide\.json is not used: /);
    expect(exit).toBe(0);
    expect(versionIn(join(made, STORED))).toBe('2026081400');
  });
});

describe('what goes wrong leaves the list as it was, with status 2 and a reason', () => {
  const list = recording('worldwide_2026100100.json');

  it.each<readonly [string, string, Behaviour, RegExp]>([
    [
      'a page that is not JSON',
      '/version',
      '<html>blocked by policy</html>',
      /to \/version is not JSON, or is truncated/,
    ],
    ['an answer that is cut off', '/endpoints/Worldwide', cutOff(list), /closed the connection early/],
    ['an answer whose end is missing', '/endpoints/Worldwide', list.slice(0, -400), /is not JSON, or is truncated/],
    ['an answer of another kind', '/endpoints/Worldwide', '{"message":"hello"}', /is invalid: not an endpoint list/],
    [
      'too many requests',
      '/endpoints/Worldwide',
      status(429, { 'retry-after': '3600' }),
      /limits the number of requests; try again in 60 minutes/,
    ],
    ['an address that is unknown', '/version', status(404), /responds to \/version with status 404/],
    [
      'a service that sends elsewhere',
      '/version',
      status(302, { location: 'http://127.0.0.1:1/' }),
      /cannot be reached/,
    ],
    ['a service that fails', '/endpoints/Worldwide', status(500), /responds to \/endpoints\/Worldwide with status 500/],
  ])('%s', async (_, path, behaviour, reason) => {
    const made = await workspace();
    const before = readFileSync(join(made, STORED));
    const failed = await run(made, ['catalog', 'update', '--from', await serve({ ...RECORDED, [path]: behaviour })]);
    expect(failed).toMatchObject({ status: 2, output: '' });
    expect(failed.errors).toMatch(reason);
    expect(failed.errors).toContain('worldwide stays at 2026081400');
    expect(readFileSync(join(made, STORED))).toEqual(before);
    expect(readdirSync(join(made, '.lintel/endpoints'))).toEqual(['worldwide.json']);
    expect(service?.requests.filter((request) => request.startsWith(path))).toHaveLength(1);
  });

  it.each<readonly [string, Behaviour]>([
    ['does not begin', () => undefined],
    ['does not end', (response) => response.write(list.slice(0, 500))],
  ])('an answer that %s in the time that it may take', async (_, behaviour) => {
    const made = await workspace();
    const url = await serve({ ...RECORDED, '/endpoints/Worldwide': behaviour });
    const failed = await run(made, ['catalog', 'update', '--timeout', '0.2', '--from', url]);
    expect(failed).toMatchObject({ status: 2, output: '' });
    expect(failed.errors).toContain('did not respond within 0.2 seconds');
    expect(versionIn(join(made, STORED))).toBe('2026081400');
  });

  it('no network, while files are still checked with what there is', async () => {
    const made = await workspace({ 'fw.nft': 'table inet filter {\n}\n' });
    const url = await serve({});
    await service?.stop();
    expect(await run(made, ['catalog', 'update', '--from', url])).toMatchObject({
      status: 2,
      errors: expect.stringMatching(/cannot be reached \(.*\)\nlintel: worldwide stays at 2026081400\n$/),
    });
    const { output } = await run(made, ['coverage', '--format', 'json', '--require', 'm365-worldwide/*']);
    const [file] = JSON.parse(output).files;
    const ids: readonly string[] = file.coverage.map(({ requirement }: { requirement: string }) => requirement);
    expect([...new Set(ids.map((id) => id.split('/')[1]))]).toEqual(['11', '12', '31']);
  });

  it('no network and no list of its own', async () => {
    const url = await serve({});
    await service?.stop();
    const made = folder({});
    const failed = await run(made, ['catalog', 'update', '--from', url]);
    expect(failed).toMatchObject({ status: 2, output: '' });
    expect(failed.errors).toMatch(/cannot be reached \(.*\)\nlintel: worldwide stays at \d{10}\n$/);
    expect(readdirSync(made)).toEqual([]);
  });

  it('an interruption in the middle of an answer', async () => {
    const made = await workspace();
    const before = readFileSync(join(made, STORED));
    let answers = RECORDED;
    const half = new Promise<void>((sent) => {
      const behaviour: Behaviour = (response) => response.write(list.slice(0, 500), () => sent());
      answers = { ...RECORDED, '/endpoints/Worldwide': behaviour };
    });
    const args = ['catalog', 'update', '--from', await serve(answers)];
    expect(await run(made, args, '', 'at once', half)).toMatchObject({ status: null, output: '' });
    expect(readFileSync(join(made, STORED))).toEqual(before);
    expect(readdirSync(join(made, '.lintel/endpoints'))).toEqual(['worldwide.json']);
  });

  it('a folder that cannot be written', async () => {
    const made = folder({ lists: 'a file' });
    const args = [
      'catalog',
      'update',
      '--force',
      '--to',
      'lists',
      '--from',
      recordingPath('worldwide_2026081400.json'),
    ];
    expect(await run(made, args)).toMatchObject({
      status: 2,
      errors: expect.stringMatching(/lists\/worldwide\.json cannot be/),
    });
  });

  it.each([
    [['--from', 'http://endpoints.example'], /must begin with https:\/\//],
    [['--from', 'ftp://endpoints.example'], /must begin with https:\/\//],
    [['--from', 'missing.json'], /missing\.json: cannot be read/],
    [['--timeout', 'soon'], /--timeout must be a number of seconds up to 600, not "soon"/],
    [['--cloud', 'mars'], /--cloud must be one of worldwide, usgov-gcchigh, usgov-dod, china, not "mars"/],
    [
      ['--cloud', 'china', '--from', recordingPath('worldwide_2026081400.json')],
      /a list of worldwide, but --cloud names china/,
    ],
  ])('%j', async (args, reason) => {
    const made = folder({});
    const failed = await run(made, ['catalog', 'update', ...args]);
    expect(failed).toMatchObject({ status: 2, output: '', errors: expect.stringMatching(reason) });
    expect(readdirSync(made)).toEqual([]);
  });
});
