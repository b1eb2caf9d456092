// What an editor says of settings that cannot be used: nobody is left to believe that they apply.
import { afterEach, beforeAll, expect, test } from 'vitest';
import { buildServer, Editor } from './editor.js';

const RULES = '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('settings');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function told(settings: unknown): Promise<readonly string[]> {
  editor = await Editor.start(program, {}, settings);
  const found = await editor.open('rules.v4', 'iptables', RULES);
  return found
    .filter(({ code }) => code === 'invalid-configuration' || code === 'not-checked')
    .map(({ code, message, range }) => `${range.start.line + 1} ${code}: ${message}`);
}

test.each([
  [
    { require: 'teams' },
    'lintel.require: "teams" is not a list of selectors such as ["teams"], so the default applies.',
  ],
  [{ require: 5 }, 'lintel.require: 5 is not a list of selectors such as ["teams"], so the default applies.'],
  [
    { require: [5, null] },
    'lintel.require: [5,null] is not a list of selectors such as ["teams"], so the default applies.',
  ],
  [{ severity: 'x' }, 'lintel.severity: "x" is not a map of codes to severities, so the default applies.'],
  [{ severity: { nosuchcode: 'off' } }, 'lintel.severity: "nosuchcode" is not the code of a finding.'],
  [
    { severity: { 'requirement-blocked': 'loud' } },
    'lintel.severity: "loud" is not one of error, warning, info, hint, off (requirement-blocked).',
  ],
  [
    { cloud: 'mars' },
    'lintel.cloud: "mars" is not one of worldwide, usgov-gcchigh, usgov-dod, china, so the default applies.',
  ],
  [{ cloud: 7 }, 'lintel.cloud: 7 is not one of worldwide, usgov-gcchigh, usgov-dod, china, so the default applies.'],
  [{ maxFileSize: 'big' }, 'lintel.maxFileSize: "big" is not a number of megabytes, so the default applies.'],
  [{ maxFileSize: -1 }, 'lintel.maxFileSize: -1 is not a number of megabytes, so the default applies.'],
  [{ codeLens: 'no' }, 'lintel.codeLens: "no" is not true or false, so the default applies.'],
])('%j is told', async (settings, message) => {
  expect(await told(settings)).toEqual([`1 invalid-configuration: ${message}`]);
});

test('that nothing is required is told', async () => {
  expect(await told({ require: [] })).toEqual([
    '1 not-checked: Nothing is required of this file: lintel.require is empty, so that only defects of the file itself are told.',
  ]);
});

test('settings that are not set, and such as can be used, are not mentioned', async () => {
  expect(await told({ require: ['teams'], cloud: 'china', severity: { 'requirement-blocked': 'hint' } })).toEqual([]);
  await editor?.stop();
  expect(await told({ require: null, cloud: null, severity: null, maxFileSize: null, codeLens: null })).toEqual([]);
});
