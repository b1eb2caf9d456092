// Benchmarks Lintel against the programs that read the same files, in the same run, and prints a table.
// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HOSTILE } from './bench/hostile.mjs';
import {
  ciscoAcl,
  ipsetPairs,
  iptablesFlat,
  iptablesSave,
  nftRuleset,
  pacBlockList,
  pacFile,
  pacList,
  pacNets,
  pacWords,
  squidConf,
  squidWords,
} from './bench/inputs.mjs';
import { costOf, editTime, fixTimes, peakMemory, processTimes, requestTimes } from './bench/measure.mjs';
import { goalText, milliseconds, print, rows } from './bench/table.mjs';
import { writeTree } from './bench/tree.mjs';
import { build } from './build.mjs';

const RUNS = 11;
/** The number of runs of commands that take seconds. */
const FEW_RUNS = 5;
const EDITS = 110;
/** The most time that a check of a PAC file may take beside the start of the program, in milliseconds. */
const PAC_GOAL = 300;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lintel-bench-'));
const server = join(root, '.cache', 'bench', 'server.js');
/**
 * In a network namespace, where nothing of this machine's own rules takes part. Without root it needs a user namespace as
 * well, where the kernel refuses nft messages as long as these.
 */
const IN_NAMESPACE = ['unshare', process.getuid?.() === 0 ? '-n' : '-rn'];
const HEAD = ['what', 'lintel', 'beside it', 'ratio', 'goal', ''];

