// The pages about other editors: what they say to write into a configuration is given to the editor, which then shows what
// `lintel check` reports.
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, programPath } from '../../unit/cli/program.js';

const PAGES = new URL('../../../docs/editors/', import.meta.url);
const COMMAND = ['lintel', 'lsp', '--stdio'];

const readPage = (name: string) => readFileSync(new URL(`${name}.md`, PAGES), 'utf8');
const driver = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The blocks of a language on a page, by the heading that they stand under. */
function snippets(page: string, language: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const section of readPage(page).split(/^##? /m)) {
    const block = new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'm').exec(section);
    if (block?.[1] !== undefined) found.set(section.slice(0, section.indexOf('\n')), block[1]);
  }
  return found;
}

/** What a program prints of itself, where there is one. */
function outputOf(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

const neovim = /^NVIM v(\d+)\.(\d+)/.exec(outputOf('nvim', ['--version']) ?? '');
const isNewNeovim = Number(neovim?.[1]) > 0 || Number(neovim?.[2]) >= 11;
const hasInEmacs = (library: string) =>
  outputOf('emacs', ['--batch', '--eval', `(kill-emacs (if (locate-library "${library}") 0 1))`]) !== undefined;

/** Broken in three dialects: what an editor shows has to be found by the name of the file. */
const FILES: Readonly<Record<string, string>> = {
  'rules.v4': '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -j offce\nCOMMIT\n',
  'squid.conf': 'http_port 3128\nacl office src 10.0.0.0/8\nhttp_access allow offic\nhttp_access deny all\n',
  'proxy.pac': 'function FindProxyForURL(url, host) {\n  return "PROXY proxy.example:8080";\n}\n',
};

interface Shown {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

let folder = '';
let env: NodeJS.ProcessEnv = {};
let check: (file: string) => Promise<readonly Shown[]>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-editors-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  // The command of the pages, as it is on PATH once the program is installed.
  mkdirSync(join(folder, 'bin'));
  const command = join(folder, 'bin/lintel');
  const run = await buildProgram('editors');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${programPath('editors')}' "$@"\n`);
  chmodSync(command, 0o755);
  // Nothing of whoever runs the test is read or changed.
  const home = join(folder, 'home');
  mkdirSync(home);
  env = {
    PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    XDG_STATE_HOME: home,
    XDG_CACHE_HOME: home,
    LANG: 'C.UTF-8',
  };
  check = async (file) => {
    const { output } = await run(folder, ['check', '--format', 'json', file]);
    const { files } = JSON.parse(output) as { files: readonly { findings: readonly Finding[] }[] };
    return files
      .flatMap(({ findings }) => findings)
      .map(({ range: { start }, message }) => ({
        line: start.line + 1,
        column: start.character + 1,
        message,
      }));
  };
});

/** Of the report: positions begin at 0. */
interface Finding {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an editor that prints what it shows. */
async function shownBy(program: string, args: readonly string[]): Promise<readonly Shown[]> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env, timeout: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

function sorted(shown: readonly Shown[]): readonly string[] {
  // Eglot puts the source and the code before each message.
  return shown
    .map(({ line, column, message }) => `${line}:${column} ${message.replace(/^lintel \[[\w-]+\]: /, '')}`)
    .sort();
}

async function expectShown(file: string, program: string, args: readonly string[]): Promise<void> {
  const expected = sorted(await check(file));
  expect(expected).not.toEqual([]);
  expect(sorted(await shownBy(program, args))).toEqual(expected);
}

describe('each page', () => {
  const pages = readdirSync(PAGES).map((name) => name.slice(0, -'.md'.length));

  it.each(pages)('%s starts the program as the command line knows it', (page) => {
    const text = readPage(page)
      .replaceAll(/args =|["',[\]()\n]/g, ' ')
      .replaceAll(/ +/g, ' ');
    expect(text).toContain(COMMAND.join(' '));
  });

  it('sublime-text is settings that can be read', () => {
    const [settings = ''] = snippets('sublime-text', 'json').values();
    expect(JSON.parse(settings)).toMatchObject({ clients: { lintel: { enabled: true, command: COMMAND } } });
  });
});

describe.skipIf(!neovim)('Neovim', () => {
  it.each(Object.keys(FILES))('shows in %s what the command line reports', async (file) => {
    const heading = isNewNeovim ? 'Neovim 0.11 and later' : 'Before Neovim 0.11';
    const configuration = join(folder, 'init.lua');
    writeFileSync(configuration, snippets('neovim', 'lua').get(heading) ?? '');
    await expectShown(file, 'nvim', ['--headless', '-n', '-u', configuration, '-S', driver('neovim.lua'), file]);
  });
});

describe.each([
  { library: 'eglot', heading: 'Eglot' },
  { library: 'lsp-mode', heading: 'lsp-mode' },
])('Emacs with $library', ({ library, heading }) => {
  it.skipIf(!hasInEmacs(library)).each(Object.keys(FILES))(
    'shows in %s what the command line reports',
    async (file) => {
      const blocks = snippets('emacs', 'elisp');
      const configuration = join(folder, `${library}-init.el`);
      writeFileSync(configuration, `${blocks.get('Emacs')}\n${blocks.get(heading)}`);
      const args = ['--batch', '--load', configuration, '--load', driver(`${library}.el`), join(folder, file)];
      await expectShown(file, 'emacs', args);
    },
  );
});
