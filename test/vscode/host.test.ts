import { beforeAll, describe, expect, test } from 'vitest';
import { findVSCode, runSuite } from '../../scripts/vscode-desktop.mjs';
import { isChromiumMissing } from './chromium.js';
import { CASES, type Outcomes } from './suite/cases.js';
import { packagedExtension } from './vscode.js';

describe.skipIf(isChromiumMissing())('in the extension host of VS Code, the packaged extension', () => {
  let outcomes: Outcomes;

  beforeAll(async () => {
    packagedExtension();
    const vscode = await findVSCode('stable');
    if (!vscode) throw new Error('there is no VS Code here');
    outcomes = await runSuite(vscode.path);
  }, 900_000);

  test.each(CASES)('%s', (name) => {
    expect(outcomes[name]).toEqual({});
  });
});