/** The rows, by the word that chooses them. */
const GROUPS = /** @type {const} */ ({
  start: () => {
    // Where a program of Node.js begins, whatever the machine.
    const nothing = [process.execPath, '-e', '0'];
    addProcesses('start: lintel --version', [process.execPath, cli, '--version'], nothing, 'node -e 0', 1.3);
    const small = write('small.rules.v4', iptablesSave(10));
    addProcesses('start: check of a small file', [process.execPath, cli, 'check', small], nothing, 'node -e 0', 2);
  },
  squid: () => {
    const conf = write('squid.conf', squidConf(40_000, certificate()));
    const check = [process.execPath, cli, 'check', conf];
    const parse = ['squid', '-k', 'parse', '-f', conf];
    addProcesses('check, squid.conf of 40,000 lines', check, parse, 'squid -k parse', 1);
    for (const type of ['dstdom_regex', 'url_regex'])
      addBeyond(`squid.conf, ${type} of 2,000 words`, 'squid.conf', squidWords(2_000, type), squidConf(20), 300);
  },
  pac: () => {
    const pac = write('proxy.pac', pacFile(3_000));
    const checkPac = [process.execPath, cli, 'check', pac, '--require', 'm365-worldwide'];
    const peer = ['pactester', '-p', pac, '-f', write('urls', urlsOf(cli))];
    addProcesses('check, PAC of 3,000 conditions, all of m365-worldwide', checkPac, peer, 'pactester', undefined);
    const one = write('url', 'https://www.example.com/\n');
    // A file that asks for the address of the host is given one, so that the time is not that of the network.
    const address = write('address', 'https://10.1.2.3/\n');
    for (const [what, text] of /** @type {const} */ ([
      ['12 *word* patterns', pacWords()],
      ['60 isInNet nets', pacNets(60)],
      ['list of 2,000 hosts', pacList(2_000)],
      ['block list of 486 KB', pacBlockList(486_000)],
      ['3,000 conditions', pacFile(3_000)],
    ])) {
      addPac(what, write('some.pac', text), what.includes('isInNet') ? address : one);
    }
  },
  iptables: () => {
    for (const [shape, text] of /** @type {const} */ ([
      ['in chains', iptablesSave(100_000)],
      ['in one chain', iptablesFlat(100_000)],
    ])) {
      const rules = write('rules.v4', text);
      const restore = [...IN_NAMESPACE, 'iptables-restore', '--test', rules];
      const what = `check, iptables-save of 100,000 rules ${shape}`;
      addProcesses(what, [process.execPath, cli, 'check', rules], restore, 'iptables-restore --test', 1);
    }
    addBeyond('iptables-save, a set of 5,000 pairs of networks', 'rules.sh', ipsetPairs(5_000), ipsetPairs(1), 300);
  },
  nftables: () => {
    const nft = write('rules.nft', nftRuleset(20_000));
    const peer = [...IN_NAMESPACE, 'nft', '-c', '-f', nft];
    addProcesses('check, nftables file of 20,000 rules', [process.execPath, cli, 'check', nft], peer, 'nft -c -f', 0.3);
  },
  cisco: () => {
    const acl = write('router.cfg', ciscoAcl(100_000));
    const [time = 0] = processTimes([[process.execPath, cli, 'check', acl]], FEW_RUNS);
    add('check, access list of 100,000 entries', time, 1_000);
  },
  growth: () => {
    addGrowth('PAC', pacFile, 'proxy.pac', [100, 1_000, 10_000], 'condition');
    addGrowth('iptables-save', iptablesSave, 'rules.v4');
    addGrowth('nftables', nftRuleset, 'rules.nft');
    addGrowth('access list', ciscoAcl, 'router.cfg');
  },
  hostile: () => {
    for (const [what, [name, text]] of Object.entries(HOSTILE)) {
      const { cpu, memory } = costOf([cli, 'check', write(name, text)]);
      print([`10 KB of ${name}: ${what}`, milliseconds(cpu), '', '', '≤ 1,500 ms', goalText(cpu <= 1_500)]);
      addMegabytes('memory of the same', memory, 200);
    }
  },
  memory: () => {
    for (const [what, path, goal] of /** @type {const} */ ([
      ['iptables-save of 100,000 rules', write('rules.v4', iptablesSave(100_000)), 300],
      ['access list of 100,000 entries', write('router.cfg', ciscoAcl(100_000)), 250],
    ])) {
      addMegabytes(`memory, ${what}`, peakMemory([cli, 'check', path]), goal);
    }
  },
  files: () => {
    const tree = join(folder, 'tree');
    const { files } = writeTree(tree, 5_000);
    const { cpu: nothingCosts } = costOf(['-e', '0']);
    for (const [how, ...jobs] of [['one thread', '--jobs', '1'], ['all processors']]) {
      const start = performance.now();
      const { cpu, memory } = costOf([cli, 'check', tree, ...jobs]);
      const time = performance.now() - start;
      print([
        `CPU of each file, a tree of 5,000 files of all dialects, ${how}`,
        milliseconds(cpu / files),
        `node -e 0 ${milliseconds(nothingCosts)}`,
        (cpu / files / nothingCosts).toFixed(2),
        '≤ 3 ms',
        goalText(cpu / files <= 3),
      ]);
      print([`time, the same tree, ${how}`, milliseconds(time), '', '', '', '']);
      addMegabytes(`memory, the same tree, ${how}`, memory, 300);
    }
  },
  fixes: async () => {
    await addFix('squid.conf of 24,000 lines', 'squid', 'squid.conf', squidConf(24_000));
    await addFix('iptables-save of 100,000 rules', 'iptables', 'rules.v4', iptablesSave(100_000));
    await addFix('PAC of 3,000 conditions', 'pac', 'proxy.pac', pacFile(3_000));
  },
  requests: async () => {
    await addRequests('squid.conf of 24,000 lines', 'squid', 'squid.conf', squidConf(24_000));
    await addRequests('iptables-save of 24,000 rules', 'iptables', 'rules.v4', iptablesSave(24_000));
    await addRequests('nftables file of 20,000 rules', 'nftables', 'rules.nft', nftRuleset(20_000));
    await addRequests('access list of 24,000 entries', 'cisco-acl', 'router.cfg', ciscoAcl(24_000));
  },
  edits: async () => {
    await addEdits('squid.conf of 24,000 lines', 5, 'squid', 'squid.conf', squidConf(24_000));
    await addEdits('iptables-save of 100,000 rules', 16, 'iptables', 'rules.v4', iptablesSave(100_000));
    await addEdits('the same in one chain', 16, 'iptables', 'flat.v4', iptablesFlat(100_000));
    await addEdits('nftables file of 20,000 rules', 16, 'nftables', 'rules.nft', nftRuleset(20_000));
    await addEdits('access list of 100,000 entries', 16, 'cisco-acl', 'router.cfg', ciscoAcl(100_000));
    await addEdits('PAC of 3,000 conditions', 60, 'pac', 'default.pac', pacFile(3_000));
    await addEdits('PAC of 3,000 conditions, all of m365-worldwide', 100, 'pac', 'proxy.pac', pacFile(3_000), {
      require: ['m365-worldwide'],
    });
  },
  size: () => {
    const packed = join(root, 'lintel.vsix');
    if (existsSync(packed)) {
      const megabytes = statSync(packed).size / 1_000_000;
      print(['size of the extension', `${megabytes.toFixed(2)} MB`, '', '', '≤ 2 MB', goalText(megabytes <= 2)]);
    } else {
      print(['size of the extension', 'not packed (npm run package)', '', '', '≤ 2 MB', '']);
    }
  },
});

