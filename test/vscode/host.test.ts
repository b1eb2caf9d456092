import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { CASES, OUTCOMES_FILE, type Outcomes } from './suite/cases.js';
import { root, VSCode } from './workbench.js';

describe.skipIf(isChromiumMissing())('in the extension host of VS Code, the packaged extension', () => {
  let vscode: VSCode;
  let outcomes: Outcomes;

  beforeAll(async () => {
    const suite = join(root, 'test/vscode/out/suite.cjs');
    await build({
      entryPoints: [join(root, 'test/vscode/suite/index.ts')],
      outfile: suite,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
    });
    vscode = await VSCode.start();
    await vscode.runInExtensionHost(suite);
    outcomes = JSON.parse(readFileSync(join(dirname(vscode.workspace), OUTCOMES_FILE), 'utf8'));
  }, 900_000);

  afterAll(() => vscode?.stop());

  test.each(CASES)('%s', (name) => {
    expect(outcomes[name]).toEqual({});
  });
});
