// A person types rules, 100 ms a key, as VS Code's suggestions come and go.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import type { Workbench } from './workbench.js';

/** How long a person takes for a key, in milliseconds. */
const KEY = 100;

/** VS Code writes a file some time after its tab has lost the mark of a changed one. */
const PATIENCE = { timeout: 60_000 };

const FILES = [
  {
    file: 'squid/typed.conf',
    language: 'Squid Configuration',
    text: 'acl offices src 10.20.0.0/16\n',
    typed: ['http_access deny all', 'acl z dstdomain .a.test'],
    word: '10.20.0.0/16',
  },
  {
    file: 'firewall/typed.rules',
    language: 'iptables',
    text: '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.20.0.0/16 -j ACCEPT\n',
    typed: ['-A FORWARD -p udp -j ACCEPT', '-A FORWARD -j DROP', 'COMMIT'],
    word: '10.20.0.0/16',
  },
  {
    file: 'firewall/typed.nft',
    language: 'nftables',
    text: 'table inet f {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy drop;\n\t\tip daddr 192.0.2.0/24 udp dport 3478-3481 accept\n',
    typed: ['udp dport 123 accept', 'udp dport 124 accept'],
    word: '3478-3481',
  },
  {
    file: 'firewall/typed.cfg',
    language: 'Cisco Configuration',
    text: 'hostname r1\nip access-list extended OUT-LAN\n permit tcp any any\n',
    typed: ['permit tcp any any eq 443', 'permit udp any any'],
    word: 'OUT-LAN',
  },
  {
    file: 'servers/typed.ps1',
    language: 'PowerShell',
    text: 'New-NetFirewallRule -DisplayName a -Direction Inbound -Protocol TCP -LocalPort 5061 -Action Allow\n',
    typed: ['$port = 443', '$other = 80'],
    word: undefined,
  },
] as const;

describe.skipIf(isChromiumMissing())('a person who types', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    // A line above a rule that appears moves the rule away from the pointer.
    vscode = await VSCode.start('node', [], { 'editor.codeLens': false });
    for (const { file, text } of FILES) writeFileSync(join(vscode.workspace, file), text);
  });

  afterAll(() => vscode?.stop());

  beforeEach(async () => {
    workbench = await vscode.openWindow();
  });

  afterEach(() => workbench?.close());

  const saved = (file: string) => readFileSync(join(vscode.workspace, file), 'utf8');
  const nameOf = (file: string) => file.replace(/.*\//, '');

  test.each(FILES)('breaks the line with Enter behind a rule in $file', async ({ file, language, text, typed }) => {
    await workbench.openFile(nameOf(file));
    await workbench.language(language).waitFor();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type(typed.join('\n'), { delay: KEY });
    await workbench.save();
    const lines = () => saved(file).slice(text.length).split('\n');
    await expect.poll(() => lines().map((line) => line.trim()), PATIENCE).toEqual(typed);
  });

  test.each(FILES.filter(({ word }) => word !== undefined))(
    'takes all of $word with a double click in $file',
    async ({ file, language, word }) => {
      await workbench.openFile(nameOf(file));
      await workbench.language(language).waitFor();
      await workbench.doubleClick(word ?? '');
      await workbench.page.keyboard.type('taken');
      await workbench.save();
      await expect.poll(() => saved(file), PATIENCE).toMatch(/\staken\s/);
      expect(saved(file)).not.toContain(word);
    },
  );

  test('completes a host that documents list', async () => {
    await workbench.openFile('squid.conf');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\nacl listed dstdomain .teams.mi', { delay: KEY });
    await workbench.page.keyboard.press('Control+Space');
    await workbench.suggestion('.teams.microsoft.com').waitFor();
    await workbench.picture('completion');
    await workbench.page.keyboard.press('Tab');
    await workbench.save();
    await expect
      .poll(() => saved('squid/squid.conf'), PATIENCE)
      .toMatch(/acl listed dstdomain \.teams\.microsoft\.com$/m);
  });

  test('finds the methods of a host behind its dot', async () => {
    writeFileSync(join(vscode.workspace, 'typed.pac'), 'function FindProxyForURL(url, host) {\n');
    await workbench.openFile('typed.pac');
    await workbench.language('Proxy Auto-Configuration').waitFor();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('  var short = host.subs', { delay: KEY });
    await workbench.suggestion('substring').waitFor();
  });

  test('finds the commands in a script of Windows', async () => {
    await workbench.openFile('front-end.ps1');
    await workbench.findProblem('Skype for Business Server');
    await workbench.runCommand('Lintel: Show Coverage for This File');
    await workbench.preview.getByRole('heading', { name: 'Coverage of front-end.ps1' }).waitFor();
  });
});
