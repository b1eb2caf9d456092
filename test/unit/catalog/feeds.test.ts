// What a feed has to be to be used, what makes a newer copy doubtful, and how packs and workspaces keep copies.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { askFeeds, compareFeeds, readFeedFile } from '../../../server/src/catalog/feed-update.js';
import { FEED_FORMATS, formatOf, readFeed } from '../../../server/src/catalog/feeds.js';
import { loadPack } from '../../../server/src/catalog/pack-file.js';
import { readStoredFeeds, writeStoredFeeds } from '../../../server/src/catalog/stored-feeds.js';
import type { WebAccess, WebAnswer } from '../../../shared/web-access.js';

const fixtures = fileURLToPath(new URL('../../fixtures/feeds', import.meta.url));
const fixture = (name: string) => readFileSync(`${fixtures}/${name}`, 'utf8');
const TODAY = '2026-11-27';

/** A pack with feeds at the address of a service. */
function packWith(feeds: string, flow = 'to: { feeds: [media] }, protocol: udp, ports: 4000') {
  const text = fixture('pack.yaml').replace('FEEDS', feeds).replace('FLOW', flow);
  const { pack, problems } = loadPack(text, 'acme-voice.yaml');
  return { pack, problems: problems.map(({ message, range }) => `${text.slice(range.start, range.end)}: ${message}`) };
}

function wholePack(feeds: string, flow?: string) {
  const { pack, problems } = packWith(feeds, flow);
  expect(problems).toEqual([]);
  if (!pack) throw new Error('no pack');
  return pack;
}

const MEDIA =
  'media: { url: "https://acme.example/media.txt", format: networks, read: 2026-03-01, prefixes: [192.0.2.0/25, 192.0.2.128/25, 198.51.100.0/24, 203.0.113.0/24] }';
const GIT =
  'git: { url: "https://acme.example/meta", format: github-meta, part: git, read: 2026-03-02, prefixes: [192.0.2.0/25] }';
const TAG =
  'tag: { url: "https://acme.example/details", format: azure-service-tags, part: AcmeDesktop, read: 2026-03-03, prefixes: [192.0.2.0/25] }';