const { only, json, help } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean' } },
}).values;
const names = /** @type {(keyof typeof GROUPS)[]} */ (Object.keys(GROUPS));
const wanted = only?.split(',') ?? names;
const unknown = wanted.filter((name) => !names.some((known) => known === name));
if (help || unknown.length > 0) {
  for (const name of unknown) console.error(`There are no rows called ${name}.`);
  console.log(`npm run bench [-- [--only NAME[,NAME…]] [--json FILE]]\n\nNAME: ${names.join(', ')}`);
  process.exit(help ? 0 : 2);
}

const outdir = join('.cache', 'bench');
const cli = join(root, outdir, 'cli.js');

try {
  print(HEAD);
  await build({ outdir, production: true, only: ['cli', 'server'] });
  for (const name of names) if (wanted.includes(name)) await GROUPS[name]();
  console.log(
    `\nMedians of ${RUNS} runs (${FEW_RUNS} of what takes seconds) and of ${EDITS - 10} edits. Node.js ${process.version}.`,
  );
  if (json !== undefined) {
    const [, ...told] = rows;
    const keys = ['what', 'lintel', 'beside', 'ratio', 'goal', 'result'];
    const objects = told.map((row) => Object.fromEntries(keys.map((key, i) => [key, row[i] ?? ''])));
    writeFileSync(json, `${JSON.stringify({ node: process.version, rows: objects }, null, 2)}\n`);
  }
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

/** A signing certificate for squid, with its key; without openssl its path alone. */
function certificate() {
  const path = join(folder, 'ca.pem');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=bench'];
  spawnSync('openssl', [...request, '-keyout', path, '-out', path], { stdio: 'ignore' });
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
  const hasPeer = canRun(peer);
  const [time = 0, peerTime = 0] = processTimes(hasPeer ? [own, peer] : [own], RUNS);
  const ratio = time / peerTime;
  print([
    what,
    milliseconds(time),
    hasPeer ? `${peerName} ${milliseconds(peerTime)}` : `${peerName} is not installed`,
    hasPeer ? ratio.toFixed(2) : '',
    goal === undefined ? '' : `≤ ${goal} ×`,
    goal === undefined || !hasPeer ? '' : goalText(ratio <= goal),
  ]);
}

/**
 * The time of checking a PAC file for the default requirements without the start of the program, beside the time of pactester
 * for one URL.
 * @param {string} what
 * @param {string} path
 * @param {string} urls the file that names the URL
 */
function addPac(what, path, urls) {
  const peer = ['pactester', '-p', path, '-f', urls];
  const hasPeer = canRun(peer);
  const own = [process.execPath, cli, 'check', path];
  // The program is loaded, and the requirements are read, for the smallest file as well.
  const smallest = [process.execPath, cli, 'check', write('smallest.pac', pacFile(1))];
  const [time = 0, start = 0, peerTime = 0] = processTimes(hasPeer ? [own, smallest, peer] : [own, smallest], FEW_RUNS);
  const work = time - start;
  print([
    `check, beyond the smallest file, PAC: ${what}`,
    milliseconds(work),
    hasPeer ? `pactester, one URL ${milliseconds(peerTime)}` : 'pactester is not installed',
    hasPeer ? (work / peerTime).toFixed(2) : '',
    `≤ ${PAC_GOAL} ms`,
    goalText(work <= PAC_GOAL),
  ]);
}

/**
 * The time of checking a file without the start of the program, which is that of a small file.
 * @param {string} what
 * @param {string} name
 * @param {string} text
 * @param {string} small
 * @param {number} goal in milliseconds
 */
function addBeyond(what, name, text, small, goal) {
  const paths = [write(`long-${name}`, text), write(`small-${name}`, small)];
  const [time = 0, start = 0] = processTimes(
    paths.map((path) => [process.execPath, cli, 'check', path]),
    FEW_RUNS,
  );
  add(`check, beyond a small file, ${what}`, time - start, goal);
}

/**
 * @param {string} what
 * @param {number} megabytes
 * @param {number} goal in megabytes
 */
function addMegabytes(what, megabytes, goal) {
  print([what, `${megabytes.toFixed(0)} MB`, '', '', `≤ ${goal} MB`, goalText(megabytes <= goal)]);
}

/**
 * Whether a program is installed and may do its work here.
 * @param {readonly string[]} command
 */
function canRun([program = '', ...args]) {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined && status === 0;
}

/**
 * How much more a rule costs in a long file than in a short one.
 * @param {string} what
 * @param {(rules: number) => string} make
 * @param {string} name
 * @param {readonly number[]} sizes
 * @param {string} unit
 */
function addGrowth(what, make, name, sizes = [1_000, 10_000, 100_000], unit = 'rule') {
  const paths = [1, ...sizes].map((size) => write(`${size}-${name}`, make(size)));
  const [start = 0, ...times] = processTimes(
    paths.map((path) => [process.execPath, cli, 'check', path]),
    FEW_RUNS,
  );
  const costs = times.map((time, i) => ((time - start) / (sizes[i] ?? 1)) * 1_000);
  // What the shortest of them costs beyond the smallest file is too little to be measured well.
  const growth = (costs.at(-1) ?? Number.NaN) / (costs.at(-2) ?? Number.NaN);
  const list = costs.map((cost) => `${cost.toFixed(0)} µs`).join(', ');
  print([
    `cost per ${unit}, ${what} of ${sizes.map((size) => size.toLocaleString('en')).join(', ')} ${unit}s`,
    '',
    list,
    growth.toFixed(2),
    '≤ 1.3 ×',
    goalText(growth <= 1.3),
  ]);
}

/**
 * @param {string} what
 * @param {number} goal in milliseconds
 * @param {string} languageId
 * @param {string} name
 * @param {string} text
 * @param {object} [settings]
 */
async function addEdits(what, goal, languageId, name, text, settings) {
  const path = join(folder, 'edited', name);
  const time = await editTime({ server, path, languageId, text, edits: EDITS, ...(settings ? { settings } : {}) });
  add(`edit to diagnostics, ${what}`, time, goal);
}

/**
 * What an editor waits for while somebody reads a file.
 * @param {string} what
 * @param {string} languageId
 * @param {string} name
 * @param {string} text
 */
async function addRequests(what, languageId, name, text) {
  const path = join(folder, 'read', name);
  const times = await requestTimes({ server, path, languageId, text });
  for (const [request, time] of times) add(`${request}, ${what}`, time, 10);
}

/**
 * What an editor waits for that wants a quick fix, beside what it waits for when it opens the file.
 * @param {string} what
 * @param {string} languageId
 * @param {string} name
 * @param {string} text
 */
async function addFix(what, languageId, name, text) {
  const path = join(folder, 'fixed', name);
  const { open, ...times } = await fixTimes({ server, path, languageId, text });
  for (const [of, time, goal] of /** @type {const} */ ([
    ['light bulb', times.bulb, 30],
    ['edit of a quick fix', times.resolve, 150],
    ['hover behind it', times.hover, 20],
  ])) {
    const ratio = (time / open).toFixed(2);
    print([
      `${of}, ${what}`,
      milliseconds(time),
      `open ${milliseconds(open)}`,
      ratio,
      `≤ ${goal} ms`,
      goalText(time <= goal),
    ]);
  }
}

/**
 * @param {string} what
 * @param {number} time
 * @param {number} goal in milliseconds
 */
function add(what, time, goal) {
  print([what, milliseconds(time), '', '', `≤ ${goal} ms`, goalText(time <= goal)]);
}
