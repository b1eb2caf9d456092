// The programs that the tests compare Lintel with, and how to install them.
// @ts-check
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each is installed if one of its commands is on PATH, or one of its files exists. */
const ENGINES = [
  { commands: ['squid'], debian: 'squid-openssl', tests: 'squid’s own verdicts' },
  { commands: ['pactester'], debian: 'libpacparser1', tests: 'the PAC engine’s own results' },
  { commands: ['nft'], debian: 'nftables', tests: 'the kernel’s own verdicts on nftables files' },
  { commands: ['ipset'], debian: 'ipset', tests: 'the kernel’s own verdicts on sets of iptables' },
  { commands: ['iptables-restore'], debian: 'iptables', tests: 'the kernel’s own verdicts on iptables files' },
  {
    commands: [],
    files: ['/usr/lib/python3/dist-packages/jinja2/__init__.py'],
    debian: 'python3-jinja2',
    tests: 'Jinja’s own renderings of templates',
  },
  { commands: ['ps'], debian: 'procps', tests: 'the server’s processes' },
  { commands: ['zsh'], debian: 'zsh', tests: 'completion in zsh' },
  { commands: ['fish'], debian: 'fish', tests: 'completion in fish' },
  { commands: ['nvim'], debian: 'neovim', tests: 'what Neovim shows' },
  { commands: ['emacs'], debian: 'emacs-nox', tests: 'what Emacs shows' },
  {
    commands: [],
    // Emacs 29 and later contain it: these are the versions of Debian 13 and its backports.
    files: [
      '/var/lib/dpkg/info/elpa-eglot.list',
      ...['29.4', '30.1', '30.2'].map((version) => `/usr/share/emacs/${version}/lisp/progmodes/eglot.elc`),
    ],
    debian: 'elpa-eglot',
    tests: 'what Emacs shows with Eglot',
  },
  {
    commands: [],
    files: ['/var/lib/dpkg/info/elpa-lsp-mode.list'],
    debian: 'elpa-lsp-mode',
    tests: 'what Emacs shows with lsp-mode',
  },
  { commands: ['openssl'], debian: 'openssl', tests: 'TLS through squid' },
  {
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    debian: 'chromium',
    tests: 'real VS Code',
  },
];

/** Debian keeps some of them where only root's PATH looks. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** @param {{ commands: readonly string[], files?: readonly string[] }} engine */
function isMissing({ commands, files = [] }) {
  if (files.some((file) => existsSync(file))) return false;
  return !commands.some((command) =>
    FOLDERS.some((folder) => {
      try {
        accessSync(join(folder, command), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** Whether there is a browser that VS Code can be shown in. */
export function hasBrowser() {
  return !ENGINES.filter(isMissing).some(({ debian }) => debian === 'chromium');
}

/**
 * Installs the missing engines on Debian as root; elsewhere prints which tests will be skipped.
 * @returns {Promise<void>} rejects where one is missing and LINTEL_REQUIRE_ENGINES is set
 */
export async function installEngines() {
  const missing = ENGINES.filter(isMissing);
  const canInstall = missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (canInstall) {
    const packages = missing.map(({ debian }) => debian);
    console.log(`Installing ${packages.join(', ')} …`);
    try {
      await aptInstall(packages);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  const stillMissing = missing.filter(isMissing);
  for (const engine of stillMissing) {
    console.log(`Not installed: ${engine.commands[0] ?? engine.debian}. Tests against ${engine.tests} are skipped.`);
    console.log(`  On Debian or Ubuntu: sudo apt-get install ${engine.debian}`);
  }
  if (stillMissing.length > 0 && process.env.LINTEL_REQUIRE_ENGINES) {
    throw new Error('LINTEL_REQUIRE_ENGINES allows nothing to be skipped.');
  }
}

/** @param {readonly string[]} packages */
async function aptInstall(packages) {
  const options = { cwd: root, quiet: true, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '-q'], options);
  // One that a release of Debian does not have is not to keep the others away.
  const known = await Promise.all(
    packages.map((name) =>
      run('apt-cache', ['show', name], options).then(
        () => true,
        () => false,
      ),
    ),
  );
  const available = packages.filter((_, index) => known[index]);
  await withoutServices(() =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...available], options),
  );
}

/**
 * Keeps packages from starting what they install: the tests want a squid of their own, and nobody asked for a proxy on
 * this machine. See invoke-rc.d(8).
 * @param {() => Promise<void>} install
 */
async function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    rmSync(policy);
  }
}
