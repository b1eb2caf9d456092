import { spawn } from 'node:child_process';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

const SQUID = `acl office src 10.0.0.0/8
http_access allow office
http_access deny all
http_port 3128
`;

interface LogTrace {
  readonly message: string;
  readonly verbose?: string;
}

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('trace');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

/** An editor, and what the server traces to it. */
async function start() {
  const session = await Editor.start(program, {});
  editor = session;
  const traced: LogTrace[] = [];
  session.connection.onNotification('$/logTrace', (params: LogTrace) => {
    traced.push(params);
  });
  const setTrace = (value: string) => session.connection.sendNotification('$/setTrace', { value });
  // The trace of a check comes after its diagnostics, and before the answer to any later request.
  const settle = () => session.connection.sendRequest('lintel/language', { uri: session.uri('other') });
  return { session, traced, setTrace, settle };
}

it('says nothing unless it is asked to', async () => {
  const { session, traced, settle } = await start();
  await session.open('squid.conf', 'squid', SQUID);
  await settle();
  expect(traced).toEqual([]);
});

it('says of each check which file and dialect, the time of each phase, and what was kept', async () => {
  const { session, traced, setTrace, settle } = await start();
  await setTrace('verbose');
  await session.open('squid.conf', 'squid', SQUID);
  await settle();
  expect(traced[0]?.message).toMatch(/^checked file:\/\/\S+\/squid\.conf \(squid\) in \d+\.\d ms$/);
  expect(traced[0]?.verbose).toMatch(
    /squid\.conf: parse \d+\.\d ms, lower \d+\.\d ms, evaluate \d+\.\d ms, findings \d+\.\d ms/,
  );
  const before = traced.length;
  await session.replace('squid.conf', 'allow office', 'deny office');
  await settle();
  expect(traced[before]?.verbose).toMatch(/kept: .*tree/);
});

it('leaves the phases out below verbose, and ends when it is switched off', async () => {
  const { session, traced, setTrace, settle } = await start();
  await setTrace('messages');
  await session.open('squid.conf', 'squid', SQUID);
  await settle();
  expect(traced.length).toBeGreaterThan(0);
  expect(traced.every(({ verbose }) => verbose === undefined)).toBe(true);
  await setTrace('off');
  const before = traced.length;
  await session.replace('squid.conf', 'allow office', 'deny office');
  await settle();
  expect(traced).toHaveLength(before);
});

it('writes the same to standard error with --trace, whatever the client asks for', async () => {
  const server = spawn(process.execPath, [program, '--stdio', '--trace'], { stdio: 'pipe' });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  await connection.sendNotification('initialized', {});
  const uri = 'file:///network/squid.conf';
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'squid', version: 1, text: SQUID },
  });
  let written = '';
  for await (const chunk of server.stderr) {
    written += chunk;
    if (/findings .*\n/.test(written)) break;
  }
  expect(written).toMatch(/^checked file:\/\/\/network\/squid\.conf \(squid\) in \d+\.\d ms\n {2}file:\S+: parse /);
  connection.dispose();
  server.kill();
});
