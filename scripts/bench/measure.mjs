// Measures run times of whole processes and of a language server.
// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * The medians of some programs' run times, in milliseconds. The programs take turns, so that what else the machine does
 * hits all of them.
 * @param {readonly (readonly string[])[]} commands
 * @param {number} runs
 */
export function processTimes(commands, runs) {
  const times = commands.map(() => /** @type {number[]} */ ([]));
  for (let run = 0; run <= runs; run++) {
    for (const [i, [program = '', ...args]] of commands.entries()) {
      const start = performance.now();
      const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
      const time = performance.now() - start;
      if (error) throw error;
      // 1 says that there are findings; anything else would be a run that did not do its work.
      if (status !== 0 && status !== 1) throw new Error(`${program} ended with status ${status}`);
      // The first run warms the caches of the operating system.
      if (run > 0) times[i]?.push(time);
    }
  }
  return times.map(median);
}

/** Has a program of Node.js tell what it cost, on the last line of standard error: kilobytes and microseconds. */
export const TELLS_COST = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); console.error(maxRSS, userCPUTime + systemCPUTime); })',
)}`;

/**
 * What a program of Node.js costs: the most memory that it had at once, in megabytes, and processor time in milliseconds.
 * @param {readonly string[]} args
 */
export function costOf(args) {
  const { stderr } = spawnSync(process.execPath, ['--import', TELLS_COST, ...args], {
    encoding: 'utf8',
    maxBuffer: 1_000_000_000,
  });
  return readCost(stderr);
}

/**
 * Reads what {@link TELLS_COST} has told.
 * @param {string} errors
 */
export function readCost(errors) {
  const [kilobytes, microseconds] = (errors.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { memory: (kilobytes ?? Number.NaN) / 1_000, cpu: (microseconds ?? Number.NaN) / 1_000 };
}

/**
 * The most memory that a program of Node.js had at once, in megabytes.
 * @param {readonly string[]} args
 */
export function peakMemory(args) {
  return costOf(args).memory;
}

/** @typedef {{ server: string, path: string, languageId: string, text: string }} Opened a document, and the server that it is opened in */

/**
 * Starts a server, and ends it after use.
 * @template Result
 * @param {string} server
 * @param {object} capabilities of the client
 * @param {object | undefined} settings
 * @param {(connection: ReturnType<typeof createProtocolConnection>) => Promise<Result>} use
 * @returns {Promise<Result>}
 */
async function withServer(server, capabilities, settings, use) {
  const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => settings ?? null));
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities });
  await connection.sendNotification('initialized', {});
  const result = await use(connection);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await ended;
  connection.dispose();
  return result;
}

/**
 * The median time from sending an edit of a document to receiving the diagnostics of its new version, in milliseconds.
 * @param {Opened & { edits: number, settings?: object }} options
 */
export function editTime({ server, path, languageId, text, edits, settings }) {
  const capabilities = {
    workspace: { configuration: true },
    textDocument: { publishDiagnostics: { versionSupport: true } },
  };
  return withServer(server, capabilities, settings, async (connection) => {
    /** @type {(version: number) => void} */
    let published = () => {};
    connection.onNotification('textDocument/publishDiagnostics', ({ version }) => published(version));
    /** @param {number} version */
    const diagnosticsOf = (version) =>
      new Promise((resolve) => {
        published = (own) => own === version && resolve(undefined);
      });
    const uri = pathToFileURL(path).href;
    const opened = diagnosticsOf(1);
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    await opened;

    const lines = text.split('\n');
    const times = [];
    for (let i = 0; i < edits; i++) {
      // A character typed at the end of a comment or condition somewhere in the file, and taken away again.
      const line = Math.floor((lines.length * ((i >> 1) + 1)) / (edits / 2 + 2));
      const character = lines[line]?.length ?? 0;
      const range = { start: { line, character }, end: { line, character: character + (i % 2) } };
      const version = i + 2;
      const done = diagnosticsOf(version);
      const start = performance.now();
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range, text: i % 2 === 0 ? ' ' : '' }],
      });
      await done;
      times.push(performance.now() - start);
    }
    // The first edits run code that is not compiled yet.
    return median(times.slice(10));
  });
}

/**
 * What an editor waits for that resolves code actions, in milliseconds: the diagnostics of a document that is opened, the actions of the
 * first finding that may have a fix, the edit of that, and a hover that is asked for right behind the edit.
 * @param {Opened} options
 */
export function fixTimes({ server, path, languageId, text }) {
  const codeAction = { dataSupport: true, resolveSupport: { properties: ['edit'] } };
  return withServer(server, { textDocument: { codeAction } }, undefined, async (connection) => {
    const textDocument = { uri: pathToFileURL(path).href };
    const [diagnostics, open] = await timed(() => opened(connection, { ...textDocument, languageId, text }));
    const asked = diagnostics.find(({ data }) => data !== undefined);
    if (!asked) throw new Error(`${path} has no finding about a requirement`);
    const { range } = asked;
    const [actions, bulb] = await timed(() =>
      connection.sendRequest('textDocument/codeAction', { textDocument, range, context: { diagnostics: [asked] } }),
    );
    const chosen = /** @type {import('vscode-languageserver/node').CodeAction[]} */ (actions)[0];
    const [[, resolve], [, hover]] = await Promise.all([
      timed(() => connection.sendRequest('codeAction/resolve', chosen)),
      timed(() => connection.sendRequest('textDocument/hover', { textDocument, position: range.start })),
    ]);
    return { open, bulb, resolve, hover };
  });
}

/** How often each request is sent; what comes first runs code that is not compiled yet. */
const REQUESTS = 60;
const WARM_UP = 10;

/** How many lines a window shows. */
const SHOWN_LINES = 50;

/**
 * The median time of each request that an editor sends while somebody reads a document, by its name, in milliseconds: each time at
 * another line, at the end of its second word.
 * @param {Opened} options
 * @returns {Promise<ReadonlyMap<string, number>>}
 */
export function requestTimes({ server, path, languageId, text }) {
  return withServer(server, {}, undefined, async (connection) => {
    const textDocument = { uri: pathToFileURL(path).href };
    await opened(connection, { ...textDocument, languageId, text });
    const lines = text.split('\n');
    /** @type {Map<string, number>} */
    const medians = new Map();
    for (const name of [
      'hover',
      'completion',
      'definition',
      'documentLink',
      'semanticTokens/range',
      'codeLens',
      'inlayHint',
    ]) {
      const times = [];
      for (let i = 0; i < REQUESTS; i++) {
        const line = Math.floor((lines.length * (i + 1)) / (REQUESTS + 2));
        const position = { line, character: /^\s*\S+(?:\s+\S+)?/.exec(lines[line] ?? '')?.[0].length ?? 0 };
        const range = { start: { line, character: 0 }, end: { line: line + SHOWN_LINES, character: 0 } };
        const [, time] = await timed(() =>
          connection.sendRequest(`textDocument/${name}`, { textDocument, position, range }),
        );
        times.push(time);
      }
      medians.set(name, median(times.slice(WARM_UP)));
    }
    return medians;
  });
}

/**
 * Opens a document, and waits for what is found in it.
 * @param {ReturnType<typeof createProtocolConnection>} connection
 * @param {{ uri: string, languageId: string, text: string }} document
 * @returns {Promise<import('vscode-languageserver/node').Diagnostic[]>}
 */
async function opened(connection, document) {
  /** @type {Promise<import('vscode-languageserver/node').Diagnostic[]>} */
  const published = new Promise((resolve) => {
    connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => resolve(diagnostics));
  });
  await connection.sendNotification('textDocument/didOpen', { textDocument: { ...document, version: 1 } });
  return published;
}

/**
 * @template Result
 * @param {() => Promise<Result>} wait
 * @returns {Promise<[Result, number]>} with the time in milliseconds
 */
async function timed(wait) {
  const start = performance.now();
  return [await wait(), performance.now() - start];
}
