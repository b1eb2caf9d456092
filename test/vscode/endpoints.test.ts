import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEndpointFile, writeEndpointList } from '../../server/src/catalog/update.js';
import { type Behaviour, RECORDED, RecordedService, recording, status } from '../unit/catalog/recorded-service.js';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import type { Workbench } from './workbench.js';

const UPDATE = { key: 'ctrl+alt+u', command: 'lintel.updateEndpoints' };

/** The list that a workspace stored from a recorded answer. */
function storedList(name: string): string {
  const list = readEndpointFile(recording(name), name);
  if (typeof list === 'string') throw new Error(list);
  return writeEndpointList(list);
}

const VERSIONS = 'Microsoft 365, worldwide: 2026081400 → 2026100100';
const OLD_LIST = storedList('worldwide_2026081400.json');
const NEW_LIST = storedList('worldwide_2026100100.json');

describe.skipIf(isChromiumMissing()).each([
  // A browser asks another origin only where that permits it.
  { host: 'node', headers: {} },
  { host: 'browser', headers: { 'access-control-allow-origin': '*' } },
] as const)('a person in VS Code who looks for newer endpoints, with the extension in $host', ({ host, headers }) => {
  let service: RecordedService;
  let answers: Readonly<Record<string, Behaviour>>;
  let vscode: VSCode;
  let workbench: Workbench;
  let stored: string;

  beforeAll(async () => {
    service = await RecordedService.start((path) => answers[path], headers);
    vscode = await VSCode.start(host, [{ ...UPDATE, args: { from: service.url } }]);
    stored = join(vscode.workspace, '.lintel/endpoints/worldwide.json');
  });

  afterAll(async () => {
    await vscode?.stop();
    await service?.stop();
  });

  beforeEach(async () => {
    answers = RECORDED;
    service.requests.length = 0;
    mkdirSync(dirname(stored), { recursive: true });
    writeFileSync(stored, OLD_LIST);
    workbench = await vscode.openWindow();
    await workbench.openFile('proxy.pac');
    await workbench.findProblem('old.example');
  });

  afterEach(async () => {
    await workbench?.close();
    rmSync(dirname(stored), { recursive: true });
  });

  /** What does not depend on where the extension runs is tried once. */
  const onDesktop: (name: string, run: () => Promise<void>) => void = host === 'node' ? test : () => {};

  /** Presses the key, reads which service would be asked, and agrees. */
  async function ask(): Promise<void> {
    await workbench.page.keyboard.press('Control+Alt+U');
    await workbench.dialog.filter({ hasText: service.url }).waitFor();
    expect(service.requests).toEqual([]);
    await workbench.dialog.getByRole('button', { name: 'Request' }).click();
  }

  test('reads what changes before it does, applies it, and has files checked with it', async () => {
    await workbench.closePanel();
    await ask();
    await workbench.preview.getByRole('heading', { name: VERSIONS }).waitFor();
    await workbench.preview.getByText('added hosts: new.example').first().waitFor();
    const choices = await workbench.choices(VERSIONS);
    expect(readFileSync(stored, 'utf8')).toBe(OLD_LIST);

    await choices.filter({ hasText: 'Apply' }).click();
    await workbench.findNotification('The endpoints were written to');
    await workbench.findProblem('new.example');
    expect(JSON.parse(readFileSync(stored, 'utf8')).version).toBe('2026100100');
    expect(readdirSync(dirname(stored))).toEqual(['worldwide.json']);
  });

  onDesktop('leaves the endpoints as they are', async () => {
    await ask();
    const choices = await workbench.choices(VERSIONS);
    await choices.filter({ hasText: 'Leave' }).click();
    await choices.first().waitFor({ state: 'hidden' });
    expect(readFileSync(stored, 'utf8')).toBe(OLD_LIST);
  });

  onDesktop('does not want that service to be asked, which it is not', async () => {
    await workbench.page.keyboard.press('Control+Alt+U');
    await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
    await workbench.dialog.waitFor({ state: 'hidden' });
    await workbench.findProblem('old.example');
    expect(service.requests).toEqual([]);
  });

  test('cancels while the service is slow, which then is asked no more', async () => {
    const unanswered = new Promise<ServerResponse>((resolve) => {
      answers = { ...RECORDED, '/endpoints/Worldwide': resolve };
    });
    await ask();
    const progress = await workbench.findNotification(`Requesting newer endpoints from ${service.url}`);
    // Before, there is nothing that could be abandoned: the progress is shown while the version is still requested.
    const abandoned = once(await unanswered, 'close');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await abandoned;
    await progress.waitFor({ state: 'hidden' });
    expect(service.requests.map((request) => request.replace(/\?.*/, ''))).toEqual([
      '/version',
      '/endpoints/Worldwide',
    ]);
    expect(readFileSync(stored, 'utf8')).toBe(OLD_LIST);
  });

  onDesktop('sees what the service refuses, and goes on with what there is', async () => {
    answers = { '/version': status(429, { 'retry-after': '3600' }) };
    await ask();
    await workbench.findNotification('limits the number of requests; try again in 60 minutes');
    await workbench.findNotification('The endpoints of worldwide stay at 2026081400');
    await workbench.findProblem('old.example');
  });

  onDesktop('sees that there is nothing newer', async () => {
    writeFileSync(stored, NEW_LIST);
    await ask();
    await workbench.findNotification('The endpoints of worldwide are up to date (2026100100)');
    expect(service.requests).toHaveLength(1);
  });
});

