// Runs the npm that started this process, or else the one on PATH.
// @ts-check
import { spawn } from 'node:child_process';

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, quiet?: boolean }} options with `quiet`, npm's output is shown only when it fails
 * @returns {Promise<void>} rejects where npm fails
 */
export async function npm(args, { cwd, quiet = false }) {
  const own = process.env.npm_execpath;
  const [command, prefix] = own ? [process.execPath, [own]] : ['npm', []];
  await run(command, [...prefix, ...args], { cwd, quiet, shell: !own && process.platform === 'win32' });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, quiet?: boolean, shell?: boolean, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>} rejects where the program fails or cannot be started
 */
export function run(command, args, { cwd, quiet = false, shell = false, env = process.env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (status === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `status ${status}`}`));
    });
  });
}
