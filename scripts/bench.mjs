// Prints how fast the project is, beside the programs that read the same files, measured in the same run.
// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pacFile, squidConf } from './bench/inputs.mjs';
import { editTime, processTimes } from './bench/measure.mjs';
import { build } from './build.mjs';

const RUNS = 11;
const EDITS = 110;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lintel-bench-'));
const WIDTHS = [66, 10, 26, 6, 8, 8];

try {
  print(['what', 'lintel', 'beside it', 'ratio', 'goal', '']);
  const outdir = join('.cache', 'bench');
  await build({ outdir, production: true, only: ['cli', 'server', 'sandbox'] });
  const cli = join(root, outdir, 'cli.js');
  const server = join(root, outdir, 'server.js');

  const [startup = 0] = processTimes([[process.execPath, cli, '--version']], RUNS);
  add('start: lintel --version', startup, 100);

  const conf = write('squid.conf', squidConf(40_000));
  const check = [process.execPath, cli, 'check', conf];
  const parse = ['squid', '-k', 'parse', '-f', conf];
  addProcesses('check, squid.conf of 40,000 lines', check, parse, 'squid -k parse', 0.15);

  const pac = write('proxy.pac', pacFile(3_000));
  const checkPac = [process.execPath, cli, 'check', pac, '--require', 'm365-worldwide'];
  const urls = write('urls', urlsOf(cli));
  addProcesses(
    'check, PAC of 3,000 conditions, all of m365-worldwide',
    checkPac,
    ['pactester', '-p', pac, '-f', urls],
    'pactester',
    undefined,
  );

  const squidEdit = await editTime({
    server,
    path: join(folder, 'edited', 'squid.conf'),
    languageId: 'squid',
    text: squidConf(24_000),
    edits: EDITS,
  });
  add('edit to diagnostics, squid.conf of 24,000 lines', squidEdit, 5);

  const pacEdit = await editTime({
    server,
    path: join(folder, 'edited', 'proxy.pac'),
    languageId: 'pac',
    text: pacFile(3_000),
    edits: EDITS,
    settings: { require: ['m365-worldwide'] },
  });
  add('edit to diagnostics, PAC of 3,000 conditions, all of m365-worldwide', pacEdit, 100);

  const packed = join(root, 'lintel.vsix');
  if (existsSync(packed)) {
    const megabytes = statSync(packed).size / 1_000_000;
    print(['size of the extension', `${megabytes.toFixed(2)} MB`, '', '', '≤ 2 MB', told(megabytes <= 2)]);
  } else {
    print(['size of the extension', 'not packed (npm run package)', '', '', '≤ 2 MB', '']);
  }
  console.log(`\nMedians of ${RUNS} runs and of ${EDITS - 10} edits. Node.js ${process.version}.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} name
 * @param {string} text
 */
function write(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/**
 * One URL for every documented host, wildcards filled in: the questions that a check of the whole catalog asks.
 * @param {string} cli
 */
function urlsOf(cli) {
  const { stdout } = spawnSync(process.execPath, [cli, 'catalog', 'list', '--format', 'json'], {
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  const { packs } = JSON.parse(stdout);
  const hosts = packs
    .filter((/** @type {{ id: string }} */ { id }) => id === 'm365-worldwide')
    .flatMap(
      (/** @type {{ requirements: { flow: { to: { hosts?: string[] } } }[] }} */ { requirements }) => requirements,
    )
    .flatMap((/** @type {{ flow: { to: { hosts?: string[] } } }} */ { flow }) => flow.to.hosts ?? []);
  return [...new Set(hosts)].map((host) => `https://${String(host).replaceAll('*', 'host')}/\n`).join('');
}

/**
 * @param {string} what
 * @param {readonly string[]} own
 * @param {readonly string[]} peer
 * @param {string} peerName
 * @param {number | undefined} goal the most that our time may be of the peer's
 */
function addProcesses(what, own, peer, peerName, goal) {
  const hasPeer = spawnSync(peer[0] ?? '', ['-v'], { stdio: 'ignore' }).error === undefined;
  const [time = 0, peerTime = 0] = processTimes(hasPeer ? [own, peer] : [own], RUNS);
  const ratio = time / peerTime;
  print([
    what,
    milliseconds(time),
    hasPeer ? `${peerName} ${milliseconds(peerTime)}` : `${peerName} is not installed`,
    hasPeer ? ratio.toFixed(2) : '',
    goal === undefined ? '' : `≤ ${goal} ×`,
    goal === undefined || !hasPeer ? '' : told(ratio <= goal),
  ]);
}

/**
 * @param {string} what
 * @param {number} time
 * @param {number} goal in milliseconds
 */
function add(what, time, goal) {
  print([what, milliseconds(time), '', '', `≤ ${goal} ms`, told(time <= goal)]);
}

/** @param {number} time */
function milliseconds(time) {
  return `${time.toFixed(time < 20 ? 2 : 0)} ms`;
}

/** @param {boolean} reached */
function told(reached) {
  return reached ? 'reached' : 'MISSED';
}

/**
 * Prints a row of the table at once: a benchmark takes minutes.
 * @param {readonly string[]} row
 */
function print(row) {
  console.log(
    row
      .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
