// Runs pactester, a reference implementation for PAC files.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why pactester cannot be asked here; `undefined` where it can. */
export function missingPactester(): string | undefined {
  const found = spawnSync('pactester', ['-v']).error === undefined;
  return found ? undefined : 'pactester is not installed: apt-get install libpacparser1';
}

/** What pactester says of each URL, as the file returned it; `undefined` where it refuses the file or fails on a URL. */
export function askPactester(pac: string, urls: readonly string[], client: string): readonly string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-pac-'));
  try {
    const [file, list] = [join(folder, 'proxy.pac'), join(folder, 'urls')];
    writeFileSync(file, pac);
    writeFileSync(list, `${urls.join('\n')}\n`);
    const output = execFileSync('pactester', ['-p', file, '-f', list, '-c', client], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    });
    const answers = output.split('\n').slice(0, urls.length);
    return answers.map((answer, i) => answer.slice(`${urls[i]} : `.length));
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
