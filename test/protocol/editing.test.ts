// What an editor asks for while a person reads and writes, in a file of each dialect: the examples of the project.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  CodeLens,
  CompletionItem,
  DocumentHighlight,
  DocumentLink,
  InlayHint,
  Location,
  Position,
  Range,
  SelectionRange,
  SemanticTokens,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { SymbolKind } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TOKEN_TYPES } from '../../server/src/service/editing/semantic-tokens.js';
import { buildServer, Editor } from './editor.js';

const EXAMPLES = [
  {
    path: 'proxy/proxy.pac',
    language: 'pac',
    hint: 'isInNet(host, "13.107.64.0", "255.255.192.0|: Skype for Business hybrid with Microsoft 365',
    lens: ['function FindProxyForURL', 'Microsoft Teams 0/2 met, 1 partial, 1 undecided'],
    rule: ['return DIRECT;', 'Meets Exchange Online (1) | SharePoint and OneDrive (1)'],
    name: ['DIRECT', 'variable'],
    word: '13.107.64.0',
  },
  {
    path: 'squid/squid.conf',
    language: 'squid',
    hint: undefined,
    lens: ['http_access', 'Microsoft Teams 7/8 met, 1 blocked'],
    rule: [
      'http_access allow offices staff',
      'Meets Exchange Online (2) | Microsoft Teams (7) | SharePoint and OneDrive (1) | Microsoft 365 common services (3)',
    ],
    name: ['offices', 'class'],
    word: '10.20.0.0/16',
  },
  {
    path: 'firewall/rules.v4',
    language: 'iptables',
    hint: '-d 52.112.0.0/14 -p udp -m udp --dport 3478|: Microsoft Teams',
    lens: [':clients-out', 'Microsoft Teams 7/8 met, 1 blocked'],
    rule: ['-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'Meets The network itself (1)'],
    name: ['clients-out', 'function'],
    word: '52.112.0.0/14',
  },
  {
    path: 'firewall/edge.nft',
    language: 'nftables',
    hint: 'elements = { 52.112.0.0/14, 52.122.0.0/15|: Microsoft Teams',
    lens: ['chain outgoing', 'Microsoft Teams 0/3 met, 1 blocked, 2 partial'],
    rule: [
      'tcp dport { 80, 443 } accept',
      'Meets Exchange Online (2) | SharePoint and OneDrive (1) | Microsoft 365 common services (3)',
    ],
    name: ['teams_media', 'class'],
    word: '52.122.0.0/15',
  },
  {
    path: 'firewall/core-router.cfg',
    language: 'cisco',
    hint: 'object-group CLIENTS 52.112.0.0 0.3.255.255 range 3478 3481|: Microsoft Teams',
    lens: ['ip access-list extended CLIENTS-OUT', 'Microsoft Teams 7/9 met, 1 blocked, 1 partial'],
    rule: [
      'permit tcp object-group CLIENTS any eq www',
      'Meets Exchange Online (1) | Microsoft Teams (3) | SharePoint and OneDrive (1) | Microsoft 365 common services (2)',
    ],
    name: ['CLIENTS', 'class'],
    word: 'CLIENTS-OUT',
  },
  {
    path: 'servers/front-end.ps1',
    language: 'powershell',
    hint: '-LocalPort 8057, 8058|: Skype for Business Server',
    lens: ['New-NetFirewallRule', 'Skype for Business Server 1/1 met'],
    // Each rule is a part of its own, which says it already.
    rule: undefined,
    name: ['$FrontEndPorts', 'variable'],
    word: 'New-NetFirewallRule',
  },
  {
    path: 'policy/site.netpolicy.yaml',
    language: 'netpolicy',
    hint: 'media: [3478|: Microsoft Teams',
    lens: ['rules:', 'Microsoft Teams 8/8 met'],
    rule: ['- name: mail', 'Meets Exchange Online (1)'],
    name: ['teams-media', 'class'],
    word: '52.112.0.0/14',
  },
] as const;

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const texts: Record<string, string> = {};
for (const entry of readdirSync(examples, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile()) texts[relative(examples, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
}

let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start(await buildServer('editing'), texts);
  for (const { path, language } of EXAMPLES) await editor.open(path, language, textOf(path));
});

afterAll(async () => {
  await editor?.stop();
});

function textOf(path: string): string {
  return texts[path] ?? '';
}

function documentOf(path: string): TextDocument {
  return TextDocument.create(editor.uri(path), '', 0, textOf(path));
}

/** Asks about the whole of a file. */
function askAbout<Result>(method: string, path: string): Promise<Result> {
  const document = documentOf(path);
  const range = { start: { line: 0, character: 0 }, end: document.positionAt(textOf(path).length) };
  return editor.connection.sendRequest(method, { textDocument: { uri: document.uri }, range });
}

/** A position as its line up to it. */
function lineTo(path: string, position: Position): string {
  return documentOf(path).getText({ start: { line: position.line, character: 0 }, end: position });
}

describe.each(EXAMPLES)('$path', ({ path, hint, lens, rule, name, word }) => {
  const source = textOf(path);
  const at = (offset: number) => documentOf(path).positionAt(offset);
  const read = (range: Range) => documentOf(path).getText(range);

  test('tells beside addresses and ports who uses them', async () => {
    const hints = await askAbout<InlayHint[]>('textDocument/inlayHint', path);
    const shown = hints.map(({ position, label }) => `${lineTo(path, position)}|: ${label}`);
    // The proxy of the example names no address outside of its own network: only what is in its acls is told.
    if (hint === undefined) expect(shown.join('\n')).not.toMatch(/Microsoft|Skype/);
    else expect(shown.join('\n')).toContain(hint);
  });

  test('tells above what decides how much of each service it meets', async () => {
    const lenses = await askAbout<CodeLens[]>('textDocument/codeLens', path);
    const [place, told] = lens;
    const shown = lenses.map(({ range, command }) => {
      const line = read({
        start: { line: range.start.line, character: 0 },
        end: { line: range.start.line + 1, character: 0 },
      });
      return `${line.trim()} → ${command?.title}`;
    });
    expect(
      shown.some((one) => one.includes(place) && one.includes(told)),
      shown.join('\n'),
    ).toBe(true);
    if (rule) expect(shown).toContain(rule.join(' → '));
    // Other editors have none of VS Code's commands.
    expect(lenses.map(({ command }) => command?.command)).toEqual(lenses.map(() => ''));
  });

  test('marks every use of a name', async () => {
    const [text] = name;
    const highlights = await editor.ask<DocumentHighlight[]>('textDocument/documentHighlight', path, text);
    expect(highlights.length).toBeGreaterThan(1);
    for (const { range } of highlights) expect(read(range)).toBe(text);
    expect(highlights.filter(({ kind }) => kind === 3)).toHaveLength(1);
  });

  test('says of a name and of a number what they are', async () => {
    const { data } = await askAbout<SemanticTokens>('textDocument/semanticTokens/range', path);
    const tokens: string[] = [];
    let line = 0;
    let character = 0;
    for (let i = 0; i < data.length; i += 5) {
      const [lines = 0, characters = 0, length = 0, type = 0] = data.slice(i, i + 4);
      line += lines;
      character = lines > 0 ? characters : character + characters;
      const text = read({ start: { line, character }, end: { line, character: character + length } });
      tokens.push(`${text} ${TOKEN_TYPES[type]}`);
    }
    expect(tokens).toContain(name.join(' '));
    expect(tokens.some((token) => token.endsWith(' number'))).toBe(true);
  });

  test('grows a selection from the whole word to the whole file', async () => {
    const start = source.indexOf(word);
    const [selection] = await editor.connection.sendRequest<SelectionRange[]>('textDocument/selectionRange', {
      textDocument: { uri: editor.uri(path) },
      positions: [at(start + 2)],
    });
    const grown: string[] = [];
    for (let range = selection; range; range = range.parent) grown.push(read(range.range));
    expect(grown[0]).toBe(word);
    expect(grown.at(-1)).toBe(source);
    for (const [i, wider] of grown.slice(1).entries()) expect(wider).toContain(grown[i]);
  });
});

test('leads from what names a file to that file', async () => {
  const squid = 'squid/squid.conf';
  const definitions = await editor.ask<Location[]>('textDocument/definition', squid, 'conf.d/*.conf');
  const included = Object.keys(texts).filter((path) => path.startsWith('squid/conf.d/'));
  expect(definitions.map(({ uri }) => uri).sort()).toEqual(included.map((path) => editor.uri(path)).sort());
  const links = await askAbout<DocumentLink[]>('textDocument/documentLink', squid);
  expect(links.map(({ range, target }) => [documentOf(squid).getText(range), target])).toEqual([
    ['acls/no-inspection.txt', editor.uri('squid/acls/no-inspection.txt')],
    ['conf.d/*.conf', editor.uri('squid/conf.d/10-categories.conf')],
  ]);
});

test('names of all open files are found by some of their characters', async () => {
  const found = await editor.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', { query: 'clout' });
  // A chain is called, as a function is; an access list is a list.
  expect(found.map(({ name, containerName, kind }) => `${name} in ${containerName}: ${kind}`).sort()).toEqual([
    `CLIENTS-OUT in core-router.cfg: ${SymbolKind.Array}`,
    `clients-out in rules.v4: ${SymbolKind.Function}`,
  ]);
});

describe('completion does not stand in the way of typing', () => {
  const completions = async (text: string, triggerKind: 1 | 2) => {
    const path = `typed-${text.replace(/\W+/g, '-')}-${triggerKind}.conf`;
    await editor.open(path, 'squid', `acl office src 10.0.0.0/8\n${text}`);
    return completionsAt(path, text, triggerKind);
  };
  const completionsAt = (path: string, text: string, triggerKind: 1 | 2) =>
    editor.connection.sendRequest<CompletionItem[] | null>('textDocument/completion', {
      textDocument: { uri: editor.uri(path) },
      position: { line: 1, character: text.length },
      context: { triggerKind, ...(triggerKind === 2 ? { triggerCharacter: text.slice(-1) } : {}) },
    });

  test('a word that is complete has no list, which would take the Enter behind it', async () => {
    expect(await completions('http_access deny all', 1)).toBeNull();
    const begun = await completions('http_access deny of', 1);
    expect(begun?.map(({ label }) => label)).toContain('office');
  });

  test('behind a space a list opens only where few words fit', async () => {
    const few = await completions('http_access ', 2);
    expect(few?.map(({ label }) => label)).toEqual(['allow', 'deny']);
    expect(await completions('acl x ', 2)).toBeNull();
    expect((await completions('acl x ', 1))?.map(({ label }) => label)).toContain('dstdomain');
  });

  test('a dot opens a list of members, and no other', async () => {
    const code = '  if (host.';
    await editor.open('typed.pac', 'pac', `function FindProxyForURL(url, host) {\n${code}`);
    const members = await completionsAt('typed.pac', code, 2);
    expect(members?.map(({ label }) => label)).toContain('substring');
    expect(await completions('acl x dst 10.', 2)).toBeNull();
  });

  test('what an entry means is told when somebody looks at it', async () => {
    const [allow] = (await completions('http_access ', 1)) ?? [];
    expect(allow).toMatchObject({ label: 'allow' });
    expect(allow?.documentation).toBeUndefined();
    const resolved = await editor.connection.sendRequest<CompletionItem>('completionItem/resolve', allow);
    expect(resolved.documentation).toMatchObject({ kind: 'markdown' });
  });
});
