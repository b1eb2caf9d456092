// Quick fixes of editors that ask for an edit when it is wanted: requests do not wait for proofs.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  type CodeAction,
  type Diagnostic,
  type Hover,
  LSPErrorCodes,
} from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

/** What VS Code says of itself (LSP 3.17, `CodeActionClientCapabilities`). */
const RESOLVES = { dataSupport: true, resolveSupport: { properties: ['edit', 'command'] } };

/** Too long for its proofs to be done while a menu waits. */
const CONDITIONS = Array.from(
  { length: 2_000 },
  (_, i) => `  if (dnsDomainIs(host, ".site${i}.example")) return "DIRECT";\n`,
);
const PAC = `function FindProxyForURL(url, host) {\n${CONDITIONS.join('')}  return "PROXY proxy.example:8080";\n}\n`;

/** What it does with the host cannot be followed, wherever a bypass is put; the comment makes it long as well. */
const OPEN_PAC = `// ${'x'.repeat(60_000)}
function FindProxyForURL(url, host) {
  var parts = host.split(".");
  var text = "";
  for (var i = 0; i < 20; i++) text = parts[i % 3] + "-" + (text + (host + url));
  if (text.indexOf("teams") > 5) return "DIRECT";
  return "PROXY proxy.example:8080";
}
`;

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('proofs');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(codeAction = RESOLVES): Promise<Editor> {
  editor = await Editor.start(program, {}, null, [''], codeAction);
  return editor;
}

function withCode(diagnostics: readonly Diagnostic[], code: string): Diagnostic {
  const found = diagnostics.find((diagnostic) => diagnostic.code === code);
  if (!found) throw new Error(`no ${code} among ${diagnostics.map((one) => one.code).join(', ')}`);
  return found;
}

function resolve(session: Editor, action: CodeAction | undefined): Promise<CodeAction> {
  return session.connection.sendRequest('codeAction/resolve', action);
}

describe('an editor that resolves code actions', () => {
  it('gets a title at once and the edit when it is chosen, after which the finding is gone', async () => {
    const session = await start();
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    const [action] = await session.codeActions('proxy.pac', finding);
    expect(action?.edit).toBeUndefined();
    expect(action?.title).toBe('Send Exchange Online direct: outlook.cloud.microsoft and 2 more (still to be proved)');
    const { edit } = await resolve(session, action);
    const versions = await session.apply(edit ?? {});
    const after = await session.diagnosticsOf('proxy.pac', versions.get(session.uri('proxy.pac')) ?? 0);
    expect(after.map(({ message }) => message)).not.toContain(finding.message);
  });

  it('is offered what was proved with its own title', async () => {
    const session = await start();
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    await resolve(session, (await session.codeActions('proxy.pac', finding))[0]);
    const [action] = await session.codeActions('proxy.pac', finding);
    expect(action).toMatchObject({ isPreferred: true, edit: { documentChanges: [{}] } });
    expect(action?.title).toMatch(/^Send .* direct: .* with the hosts of line 2$/);
  });

  it('is offered only what it asks about', async () => {
    const session = await start();
    const found = await session.open('proxy.pac', 'pac', PAC);
    const finding = withCode(found, 'not-bypassed');
    expect(found.filter(({ code }) => code === 'not-bypassed').length).toBeGreaterThan(1);
    const actions = await session.codeActions('proxy.pac', finding);
    expect(new Set(actions.map(({ diagnostics }) => diagnostics?.[0]?.message))).toEqual(new Set([finding.message]));
  });

  it('ignores a finding by a comment that is checked when it is chosen', async () => {
    const session = await start();
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    const actions = await session.codeActions('proxy.pac', finding);
    const action = actions.find(({ title }) => title.startsWith('Ignore'));
    expect(action?.edit).toBeUndefined();
    const { edit } = await resolve(session, action);
    expect(JSON.stringify(edit)).toContain('// lintel: ignore not-bypassed -- (reason)');
  });

  it('is told why there is no fix, and its action does nothing', async () => {
    const session = await start();
    const finding = withCode(await session.open('open.pac', 'pac', OPEN_PAC), 'requirement-undecided');
    const [action] = await session.codeActions('open.pac', finding);
    expect((await resolve(session, action)).edit).toBeUndefined();
    expect(session.shown).toEqual([expect.stringMatching(/^No quick fix: .*\.$/)]);
  });

  it('gets no edit of a version that is not the newest', async () => {
    const session = await start();
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    const [action] = await session.codeActions('proxy.pac', finding);
    const top = { line: 0, character: 0 };
    await session.edit('proxy.pac', { range: { start: top, end: top }, newText: '\n' });
    await expect(resolve(session, action)).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
  });

  it('has its hover answered before the proof is done', async () => {
    const session = await start();
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    const [action] = await session.codeActions('proxy.pac', finding);
    const order: string[] = [];
    const proof = resolve(session, action).then(() => order.push('resolve'));
    const hover = session
      .ask<Hover>('textDocument/hover', 'proxy.pac', 'return "PROXY')
      .then(() => order.push('hover'));
    await Promise.all([proof, hover]);
    expect(order).toEqual(['hover', 'resolve']);
  });

  it('can cancel a proof, and ask for it again', async () => {
    const session = await start();
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    const [action] = await session.codeActions('proxy.pac', finding);
    const tokens = new CancellationTokenSource();
    const cancelled = session.connection.sendRequest('codeAction/resolve', action, tokens.token);
    tokens.cancel();
    await expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect((await resolve(session, action)).edit).toBeDefined();
  });
});

describe('an editor that does not', () => {
  it('gets the edits with the titles', async () => {
    const session = await start({} as typeof RESOLVES);
    const finding = withCode(await session.open('proxy.pac', 'pac', PAC), 'not-bypassed');
    const actions = await session.codeActions('proxy.pac', finding);
    expect(actions.every(({ edit, data }) => edit !== undefined && data === undefined)).toBe(true);
  });
});
