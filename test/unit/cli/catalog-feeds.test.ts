// `lintel catalog update` for packs with feeds, as people use it: at the addresses of the feeds, and from saved files.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Behaviour, cutOff, RecordedService, status } from '../catalog/recorded-service.js';
import { buildProgram, temporaryFolders } from './program.js';

const fixtures = fileURLToPath(new URL('../../fixtures/feeds', import.meta.url));
const fixture = (name: string) => readFileSync(`${fixtures}/${name}`, 'utf8');

const STORED = '.lintel/endpoints/acme-voice.json';
const MEDIA = '192.0.2.0/26\n192.0.2.64/26\n192.0.2.128/26\n192.0.2.192/26\n';
const NEWER = `${MEDIA}198.51.100.0/24\n`;
const UPDATE = ['catalog', 'update', 'acme-voice'];
const TAGS = 'ServiceTags_Public_20261123.json';

let run: Awaited<ReturnType<typeof buildProgram>>;
let service: RecordedService | undefined;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('catalog-feeds');
});

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

/** A workspace with a pack whose feed a service on the loopback interface publishes, and a filter that follows its copy. */
async function workspace(media: Behaviour): Promise<string> {
  service = await RecordedService.start({ '/media.txt': media });
  return folder({
    'lintel.yaml': 'packs: [acme.yaml]\nfiles:\n  - match: "*.nft"\n    require: [acme-voice]\n',
    'acme.yaml': fixture('acme.yaml').replaceAll('SERVICE', service.url),
    'edge.nft': fixture('edge.nft'),
    [TAGS]: fixture(TAGS),
  });
}

function storedIn(made: string) {
  return JSON.parse(readFileSync(join(made, STORED), 'utf8'));
}

describe('a feed with newer networks', () => {
  it('is asked at its address, told, stored, used by every command, and forgotten with its file', async () => {
    const made = await workspace(NEWER);
    expect(await run(made, ['check', 'edge.nft'])).toMatchObject({ status: 0 });
    const updated = await run(made, UPDATE);
    expect(updated).toMatchObject({ status: 0, errors: '' });
    expect(updated.output).toMatch(
      /^ACME voice platform: 2026-03-01 → \d{4}-\d\d-\d\d: 1 address range added, 1 entry changed\n/,
    );
    expect(updated.output).toContain('/media.txt: added addresses 198.51.100.0/24\nwritten to ');
    expect(updated.output).toContain(
      `acme-voice: the file has another address every week; download it from ${service?.url}/details and give it with --from FILE`,
    );
    expect(service?.requests).toEqual(['/media.txt']);
    expect(storedIn(made).feeds.media.prefixes).toContain('198.51.100.0/24');

    const checked = await run(made, ['check', 'edge.nft']);
    expect(checked).toMatchObject({ status: 1, output: expect.stringContaining('UDP 4000 to\n  198.51.100.0/24') });
    const { output: found } = await run(made, ['catalog', 'find', '198.51.100.7']);
    expect(found).toMatch(/in 198\.51\.100\.0\/24, required, version 2026-03, networks of \d{4}-/);
    const { output: shown } = await run(made, ['catalog', 'show', 'acme-voice']);
    expect(shown.replaceAll(/\s+/g, ' ')).toContain('0 days old, kept in .lintel/endpoints; from http://127.0.0.1');
    const { output: listed } = await run(made, ['catalog', 'list', 'acme-voice']);
    expect(listed).toMatch(/^acme-voice 2026-03, \d+ days old; networks of 2026-03-01, \d+ days old: ACME/);

    rmSync(join(made, STORED));
    expect(await run(made, ['check', 'edge.nft'])).toMatchObject({ status: 0 });
    expect((await run(made, ['catalog', 'find', '198.51.100.7'])).output).toContain(
      'No document of the catalog lists it.',
    );
  });

  it('is not written on a dry run, and printed as data', async () => {
    const made = await workspace(NEWER);
    const { output, status: exit } = await run(made, [...UPDATE, '--dry-run', '--format', 'json']);
    expect(exit).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      clouds: [],
      packs: [
        { kind: 'update', pack: 'acme-voice', path: null, doubts: [] },
        { kind: 'by-hand', pack: 'acme-voice' },
      ],
    });
    expect(existsSync(join(made, STORED))).toBe(false);
  });

  it('that lacks much is written only where that is meant', async () => {
    const made = await workspace('192.0.2.0/26\n');
    const held = await run(made, UPDATE);
    expect(held).toMatchObject({ status: 1, output: expect.stringContaining('nothing was written') });
    expect(held.errors).toMatch(
      /^lintel: the copy for acme-voice was not written, because it no longer has 3 of \d address ranges/,
    );
    expect(existsSync(join(made, STORED))).toBe(false);
    expect(await run(made, [...UPDATE, '--force'])).toMatchObject({ status: 0, errors: '' });
    expect(storedIn(made).feeds.media.prefixes).toEqual(['192.0.2.0/26']);
  });
});

