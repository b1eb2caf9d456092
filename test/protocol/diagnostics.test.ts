// What every diagnostic has, whatever it is about: a page of its code, few other places, and no more of them than an editor can show.
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { exampleOf } from '../../server/src/model/code-page.js';
import { FINDING_CODES, type FindingCode } from '../../server/src/model/codes.js';
import { buildServer, Editor } from './editor.js';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('diagnostics');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(settings: unknown = null): Promise<Editor> {
  editor = await Editor.start(program, {}, settings, [''], {}, { uriScheme: 'vscode' });
  return editor;
}

it('links the code of every finding, and shows at most eight other places', async () => {
  const session = await start();
  const codes = Object.keys(FINDING_CODES) as FindingCode[];
  const seen = new Set<unknown>();
  for (const [i, code] of codes.entries()) {
    const [main, ...others] = exampleOf(code);
    if (!main || others.length > 0) continue;
    const found = await session.open(`${i}/${main.file}`, 'plaintext', main.text);
    for (const one of found) {
      seen.add(one.code);
      expect(one.codeDescription?.href, `${one.code}: ${one.message}`).toMatch(/^(?:https|vscode):\/\//);
      expect(one.relatedInformation?.length ?? 0).toBeLessThanOrEqual(8);
    }
    await session.close(`${i}/${main.file}`);
  }
  expect(seen.size).toBeGreaterThan(20);
});

it('links the code of what is wrong in the settings', async () => {
  const session = await start({ require: ['nosuch'] });
  const found = await session.open('squid.conf', 'squid', 'http_access deny all\n');
  const invalid = found.find(({ code }) => code === 'invalid-configuration');
  expect(invalid?.codeDescription?.href).toBe('vscode://lintel.lintel/finding/invalid-configuration');
});

it('counts what is beyond a thousand in one', async () => {
  const session = await start();
  const acls = Array.from({ length: 1_200 }, (_, i) => `acl idle${i} dstdomain .a${i}.example\n`).join('');
  const found = await session.open('squid.conf', 'squid', `${acls}http_access deny all\n`);
  expect(found).toHaveLength(1_001);
  const [rest] = found;
  expect(rest?.code).toBe('not-shown');
  expect(rest?.message).toMatch(/^\d+ more findings of this file are not shown here: 'lintel check' lists them all\.$/);
});

it('has a page for the code of each example in the repository', async () => {
  const session = await start();
  const text = readFileSync(new URL('../../examples/firewall/rules.v4', import.meta.url), 'utf8');
  const found = await session.open('rules.v4', 'iptables', text);
  expect(found.every(({ codeDescription }) => codeDescription !== undefined)).toBe(true);
});
