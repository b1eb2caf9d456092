// Files that are checked in several threads are told of exactly as those that are checked one after the other.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeTree } from '../../../scripts/bench/tree.mjs';
import type { CheckAnswer, CheckJob, StartThread } from '../../../server/src/cli/check-job.js';
import { checkInThreads, threadsFor } from '../../../server/src/cli/check-threads.js';
import { progressOn } from '../../../server/src/cli/progress.js';
import { buildProgram, type Run, temporaryFolders } from './program.js';

const folder = temporaryFolders();
let lintel: (folder: string, args: readonly string[]) => Promise<Run>;

beforeAll(async () => {
  lintel = await buildProgram('threads');
});

/** What one and what three threads tell. */
async function both(at: string, ...args: readonly string[]): Promise<Run> {
  const alone = await lintel(at, ['check', ...args, '--jobs', '1']);
  expect(await lintel(at, ['check', ...args, '--jobs', '3'])).toEqual(alone);
  return alone;
}

/** Rules that deny what is documented, and files between which a thread takes its next ones. */
function manyRules(count: number): Record<string, string> {
  const rules = (i: number) => `*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.${i}.0.0/16 -j ACCEPT\nCOMMIT\n`;
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`m/${String(i).padStart(3, '0')}-site.rules.v4`, rules(i)]),
  );
}

describe('one thread and three tell the same, in the same order', () => {
  it('of files of every language, with those that cannot be read', async () => {
    const at = folder({});
    const { files, damaged } = writeTree(at, 120);
    const { output, errors, status } = await both(at);
    expect(files).toBeGreaterThan(100);
    expect(output).toMatch(/^\d{3} files: /m);
    expect(errors.trimEnd().split('\n')).toHaveLength(damaged.length);
    expect(status).toBe(2);
  });

  it('of a file that another one includes, whichever thread checks it', async () => {
    const at = folder({
      'a/allowed.conf': 'acl office src 10.0.0.0/8\nhttp_access allow offic\n',
      ...manyRules(20),
      'z/squid.conf': 'include ../a/allowed.conf\nhttp_access deny all\n',
    });
    const { output, status } = await both(at);
    expect(output.match(/allowed\.conf:2:\d+ error undefined-name/g)).toHaveLength(1);
    expect(status).toBe(1);
  });

  it('of what only the includer knows: a file that was not named', async () => {
    const at = folder({
      'parts/acls.conf': 'acl office src 10.0.0.0/8\nhttp_access allow offic\n',
      'sites/squid.conf': 'include ../parts/acls.conf\nhttp_access deny all\n',
      ...Object.fromEntries(Object.entries(manyRules(20)).map(([path, text]) => [join('sites', path), text])),
    });
    const { output } = await both(at, 'sites');
    expect(output).toContain('| http_access allow offic\n');
  });

  it('of what a workspace file and its packs ask for, and of what is wrong in these', async () => {
    const at = folder({
      'lintel.yaml':
        'packs: [own.yaml]\nroles: { clients: [10.0.0.0/8] }\nfiles:\n  - match: m/*.v4\n    require: [own]\n    rol: clients\n',
      'own.yaml':
        'id: own\ntitle: Own\nversion: "1"\ndocuments: { guide: { title: Guide, url: https://example.com/, revision: "2026-01-01" } }\n' +
        'requirements:\n  - id: own/voice\n    title: Voice\n    why: Calls are silent.\n    kind: reach\n' +
        '    flow: { from: { role: clients }, to: { prefixes: [192.0.2.0/24] }, protocol: udp, ports: 4000-4999 }\n    tags: [own]\n    source: { document: guide, section: Firewall }\n',
      ...manyRules(30),
    });
    const { output } = await both(at, 'm');
    expect(output).toContain('(own/voice)');
    expect(output).toContain('lintel.yaml:');
  });

  it.each(['json', 'sarif', 'junit', 'gitlab'])('as %s, with the fixes of the findings', async (format) => {
    const { output } = await both(folder(manyRules(30)), '--format', format);
    expect(output).toContain('requirement-');
  });
});

it('a number of threads has to be one', async () => {
  const { errors, status } = await lintel(folder(manyRules(1)), ['check', '--jobs', '0']);
  expect(errors).toContain('--jobs must be a number');
  expect(status).toBe(2);
});

it('few files are checked without threads', () => {
  const counts = [5, 1_999, 2_000, 50_000].map((files) => threadsFor(files, 8));
  expect([...counts, threadsFor(50_000, 1)]).toEqual([1, 1, 2, 8, 1]);
});

describe('a thread that ends', () => {
  const uris = Array.from({ length: 40 }, (_, i) => `file:///${i}`);
  const files = uris.map((uri, i) => ({ uri, path: `${i}`, text: '', byteOrderMark: false, dialect: 'squid' }));
  const job: CheckJob = {
    folder: '/',
    roots: [],
    request: { require: [], severity: {}, cloud: 'worldwide' },
    forced: undefined,
    files,
    tells: { fixes: false, decisions: false },
  };

  it('is told of the file that it was working on, and all others are checked', async () => {
    let begun = 0;
    const start: StartThread = (_, { answered, ended }) => {
      begun++;
      const work = async (given: readonly string[]) => {
        for (const uri of given) {
          await Promise.resolve();
          if (uri === 'file:///13' || uri === 'file:///39') return ended(new Error('out of memory'));
          answered({ uri, errors: [], fixes: [], texts: [] });
        }
      };
      return { check: (given) => void work(given), stop: () => undefined };
    };
    const done: number[] = [];
    const answers = await checkInThreads(job, uris, start, { threads: 2, onAnswer: (count) => done.push(count) });
    const failed = (answer: CheckAnswer | undefined) => (answer?.errors ?? ['no answer']).join();
    expect(uris.map((uri) => failed(answers.get(uri))).filter((text) => text !== '')).toEqual(
      ['13', '39'].map((path) => `${path}: could not be checked, because of an error in Lintel itself: out of memory`),
    );
    expect(done).toEqual(uris.map((_, i) => i + 1));
    expect(begun).toBe(3);
  });
});

it('progress is one line, which comes after a moment and goes at the end', () => {
  let clock = 0;
  const written: string[] = [];
  const progress = progressOn(
    (text) => written.push(text),
    () => clock,
  );
  progress(1, 90);
  clock = 600;
  progress(2, 90);
  clock = 650;
  progress(3, 90);
  clock = 800;
  progress(40, 90);
  progress(0, 0);
  progress(0, 0);
  expect(written.map((text) => text.replace('\r\u001b[K', '<clear>'))).toEqual([
    '<clear>lintel: 2 of 90 files checked',
    '<clear>lintel: 40 of 90 files checked',
    '<clear>',
  ]);
});