describe('an answer of a feed', () => {
  const rows = fixture('answers.tsv')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

  test.each(rows)('%s as %s %s: %s', (name = '', formatName = '', part = '', expected = '') => {
    const format = FEED_FORMATS.find((one) => one === formatName) ?? 'networks';
    const read = readFeed(fixture(name), part === '' ? { format } : { format, part });
    expect(typeof read === 'string' ? read : read.join(' ')).toBe(expected);
  });

  test.each([
    [
      'of very many networks',
      Array.from({ length: 60_000 }, (_, i) => `10.${(i >> 8) & 255}.${i & 255}.0/24`).join('\n'),
    ],
    ['of very many lines', '\n'.repeat(500_000)],
    ['of one very long line', '1'.repeat(5_000_000)],
  ])('%s is refused in a sentence', (_, text) => {
    const read = readFeed(text, { format: 'networks' });
    expect(read).toMatch(/^.{10,150}$/);
  });

  test('that is nested without end is refused', () => {
    const deep = `{"git":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(readFeed(deep, { format: 'github-meta', part: 'git' })).toMatch(/not JSON|is not a network/);
  });

  test.each([
    ['lines.txt', 'networks'],
    ['page.txt', 'networks'],
    ['meta.json', 'github-meta'],
    ['ServiceTags_Public_20261123.json', 'azure-service-tags'],
    ['meta-list.json', undefined],
  ])('%s has the form of %s', (name, format) => {
    expect(formatOf(fixture(name))).toBe(format);
  });
});

describe('a pack with feeds', () => {
  test('asks for the networks of the copy, and for those that it lists itself', () => {
    const flow = 'to: { feeds: [media], prefixes: ["2001:db8::/32"] }, protocol: udp, ports: 4000';
    const [requirement] = wholePack(MEDIA, flow).requirements;
    expect(requirement?.flow.to.prefixes).toEqual([
      '192.0.2.0/25',
      '192.0.2.128/25',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '2001:db8::/32',
    ]);
  });

  test.each([
    [
      'an unknown feed',
      MEDIA,
      'to: { feeds: [voice] }, protocol: udp',
      /^voice: "voice" is not one of the feeds of this pack: media$/,
    ],
    ['another name', MEDIA.replace('media: ', 'other: '), undefined, /is not one of the feeds of this pack: other/],
    [
      'a network that a flow lists as well',
      MEDIA,
      'to: { feeds: [media], prefixes: [192.0.2.0/25] }, protocol: udp',
      /is in the feed "media" already/,
    ],
    ['sets beside feeds', MEDIA, 'to: { feeds: [media], sets: [11] }, protocol: udp', /endpoint sets/],
    [
      'feeds of an exception',
      MEDIA,
      'to: { feeds: [media] }, protocol: udp, except: { to: { feeds: [media] } }',
      /exceptions are given by roles and addresses/,
    ],
    [
      'a list without a name',
      GIT.replace('part: git, ', '').replace('git: ', 'media: '),
      undefined,
      /names one list as "part"/,
    ],
    ['a name of the only list', MEDIA.replace('read:', 'part: all, read:'), undefined, /is one list/],
    ['an address without protection', MEDIA.replace('https://acme', 'http://acme'), undefined, /must begin with https/],
    [
      'an address with a password',
      MEDIA.replace('https://acme', 'https://me:secret@acme'),
      undefined,
      /must not hold a name or a password/,
    ],
    [
      'a network with host bits',
      MEDIA.replace('192.0.2.0/25', '192.0.2.1/25'),
      undefined,
      /^192\.0\.2\.1\/25: the copy, "192.0.2.1\/25", has host bits set\nmedia: "media" has a problem of its own$/,
    ],
    ['every address', MEDIA.replace('192.0.2.0/25', '0.0.0.0/0'), undefined, /is every address/],
    ['a copy without networks', MEDIA.replace(/\[.*\]/, '[]'), undefined, /\[\]/],
    ['no day', MEDIA.replace('2026-03-01', 'yesterday'), undefined, /yesterday/],
  ])('with %s is reported', (_, feeds, flow, message) => {
    expect(packWith(feeds, flow).problems.join('\n')).toMatch(message);
  });
});

describe('a newer copy', () => {
  const pack = wholePack(`${MEDIA}, ${GIT}`);

  test('of the same networks brings the day only', () => {
    const result = compareFeeds(pack, { media: { read: TODAY, prefixes: pack.feeds?.media?.prefixes ?? [] } });
    expect(result).toMatchObject({ kind: 'up-to-date', subject: 'acme-voice', version: '2026-03-01' });
    expect(result.kind === 'up-to-date' && readStoredFeeds(result.text ?? '')).toMatchObject({
      feeds: { media: { read: TODAY }, git: { read: '2026-03-02' } },
    });
  });

  test('tells once what came, however many requirements name the feed', () => {
    const result = compareFeeds(pack, { git: { read: TODAY, prefixes: ['192.0.2.0/25', '2001:db8::/32'] } });
    expect(result).toMatchObject({
      kind: 'update',
      doubts: [],
      diff: { changes: [{ entry: 'acme-voice/git', addedPrefixes: ['2001:db8::/32'], removedPrefixes: [] }] },
    });
  });

  test.each([
    ['lacks much', ['192.0.2.0/25'], ['it no longer has 3 of 4 address ranges']],
    ['is empty', [], ['it no longer has 4 of 4 address ranges']],
    ['has a very wide network', ['8.0.0.0/7'], [/no longer has 4/, 'it adds 8.0.0.0/7, which is wider than /8']],
    [
      'has a very wide network of IPv6',
      ['2001::/15'],
      [/no longer has 4/, 'it adds 2001::/15, which is wider than /16'],
    ],
  ])('is doubtful where it %s', (_, prefixes, doubts) => {
    const alone = wholePack(MEDIA);
    const result = compareFeeds(alone, { media: { read: TODAY, prefixes } });
    expect(result.kind === 'update' && result.doubts).toEqual(
      doubts.map((doubt) => (typeof doubt === 'string' ? doubt : expect.stringMatching(doubt))),
    );
  });

  test('of a file is of the day in its name, otherwise of today', () => {
    const feeds = Object.entries(wholePack(TAG, 'to: { feeds: [tag] }, protocol: udp').feeds ?? {});
    const text = fixture('ServiceTags_Public_20261123.json');
    expect(readFeedFile(text, 'ServiceTags_Public_20261123.json', feeds, TODAY)).toMatchObject({
      tag: { read: '2026-11-23' },
    });
    expect(readFeedFile(text, 'tags.json', feeds, TODAY)).toMatchObject({ tag: { read: TODAY } });
  });
});

describe('asking', () => {
  function access(answers: Readonly<Record<string, WebAnswer | string>>): WebAccess & { readonly asked: string[] } {
    const asked: string[] = [];
    const get: WebAccess['get'] = async (url) => {
      asked.push(url);
      const answer = answers[url] ?? { kind: 'no-answer', reason: 'cannot be reached' };
      return typeof answer === 'string' ? { kind: 'answer', status: 200, retryAfter: undefined, body: answer } : answer;
    };
    return { get, asked };
  }
  const signal = new AbortController().signal;

  test('sends one request for an address, whatever it is asked for', async () => {
    const other = GIT.replace('git: ', 'web: ').replace('part: git', 'part: web');
    const web = access({ 'https://acme.example/meta': fixture('meta.json') });
    const [result] = await askFeeds(
      web,
      [wholePack(`${GIT}, ${other}`, 'to: { feeds: [git, web] }, protocol: tcp')],
      TODAY,
      signal,
    );
    expect(result).toMatchObject({ kind: 'update', version: TODAY });
    expect(web.asked).toEqual(['https://acme.example/meta']);
  });

  test('leaves a pack as it is where one of its feeds fails', async () => {
    const web = access({
      'https://acme.example/meta': fixture('meta.json'),
      'https://acme.example/media.txt': fixture('page.txt'),
    });
    expect(await askFeeds(web, [wholePack(`${GIT}, ${MEDIA}`)], TODAY, signal)).toEqual([
      {
        kind: 'failed',
        subject: 'acme-voice',
        reason:
          'the response of https://acme.example/media.txt is invalid: line 1, "<!DOCTYPE html>", is not a network',
      },
    ]);
  });

  test('does not ask for service tags, whose file has another address every week', async () => {
    const web = access({});
    expect(await askFeeds(web, [wholePack(TAG, 'to: { feeds: [tag] }, protocol: udp')], TODAY, signal)).toEqual([
      { kind: 'by-hand', subject: 'acme-voice', page: 'https://acme.example/details' },
    ]);
    expect(web.asked).toEqual([]);
  });
});

describe('a stored copy', () => {
  const stored = { pack: 'acme-voice', feeds: { media: { read: TODAY, prefixes: ['192.0.2.0/25'] } } };

  test('is read as it was written', () => {
    expect(readStoredFeeds(writeStoredFeeds(stored))).toEqual(stored);
  });

  test.each([
    ['{"pack": "acme-voice", "fee', 'not JSON, or truncated'],
    ['[]', 'it holds no copies of feeds'],
    ['{"pack":"acme-voice","feeds":[]}', 'it holds no copies of feeds'],
    ['{"pack":"acme-voice","feeds":{"media":{"read":"2026-11-27"}}}', 'the feed "media" has no list of networks'],
    ['{"pack":"acme-voice","feeds":{"media":{"prefixes":[]}}}', 'the feed "media" does not say when it was read'],
    [
      '{"pack":"acme-voice","feeds":{"media":{"read":"2026-11-27","prefixes":["0.0.0.0/0"]}}}',
      'of the feed "media", "0.0.0.0/0", is every address',
    ],
  ])('%s is refused', (text, message) => {
    expect(readStoredFeeds(text)).toBe(message);
  });
});