it('a feed that has become empty asks for nothing, and never for everything', async () => {
  const made = await workspace('# none\n');
  expect(await run(made, UPDATE)).toMatchObject({
    status: 1,
    errors: expect.stringContaining('4 of 4 address ranges'),
  });
  expect(await run(made, [...UPDATE, '--force'])).toMatchObject({ status: 0 });
  expect((await run(made, ['coverage', 'edge.nft'])).output).toMatch(
    /not-applicable acme-voice\/media\/udp.*: its document lists no addresses any more/,
  );
  expect(await run(made, ['check', 'edge.nft'])).toMatchObject({ status: 0 });
});

it('a feed that is as it was is stored with its new day, so that nobody is warned of its age', async () => {
  const made = await workspace(MEDIA);
  const warning = /the networks of ACME voice platform are \d+ days old \(2026-03-01\); lintel catalog update asks/;
  expect((await run(made, ['coverage', 'edge.nft'])).errors).toMatch(warning);
  expect((await run(made, UPDATE)).output).toMatch(/^acme-voice is as it was on 2026-03-01; written to /);
  await run(made, [...UPDATE, '--from', TAGS]);
  expect((await run(made, ['coverage', 'edge.nft'])).errors).not.toMatch(/2026-03-01/);
});

describe('a saved file', () => {
  it('of service tags is for every feed that copies one of them, of the day in its name', async () => {
    const made = await workspace(MEDIA);
    const { status: exit, output } = await run(made, ['catalog', 'update', '--from', TAGS]);
    expect(exit).toBe(0);
    expect(output).toContain('added addresses 2001:db8::/32');
    expect(storedIn(made).feeds).toMatchObject({ media: { read: '2026-03-01' }, desktop: { read: '2026-11-23' } });
    expect(service?.requests).toEqual([]);
  });

  it('of networks is for the feed whose address ends in its name, or for the pack that is named', async () => {
    const made = await workspace(MEDIA);
    const saved = folder({ 'media.txt': NEWER, 'other.txt': NEWER });
    for (const args of [
      ['catalog', 'update', '--from', `${saved}/media.txt`],
      [...UPDATE, '--from', `${saved}/other.txt`],
    ]) {
      expect(await run(made, [...args, '--dry-run'])).toMatchObject({
        status: 0,
        output: expect.stringContaining('added addresses 198.51.100.0/24'),
      });
    }
    expect(await run(made, ['catalog', 'update', '--from', `${saved}/other.txt`])).toMatchObject({
      status: 2,
      output: '',
    });
  });
});

describe('what goes wrong leaves the copy as it is, with status 2 and a reason', () => {
  it.each<readonly [string, Behaviour, RegExp]>([
    ['a page that is no list', fixture('page.txt'), /is invalid: line 1, "<!DOCTYPE html>", is not a network/],
    ['every address', fixture('every-address.txt'), /line 2, "0\.0\.0\.0\/0", is every address/],
    ['an answer that is cut off', cutOff(NEWER.repeat(99)), /closed the connection early/],
    ['an address that is unknown', status(404), /responds with status 404/],
    [
      'too many requests',
      status(429, { 'retry-after': '60' }),
      /limits the number of requests; try again in 60 seconds/,
    ],
    ['a service that sends elsewhere', status(302, { location: 'http://127.0.0.1:1/' }), /cannot be reached/],
  ])('%s', async (_, media, reason) => {
    const made = await workspace(media);
    const failed = await run(made, UPDATE);
    expect(failed).toMatchObject({ status: 2, errors: expect.stringMatching(reason) });
    expect(failed.errors).toContain('acme-voice stays at 2026-03-01');
    expect(existsSync(join(made, STORED))).toBe(false);
  });

  it('a stored copy that is broken, which is told and replaced', async () => {
    const made = await workspace(NEWER);
    const broken = folder({
      'lintel.yaml': readFileSync(join(made, 'lintel.yaml'), 'utf8'),
      'acme.yaml': readFileSync(join(made, 'acme.yaml'), 'utf8'),
      'edge.nft': fixture('edge.nft'),
      [STORED]: '{"pack": "acme-voice", "fee',
    });
    const checked = await run(broken, ['check', 'edge.nft']);
    expect(checked.output + checked.errors).toContain('These networks are not used: not JSON, or truncated');
    const updated = await run(broken, UPDATE);
    expect(updated).toMatchObject({
      status: 0,
      errors: expect.stringContaining('is not used: not JSON, or truncated'),
    });
    expect(storedIn(broken).feeds.media.prefixes).toContain('198.51.100.0/24');
  });

  it.each([
    [['webex'], /"webex" is no pack that can be updated; these can: github, zoom, acme-voice, m365-worldwide/],
    [['acme-voice', '--from', 'https://acme.example'], /a feed has its own address, or comes from a file/],
    [['zoom', '--from', TAGS], /no feed of zoom has this form/],
  ])('%j', async (args, reason) => {
    const made = await workspace(MEDIA);
    expect(await run(made, ['catalog', 'update', ...args])).toMatchObject({
      status: 2,
      output: '',
      errors: expect.stringMatching(reason),
    });
  });
});
