// The completion scripts, asked by the shells that they are for.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, temporaryFolders } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('completion');
});

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const asking = (shell: string) =>
  fileURLToPath(new URL(`../../fixtures/completion/complete.${shell}`, import.meta.url));

/** Command lines with the one word that completes each. */
const LINES = [
  ['che', 'check'],
  ['completion ba', 'bash'],
  ['check --write', '--write-baseline'],
  ['check --format sa', 'sarif'],
  ['check --cloud ch', 'china'],
  ['explain --hook forw', 'forward'],
  ['catalog upd', 'update'],
  ['help shadow', 'shadowed-rule'],
  ['help cove', 'coverage'],
] as const;

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  it.skipIf(!isInstalled(shell)).each(LINES)('completes lintel %s to %s', async (line, word) => {
    const at = folder({});
    const script = join(at, `lintel.${shell}`);
    const { output, status } = await run(at, ['completion', shell]);
    expect(status).toBe(0);
    writeFileSync(script, output);
    const offered = execFileSync(shell, [asking(shell), script, 'lintel', ...line.split(' ')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(offered.trim()).toBe(word);
  });
});

it('of another shell is refused', async () => {
  expect(await run('.', ['completion', 'tcsh'])).toMatchObject({
    status: 2,
    errors: 'lintel: completion needs one shell: bash, zsh, fish\n',
  });
});
