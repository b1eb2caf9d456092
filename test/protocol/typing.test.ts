// What an editor asks for with each key: the form of a call, forms to fill in, the paths of files, and the form of the text.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CodeLens, CompletionItem, InlayHint, SignatureHelp, TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { buildServer, Editor } from './editor.js';

/** A chain that is a part of its file, in which one rule meets something. */
const TEAMS_CHAIN = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    udp dport 3478-3481 accept
  }
}
`;

const NFT =
  'table inet filter {\n  chain forward {\n  type filter hook forward priority filter;\n\ttcp   dport 22 accept\n  }\n}\n';

let editor: Editor;

beforeAll(async () => {
  const program = await buildServer('typing');
  editor = await Editor.start(program, {
    'squid.conf': 'include \n',
    'acls.conf': 'acl a src 10.0.0.1\n',
    'edge.nft': NFT,
  });
  await editor.open('squid.conf', 'squid', 'include \n');
  await editor.open('edge.nft', 'nftables', NFT);
});

afterAll(async () => {
  await editor?.stop();
});

const uriOf = (path: string) => ({ textDocument: { uri: editor.uri(path) } });
const at = (line: number, character: number) => ({ position: { line, character } });
const options = { options: { tabSize: 4, insertSpaces: false } };

test('the form of a call, with the argument that is written', async () => {
  const text = 'function FindProxyForURL(url, host) {\n  if (isInNet(host, ';
  await editor.open('proxy.pac', 'pac', text);
  const help = await editor.connection.sendRequest<SignatureHelp>('textDocument/signatureHelp', {
    ...uriOf('proxy.pac'),
    ...at(1, '  if (isInNet(host, '.length),
  });
  const [signature] = help.signatures;
  expect(signature?.label).toBe('isInNet(host, pattern, mask): boolean');
  expect(help.activeParameter).toBe(1);
  expect(signature?.parameters?.[1]?.label).toEqual([14, 21]);
});

test('a form to fill in is plain text for an editor that fills in none', async () => {
  await editor.open('rules.v4', 'iptables', '*filter\n:FORWARD DROP [0:0]\n\nCOMMIT\n');
  const items = await editor.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
    ...uriOf('rules.v4'),
    ...at(2, 0),
  });
  const form = items.find(({ label }) => label === '-A … --dport … -j ACCEPT');
  expect(form?.textEdit?.newText).toBe('-A FORWARD -p tcp --dport 443 -j ACCEPT');
  expect(form?.insertTextFormat).toBeUndefined();
});

test('the files beside a squid.conf are offered where it includes one', async () => {
  const items = await editor.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
    ...uriOf('squid.conf'),
    ...at(0, 'include '.length),
  });
  expect(items.map(({ label }) => label)).toContain('acls.conf');
});

test('the whole text, a part of it and the line that was left get their form', async () => {
  const ask = (method: string, more: object = {}) =>
    editor.connection.sendRequest<TextEdit[]>(`textDocument/${method}`, { ...uriOf('edge.nft'), ...options, ...more });
  const apply = (edits: TextEdit[]) =>
    TextDocument.applyEdits(TextDocument.create('x', 'nft', 0, NFT), edits).split('\n');
  expect(apply(await ask('formatting'))).toEqual([
    'table inet filter {',
    '\tchain forward {',
    '\t\ttype filter hook forward priority filter;',
    '\t\ttcp dport 22 accept',
    '\t}',
    '}',
    '',
  ]);
  const range = { start: { line: 3, character: 4 }, end: { line: 3, character: 5 } };
  const lines = NFT.split('\n');
  const only = [...lines.slice(0, 3), '\t\ttcp dport 22 accept', ...lines.slice(4)];
  expect(apply(await ask('rangeFormatting', { range }))).toEqual(only);
  expect(apply(await ask('onTypeFormatting', { ...at(4, 0), ch: '\n' }))).toEqual(only);
});

test('each kind of hint is switched off by itself', async () => {
  const hints = async () => {
    const found = await editor.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', {
      ...uriOf('edge.nft'),
      range: { start: { line: 0, character: 0 }, end: { line: 6, character: 0 } },
    });
    return found.map(({ label }) => label);
  };
  expect(await hints()).toContain('policy accept');
  editor.settings = { defaultHints: false };
  await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  expect(await hints()).not.toContain('policy accept');
});

test('the lines above rules are switched off without those above chains', async () => {
  const lenses = async () => {
    const found = await editor.connection.sendRequest<CodeLens[]>('textDocument/codeLens', uriOf('teams.nft'));
    return found.map(({ command }) => command?.title);
  };
  await editor.open('teams.nft', 'nftables', TEAMS_CHAIN);
  const rule = 'Meets Microsoft Teams (1)';
  expect(await lenses()).toContain(rule);
  editor.settings = { ruleCodeLens: false };
  await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  const rest = await lenses();
  expect(rest).not.toContain(rule);
  expect(rest).not.toHaveLength(0);
});
