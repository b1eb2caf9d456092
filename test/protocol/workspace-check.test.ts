import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { ProgressType } from 'vscode-languageserver/node';
import { CancellationTokenSource, WorkDoneProgress, type WorkDoneProgressReport } from 'vscode-languageserver/node';
import type { CheckFilesResult } from '../../shared/protocol.js';
import { buildServer, Editor } from './editor.js';

const UDP = 'm365-worldwide/11/udp';

const LINTEL = `files:
  - match: "**"
    require: [${UDP}]
    hook: forward
`;

const OPEN_NFT = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
  }
}
`;

const CLOSED_NFT = OPEN_NFT.replace('policy accept', 'policy drop');

const SQUID = 'include parts/rules.conf\nhttp_port 3128\n';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('workspace-check');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

function many(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${100 + index}.nft`, CLOSED_NFT]));
}

async function start(files: Readonly<Record<string, string>>, roots?: readonly string[]) {
  const session = await Editor.start(program, { 'lintel.yaml': LINTEL, ...files }, null, roots);
  editor = session;
  const check = (
    names: readonly string[],
    { folder = '', isAnew = false, workDoneToken = 'check' } = {},
    cancel = new CancellationTokenSource(),
  ) =>
    session.connection.sendRequest<CheckFilesResult>(
      'lintel/checkFiles',
      { uri: session.uri(folder), files: names.map((name) => session.uri(name)), isAnew, workDoneToken },
      cancel.token,
    );
  /** What is shown of a file: what was published of it last. */
  const shown = (name: string) =>
    session.published
      .filter(({ uri }) => uri === session.uri(name))
      .at(-1)
      ?.diagnostics.map(({ code }) => code);
  /** The next news of a file. */
  const news = (name: string) => session.next(({ uri }) => uri === session.uri(name));
  return { session, check, shown, news };
}

it('tells what is wrong in files that nobody has opened, and how many it has checked', async () => {
  const { check, shown } = await start({ 'a.nft': CLOSED_NFT, 'edge/b.nft': OPEN_NFT, 'notes.conf': 'nothing' });
  const result = await check(['a.nft', 'edge/b.nft', 'notes.conf', 'missing.nft']);
  expect(result).toEqual({
    checked: 2,
    withFindings: 1,
    leftOut: { ignored: 0, beyondLimit: 0, tooLarge: 0 },
    isCancelled: false,
  });
  expect(shown('a.nft')).toEqual(['requirement-blocked']);
  expect(shown('edge/b.nft')).toBeUndefined();
});

it('follows what is written on disk, and forgets what is deleted, no longer named, or of a folder that is gone', async () => {
  const { session, check, shown, news } = await start({
    'a.nft': CLOSED_NFT,
    'b.nft': CLOSED_NFT,
    'c.nft': CLOSED_NFT,
  });
  await check(['a.nft', 'b.nft', 'c.nft']);
  const repaired = news('a.nft');
  await session.writeWatched('a.nft', OPEN_NFT);
  expect((await repaired).diagnostics).toEqual([]);
  const broken = news('a.nft');
  await session.writeWatched('a.nft', CLOSED_NFT);
  expect((await broken).diagnostics.map(({ code }) => code)).toEqual(['requirement-blocked']);

  const gone = news('a.nft');
  rmSync(fileURLToPath(session.uri('a.nft')));
  await session.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: session.uri('a.nft'), type: 3 }],
  });
  expect((await gone).diagnostics).toEqual([]);

  await check(['b.nft']);
  expect(shown('c.nft')).toEqual([]);
  expect(shown('b.nft')).toEqual(['requirement-blocked']);
  await check([]);
  expect(shown('b.nft')).toEqual([]);
});

it('checks anew what depends on a file that changes: lintel.yaml, and what is included', async () => {
  const { session, check, shown, news } = await start({
    'a.nft': CLOSED_NFT,
    'squid.conf': SQUID,
    'parts/rules.conf': 'http_access allow nobody\n',
  });
  await check(['a.nft', 'squid.conf', 'parts/rules.conf']);
  expect(shown('parts/rules.conf')).toContain('undefined-name');
  const included = news('parts/rules.conf');
  await session.writeWatched('parts/rules.conf', 'http_access deny all\n');
  expect((await included).diagnostics.map(({ code }) => code)).not.toContain('undefined-name');
  const configured = news('a.nft');
  await session.writeWatched('lintel.yaml', LINTEL.replace(UDP, 'm365-worldwide/12/bypass-proxy'));
  expect((await configured).diagnostics).toEqual([]);
});

it('tells what is wrong in lintel.yaml while no file is open', async () => {
  const { check, shown } = await start({ 'a.nft': OPEN_NFT, 'lintel.yaml': `${LINTEL}colour: blue\n` });
  await check(['a.nft']);
  expect(shown('lintel.yaml')).toEqual(['invalid-configuration']);
  await check([]);
  expect(shown('lintel.yaml')).toEqual([]);
});

it('leaves a file to its editor while it is open, without a moment in which nothing is shown', async () => {
  const { session, check, shown, news } = await start({ 'a.nft': CLOSED_NFT });
  await check(['a.nft']);
  const before = session.published.length;
  await session.open('a.nft', 'nftables', CLOSED_NFT);
  await session.replace('a.nft', 'policy drop', 'policy accept');
  expect(shown('a.nft')).toEqual([]);
  // Nothing was saved: closed, it is what is on disk again.
  const closed = news('a.nft');
  await session.close('a.nft');
  expect((await closed).diagnostics.map(({ code }) => code)).toEqual(['requirement-blocked']);
  expect((await closed).version).toBeUndefined();

  const told = session.published.slice(before).filter(({ uri }) => uri === session.uri('a.nft'));
  const empty = told.filter(({ diagnostics }) => diagnostics.length === 0);
  expect(empty.map(({ version }) => version)).toEqual([2]);
});

