// The menu of quick fixes as a person meets it: titles that say what happens, no two alike, and an answer where there is no fix.
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

const RESOLVES = { dataSupport: true, resolveSupport: { properties: ['edit', 'command'] } };

/** The examples, one for each dialect, with their languages. */
const EXAMPLES = [
  ['firewall/core-router.cfg', 'cisco-acl'],
  ['firewall/edge.nft', 'nftables'],
  ['firewall/rules.v4', 'iptables'],
  ['policy/site.netpolicy.yaml', 'netpolicy'],
  ['proxy/proxy.pac', 'pac'],
  ['servers/front-end.ps1', 'windows-firewall'],
  ['squid/squid.conf', 'squid'],
] as const;

const SQUID = `acl net src 10.0.0.0/8
acl floor src 10.1.0.0/16
acl idle dstdomain .example.com
acl spare dstdomain .example.net
http_access allow net
http_access allow floor
http_access deny all
`;

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('menu');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(): Promise<Editor> {
  editor = await Editor.start(program, {}, null, [''], RESOLVES);
  return editor;
}

function example(path: string): string {
  return readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');
}

function resolve(session: Editor, action: CodeAction | undefined): Promise<CodeAction> {
  return session.connection.sendRequest('codeAction/resolve', action);
}

/** The menu at the place of a diagnostic, about all that is told there. */
function menuAt(session: Editor, path: string, found: readonly Diagnostic[], at: Diagnostic): Promise<CodeAction[]> {
  const here = found.filter(({ range }) => JSON.stringify(range) === JSON.stringify(at.range));
  return session.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri: session.uri(path) },
    range: at.range,
    context: { diagnostics: here },
  });
}

function withCode(found: readonly Diagnostic[], code: string): Diagnostic {
  const diagnostic = found.find((one) => one.code === code);
  if (!diagnostic) throw new Error(`no ${code} among ${found.map((one) => one.code).join(', ')}`);
  return diagnostic;
}

describe('the menu', () => {
  it.each(EXAMPLES)(
    'of %s has no two titles alike, and at most one entry that is preferred',
    async (path, language) => {
      const session = await start();
      const file = path.split('/').at(-1) ?? path;
      const found = await session.open(file, language, example(path));
      expect(found.length).toBeGreaterThan(0);
      for (const diagnostic of found) {
        const actions = await menuAt(session, file, found, diagnostic);
        const titles = actions.map(({ title }) => title);
        expect(new Set(titles).size, titles.join('\n')).toBe(titles.length);
        expect(actions.filter(({ isPreferred }) => isPreferred).length).toBeLessThanOrEqual(1);
        const ignores = titles.filter((title) => title.startsWith('Ignore')).map((title) => title.split(' ')[1]);
        expect(new Set(ignores).size).toBe(ignores.length);
      }
    },
  );

  it('says with a verb what is done for which service, what of it, and where', async () => {
    const session = await start();
    const found = await session.open('rules.v4', 'iptables', example('firewall/rules.v4'));
    const actions = await menuAt(session, 'rules.v4', found, withCode(found, 'requirement-blocked'));
    expect(actions.map(({ title }) => title)).toEqual([
      'Permit Exchange Online: UDP 443 and TCP 143, 587, 993, 995 to 11 networks in FORWARD',
      'Permit Microsoft Teams: UDP 3478-3481 to 52.122.0.0/15; UDP 3479-3481 to 52.112.0.0/14 in FORWARD',
      'Permit Microsoft Teams: UDP 443 to 2 networks in FORWARD',
      'Permit SharePoint and OneDrive: UDP 443 to 5 networks in FORWARD',
      'Fix all 4 at this line',
      'Require m365+default in this file',
      'Ignore requirement-blocked here (give a reason)',
      'Ignore requirement-partial here (give a reason)',
      'Why is there no fix for requirement-blocked?',
    ]);
  });

  it('fixes all at one line with one edit', async () => {
    const session = await start();
    const found = await session.open('rules.v4', 'iptables', example('firewall/rules.v4'));
    const blocked = withCode(found, 'requirement-blocked');
    const actions = await menuAt(session, 'rules.v4', found, blocked);
    const { edit } = await resolve(
      session,
      actions.find(({ title }) => title.startsWith('Fix all 4')),
    );
    if (!edit) throw new Error('there is no edit');
    const version = (await session.apply(edit)).get(session.uri('rules.v4'));
    if (version === undefined) throw new Error('the edit is for another file');
    const after = await session.diagnosticsOf('rules.v4', version);
    expect(after.filter(({ code }) => String(code).startsWith('requirement'))).toEqual([]);
  });

  it('fixes all of one code in the file, and nothing else', async () => {
    const session = await start();
    const found = await session.open('squid.conf', 'squid', SQUID);
    const actions = await menuAt(session, 'squid.conf', found, withCode(found, 'unused-name'));
    expect(actions.map(({ title }) => title)).toEqual([
      'Remove idle: nothing uses it',
      'Fix all unused-name in this file',
      'Ignore unused-name here (give a reason)',
    ]);
    const { edit } = await resolve(session, actions[1]);
    await session.apply(edit ?? {});
    expect(session.text('squid.conf')).toBe(SQUID.replace(/acl (?:idle|spare).*\n/g, ''));
  });

  it('says why there is no fix', async () => {
    const session = await start();
    const found = await session.open('squid.conf', 'squid', 'http_access allow all\n');
    const actions = await menuAt(session, 'squid.conf', found, withCode(found, 'open-proxy'));
    expect(actions.map(({ title }) => title)).toEqual([
      'Ignore open-proxy here (give a reason)',
      'Why is there no fix for open-proxy?',
    ]);
    expect((await resolve(session, actions[1])).edit).toBeUndefined();
    expect(session.shown).toEqual([
      "Deny what is not from your own networks before the rule, and end the list with 'http_access deny all'.",
    ]);
  });
});

describe('the comment that ignores', () => {
  it('is written with its reason selected, in the editor that has the command for that', async () => {
    editor = await Editor.start(program, {}, null, [''], RESOLVES, { uriScheme: 'vscode' });
    const found = await editor.open('squid.conf', 'squid', SQUID);
    const actions = await menuAt(editor, 'squid.conf', found, withCode(found, 'redundant-rule'));
    const ignore = await resolve(
      editor,
      actions.find(({ title }) => title === 'Ignore redundant-rule here (give a reason)'),
    );
    await editor.apply(ignore.edit ?? {});
    const [uri, { start, end }] = ignore.command?.arguments ?? [];
    expect(ignore.command?.command).toBe('lintel.select');
    expect(uri).toBe(editor.uri('squid.conf'));
    const line = editor.text('squid.conf').split('\n')[start.line] ?? '';
    expect(line).toBe('# lintel: ignore redundant-rule -- (reason)');
    expect(line.slice(start.character, end.character)).toBe('(reason)');
  });

  it('is a plain edit for other editors', async () => {
    const session = await start();
    const found = await session.open('squid.conf', 'squid', SQUID);
    const actions = await menuAt(session, 'squid.conf', found, withCode(found, 'redundant-rule'));
    const ignore = await resolve(
      session,
      actions.find(({ title }) => title.startsWith('Ignore')),
    );
    expect(ignore.edit).toBeDefined();
    expect(ignore.command).toBeUndefined();
  });
});