describe.skipIf(isChromiumMissing())('a service that web pages may not ask', () => {
  let service: RecordedService;
  let vscode: VSCode;

  beforeAll(async () => {
    service = await RecordedService.start((path) => RECORDED[path]);
    vscode = await VSCode.start('browser', [{ ...UPDATE, args: { from: service.url } }]);
  });

  afterAll(async () => {
    await vscode?.stop();
    await service?.stop();
  });

  test('is reported as unreachable, with the alternatives', async () => {
    const workbench = await vscode.openWindow();
    await workbench.openFile('proxy.pac');
    await workbench.findProblem('Microsoft Teams should bypass the proxy');
    await workbench.page.keyboard.press('Control+Alt+U');
    await workbench.dialog.getByRole('button', { name: 'Request' }).click();
    await workbench.findNotification('VS Code on the desktop and "lintel catalog update" can access all');
    expect(existsSync(join(vscode.workspace, '.lintel'))).toBe(false);
  });
});

describe.skipIf(isChromiumMissing())('the feeds of a pack that files are checked against', () => {
  let service: RecordedService;
  let vscode: VSCode;

  beforeAll(async () => {
    const list = '192.0.2.0/26\n192.0.2.64/26\n192.0.2.128/26\n192.0.2.192/26\n198.51.100.0/24\n';
    service = await RecordedService.start({ ...RECORDED, '/media.txt': list });
    vscode = await VSCode.start('node', [{ ...UPDATE, args: { from: service.url } }]);
    const pack = readFileSync(new URL('../fixtures/feeds/acme.yaml', import.meta.url), 'utf8');
    writeFileSync(join(vscode.workspace, 'requirements/acme.yaml'), pack.replaceAll('SERVICE', service.url));
    const own = join(vscode.workspace, 'lintel.yaml');
    writeFileSync(own, readFileSync(own, 'utf8').replace('telephony]', 'telephony, acme-voice]'));
    mkdirSync(join(vscode.workspace, '.lintel/endpoints'), { recursive: true });
    writeFileSync(join(vscode.workspace, '.lintel/endpoints/worldwide.json'), OLD_LIST);
  });

  afterAll(async () => {
    await vscode?.stop();
    await service?.stop();
  });

  test('are asked only after their own question, and stored beside the endpoints', async () => {
    const workbench = await vscode.openWindow();
    await workbench.openFile('proxy.pac');
    await workbench.findProblem('old.example');
    await workbench.closePanel();
    await workbench.page.keyboard.press('Control+Alt+U');
    await workbench.dialog.getByRole('button', { name: 'Request' }).click();
    await workbench.dialog.filter({ hasText: `${service.url}/media.txt` }).waitFor();
    expect(service.requests).toEqual([]);
    await workbench.dialog.getByRole('button', { name: 'Request' }).click();
    await workbench.preview.getByText('added addresses: 198.51.100.0/24').first().waitFor();
    const choices = await workbench.choices(VERSIONS);
    await choices.filter({ hasText: 'Apply' }).click();
    await workbench.findNotification('acme-voice.json');
    const stored = readFileSync(join(vscode.workspace, '.lintel/endpoints/acme-voice.json'), 'utf8');
    expect(stored).toContain('198.51.100.0/24');
    expect(service.requests.at(-1)).toBe('/media.txt');
  });
});
