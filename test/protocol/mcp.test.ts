// The tools of `lintel mcp`, asked by the client of the protocol's own library.
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, programPath, temporaryFolders } from '../unit/cli/program.js';

const UDP = 'm365-worldwide/11/udp';
const rules = (forward: string) =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ${forward} [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`;
const PAC =
  'function FindProxyForURL(url, host) {\n  return isResolvable(host) ? "DIRECT" : "PROXY p.example.com:80";\n}\n';

const folder = temporaryFolders();
const clients: Client[] = [];
let lintel: Awaited<ReturnType<typeof buildProgram>>;

beforeAll(async () => {
  lintel = await buildProgram('mcp');
});

afterAll(() => Promise.all(clients.map((client) => client.close())));

async function connect(workspace: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const args = [programPath('mcp'), 'mcp', workspace];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'inherit' }));
  clients.push(client);
  return client;
}

/** The result of a tool; the sentence where it refuses. */
async function ask(client: Client, name: string, input: Record<string, unknown> = {}) {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [{ text = '' } = {}] = content as { readonly text?: string }[];
  return isError === true ? { refusal: text } : JSON.parse(text);
}

it('says what there is, that nothing is written, and that questions are for the user', async () => {
  const client = await connect(folder({ 'rules.v4': rules('DROP') }));
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['check', 'coverage', 'explain', 'plan', 'find', 'propose_fix']);
  for (const { annotations, description } of tools) {
    expect(annotations?.readOnlyHint).toBe(true);
    expect(description?.length).toBeGreaterThan(50);
  }
  expect(client.getInstructions()).toContain('ask the user');
  expect(client.getServerVersion()?.name).toBe('lintel');
});

describe('in a workspace with a closed firewall and an undecided PAC file', () => {
  let workspace: string;
  let client: Client;

  beforeAll(async () => {
    workspace = folder({
      'edge/rules.v4': rules('DROP'),
      'proxy.pac': PAC,
      'lintel.yaml': 'roles: { clients: [10.20.0.0/16] }\n',
    });
    client = await connect(workspace);
  });

  it('check finds the statement, and asks what is undecided', async () => {
    const result = await ask(client, 'check', { require: [UDP, 'm365-worldwide/12/bypass-proxy'] });
    const findings = result.files.flatMap(({ path, findings: own }: { path: string; findings: { code: string }[] }) =>
      own.map(({ code }) => `${path} ${code}`),
    );
    expect(findings).toContain('edge/rules.v4 requirement-blocked');
    expect(result.questions).toMatchObject([{ path: 'proxy.pac', requirement: 'm365-worldwide/12/bypass-proxy' }]);
    expect(result.questions[0].question).toMatch(
      /cannot be decided from the files: .*DNS.*What is true in this network\?$/,
    );
    expect(result.unread).toEqual([]);
  });

  it('coverage has every verdict', async () => {
    const { files } = await ask(client, 'coverage', { paths: ['edge'], require: [UDP] });
    expect(files).toMatchObject([{ path: 'edge/rules.v4', verdicts: [{ requirement: UDP, status: 'blocked' }] }]);
  });

  it('explain tells the statement that decides, or asks', async () => {
    const flow = { path: 'edge/rules.v4', flow: 'udp 10.20.0.5:50000 > 52.112.0.10:3478', hook: 'forward' };
    expect(await ask(client, 'explain', flow)).toMatchObject({ verdict: 'deny', decidedBy: { path: 'edge/rules.v4' } });
    const url = await ask(client, 'explain', { path: 'proxy.pac', url: 'https://teams.microsoft.com/' });
    expect(url.verdict).toBe('undecided');
    expect(url.question).toContain('direct if DNS has an address for the host');
  });

  it('plan and find answer from the catalog', async () => {
    const plan = await ask(client, 'plan', { require: [UDP, 'sfb-server'] });
    expect(plan.openings.some(({ ports }: { ports: string }) => ports === '3478-3481')).toBe(true);
    expect(plan.questions.map(({ role }: { role: string }) => role)).toContain('front-end');
    const { listings } = await ask(client, 'find', { what: '52.112.0.10' });
    const several = await ask(client, 'find', { what: '52.112.0.10, 13.107.192.0/18' });
    expect(several.results).toMatchObject([
      { query: '52.112.0.10', unlisted: [] },
      { query: '13.107.192.0/18', unlisted: expect.arrayContaining(['13.107.192.0/20']) },
    ]);
    expect(listings[0].requirements.map(({ id }: { id: string }) => id)).toContain(UDP);
  });

  it('propose_fix returns a patch that applies and is sufficient, and writes nothing', async () => {
    const before = readFileSync(join(workspace, 'edge/rules.v4'), 'utf8');
    const { patch, met, left } = await ask(client, 'propose_fix', { paths: ['edge'], require: [UDP] });
    expect(met).toEqual([UDP]);
    expect(left).toEqual([]);
    expect(readFileSync(join(workspace, 'edge/rules.v4'), 'utf8')).toBe(before);
    expect(readdirSync(workspace).sort()).toEqual(['edge', 'lintel.yaml', 'proxy.pac']);
    // The same edits as those of the program, which are proved by tests of their own.
    const { output } = await lintel(workspace, ['fix', 'edge', '--require', UDP, '--dry-run']);
    expect(patch).toBe(output);
  });

  it.each([
    ['check', { require: ['teems'] }, /^no requirement matches "teems"; did you mean/],
    ['check', { path: 'edge' }, 'check has no argument path'],
    ['check', { paths: 'edge' }, 'paths must be a list of texts'],
    ['check', { paths: ['nothing'] }, 'nothing: no such file or folder in the workspace'],
    ['check', { cloud: 'mars' }, /^no cloud mars/],
    ['explain', { path: 'proxy.pac' }, 'explain needs either flow or url'],
    ['explain', { url: 'https://a/' }, 'explain needs path'],
    ['explain', { path: 'lintel.yaml', url: 'https://a/' }, 'lintel.yaml configures Lintel and decides no traffic'],
    ['find', { what: 'no such thing!' }, /is no host, address/],
    ['fix', {}, /^no tool fix; known are check,/],
  ])('%s refuses %j with a sentence', async (tool, input, sentence) => {
    const { refusal } = await ask(client, tool, input);
    if (typeof sentence === 'string') expect(refusal).toBe(sentence);
    else expect(refusal).toMatch(sentence);
  });
});

describe('what is outside of the workspace', () => {
  const outside = () =>
    folder({
      'secret/rules.v4': rules('DROP'),
      'secret/acls.conf': 'acl secretname src 203.0.113.7\n',
      'lintel.yaml': 'roles: { clients: [203.0.113.0/24] }\n',
      'work/squid.conf':
        'include ../secret/acls.conf\ninclude linked/acls.conf\nhttp_access allow secretname\nhttp_access deny all\n',
      'work/inside/rules.v4': rules('ACCEPT'),
    });

  it('is not reached by a path, a link, an include or the lintel.yaml above', async () => {
    const all = outside();
    symlinkSync(join(all, 'secret'), join(all, 'work/linked'));
    symlinkSync(join(all, 'secret/rules.v4'), join(all, 'work/rules.v6'));
    const client = await connect(join(all, 'work'));
    for (const path of [
      '../secret',
      '../secret/rules.v4',
      join(all, 'secret'),
      'linked',
      'linked/rules.v4',
      'linked/nothing',
      'rules.v6',
      'inside/../../secret',
    ]) {
      expect(await ask(client, 'check', { paths: [path] })).toEqual({ refusal: `${path}: outside of the workspace` });
      expect(await ask(client, 'explain', { path, flow: 'udp 10.1.2.3:1 > 10.1.2.4:1' })).toEqual({
        refusal: `${path}: outside of the workspace`,
      });
    }
    const result = await ask(client, 'check', { require: [UDP] });
    const text = JSON.stringify(result);
    expect(result.files.map(({ path }: { path: string }) => path)).toEqual(['inside/rules.v4', 'squid.conf']);
    expect(text).not.toContain('203.0.113');
    expect(text).not.toContain(all);
    expect(text).toContain("The content of '../secret/acls.conf' is unknown: it is outside of the workspace");
    expect(text).toContain("The content of 'linked/acls.conf' is unknown: it is outside of the workspace");
    expect(result.unread).toEqual(['rules.v6: a link to a file outside']);
  });

  it('is not served at all where there is no such folder', async () => {
    const { status, errors } = await lintel(folder({}), ['mcp', 'nowhere']);
    expect(errors).toMatch(/nowhere: no such folder/);
    expect(status).toBe(2);
  });
});