it('takes away what it tells of a file that is closed while the workspace is not checked', async () => {
  const { session, news } = await start({ 'a.nft': CLOSED_NFT });
  await session.open('a.nft', 'nftables', CLOSED_NFT);
  const closed = news('a.nft');
  await session.close('a.nft');
  expect((await closed).diagnostics).toEqual([]);
});

it('passes over what Git ignores, what .lintelignore says and what is hidden, also in the survey', async () => {
  const { session, check, shown } = await start({
    'a.nft': CLOSED_NFT,
    '.gitignore': 'build/\n*.bak.nft\n',
    '.lintelignore': '!kept.bak.nft\n',
    'build/b.nft': CLOSED_NFT,
    'edge/.gitignore': 'c.nft\n',
    'edge/c.nft': CLOSED_NFT,
    'old.bak.nft': CLOSED_NFT,
    'kept.bak.nft': CLOSED_NFT,
    '.hidden/d.nft': CLOSED_NFT,
    'node_modules/e.nft': CLOSED_NFT,
  });
  const names = [
    'a.nft',
    'build/b.nft',
    'edge/c.nft',
    'old.bak.nft',
    'kept.bak.nft',
    '.hidden/d.nft',
    'node_modules/e.nft',
  ];
  const { checked, leftOut } = await check(names);
  expect([checked, leftOut.ignored]).toEqual([2, 5]);
  expect(names.filter((name) => shown(name))).toEqual(['a.nft', 'kept.bak.nft']);
  const survey = await session.connection.sendRequest<{
    files: readonly { path: string }[];
    leftOut: { ignored: number };
  }>('lintel/survey', { uri: session.uri(''), files: names.map((name) => session.uri(name)) });
  expect(survey.files.map(({ path }) => path)).toEqual(['a.nft', 'kept.bak.nft']);
  expect(survey.leftOut.ignored).toBe(5);
});

it('tells how many files it does not read because there are so many', async () => {
  const { check } = await start({ 'a.nft': CLOSED_NFT });
  const absent = Array.from({ length: 2002 }, (_, index) => `z${index}.nft`);
  const { checked, leftOut } = await check(['a.nft', ...absent]);
  expect([checked, leftOut]).toEqual([1, { ignored: 0, beyondLimit: 3, tooLarge: 0 }]);
});

it('tells how many files are too large', async () => {
  const { session, check } = await start({ 'a.nft': `${CLOSED_NFT}${'# \n'.repeat(1_000)}` });
  session.settings = { maxFileSize: 0.001 };
  expect((await check(['a.nft'])).leftOut.tooLarge).toBe(1);
});

it('tells how far it is, and keeps what it has found by then when it is cancelled', async () => {
  const files = many(200);
  const { session, check, shown } = await start(files);
  const cancel = new CancellationTokenSource();
  const progress: WorkDoneProgressReport[] = [];
  const type = WorkDoneProgress.type as ProgressType<WorkDoneProgressReport>;
  session.connection.onProgress(type, 'slow', (report) => {
    progress.push(report);
    // All are read, and the first are checked.
    if ((report.percentage ?? 0) >= 51) cancel.cancel();
  });
  const names = Object.keys(files);
  const { checked, isCancelled } = await check(names, { workDoneToken: 'slow' }, cancel);
  expect(isCancelled).toBe(true);
  expect(checked).toBeGreaterThan(0);
  expect(checked).toBeLessThan(names.length);
  expect(names.filter((name) => shown(name))).toHaveLength(checked);
  expect(progress[0]).toEqual({ kind: 'report', percentage: 1, message: names[3] });
  // What is asked for again is checked to its end.
  expect(await check(names)).toMatchObject({ checked: 200, isCancelled: false });
});

it('answers other requests while it checks', async () => {
  const files = many(40);
  const { session, check } = await start({ ...files, 'open.nft': CLOSED_NFT });
  await session.open('open.nft', 'nftables', CLOSED_NFT);
  const order: string[] = [];
  const checking = check(Object.keys(files)).then(() => order.push('check'));
  await session.ask('textDocument/hover', 'open.nft', 'policy').then(() => order.push('hover'));
  await checking;
  expect(order).toEqual(['hover', 'check']);
});

it('keeps the folders of a workspace apart', async () => {
  const { check, shown } = await start(
    { 'one/a.nft': CLOSED_NFT, 'two/a.nft': CLOSED_NFT, 'one/lintel.yaml': LINTEL, 'two/lintel.yaml': LINTEL },
    ['one', 'two'],
  );
  await check(['one/a.nft'], { folder: 'one' });
  await check(['two/a.nft', 'one/a.nft'], { folder: 'two' });
  expect([shown('one/a.nft'), shown('two/a.nft')]).toEqual([['requirement-blocked'], ['requirement-blocked']]);
  await check([], { folder: 'one' });
  expect([shown('one/a.nft'), shown('two/a.nft')]).toEqual([[], ['requirement-blocked']]);
});

it('follows lintel.yaml after a file was open and is closed again', async () => {
  const { session, check, news } = await start({ 'a.nft': CLOSED_NFT });
  await check(['a.nft']);
  await session.open('a.nft', 'nftables', CLOSED_NFT);
  const closed = news('a.nft');
  await session.close('a.nft');
  await closed;
  const broken = news('lintel.yaml');
  await session.writeWatched('lintel.yaml', `${LINTEL}colour: blue\n`);
  expect((await broken).diagnostics.map(({ code }) => code)).toEqual(['invalid-configuration']);
});
