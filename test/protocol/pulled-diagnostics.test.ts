import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

const LINTEL = `files:
  - match: "**"
    require: [m365-worldwide/11/udp]
    hook: forward
`;

const RULES = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    jump nowhere
  }
}
`;

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('pulled-diagnostics');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(options?: Readonly<Record<string, unknown>>) {
  const files = { 'lintel.yaml': LINTEL, 'a.nft': RULES };
  const session = await Editor.start(program, files, null, undefined, undefined, options, {
    textDocument: { diagnostic: {} },
    workspace: { diagnostics: { refreshSupport: true } },
  });
  editor = session;
  const pull = (path: string, previousResultId?: string) =>
    session.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri: session.uri(path) },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  return { session, pull };
}

function codesOf(diagnostics: readonly Diagnostic[]) {
  return diagnostics.map(({ code }) => code).sort();
}

/** Opens a document and waits for no diagnostics. */
async function open(session: Editor, path: string, text: string) {
  const textDocument = { uri: session.uri(path), languageId: 'nftables', version: 1, text };
  await session.connection.sendNotification('textDocument/didOpen', { textDocument });
}

it('answers who asks with what it sends to others', async () => {
  const { session, pull } = await start();
  expect(session.initialized?.capabilities.diagnosticProvider).toBeUndefined();
  const sent = await session.open('a.nft', 'nftables', RULES);
  expect(codesOf(sent)).toEqual(['requirement-undecided', 'undefined-name']);
  const report = await pull('a.nft');
  expect(report).toMatchObject({ kind: 'full', items: sent });
  expect(await pull('unopened.nft')).toMatchObject({ kind: 'full', items: [] });
});

it('does not send what is asked for, and says when nothing has changed', async () => {
  const { session, pull } = await start({ diagnostics: 'pull' });
  expect(session.initialized?.capabilities.diagnosticProvider).toEqual({
    interFileDependencies: true,
    workspaceDiagnostics: false,
  });
  await open(session, 'a.nft', RULES);
  const first = await pull('a.nft');
  expect(first.kind === 'full' && codesOf(first.items)).toEqual(['requirement-undecided', 'undefined-name']);
  expect(await pull('a.nft', first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });

  const textDocument = { uri: session.uri('a.nft'), version: 2 };
  const contentChanges = [{ text: RULES.replace('    jump nowhere\n', '') }];
  await session.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges });
  const second = await pull('a.nft', first.resultId);
  expect(second.kind === 'full' && codesOf(second.items)).toEqual(['requirement-blocked']);
  expect(session.published.filter(({ uri }) => uri === session.uri('a.nft'))).toEqual([]);
});

it('has them asked for again when lintel.yaml changes, and sends what is wrong in files that are not open', async () => {
  const { session, pull } = await start({ diagnostics: 'pull' });
  await open(session, 'a.nft', RULES);
  const first = await pull('a.nft');
  const refreshed = new Promise<void>((resolve) =>
    session.connection.onRequest('workspace/diagnostic/refresh', () => resolve()),
  );
  const configuration = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
  await session.writeWatched('lintel.yaml', `${LINTEL.replace('/11/udp', '/12/bypass-proxy')}colour: blue\n`);
  await refreshed;
  const second = await pull('a.nft', first.resultId);
  expect(second.kind === 'full' && codesOf(second.items)).toEqual(['undefined-name']);
  expect(codesOf((await configuration).diagnostics)).toEqual(['invalid-configuration']);
});
