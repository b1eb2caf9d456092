import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer, Editor } from './editor.js';

const RULES = '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('byte-order-mark');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

it('a byte order mark that the editor keeps to itself is told where the program refuses it', async () => {
  editor = await Editor.start(program, { 'rules.v4': `\ufeff${RULES}` });
  const session = editor;
  const uri = session.uri('rules.v4');
  const isTold = session.next(
    (published) =>
      published.uri === uri && published.diagnostics.some(({ message }) => `${message}`.includes('byte order mark')),
  );
  await session.open('rules.v4', 'iptables', RULES);
  const { diagnostics } = await isTold;
  expect(diagnostics.find(({ code }) => code === 'syntax-error')?.range.start).toEqual({ line: 0, character: 0 });
});
